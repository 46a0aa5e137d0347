"""Uploads that cost work, and echoes beside them, with a callback protocol."""

from __future__ import annotations

import asyncio
from typing import cast

from .serve import BACKLOG, UPLOAD, port_of, serve, work


class Busy(asyncio.Protocol):
    __slots__ = ("is_upload", "transport")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.is_upload: bool | None = None

    def data_received(self, data: bytes) -> None:
        if self.is_upload is None:
            self.is_upload = data.startswith(UPLOAD)
        if self.is_upload:
            work()
        else:
            self.transport.write(data)


async def start() -> int:
    loop = asyncio.get_running_loop()
    return port_of(await loop.create_server(Busy, "127.0.0.1", 0, backlog=BACKLOG))


if __name__ == "__main__":
    serve(start)
