"""Connections that go on in another thread's loop: what travels, what stays."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import os
import threading
from typing import Any

import pytest
import uvloop

import netserve
from netserve import Server, Socket, once
from netserve._core import io
from netserve._runtime import current
from tests.behaviour.pairs import gone, pair, record, serving, shut
from tests.behaviour.threads import (
    NOT_TRANSFERABLE,
    TIME,
    ask,
    destroyed,
    echo_until_end,
    nothing,
    other_thread,
    refused,
    visitor,
)
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")


@pytest.mark.transports(*TRANSPORTS)
async def test_a_connection_goes_on_in_the_other_thread(transport, other):
    async with pair(transport, pause_on_connect=True) as ends:
        ends.client.write(b"before")
        serving_there = asyncio.ensure_future(
            other.run(echo_until_end(netserve.transfer(ends.served, other.loop)))
        )
        assert await ends.client.readexactly(6) == b"before"
        assert await ask(ends.client, b"after") == b"after"
        ends.client.end()
        assert await serving_there != threading.get_ident()


@pytest.mark.transports(*TRANSPORTS)
async def test_a_connection_can_be_moved_by_its_connection_listener(transport, other):
    done = asyncio.get_running_loop().create_future()

    def on_connection(socket: Socket) -> None:
        moved = netserve.transfer(socket, other.loop)
        done.set_result(asyncio.ensure_future(other.run(echo_until_end(moved))))

    async with (
        serving(transport, on_connection) as server,
        visitor(transport, server) as client,
    ):
        assert await ask(client, b"there?") == b"there?"
        client.end()
        assert await (await done) != threading.get_ident()


@pytest.mark.transports(*TRANSPORTS)
async def test_what_was_read_and_not_taken_comes_first_there(transport, other):
    async with pair(transport) as ends:
        ends.client.write(b"GET /somewhere\nrest")
        assert await ends.served.readline() == b"GET /somewhere\n"

        async def read_on(socket: Socket) -> bytes:
            return await socket.readexactly(8)

        moved = netserve.transfer(ends.served, other.loop)
        ends.client.write(b", more")
        assert await other.run(read_on(moved)) == b"rest, mo"
        await other.run(destroyed(moved))


async def test_half_a_character_that_was_read_is_whole_there(transport, other):
    async with pair(transport) as ends:
        served = ends.served
        served.set_encoding("utf-8")
        first = once(served, "data")
        ends.client.write("aé".encode()[:2])
        assert await first == ("a",)

        async def next_text(socket: Socket) -> object:
            return await once(socket.resume(), "data")

        moved = netserve.transfer(served, other.loop)
        ends.client.write("é".encode()[1:])
        assert await other.run(next_text(moved)) == ("é",)
        await other.run(destroyed(moved))


async def test_nothing_is_read_until_somebody_there_asks(transport, other):
    async with pair(transport, pause_on_connect=True) as ends:
        ends.client.write(b"unread")
        moved = netserve.transfer(ends.served, other.loop)

        async def look_and_read(socket: Socket) -> tuple[int, bool, bytes]:
            before = socket.bytes_read, socket.is_paused()
            return *before, await socket.readexactly(6)

        assert await other.run(look_and_read(moved)) == (0, False, b"unread")
        await other.run(destroyed(moved))


@pytest.mark.transports(*TRANSPORTS)
async def test_options_go_along(transport, other):
    async with pair(transport, allow_half_open=True, high_water_mark=1000) as ends:
        ends.served.set_timeout(TIME)
        moved = netserve.transfer(ends.served, other.loop)

        async def look(socket: Socket) -> object:
            marks = socket.readable_high_water_mark, socket.writable_high_water_mark
            return socket.allow_half_open, socket.timeout, marks, socket.server

        assert await other.run(look(moved)) == (True, TIME, (1000, 1000), None)
        await other.run(destroyed(moved))


async def test_a_timeout_goes_on_there(transport, other):
    async with pair(transport) as ends:
        ends.served.set_timeout(0.05)
        moved = netserve.transfer(ends.served, other.loop)

        async def timeout(socket: Socket) -> None:
            await once(socket, "timeout")
            socket.destroy()

        await other.run(timeout(moved))


async def test_what_is_left_here_closes_and_refuses_to_be_used(transport, other):
    async with pair(transport) as ends:
        served = ends.served
        closed = once(served, "close")
        moved = netserve.transfer(served, other.loop)
        assert await closed == (False,)
        assert served.destroyed
        for use in (
            lambda: served.write(b"lost"),
            lambda: served.end(),
            lambda: served.end(b"lost"),
            lambda: served.connect(1),
            lambda: served.pause(),
            lambda: served.resume(),
            lambda: served.pipe(ends.client),
            lambda: served.unshift(b"back"),
            lambda: served.set_encoding(),
            lambda: served.set_timeout(1),
            lambda: served.set_no_delay(),
            lambda: served.set_keep_alive(True),
            lambda: served.set_type_of_service(0),
            lambda: served.get_type_of_service(),
            lambda: served.cork(),
            lambda: served.uncork(),
            lambda: served.ref(),
            lambda: served.unref(),
            lambda: netserve.transfer(served, other.loop),
            lambda: Socket(handle=served),
            lambda: Server().listen(handle=served),
        ):
            assert refused(use) == "ERR_STREAM_DESTROYED"
        for wait in (served.read(), served.readline(), served.drain(), anext(aiter(served))):
            with pytest.raises(RuntimeError) as caught:
                await wait
            assert caught.value.code == "ERR_STREAM_DESTROYED"
        # Letting go of it once more does no harm.
        assert served.destroy() is served
        served.destroy_soon()
        await served.wait_closed()
        await other.run(destroyed(moved))


async def test_a_connection_that_cannot_be_moved_stays_as_it_is(transport, other):
    async with pair(transport) as ends:
        client, served = ends.client, ends.served
        served.pause()
        while client.write(bytes(1 << 20)):
            pass
        assert refused(netserve.transfer, client, other.loop) == NOT_TRANSFERABLE
        served.pipe(client)
        assert refused(netserve.transfer, served, other.loop) == NOT_TRANSFERABLE
        served.unpipe(client)
        served.end()
        assert refused(netserve.transfer, served, other.loop) == NOT_TRANSFERABLE
        assert refused(netserve.transfer, Socket(), other.loop) == NOT_TRANSFERABLE
        assert not client.destroyed
        assert not served.destroyed


@pytest.mark.transports(*TRANSPORTS)
async def test_the_server_that_accepted_a_connection_still_counts_it_and_waits(transport, other):
    async with serving(transport) as server:
        coming = once(server, "connection")
        async with visitor(transport, server) as client:
            (served,) = await coming
            moved = netserve.transfer(served, other.loop)
            serving_there = asyncio.ensure_future(other.run(echo_until_end(moved)))
            assert await server.get_connections() == 1
            closed = once(server, "close")
            server.close()
            assert await ask(client, b"still there") == b"still there"
            client.end()
            await serving_there
            await closed
            assert await server.get_connections() == 0


async def test_a_connection_that_moves_on_is_counted_all_the_way(transport, other):
    here = asyncio.get_running_loop()
    async with (
        other_thread(asyncio.new_event_loop) as third,
        serving(transport) as server,
    ):
        coming = once(server, "connection")
        async with visitor(transport, server) as client:
            socket = (await coming)[0]

            async def send_on(socket: Socket, loop: asyncio.AbstractEventLoop) -> Socket:
                return netserve.transfer(socket, loop)

            moved = netserve.transfer(socket, other.loop)
            moved = await other.run(send_on(moved, third.loop))
            assert await server.get_connections() == 1
            home = await third.run(send_on(moved, here))
            assert await server.get_connections() == 1
            closed = record(server, "close")
            server.close()
            client.end(b"home again")
            assert await home.read() == b"home again"
            assert closed == []
            await gone(home)
            await server.wait_closed()
            assert closed == ["close"]


async def test_a_connection_that_was_destroyed_on_its_way_is_closed(transport, other):
    async with serving(transport) as server:
        coming = once(server, "connection")
        async with visitor(transport, server) as client:
            with other.busy():
                moved = netserve.transfer((await coming)[0], other.loop)
                moved.destroy()
            assert await client.read() == b""
            await other.run(nothing())
            await shut(server)


async def test_a_connection_that_cannot_be_taken_there_is_closed(transport, other, monkeypatch):
    async with serving(transport) as server:
        coming = once(server, "connection")
        async with visitor(transport, server) as client:
            served = (await coming)[0]

            def refuse(self, fd, **_):
                os.close(fd)
                raise OSError(errno.ENOSPC, "no room to watch it")

            monkeypatch.setattr(io, "open", refuse)
            with other.busy():
                moved = netserve.transfer(served, other.loop)
                errors = record(moved, "error")
            assert await client.read() == b""
            await other.run(nothing())
            assert errors == ["error"]
            assert moved.errored.errno == errno.ENOSPC
            await shut(server)


async def test_a_connection_whose_arrival_fails_is_closed_and_counted_no_more(
    transport, other, monkeypatch
):
    """The other loop gets no descriptor for what watches its connections."""

    home = threading.current_thread()

    def refuse_there() -> Any:
        if threading.current_thread() is home:
            return current()
        raise OSError(errno.EMFILE, "too many open files")

    async with serving(transport) as server:
        coming = once(server, "connection")
        async with visitor(transport, server) as client:
            served = (await coming)[0]
            monkeypatch.setattr("netserve._socket.socket.current", refuse_there)
            moved = netserve.transfer(served, other.loop)
            closed = once(server, "close")
            server.close()
            assert await client.read() == b""
            await closed
            await other.run(nothing())
            del moved
    assert [problem["exception"].errno for problem in other.problems] == [errno.EMFILE]
    other.problems.clear()


async def test_a_loop_that_was_just_closed_lets_go_of_its_connections_and_warns(transport):
    """Nothing in it was told, as `asyncio.run()` does."""
    async with serving(transport) as server:
        coming = once(server, "connection")
        async with visitor(transport, server) as client:
            loop = asyncio.new_event_loop()
            netserve.transfer((await coming)[0], loop)
            thread = threading.Thread(target=loop.run_until_complete, args=(nothing(),))
            thread.start()
            await asyncio.to_thread(thread.join, TIME)
            assert await server.get_connections() == 1
            closed = once(server, "close")
            server.close()
            with pytest.warns(ResourceWarning, match="1 servers and connections were open"):
                loop.close()
            await closed
            assert await client.read() == b""


async def test_a_server_closes_when_the_other_loop_is_over(transport):
    async with serving(transport) as server:
        coming = once(server, "connection")
        async with visitor(transport, server) as client:
            async with other_thread(asyncio.new_event_loop) as other:
                moved = netserve.transfer((await coming)[0], other.loop)
                await other.run(nothing())
                closed = once(server, "close")
                server.close()
            await closed
            assert await client.read() == b""
            del moved


@pytest.mark.transports(*TRANSPORTS)
async def test_a_connection_that_never_arrives_is_closed(transport):
    """Its loop is closed before it looks."""
    loop = asyncio.new_event_loop()
    async with serving(transport) as server:
        coming = once(server, "connection")
        async with visitor(transport, server) as client:
            moved = netserve.transfer((await coming)[0], loop)
            closed = once(server, "close")
            server.close()
            loop.close()
            del moved, coming
            gc.collect()
            await closed
            assert await client.read() == b""


@pytest.mark.transports(*TRANSPORTS)
async def test_many_connections_are_spread_over_threads_and_none_is_lost(transport):
    connections, threads = 60, 3
    async with contextlib.AsyncExitStack() as stack:
        others = [
            await stack.enter_async_context(other_thread(make))
            for make in [asyncio.new_event_loop, uvloop.new_event_loop, asyncio.new_event_loop]
        ]
        idents: list[Any] = []

        def on_connection(socket: Socket) -> None:
            other = others[len(idents) % threads]
            moved = netserve.transfer(socket, other.loop)
            idents.append(asyncio.ensure_future(other.run(echo_until_end(moved))))

        async def visit(server: Server, number: int) -> None:
            client = await netserve.open_connection(**transport.connect_options(server))
            question = b"%d\n" % number * 1000
            assert await ask(client, question) == question
            client.end()
            await client.wait_closed()

        async with serving(transport, on_connection) as server:
            await asyncio.gather(*(visit(server, number) for number in range(connections)))
            assert len(set(await asyncio.gather(*idents))) == threads


async def test_wrong_arguments_are_refused_and_change_nothing(transport, other):
    closed_loop = asyncio.new_event_loop()
    closed_loop.close()
    async with serving(transport) as server:
        here = asyncio.get_running_loop()
        assert refused(netserve.transfer, server, closed_loop) == "ERR_INVALID_ARG_VALUE"
        assert refused(netserve.transfer, server, here) == "ERR_INVALID_ARG_VALUE"
        assert refused(netserve.transfer, server, None) == "ERR_INVALID_ARG_TYPE"
        assert refused(netserve.transfer, server.fileno(), other.loop) == "ERR_INVALID_ARG_TYPE"
        assert server.listening
