"""Where a `pipe()` leads: a destination that is stuck, goes, breaks, or is of its own kind."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable
from typing import Any

import pytest

from netserve import EventEmitter, OnRead, Socket, once
from tests.behaviour.pairs import MORE_THAN_THE_KERNEL_TAKES, Pair, as_socket, pair
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")

HALF = {"allow_half_open": True}
BLOCK = bytes(1 << 20)
READ = 1 << 18  # the most that one read takes


class Full(EventEmitter):
    """Takes one chunk, and no more for ever."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, chunk: bytes) -> bool:
        self.data += chunk
        return False

    def end(self) -> None: ...


class Bare:
    """An emitter that can't say who listens."""

    def __init__(self) -> None:
        self.heard: dict[str, list[Callable[..., Any]]] = {}

    def on(self, event: str, listener: Callable[..., Any]) -> None:
        self.heard.setdefault(event, []).append(listener)

    def off(self, event: str, listener: Callable[..., Any]) -> None:
        self.heard[event].remove(listener)

    def emit(self, event: str, *details: Any) -> None:
        if event == "error" and not self.heard.get(event):
            raise details[0]
        for listener in list(self.heard.get(event, ())):
            listener(*details)

    def write(self, chunk: bytes) -> bool:
        return True

    def end(self) -> None: ...


async def paused(source: Socket) -> None:
    """Waits until a source rests: not only until the next drain, which may be about to come."""
    turns = 0
    while turns < 100:
        turns = turns + 1 if source.is_paused() else 0
        await asyncio.sleep(0)


# One that is stuck


@pytest.mark.parametrize("goes", ["unpipe", "close"])
async def test_a_stuck_destination_that_goes_lets_the_others_go_on(transport, goes):
    async with pair(transport) as left, pair(transport) as right:
        full = Full()
        left.served.pipe(full)
        left.served.pipe(right.client)
        left.client.write(b"one")
        await paused(left.served)
        left.client.end(b"two")
        if goes == "unpipe":
            left.served.unpipe(full)
        else:
            full.emit("close")
        assert await right.served.read() == b"onetwo"
        assert full.data == b"one"


@pytest.mark.transports(*TRANSPORTS)
async def test_a_stuck_socket_that_is_destroyed_lets_the_others_go_on(transport):
    async with pair(transport) as left, pair(transport) as slow, pair(transport) as right:
        slow.served.pause()
        left.served.pipe(slow.client)
        left.served.pipe(right.client)
        left.client.end(bytes(MORE_THAN_THE_KERNEL_TAKES))
        whole = asyncio.ensure_future(right.served.read())
        await paused(left.served)
        slow.client.destroy()
        assert len(await whole) == MORE_THAN_THE_KERNEL_TAKES


@pytest.mark.transports(*TRANSPORTS)
async def test_of_two_stuck_destinations_the_one_that_stays_holds_the_source_up(transport):
    async with pair(transport) as left:
        one, other = Full(), Full()
        left.served.pipe(one)
        left.served.pipe(other)
        left.client.write(b"data")
        await paused(left.served)
        left.served.unpipe(one)
        assert left.served.is_paused()
        other.emit("drain")
        assert not left.served.is_paused()


async def test_the_last_destination_leaves_its_source_paused_stuck_or_not(transport):
    async with pair(transport) as left:
        full = Full()
        left.served.pipe(full)
        left.client.write(b"one")
        await paused(left.served)
        left.served.unpipe(full)
        assert left.served.is_paused()
        left.client.end(b"two")
        assert await left.served.read() == b"two"


async def test_a_data_listener_goes_on_after_a_stuck_destination(transport):
    async with pair(transport) as left:
        full, seen = Full(), bytearray()
        left.served.on("data", seen.extend)
        left.served.pipe(full)
        left.client.write(b"one")
        await paused(left.served)
        left.served.unpipe(full)
        ended = once(left.served, "end")
        left.client.end(b"two")
        await ended
        assert (bytes(seen), full.data) == (b"onetwo", b"one")


async def test_a_destination_that_unpipes_itself_in_write_holds_nothing_up(transport):
    async with pair(transport) as left, pair(transport) as right:

        class Leaving(Full):
            def write(self, chunk: bytes) -> bool:
                left.served.unpipe(self)
                return False

        left.served.pipe(right.client)
        left.served.pipe(Leaving())
        left.client.write(b"one")
        assert await right.served.readexactly(3) == b"one"
        left.client.end(b"two")
        assert await right.served.read() == b"two"


# One that breaks


def fill(plain: socket.socket) -> int:
    """Writes until the kernel takes no more, and says how much that was."""
    written = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            written += plain.send(BLOCK)
    return written


async def stream(left: Pair, right: Pair) -> None:
    """So much that the pipe sees a stream, and that TCP's buffers grow."""
    for _ in range(40):
        left.client.write(BLOCK)
        await right.served.readexactly(len(BLOCK))


async def test_a_destination_that_broke_takes_nothing_more(transport):
    """What was read when that was found out is lost, as in Node; the rest stays."""
    async with pair(transport, HALF, **HALF) as left, pair(transport, HALF, **HALF) as right:
        left.served.pipe(right.client)
        await stream(left, right)
        unpiped = once(right.client, "unpipe")
        right.client.on("error", lambda error: None)
        before = left.served.bytes_read
        with as_socket(left.client) as plain:
            sent = plain.send(b"first")
            right.served.destroy()
            sent += fill(plain)
        await unpiped
        left.client.end()
        kept = len(await left.served.read())
        assert left.served.bytes_read - before == sent
        # TCP takes one write before it hears that nobody is there any more.
        assert sent - kept <= 2 * READ


# An urgent byte


@pytest.mark.transports(*TRANSPORTS)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has splice")
async def test_what_comes_behind_an_urgent_byte_is_piped_too(transport):
    """It arrives, with the end behind it, when the source is known to have ordinary bytes."""
    if not transport.is_tcp:
        pytest.skip("only TCP has urgent bytes")
    async with pair(transport, HALF, **HALF) as left, pair(transport, HALF, **HALF) as right:
        left.served.pipe(right.client)
        await stream(left, right)
        async with pair(transport) as earlier:
            with as_socket(left.client) as plain:

                def on_data(_: bytes) -> None:
                    plain.send(b"!", socket.MSG_OOB)
                    plain.send(b"behind")
                    plain.shutdown(socket.SHUT_WR)

                earlier.served.on("data", on_data)
                earlier.client.write(b"go")
                plain.send(b"before ")
                assert await right.served.read() == b"before behind"


# One of its own kind


async def test_a_subclass_that_overrides_write_sees_what_is_piped(transport):
    class Shouting(Socket):
        def write(self, data: bytes, *rest: Any) -> bool:
            return super().write(data.upper(), *rest)

    async with pair(transport) as left, pair(transport) as right:
        left.served.pipe(Shouting(handle=right.client))
        left.client.end(b"data")
        assert await right.served.read() == b"DATA"


async def test_an_instance_with_a_write_of_its_own_sees_what_is_piped(transport):
    async with pair(transport) as left, pair(transport) as right:
        write = right.client.write

        def shout(data: bytes, *rest: Any) -> bool:
            return write(data.upper(), *rest)

        right.client.write = shout  # type: ignore[assignment, method-assign]
        left.served.pipe(right.client)
        left.client.end(b"data")
        assert await right.served.read() == b"DATA"


async def test_a_source_that_fills_a_buffer_pipes_its_end_and_no_bytes(transport):
    async with pair(transport) as left, pair(transport) as right:
        seen = bytearray()
        on_read = OnRead(bytearray(100), lambda count, buffer: seen.extend(buffer[:count]))
        source = Socket(handle=left.served, on_read=on_read)
        source.pipe(right.client)
        left.client.end(b"data")
        assert await right.served.read() == b""
        assert seen == b"data"


async def test_an_error_of_an_emitter_that_cant_say_who_listens_stays_its_own(transport):
    async with pair(transport) as ends:
        bare = Bare()
        ends.served.pipe(bare)
        with pytest.raises(ZeroDivisionError):
            bare.emit("error", ZeroDivisionError())
        seen: list[Any] = []
        bare.on("error", seen.append)
        bare.emit("error", "heard")
        assert seen == ["heard"]
