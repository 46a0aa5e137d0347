"""Peers that do their worst: resets in every state, silence, odd ways of sending, garbage."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import struct
import sys

import pytest

import netserve
from netserve import Server, Socket, once
from tests.behaviour.pairs import gone, serving, shut

pytestmark = pytest.mark.transports("ipv4")

RESET = struct.pack("ii", 1, 0)
BIG = bytes(8_000_000)


def plain_client(server) -> socket.socket:
    """A plain socket that is connected to a server on IPv4."""
    return socket.create_connection(("127.0.0.1", server.address().port), timeout=5)


def reset(plain: socket.socket) -> None:
    """Closes with a reset in place of an end."""
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    plain.close()


@pytest.fixture
async def server():
    """A server on IPv4 whose connections are the test's to use."""
    server = Server().listen(0, "127.0.0.1")
    await server.wait_listening()
    yield server
    await shut(server)


async def accepted(server):
    """Both ends of a new connection: a plain socket, and ours."""
    coming = once(server, "connection")
    plain = plain_client(server)
    (connection,) = await coming
    return plain, connection


async def closed_with(connection) -> str | None:
    """The code of the error that a connection closed with."""
    try:
        await connection.wait_closed()
    except OSError as error:
        return error.code
    return None


# Resets in every state


async def test_a_peer_that_resets_before_it_is_accepted_does_not_harm_the_server(server):
    server.on("connection", lambda c: c.on("error", lambda _: None).on("data", c.write))
    for _ in range(5):
        reset(plain_client(server))
    with plain_client(server) as plain:
        plain.sendall(b"x")
        assert await asyncio.to_thread(plain.recv, 1) == b"x"


async def test_a_peer_that_resets_inside_the_connection_event_is_an_error_of_its_socket(server):
    plain = None

    def on_connection(connection):
        reset(plain)
        connection.on("error", lambda _: None).resume()

    server.on("connection", on_connection)
    coming = once(server, "connection")
    plain = plain_client(server)
    (connection,) = await coming
    assert await closed_with(connection) == "ECONNRESET"
    assert server.connections == ()


async def put_to(state, connection):
    """Brings a connection into one of the states in which a reset may find it."""
    match state:
        case "reading":
            connection.resume()
        case "writing":
            assert not connection.write(BIG)
            connection.resume()
        case "ending":
            connection.resume().end(BIG)
        case "ended":
            connection.resume().end()
            await once(connection, "finish")
        case "corked":
            connection.resume().cork()
            connection.write(b"x")


@pytest.mark.parametrize("state", ["reading", "writing", "ending", "ended", "corked"])
async def test_a_reset_is_an_error_and_a_close_in_every_state(server, state):
    plain, connection = await accepted(server)
    await put_to(state, connection)
    reset(plain)
    assert await closed_with(connection) in ("ECONNRESET", "EPIPE")
    assert connection.destroyed
    assert connection.writable_length == 0
    assert server.connections == ()


@pytest.mark.parametrize("calls", [1, 3])
async def test_a_write_that_the_reset_refuses_calls_back_with_the_error(server, calls):
    server.on("connection", lambda connection: connection.pause())
    plain, connection = await accepted(server)
    reset(plain)
    told = []
    for _ in range(calls):
        connection.write(b"too late", callback=told.append)
    assert await closed_with(connection) in ("ECONNRESET", "EPIPE")
    while len(told) < calls:
        await asyncio.sleep(0)
    assert all(isinstance(error, OSError) for error in told)


async def test_a_reset_of_the_destination_stops_a_pipe_and_spares_the_source(server):
    source_peer, source = await accepted(server)
    sink_peer, sink = await accepted(server)
    sink.on("error", lambda _: None)
    source.pipe(sink)
    source_peer.sendall(b"first")
    reset(sink_peer)
    while not sink.destroyed:
        source_peer.sendall(b"more")
        await asyncio.sleep(0)
    source.resume()
    assert not source.destroyed
    source_peer.close()


# Odd ways of sending


async def test_bytes_behind_an_urgent_one_arrive(server):
    plain, connection = await accepted(server)
    got = bytearray()
    connection.on("data", got.extend)
    plain.send(b"before")
    plain.send(b"!", socket.MSG_OOB)
    plain.send(b"after")
    while len(got) < len(b"beforeafter"):
        await once(connection, "data")
    assert bytes(got) == b"beforeafter"
    plain.close()


@pytest.mark.skipif(sys.platform == "win32", reason="passes descriptors")
async def test_bytes_behind_a_descriptor_that_nobody_wants_arrive(short_folder):
    server = Server().listen(path=str(short_folder / "s"))
    await server.wait_listening()
    plain = socket.socket(socket.AF_UNIX)
    coming = once(server, "connection")
    plain.connect(server.address())
    (connection,) = await coming
    got = bytearray()
    connection.on("data", got.extend)
    for _ in range(3):
        socket.send_fds(plain, [b"with "], [plain.fileno()])
    plain.send(b"without")
    wanted = b"with with with without"
    while len(got) < len(wanted):
        await once(connection, "data")
    assert bytes(got) == wanted
    plain.close()
    await shut(server)


async def test_an_end_behind_data_that_waits_comes_after_resume(server):
    server.on("connection", lambda connection: connection.pause())
    plain, connection = await accepted(server)
    plain.sendall(bytes(500_000))
    plain.close()
    await asyncio.sleep(0)
    got = bytearray()
    connection.on("data", got.extend).resume()
    await once(connection, "end")
    assert len(got) == 500_000


@pytest.mark.parametrize("size", [1, 7, 65536])
async def test_a_reused_buffer_of_any_size_sees_every_byte(size):
    ours, theirs = socket.socketpair()
    got = bytearray()
    reader = netserve.OnRead(bytearray(size), lambda count, buffer: got.extend(buffer[:count]))
    connection = Socket(handle=ours, on_read=reader)
    wanted = random.Random(size).randbytes(20_000)
    theirs.sendall(wanted)
    theirs.close()
    await once(connection, "end")
    assert bytes(got) == wanted
    await gone(connection)


# Pipes of the system


async def test_a_fifo_that_is_written_to_ends_without_an_error():
    reader, writer = os.pipe()
    end = Socket(fd=writer, readable=False)
    end.end(b"through the pipe")
    await end.wait_closed()
    assert os.read(reader, 100) == b"through the pipe"
    assert os.read(reader, 100) == b""
    os.close(reader)


@pytest.mark.parametrize("make", [lambda: socket.socketpair(), lambda: os.pipe()[::-1]])
async def test_what_is_not_tcp_can_not_be_reset(make):
    ours, theirs = make()
    mine = Socket(fd=ours if isinstance(ours, int) else ours.detach(), readable=False)
    with pytest.raises(TypeError, match="TCP") as caught:
        mine.reset_and_destroy()
    assert caught.value.code == "ERR_INVALID_HANDLE_TYPE"
    await gone(mine)
    os.close(theirs) if isinstance(theirs, int) else theirs.close()


# Garbage for those who await


GARBAGE = random.Random(8).randbytes(300_000)


@pytest.mark.parametrize("seed", range(5))
async def test_garbage_is_read_to_its_end_by_whatever_asks(transport, seed):
    async with serving(transport) as server:
        coming = once(server, "connection")
        options = transport.connect_options(server)
        client = await netserve.open_connection(**options)
        (connection,) = await coming
        client.end(GARBAGE)
        chance, got = random.Random(seed), bytearray()
        while True:
            try:
                match chance.randrange(4):
                    case 0:
                        part = await connection.read(chance.randrange(1, 5000))
                        if not part:
                            break
                    case 1:
                        part = await connection.readexactly(chance.randrange(100))
                    case 2:
                        part = await connection.readline()
                    case _:
                        part = await connection.readuntil(b"ab")
            except asyncio.IncompleteReadError as error:
                part = error.partial
            except asyncio.LimitOverrunError:
                part = await connection.read(1)
            got += part
        assert bytes(got) == GARBAGE
        await gone(client)
        await gone(connection)


async def test_garbage_as_text_is_replaced_not_raised(transport):
    async with serving(transport, lambda c: c.set_encoding("utf-8")) as server:
        coming = once(server, "connection")
        client = await netserve.open_connection(**transport.connect_options(server))
        (connection,) = await coming
        client.end(GARBAGE)
        text = await connection.read()
        assert isinstance(text, str)
        assert "\N{REPLACEMENT CHARACTER}" in text
        await gone(client)
        await gone(connection)
