"""What the pages show is true: every Python block is run.

A block that begins with `# name.py` is a file of that name; the first of a page is started. Another
block is a program, or, where it does not run a loop, the beginning of the page's first program.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.behaviour.test_readme import ANNOUNCE, PORT

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = sorted(page.stem for page in DOCS.glob("*.md"))


def blocks(page: str) -> list[str]:
    """The Python blocks of a page, in order."""
    text = (DOCS / f"{page}.md").read_text()
    return re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def files(page: str) -> dict[str, str]:
    """The blocks that are files, by name."""
    found = ((re.match(r"# (\w+\.py)\n", block), block) for block in blocks(page))
    return {name[1]: block for name, block in found if name}


def programs(page: str) -> list[str]:
    """The blocks that are programs."""
    own = [block for block in blocks(page) if block not in files(page).values()]
    whole = [block for block in own if "netserve.run()" in block]
    return [block if block in whole else block + whole[0] for block in own]


PROGRAMS = [(page, number) for page in PAGES for number in range(len(programs(page)))]


@pytest.mark.parametrize(("page", "number"), PROGRAMS)
def test_every_program_is_an_echo_that_runs(python, client, page, number):
    block = programs(page)[number]
    assert PORT in block
    program = python("-c", ANNOUNCE + block.replace(PORT, "0"))
    assert client(program.port()).ask(b"hello") == b"hello"


@pytest.mark.parametrize("page", [page for page in PAGES if files(page)])
def test_programs_of_several_files_are_an_echo_that_runs(python, client, tmp_path, page):
    for name, block in files(page).items():
        (tmp_path / name).write_text(ANNOUNCE + block.replace(PORT, "0"))
    program = python(next(iter(files(page))), cwd=tmp_path)
    assert client(program.port()).ask(b"hello") == b"hello"


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)\)", (DOCS / f"{page}.md").read_text())
    missing = [link for link in links if not (DOCS / link).exists()]
    assert not missing
