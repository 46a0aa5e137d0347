"""A connection from another process that goes on in a thread: it counts while it is alive."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

import netserve
from netserve import Socket
from tests.behaviour.families import raw_channel
from tests.behaviour.threads import OtherThread, destroyed, nothing, other_thread

KEY = "127.0.0.1:1:1"


class Sender:
    """The process that sent the connection, by the lines that it writes."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._lines = channel.makefile("rb")

    def ask(self, command: str) -> None:
        """Asks something about the connections that it sent."""
        self._channel.sendall(json.dumps({"cmd": command, "key": KEY}).encode() + b"\n")

    async def hear(self) -> Any:
        """The next line."""
        return json.loads(await asyncio.to_thread(self._lines.readline))

    def leave(self) -> None:
        """Lets go of the channel, so that it can be closed."""
        self._lines.close()

    async def count(self) -> Any:
        """How many connections are said to be open."""
        self.ask("NODE_SOCKET_GET_COUNT")
        return (await self.hear())["count"]


@asynccontextmanager
async def received() -> AsyncIterator[tuple[Socket, Sender]]:
    """A connection that came from another process, whose server counts it."""
    ours, theirs = socket.socketpair()
    async with raw_channel() as (peer, channel):
        arrived = asyncio.ensure_future(netserve.once(peer, "message"))
        message = {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": 1, "key": KEY}
        with ours, theirs:
            data = json.dumps(message).encode() + b"\n"
            socket.send_fds(channel, [data], [theirs.fileno()])
            theirs.close()
            _, connection = await arrived
            sender = Sender(channel)
            assert await sender.hear() == {"cmd": "NODE_HANDLE_ACK"}
            try:
                yield connection, sender
            finally:
                sender.leave()


async def test_a_connection_that_was_moved_counts_until_it_is_closed_there(other):
    async with received() as (connection, sender):
        moved = netserve.transfer(connection, other.loop)
        await other.run(nothing())
        assert await sender.count() == 1
        sender.ask("NODE_SOCKET_NOTIFY_CLOSE")
        assert await sender.count() == 1
        await other.run(destroyed(moved))
        assert (await sender.hear())["cmd"] == "NODE_SOCKET_ALL_CLOSED"
        assert await sender.count() == 0


async def test_a_connection_that_was_moved_on_counts_until_the_last_one_closes_it(other):
    async with (
        other_thread(asyncio.new_event_loop) as second,
        received() as (connection, sender),
    ):
        moved = netserve.transfer(connection, other.loop)
        moved = await other.run(move_on(moved, second))
        await second.run(nothing())
        assert await sender.count() == 1
        await second.run(destroyed(moved))
        sender.ask("NODE_SOCKET_NOTIFY_CLOSE")
        assert (await sender.hear())["cmd"] == "NODE_SOCKET_ALL_CLOSED"


async def test_a_connection_in_another_object_counts_until_its_loop_ends():
    async with (
        other_thread(asyncio.new_event_loop) as other,
        received() as (connection, sender),
    ):
        moved = netserve.transfer(connection, other.loop)
        held: list[Socket] = []
        await other.run(take_over(moved, held))
        assert await sender.count() == 1
        await other.run(left())
        sender.ask("NODE_SOCKET_NOTIFY_CLOSE")
        assert (await sender.hear())["cmd"] == "NODE_SOCKET_ALL_CLOSED"
        assert await sender.count() == 0


async def take_over(connection: Socket, held: list[Socket]) -> None:
    held.append(Socket(handle=connection))


async def left() -> None:
    """Does what `asyncio.run()` does to everything of a loop before it is closed."""
    await asyncio.get_running_loop().shutdown_asyncgens()


async def move_on(connection: Socket, other: OtherThread) -> Socket:
    return netserve.transfer(connection, other.loop)


@pytest.mark.parametrize("moves", [True, False])
async def test_a_connection_that_is_closed_is_counted_out_once(other, moves):
    async with received() as (connection, sender):
        if moves:
            await other.run(destroyed(netserve.transfer(connection, other.loop)))
        else:
            await destroyed(connection)
        sender.ask("NODE_SOCKET_NOTIFY_CLOSE")
        assert (await sender.hear())["cmd"] == "NODE_SOCKET_ALL_CLOSED"
        assert await sender.count() == 0
