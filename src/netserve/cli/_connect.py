"""One connection from the command line: what is typed goes there, and what comes is shown."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import os
import threading

from netserve import Socket, open_connection
from netserve._socket.keywords import OpenKeywords

__all__ = ["ConnectError", "ConnectOptions", "connect"]

STANDARD_INPUT, STANDARD_OUTPUT = 0, 1
MOST_AT_ONCE = 65536


class ConnectError(Exception):
    """There is no connection, or it broke; the message is one line."""


class ConnectOptions(OpenKeywords, total=False):
    """What the command line says of where to connect to, for `open_connection()`."""

    host: str


async def connect(options: ConnectOptions) -> None:
    """Sends standard input, shows what comes, until both sides have ended. Raises `ConnectError`.

    A thread reads standard input, which may be a file: no event loop can wait for one.
    """
    try:
        socket = await open_connection(**options)
    except OSError as error:
        raise ConnectError(f"cannot connect: {error.strerror or error}") from error
    arguments = (asyncio.get_running_loop(), socket)
    threading.Thread(target=_send_input, args=arguments, daemon=True).start()
    try:
        async for chunk in socket:
            _show(chunk)
        await socket.wait_closed()
    except OSError as error:
        raise ConnectError(error.strerror or str(error)) from error
    finally:
        socket.destroy()


def _send_input(loop: asyncio.AbstractEventLoop, socket: Socket) -> None:
    """Passes standard input on at the speed at which it is taken; then our side ends."""
    # The connection or the loop is over: who reads says so.
    with contextlib.suppress(OSError, RuntimeError, concurrent.futures.CancelledError):
        while data := os.read(STANDARD_INPUT, MOST_AT_ONCE):
            asyncio.run_coroutine_threadsafe(_send(socket, data), loop).result()
        loop.call_soon_threadsafe(socket.end)


async def _send(socket: Socket, data: bytes) -> None:
    socket.write(data)
    await socket.drain()


def _show(chunk: bytes) -> None:
    """Writes to standard output, without a buffer."""
    waiting = memoryview(chunk)
    while waiting:
        waiting = waiting[os.write(STANDARD_OUTPUT, waiting) :]
