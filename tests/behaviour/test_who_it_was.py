"""Who a peer is stays known, whatever became of it; objects and reports say who they are about."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest

import netserve
from netserve import BlockList, Server, Socket, once
from tests.behaviour.pairs import gone, pair, serving
from tests.conftest import HOSTS

pytestmark = pytest.mark.transports("ipv4", "ipv6")


def come_and_go(address: netserve.AddressInfo) -> int:
    """Connects and resets; answers with the port that it came from."""
    with socket.create_connection((address.address, address.port)) as client:
        port: int = client.getsockname()[1]
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return port


async def test_a_peer_that_reset_before_it_was_accepted_is_known(transport):
    taken: asyncio.Queue[Socket] = asyncio.Queue()

    def on_connection(socket: Socket) -> None:
        socket.on("error", lambda _: None)
        taken.put_nowait(socket)

    async with serving(transport, on_connection) as server:
        address = server.address()
        ports = [come_and_go(address) for _ in range(20)]  # the loop stands still
        for port in ports:
            served = await taken.get()
            await gone(served)
            assert served.remote_address == HOSTS[transport.kind]
            assert (served.remote_family, served.remote_port) == (address.family, port)
            assert (served.local_address, served.local_port) == (address.address, address.port)
            assert served.address() == address


async def test_a_client_that_was_turned_away_is_known_though_it_reset(transport):
    async with serving(transport) as server:
        server.max_connections = 0
        dropped = once(server, "drop")
        port = come_and_go(server.address())
        (info,) = await dropped
        assert (info.remote_address, info.remote_port) == (HOSTS[transport.kind], port)


async def test_a_rule_for_another_network_lets_a_peer_in_that_reset(transport):
    rules = BlockList()
    rules.add_cidr("192.0.2.0/24")
    async with serving(transport, block_list=rules) as server:
        known = []
        server.on("connection", lambda served: known.append(served.remote_port))
        server.on("connection", lambda served: served.on("error", lambda _: None))
        coming = once(server, "connection")
        port = come_and_go(server.address())
        await coming
        assert known == [port]


async def test_both_ends_of_a_connection_are_known_after_its_close(transport):
    async with pair(transport) as ends:
        local, remote = ends.client.address(), ends.server.address()
        await gone(ends.served)
        assert ends.served.address() == remote
        assert (ends.served.remote_address, ends.served.remote_port) == (local.address, local.port)


# repr()


async def test_a_server_shows_where_it_listens_and_its_state(transport):
    async with serving(transport) as server:
        address = server.address()
        host = f"[{address.address}]" if ":" in address.address else address.address
        assert repr(server) == f"<netserve.Server {host}:{address.port} listening>"
        server.close()
        assert repr(server) == "<netserve.Server closing>"
    assert repr(server) == "<netserve.Server closed>"
    assert repr(Server()) == "<netserve.Server idle>"


@pytest.mark.transports("ipv4")
async def test_a_socket_shows_both_ends_and_its_state(transport):
    async with pair(transport) as ends:
        here, there = ends.client.address(), ends.server.address()
        client, server = f"127.0.0.1:{here.port}", f"127.0.0.1:{there.port}"
        assert repr(ends.client) == f"<netserve.Socket {client} -> {server} open>"
        assert repr(ends.served) == f"<netserve.Socket {server} <- {client} open>"
        ends.served.end()
        assert repr(ends.served) == f"<netserve.Socket {server} <- {client} readOnly>"
        ends.served.destroy()
        assert repr(ends.served) == f"<netserve.Socket {server} <- {client} destroyed>"
        await gone(ends.client)
        assert repr(ends.client) == f"<netserve.Socket -> {server} closed>"


async def test_a_socket_shows_where_it_connects_to():
    socket = Socket()
    assert repr(socket) == "<netserve.Socket new>"
    socket.on("error", lambda _: None).connect(9, "name.invalid")
    assert repr(socket) == "<netserve.Socket -> name.invalid:9 connecting>"
    await gone(socket)
    assert repr(socket) == "<netserve.Socket -> name.invalid:9 closed>"


@pytest.mark.transports("path")
async def test_what_has_a_path_shows_it(transport):
    async with pair(transport) as ends:
        path = ends.server.address()
        assert repr(ends.server) == f"<netserve.Server {path!r} listening>"
        assert repr(ends.served) == f"<netserve.Socket {path!r} open>"
        assert repr(ends.client) == f"<netserve.Socket -> {path!r} open>"


class Mine(Server):
    """A user's own class."""


async def test_a_class_of_the_users_own_has_its_own_name():
    assert repr(Mine()) == f"<{__name__}.Mine idle>"


# Zones

ZONES = """
import asyncio
import socket
import subprocess
import sys
import netserve

async def attempt(**options):
    try:
        return await netserve.start_server(**options)
    except OSError as error:
        return error.code

async def main():
    for command in ("ip link set lo up", "ip -6 addr add fe80::1/64 dev lo nodad"):
        subprocess.run(command.split(), check=True)
    number = socket.if_nametoindex("lo")
    for host in ("fe80::1%lo", f"fe80::1%{number}"):
        server = await netserve.start_server(lambda s: s.end(s.remote_address), port=0, host=host)
        port = server.address().port
        with netserve.BoundSocket("fe80::1%lo") as bound:
            print(server.address().address, bound.address().address)
        client = await netserve.open_connection(port, host, local_address=host)
        print(client.remote_address, client.local_address, (await client.read()).decode())
        print(repr(server).replace(str(port), "PORT"))
        server.close()
        await server.wait_closed()
    print(await attempt(port=0, host="fe80::1"), await attempt(port=0, host="fe80::1%none"))

asyncio.run(main())
"""


def test_an_address_with_a_zone_is_one_to_listen_on_and_to_connect_to(python, own_network):
    program = python("-c", ZONES, **own_network)
    for _ in range(2):
        assert program.line() == "fe80::1%lo fe80::1%lo"
        assert program.line() == "fe80::1%lo fe80::1%lo fe80::1%lo"
        assert program.line() == "<netserve.Server [fe80::1%lo]:PORT listening>"
    assert program.line() == "EINVAL EINVAL"
    assert program.result() == (0, "", "")
