"""Every public name is played by a scenario, or there is a reason why it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.public_names import public_names

HERE = Path(__file__).parent
MODULES = ("", "child_process", "cluster", "errors", "process")

# What no Node program can do as well, by reason; each is tested elsewhere.
EXCEPTIONS = {
    "beyond Node: what Python's `await` and `async with` are for": [
        "Server.close_timeout",
        "Server.wait_closed",
        "Server.wait_listening",
        "Socket.drain",
        "Socket.readexactly",
        "Socket.readline",
        "Socket.readuntil",
        "Socket.wait_closed",
        "open_connection",
        "start_server",
    ],
    "beyond Node: what a server knows of its connections": [
        "Server.broadcast",
        "Server.close_all_connections",
        "Server.close_idle_connections",
        "Server.connections",
    ],
    "Node's pipes one way, and is an await as well: tests/behaviour/test_pipeline.py": ["pipeline"],
    "beyond Node: descriptors": ["Server.fileno", "Socket.fileno"],
    "beyond Node: a cluster that looks after itself": [
        "cluster.SCHED_LEAST",
        "cluster.Supervisor",
        "cluster.Supervisor.came_up",
        "cluster.supervise",
    ],
    "errors are compared by their codes and builtin bases": [
        "errors.ArgumentTypeError",
        "errors.ArgumentSystemError",
        "errors.ArgumentValueError",
        "errors.StateError",
        "errors.code_of",
    ],
    "the prelude prints the whole of it": [
        "cluster.ListeningAddress.address_type",
    ],
    "given to the socket, which uses it": ["OnRead.callback"],
    "beyond Node: several rules at once": [
        "BlockList.remove_addresses",
        "BlockList.remove_cidrs",
    ],
}


def is_played(name: str) -> bool:
    """Whether a scenario's program uses a name: imported or with its module, or of an object."""
    holder, _, last = name.rpartition(".")
    if holder in MODULES:
        module = holder or "netserve"
        used = rf"\b{module}\.{last}\b|from (netserve\.)?{module} import .*\b{last}\b"
    else:
        used = rf"\.{last}\b"
    return any(re.search(used, program) for program in PROGRAMS)


def code(text: str) -> str:
    """A program without its docstring, comments and what it says to the trace."""
    text = re.sub(r'""".*?"""|"[^"\n]*"|#[^\n]*', "", text, flags=re.S)
    return re.sub(r"import \((.*?)\)", lambda names: f"import {names[1].split()}", text, flags=re.S)


PROGRAMS = [
    code(path.read_text())
    for path in [HERE / "scenario.py", *sorted((HERE / "scenarios").glob("*/*.py"))]
]
EXCEPTED = [name for names in EXCEPTIONS.values() for name in names]


@pytest.mark.parametrize("name", [name for name in public_names() if name not in EXCEPTED])
def test_a_scenario_plays_every_public_name(name):
    assert is_played(name), f"write a scenario for {name}, or a reason into EXCEPTIONS"


def test_every_exception_is_a_public_name_that_no_scenario_plays():
    assert set(EXCEPTED) <= set(public_names())
    assert [name for name in EXCEPTED if is_played(name)] == []
