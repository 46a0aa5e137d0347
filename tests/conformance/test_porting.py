"""`docs/porting.md` has a row for every name of Node's, and every name in it exists here."""

from __future__ import annotations

import functools
import inspect
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import netserve
from netserve import child_process, cluster, process
from tests.public_names import member, public_names, resolve

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "porting.md"

# What the names of a section belong to.
MEMBERS: dict[str, Any] = {
    "Module: net": netserve,
    "Class: net.Server": netserve.Server,
    "Class: net.Socket": netserve.Socket,
    "Classes: stream.Readable, stream.Writable, stream.Duplex": netserve.Socket,
    "Module functions of stream, with a socket": netserve,
    "Class: EventEmitter": netserve.EventEmitter,
    "Module: events": netserve,
    "Class: net.BlockList": netserve.BlockList,
    "Class: net.SocketAddress": netserve.SocketAddress,
    "Class: net.BoundSocket": netserve.BoundSocket,
    "Classes: AbortController, AbortSignal": netserve,
    "Module: child_process": child_process,
    "Class: ChildProcess": child_process.ChildProcess,
    "Module: process, in a child": process,
    "Module: cluster": cluster,
    "Class: Worker": cluster.Worker,
    "Beyond Node": netserve,
}
OPTIONS: dict[str, Any] = {
    "Options of net.Server": netserve.Server,
    "Options of server.listen()": netserve.Server.listen,
    "Options of net.Socket": netserve.Socket,
    "Options of socket.connect()": netserve.Socket.connect,
    "Options of child_process.fork()": child_process.fork,
    "Options of cluster.setupPrimary()": cluster.setup_primary,
}
# Whose docstring lists the events.
EVENTS: dict[str, Any] = {
    "Events of net.Server": netserve.Server,
    "Events of net.Socket": netserve.Socket,
    "Events of EventEmitter": netserve.EventEmitter,
    "Events of ChildProcess": child_process.ChildProcess,
    "Events of cluster": cluster,
    "Events of Worker": cluster.Worker,
}
EMITTER = "Class: EventEmitter"
# Where the names that `names.js` prints have their rows.
SECTIONS_OF = {
    "net": ["Module: net"],
    "net.Server": ["Class: net.Server", EMITTER],
    "net.Socket": [
        "Class: net.Socket",
        "Classes: stream.Readable, stream.Writable, stream.Duplex",
        EMITTER,
    ],
    "net.BlockList": ["Class: net.BlockList"],
    "net.SocketAddress": ["Class: net.SocketAddress"],
    "net.BoundSocket": ["Class: net.BoundSocket"],
    "stream": ["Module functions of stream, with a socket"],
    "events": ["Module: events", "Class: EventEmitter"],
    "child_process": ["Module: child_process"],
    "ChildProcess": ["Class: ChildProcess", EMITTER],
    "cluster": ["Module: cluster"],
    "Worker": ["Class: Worker"],
    "abort": ["Classes: AbortController, AbortSignal"],
}
NONE = "—"


@dataclass(frozen=True)
class Row:
    """One row: what is between backticks, and the text of the last column."""

    section: str
    node: tuple[str, ...]
    ours: tuple[str, ...]
    cell: str
    note: str

    def __str__(self) -> str:
        return f"{self.section}: {', '.join(self.node) or self.cell}"


def rows() -> Iterator[Row]:
    section = ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("#"):
            section = line.strip("# ")
        if not line.startswith("| ") or line.endswith("| |"):
            continue
        *node, ours, note = (cell.strip() for cell in line.strip("|").split(" | "))
        yield Row(section, tuple(quoted(" ".join(node))), tuple(quoted(ours)), ours, note)


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def name_in(text: str) -> str:
    """`net.Socket.on` of `net.Socket.on(event)`, `Socket` of `new Socket()`."""
    found = re.match(r"(?:new )?'?(\[[^]]+\]|[\w.]+)", text)
    assert found, text
    return found[1]


ROWS = list(rows())
SECTIONS = {row.section for row in ROWS}


@functools.cache
def names_of_node() -> dict[str, list[str]]:
    program = shutil.which(os.environ.get("NETSERVE_NODE", "node"))
    if program is None:
        pytest.skip("node isn't installed")
    done = subprocess.run([program, HERE / "names.js"], capture_output=True, text=True, check=True)
    names: dict[str, list[str]] = json.loads(done.stdout)
    return names


@pytest.mark.parametrize("group", SECTIONS_OF)
def test_every_name_of_nodes_has_a_row(group):
    names = names_of_node().get(group)
    if names is None:
        pytest.skip("this node has none")
    rows = [row for row in ROWS if row.section in SECTIONS_OF[group]]
    told = {name_in(text).split(".")[-1] for row in rows for text in row.node}
    assert set(names) <= told, f"give {set(names) - told} a row in {SECTIONS_OF[group]}"


def test_every_section_is_checked():
    assert {*MEMBERS, *OPTIONS, *EVENTS} == SECTIONS


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row_says_what_to_write_here(row):
    assert row.ours or row.cell == NONE
    assert row.note


@pytest.mark.parametrize("row", [row for row in ROWS if row.section in MEMBERS], ids=str)
def test_every_name_of_ours_in_a_row_exists(row):
    for text in row.ours:
        name = name_in(text)
        is_absolute = name.startswith("netserve.")
        value = netserve if is_absolute else MEMBERS[row.section]
        for part in name.removeprefix("netserve.").split("."):
            value = member(value, part)
        assert_parameters_exist(value, text)


def assert_parameters_exist(function: Any, text: str) -> None:
    """`close(callback, timeout=None)`: those are its parameters, in that order."""
    inner = text.partition("(")[2].rstrip(")")
    named = re.findall(r"(?:^|, )(\w+)", inner)
    if named:
        known = [name for name in inspect.signature(function).parameters if name in named]
        assert known == named, f"{text} has the parameters {inspect.signature(function)}"


@pytest.mark.parametrize("row", [row for row in ROWS if row.section in OPTIONS], ids=str)
def test_every_option_of_ours_in_a_row_is_a_parameter(row):
    parameters = inspect.signature(OPTIONS[row.section]).parameters
    assert set(row.ours) <= set(parameters)


@pytest.mark.parametrize("section", OPTIONS)
def test_every_parameter_that_is_an_option_has_a_row(section):
    parameters = inspect.signature(OPTIONS[section]).parameters.values()
    told = {name for row in ROWS if row.section == section for name in row.ours}
    own = {given.name for given in parameters if given.kind is given.KEYWORD_ONLY}
    assert own <= told


@pytest.mark.parametrize("row", [row for row in ROWS if row.section in EVENTS], ids=str)
def test_every_event_of_ours_in_a_row_is_documented(row):
    documented = inspect.getdoc(EVENTS[row.section]) or ""
    for event in row.ours:
        assert re.search(rf"`{event}\b", documented)


@pytest.mark.parametrize("section", EVENTS)
def test_every_documented_event_has_a_row(section):
    told = {name for row in ROWS if row.section == section for name in row.ours}
    documented = inspect.getdoc(EVENTS[section]) or ""
    listed = re.findall(r"`([a-z]\w+)[`(]", documented.partition("Events")[2])
    assert set(listed) <= told


def test_every_public_name_of_ours_has_a_row():
    told = set()
    for row in ROWS:
        if row.section in MEMBERS and MEMBERS[row.section] is not None:
            for text in row.ours:
                told.add(full_name(row.section, name_in(text)))
    untold = set(public_names()) - told
    assert not untold, f"give {sorted(untold)} a row, in the table of what is beyond Node at last"


def full_name(section: str, name: str) -> str:
    """The name as `public_names()` has it."""
    if name.startswith("netserve."):
        return name.removeprefix("netserve.")
    holder = MEMBERS[section]
    if holder is netserve:
        return name
    named = {value: known for known in public_names() if is_holder(value := resolve(known))}
    return f"{named[holder]}.{name}"


def is_holder(value: Any) -> bool:
    return inspect.isclass(value) or inspect.ismodule(value)
