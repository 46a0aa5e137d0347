"""Echo with the same callback protocol over aiofastnet's compiled transports."""

from __future__ import annotations

import asyncio

import aiofastnet

from .protocol import Echo
from .serve import BACKLOG, port_of, serve


async def start() -> int:
    loop = asyncio.get_running_loop()
    return port_of(
        await aiofastnet.create_server(loop, Echo, "127.0.0.1", 0, backlog=BACKLOG),
    )


if __name__ == "__main__":
    serve(start)
