"""What the scenarios share on netserve's side; scenario.js is its twin, name for name.

A trace is a sequence of JSON lines `[who, event, ...details]`. `who` is one actor (usually
"server" or "client"): the order is compared within each actor, never between two of them,
because two ends of a connection are free to interleave.
"""

import asyncio
import inspect
import json
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import netserve
from netserve import cluster
from tests.silence import SILENT as SILENT

# The test gives every run a fresh directory; its name must not show in the trace.
DIRECTORY = Path(os.environ["SCENARIO_DIR"])
# "run": netserve drives the loop; "uvloop": a guest in a loop that is already running.
LOOP = os.environ.get("SCENARIO_LOOP", "run")

# Codes whose builtin base class is promised; other codes are compared by code alone.
KINDS = {
    "ERR_INVALID_ADDRESS",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_VALUE",
    "ERR_INVALID_HANDLE_TYPE",
    "ERR_IPC_CHANNEL_CLOSED",
    "ERR_IPC_DISCONNECTED",
    "ERR_IP_BLOCKED",
    "ERR_OUT_OF_RANGE",
    "ERR_SERVER_ALREADY_LISTEN",
    "ERR_SERVER_NOT_RUNNING",
    "ERR_SOCKET_BAD_PORT",
    "ERR_SOCKET_CLOSED",
    "ERR_SOCKET_HANDLE_ADOPTED",
    "ERR_STREAM_DESTROYED",
    "ERR_STREAM_NULL_VALUES",
    "ERR_STREAM_WRITE_AFTER_END",
}
BASES = (OSError, TypeError, ValueError, RuntimeError)
FAULT_FIELDS = ("syscall", "address", "port", "hostname", "local_address", "local_port")

Value = TypeVar("Value")

sleep = asyncio.sleep
_aliases: dict[object, str] = {str(DIRECTORY): "<dir>", DIRECTORY.name: "<run>"}


class Pair(NamedTuple):
    server: netserve.Server
    client: netserve.Socket
    peer: netserve.Socket


def alias(value: Value, name: str) -> Value:
    """From here on `value` (a port, a path) is printed as `name`."""
    _aliases[value] = name
    return value


def _fault(error: BaseException) -> dict[str, object]:
    code = getattr(error, "code", None)
    if code is None:
        return {"message": str(error)}
    fault: dict[str, object] = {"code": code}
    if code in KINDS or re.match(r"E(?!RR_)", code):
        fault["kind"] = next(
            (base.__name__ for base in BASES if isinstance(error, base)), type(error).__name__
        )
    for field in FAULT_FIELDS:
        if (value := getattr(error, field, None)) is not None:
            fault[field] = _plain(value)
    return fault


def _text(value: str) -> str:
    for known, name in _aliases.items():
        if isinstance(known, str):
            value = value.replace(known, name)
    return value


def _plain(value: object) -> object:
    match value:
        case None | bool():
            return value
        case signal.Signals():
            return value.name
        case int() | float():
            return _aliases.get(value, value)
        case str():
            return _text(value)
        case bytes() | bytearray() | memoryview():
            return {"bytes": bytes(value).decode()}
        case BaseException():
            return _fault(value)
        case netserve.Server():
            return "Server"
        case netserve.Socket():
            return "Socket"
        case tuple() if hasattr(value, "_asdict"):
            return _plain(value._asdict())
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
    return type(value).__name__


def _line(*fields: object) -> None:
    # One unbuffered write, so that the lines are out whatever becomes of the process.
    os.write(1, (json.dumps(fields) + "\n").encode())


def trace(who: str, event: str, *details: object) -> None:
    _line(who, event, *map(_plain, details))


def differs(who: str, *, node: list[list[object]], netserve: list[list[object]]) -> None:
    """Declare a difference that is meant: where Node's `who` traces the events `node`, in one
    unbroken row, netserve's traces the events `netserve` instead. The test fails if Node does
    not do what is claimed here."""
    _line("differs", who, node, netserve)


def watch(emitter: netserve.EventEmitter, who: str, *events: str) -> None:
    """Trace these events of `emitter` with all their arguments."""
    for event in events:
        emitter.on(event, lambda *details, event=event: trace(who, event, *details))


def collect(socket: netserve.Socket, who: str) -> None:
    """Read `socket` to its end and trace the whole, since chunk boundaries mean nothing."""
    whole = bytearray()

    def on_data(chunk: bytes | str) -> None:
        whole.extend(chunk.encode() if isinstance(chunk, str) else chunk)

    socket.on("data", on_data)
    socket.on("end", lambda: trace(who, "received", len(whole) if len(whole) > 100 else whole))


def attempt(who: str, what: str, action: Callable[[], object]) -> None:
    """Trace whether `action` raises, and what."""
    try:
        action()
    except Exception as error:
        trace(who, what, error)
    else:
        trace(who, what, "ok")


def later(seconds: float, action: Callable[[], object]) -> None:
    asyncio.get_running_loop().call_later(seconds, action)


def once(emitter: netserve.EventEmitter, event: str) -> asyncio.Future[tuple[Any, ...]]:
    """The arguments of the next `event`. Not `netserve.once`: the prelude leans on as little
    of what is tested as it can."""
    future: asyncio.Future[tuple[Any, ...]] = asyncio.get_running_loop().create_future()
    emitter.once(event, lambda *details: future.set_result(details))
    return future


def address_of(server: netserve.Server) -> netserve.AddressInfo:
    address = server.address()
    assert isinstance(address, netserve.AddressInfo)
    return address


def port_of(server: netserve.Server) -> int:
    return address_of(server).port


def local_path(name: str) -> str:
    return str(DIRECTORY / name)


def abstract_path(name: str) -> str:
    return f"\0{DIRECTORY.name}-{name}"


async def serve(
    listener: Callable[[netserve.Socket], object] | None = None, **options: Any
) -> netserve.Server:
    """A server that listens on 127.0.0.1."""
    server = netserve.create_server(listener, **options)
    listening = once(server, "listening")
    server.listen(0, "127.0.0.1")
    await listening
    return server


async def pair(
    *,
    server_options: Mapping[str, Any] | None = None,
    client_options: Mapping[str, Any] | None = None,
) -> Pair:
    """One connection, both ends of it in hand; the server takes no others."""
    server = await serve(**(server_options or {}))
    accepted = once(server, "connection")
    client = netserve.create_connection(port_of(server), "127.0.0.1", **(client_options or {}))
    await once(client, "connect")
    (peer,) = await accepted
    server.close()
    return Pair(server, client, peer)


async def deaf_port() -> int:
    """A port of 127.0.0.1 where nobody listens."""
    server = await serve()
    port = port_of(server)
    closed = once(server, "close")
    server.close()
    await closed
    return alias(port, "<port>")


def silent_port() -> int:
    """Where an attempt to connect is neither accepted nor refused; at other addresses of the
    loopback the same port is free."""
    return alias(int(os.environ["SCENARIO_SILENT"]), "<port>")


def local_port() -> int:
    """A port to connect from, which nobody else takes."""
    return alias(int(os.environ["SCENARIO_LOCAL_PORT"]), "<local port>")


async def serve_beside_silence(
    listener: Callable[[netserve.Socket], object] = lambda peer: peer.resume(),
) -> netserve.Server:
    """A server at the silent port, at 127.0.0.1; what it gets is of no interest."""
    server = netserve.create_server(listener)
    listening = once(server, "listening")
    server.listen(silent_port(), "127.0.0.1")
    await listening
    return server


def answering(*addresses: str) -> Callable[..., None]:
    """A lookup that answers with these addresses."""

    def lookup(_host: str, _options: object, callback: Callable[..., object]) -> None:
        answers = [(address, netserve.is_ip(address)) for address in addresses]
        asyncio.get_running_loop().call_soon(callback, None, answers)

    return lookup


def watch_attempts(socket: netserve.Socket, who: str) -> None:
    """Trace every step of a socket's way to a connection."""
    attempt = "connection_attempt"
    watch(socket, who, "lookup", attempt, f"{attempt}_failed", f"{attempt}_timeout")
    watch(socket, who, "connect", "close")


def tried(socket: netserve.Socket) -> list[str] | None:
    """The hosts that a socket has tried, without their port."""
    addresses = socket.auto_select_family_attempted_addresses
    return addresses and [address.rpartition(":")[0] for address in addresses]


def start_part(part: str, **options: Any) -> netserve.child_process.ChildProcess:
    """Fork this program once more, as another of its parts."""
    return netserve.child_process.fork(sys.argv[0], [part], **options)


def play_parts(**parts: Callable[[], Coroutine[Any, Any, None] | None]) -> None:
    """Play the part that the first argument names; a program that nobody forked is the parent."""
    play(parts[sys.argv[1] if len(sys.argv) > 1 else "parent"])


def _report(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What Node calls an uncaught exception; the traceback is for whoever reads a failure."""
    error = context.get("exception") or RuntimeError(context["message"])
    traceback.print_exception(error, file=sys.stderr)
    trace("program", "uncaught", error)


def play(main: Callable[[], Coroutine[Any, Any, None] | None]) -> None:
    """Run `main` until nothing is left that keeps the program alive."""

    async def begin() -> None:
        asyncio.get_running_loop().set_exception_handler(_report)
        if inspect.isawaitable(beginning := main()):
            await beginning

    async def guest() -> None:
        await begin()
        await netserve.until_idle()

    if LOOP == "uvloop":
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(guest())
        return
    try:
        netserve.run(begin())
    except Exception as error:
        # Here an uncaught exception leaves run(), which ends the program as Node would.
        traceback.print_exception(error, file=sys.stderr)
        trace("program", "uncaught", error)


def play_cluster(**roles: Callable[[], Coroutine[Any, Any, None] | None]) -> None:
    """Play the primary, or the worker that it forked."""
    play(roles["primary" if cluster.is_primary else "worker"])


def me() -> str:
    """This worker's name in the trace."""
    assert cluster.worker is not None
    return f"worker{cluster.worker.id}"


def name_server() -> netserve.Server:
    """A server, not listening yet, that tells each client the name of its worker."""
    return netserve.create_server(lambda peer: peer.end(me()))


class Forked(NamedTuple):
    worker: cluster.Worker
    address: cluster.ListeningAddress


async def fork_listening(env: Mapping[str, str] | None = None) -> Forked:
    """Fork a worker and wait until it listens."""
    worker = cluster.fork(env)
    (address,) = await once(worker, "listening")
    return Forked(worker, address)


def watch_cluster(*events: str) -> None:
    """Trace these events of the cluster; a worker is its id."""
    for event in events:
        cluster.on(
            event,
            lambda worker, *details, event=event: trace("primary", event, worker.id, *details),
        )


async def ask(where: int | str) -> str:
    """What the server at a port of 127.0.0.1, or at a path, says to one client; or the error's
    code."""
    client = netserve.create_connection(where, "127.0.0.1")
    said: list[str] = []
    client.set_encoding("utf-8").on("data", said.append)
    client.on("error", lambda error: said.append(error.code))
    await once(client, "close")
    return "".join(said)
