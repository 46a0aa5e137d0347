"""Both READMEs have the same tables, and the examples are what they show."""

from __future__ import annotations

import re

import pytest

from tests.pages import READMES, ROOT, blocks


def code(readme: str, language: str) -> list[str]:
    """The code blocks of that language, in order."""
    return [block.text for block in blocks(readme, language)]


def test_both_languages_have_the_same_rows_in_their_tables():
    def rows(readme: str) -> list[list[str]]:
        lines = re.findall(r"^\| .*`.* \|$", (ROOT / readme).read_text(), re.MULTILINE)
        return [re.findall(r"`[^`]+`", line.rpartition(" | ")[0]) for line in lines]

    assert rows(READMES[0]) == rows(READMES[1])


def test_the_five_line_server_has_five_lines():
    first = code(READMES[0], "python")[0]
    assert len([line for line in first.splitlines() if line.strip()]) == 5


@pytest.mark.parametrize(("number", "name"), [(0, "five_lines"), (1, "async_server")])
def test_the_examples_have_the_code_of_the_readme(number, name):
    shown = {line.strip() for line in code(READMES[0], "python")[number].splitlines()}
    there = (ROOT / "examples" / f"{name}.py").read_text()
    there = there.replace(": netserve.Socket", "").replace(" -> None", "")
    assert shown <= {line.strip() for line in there.splitlines()}
