"""A program with a channel that forks itself: what its own child finds of it."""

import asyncio
import os

import netserve
from netserve import cluster, process


async def serve() -> bytes:
    server = await netserve.start_server(lambda socket: socket.end(b"mine"), 0, "127.0.0.1")
    async with server, await netserve.open_connection(server.address().port) as client:
        return await client.read()


def look() -> str:
    try:
        process.send("from the child")
        sent = "sent"
    except RuntimeError as error:
        sent = error.code
    return f"{cluster.is_worker} {sent} {asyncio.run(serve())!r}"


def forked() -> str:
    read, write = os.pipe()
    if os.fork() == 0:
        try:
            os.write(write, look().encode())
        finally:
            os._exit(0)
    os.close(write)
    with open(read, "rb") as pipe:
        found = pipe.read().decode()
    os.wait()
    return found


def told(message: object, _: object) -> None:
    process.send([message, forked()])
    process.disconnect()


process.send("before a loop: " + forked())
process.on("message", told)
netserve.run()
