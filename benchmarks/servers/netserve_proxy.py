"""A proxy with netserve and `pipe()`, written as anybody would write it."""

from __future__ import annotations

import sys

import netserve

from .serve import serve

PORT = int(sys.argv[2])


def on_connection(socket: netserve.Socket) -> None:
    upstream = netserve.create_connection(port=PORT, host="127.0.0.1", allow_half_open=True)
    socket.on("error", lambda error: upstream.destroy())
    upstream.on("error", lambda error: socket.destroy())
    socket.pipe(upstream)
    upstream.pipe(socket)


async def start() -> int:
    server = netserve.create_server(on_connection, allow_half_open=True).listen(0, "127.0.0.1")
    await server.wait_listening()
    address = server.address()
    assert isinstance(address, netserve.AddressInfo)
    return address.port


if __name__ == "__main__":
    serve(start)
