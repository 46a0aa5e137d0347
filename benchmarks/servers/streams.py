"""Echo with reader and writer: the comfortable way of asyncio and of uvloop."""

from __future__ import annotations

import asyncio

from .serve import BACKLOG, port_of, serve

READ_SIZE = 65536


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(READ_SIZE):
        writer.write(chunk)
        await writer.drain()
    writer.close()


async def start() -> int:
    return port_of(await asyncio.start_server(echo, "127.0.0.1", 0, backlog=BACKLOG))


if __name__ == "__main__":
    serve(start)
