"""Calling off, by a signal and by cancelling the task: nothing opened stays, no byte is lost."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

import netserve
from netserve import AbortController, AbortSignal, BoundSocket, Server, Socket, once
from netserve._server.accept_queue import AcceptQueue
from netserve.errors import AbortError
from tests.behaviour.pairs import closing, gone, pair, serving, shut
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")

REASON = LookupError("because")


async def cancelled(coroutine):
    """Starts what is to wait, and cancels it once it does."""
    task = asyncio.ensure_future(coroutine)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def never(host, options, callback):
    """A lookup without an answer."""


# start_server


@pytest.mark.transports(*TRANSPORTS)
async def test_a_server_called_off_before_raises_and_listens_nowhere(transport):
    options = transport.listen_options()
    with pytest.raises(AbortError) as caught:
        await netserve.start_server(**options, signal=AbortSignal.abort(REASON))
    assert caught.value.__cause__ is REASON
    if transport.kind in ("path", "abstract"):
        BoundSocket(**options).close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_server_called_off_while_it_begins_raises_the_reason(host):
    controller = AbortController()
    task = asyncio.ensure_future(netserve.start_server(port=0, host=host, signal=controller.signal))
    await asyncio.sleep(0)
    controller.abort(REASON)
    with pytest.raises(AbortError) as caught:
        await task
    assert caught.value.__cause__ is REASON


async def test_waiting_for_a_server_to_listen_ends_with_its_signal():
    controller = AbortController()
    server = Server().listen(0, "localhost", signal=controller.signal)
    waiting = asyncio.ensure_future(server.wait_listening())
    await asyncio.sleep(0)
    controller.abort()
    with pytest.raises(AbortError):
        await waiting
    await server.wait_closed()
    assert not server.listening


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_server_whose_start_is_cancelled_is_closed(host):
    with BoundSocket("127.0.0.1") as probe:
        port = probe.address().port
    await cancelled(netserve.start_server(port=port, host=host))
    await netserve.until_idle()  # a lookup may be under way, whose answer nobody wants
    BoundSocket("127.0.0.1", port).close()


async def test_waiting_for_a_server_to_listen_can_be_cancelled_and_it_listens_all_the_same():
    server = Server().listen(0, "localhost")
    await cancelled(server.wait_listening())
    await server.wait_listening()
    assert server.listening
    await shut(server)


# open_connection


@pytest.mark.transports(*TRANSPORTS)
async def test_a_connection_called_off_before_raises_and_opens_nothing(transport):
    async with serving(transport) as server:
        come = []
        server.on("connection", come.append)
        with pytest.raises(AbortError) as caught:
            await netserve.open_connection(
                **transport.connect_options(server), signal=AbortSignal.abort(REASON)
            )
        assert caught.value.__cause__ is REASON
        await gone(await netserve.open_connection(**transport.connect_options(server)))
        assert len(come) <= 1  # only the second


async def test_a_connection_called_off_during_the_lookup_raises():
    controller = AbortController()
    task = asyncio.ensure_future(
        netserve.open_connection(1, "one.test", lookup=never, signal=controller.signal)
    )
    await asyncio.sleep(0)
    controller.abort("enough")
    with pytest.raises(AbortError, match="'enough'"):
        await task


@pytest.mark.transports(*TRANSPORTS)
async def test_a_connection_called_off_when_it_has_just_connected_raises(transport, reports):
    controller = AbortController()
    async with serving(transport) as server:
        with pytest.raises(AbortError):
            await netserve.open_connection(
                **transport.connect_options(server),
                signal=controller.signal,
                listener=controller.abort,
            )
    assert not reports


async def test_a_connection_whose_opening_is_cancelled_is_destroyed(transport):
    async with serving(transport) as server:
        await cancelled(netserve.open_connection(**transport.connect_options(server)))
        await cancelled(netserve.open_connection(1, "one.test", lookup=never))


async def test_an_error_of_its_own_is_what_each_socket_gets(transport):
    controller = AbortController()
    async with serving(transport) as server:
        where = transport.connect_options(server)
        clients = [
            await netserve.open_connection(**where, signal=controller.signal) for _ in range(2)
        ]
        ends = [asyncio.ensure_future(client.wait_closed()) for client in clients]
        await asyncio.sleep(0)
        controller.abort()
        errors = await asyncio.gather(*ends, return_exceptions=True)
    assert errors[0] is not errors[1]
    assert errors[0].__cause__ is errors[1].__cause__ is controller.signal.reason


# Reading and waiting


@pytest.mark.parametrize("read", ["all", "exactly", "until", "some"])
async def test_a_read_that_is_cancelled_loses_no_byte(transport, read):
    reads = {
        "all": lambda socket: socket.read(-1),
        "exactly": lambda socket: socket.readexactly(100),
        "until": lambda socket: socket.readuntil(b"!"),
        "some": lambda socket: socket.read(100),
    }
    async with pair(transport) as ends:
        task = asyncio.ensure_future(reads[read](ends.served))
        if read != "some":
            ends.client.write(b"first ")
            while ends.served.bytes_read < 6:
                await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        ends.client.end(b"second")
        expected = b"second" if read == "some" else b"first second"
        assert await ends.served.read(-1) == expected


async def test_reads_that_are_cancelled_leave_nobody_waiting(transport):
    async with pair(transport) as ends:
        for _ in range(50):
            await cancelled(ends.served.read(1))
            await cancelled(ends.served.wait_closed())
            await cancelled(ends.server.wait_closed())
        ends.client.write(b"x")
        assert await ends.served.read(1) == b"x"


@pytest.mark.transports(*TRANSPORTS)
async def test_a_connection_is_not_lost_with_the_loop_that_was_to_take_it(transport, monkeypatch):
    server = Server().listen(**transport.listen_options())
    await server.wait_listening()
    taking = asyncio.ensure_future(anext(aiter(server)))
    await asyncio.sleep(0)
    offer = AcceptQueue.offer

    def offer_and_cancel(queue, socket):
        """In the moment between the connection and the task that waits for it."""
        offer(queue, socket)
        taking.cancel()

    monkeypatch.setattr(AcceptQueue, "offer", offer_and_cancel)
    client = await netserve.open_connection(**transport.connect_options(server))
    with pytest.raises(asyncio.CancelledError):
        await taking
    served = await anext(aiter(server))
    served.end(b"taken")
    assert await client.read() == b"taken"
    await gone(client)
    await shut(server)


# A signal that lives long


async def test_a_signal_knows_no_socket_that_is_gone():
    controller = AbortController()
    async with await netserve.start_server(port=0, host="127.0.0.1") as server:
        for _ in range(20):
            client = await netserve.open_connection(
                port=server.address().port, host="127.0.0.1", signal=controller.signal
            )
            over = closing(client)
            client.destroy()
            await over
    assert not controller.signal._actions


async def test_thousands_of_sockets_come_and_go_with_one_signal():
    controller, loop = AbortController(), asyncio.get_running_loop()
    begun = loop.time()
    sockets = [Socket(signal=controller.signal) for _ in range(20_000)]
    for socket in sockets:
        socket.destroy()
    assert not controller.signal._actions
    # It took 20 s when each had to be searched for; now a fifth of one.
    assert loop.time() - begun < 10


async def test_thousands_of_sockets_are_called_off_by_one_signal():
    controller, closed = AbortController(), []
    sockets = [Socket(signal=controller.signal) for _ in range(2_000)]
    for socket in sockets:
        socket.on("error", lambda error: None).on("close", closed.append)
    last = closing(sockets[-1])
    controller.abort()
    await last
    assert len(closed) == len(sockets)
    assert not controller.signal._actions


async def test_a_listener_that_raises_keeps_no_socket_open():
    controller = AbortController()

    def fail():
        raise LookupError("a listener")

    controller.signal.on("abort", fail)
    client = Socket(signal=controller.signal)
    with pytest.raises(LookupError, match="a listener"):
        controller.abort()
    assert client.destroyed
    with pytest.raises(AbortError):
        await client.wait_closed()


def test_a_signal_forgets_those_that_were_made_of_it():
    source = AbortController()
    made = weakref.ref(AbortSignal.any([source.signal]))
    gc.collect()
    assert made() is None


async def test_a_signal_made_of_others_is_followed_for_as_long_as_somebody_listens():
    source, heard = AbortController(), []
    both = AbortSignal.any([source.signal, AbortController().signal])
    client = Socket(signal=both)
    assert source.signal._actions
    over = closing(client)
    client.destroy()
    await over
    assert not source.signal._actions
    both.on("abort", lambda: heard.append(both.reason))
    assert both.aborted is False
    source.abort("now")
    assert heard == ["now"]
    assert not source.signal._actions


async def test_a_signal_made_of_others_calls_off_what_it_was_given_to():
    source = AbortController()
    nested = AbortSignal.any([AbortSignal.any([source.signal])])
    client = Socket(signal=nested)
    failed = once(client, "error")
    source.abort(REASON)
    (error,) = await failed
    assert error.__cause__ is REASON
    await gone(client)


@pytest.mark.parametrize("signal", ["abort", 5, AbortController(), object()])
async def test_what_is_no_signal_is_refused_by_everybody(signal):
    with pytest.raises(TypeError) as caught:
        await netserve.start_server(port=0, signal=signal)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"
    with pytest.raises(TypeError) as caught:
        await netserve.open_connection(1, signal=signal)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"
    with pytest.raises(TypeError) as caught:
        netserve.create_connection(1, signal=signal)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"
