"""A proxy with readers and writers: the comfortable way of asyncio and of uvloop."""

from __future__ import annotations

import asyncio
import sys

from .serve import BACKLOG, port_of, serve

PORT = int(sys.argv[2])
READ_SIZE = 65536


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(READ_SIZE):
        writer.write(chunk)
        await writer.drain()
    writer.write_eof()


async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    there, back = await asyncio.open_connection("127.0.0.1", PORT)
    await asyncio.gather(copy(reader, back), copy(there, writer))
    back.close()
    writer.close()


async def start() -> int:
    return port_of(await asyncio.start_server(proxy, "127.0.0.1", 0, backlog=BACKLOG))


if __name__ == "__main__":
    serve(start)
