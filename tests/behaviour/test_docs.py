"""What the pages show is true, their links lead somewhere, and the reference leaves nothing out.

How the code of a page is run, and what a new page has to look like, says `tests/pages.py`.
"""

from __future__ import annotations

import re

import pytest

import netserve
from netserve.cli._commands import serve_command
from tests.pages import DOCS, READMES, ROOT, Story, blocks, pages
from tests.silence import quiet_port

SITE = (ROOT / "mkdocs.yml").read_text()
NAVIGATION = re.findall(r"^ +- (?:[^#\n]+: )?([\w./-]+\.md)$", SITE, re.MULTILINE)
# Made by docs/hooks.py.
MADE = {
    "index.md",
    "index.zh.md",
    "examples.md",
    "benchmarks.md",
    "contributing.md",
    "changelog.md",
    "license.md",
}


@pytest.fixture
def story(short_folder, python, client):
    """A page's folder, and what runs there."""
    return Story(short_folder, python, client, quiet_port)


@pytest.mark.parametrize("page", pages())
def test_what_a_page_shows_is_what_happens(story, page):
    for block in blocks(page):
        try:
            story.tell(block)
        except BaseException as error:
            error.add_note(f"in the block that begins in line {block.line} of {page}")
            raise
    story.end()


def prose(page):
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)


def heading_names(page):
    """The names by which a page's headings are linked to."""
    titles = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", pages())
def test_every_link_of_a_page_leads_somewhere(page):
    links = re.findall(r"\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)", prose(ROOT / page))
    for path, heading in links:
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), path
        assert not heading or heading in heading_names(target), f"{path}#{heading}"


def test_every_page_has_a_place_in_the_navigation():
    waiting = re.findall(r"^  (api/[\w-]+\.md)$", SITE, re.MULTILINE)
    there = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    assert set(NAVIGATION) - MADE == there - set(waiting)


def test_every_public_name_is_in_the_reference():
    shown = "".join((DOCS / page).read_text() for page in NAVIGATION if page.startswith("api/"))
    described = set(re.findall(r"^::: netserve\.(\w+)$", shown, re.MULTILINE))
    described |= set(re.findall(r"`netserve\.(\w+)` is another name of", shown))
    assert described == set(netserve.__all__)
    listed = set(re.findall(r"`(?:netserve\.)?(\w+)`", (DOCS / "api/index.md").read_text()))
    assert listed >= set(netserve.__all__)


@pytest.mark.parametrize("page", [*READMES, "docs/api/command-line.md"])
def test_every_option_of_the_command_line_is_on_the_page(page):
    options = {name for option in serve_command.params for name in option.opts if name[:2] == "--"}
    shown = set(re.findall(r"^\|.*?\|", (ROOT / page).read_text(), re.MULTILINE))
    assert options
    assert options <= set(re.findall(r"--[a-z-]+", " ".join(shown)))
