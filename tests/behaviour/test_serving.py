"""A coroutine that serves a connection owns its end and its errors; a task that an event started or
woke has its turn before the next event."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time

import pytest

import netserve
from netserve import Socket, once, open_connection
from netserve.errors import code_of
from tests.behaviour.pairs import (
    MORE_THAN_THE_KERNEL_TAKES,
    closing,
    gone,
    pair,
    serving,
    shut,
)

TRANSPORTS = ("ipv4", "path")
LINES = b"one\ntwo\nthree\n"


async def turns(count=3):
    """Others have their turn."""
    for _ in range(count):
        await asyncio.sleep(0)


async def ask(transport, server, question=b""):
    """What a client gets that sends a question and its end at once."""
    address = transport.connect_options(server)
    client = await open_connection(**address, allow_half_open=True)
    client.end(question)
    try:
        return await client.read()
    finally:
        await gone(client)


# Our end


async def answers_all(socket):
    question = await socket.read()
    await turns()
    socket.write(b"answer to " + question)


async def answers_lines(socket):
    while line := await socket.readline():
        await turns()
        socket.write(line.upper())
        await socket.drain()


async def answers_chunks(socket):
    async for chunk in socket:
        await turns()
        socket.write(chunk.upper())


ANSWERS = [
    pytest.param(answers_all, b"answer to " + LINES, id="all"),
    pytest.param(answers_lines, LINES.upper(), id="lines"),
    pytest.param(answers_chunks, LINES.upper(), id="chunks"),
]


@pytest.mark.transports(*TRANSPORTS)
@pytest.mark.parametrize(("answers", "expected"), ANSWERS)
async def test_an_answer_of_a_listener_that_awaits_reaches_a_client_that_has_ended(
    transport, answers, expected
):
    async with serving(transport, answers) as server:
        assert await ask(transport, server, LINES) == expected


@pytest.mark.transports(*TRANSPORTS)
@pytest.mark.parametrize(("answers", "expected"), ANSWERS)
async def test_so_does_that_of_a_block(transport, answers, expected):
    tasks = set()

    async def serve(socket):
        async with socket:
            await answers(socket)

    def on_connection(socket):
        tasks.add(asyncio.ensure_future(serve(socket)))

    async with serving(transport, on_connection) as server:
        assert await ask(transport, server, LINES) == expected


@pytest.mark.transports(*TRANSPORTS)
@pytest.mark.parametrize(("answers", "expected"), ANSWERS)
async def test_so_does_that_of_a_task_of_one_who_iterates(transport, answers, expected):
    async def serve(socket):
        async with socket:
            await answers(socket)

    async def serve_all(server):
        async with asyncio.TaskGroup() as group:
            async for socket in server:
                group.create_task(serve(socket))

    async with serving(transport) as server:
        serving_all = asyncio.ensure_future(serve_all(server))
        assert await ask(transport, server, LINES) == expected
        server.close()
        await serving_all


@pytest.mark.transports(*TRANSPORTS)
async def test_a_client_that_ended_before_it_was_taken_still_gets_a_greeting(transport):
    async with serving(transport) as server:
        asking = asyncio.ensure_future(ask(transport, server))
        while not (server.connections and server.connections[0].readable_ended):
            await asyncio.sleep(0)
        async with await anext(server) as socket:
            await turns()
            socket.write(b"welcome")
        assert await asking == b"welcome"


async def test_connections_that_nobody_takes_end_with_their_clients_once_the_server_is_closed(
    transport,
):
    async with serving(transport) as server:
        client = await open_connection(**transport.connect_options(server))
        while not server.connections:
            await asyncio.sleep(0)
        client.end()
        server.close()
        assert await client.read() == b""
        await server.wait_closed()


@pytest.mark.transports("ipv4")
async def test_our_end_follows_when_the_last_owner_has_left(transport):
    go_on = asyncio.Event()

    async def on_connection(socket):
        await go_on.wait()

    async with serving(transport, on_connection) as server:
        coming = once(server, "connection")
        client = await open_connection(**transport.connect_options(server), allow_half_open=True)
        (socket,) = await coming
        socket.resume()
        ended = once(socket, "end")
        client.end()
        await ended
        await turns()
        assert (socket.writable, socket.ready_state) == (True, "writeOnly")
        go_on.set()
        assert await client.read() == b""
        assert socket.writable_ended


@pytest.mark.transports("ipv4")
async def test_a_listener_that_returns_while_the_peer_goes_on_closes_nothing(transport):
    async def on_connection(socket):
        socket.on("data", socket.write)

    async with serving(transport, on_connection) as server:
        client = await open_connection(**transport.connect_options(server))
        for question in (b"one", b"two"):
            client.write(question)
            assert await client.readexactly(3) == question
        client.end()
        assert await client.read() == b""  # our end follows the peer's, by itself again


@pytest.mark.transports("ipv4")
async def test_with_neither_around_it_our_end_follows_the_peer_s(transport):
    async with pair(transport) as ends:
        ends.client.end(b"question")
        assert await ends.served.read() == b"question"
        closed = closing(ends.served)
        await closed
        assert ends.served.writable_ended


@pytest.mark.transports("ipv4")
async def test_a_socket_that_may_stay_half_open_does(transport):
    served = []

    async def on_connection(socket):
        served.append(socket)
        await socket.read()

    async with serving(transport, on_connection, allow_half_open=True) as server:
        client = await open_connection(**transport.connect_options(server), allow_half_open=True)
        client.end()
        while not (served and served[0].readable_ended):
            await asyncio.sleep(0)
        await turns(6)
        assert served[0].writable
        served[0].end(b"at last")
        assert await client.read() == b"at last"


# A turn before the next event


@pytest.mark.transports(*TRANSPORTS)
@pytest.mark.parametrize("event", ["data", "end"])
async def test_a_listener_that_is_a_coroutine_function_answers_in_its_first_line(transport, event):
    def on_connection(socket):
        async def listener(*_):
            socket.write(b"answer")

        socket.on(event, listener)
        socket.resume()

    async with serving(transport, on_connection) as server:
        answers = await asyncio.gather(*(ask(transport, server, b"ping") for _ in range(20)))
    assert answers == [b"answer"] * 20


@pytest.mark.transports("ipv4")
async def test_a_listener_of_finish_has_its_turn_before_the_close_that_was_asked_for(transport):
    alive = asyncio.get_running_loop().create_future()

    async def listener():
        alive.set_result(not client.destroyed)

    async with serving(transport) as server:
        client = await open_connection(**transport.connect_options(server))
        client.on("finish", listener)
        client.destroy_soon()
        assert await alive
        await client.wait_closed()


@pytest.mark.transports("ipv4")
async def test_each_of_several_coroutine_listeners_has_its_turn_first(transport):
    def on_connection(socket):
        for name in (b"1", b"2", b"3"):

            async def listener(data, name=name):
                socket.write(name)

            socket.on("data", listener)

    async with serving(transport, on_connection) as server:
        assert await ask(transport, server, b"ping") == b"123"


@pytest.mark.transports("ipv4")
async def test_what_was_put_back_starts_no_end_before_its_listener_had_its_turn(transport):
    async def answer(socket, data):
        socket.write(data.upper())

    async with serving(transport) as server:
        asking = asyncio.ensure_future(ask(transport, server, b"ping"))
        socket = await anext(server)
        assert await socket.readexactly(4) == b"ping"
        socket.unshift(b"ping")
        socket.on("data", lambda data: answer(socket, data))
        assert await asking == b"PING"


@pytest.mark.transports(*TRANSPORTS)
@pytest.mark.parametrize("waits", [asyncio.shield, lambda opening: asyncio.wait_for(opening, 10)])
async def test_who_opened_a_connection_that_ends_at_once_knows_it_and_hears_its_close(
    transport, waits
):
    async with serving(transport, lambda socket: socket.end()) as server:
        for _ in range(20):
            socket = await waits(open_connection(**transport.connect_options(server)))
            if transport.is_tcp:
                assert socket.remote_port == server.address().port
            closed = closing(socket)
            socket.resume()
            await closed


@pytest.mark.transports("ipv4")
async def test_who_takes_a_connection_that_waited_hears_of_its_reset_after_that(transport, reports):
    async def takes(server, client):
        socket = await anext(server)
        client.reset_and_destroy()
        return socket

    async with serving(transport) as server:
        client = await open_connection(**transport.connect_options(server))
        while not server.connections:
            await asyncio.sleep(0)
        socket = await asyncio.wait_for(takes(server, client), 10)
        assert not socket.destroyed
        closed = closing(socket)
        with pytest.raises(ConnectionResetError):
            await socket.read()
        assert await closed is True
    assert not reports


@pytest.mark.transports("ipv4")
async def test_a_timeout_waits_for_what_was_started_before(transport):
    told = []

    async def starts(_):
        told.append("turn")
        ends.served.set_timeout(0)

    def takes_long(_):
        until = time.monotonic() + 0.01
        while time.monotonic() < until:
            pass

    async with pair(transport) as ends:
        ends.served.on("timeout", lambda: told.append("timeout"))
        ends.served.on("data", starts).on("data", takes_long)
        ends.served.on("data", lambda _: told.append("data"))
        ends.served.set_timeout(0.005)
        ends.client.write(b"x")
        while "turn" not in told:
            await asyncio.sleep(0)
        assert told[-2:] == ["data", "turn"]


@pytest.mark.transports("ipv4")
async def test_who_waits_for_one_chunk_after_the_other_misses_none(transport):
    async def on_connection(socket):
        for number in range(50):
            socket.write(b"%d\n" % number)
            await asyncio.sleep(0)
        socket.end()

    got = b""
    async with serving(transport, on_connection) as server:
        socket = await open_connection(**transport.connect_options(server))
        closed = closing(socket)
        while not got.endswith(b"49\n"):
            (chunk,) = await once(socket, "data")
            got += chunk
        assert await closed is False
    assert got == b"".join(b"%d\n" % number for number in range(50))


# Errors


@pytest.mark.transports("ipv4")
@pytest.mark.parametrize("sends", [b"", b"hello\n"])
async def test_a_reset_that_the_coroutine_caught_is_not_reported(transport, reports, sends):
    caught = []

    async def on_connection(socket):
        with contextlib.suppress(ConnectionError):
            async with socket:
                try:
                    while line := await socket.readline():
                        socket.write(line)
                except ConnectionError as error:
                    caught.append(code_of(error))
                    raise

    async with serving(transport, on_connection) as server:
        for _ in range(20):
            client = await open_connection(**transport.connect_options(server))
            client.write(sends)
            client.reset_and_destroy()
        while len(caught) < 20:
            await asyncio.sleep(0)
        await turns()
    assert set(caught) == {"ECONNRESET"}
    assert not reports


@pytest.mark.transports("ipv4")
async def test_one_that_leaves_the_coroutine_is_reported_once(transport, reports):
    async def on_connection(socket):
        await socket.readline()

    async with serving(transport, on_connection) as server:
        client = await open_connection(**transport.connect_options(server))
        client.reset_and_destroy()
        assert code_of(await reports.next()) == "ECONNRESET"
        while server.connections:
            await asyncio.sleep(0)
        await turns()
    assert not reports


@pytest.mark.transports("ipv4")
async def test_one_that_no_await_met_is_reported_once_when_the_coroutine_ends(transport, reports):
    broken, go_on = asyncio.Event(), asyncio.Event()

    async def on_connection(socket):
        socket.once("close", lambda _: broken.set())
        await go_on.wait()

    async with serving(transport, on_connection) as server:
        client = await open_connection(**transport.connect_options(server))
        client.reset_and_destroy()
        await broken.wait()
        await turns()
        assert not reports
        go_on.set()
        assert code_of(await reports.next()) == "ECONNRESET"
        await turns()
    assert not reports


@pytest.mark.transports("ipv4")
async def test_an_error_listener_hears_of_it_and_then_nobody_reports_it(transport, reports):
    heard = asyncio.get_running_loop().create_future()

    async def on_connection(socket):
        socket.on("error", heard.set_result)
        await heard

    async with serving(transport, on_connection) as server:
        client = await open_connection(**transport.connect_options(server))
        client.reset_and_destroy()
        assert code_of(await heard) == "ECONNRESET"
        await turns()
    assert not reports


@pytest.mark.transports("ipv4")
async def test_an_await_that_was_under_way_when_data_went_to_listeners_has_the_error(
    transport, reports
):
    async with pair(transport) as ends:
        reading = asyncio.ensure_future(ends.served.read())
        await turns()
        ends.served.on("data", lambda chunk: None)
        await turns()
        ends.client.reset_and_destroy()
        with pytest.raises(ConnectionResetError):
            await reading
        await turns()
    assert not reports


@pytest.mark.transports("ipv4")
async def test_leaving_a_block_raises_an_error_that_nothing_in_it_has_raised(transport, reports):
    async def serves(socket):
        async with socket:
            await closing(socket)

    async with pair(transport) as ends:
        task = asyncio.ensure_future(serves(ends.client))
        await turns()
        ends.served.reset_and_destroy()
        with pytest.raises(ConnectionResetError):
            await task
        await turns()
    assert not reports


@pytest.mark.transports("ipv4")
async def test_after_its_coroutine_a_connection_s_errors_are_unhandled_again(transport, reports):
    async def on_connection(socket):
        await socket.readline()

    async with serving(transport, on_connection) as server:
        client = await open_connection(**transport.connect_options(server))
        client.write(b"hello\n")
        while not (server.connections and server.connections[0].bytes_read):
            await asyncio.sleep(0)
        await turns(6)
        client.reset_and_destroy()
        assert code_of(await reports.next()) == "ECONNRESET"


@pytest.mark.transports("ipv4")
async def test_a_coroutine_that_is_cancelled_closes_its_connection_and_reports_nothing(
    transport, reports
):
    work = asyncio.get_running_loop().create_future()

    async def on_connection(socket):
        socket.write(await work)

    async with serving(transport, on_connection) as server:
        client = await open_connection(**transport.connect_options(server))
        while not server.connections:
            await asyncio.sleep(0)
        await turns()
        work.cancel()
        assert await client.read() == b""
        assert await server.get_connections() == 0
    assert not reports


@pytest.mark.transports("ipv4")
async def test_a_coroutine_that_no_task_is_made_for_leaves_nothing(transport, reports):
    loop = asyncio.get_running_loop()

    async def on_connection(socket):
        """Never runs."""

    def factory(loop, coroutine, **options):
        if coroutine.__name__ == "on_connection":
            raise RuntimeError("no more tasks")
        return asyncio.Task(coroutine, loop=loop, **options)

    loop.set_task_factory(factory)
    try:
        async with serving(transport, on_connection) as server:
            assert await ask(transport, server) == b""
            assert str(await reports.next()) == "no more tasks"
            server.close()
            await netserve.until_idle()
    finally:
        loop.set_task_factory(None)


@pytest.mark.transports("ipv4")
async def test_who_opened_a_connection_gets_its_error_from_the_next_await(transport, reports):
    async with pair(transport) as ends:
        closed = closing(ends.client)
        ends.served.reset_and_destroy()
        assert await closed
        await turns()
        assert not reports
        with pytest.raises(ConnectionResetError):
            await ends.client.read()
    assert not reports


@pytest.mark.transports("ipv4")
async def test_how_a_connection_broke_that_nobody_took_concerns_nobody(transport, reports):
    async with serving(transport) as server:
        client = await open_connection(**transport.connect_options(server))
        while not server.connections:
            await asyncio.sleep(0)
        client.reset_and_destroy()
        while server.connections:
            await asyncio.sleep(0)
        await turns()
    assert not reports


# What is over before its end

READS = {
    "read": lambda socket: socket.read(),
    "readline": lambda socket: socket.readline(),
    "readexactly": lambda socket: socket.readexactly(100),
    "readuntil": lambda socket: socket.readuntil(b"!"),
    "iteration": lambda socket: collect(socket),
}


async def collect(socket):
    return [chunk async for chunk in socket]


@pytest.mark.transports("ipv4")
@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize("error", [None, TimeoutError("too slow")], ids=["alone", "error"])
async def test_half_of_what_was_to_come_is_no_end(transport, read, error):
    async with pair(transport) as ends:
        ends.client.write(b"half of the upload")
        reading = asyncio.ensure_future(read(ends.served))
        while not ends.served.bytes_read:
            await asyncio.sleep(0)
        ends.served.destroy(error)
        with pytest.raises(ConnectionAbortedError if error is None else TimeoutError) as caught:
            await reading
        if error is None:
            assert code_of(caught.value) == "ERR_STREAM_PREMATURE_CLOSE"
        else:
            assert caught.value is error


@pytest.mark.transports("ipv4")
@pytest.mark.parametrize("destroys", [True, False])
async def test_a_loop_until_readable_ended_ends(transport, destroys):
    async def collects(socket):
        lines = []
        with contextlib.suppress(ConnectionError):
            while not socket.readable_ended:
                lines.append(await socket.readline())
        return lines

    async with pair(transport) as ends:
        collecting = asyncio.ensure_future(collects(ends.served))
        if destroys:
            ends.client.write(b"one\n")
            while not ends.served.bytes_read:
                await asyncio.sleep(0)
            ends.served.destroy()
        else:
            ends.client.end(b"one\n")
        assert (await collecting)[0] == b"one\n"


@pytest.mark.transports("ipv4")
async def test_so_does_one_that_finds_the_last_bytes_of_a_destroyed_socket(transport):
    async with pair(transport) as ends:
        ends.client.end(b"one\ntwo\n")
        while ends.served.readable_length < 8:
            await asyncio.sleep(0)
        await turns(20)
        ends.served.destroy()
        lines = []
        while not ends.served.readable_ended and len(lines) < 9:
            lines.append(await ends.served.readline())
        assert lines == [b"one\n", b"two\n", b""]


async def test_what_a_descriptor_is_not_used_for_has_ended():
    reader, writer = os.pipe()
    source, sink = Socket(fd=reader, writable=False), Socket(fd=writer, readable=False)
    assert (source.writable_ended, source.writable_finished, source.readable_ended) == (
        True,
        True,
        False,
    )
    assert (sink.writable_ended, sink.writable_finished, sink.readable_ended) == (
        False,
        False,
        True,
    )
    await gone(source)
    await gone(sink)


@pytest.mark.transports("ipv4")
async def test_an_await_belongs_to_one_life_of_its_socket(transport):
    async with serving(transport, lambda socket: socket.write(b"hello")) as server:
        address = transport.connect_options(server)
        client = await open_connection(**address)
        assert await client.readexactly(5) == b"hello"
        reading = asyncio.ensure_future(client.read(100))
        await turns()
        client.destroy()
        client.connect(**address)
        with pytest.raises(ConnectionAbortedError) as caught:
            await reading
        assert code_of(caught.value) == "ERR_STREAM_PREMATURE_CLOSE"
        assert await client.readexactly(5) == b"hello"
        await gone(client)


@pytest.mark.transports(*TRANSPORTS)
async def test_what_a_cancelled_read_leaves_comes_before_what_follows(transport):
    async with pair(transport) as ends:
        chunks = []
        reading = asyncio.ensure_future(ends.served.read())
        ends.client.write(b"first ")
        while not ends.served.bytes_read:
            await asyncio.sleep(0)
        await turns()
        ends.served.on("data", chunks.append)
        await turns()
        reading.cancel()
        await turns()
        ended = once(ends.served, "end")
        ends.client.end(b"second")
        await ended
        assert b"".join(chunks) == b"first second"


@pytest.mark.transports("ipv4")
async def test_a_line_that_was_put_back_is_found_by_who_waits_for_one(transport):
    async with pair(transport) as ends:
        reading = asyncio.ensure_future(ends.served.readline())
        ends.client.write(b"hello")
        while ends.served.readable_length < 5:
            await asyncio.sleep(0)
        await turns()
        ends.served.unshift(b"a\nb")
        assert await reading == b"a\n"
        assert await ends.served.readexactly(6) == b"bhello"


@pytest.mark.transports("ipv4")
async def test_a_line_is_found_though_another_task_took_what_came_before(transport):
    async with pair(transport) as ends:
        reading = asyncio.ensure_future(ends.served.readline())
        ends.client.write(b"hello")
        while ends.served.readable_length < 5:
            await asyncio.sleep(0)
        await turns()
        assert await ends.served.readexactly(5) == b"hello"
        ends.client.write(b"a\n")
        assert await reading == b"a\n"


@pytest.mark.transports("ipv4")
async def test_who_asks_for_the_end_again_and_again_holds_nobody_up(transport):
    async def spins(socket):
        while True:
            await socket.read(100)

    async with pair(transport) as ends:
        ends.client.end()
        spinning = asyncio.ensure_future(spins(ends.served))
        await ends.served.wait_closed()
        spinning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await spinning


@pytest.mark.transports("ipv4")
async def test_drain_with_room_takes_no_turn_of_the_loop(transport):
    async with pair(transport) as ends:
        ends.client.write(b"little")
        draining = ends.client.drain()
        with pytest.raises(StopIteration):
            draining.send(None)


@pytest.mark.transports(*TRANSPORTS)
async def test_drain_hears_of_a_broken_connection_though_nothing_waits_to_be_written(transport):
    async with pair(transport) as ends:
        ends.served.pause()
        ends.client.destroy()

        async def tells():
            for _ in range(10_000):
                ends.served.write(b"news")
                await ends.served.drain()

        with pytest.raises(ConnectionError):
            await tells()


# Leaving a block


async def test_leaving_the_block_of_a_socket_that_is_only_read_closes_it():
    reader, writer = os.pipe()
    async with Socket(fd=reader, writable=False) as source:
        pass
    assert source.closed
    os.close(writer)


@pytest.mark.transports("ipv4")
async def test_leaving_a_block_that_is_cancelled_closes_the_connection(transport):
    async with pair(transport) as ends:
        ends.client.pause()

        async def sends():
            async with ends.served:
                ends.served.write(bytes(MORE_THAN_THE_KERNEL_TAKES))

        sending = asyncio.ensure_future(sends())
        await turns(20)
        assert not ends.served.destroyed
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert ends.served.destroyed


# Awaits where listeners could be


@pytest.mark.transports("ipv4")
@pytest.mark.parametrize("ever", [False, True], ids=["resumed", "heard"])
async def test_an_await_takes_over_where_nobody_listens_any_more(transport, ever):
    def ignore(chunk):
        """A listener that is taken off again."""

    async with pair(transport) as ends:
        ends.served.resume()
        if ever:
            ends.served.on("data", ignore).off("data", ignore)
        reading = asyncio.ensure_future(ends.served.readline())
        await turns()
        ends.client.write(b"one\ntwo\n")
        assert await reading == b"one\n"
        ends.client.write(b"three\n")
        while ends.served.bytes_read < 14:
            await asyncio.sleep(0)
        assert [await ends.served.readline() for _ in "23"] == [b"two\n", b"three\n"]


@pytest.mark.transports("ipv4")
async def test_what_waited_for_an_await_goes_to_the_next_listener(transport):
    async with pair(transport) as ends:
        ends.served.resume()
        reading = asyncio.ensure_future(ends.served.readline())
        await turns()
        ends.client.write(b"one\ntwo\n")
        assert await reading == b"one\n"
        ends.served.on("data", (heard := asyncio.Queue()).put_nowait)
        assert await heard.get() == b"two\n"


@pytest.mark.transports("ipv4")
async def test_that_the_program_closed_a_connection_is_no_report(transport, reports):
    async def on_connection(socket):
        async with socket:
            await socket.readline()

    async with serving(transport, on_connection) as server:
        client = await open_connection(**transport.connect_options(server))
        while not server.connections:
            await asyncio.sleep(0)
        await turns()
        server.close_all_connections()
        assert await client.read() == b""
        await turns()
    assert not reports


# Leaving a server


@pytest.mark.transports("ipv4")
async def test_leaving_a_server_that_is_cancelled_closes_its_connections(transport):
    async def leaves(server):
        async with server:
            pass

    server = netserve.create_server(bytes_to_nobody).listen(**transport.listen_options())
    server.close_timeout = None
    await server.wait_listening()
    client = await open_connection(**transport.connect_options(server))
    while not server.connections:
        await asyncio.sleep(0)
    leaving = asyncio.ensure_future(leaves(server))
    await turns()
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert not server.connections
    await server.wait_closed()
    await gone(client)


def bytes_to_nobody(socket):
    socket.resume()


@pytest.mark.transports("ipv4")
@pytest.mark.parametrize("fails", [False, True], ids=["by itself", "by an exception"])
async def test_leaving_a_server_waits_for_what_its_handlers_clean_up(transport, fails):
    said = []

    async def on_connection(socket):
        try:
            with contextlib.suppress(ConnectionError):
                async with socket:
                    socket.write(await socket.readline())
        finally:
            await turns(20)
            said.append("cleaned up")

    server = netserve.create_server(on_connection).listen(**transport.listen_options())

    async def visits():
        async with server, await open_connection(**transport.connect_options(server)) as client:
            client.write(b"hello\n")
            await client.readline()
            if fails:
                raise ZeroDivisionError

    with contextlib.suppress(ZeroDivisionError):
        await visits()
    said.append("left")
    assert said == ["cleaned up", "left"]


@pytest.mark.transports("ipv4")
async def test_it_waits_a_second_at_most_for_those_whose_connection_it_destroyed(transport):
    hangs = asyncio.Event()

    async def on_connection(socket):
        await hangs.wait()

    server = netserve.create_server(on_connection).listen(**transport.listen_options())
    server.close_timeout = 0.05
    async with server:
        client = await open_connection(**transport.connect_options(server))
        while not server.connections:
            await asyncio.sleep(0)
    await gone(client)
    hangs.set()
    await netserve.until_idle()


@pytest.mark.transports("ipv4")
async def test_a_handler_that_leaves_its_server_does_not_wait_for_itself(transport):
    left = asyncio.Event()

    async def on_connection(socket):
        async with server:
            socket.destroy()
        left.set()

    server = netserve.create_server(on_connection).listen(**transport.listen_options())
    server.close_timeout = None
    await server.wait_listening()
    client = await open_connection(**transport.connect_options(server))
    await left.wait()
    await gone(client)
    await shut(server)
