"""`Socket`: connecting, states, addresses, the two ends of a life."""

from __future__ import annotations

import asyncio
import contextvars
import socket

import pytest

import netserve
from netserve import AbortController, Socket, once
from tests.behaviour.pairs import (
    MORE_THAN_THE_KERNEL_TAKES,
    as_socket,
    closing,
    gone,
    pair,
    record,
    serving,
    shut,
)
from tests.conftest import TRANSPORTS
from tests.silence import quiet_port

pytestmark = pytest.mark.transports("ipv4")


@pytest.mark.transports(*TRANSPORTS)
async def test_connecting_goes_through_its_states(transport):
    async with serving(transport) as server:
        client = Socket()
        assert (client.pending, client.connecting, client.destroyed) == (True, False, False)
        assert client.connect(**transport.connect_options(server)) is client
        assert (client.connecting, client.ready_state) == (True, "opening")
        seen = record(client, "connect", "ready")
        await once(client, "ready")
        assert seen == ["connect", "ready"]
        assert (client.connecting, client.pending, client.ready_state) == (False, False, "open")
        await gone(client)
        assert (client.destroyed, client.closed, client.ready_state) == (True, True, "closed")


async def test_a_connect_listener_may_be_given(transport):
    async with serving(transport) as server:
        called = asyncio.Event()
        options = transport.connect_options(server)
        client = netserve.create_connection(listener=called.set, **options)
        await called.wait()
        assert client.listener_count("connect") == 0
        await gone(client)


@pytest.mark.transports(*TRANSPORTS)
async def test_both_ends_know_both_addresses(transport):
    async with pair(transport) as ends:
        here, there = ends.client, ends.served
        if not transport.is_tcp:
            assert (here.remote_port, here.remote_family, here.address()) == (None, None, None)
            return
        assert here.address() == (here.local_address, here.local_family, here.local_port)
        assert (here.local_address, here.local_port) == (there.remote_address, there.remote_port)
        assert (here.remote_address, here.remote_port) == (there.local_address, there.local_port)
        assert here.remote_family == there.local_family == ends.server.address().family


async def test_local_address_and_local_port_are_where_it_connects_from():
    server = await netserve.start_server(port=0, host="127.0.0.1")
    coming = once(server, "connection")
    port = quiet_port()
    client = await netserve.open_connection(
        server.address().port, "127.0.0.1", local_address="127.0.0.2", local_port=port
    )
    (served,) = await coming
    assert (served.remote_address, served.remote_port) == ("127.0.0.2", port)
    await gone(client)
    await shut(server)


async def test_a_refused_connection_is_an_error_then_a_close():
    port = quiet_port()
    client = Socket()
    seen = record(client, "connect", "error", "close")
    client.connect(port, "127.0.0.1")
    closed = closing(client)
    (error,) = await once(client, "error")
    assert isinstance(error, ConnectionRefusedError)
    assert (error.code, error.syscall) == ("ECONNREFUSED", "connect")
    assert (error.address, error.port) == ("127.0.0.1", port)
    assert await closed is True
    assert seen == ["error", "close"]
    assert client.errored is error


async def test_a_path_that_is_not_there_is_an_error(short_folder):
    path = str(short_folder / "nobody")
    with pytest.raises(FileNotFoundError) as caught:
        await netserve.open_connection(path)
    assert (caught.value.code, caught.value.syscall) == ("ENOENT", "connect")
    assert caught.value.address == path


async def test_a_name_that_can_not_resolve_is_enotfound():
    name = "x" * 64 + ".example"
    with pytest.raises(socket.gaierror) as caught:
        await netserve.open_connection(80, name)
    assert (caught.value.code, caught.value.hostname) == ("ENOTFOUND", name)


async def test_a_connected_socket_can_not_connect(transport):
    async with pair(transport) as ends:
        with pytest.raises(RuntimeError):
            ends.client.connect(**transport.connect_options(ends.server))
        assert ends.client.destroyed is False


@pytest.mark.transports(*TRANSPORTS)
async def test_a_closed_socket_may_connect_again(transport):
    async with pair(transport) as ends:
        await gone(ends.client)
        coming = once(ends.server, "connection")
        ends.client.connect(**transport.connect_options(ends.server))
        assert ends.client.destroyed is False
        (served,) = await coming
        ends.client.end(b"second life")
        assert await served.read() == b"second life"
        assert ends.client.bytes_written == 11


@pytest.mark.transports(*TRANSPORTS)
async def test_destroy_while_connecting_ends_in_close(transport):
    async with serving(transport) as server:
        client = Socket().connect(**transport.connect_options(server))
        seen = record(client, "connect", "error")
        client.destroy()
        assert await once(client, "close") == (False,)
        assert seen == []


async def test_destroy_with_an_error_tells_error_then_close(transport):
    async with pair(transport) as ends:
        seen, error = record(ends.client, "error", "close"), LookupError("mine")
        failed, closed = once(ends.client, "error"), closing(ends.client)
        assert ends.client.destroy(error) is ends.client
        assert seen == []
        assert await failed == (error,)
        assert await closed is True
        assert seen == ["error", "close"]


async def test_destroy_twice_is_one_close(transport):
    async with pair(transport) as ends:
        seen = record(ends.client, "close")
        ends.client.destroy()
        ends.client.destroy()
        await once(ends.client, "close")
        assert seen == ["close"]
        assert ends.client.write("late") is False


@pytest.mark.transports(*TRANSPORTS)
async def test_the_states_follow_the_two_halves(transport):
    half = {"allow_half_open": True}
    async with pair(transport, half, **half) as ends:
        assert (ends.client.ready_state, ends.served.ready_state) == ("open", "open")
        ended = once(ends.served, "end")
        ends.served.resume()
        ends.client.end()
        await ended
        assert (ends.client.ready_state, ends.served.ready_state) == ("readOnly", "writeOnly")
        closed = once(ends.client, "close")
        ends.client.resume()
        ends.served.end()
        assert await closed == (False,)
        assert ends.client.ready_state == "closed"


async def test_a_signal_destroys_a_connection(transport):
    controller = AbortController()
    async with pair(transport, {"signal": controller.signal}) as ends:
        failed = once(ends.client, "error")
        controller.abort()
        (error,) = await failed
        assert error.code == "ABORT_ERR"
        assert ends.client.destroyed is True


@pytest.mark.transports(*TRANSPORTS)
async def test_a_connected_descriptor_can_be_wrapped(transport):
    one, other = socket.socketpair()
    with other:
        wrapped = Socket(fd=one.detach())
        wrapped.write(b"ping")
        assert other.recv(4) == b"ping"
        other.sendall(b"pong")
        assert await wrapped.readexactly(4) == b"pong"
        await gone(wrapped)


async def test_a_socket_object_can_be_taken_over():
    one, other = socket.socketpair()
    with other:
        wrapped = Socket(handle=one)
        assert one.fileno() == -1
        wrapped.end(b"bye")
        assert other.recv(4) == b"bye"
        assert other.recv(4) == b""
        await gone(wrapped)


@pytest.mark.transports(*TRANSPORTS)
async def test_options_may_be_set_on_a_connection(transport):
    async with pair(transport) as ends:
        assert ends.client.set_no_delay() is ends.client
        assert ends.client.set_keep_alive(True, 9.0, 4.0, 3) is ends.client
        if not transport.is_tcp:
            return
        with as_socket(ends.client) as copy:
            values = [
                copy.getsockopt(socket.IPPROTO_TCP, name)
                for name in (
                    socket.TCP_NODELAY,
                    socket.TCP_KEEPIDLE,
                    socket.TCP_KEEPINTVL,
                    socket.TCP_KEEPCNT,
                )
            ]
        assert values == [1, 9, 4, 3]


@pytest.mark.transports(*TRANSPORTS)
async def test_type_of_service_reaches_the_system(transport):
    async with pair(transport) as ends:
        assert ends.client.set_type_of_service(0x10) is ends.client
        assert ends.client.get_type_of_service() == 0x10
        with pytest.raises(ValueError, match="256"):
            ends.client.set_type_of_service(256)


async def test_each_connection_has_a_context_of_its_own(transport):
    name = contextvars.ContextVar("name", default="nobody")
    async with serving(transport) as server:
        seen = []

        @server.on("connection")
        def connected(connection):
            name.set(f"connection {len(seen)}")
            seen.append(connection)
            connection.on("data", lambda _: connection.write(name.get()))

        for number in range(2):
            client = await netserve.open_connection(**transport.connect_options(server))
            client.write("who?")
            assert await client.readexactly(12) == f"connection {number}".encode()
            await gone(client)
        assert name.get() == "nobody"


async def test_coroutine_listeners_run_in_the_connections_context(transport):
    name = contextvars.ContextVar("name", default="nobody")
    async with serving(transport) as server:

        @server.on("connection")
        async def connected(connection):
            name.set(await connection.readexactly(1))
            connection.on("end", lambda: connection.end(name.get() * 3))

        for letter in (b"a", b"b"):
            half = {"allow_half_open": True}
            client = await netserve.open_connection(**transport.connect_options(server), **half)
            client.end(letter)
            assert await client.read() == letter * 3
            await gone(client)


async def test_what_is_resumed_after_its_end_flows_in_its_next_life(transport):
    async with serving(transport, lambda peer: peer.end(b"hello")) as server:
        client = Socket().pause()
        client.destroy()
        await closing(client)
        assert client.resume().is_paused() is False
        client.connect(**transport.connect_options(server))
        chunks: list[bytes] = []
        client.on("data", chunks.append)
        await once(client, "end")
        assert chunks == [b"hello"]
        await gone(client)


async def test_a_destroyed_socket_has_no_timeout_set():
    client = Socket()
    client.destroy()
    assert client.set_timeout(1).timeout is None
    await closing(client)


@pytest.mark.transports(*TRANSPORTS)
async def test_a_socket_with_bytes_still_to_write_can_not_be_taken_over(transport):
    """They would be lost."""
    async with pair(transport) as ends:
        ends.client.write(bytes(MORE_THAN_THE_KERNEL_TAKES))
        with pytest.raises(RuntimeError, match="still to write"):
            Socket(handle=ends.client)
        ends.client.end()
        assert len(await ends.served.read()) == MORE_THAN_THE_KERNEL_TAKES
