"""A proxy with callback protocols, on asyncio's or uvloop's transports: 127.0.0.1:PORT to
127.0.0.2:PORT and back."""

from __future__ import annotations

import asyncio
from typing import cast

from .serve import BACKLOG, port_of, serve


class End(asyncio.Protocol):
    """One of two connections; what it reads, the other writes."""

    transport: asyncio.Transport

    def __init__(self, other: End | None = None) -> None:
        self.other = other

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        assert self.other is not None
        self.other.transport.write(data)

    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        if self.other is not None:
            self.other.transport.close()


class Near(End):
    """The client's side: it opens the other one."""

    port = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.pause_reading()
        asyncio.get_running_loop().create_task(self.connect())

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        _, self.other = await loop.create_connection(lambda: End(self), "127.0.0.2", self.port)
        self.transport.resume_reading()


async def start() -> int:
    loop = asyncio.get_running_loop()
    Near.port = port_of(await loop.create_server(Near, "127.0.0.1", 0, backlog=BACKLOG))
    return Near.port


if __name__ == "__main__":
    serve(start)
