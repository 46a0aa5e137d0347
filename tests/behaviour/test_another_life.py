"""`connect()` after the end: what is still told of the life before changes nothing in the next."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

import netserve
from netserve import once
from tests.behaviour.pairs import shut

pytestmark = pytest.mark.loops("asyncio")


async def echo(transport) -> netserve.Server:
    def serve(socket: netserve.Socket) -> None:
        socket.pipe(socket)

    return await netserve.start_server(serve, **transport.listen_options())


async def answers(client: netserve.Socket) -> bool:
    """Whether both directions of the connection are open."""
    client.write(b"hello")
    return await client.readexactly(5) == b"hello"


@pytest.mark.transports("ipv4")
async def test_an_end_listener_that_connects_again_has_both_directions(transport):
    ending = await netserve.start_server(lambda socket: socket.end(), port=0, host="127.0.0.1")
    server = await echo(transport)
    client = await netserve.open_connection(port=ending.address().port, host="127.0.0.1")

    def again() -> None:
        client.destroy()
        client.connect(**transport.connect_options(server))

    client.once("end", again).resume()
    await once(client, "ready")
    assert client.ready_state == "open"
    client.pause()
    assert await answers(client)
    client.destroy()
    await shut(ending)
    await shut(server)


@pytest.mark.transports("ipv4")
async def test_a_finish_listener_that_connects_again_is_not_destroyed_soon(transport):
    server = await echo(transport)
    client = await netserve.open_connection(**transport.connect_options(server))

    def again() -> None:
        client.destroy()
        client.connect(**transport.connect_options(server))

    client.once("finish", again).pause().destroy_soon()
    await once(client, "ready")
    assert await answers(client)
    client.destroy()
    await shut(server)


@pytest.mark.transports("ipv4")
async def test_an_end_that_leaves_late_is_not_that_of_the_next_life(transport):
    server = await echo(transport)
    client = await netserve.open_connection(**transport.connect_options(server))
    client.end().destroy()
    finished: list[str] = []
    client.on("finish", lambda: finished.append(client.ready_state))
    await once(client.connect(**transport.connect_options(server)), "ready")
    assert not client.writable_finished
    assert await answers(client)
    client.end()
    assert await client.read() == b""
    assert finished == ["readOnly"]
    client.destroy()
    await shut(server)


@pytest.mark.transports("ipv4")
async def test_a_write_that_failed_late_does_not_break_the_next_life(transport):
    first = await netserve.start_server(port=0, host="127.0.0.1")
    server = await echo(transport)
    client = await netserve.open_connection(port=first.address().port, host="127.0.0.1")
    with socket.socket(fileno=os.dup(client.fileno())) as copy:
        copy.shutdown(socket.SHUT_WR)
    client.write(b"what the system refuses")
    client.destroy()
    await once(client.connect(**transport.connect_options(server)), "ready")
    assert await answers(client)
    client.destroy()
    first.close_all_connections()
    await shut(first)
    await shut(server)


@pytest.mark.transports("ipv4")
@pytest.mark.parametrize("aborts", ["before", "meanwhile", "afterwards"])
async def test_a_signal_that_was_aborted_is_of_the_life_before(transport, aborts):
    server = await echo(transport)
    controller = netserve.AbortController()
    if aborts == "before":
        controller.abort()
    client = netserve.Socket(signal=controller.signal)
    client.on("error", lambda _: None)
    client.connect(**transport.connect_options(server))
    closed = once(client, "close") if aborts == "afterwards" else ended(client)
    if aborts == "meanwhile":
        controller.abort()
    elif aborts == "afterwards":
        client.destroy()
    await closed
    controller.abort()
    await once(client.connect(**transport.connect_options(server)), "ready")
    assert await answers(client)
    client.destroy()
    await shut(server)


async def ended(client: netserve.Socket) -> None:
    """Waits until an aborted signal has closed the client."""
    with pytest.raises(netserve.errors.AbortError):
        await client.wait_closed()


@pytest.mark.transports("ipv4")
async def test_who_waits_for_the_life_before_hears_that_it_is_over(transport):
    silent = await netserve.start_server(lambda socket: socket.pause(), port=0, host="127.0.0.1")
    server = await echo(transport)
    client = await netserve.open_connection(port=silent.address().port, host="127.0.0.1")
    written: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
    while client.write(b"x" * 1_000_000):
        await asyncio.sleep(0)
    client.write(b"last", callback=written.set_result)
    draining = asyncio.ensure_future(client.drain())
    await asyncio.sleep(0)
    client.destroy()
    ready = once(client.connect(**transport.connect_options(server)), "ready")
    error = await written
    assert error is not None
    assert netserve.errors.code_of(error) == "ERR_STREAM_DESTROYED"
    with pytest.raises(ConnectionAbortedError, match="destroyed"):
        await draining
    await ready
    client.destroy()
    silent.close_all_connections()
    await shut(silent)
    await shut(server)
