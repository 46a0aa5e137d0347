"""A front that accepts, and two workers behind it: a connection's first byte says whose it is.

The front looks at the byte and leaves it where it is, so the worker reads all of them: a line that
begins with "<" comes back in small letters, any other in capitals.

Run:  python -m examples.handoff [PORT]
Try:  netserve connect 8124
"""

from __future__ import annotations

import asyncio
import os
import socket as _socket
import sys
from typing import Any

import netserve
from netserve import child_process, process

# How long a client has to say something, in seconds.
PATIENCE = 10.0


async def first_byte(socket: netserve.Socket) -> bytes:
    """Waits for a connection's first byte, and leaves it in the kernel; `b""` at its end."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    with _socket.socket(fileno=os.dup(socket.fileno())) as copy:
        loop.add_reader(copy.fileno(), ready.set)
        try:
            async with asyncio.timeout(PATIENCE):
                await ready.wait()
            return copy.recv(1, _socket.MSG_PEEK)
        except (OSError, TimeoutError):
            return b""
        finally:
            loop.remove_reader(copy.fileno())


def front(port: int) -> netserve.Server:
    """Starts the workers, and gives each connection to one of them."""
    workers = {kind: child_process.fork(__file__, [kind]) for kind in ("lower", "upper")}

    async def on_connection(socket: netserve.Socket) -> None:
        first = await first_byte(socket)
        worker = workers["lower" if first == b"<" else "upper"]
        if first and worker.connected:
            worker.send("yours", socket)
        else:
            socket.destroy()

    server = netserve.create_server(on_connection, pause_on_connect=True)
    server.on("listening", lambda: print(f"listening on 127.0.0.1:{port_of(server)}", flush=True))
    return server.listen(port, "127.0.0.1")


def port_of(server: netserve.Server) -> int:
    """The port that the system chose, where it was asked to."""
    address = server.address()
    assert isinstance(address, netserve.AddressInfo)
    return address.port


def work(kind: str) -> None:
    """Serves what the front sends, until the front is gone."""

    def on_message(message: Any, socket: netserve.Socket) -> None:
        socket.set_encoding("utf-8")
        socket.on(
            "data", lambda text: socket.write(text.lower() if kind == "lower" else text.upper())
        )

    process.on("message", on_message)


if __name__ == "__main__":
    if process.connected:
        work(sys.argv[1])
    else:
        front(int(sys.argv[1]) if sys.argv[1:] else 8124)
    netserve.run()
