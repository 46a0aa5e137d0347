"""What type checkers know: mypy and pyright are asked about what is right and what is wrong."""

from __future__ import annotations

import ast
import inspect
import io
import re
import subprocess
import sys
import tokenize
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import netserve
from netserve._server import keywords as of_server
from netserve._socket import keywords as of_socket

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "netserve"
TYPES = ROOT / "tests" / "types"
ACCEPTED, REFUSED = TYPES / "accepted.py", TYPES / "refused.py"

MYPY = ["mypy", str(ACCEPTED), str(REFUSED)]
PYRIGHT = ["pyright", "--pythonpath", sys.executable]

# The first complaint of a checker about each line.
Complaints = dict[int, str]


def complaints_of(command: list[str]) -> dict[Path, Complaints]:
    """What a checker, strict as it can be, says of the two files."""
    run = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, cwd=TYPES
    )
    if run.returncode not in (0, 1):
        pytest.fail(f"{command[0]} could not run: {run.stdout}{run.stderr}")
    found: dict[Path, Complaints] = defaultdict(dict)
    for line in run.stdout.splitlines():
        if match := re.match(r"\s*(\S+\.py):(\d+):.*\berror\b:? (.*)", line):
            found[TYPES / match[1]].setdefault(int(match[2]), match[3])
    assert found, f"{command[0]} refuses nothing: {run.stdout}"
    return found


@pytest.fixture(scope="module", params=[MYPY, PYRIGHT], ids=["mypy", "pyright"])
def complaints(request: pytest.FixtureRequest) -> dict[Path, Complaints]:
    command: list[str] = request.param
    if find_spec(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    return complaints_of(command)


# pyright fetches itself when it runs for the first time.
@pytest.mark.timeout(300)
def test_what_is_right_is_accepted(complaints):
    assert complaints[ACCEPTED] == {}


@pytest.mark.timeout(300)
def test_what_is_wrong_is_refused_and_nothing_else(complaints):
    lines = dict(enumerate(REFUSED.read_text().splitlines(), 1))
    wrong = {number for number, line in lines.items() if line.endswith("  # error")}
    assert wrong
    assert [lines[number] for number in sorted(wrong - complaints[REFUSED].keys())] == []
    assert {n: text for n, text in complaints[REFUSED].items() if n not in wrong} == {}


# The tables of events


def tables() -> Iterator[tuple[str, ast.Subscript]]:
    """Each table of events, by its name."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.parse(file.read_text()).body:
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Subscript)
                and ast.unparse(node.value.value) == "TypedEmitter"
            ):
                yield ast.unparse(node.targets[0]), node.value


def events_of(table: ast.Subscript) -> Iterator[tuple[str, int]]:
    """The events of a table, and how many arguments each brings."""
    assert isinstance(table.slice, ast.Tuple)
    places = iter(table.slice.elts)
    for names, arguments in zip(places, places, strict=True):
        assert isinstance(names, ast.Subscript)
        assert isinstance(arguments, ast.List)
        named = ast.literal_eval(names.slice)
        for name in named if isinstance(named, tuple) else (named,):
            yield name, len(arguments.elts)


def documented_events(thing: object) -> dict[str, int]:
    """The same, from a docstring: `Events: `name`, `name(argument, argument)`, ...`"""
    listed = re.search(r"Events[^:]*:(.*?)(\n\n|\Z)", inspect.getdoc(thing) or "", re.DOTALL)
    assert listed is not None
    events = re.findall(r"`([a-z_]+)(?:\((.*?)\))?`", listed[1])
    return {name: len(arguments.split(",")) if arguments else 0 for name, arguments in events}


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("SocketEvents", netserve.Socket),
        ("ServerEvents", netserve.Server),
        ("ChildEvents", netserve.child_process.ChildProcess),
        ("WorkerEvents", netserve.cluster.Worker),
        ("SupervisorEvents", netserve.cluster.Supervisor),
        ("ClusterEvents", netserve.cluster),
    ],
)
def test_a_table_has_the_events_that_are_documented(name, thing):
    assert dict(events_of(dict(tables())[name])) == documented_events(thing)


# The keywords of functions that pass them on


def names_of(call: Callable[..., object], *without: str) -> set[str]:
    return {*inspect.signature(call).parameters} - {"self", *without}


@pytest.mark.parametrize(
    ("keywords", "taken"),
    [
        (of_server.ServerKeywords, names_of(netserve.Server, "connection_listener")),
        (of_server.ServerKeywords, names_of(netserve.create_server, "connection_listener")),
        (of_server.ListenKeywords, names_of(netserve.Server.listen, "target", "host")),
        (of_socket.SocketKeywords, names_of(netserve.Socket)),
        (
            of_socket.ConnectKeywords,
            names_of(netserve.Socket.connect, "target", "host", "listener", "port", "path"),
        ),
        (
            of_socket.OpenKeywords,
            names_of(netserve.create_connection, "target", "host", "socket_and_connect_options")
            | names_of(netserve.Socket)
            | names_of(netserve.Socket.connect, "target", "host"),
        ),
    ],
)
def test_the_keywords_are_what_is_taken(keywords, taken):
    assert keywords.__optional_keys__ == taken


# What no checker looks at

MOST_ANY = 10  # in 1,000 lines

# Where `Any` is left: how often, and why.
ANY = {
    "_core/__init__.pyi": (3, "a message, and the callback of a write, which is checked in Python"),
    "_types.py": (3, "what a coroutine and its loop send; what is piped, bytes or str"),
    "_states.py": (1, "the steps of several kinds of state, in one table"),
    "_events/abort.py": (1, "a reason is anything"),
    "_events/typed.pyi": (3, "any listener, any emitter, and what a loop is sent"),
    "_events/waits.py": (1, "what an event brings, the tables say"),
    "_socket/keywords.py": (1, "the options of a lookup, each of another type"),
    "_socket/pipe.py": (2, "a destination may have a part of what an emitter has"),
    "_socket/socket.py": (1, "a socket of chunks of either kind"),
    "_server/listen_request.py": (2, "options by name, each of another type"),
    "_server/listening.py": (1, "who owns an acceptor has what the core calls"),
    "_factories.py": (2, "options by name, each of another type"),
    "_processes/events.py": (2, "what a message is, and a handle, only the two programs know"),
    "_processes/ipc/advanced_reader.py": (1, "a message"),
    "_processes/ipc/advanced_writer.py": (1, "each type of value has a function of its own"),
    "_processes/ipc/link.py": (1, "a message of the channel's own: fields of all types"),
    "_processes/ipc/messages.py": (1, "the same"),
    "_processes/ipc/wire.py": (4, "a message, and the frame that it comes in: bytes or str"),
    "cluster/__init__.py": (1, "settings, each of another type"),
    "cluster/_events.py": (1, "the same"),
    "cluster/_messages.py": (1, "a message of a cluster: fields of all types"),
    "cluster/_primary.py": (1, "settings, each of another type"),
    "cluster/_worker.py": (1, "a child in its primary, the process itself in the worker"),
}


def test_any_is_rare_and_each_has_its_reason():
    files = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.pyi")]
    found = {str(file.relative_to(PACKAGE)): any_in(file.read_text()) for file in files}
    lines = sum(len(file.read_text().splitlines()) for file in files)
    assert {name: count for name, count in found.items() if count} == {
        name: count for name, (count, _) in ANY.items()
    }
    assert sum(found.values()) * 1000 <= MOST_ANY * lines


def any_in(text: str) -> int:
    """How often `Any` stands in a file, in quoted types too, but not in imports and prose."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    code = [token for token in tokens if not token.line.lstrip().startswith(("from ", "import "))]
    quoted = re.compile(r"""["'][\w.\[\], |]*\bAny\b[\w.\[\], |]*["']""")
    return sum(
        token.string == "Any"
        if token.type == tokenize.NAME
        else bool(quoted.fullmatch(token.string))
        for token in code
        if token.type in (tokenize.NAME, tokenize.STRING)
    )
