"""One server from the command line: announce, serve, stop gracefully."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from netserve import AddressInfo, Server, create_server
from netserve._core import deliver_once
from netserve._server.keywords import ListenKeywords

from ._handler import Handler
from ._output import say

__all__ = [
    "STOP_SIGNALS",
    "ListenError",
    "Request",
    "ServiceError",
    "announce",
    "at_first_signal",
    "open_server",
    "serve",
]

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Listening on every interface; what to connect to instead.
WILDCARDS = {"::": "::1", "0.0.0.0": "127.0.0.1"}


class ServiceError(Exception):
    """The service can't go on; the message is one line."""


class ListenError(ServiceError):
    """The server can't listen where it was asked to."""


class ListenOptions(ListenKeywords, total=False):
    """What the command line says of where to listen, for `Server.listen()`."""

    host: str


@dataclass(frozen=True, slots=True)
class Request:
    """What to serve, where, and how to stop."""

    handler: Handler
    listen: ListenOptions
    max_connections: int | None
    no_delay: bool
    graceful_timeout: float


async def serve(request: Request) -> None:
    """Serves until a signal stops it. Raises `ListenError`."""
    server = await open_server(request)
    server.close_timeout = request.graceful_timeout
    # Leaving it also waits for the handlers that are not through with their clean-up.
    async with server:
        stopped = asyncio.Event()
        at_first_signal(STOP_SIGNALS, stopped.set)
        announce(server.address())
        await stopped.wait()
        server.close(timeout=request.graceful_timeout)
        say("Stopping:", f"waiting up to {request.graceful_timeout:g} s for open connections")


async def open_server(request: Request) -> Server:
    """The server that was asked for, listening. Raises `ListenError`."""
    server = create_server(request.handler, no_delay=request.no_delay)
    try:
        server.max_connections = request.max_connections
        server.listen(**request.listen)
        await server.wait_listening()
    except OSError as error:
        raise ListenError(f"cannot listen: {error.strerror or error}") from error
    except ValueError as error:
        raise ListenError(f"cannot listen: {error}") from error
    return server


def at_first_signal(numbers: Iterable[signal.Signals], stop: Callable[[], object]) -> None:
    """Has the first of these signals call `stop()` in the running loop.

    The next has its default effect, the end, whatever the loop is blocked by: a listener of Python
    is interrupted by the handler, and for one that is in C the system has reset the signal.
    """
    loop = asyncio.get_running_loop()
    watched = tuple(numbers)

    def handler(number: int, frame: object) -> None:
        for each in watched:
            signal.signal(each, signal.SIG_DFL)
        with contextlib.suppress(RuntimeError):  # the loop is closed: we are about to end
            loop.call_soon_threadsafe(stop)

    for each in watched:
        signal.signal(each, handler)
        deliver_once(each)


def announce(address: AddressInfo | str | None) -> None:
    """Says where the server listens, and how to try it."""
    where, place = _describe(address)
    say("Listening on", where)
    if place:
        say("Try:", shlex.join([*_this_program(), "connect", *place]))


def _describe(address: AddressInfo | str | None) -> tuple[str, list[str]]:
    """Where the server listens, and the arguments of `connect` that lead there."""
    if address is None:
        return "an inherited descriptor", []
    if isinstance(address, str):
        path = f"@{address[1:]}" if address.startswith("\0") else address
        return path, [path]
    shown = f"[{address.address}]" if ":" in address.address else address.address
    near = WILDCARDS.get(address.address, address.address)
    return f"{shown}:{address.port}", [near, str(address.port)]


def _this_program() -> list[str]:
    """What to type to have this program once more."""
    if os.path.basename(sys.argv[0]) == "__main__.py":
        return [_typed(sys.executable), "-m", "netserve"]
    return [_typed(sys.argv[0])]


def _typed(path: str) -> str:
    """The name of a program if that is found, or its path."""
    name = os.path.basename(path)
    return name if shutil.which(name) == path else path
