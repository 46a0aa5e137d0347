"""One server from the command line: announce, serve, stop gracefully."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import sys
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from netserve import AddressInfo, Server, create_server
from netserve._server.keywords import ListenKeywords

from ._handler import Handler

__all__ = ["STOP_SIGNALS", "ListenError", "Request", "announce", "open_server", "say", "serve"]

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Listening on every interface; what to connect to instead.
WILDCARDS = {"::": "::1", "0.0.0.0": "127.0.0.1"}

console = Console(highlight=False, soft_wrap=True)


class ListenError(Exception):
    """The server can't listen where it was asked to; the message is one line."""


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
    stopped = _catch_signals()
    announce(server.address())
    await stopped.wait()
    server.close(timeout=request.graceful_timeout)
    say("Stopping:", f"waiting up to {request.graceful_timeout:g} s for open connections")
    await server.wait_closed()


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


def _catch_signals() -> asyncio.Event:
    """An event that the first signal sets; the second has its default effect: the end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        stopped.set()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    return stopped


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


def say(what: str, text: str) -> None:
    """Prints one line."""
    # Written as `Text`, so an address in brackets is not taken for markup.
    console.print(Text.assemble((what, "bold"), " ", text))
