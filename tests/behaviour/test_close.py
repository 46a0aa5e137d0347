"""`close()`: what a server waits for, and what it does not."""

from __future__ import annotations

import asyncio
import errno
import os

import pytest

import netserve
from netserve import Server, once
from tests.behaviour.pairs import (
    MORE_THAN_THE_KERNEL_TAKES,
    closing,
    gone,
    pair,
    record,
    serving,
    shut,
)
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")


@pytest.mark.transports(*TRANSPORTS)
async def test_close_waits_for_connections(transport):
    async with pair(transport) as ends:
        left = []
        ends.server.on("close", lambda: left.append(len(ends.server.connections)))
        closed = once(ends.server, "close")
        ends.server.close()
        ends.client.write(b"still works")
        assert await ends.served.readexactly(11) == b"still works"
        assert left == []
        ends.client.end()
        await closed
        assert left == [0]


@pytest.mark.transports(*TRANSPORTS)
async def test_a_closed_server_refuses_newcomers_at_once(transport):
    if transport.kind == "fd":
        pytest.skip("covered by ipv4")
    async with pair(transport) as ends:
        where = transport.connect_options(ends.server)
        ends.server.close()
        with pytest.raises(OSError, match=r"ECONNREFUSED|ENOENT") as caught:
            await netserve.open_connection(**where)
        assert caught.value.syscall == "connect"


async def test_close_calls_back_without_an_error(transport):
    async with serving(transport) as server:
        called = []
        assert server.close(lambda *args: called.append(args)) is server
        assert server.listening is False
        await once(server, "close")
        assert called == [()]


async def test_closing_a_server_that_is_not_open_calls_back_with_an_error():
    server, answer = Server(), asyncio.get_running_loop().create_future()
    server.close(answer.set_result)
    error = await answer
    assert isinstance(error, RuntimeError)
    assert error.code == "ERR_SERVER_NOT_RUNNING"


async def test_a_second_close_calls_back_with_an_error(transport):
    async with serving(transport) as server:
        answers = []
        server.close(lambda error=None: answers.append(error))
        server.close(lambda error=None: answers.append(error))
        await once(server, "close")
        assert answers[0] is None
        assert answers[1].code == "ERR_SERVER_NOT_RUNNING"


async def test_a_callback_of_close_may_be_a_coroutine(transport):
    async with serving(transport) as server:
        called = asyncio.Event()

        async def callback():
            called.set()

        server.close(callback)
        await called.wait()


@pytest.mark.transports(*TRANSPORTS)
async def test_close_then_listen_closes_the_old_and_opens_the_new(transport):
    server = Server().listen(**transport.listen_options())
    await once(server, "listening")
    seen = record(server, "close", "listening")
    server.close(lambda: seen.append("callback"))
    server.listen(**transport.listen_options())
    await once(server, "listening")
    assert seen == ["close", "callback", "listening"]
    await shut(server)


@pytest.mark.transports(*TRANSPORTS)
async def test_close_with_a_timeout_destroys_what_is_left(transport):
    async with pair(transport) as ends:
        closed = once(ends.server, "close")
        ends.server.close(timeout=0.05)
        assert ends.served.destroyed is False
        await closed
        assert ends.served.destroyed is True


async def test_close_with_a_timeout_does_not_wait_for_it_when_all_is_done(transport):
    async with pair(transport) as ends:
        closed = once(ends.server, "close")
        ends.server.close(timeout=3600)
        ends.served.destroy()
        await closed


async def test_the_timeout_of_a_close_is_no_trouble_for_the_next_listen():
    server = await netserve.start_server(port=0, host="127.0.0.1")
    coming = once(server, "connection")
    first = await netserve.open_connection(server.address().port, "127.0.0.1")
    (served,) = await coming
    closed = once(server, "close")
    server.close(timeout=0.05)
    served.destroy()
    await closed
    server.listen(0, "127.0.0.1")
    await server.wait_listening()
    coming = once(server, "connection")
    second = await netserve.open_connection(server.address().port, "127.0.0.1")
    (served,) = await coming
    await asyncio.sleep(0.1)  # time is the subject: more than the timeout
    assert served.destroyed is False
    await gone(first)
    await gone(second)
    await shut(server)


@pytest.mark.parametrize("timeout", [-1, float("nan")])
async def test_a_timeout_that_is_no_duration_is_refused(timeout):
    with pytest.raises(ValueError, match="timeout") as caught:
        Server().close(timeout=timeout)
    assert caught.value.code == "ERR_OUT_OF_RANGE"


async def test_close_all_connections_leaves_the_server_listening(transport):
    async with pair(transport) as ends:
        closed = once(ends.served, "close")
        ends.server.close_all_connections()
        await closed
        assert ends.server.connections == ()
        assert ends.server.listening is True


async def test_close_idle_connections_spares_those_that_moved_bytes(transport):
    async with pair(transport) as ends:
        ends.server.close_idle_connections(idle=3600)
        assert ends.served.destroyed is False
        ends.server.close_idle_connections()
        assert ends.served.destroyed is True


async def test_close_idle_connections_spares_those_that_have_bytes_to_send(transport):
    async with pair(transport) as ends:
        ends.served.write(bytes(MORE_THAN_THE_KERNEL_TAKES))
        ends.server.close_idle_connections()
        assert ends.served.destroyed is False


async def test_wait_closed_waits_for_the_last_connection(transport):
    async with pair(transport) as ends:
        waiting = asyncio.create_task(ends.server.wait_closed())
        ends.server.close()
        await asyncio.sleep(0)
        assert not waiting.done()
        ends.served.destroy()
        await waiting
        assert ends.served.destroyed is True


async def test_wait_closed_of_a_server_that_never_listened_returns():
    await Server().wait_closed()


async def test_leaving_async_with_closes_the_server(transport):
    async with Server() as server:
        server.listen(**transport.listen_options())
        await server.wait_listening()
    assert server.listening is False


async def test_leaving_async_with_waits_for_connections_then_destroys_them(transport):
    async with pair(transport) as ends:
        ends.server.close_timeout = 0.05
        async with ends.server:
            pass
        assert ends.served.destroyed is True


async def test_leaving_async_with_lets_connections_finish(transport):
    async with pair(transport) as ends:

        async def finish():
            ends.client.end(b"last words")
            return await ends.served.read()

        async with ends.server:
            task = asyncio.create_task(finish())
        assert await task == b"last words"


@pytest.mark.transports(*TRANSPORTS)
async def test_leaving_async_with_by_an_exception_destroys_at_once(transport):
    async with pair(transport) as ends:
        ends.server.close_timeout = None
        with pytest.raises(LookupError):
            async with ends.server:
                raise LookupError
        assert ends.served.destroyed is True
        assert ends.server.listening is False


async def test_the_timeout_of_a_close_means_the_connections_of_that_moment(transport):
    """Not those of a server that listens again meanwhile."""
    async with pair(transport) as ends:
        server, old = ends.server, closing(ends.served)
        server.close(timeout=0.05)
        server.listen(**transport.listen_options())
        await server.wait_listening()
        coming = once(server, "connection")
        client = await netserve.open_connection(**transport.connect_options(server))
        (served,) = await coming
        assert await old is False
        assert not served.destroyed
        await gone(client)


async def test_a_second_close_has_a_timeout_of_its_own(transport):
    async with pair(transport) as ends:
        server = ends.server
        server.close(timeout=3600)
        server.close(timeout=0.05)
        await server.wait_closed()
        assert ends.served.destroyed


@pytest.mark.transports("path")
@pytest.mark.parametrize("way", ["close", "abort", "leave"])
async def test_a_socket_file_that_cannot_be_removed_keeps_nothing_from_closing(
    transport, way, monkeypatch, caplog
):
    controller = netserve.AbortController()
    async with serving(transport) as server:
        address = server.address()
        closed = once(server, "close")

        def refuse(path, **_):
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr("os.unlink", refuse)
        if way == "abort":
            other = Server()
            other.listen(path=f"{address}2", signal=controller.signal)
            await other.wait_listening()
            gone_too = once(other, "close")
            controller.abort()
            await gone_too
            assert other.listening is False
        if way == "leave":
            async with server:
                pass
        else:
            server.close()
        await closed
        assert server.listening is False
        with pytest.raises(ConnectionRefusedError):
            await netserve.open_connection(address)
    told = [record.getMessage() for record in caplog.records]
    assert f"the socket file {address!r} could not be removed: Permission denied" in told


@pytest.mark.transports("path")
async def test_a_bound_socket_is_closed_even_if_its_socket_file_stays(
    transport, monkeypatch, caplog
):
    bound = netserve.BoundSocket(**transport.listen_options())

    def refuse(path, **_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("os.unlink", refuse)
    fd = bound.fd()
    bound.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(fd)
    assert "could not be removed" in caplog.text
