"""Echo with netserve, written as anybody would write it."""

from __future__ import annotations

import netserve

from .serve import serve


def on_connection(socket: netserve.Socket) -> None:
    socket.on("data", lambda chunk: socket.write(chunk))


async def start() -> int:
    server = netserve.create_server(on_connection).listen(0, "127.0.0.1")
    await server.wait_listening()
    address = server.address()
    assert isinstance(address, netserve.AddressInfo)
    return address.port


if __name__ == "__main__":
    serve(start)
