"""An error that breaks a connection is told once: to whoever awaits, or else as an event."""

from __future__ import annotations

import asyncio

import pytest

import netserve
from tests.behaviour.pairs import MORE_THAN_THE_KERNEL_TAKES, closing, pair
from tests.conftest import Transport


@pytest.fixture(params=["ipv4"])
def tcp(request, short_folder):
    return Transport(request.param, short_folder)


def reset(socket):
    """Breaks a TCP connection, seen from its other end."""
    socket.reset_and_destroy()


async def test_who_waits_to_write_hears_of_the_error_and_nobody_else(tcp, reports):
    async with pair(tcp) as ends:
        ends.served.write(bytes(MORE_THAN_THE_KERNEL_TAKES))
        draining = asyncio.ensure_future(ends.served.drain())
        closed = closing(ends.served)
        await asyncio.sleep(0)
        reset(ends.client)
        with pytest.raises(ConnectionResetError):
            await draining
        assert await closed
        assert not reports


async def test_who_waits_to_write_and_has_data_listeners_hears_of_the_error_too(tcp, reports):
    async with pair(tcp) as ends:
        ends.served.on("data", lambda chunk: None)
        ends.served.write(bytes(MORE_THAN_THE_KERNEL_TAKES))
        draining = asyncio.ensure_future(ends.served.drain())
        closed = closing(ends.served)
        await asyncio.sleep(0)
        reset(ends.client)
        with pytest.raises(ConnectionResetError):
            await draining
        assert await closed
        assert not reports


async def test_a_writer_who_drains_now_and_then_hears_of_the_error_the_next_time(tcp, reports):
    async with pair(tcp) as ends:
        ends.served.write(b"hello")
        await ends.served.drain()
        closed = closing(ends.served)
        reset(ends.client)
        assert await closed
        assert not reports
        with pytest.raises(ConnectionResetError):
            await ends.served.drain()


async def test_an_error_is_an_event_again_once_data_goes_to_listeners(tcp, reports):
    async with pair(tcp) as ends:
        ends.client.write(b"first\n")
        assert await ends.served.readline() == b"first\n"
        ends.served.on("data", lambda chunk: None)
        reset(ends.client)
        assert (await reports.next()).code == "ECONNRESET"


async def test_who_waits_for_the_close_hears_of_the_error_though_data_goes_to_listeners(
    tcp, reports
):
    async with pair(tcp) as ends:
        waiting = asyncio.ensure_future(ends.served.wait_closed())
        await asyncio.sleep(0)
        ends.served.on("data", lambda chunk: None)
        reset(ends.client)
        with pytest.raises(ConnectionResetError):
            await waiting
        assert not reports


async def test_who_waits_for_the_close_no_more_takes_no_error(tcp, reports):
    async with pair(tcp) as ends:
        ends.served.on("data", lambda chunk: None)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await ends.served.wait_closed()
        reset(ends.client)
        assert (await reports.next()).code == "ECONNRESET"


async def test_a_program_that_goes_over_to_events_does_not_end_as_if_nothing_had_been():
    class Broken(Exception):
        pass

    async def main():
        server = await netserve.start_server(lambda served: served.write("hi\n"), port=0)
        client = await netserve.open_connection(server.address().port)
        try:
            assert await client.readline() == b"hi\n"
            client.resume()
            client.destroy(Broken("unseen"))
            await netserve.once(client, "close")
        finally:
            server.close_all_connections()
            server.close()

    with pytest.raises(Broken, match="unseen"):
        await asyncio.to_thread(netserve.run, main())
