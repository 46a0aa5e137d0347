"""Calls from inside the events that they cause."""

from __future__ import annotations

import asyncio

import pytest

import netserve
from netserve import Server, Socket, once
from tests.behaviour.pairs import MORE_THAN_THE_KERNEL_TAKES, gone, pair, serving, shut
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")

BIG = bytes(MORE_THAN_THE_KERNEL_TAKES)


def quiet(connection):
    """Takes everything, and errors too."""
    return connection.on("error", lambda _: None).resume()


@pytest.mark.transports(*TRANSPORTS)
async def test_a_write_inside_drain_arrives(transport):
    async with pair(transport) as one:
        got = bytearray()
        one.client.on("data", got.extend)
        writes = iter([BIG, b"the end"])

        def more():
            chunk = next(writes, None)
            if chunk is None:
                one.served.end()
            elif one.served.write(chunk):
                more()

        one.served.on("drain", more)
        one.served.write(BIG)
        await once(one.client, "end")
        assert bytes(got) == BIG + BIG + b"the end"


async def test_destroy_inside_a_write_callback_calls_the_later_callbacks_with_an_error(transport):
    async with pair(transport) as one:
        one.client.on("error", lambda _: None).pause()
        told = []
        done = asyncio.get_running_loop().create_future()

        def first(error):
            told.append(error)
            one.served.destroy()

        def second(error):
            told.append(error)
            done.set_result(None)

        one.served.write(b"taken at once", callback=first)
        one.served.write(BIG, callback=second)
        await done
        assert told[0] is None
        assert told[1].code == "ERR_STREAM_DESTROYED"


async def test_end_inside_data_sends_what_was_written_before(transport):
    async with pair(transport, allow_half_open=True) as one:
        one.served.on("data", lambda chunk: one.served.end(chunk.upper()))
        got = []
        one.client.on("data", got.append).write(b"echo")
        await once(one.client, "end")
        assert got == [b"ECHO"]


@pytest.mark.transports(*TRANSPORTS)
async def test_a_server_may_listen_again_inside_close(transport):
    async with serving(transport) as server:
        again = once(server, "listening")
        server.once("close", lambda: server.listen(**transport.listen_options()))
        server.close()
        await again
        client = await netserve.open_connection(**transport.connect_options(server))
        await gone(client)


@pytest.mark.transports(*TRANSPORTS)
async def test_a_socket_may_connect_again_inside_close_and_write_at_once(transport):
    async with serving(transport, quiet) as server:
        options = transport.connect_options(server)
        client = await netserve.open_connection(**options)
        told = asyncio.get_running_loop().create_future()

        def again(_):
            client.connect(**options).write(b"a new life", callback=told.set_result)

        client.once("close", again).destroy()
        assert await told is None
        assert client.ready_state == "open"
        await gone(client)


async def test_a_socket_that_connects_elsewhere_names_its_new_peer():
    first = await netserve.start_server(quiet, port=0, host="127.0.0.1")
    second = await netserve.start_server(quiet, port=0, host="127.0.0.1")
    client = await netserve.open_connection(first.address().port, "127.0.0.1")
    assert client.remote_port == first.address().port
    await gone(client)
    client.connect(second.address().port, "127.0.0.1")
    await once(client, "connect")
    assert client.remote_port == second.address().port
    await gone(client)
    await shut(first)
    await shut(second)


async def test_pause_and_resume_inside_data_lose_nothing(transport):
    async with pair(transport) as one:
        got = bytearray()

        def stutter(chunk):
            got.extend(chunk)
            one.client.pause()
            asyncio.get_running_loop().call_soon(one.client.resume)

        one.client.on("data", stutter)
        one.served.end(BIG)
        await once(one.client, "end")
        assert bytes(got) == BIG


@pytest.mark.transports(*TRANSPORTS)
async def test_a_cork_while_the_kernel_is_full_delays_and_loses_nothing(transport):
    async with pair(transport) as one:
        one.served.write(BIG)
        one.served.cork()
        one.served.write(b"corked ")
        got = bytearray()
        one.client.on("data", got.extend)
        while one.client.bytes_read == 0:
            await once(one.client, "data")
        one.served.uncork()
        one.served.end(b"ended")
        await once(one.client, "end")
        assert bytes(got) == BIG + b"corked ended"


@pytest.mark.parametrize("event", ["data", "end", "close"])
async def test_every_call_inside_an_event_is_allowed(transport, event):
    async with pair(transport, allow_half_open=True) as one:
        quiet(one.client)

        def everything(*_):
            served = one.served
            served.pause().resume().set_timeout(1).set_timeout(0)
            served.cork()
            served.write(b"x")
            served.uncork()
            served.unref().ref()
            served.end()
            served.destroy_soon()
            served.destroy()
            served.destroy()
            one.server.get_connections(lambda *_: None)

        quiet(one.served).on(event, everything)
        one.client.end(b"x")
        if event == "close":
            one.served.end()
        if not one.served.closed:
            await once(one.served, "close")
        assert one.server.connections == ()


async def test_a_name_that_the_system_has_no_room_to_look_up_is_an_error_and_no_end(monkeypatch):
    async def no_room(*_, **__):
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(asyncio.get_running_loop(), "getaddrinfo", no_room)
        server = Server().listen(0, "a.name")
        with pytest.raises(OSError, match="EMFILE") as caught:
            await server.wait_listening()
        assert (caught.value.code, caught.value.syscall) == ("EMFILE", "getaddrinfo")
        client = Socket().connect(1, "a.name")
        (error,) = await once(client, "error")
        assert (error.code, error.syscall) == ("EMFILE", "getaddrinfo")
    server.listen(0, "127.0.0.1")
    await server.wait_listening()
    await shut(server)
    await netserve.until_idle()


async def test_descriptors_that_are_copies_may_come_and_go():
    lender = await netserve.start_server(port=0, host="127.0.0.1")
    borrower = Server()
    for _ in range(3):
        borrower.listen(handle=lender)
        await borrower.wait_listening()
        await shut(borrower)
    await shut(lender)
