"""`run()` and `until_idle()`: what keeps a program alive, and where errors go."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
import uvloop

import netserve
from netserve import Server, Socket, create_connection, create_server, once
from tests.behaviour.pairs import closing, gone, pair, rounds, serving, shut
from tests.conftest import TRANSPORTS
from tests.silence import quiet_port

pytestmark = pytest.mark.transports("ipv4")


def echo_once(chunks):
    """A server that answers one client, then closes; made before there is a loop."""
    server = create_server(lambda connection: connection.pipe(connection))

    def listening():
        client = create_connection(server.address().port, "127.0.0.1")
        client.on("data", chunks.append).on("close", lambda _: server.close())
        client.end(b"hello")

    server.listen(0, "127.0.0.1", listening)


def test_run_returns_what_main_returns():
    async def main():
        await asyncio.sleep(0)
        return 42

    assert netserve.run(main()) == 42


def test_run_raises_what_main_raises():
    async def main():
        raise LookupError("from main")

    with pytest.raises(LookupError, match="from main"):
        netserve.run(main())


def test_run_of_something_else_is_refused():
    with pytest.raises(TypeError) as caught:
        netserve.run(lambda: None)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def test_run_without_anything_to_do_ends():
    assert netserve.run() is None


def test_run_drives_what_was_made_before_until_nothing_is_left():
    chunks = []
    echo_once(chunks)
    netserve.run()
    assert b"".join(chunks) == b"hello"


def test_run_waits_for_what_main_left_running():
    chunks = []

    async def main():
        echo_once(chunks)

    netserve.run(main())
    assert b"".join(chunks) == b"hello"


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_until_idle_drives_what_was_made_before_there_was_a_loop(run):
    chunks = []
    echo_once(chunks)
    run(netserve.until_idle())
    assert b"".join(chunks) == b"hello"


def test_run_may_be_called_again_and_again():
    for _ in range(3):
        chunks = []
        echo_once(chunks)
        netserve.run()
        assert b"".join(chunks) == b"hello"


async def test_run_inside_a_loop_is_refused():
    with pytest.raises(RuntimeError):
        netserve.run()


@pytest.mark.transports(*TRANSPORTS)
async def test_until_idle_waits_for_a_server(transport):
    async with serving(transport) as server:
        waiting = asyncio.create_task(netserve.until_idle())
        await rounds()
        assert not waiting.done()
        server.close()
        await waiting


async def test_an_unreferenced_server_keeps_nothing_alive(transport):
    async with serving(transport) as server:
        assert server.unref() is server
        await netserve.until_idle()
        assert server.ref() is server
        waiting = asyncio.create_task(netserve.until_idle())
        await rounds()
        assert not waiting.done()
        server.unref()
        await waiting
        assert server.listening is True


async def test_paused_and_unreferenced_sockets_keep_nothing_alive(transport):
    async with pair(transport) as ends:
        ends.server.unref()
        ends.served.pause()
        assert ends.client.unref() is ends.client
        await netserve.until_idle()
        assert ends.client.destroyed is False


async def test_one_of_two_reads_that_is_cancelled_leaves_a_paused_socket_active(transport):
    async with pair(transport) as ends:
        ends.server.unref()
        ends.served.unref()
        ends.client.pause()
        cancelled, reading = (asyncio.ensure_future(ends.client.read(1)) for _ in range(2))
        await asyncio.sleep(0)
        cancelled.cancel()
        idle = asyncio.ensure_future(netserve.until_idle())
        for _ in range(5):
            await asyncio.sleep(0)
        assert not idle.done()
        ends.served.write(b"x")
        assert await reading == b"x"
        await idle


def test_a_listeners_task_keeps_the_program_alive():
    done = []
    server = create_server()

    @server.on("listening")
    async def listening():
        server.close()
        await rounds()
        done.append("task")

    server.listen(0)
    netserve.run()
    assert done == ["task"]


def test_an_error_that_nobody_listens_to_stops_run():
    port = quiet_port()

    async def main():
        server = await netserve.start_server(port=0)
        create_connection(port, "127.0.0.1")
        await server.wait_closed()

    with pytest.raises(ConnectionRefusedError):
        netserve.run(main())


def test_a_listener_of_a_server_that_raises_stops_run():
    server = create_server()

    @server.on("listening")
    def listening():
        raise LookupError("from a listener")

    server.listen(0)
    with pytest.raises(LookupError, match="from a listener"):
        netserve.run()


def test_a_coroutine_listener_of_a_server_that_raises_stops_run():
    server = create_server()

    @server.on("listening")
    async def listening():
        raise LookupError("from a coroutine")

    server.listen(0)
    with pytest.raises(LookupError, match="from a coroutine"):
        netserve.run()


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("is_coroutine", [False, True])
def test_an_interrupt_in_a_listener_leaves_run_and_is_no_error(kind, is_coroutine, caplog):
    def interrupted(_):
        raise kind

    async def interrupted_later(_):
        raise kind

    server = create_server(interrupted_later if is_coroutine else interrupted)
    server.listen(0, "127.0.0.1", lambda: create_connection(server.address().port, "127.0.0.1"))
    with pytest.raises(kind):
        netserve.run()
    assert not caplog.records


async def test_an_error_of_a_client_goes_to_the_exception_handler(reports):
    client = Socket().connect(quiet_port(), "127.0.0.1")
    assert isinstance(await reports.next(), ConnectionRefusedError)
    await gone(client)


async def test_an_accepted_socket_whose_listener_raises_is_all_that_goes(transport, reports):
    async with pair(transport) as ends:

        @ends.served.on("data")
        def broken(chunk):
            raise LookupError("from a listener")

        ends.client.write(b"x")
        assert str(await reports.next()) == "from a listener"
        assert await ends.client.read() == b""
        assert ends.served.destroyed is True
        assert ends.server.listening is True


@pytest.mark.parametrize("is_coroutine", [False, True])
async def test_a_connection_listener_that_raises_costs_that_connection(
    transport, reports, is_coroutine
):
    def broken(_):
        raise LookupError("from a listener")

    async def broken_later(_):
        raise LookupError("from a listener")

    async with serving(transport, broken_later if is_coroutine else broken) as server:
        for _ in range(2):
            client = await netserve.open_connection(**transport.connect_options(server))
            assert str(await reports.next()) == "from a listener"
            assert await client.read() == b""
            await gone(client)
        assert server.listening is True


async def test_a_coroutine_listener_of_an_accepted_socket_that_raises_destroys_it(
    transport, reports
):
    async with pair(transport) as ends:

        @ends.served.on("data")
        async def broken(chunk):
            raise LookupError("from a coroutine")

        ends.client.write(b"x")
        assert str(await reports.next()) == "from a coroutine"
        assert await ends.client.read() == b""
        assert ends.served.destroyed is True


@pytest.mark.transports(*TRANSPORTS)
async def test_an_accepted_socket_that_is_reset_stops_nobody(transport, reports):
    if not transport.is_tcp:
        pytest.skip("only TCP has resets")
    async with pair(transport) as ends:
        ends.served.resume()
        ends.client.reset_and_destroy()
        assert isinstance(await reports.next(), ConnectionResetError)
        assert ends.server.listening is True


async def test_an_error_with_a_listener_is_reported_to_nobody_else(reports):
    client = Socket().connect(quiet_port(), "127.0.0.1")
    closed = closing(client)
    await once(client, "error")
    await closed
    assert not reports


async def test_a_server_made_in_one_loop_stays_in_it(transport):
    server = Server().listen(**transport.listen_options())
    await server.wait_listening()
    await shut(server)
    await netserve.until_idle()


class Refused(RuntimeError):
    """What a task factory says."""


@pytest.mark.parametrize("event", ["connection", "data", "listening"])
async def test_a_task_factory_that_raises_is_a_listener_that_raises(transport, event):
    """Its coroutine is closed, its error is treated as the listener's, and nothing waits for it."""
    loop, told, begun = asyncio.get_running_loop(), [], []
    loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
    before = loop.get_task_factory()

    def factory(loop, coroutine, **options):
        if coroutine.__name__ == "refused":
            begun.append(coroutine)
            raise Refused
        return asyncio.Task(coroutine, loop=loop, **options)

    async def refused(*_):
        raise AssertionError("it is never run")

    loop.set_task_factory(factory)
    try:
        server = Server()
        if event == "data":
            server.on("connection", lambda socket: socket.on("data", refused))
        else:
            server.on(event, refused)
        server.listen(**transport.listen_options())
        await server.wait_listening()
        client = await netserve.open_connection(**transport.connect_options(server))
        client.write(b"x")
        if event == "listening":
            client.destroy()
        else:
            with contextlib.suppress(ConnectionError):
                assert await client.read() == b""
        await gone(client)
        await shut(server)
        await netserve.until_idle()
    finally:
        loop.set_task_factory(before)
    assert [type(error) for error in told] == [Refused]
    assert [coroutine.cr_frame for coroutine in begun] == [None]
