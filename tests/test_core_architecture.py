"""The rules that the compiled core is built by: which way `use` runs, and where `unsafe` is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

CORE = Path(__file__).parent.parent / "core" / "src"

# Each folder uses only those before it.
FOLDERS = ["sys", "net", "ipc", "reactor", "border"]

FILES = sorted(CORE.rglob("*.rs"))
USED = re.compile(r"\b(crate|self|super(?:::super)*)((?:::\w+)*)(::\{)?")


def module(file: Path) -> tuple[str, ...]:
    """`("net", "outbox")`; a folder's `mod.rs` is the folder."""
    parts = file.relative_to(CORE).with_suffix("").parts
    return parts[:-1] if parts[-1] in ("mod", "lib") else parts


MODULES = {module(file): file for file in FILES}


def paths(tree: str) -> Iterator[str]:
    """`a::{b, c::{d, e}}` is `a::b`, `a::c::d` and `a::c::e`."""
    head, brace, rest = tree.strip().partition("{")
    if not brace:
        yield head
        return
    depth, item = 0, ""
    for letter in rest[: rest.rindex("}")]:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            yield from (head + path for path in paths(item) if path.strip())
            item = ""
        else:
            item += letter
    yield from (head + path for path in paths(item) if path.strip())


def without_tests(source: str) -> str:
    """Tests may use what they like: they are the end of their file."""
    code = source.partition("#[cfg(test)]\nmod tests")[0]
    return re.sub(r"//.*", "", code)


def owner(path: tuple[str, ...]) -> tuple[str, ...]:
    """The module that a path leads into."""
    while path and path not in MODULES:
        path = path[:-1]
    return path


@cache
def uses(here: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """The modules that a module uses, wherever in its code it names them."""
    found = set()
    code = without_tests(MODULES[here].read_text())
    statements = re.findall(r"\buse ([^;]+);", code)
    named = [path for statement in statements for path in paths(" ".join(statement.split()))]
    named += re.findall(r"\b(?:crate|super)(?:::\w+)+", code)
    for path in named:
        parts = tuple(path.split(" as ")[0].strip().split("::"))
        base = here
        if parts[0] == "crate":
            base, parts = (), parts[1:]
        elif parts[0] in ("self", "super"):
            while parts and parts[0] in ("self", "super"):
                base = base[:-1] if parts[0] == "super" else base
                parts = parts[1:]
        elif (*here, parts[0]) not in MODULES:
            continue
        target = owner((*base, *parts))
        if target and target != here:
            found.add(target)
    return frozenset(found)


def test_a_tree_of_uses_is_read_whole():
    assert list(paths("crate::a::{self, b::{C, d}, e}")) == [
        "crate::a::self",
        "crate::a::b::C",
        "crate::a::b::d",
        "crate::a::e",
    ]
    assert uses(("net", "connection")) == {("net", "outbox"), ("net", "wire"), ("sys",)}


def test_every_folder_has_its_place():
    assert {name[0] for name in MODULES if name} == set(FOLDERS)


@pytest.mark.parametrize("here", [name for name in MODULES if name], ids="::".join)
def test_a_folder_uses_only_those_before_it(here):
    allowed = FOLDERS[: FOLDERS.index(here[0]) + 1]
    assert [used for used in uses(here) if used[0] not in allowed] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_two_files_of_a_folder_use_each_other(folder):
    """A folder's `mod.rs` may name its files, and they may name it: it is what they are part of."""
    graph = {
        here: {used for used in uses(here) if used[0] == folder and len(used) > 1 and used != here}
        for here in MODULES
        if here[0:1] == (folder,) and len(here) > 1
    }
    graph = {parts(here): set() for here in graph} | joined(graph)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join("::".join(name) for name in error.args[1]))


def parts(name: tuple[str, ...]) -> tuple[str, ...]:
    """What a file is a part of: the files of one thing may know each other."""
    return next((whole for whole in WHOLE if name[: len(whole)] == whole), name)


# The folders whose files are one class.
WHOLE = [
    ("border", "stream"),
    ("border", "ipc", "channel"),
    ("border", "ipc", "distributor"),
]


def joined(
    graph: dict[tuple[str, ...], set[tuple[str, ...]]],
) -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    whole: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for here, used in graph.items():
        whole.setdefault(parts(here), set()).update(parts(name) for name in used)
    return {here: used - {here} for here, used in whole.items()}


@pytest.mark.parametrize("here", [name for name in MODULES if name], ids="::".join)
def test_only_the_border_knows_python(here):
    if here[0] != "border":
        assert "pyo3" not in MODULES[here].read_text()


@pytest.mark.parametrize("here", list(MODULES), ids="::".join)
def test_unsafe_is_in_sys_alone_and_each_says_why(here):
    code = MODULES[here].read_text()
    blocks = re.findall(r"\bunsafe\b(?!_code)", re.sub(r"//.*", "", code))
    if here[:1] != ("sys",):
        assert not blocks
    assert code.count("// SAFETY:") >= len(blocks)


def test_the_border_is_less_than_45_of_100_lines():
    lines = {file: len(file.read_text().splitlines()) for file in FILES}
    border = sum(count for file, count in lines.items() if module(file)[:1] == ("border",))
    assert border / sum(lines.values()) < 0.45
