"""`user_timeout`: what was sent to a peer that is gone fails in bounded time."""

from __future__ import annotations

import socket
import sys

import pytest

import netserve
from netserve import Server, Socket
from netserve._socket import options
from tests.behaviour.pairs import as_socket, pair

pytestmark = [
    pytest.mark.transports("ipv4"),
    pytest.mark.skipif(sys.platform != "linux", reason="TCP_USER_TIMEOUT is Linux's"),
]

GONE = """
import asyncio
import subprocess
import time
import netserve

async def main():
    subprocess.run("ip link set lo up".split(), check=True)
    server = await netserve.start_server(port=0, host="127.0.0.1", user_timeout=0.3)
    coming = netserve.once(server, "connection")
    port = server.address().port
    client = await netserve.open_connection(port, "127.0.0.1", user_timeout=0.3)
    (served,) = await coming
    subprocess.run("ip link set lo down".split(), check=True)
    began = time.monotonic()
    for end in (client, served):
        end.write("to nobody")
    for error in await asyncio.gather(*map(wait, (client, served))):
        print(error.code, time.monotonic() - began < 5)

async def wait(end):
    try:
        await end.wait_closed()
    except OSError as error:
        return error

asyncio.run(main())
"""


def milliseconds(holder: Server | Socket) -> int:
    with as_socket(holder) as asked:
        return asked.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)


async def test_it_is_set_on_both_ends_and_once_on_the_listening_socket(transport):
    async with pair(transport, {"user_timeout": 1.5}, user_timeout=20) as ends:
        assert [milliseconds(each) for each in (ends.client, ends.served)] == [1500, 20000]
        assert milliseconds(ends.server) == 20000


async def test_without_it_the_system_decides(transport):
    async with pair(transport) as ends:
        assert [milliseconds(each) for each in (ends.client, ends.served)] == [0, 0]


@pytest.mark.transports("path")
async def test_on_a_path_it_means_nothing(transport):
    async with pair(transport, {"user_timeout": 1}, user_timeout=1) as ends:
        ends.client.end("x")
        assert await ends.served.read() == b"x"


def test_a_peer_that_is_gone_is_found_out(python, own_network):
    assert python("-c", GONE, **own_network).result() == (0, "ETIMEDOUT True\n" * 2, "")


@pytest.mark.parametrize("make", [Server, Socket, netserve.create_server])
def test_a_time_of_nothing_is_refused(make):
    with pytest.raises(ValueError, match="more than 0 seconds, or None, not 0") as caught:
        make(user_timeout=0)
    assert caught.value.code == "ERR_OUT_OF_RANGE"


def test_a_system_without_it_says_what_to_use(monkeypatch):
    monkeypatch.delattr(options.socket, "TCP_USER_TIMEOUT")
    with pytest.raises(OSError, match="Linux only") as caught:
        Server(user_timeout=1)
    assert isinstance(caught.value, ValueError)
