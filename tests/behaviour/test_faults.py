"""What listeners may do to their server: raise, destroy the others, stop the loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest

import netserve
from netserve import Server, once
from tests.behaviour.pairs import gone, pair, serving, shut
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")

FATAL = [KeyboardInterrupt, SystemExit]


class ListenerError(Exception):
    """What the listeners of these tests raise."""


def raiser(*_):
    raise ListenerError


async def coroutine_raiser(*_):
    raise ListenerError


async def answers(transport, server) -> bool:
    """Whether a server still takes a connection."""
    coming = once(server, "connection")
    client = await netserve.open_connection(**transport.connect_options(server))
    (served,) = await coming
    await gone(client)
    await gone(served)
    return True


# Listeners that raise


@pytest.mark.parametrize("listener", [raiser, coroutine_raiser])
@pytest.mark.parametrize("event", ["data", "end"])
async def test_a_listener_that_raises_costs_its_connection_only(
    transport, listener, event, reports
):
    async with pair(transport, allow_half_open=True) as one:
        bystander = await netserve.open_connection(**transport.connect_options(one.server))
        one.served.on(event, listener).resume()
        one.client.on("error", lambda _: None).end(b"x")
        assert isinstance(await reports.next(), ListenerError)
        assert one.served.destroyed
        assert isinstance(one.served.errored, ListenerError)
        assert not bystander.destroyed
        assert await answers(transport, one.server)
        await gone(bystander)


@pytest.mark.parametrize("listener", [raiser, coroutine_raiser])
async def test_a_connection_listener_that_raises_costs_the_new_connection(
    transport, listener, reports
):
    async with serving(transport, listener) as server:
        client = await netserve.open_connection(**transport.connect_options(server))
        client.resume()
        await client.wait_closed()
        assert isinstance(await reports.next(), ListenerError)
        server.off("connection", listener)
        assert await answers(transport, server)


async def test_an_error_listener_that_raises_is_reported_and_the_socket_still_closes(
    transport, reports
):
    async with pair(transport) as one:
        one.served.on("error", raiser)
        one.served.destroy(ValueError("the reason"))
        await once(one.served, "close")
        assert isinstance(await reports.next(), ListenerError)


async def test_a_close_listener_that_raises_keeps_no_connection_in_the_server(transport, reports):
    async with pair(transport) as one:
        one.served.on("close", raiser)
        one.served.destroy()
        assert isinstance(await reports.next(), ListenerError)
        assert one.server.connections == ()


async def test_what_a_callback_of_get_connections_raises_is_an_error_of_the_server(
    transport, reports
):
    async with serving(transport) as server:
        server.get_connections(raiser)
        assert isinstance(await reports.next(), ListenerError)
        assert await answers(transport, server)


def test_run_raises_what_a_callback_of_get_connections_raises():
    async def main():
        Server().listen(0, "127.0.0.1").get_connections(raiser)

    with pytest.raises(ListenerError):
        netserve.run(main())


async def test_what_a_callback_of_close_raises_leaves_the_server_closed(transport, reports):
    async with serving(transport) as server:
        server.close(raiser)
        assert isinstance(await reports.next(), ListenerError)
        assert not server.listening


@pytest.mark.parametrize("call", ["write", "end"])
async def test_what_a_callback_of_a_write_raises_costs_the_connection(transport, call, reports):
    async with pair(transport) as one:
        getattr(one.served, call)(b"x", callback=raiser)
        assert isinstance(await reports.next(), ListenerError)
        assert one.served.destroyed


# Listeners that close what others wait for


async def crowd(transport, server, count=8):
    """So many connections, both ends of each."""
    clients, accepted = [], []
    server.on("connection", accepted.append)
    for _ in range(count):
        coming = once(server, "connection")
        client = await netserve.open_connection(**transport.connect_options(server))
        clients.append(client.on("error", lambda _: None))
        await coming
    return clients, accepted


@pytest.mark.transports(*TRANSPORTS)
async def test_no_event_comes_for_a_connection_destroyed_in_the_same_batch(transport):
    async with serving(transport) as server:
        clients, accepted = await crowd(transport, server)
        told = []

        def first_come(chunk, connection):
            told.append(connection)
            for other in accepted:
                if other is not connection:
                    other.destroy()

        for connection in accepted:
            connection.on("data", lambda chunk, it=connection: first_come(chunk, it))
            for event in ("end", "error", "drain", "timeout"):
                connection.on(event, lambda *_, it=connection: told.append(it))
        for client in clients:
            client.write(b"all at once")
        await asyncio.gather(*(once(other, "close") for other in accepted[1:]))
        await answers(transport, server)
        assert len(set(told)) == 1
        for client in clients:
            await gone(client)


async def test_a_listener_may_close_the_server_and_all_its_connections(transport):
    async with serving(transport) as server:
        clients, accepted = await crowd(transport, server)
        told = []

        def stop(chunk):
            told.append(chunk)
            server.close().close_all_connections()

        for connection in accepted:
            connection.on("data", stop)
        for client in clients:
            client.write(b"x")
        await server.wait_closed()
        assert told == [b"x"]
        for client in clients:
            await gone(client)


@pytest.mark.transports(*TRANSPORTS)
async def test_a_connection_listener_may_close_the_server_with_others_in_the_queue(transport):
    accepted = []
    server = Server()

    def only_one(connection):
        accepted.append(connection)
        server.close().close_all_connections()

    server.on("connection", only_one).listen(**transport.listen_options())
    await server.wait_listening()
    options = transport.connect_options(server)
    clients = [netserve.connect(**options).on("error", lambda _: None) for _ in range(5)]
    await server.wait_closed()
    assert len(accepted) == 1
    for client in clients:
        await gone(client)


@pytest.mark.transports(*TRANSPORTS)
async def test_a_new_connection_on_a_reused_descriptor_gets_no_old_event(transport):
    async with serving(transport) as server:
        clients, accepted = await crowd(transport, server)
        heard = []
        newcomers, connected = [], []

        def replace(_):
            for old in accepted:
                old.destroy()
            options = transport.connect_options(server)
            newcomers.extend(netserve.connect(**options) for _ in accepted)
            for newcomer in newcomers:
                connected.append(once(newcomer.on("data", heard.append), "connect"))

        for connection in accepted:
            connection.once("data", replace)
        for client in clients:
            client.write(b"for the old one")
        await asyncio.gather(*(once(old, "close") for old in accepted))
        await asyncio.gather(*connected)
        assert heard == []
        for each in (*clients, *newcomers):
            await gone(each)


# Listeners that leave the loop


@pytest.fixture(params=["asyncio", "uvloop"])
def new_loop(request):
    """A loop that the test itself starts and stops."""
    loop = pytest.importorskip(request.param).new_event_loop()
    yield loop
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def served_by(loop, listener):
    """A server in `loop` with one connection, and the plain socket at the other end of it."""

    async def start():
        server = await netserve.start_server(port=0, host="127.0.0.1")
        plain = socket.create_connection(("127.0.0.1", server.address().port))
        (connection,) = await once(server, "connection")
        connection.on("data", lambda chunk: listener(loop, chunk))
        return server, plain

    return loop.run_until_complete(start())


def finish(loop, server, plain):
    plain.close()
    loop.run_until_complete(shut(server))


def test_a_listener_may_stop_the_loop_and_nothing_is_lost(new_loop):
    got, stopping = bytearray(), False

    def listener(loop, chunk):
        nonlocal stopping
        got.extend(chunk)
        if not stopping:
            stopping = True
            loop.stop()

    server, plain = served_by(new_loop, listener)
    plain.sendall(bytes(300_000))
    while len(got) < 300_000:
        stopping = False
        new_loop.run_forever()
    assert len(got) == 300_000
    finish(new_loop, server, plain)


@pytest.mark.parametrize("fatal", FATAL)
def test_what_ends_the_program_leaves_the_loop_and_nothing_is_lost(new_loop, fatal):
    got = []

    def listener(loop, chunk):
        got.append(len(chunk))
        if sum(got) == 300_000:
            loop.stop()
        if len(got) == 1:
            raise fatal

    server, plain = served_by(new_loop, listener)
    plain.sendall(bytes(300_000))
    with pytest.raises(fatal):
        new_loop.run_forever()
    new_loop.call_later(5, new_loop.stop)
    new_loop.run_forever()
    assert sum(got) == 300_000
    finish(new_loop, server, plain)


def test_connections_behind_the_one_that_ended_the_program_are_still_accepted(new_loop):
    accepted = []

    def on_connection(connection):
        accepted.append(connection)
        if len(accepted) == 1:
            raise KeyboardInterrupt
        if len(accepted) == 5:
            new_loop.stop()

    server = new_loop.run_until_complete(netserve.start_server(port=0, host="127.0.0.1"))
    server.on("connection", on_connection)
    address = server.address()[0], server.address().port
    with contextlib.ExitStack() as clients:
        for _ in range(5):
            clients.enter_context(socket.create_connection(address))
        with pytest.raises(KeyboardInterrupt):
            new_loop.run_forever()
        new_loop.call_later(5, new_loop.stop)
        new_loop.run_forever()
        assert len(accepted) == 5
        new_loop.run_until_complete(shut(server))


def test_idle_clocks_go_on_after_one_that_ended_the_program(new_loop):
    told = []

    async def start():
        sockets = [netserve.Socket().set_timeout(0.01 + n / 1000) for n in range(3)]
        for each in sockets:
            each.once("timeout", lambda it=each: timed_out(it))
        return sockets

    def timed_out(each):
        told.append(each)
        if len(told) == 1:
            raise KeyboardInterrupt
        if len(told) == 3:
            new_loop.stop()

    sockets = new_loop.run_until_complete(start())
    with pytest.raises(KeyboardInterrupt):
        new_loop.run_forever()
    new_loop.call_later(5, new_loop.stop)
    new_loop.run_forever()
    assert len(told) == 3
    for each in sockets:
        each.destroy()
