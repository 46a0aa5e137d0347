"""A line protocol: every line comes back turned around, `quit` ends.

Run:  netserve serve examples.lines:on_connection
Try:  netserve connect 8124
"""

from __future__ import annotations

import netserve


async def on_connection(socket: netserve.Socket) -> None:
    """Reads a line, answers a line. An empty read is the client's end."""
    async with socket:
        socket.write("Send lines; 'quit' ends.\n")
        while line := await socket.readline():
            text = line.rstrip(b"\r\n")
            if text == b"quit":
                break
            socket.write(text[::-1] + b"\n")
            await socket.drain()
        socket.end("Bye.\n")


if __name__ == "__main__":
    netserve.create_server(on_connection).listen(8124, "127.0.0.1")
    netserve.run()
