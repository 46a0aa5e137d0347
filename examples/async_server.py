"""The async server of the README: the same echo, written with `await`.

Run:  python examples/async_server.py
Try:  netserve connect 8124
"""

from __future__ import annotations

import asyncio
import contextlib

import netserve


async def on_connection(socket: netserve.Socket) -> None:
    """Sends back what comes in, one chunk at a time."""
    with contextlib.suppress(ConnectionError):
        async with socket:
            async for chunk in socket:
                socket.write(chunk)
                await socket.drain()


async def main() -> None:
    """Serves until the program is stopped."""
    server = await netserve.start_server(on_connection, port=8124, host="127.0.0.1")
    async with server:
        await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(main())
