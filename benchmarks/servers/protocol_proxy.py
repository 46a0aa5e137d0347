"""A proxy with callback protocols: the fast way of asyncio and of uvloop."""

from __future__ import annotations

import asyncio
import sys
from typing import cast

from .serve import BACKLOG, port_of, serve

PORT = int(sys.argv[2])


class Side(asyncio.Protocol):
    """One of two connections; what it reads, the other writes."""

    __slots__ = ("connecting", "peer", "transport")

    def __init__(self, peer: Side | None = None) -> None:
        self.peer = peer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        if self.peer is None:
            self.transport.pause_reading()
            self.connecting = asyncio.ensure_future(self.connect())
        else:
            self.peer.peer = self
            self.peer.transport.resume_reading()

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: Side(self), "127.0.0.1", PORT)

    def data_received(self, data: bytes) -> None:
        assert self.peer is not None
        self.peer.transport.write(data)

    def eof_received(self) -> bool:
        if self.peer is not None:
            self.peer.transport.write_eof()
        return True

    def connection_lost(self, error: Exception | None) -> None:
        if self.peer is not None:
            self.peer.transport.close()

    def pause_writing(self) -> None:
        if self.peer is not None:
            self.peer.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.peer is not None:
            self.peer.transport.resume_reading()


async def start() -> int:
    loop = asyncio.get_running_loop()
    return port_of(await loop.create_server(Side, "127.0.0.1", 0, backlog=BACKLOG))


if __name__ == "__main__":
    serve(start)
