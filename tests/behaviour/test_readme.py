"""What the READMEs show is true: every Python block runs, and both languages show the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
READMES = ["README.md", "README.zh-CN.md"]
PORT = "8124"

# Says which port a server got, so that a block can be run on a free one.
ANNOUNCE = """
import netserve

listen = netserve.Server.listen

def announced(server, *args, **options):
    server.once("listening", lambda: print(f":{server.address().port}"))
    return listen(server, *args, **options)

netserve.Server.listen = announced
"""


def blocks(readme: str, language: str) -> list[str]:
    """The code blocks of that language, in order."""
    text = (ROOT / readme).read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


BLOCKS = [(readme, number) for readme in READMES for number in range(len(blocks(readme, "python")))]


@pytest.mark.parametrize(("readme", "number"), BLOCKS)
def test_every_block_is_an_echo_that_runs(python, client, readme, number):
    block = blocks(readme, "python")[number]
    assert PORT in block
    program = python("-c", ANNOUNCE + block.replace(PORT, "0"))
    assert client(program.port()).ask(b"hello") == b"hello"


@pytest.mark.parametrize("language", ["python", "sh"])
def test_both_languages_show_the_same_code(language):
    english, chinese = (blocks(readme, language) for readme in READMES)
    assert english
    assert english == chinese


def test_both_languages_have_the_same_rows_in_their_tables():
    def rows(readme: str) -> list[list[str]]:
        lines = re.findall(r"^\| .*`.* \|$", (ROOT / readme).read_text(), re.MULTILINE)
        return [re.findall(r"`[^`]+`", line.rpartition(" | ")[0]) for line in lines]

    assert rows(READMES[0]) == rows(READMES[1])


@pytest.mark.parametrize("readme", READMES)
def test_every_link_to_a_file_leads_somewhere(readme):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / readme).read_text())
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_five_line_server_has_five_lines():
    first = blocks(READMES[0], "python")[0]
    assert len([line for line in first.splitlines() if line.strip()]) == 5


@pytest.mark.parametrize(("number", "name"), [(0, "five_lines"), (1, "async_server")])
def test_the_examples_have_the_code_of_the_readme(number, name):
    shown = {line.strip() for line in blocks(READMES[0], "python")[number].splitlines()}
    there = (ROOT / "examples" / f"{name}.py").read_text()
    there = there.replace(": netserve.Socket", "").replace(" -> None", "")
    assert shown <= {line.strip() for line in there.splitlines()}
