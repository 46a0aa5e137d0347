"""Accepting: limits, counts, options of the accepted sockets."""

from __future__ import annotations

import asyncio
import contextvars
import socket

import pytest

import netserve
from netserve import Server, Socket, once
from netserve._core import Accepted, Listener, Stream, io
from netserve._runtime import current
from tests.behaviour.pairs import as_socket, gone, pair, serving, shut
from tests.conftest import TRANSPORTS

pytestmark = pytest.mark.transports("ipv4")


async def dial(transport, server):
    return await netserve.open_connection(**transport.connect_options(server))


@pytest.mark.transports(*TRANSPORTS)
async def test_what_is_above_max_connections_is_dropped(transport):
    async with pair(transport) as ends:
        ends.server.max_connections = 1
        dropped, ports = once(ends.server, "drop"), []
        extra = Socket().connect(**transport.connect_options(ends.server))
        extra.on("connect", lambda: ports.append(extra.local_port))
        (info,) = await dropped
        assert await extra.read() == b""
        assert len(ends.server.connections) == 1
        if transport.is_tcp:
            assert [info.remote_port] == ports
            assert (info.local_address, info.local_port) == ends.server.address()[::2]
            assert info.remote_family == info.local_family == ends.server.address().family
        else:
            assert info is None
        await gone(extra)


async def test_max_connections_of_zero_drops_everyone(transport):
    async with serving(transport) as server:
        server.max_connections = 0
        server.on("connection", lambda _: pytest.fail("a connection in spite of the limit"))
        dropped = once(server, "drop")
        client = await dial(transport, server)
        await dropped
        assert await client.read() == b""
        await gone(client)


async def test_max_connections_may_be_raised_while_running(transport):
    async with pair(transport) as ends:
        ends.server.max_connections = 1
        ends.server.max_connections = None
        coming = once(ends.server, "connection")
        client = await dial(transport, ends.server)
        await coming
        assert await ends.server.get_connections() == 2
        await gone(client)


async def test_a_connection_that_ends_makes_room(transport):
    async with serving(transport) as server:
        server.max_connections = 1
        for _ in range(3):
            coming = once(server, "connection")
            client = await dial(transport, server)
            (served,) = await coming
            await gone(served)
            await gone(client)


async def test_max_connections_set_before_listen_counts():
    server = Server()
    server.max_connections = 0
    server.listen(0, "127.0.0.1")
    await server.wait_listening()
    dropped = once(server, "drop")
    client = await netserve.open_connection(server.address().port, "127.0.0.1")
    await dropped
    await gone(client)
    await shut(server)


@pytest.mark.parametrize(("limit", "kind"), [("1", TypeError), (1.5, TypeError), (-1, ValueError)])
async def test_max_connections_is_a_whole_number(limit, kind):
    server = Server()
    with pytest.raises(kind, match="max_connections"):
        server.max_connections = limit
    assert server.max_connections is None


async def test_get_connections_counts_for_a_callback_and_for_await(transport):
    async with pair(transport) as ends:
        answer = asyncio.get_running_loop().create_future()
        counting = ends.server.get_connections(lambda *details: answer.set_result(details))
        assert counting is ends.server
        assert not answer.done()
        assert await answer == (None, 1)
        assert await ends.server.get_connections() == 1
        await gone(ends.served)
        assert await ends.server.get_connections() == 0


async def test_connections_are_the_live_sockets(transport):
    async with pair(transport) as ends:
        assert list(ends.server.connections) == [ends.served]
        assert ends.served.server is ends.server
        await gone(ends.served)
        assert list(ends.server.connections) == []


@pytest.mark.transports(*TRANSPORTS)
async def test_pause_on_connect_reads_nothing(transport):
    async with pair(transport, pause_on_connect=True) as ends:
        written = asyncio.get_running_loop().create_future()
        ends.client.write(b"early", callback=written.set_result)
        await written
        await asyncio.sleep(0)
        assert ends.served.bytes_read == 0
        assert ends.served.is_paused() is True
        with as_socket(ends.served) as copy:
            assert copy.recv(100, socket.MSG_PEEK) == b"early"
        arrived = once(ends.served, "data")
        ends.served.resume()
        assert await arrived == (b"early",)


async def test_pause_on_connect_may_be_left_with_await(transport):
    async with pair(transport, pause_on_connect=True) as ends:
        ends.client.write(b"early")
        assert await ends.served.readexactly(5) == b"early"
        assert ends.served.is_paused() is True


@pytest.mark.transports(*TRANSPORTS)
async def test_allow_half_open_keeps_the_servers_side_open(transport):
    async with pair(transport, allow_half_open=True) as ends:
        ends.client.end(b"question")
        assert await ends.served.read() == b"question"
        assert ends.served.allow_half_open is True
        if not ends.served.readable_ended:
            await once(ends.served, "end")
        assert ends.served.ready_state == "writeOnly"
        ends.served.end(b"answer")
        assert await ends.client.read() == b"answer"


@pytest.mark.transports(*TRANSPORTS)
async def test_without_allow_half_open_the_servers_side_ends_too(transport):
    async with pair(transport) as ends:
        assert ends.served.allow_half_open is False
        ends.client.end()
        closed = once(ends.served, "close")
        ends.served.resume()
        assert await closed == (False,)


@pytest.mark.transports(*TRANSPORTS)
@pytest.mark.parametrize("wanted", [False, True])
async def test_no_delay_and_keep_alive_reach_the_system(transport, wanted):
    if not transport.is_tcp:
        pytest.skip("options of TCP")
    options = {"no_delay": wanted, "keep_alive": wanted, "keep_alive_initial_delay": 7.0}
    async with pair(transport, dict(options), **options) as ends:
        for end in (ends.served, ends.client):
            with as_socket(end) as copy:
                assert bool(copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)) is wanted
                assert bool(copy.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)) is wanted
                names = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT")
                numbers = [getattr(socket, name) for name in names]
                probes = [copy.getsockopt(socket.IPPROTO_TCP, number) for number in numbers]
                assert (probes == [7, 1, 10]) is wanted


async def test_a_server_is_iterated_over_until_it_closes(transport):
    async with serving(transport) as server:
        clients = [await dial(transport, server) for _ in range(3)]
        taken = []
        async for connection in server:
            taken.append(connection)
            if len(taken) == 3:
                server.close_all_connections()
                server.close()
        assert len(set(taken)) == 3
        for client in clients:
            await gone(client)


async def test_iteration_gets_connections_that_come_later(transport):
    async with serving(transport) as server:
        taking = asyncio.create_task(anext(server))
        await asyncio.sleep(0)
        client = await dial(transport, server)
        served = await taking
        client.write(b"hello")
        assert await served.read(5) == b"hello"
        await gone(client)


@pytest.mark.transports(*TRANSPORTS)
async def test_accepting_rests_while_many_wait_to_be_taken(transport):
    if transport.kind == "ipv6":
        pytest.skip("covered by ipv4")
    async with serving(transport) as server:
        iterator = aiter(server)
        clients = [await dial(transport, server) for _ in range(100)]
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(server.connections) < 100
        taken = [await anext(iterator) for _ in range(100)]
        assert len(set(taken)) == 100
        for client in clients:
            await gone(client)


async def test_iteration_raises_an_error_of_the_server():
    taken = await netserve.start_server(port=0, host="127.0.0.1")
    server = Server().listen(taken.address().port, "127.0.0.1")
    with pytest.raises(OSError, match="EADDRINUSE"):
        await anext(server)
    await shut(taken)


async def test_a_loop_that_was_left_leaves_the_connections_to_listeners(transport):
    """More of them than may wait for somebody to take them."""
    async with serving(transport) as server:
        clients = [await dial(transport, server)]
        async for _ in server:
            break
        told = []
        server.on("connection", told.append)
        clients += [await dial(transport, server) for _ in range(100)]
        while len(told) < 100:
            await asyncio.sleep(0)
        for client in clients:
            await gone(client)


async def test_a_listener_that_comes_late_gets_the_connections_that_wait(transport):
    async with serving(transport) as server:
        clients = [await dial(transport, server) for _ in range(70)]
        while len(server.connections) < 64:
            await asyncio.sleep(0)
        told = []
        server.on("connection", told.append)
        clients += [await dial(transport, server) for _ in range(10)]
        while len(told) < 80:
            await asyncio.sleep(0)
        assert len(set(told)) == 80
        for client in clients:
            await gone(client)


async def test_who_iterates_beside_a_listener_gets_each_connection_too(transport):
    async with serving(transport) as server:
        told, taken = [], []
        server.on("connection", told.append)
        clients = [await dial(transport, server)]
        while not told:
            await asyncio.sleep(0)
        iterator = aiter(server)
        taking = asyncio.ensure_future(anext(iterator))
        await asyncio.sleep(0)
        clients += [await dial(transport, server) for _ in range(3)]
        taken = [await taking, await anext(iterator), await anext(iterator)]
        assert told[1:] == taken
        await iterator.aclose()
        for client in clients:
            await gone(client)


async def test_small_writes_leave_at_once_unless_that_is_turned_off(transport):
    if not transport.is_tcp:
        pytest.skip("an option of TCP")
    async with pair(transport) as ends:
        for end in (ends.served, ends.client):
            with as_socket(end) as copy:
                assert copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


@pytest.mark.transports("ipv4", "path")
@pytest.mark.parametrize("kind", ["function", "coroutine"])
async def test_an_error_of_a_drop_listener_is_reported_and_the_server_goes_on(
    transport, kind, reports
):
    async with pair(transport) as ends:
        ends.server.max_connections = 1

        def slips(info):
            raise LookupError("a slip")

        async def slips_later(info):
            raise LookupError("a slip")

        ends.server.on("drop", slips if kind == "function" else slips_later)
        for _ in range(2):
            client = await dial(transport, ends.server)
            assert await client.read() == b""
            assert isinstance(await reports.next(), LookupError)
            await gone(client)
        ends.client.write(b"still here")
        assert await ends.served.readexactly(10) == b"still here"
        assert ends.server.listening


async def test_a_drop_listener_that_raises_does_not_end_run():
    """`netserve.run()` raises what a server's listener raises, but for what a client can cause."""

    async def main() -> int:
        server = netserve.create_server(lambda socket: socket.resume())
        server.max_connections = 0
        dropped = once(server, "drop")
        server.on("drop", lambda info: 1 / 0)
        server.listen(0, "127.0.0.1")
        await server.wait_listening()
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        client = await netserve.open_connection(server.address().port, "127.0.0.1")
        await dropped
        await client.read()
        server.close()
        await server.wait_closed()
        return 7

    assert await asyncio.to_thread(netserve.run, main()) == 7


class Taker:
    """Is given what a listener accepts."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[Accepted] = asyncio.Queue()

    def _on_connection(self, accepted: Accepted) -> None:
        self.taken.put_nowait(accepted)


async def test_a_connection_is_accepted_once_and_one_that_is_not_is_closed():
    reactor, owner = current().reactor, Taker()
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = server.getsockname()
        server.setblocking(False)
        listener = Listener(reactor, server.detach(), owner)
    listener.resume()
    with socket.create_connection(where) as client:
        accepted = await owner.taken.get()
        stream = Stream()
        io.accept(stream, reactor, accepted, 65536, contextvars.copy_context(), True)
        assert (accepted.fileno(), stream.fileno() >= 0) == (-1, True)
        with pytest.raises(RuntimeError, match="accepted once"):
            io.accept(Stream(), reactor, accepted, 65536, contextvars.copy_context(), True)
        io.close(stream)
        assert await asyncio.to_thread(client.recv, 1) == b""
    with socket.create_connection(where) as client:
        accepted = await owner.taken.get()
        assert accepted.fileno() >= 0
        del accepted
        assert await asyncio.to_thread(client.recv, 1) == b""
    listener.close()
