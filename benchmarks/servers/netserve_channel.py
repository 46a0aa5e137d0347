"""Messages between a netserve parent and its child, which sends each one back.

What the load generator asks of the parent stands in `load.c`.
"""

from __future__ import annotations

import sys
from typing import Any

import netserve
from netserve import process
from netserve.child_process import ChildProcess, fork

from .serve import serve

FIRST = 10**9  # as many digits in each number
TEXT = "x" * 33  # makes 64 bytes of JSON


class Talk:
    """Keeps as many messages in flight as it is told, and counts those that came back."""

    def __init__(self, child: ChildProcess) -> None:
        self.child = child
        self.sent = self.received = 0
        child.on("message", self.on_message)

    def begin(self, window: int) -> None:
        while self.sent < window:
            self.send()

    def send(self) -> None:
        self.child.send({"number": FIRST + self.sent, "text": TEXT})
        self.sent += 1

    def on_message(self, message: Any, _: Any) -> None:
        if message["number"] != FIRST + self.received or message["text"] != TEXT:
            sys.exit("another message came back")
        self.received += 1
        self.send()

    def on_connection(self, socket: netserve.Socket) -> None:
        def asked(data: bytes) -> None:
            self.begin(data[0])
            socket.write(self.received.to_bytes(8, "little"))

        socket.on("data", asked)


async def start_parent() -> str:
    child = fork("benchmarks.servers.netserve_channel", sys.argv[1:])
    child.send("are you there?")
    await netserve.once(child, "message")
    server = netserve.create_server(Talk(child).on_connection).listen(0, "127.0.0.1")
    await server.wait_listening()
    address = server.address()
    assert isinstance(address, netserve.AddressInfo)
    return f"{address.port} {child.pid}"


async def start_child() -> None:
    process.on("message", lambda message, _: process.send(message))


async def start() -> str | None:
    return await (start_child() if process.connected else start_parent())


if __name__ == "__main__":
    serve(start)
