"""What a log is told by the loop's own exception handler, and by the logger `netserve`."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct

import pytest

import netserve
from netserve import Socket
from netserve._reports import Reports
from netserve._runtime import current
from tests.behaviour.pairs import gone, pair, serving

pytestmark = pytest.mark.transports("ipv4")


@pytest.fixture(autouse=True)
async def afresh():
    """Nothing was told a moment ago, by another test in this loop."""
    current().reports = Reports()


@pytest.fixture
async def lines(caplog, afresh):
    """What is logged by the loop's own handler, which the runner of the tests has replaced."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(None)
    yield caplog
    loop.set_exception_handler(before)


def reset(port: int) -> None:
    """Sends a byte and resets."""
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.send(b"x")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def test_many_resets_are_a_line(lines, transport):
    closed: asyncio.Queue[bool] = asyncio.Queue()

    def on_connection(socket: Socket) -> None:
        socket.on("data", socket.write).on("close", closed.put_nowait)

    async with serving(transport, on_connection) as server:
        for _ in range(50):
            await asyncio.to_thread(reset, server.address().port)
        for _ in range(50):
            await closed.get()
    told = [record for record in lines.records if record.name == "asyncio"]
    # On a busy machine a second may pass meanwhile.
    assert 1 <= len(told) <= 5
    assert told[0].exc_info in (None, False)
    text = told[0].getMessage()
    assert "\n" not in text
    assert text.startswith("netserve: unhandled error of a connection from 127.0.0.1:")
    assert "ECONNRESET" in text


async def test_an_exception_of_a_listener_is_told_with_its_traceback_and_its_peer(lines, transport):
    async with pair(transport) as ends:
        ends.served.on("data", lambda _: 1 / 0)
        port = ends.client.local_port
        ends.client.write(b"x")
        assert await ends.client.read() == b""
        await gone(ends.served)
    (record,) = (record for record in lines.records if record.name == "asyncio")
    expected = f"connection from 127.0.0.1:{port}: ZeroDivisionError: division by zero"
    assert record.getMessage().splitlines()[0].endswith(expected)
    assert record.exc_info[0] is ZeroDivisionError


async def test_a_handler_of_the_programs_own_is_told_of_every_connection(reports, transport):
    async with serving(transport) as server:
        server.on("connection", lambda socket: socket.on("data", lambda _: 1 / 0))
        for _ in range(5):
            client = await netserve.open_connection(**transport.connect_options(server))
            client.write(b"x")
            assert await client.read() == b""
            await gone(client)
            assert type(await reports.next()) is ZeroDivisionError
        assert not reports


async def test_clients_that_are_turned_away_for_want_of_descriptors_are_a_line(transport, caplog):
    async with serving(transport) as server:
        for _ in range(100):
            server._on_drop(None, None, "descriptors")
        (record,) = caplog.records
        assert record.levelno == logging.WARNING
        assert record.getMessage() == "out of file descriptors: a connection was turned away"
