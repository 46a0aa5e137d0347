"""A proxy with netserve: 127.0.0.1:PORT to 127.0.0.2:PORT and back."""

from __future__ import annotations

import netserve

from .serve import serve


async def start() -> int:
    def on_connection(socket: netserve.Socket) -> None:
        upstream = netserve.connect(port, "127.0.0.2")
        socket.pipe(upstream)
        upstream.pipe(socket)

    server = netserve.create_server(on_connection).listen(0, "127.0.0.1")
    await server.wait_listening()
    address = server.address()
    assert isinstance(address, netserve.AddressInfo)
    port = address.port
    return port


if __name__ == "__main__":
    serve(start)
