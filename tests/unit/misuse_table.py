"""Every public call with its arguments: what each takes of a list of odd values, on purpose.

A kind is the set of odd values that an argument of that name takes; what it takes rightly is tested
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from netserve import AbortController, BlockList, EventEmitter, Server, Socket, cluster
from netserve._processes.launch_request import LaunchRequest
from netserve.child_process import ChildProcess
from netserve.cluster._conversation import Conversation
from netserve.cluster._primary import WorkerOfPrimary

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
    "message_limit": taking(),
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
    "user_timeout": OPTIONAL_SECONDS,
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


class NeverStarted(ChildProcess):
    """A child whose program is not started."""

    def _start(self, request: LaunchRequest) -> None:
        pass


def a_child() -> ChildProcess:
    """A child that was never started."""
    return NeverStarted(LaunchRequest(["program"], [], None, {}, "json"))


def a_worker() -> cluster.Worker:
    """A worker that was never started."""
    child = a_child()
    return cluster.Worker(1, child, WorkerOfPrimary(child, Conversation(print), print))


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
    "Server.broadcast": call({"data": "x"}, Server, data=DATA, slow=taking()),
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
    "Socket.destroy_soon": call({}, Socket),
    "Socket.set_encoding": call({}, Socket, encoding=taking("None")),
    "Socket.set_keep_alive": call({}, Socket),
    "Socket.set_no_delay": call({}, Socket),
    "Socket.set_timeout": call({"seconds": 0}, Socket),
    "Socket.set_type_of_service": call({}, Socket, tos=WHOLE),
    "Socket.unpipe": call({}, Socket, destination=ANYTHING),
    "Socket.unshift": call({"data": "x"}, Socket, data=DATA, encoding=taking("None")),
    "Socket.write": call({"data": "x"}, Socket, data=DATA, encoding=taking("None", "function")),
    "child_process.ChildProcess.kill": call({}, a_child, signal=taking()),
    "child_process.ChildProcess.send": call({"message": 1}, a_child, message=ANYTHING),
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
        message_limit=taking("None"),
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
    "start_server": call(
        LOCAL,
        target=taking("None", "surrogate", "function"),
        host=taking("None", "empty", "function", "surrogate"),
    ),
    "on": call({"emitter": EventEmitter(), "event": "x"}, emitter=taking()),
    "once": call({"emitter": EventEmitter(), "event": "x"}, emitter=taking()),
    # Without a channel it would raise before it looks: the same method of what may have one.
    "process.send": call({"message": 1}, a_child, message=ANYTHING),
    "is_ip": call(text=ANYTHING),
    "is_ipv4": call(text=ANYTHING),
    "is_ipv6": call(text=ANYTHING),
    "errors.code_of": call(error=ANYTHING),
    "run": call(main=taking("None")),
}

# What can be set.
SETTERS = {
    (Server, "max_connections"): taking("None"),
    (Server, "drop_max_connection"): FLAG,
    (Server, "close_timeout"): OPTIONAL_SECONDS,
    (Socket, "timeout"): SECONDS,
}
