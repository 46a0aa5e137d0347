"""What the pages show is true, their links lead somewhere, and the reference leaves nothing out.

How the code of a page is run, and what a new page has to look like, says `tests/pages.py`.
"""

from __future__ import annotations

import inspect
import re
from itertools import pairwise

import pytest

import netserve
from netserve import child_process, cluster, process
from netserve.cli._commands import serve_command
from tests.pages import DOCS, READMES, ROOT, TRANSLATIONS, Story, blocks, pages
from tests.public_names import public_names
from tests.silence import quiet_port


def navigation(configuration):
    """The pages that a site leads to."""
    text = (ROOT / configuration).read_text()
    return re.findall(r"^ +- (?:[^#\n]+: )?([\w./-]+\.md)$", text, re.MULTILINE)


NAVIGATION = navigation("mkdocs.yml")
# Made by docs/hooks.py.
MADE = {
    "examples.md",
    "benchmarks.md",
    "contributing.md",
    "changelog.md",
    "license.md",
}


TRANSLATED = [page.removeprefix("docs/") for page in TRANSLATIONS if page.startswith("docs/")]
# The pages that tell of events, where on them, and whose docstring lists the same.
EVENTS = [
    ("server.md", "Events", netserve.Server),
    ("socket.md", "Events", netserve.Socket),
    ("event-emitter.md", "Events", netserve.EventEmitter),
    ("child_process.md", "Events of a child", child_process.ChildProcess),
    ("cluster.md", "Events of the module", cluster),
    ("cluster.md", "Events of a Worker", cluster.Worker),
    ("cluster.md", "Events of a Supervisor", cluster.Supervisor),
    ("process.md", "Events of this process", type(process.on.__self__)),
]


@pytest.fixture
def story(short_folder, python, client):
    """A page's folder, and what runs there."""
    return Story(short_folder, python, client, quiet_port)


@pytest.mark.parametrize("page", [page for page in pages() if page not in TRANSLATIONS])
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


@pytest.mark.parametrize("page", TRANSLATIONS)
def test_both_languages_show_the_same_code(page):
    """So that of the translation need not be run."""
    chinese, english = (
        [block[:2] for block in blocks(each)] for each in (page, TRANSLATIONS[page])
    )
    assert chinese == english


@pytest.mark.parametrize("page", pages())
def test_every_link_of_a_page_leads_somewhere(page):
    links = re.findall(r"\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)", prose(ROOT / page))
    for path, heading in links:
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), path
        assert not heading or heading in heading_names(target), f"{path}#{heading}"


def test_every_page_has_a_place_in_the_navigation():
    there = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    assert set(NAVIGATION) - MADE == there - set(TRANSLATED)


def test_every_page_in_chinese_has_a_place_in_that_navigation():
    pages = {page.replace(".zh.md", ".md") for page in TRANSLATED}
    assert set(navigation("mkdocs.zh.yml")) == pages


def test_every_guide_is_there_in_chinese():
    guides = {page for page in NAVIGATION if page.startswith("guides/")}
    others = {"index", "getting-started", "hand-off", "cluster", "loops", "threads"}
    both = {*guides, *(f"{name}.md" for name in others)}
    assert {page.replace(".md", ".zh.md") for page in both} == set(TRANSLATED)


@pytest.mark.parametrize("page", TRANSLATIONS)
def test_a_chinese_paragraph_is_one_line(page):
    """A line break would be shown as a space between two characters."""
    lines = prose(ROOT / page).splitlines()
    begins = re.compile(r" *(- |\d+\. |\||#|$)")
    assert [line for before, line in pairwise(lines) if before and not begins.match(line)] == []
    character = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
    assert re.findall(rf"{character} +{character}", "\n".join(lines)) == []


def test_every_public_name_is_in_the_reference():
    shown = "".join((DOCS / page).read_text() for page in NAVIGATION if page.startswith("api/"))
    described = set(re.findall(r"^::: netserve\.(\w+)$", shown, re.MULTILINE))
    described |= set(re.findall(r"`netserve\.(\w+)` is another name of", shown))
    assert described == set(netserve.__all__)
    listed = set(re.findall(r"`(?:netserve\.)?(\w+)`", (DOCS / "api/index.md").read_text()))
    assert listed >= set(netserve.__all__)


@pytest.mark.parametrize("name", ["Server", "Socket"])
def test_a_large_class_has_each_of_its_members_in_one_group(name):
    page = (DOCS / f"api/{name.lower()}.md").read_text()
    groups = page.partition("\n## ")[2]
    shown = re.findall(rf"^::: netserve\.{name}\.(\w+)$", groups, re.MULTILINE)
    public = [each.partition(".")[2] for each in public_names() if each.startswith(f"{name}.")]
    assert sorted(shown) == public


@pytest.mark.parametrize(("page", "section", "emitter"), EVENTS)
def test_every_event_has_a_heading_its_arguments_and_a_sentence(page, section, emitter):
    text = (DOCS / "api" / page).read_text()
    (part,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    told = re.findall(r"^### Event: (\w+)\n\n`(\w+\(.*?\))`: ", part, re.MULTILINE)
    documented = (inspect.getdoc(emitter) or "").partition("Events")[2].partition("Node:")[0]
    listed = re.findall(r"`([a-z]\w+)(\([\w, ]*\))?`", documented)
    assert told == [(name, f"{name}{arguments or '()'}") for name, arguments in listed]
    assert part.count("### Event: ") == len(told)


@pytest.mark.parametrize("page", [*READMES, "docs/api/command-line.md"])
def test_every_option_of_the_command_line_is_on_the_page(page):
    options = {name for option in serve_command.params for name in option.opts if name[:2] == "--"}
    shown = set(re.findall(r"^\|.*?\|", (ROOT / page).read_text(), re.MULTILINE))
    assert options
    assert options <= set(re.findall(r"--[a-z-]+", " ".join(shown)))
