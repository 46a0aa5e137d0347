"""Every argument of every public call, with values that make no sense: an error that helps.

It names the argument, has a code of Node's, and nothing was opened. What an argument takes of these
values on purpose stands with its kind; what it takes rightly is tested elsewhere.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

import netserve
from netserve import (
    AbortController,
    BlockList,
    EventEmitter,
    Server,
    Socket,
    cluster,
)
from netserve.child_process import ChildProcess
from netserve.cluster._worker import PrimarysWorker
from tests.conftest import open_descriptors
from tests.public_names import public_names, resolve

ODD: dict[str, Any] = {
    "None": None,
    "True": True,
    "-1": -1,
    "10**30": 10**30,
    "nan": float("nan"),
    "inf": float("inf"),
    "1.5": 1.5,
    "zero byte": "a\0b",
    "bytes": b"x",
    "empty": "",
    "object": object(),
    "surrogate": "\udcff",
    "function": lambda: None,
    "list": [],
    "dict": {},
}
EVERYTHING = frozenset(ODD)
NUMBERS = {"-1", "10**30", "nan", "inf", "1.5"}
TEXTS = {"zero byte", "empty", "surrogate"}


def taking(*names: str) -> frozenset[str]:
    """A kind of argument, by those of the odd values that it takes."""
    assert set(names) <= EVERYTHING
    return frozenset(names)


FLAG = taking("True")
OPTIONAL_FLAG = taking("None", "True")
SECONDS = taking("1.5")
OPTIONAL_SECONDS = taking("None", "1.5")
WHOLE = taking()
CALLBACK = taking("None", "function")
FUNCTION = taking("function")
PATH = taking("surrogate")
OPTIONAL_PATH = taking("None", "surrogate")
PROGRAM = taking("empty", "surrogate")  # what it names is looked for when it starts
TEXT_LIST = taking("list", "dict")
NAMES = taking(*TEXTS)
DATA = taking("bytes", "zero byte", "empty")
ANYTHING = EVERYTHING
SIGNAL = taking("None")
HANDLE = taking("None")
BLOCK_LIST = taking("None")
PORT = taking("None")

KINDS: dict[str, frozenset[str]] = {
    "allow_half_open": FLAG,
    "auto_select_family": OPTIONAL_FLAG,
    "auto_select_family_attempt_timeout": OPTIONAL_SECONDS,
    "backlog": taking("None", "function"),  # a callback may stand in its place
    "block_list": BLOCK_LIST,
    "callback": CALLBACK,
    "close": TEXT_LIST,
    "connection_listener": CALLBACK,
    "count": WHOLE,
    "cwd": OPTIONAL_PATH,
    "detached": FLAG,
    "end": taking(),
    "enable": FLAG,
    "env": taking("None", "dict"),
    "event": NAMES,
    "exclusive": FLAG,
    "address": taking(),
    "addresses": TEXT_LIST,
    "cidr": taking(),
    "cidrs": TEXT_LIST,
    "data": taking(),
    "family": taking("None"),
    "flowlabel": WHOLE,
    "fd": taking("None"),
    "graceful": SECONDS,
    "handle": HANDLE,
    "high_water_mark": WHOLE,
    "hints": WHOLE | {"None"},
    "idle": SECONDS,
    "initial_delay": SECONDS,
    "interval": SECONDS,
    "ipv6_only": FLAG,
    "keep_alive": FLAG,
    "keep_alive_initial_delay": SECONDS,
    "keep_open": FLAG,
    "kill_signal": taking(),
    "listener": CALLBACK,
    "local_address": taking("None"),
    "local_port": PORT,
    "lookup": CALLBACK,
    "network": taking(),
    "no_delay": FLAG,
    "on_read": taking("None"),
    "path": taking("None"),
    "pause_on_connect": FLAG,
    "port": PORT,
    "prefix": WHOLE,
    "readable": FLAG,
    "readable_all": FLAG,
    "reuse_port": FLAG,
    "seconds": SECONDS,
    "serialization": taking(),
    "signal": SIGNAL,
    "silent": FLAG,
    "start": taking(),
    "stdio": taking("None", "list"),
    "timeout": OPTIONAL_SECONDS,
    "type_of_service": taking("None"),
    "writable": FLAG,
    "writable_all": FLAG,
}


@dataclass(frozen=True)
class Call:
    """A public call: what it needs beside the argument in question, and its own kinds."""

    rest: dict[str, Any] = field(default_factory=dict)
    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    # What the method is called on.
    on: Callable[[], Any] | None = None


def call(rest: dict[str, Any] | None = None, on: Any = None, **kinds: frozenset[str]) -> Call:
    return Call(rest or {}, kinds, on)


def emitters(prefix: str, on: Any = None) -> dict[str, Call]:
    """The methods of an emitter, or of a module that is one."""
    listening = {"event": "x", "listener": print}
    return {
        f"{prefix}.on": call(listening, on, listener=CALLBACK),
        f"{prefix}.once": call(listening, on, listener=CALLBACK),
        f"{prefix}.off": call(listening, on, listener=FUNCTION),
        f"{prefix}.prepend_listener": call(listening, on, listener=FUNCTION),
        f"{prefix}.prepend_once_listener": call(listening, on, listener=FUNCTION),
        f"{prefix}.emit": call({}, on, event=ANYTHING),  # what nobody can listen to
        f"{prefix}.listeners": call({}, on),
        f"{prefix}.listener_count": call({"event": "x"}, on, listener=ANYTHING),
        f"{prefix}.remove_all_listeners": call({}, on, event=taking("None", *TEXTS)),
        f"{prefix}.set_max_listeners": call({}, on, n=taking("10**30", "inf", "1.5")),
    }


def a_worker() -> cluster.Worker:
    """A worker that was never started."""
    return PrimarysWorker(1, ChildProcess(), print)


def a_supervisor() -> cluster.Supervisor:
    """One that has started nothing, and would fail at once."""
    return object.__new__(cluster.Supervisor)


LOCAL = {"host": "127.0.0.1"}
PLACE = {
    "target": ANYTHING,  # `port` stands in its place
    "host": taking("None", "empty", "function", "surrogate"),
    "path": OPTIONAL_PATH,
}
CONNECT = call({"port": 1, **LOCAL}, **PLACE)
FORK = {"module": "there_is_no_such_module"}

# Rules ask for a text; what it says is asked next, and an unknown family is IPv6, as in Node.
RULE = {
    "family": taking("zero byte", "surrogate"),
}

CALLS: dict[str, Call] = {
    **emitters("EventEmitter", EventEmitter),
    **emitters("process"),
    **emitters("cluster"),
    "AbortController.abort": call({}, AbortController, reason=ANYTHING),
    "AbortSignal.abort": call(reason=ANYTHING),
    "AbortSignal.any": call(signals=TEXT_LIST | {"empty"}),
    "AbortSignal.timeout": call(),
    "OnRead": call({"callback": print, "buffer": bytearray(1)}, buffer=FUNCTION, callback=FUNCTION),
    "Server": call(),
    "create_server": call(),
    "Server.close": call({}, Server),
    "Server.close_idle_connections": call({}, Server),
    "Server.get_connections": call({}, Server),
    "Server.listen": call(
        LOCAL,
        Server,
        target=taking("None", "surrogate", "function"),
        host=taking("None", "empty", "function", "surrogate"),
        path=OPTIONAL_PATH,
    ),
    "Socket": call(),
    "Socket.connect": call({"port": 1, **LOCAL}, Socket, **PLACE),
    "Socket.destroy": call({}, Socket, error=taking("None")),
    "Socket.end": call(
        {"data": "x"}, Socket, data=DATA | {"None", "function"}, encoding=taking("None", "function")
    ),
    "Socket.pipe": call({"destination": Socket}, Socket, destination=taking(), end=FLAG),
    "Socket.read": call({}, Socket, n=taking("-1", "10**30")),
    "Socket.readexactly": call({}, Socket, n=taking("10**30")),
    "Socket.readuntil": call({}, Socket, separator=taking("bytes")),
    "Socket.set_encoding": call({}, Socket, encoding=taking("None")),
    "Socket.set_keep_alive": call({}, Socket),
    "Socket.set_no_delay": call({}, Socket),
    "Socket.set_timeout": call({"seconds": 0}, Socket),
    "Socket.set_type_of_service": call({}, Socket, tos=WHOLE),
    "Socket.unpipe": call({}, Socket, destination=ANYTHING),
    "Socket.unshift": call({"data": "x"}, Socket, data=DATA, encoding=taking("None")),
    "Socket.write": call({"data": "x"}, Socket, data=DATA, encoding=taking("None", "function")),
    "child_process.ChildProcess.kill": call({}, ChildProcess, signal=taking()),
    "child_process.ChildProcess.send": call({"message": 1}, ChildProcess, message=ANYTHING),
    "child_process.fork": call(
        FORK, module=PROGRAM - {"empty"}, args=TEXT_LIST, exec_args=TEXT_LIST, exec_path=PROGRAM
    ),
    "cluster.Supervisor.replace": call({}, a_supervisor, timeout=SECONDS),
    "cluster.Supervisor.stop": call({}, a_supervisor),
    "cluster.Worker.destroy": call({}, a_worker, signal=taking()),
    "cluster.Worker.kill": call({}, a_worker, signal=taking()),
    "cluster.Worker.send": call({"message": 1}, a_worker, message=ANYTHING),
    "cluster.disconnect": call(),
    "cluster.fork": call(),
    "cluster.setup_primary": call(
        exec=PROGRAM | {"None"},
        args=TEXT_LIST | {"None"},
        exec_args=TEXT_LIST | {"None"},
        exec_path=PROGRAM | {"None"},
        silent=OPTIONAL_FLAG,
        serialization=taking("None"),
        inspect_port=PORT,
    ),
    "cluster.supervise": call({"count": 1}),
    "BlockList.add_address": call({"address": "10.0.0.1"}, BlockList, **RULE),
    "BlockList.add_addresses": call({"addresses": ["10.0.0.1"]}, BlockList, **RULE),
    "BlockList.add_cidr": call({}, BlockList),
    "BlockList.add_cidrs": call({}, BlockList),
    "BlockList.add_range": call({"start": "10.0.0.1", "end": "10.0.0.2"}, BlockList, **RULE),
    "BlockList.add_subnet": call({"network": "10.0.0.0", "prefix": 8}, BlockList, **RULE),
    "BlockList.check": call({"address": "10.0.0.1"}, BlockList, address=NAMES, family=NAMES),
    "BlockList.from_json": call({}, BlockList, data=TEXT_LIST - {"dict"}),
    "BlockList.is_block_list": call(value=ANYTHING),
    "BlockList.remove_address": call({"address": "10.0.0.1"}, BlockList, **RULE),
    "BlockList.remove_addresses": call({"addresses": ["10.0.0.1"]}, BlockList, **RULE),
    "BlockList.remove_cidr": call({}, BlockList),
    "BlockList.remove_cidrs": call({}, BlockList),
    "BlockList.remove_range": call({"start": "10.0.0.1", "end": "10.0.0.2"}, BlockList, **RULE),
    "BlockList.remove_subnet": call({"network": "10.0.0.0", "prefix": 8}, BlockList, **RULE),
    "BoundSocket": call(LOCAL, host=taking("None"), port=taking()),
    "SocketAddress": call(address=taking("None"), family=taking()),
    "SocketAddress.is_socket_address": call(value=ANYTHING),
    "SocketAddress.parse": call(text=NAMES),
    "transfer": call({"handle": Server, "loop": None}, handle=taking(), loop=taking()),
    "set_default_auto_select_family": call(value=FLAG),
    "set_default_auto_select_family_attempt_timeout": call(),
    "connect": CONNECT,
    "create_connection": CONNECT,
    "open_connection": CONNECT,
    "start_server": call(),
    "on": call({"emitter": EventEmitter(), "event": "x"}, emitter=taking()),
    "once": call({"emitter": EventEmitter(), "event": "x"}, emitter=taking()),
    # Without a channel it would raise before it looks: the same method of what may have one.
    "process.send": call({"message": 1}, ChildProcess, message=ANYTHING),
    "is_ip": call(text=ANYTHING),
    "is_ipv4": call(text=ANYTHING),
    "is_ipv6": call(text=ANYTHING),
    "errors.code_of": call(error=ANYTHING),
    "run": call(main=taking("None")),
}

# What the package makes, and a program is given: nobody calls these.
MADE = {"AddressInfo", "DropInfo", "cluster.ListeningAddress", "cluster.Supervisor"}
MADE |= {"cluster.Supervisor.came_up", "cluster.Worker"}
MADE |= {f"errors.{name}" for name in netserve.errors.__all__ if name.endswith("Error")}


def parameters(name: str) -> list[str]:
    """What a public name can be given; nothing, if it can't be called."""
    value = resolve(name)
    if not callable(value) or isinstance(value, str):
        return []
    known = inspect.signature(value).parameters.values()
    return [
        given.name
        for given in known
        if given.name != "self" and given.kind not in (given.VAR_POSITIONAL, given.VAR_KEYWORD)
    ]


def test_every_public_call_with_arguments_is_in_the_table():
    needed = {name for name in public_names() if parameters(name)} - MADE
    assert needed == set(CALLS)


CODES = {
    netserve.errors.ArgumentTypeError: {
        "ERR_INVALID_ARG_TYPE",
        "ERR_INVALID_HANDLE_TYPE",
        "ERR_SOCKET_BAD_PORT",
        "ERR_STREAM_NULL_VALUES",
    },
    netserve.errors.ArgumentValueError: {
        "ERR_INVALID_ADDRESS",
        "ERR_INVALID_ARG_VALUE",
        "ERR_INVALID_IP_ADDRESS",
        "ERR_OUT_OF_RANGE",
        "ERR_SOCKET_BAD_PORT",
        "ERR_UNKNOWN_ENCODING",
        "ERR_UNKNOWN_SIGNAL",
    },
}


# What an argument was understood as has a better name than its own.
UNDERSTOOD = {"target": "|port|path"}


def arguments() -> list[tuple[str, str]]:
    """Every call with each of its arguments."""
    return [(name, parameter) for name in CALLS for parameter in parameters(name)]


async def make(name: str, **arguments: Any) -> None:
    """Makes the call."""
    entry = CALLS[name]
    holder = resolve(name) if entry.on is None else getattr(entry.on(), name.rpartition(".")[2])
    given = {
        parameter: value() if inspect.isclass(value) else value
        for parameter, value in entry.rest.items()
    }
    result = holder(**given | arguments)
    if inspect.isawaitable(result):
        await result


async def complaint(name: str, parameter: str, odd: Any) -> str | None:
    """What is wrong with how a call takes an argument that makes no sense."""
    before = open_descriptors()
    try:
        await make(name, **{parameter: odd})
    except Exception as error:
        code = getattr(error, "code", None)
        if code not in CODES.get(type(error), ()):
            return f"raises {error!r} with the code {code}"
        if not re.search(rf"\b({parameter}{UNDERSTOOD.get(parameter, '')})\b", str(error)):
            return f"doesn't name the argument: {error!r}"
        if open_descriptors() != before:
            return "left a descriptor open"
        return None
    return "is taken"


@pytest.mark.parametrize(("name", "parameter"), arguments())
async def test_a_misuse_is_an_error_that_names_the_argument(name, parameter, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a path that was taken after all leaves its file there
    Socket()  # the loop's reactor has a descriptor of its own
    entry = CALLS[name]
    taken = entry.kinds[parameter] if parameter in entry.kinds else KINDS[parameter]
    complaints = {odd: await complaint(name, parameter, ODD[odd]) for odd in ODD.keys() - taken}
    assert not {odd: text for odd, text in complaints.items() if text is not None}


SETTERS = {
    (Server, "max_connections"): taking("None"),
    (Server, "drop_max_connection"): FLAG,
    (Server, "close_timeout"): OPTIONAL_SECONDS,
    (Socket, "timeout"): SECONDS,
}


@pytest.mark.parametrize(("cls", "name"), SETTERS)
async def test_an_attribute_takes_nothing_that_makes_no_sense(cls, name):
    holder = cls()
    before = getattr(holder, name)
    for odd in ODD.keys() - SETTERS[cls, name]:
        with pytest.raises((TypeError, ValueError), match=name) as caught:
            setattr(holder, name, ODD[odd])
        assert caught.value.code in CODES[type(caught.value)]
        assert getattr(holder, name) == before


@pytest.mark.parametrize("name", public_names())
def test_what_can_be_set_is_in_the_table_and_nothing_else_can(name):
    holder, _, last = name.rpartition(".")
    found = inspect.getattr_static(resolve(holder), last, None) if holder else None
    if isinstance(found, property) and found.fset is not None:
        assert (resolve(holder), last) in SETTERS or name in SET_BY_US


# The package's own way to begin anew.
SET_BY_US = {"Socket.auto_select_family_attempted_addresses"}


@pytest.mark.parametrize("name", ["Server.listen", "Socket.connect", "Socket.set_keep_alive"])
async def test_an_unknown_option_is_refused_in_the_name_of_the_call(name):
    holder, _, last = name.rpartition(".")
    with pytest.raises(TypeError, match=rf"^{name}\(\) .* 'unknown'"):
        getattr(resolve(holder)(), last)(unknown=1)


@pytest.mark.parametrize("name", ["create_connection", "start_server"])
async def test_an_unknown_option_of_a_short_way_is_refused_before_anything_is_made(name):
    before = open_descriptors()
    with pytest.raises(TypeError, match=rf"^{name}\(\) .* 'unknown'"):
        await make(name, unknown=1)
    assert open_descriptors() == before


@pytest.mark.parametrize("cls", [Server, Socket])
def test_the_methods_of_a_class_are_named_after_it_whatever_part_they_are_in(cls):
    for name in public_names():
        method = resolve(name)
        if name.startswith(f"{cls.__name__}.") and inspect.isfunction(method):
            assert method.__qualname__ == name
