"""Echo with a callback protocol: the fast way of asyncio and of uvloop."""

from __future__ import annotations

import asyncio
from typing import cast

from .serve import BACKLOG, port_of, serve


class Echo(asyncio.Protocol):
    __slots__ = ("transport",)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


async def start() -> int:
    loop = asyncio.get_running_loop()
    return port_of(await loop.create_server(Echo, "127.0.0.1", 0, backlog=BACKLOG))


if __name__ == "__main__":
    serve(start)
