"""Uploads that cost work, and echoes beside them, with netserve as anybody would write it."""

from __future__ import annotations

import netserve

from .serve import UPLOAD, serve, work


def on_connection(socket: netserve.Socket) -> None:
    is_upload: bool | None = None

    def on_data(chunk: bytes) -> None:
        nonlocal is_upload
        if is_upload is None:
            is_upload = chunk.startswith(UPLOAD)
        if is_upload:
            work()
        else:
            socket.write(chunk)

    socket.on("data", on_data)


async def start() -> int:
    server = netserve.create_server(on_connection).listen(0, "127.0.0.1")
    await server.wait_listening()
    address = server.address()
    assert isinstance(address, netserve.AddressInfo)
    return address.port


if __name__ == "__main__":
    serve(start)
