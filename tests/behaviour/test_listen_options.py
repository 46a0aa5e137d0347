"""`listen()`: what its options do, asked of the system."""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys

import pytest

import netserve
from netserve import AbortController, AbortSignal, Server, once
from tests.behaviour.pairs import as_socket, record, shut
from tests.conftest import TRANSPORTS
from tests.silence import quiet_port

pytestmark = pytest.mark.transports("ipv4")


def queue_limit(server: Server) -> int:
    """The length of a listening TCP socket's queue, from the kernel's `struct tcp_info`."""
    with as_socket(server) as listening:
        answer = listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 32)
    return struct.unpack("8x6I", answer)[5]


def system_limit() -> int:
    with open("/proc/sys/net/core/somaxconn") as file:
        return int(file.read())


linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux")


@linux_only
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("backlog", [1, 7, 300])
async def test_backlog_reaches_the_kernel(host, backlog):
    server = await netserve.start_server(port=0, host=host, backlog=backlog)
    assert queue_limit(server) == min(backlog, system_limit())
    await shut(server)


@pytest.mark.transports(*TRANSPORTS)
@linux_only
async def test_backlog_of_an_inherited_descriptor_is_set_too(transport):
    if transport.kind != "fd":
        pytest.skip("about inherited descriptors")
    server = await netserve.start_server(**transport.listen_options(), backlog=9)
    assert queue_limit(server) == 9
    await shut(server)


@linux_only
@pytest.mark.parametrize("options", [{}, {"backlog": 0}, {"backlog": None}])
async def test_the_default_backlog_is_511(options):
    server = await netserve.start_server(port=0, host="127.0.0.1", **options)
    assert queue_limit(server) == min(511, system_limit())
    await shut(server)


async def test_ipv6_only_refuses_ipv4():
    server = await netserve.start_server(port=0, host="::", ipv6_only=True)
    port = server.address().port
    with pytest.raises(ConnectionRefusedError):
        await netserve.open_connection(port, "127.0.0.1")
    with as_socket(server) as listening:
        assert listening.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 1
    await shut(server)


async def test_ipv6_only_leaves_the_ipv4_port_to_others():
    other = await netserve.start_server(port=0, host="0.0.0.0")
    server = await netserve.start_server(port=other.address().port, host="::", ipv6_only=True)
    assert other.address().port == server.address().port
    await shut(server)
    await shut(other)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", None])
async def test_reuse_port_lets_two_servers_have_one_port(host):
    first = await netserve.start_server(port=0, host=host, reuse_port=True)
    second = await netserve.start_server(port=first.address().port, host=host, reuse_port=True)
    assert first.address() == second.address()
    await shut(first)
    await shut(second)


async def test_without_reuse_port_there_is_one_server_a_port():
    first = await netserve.start_server(port=0, host="127.0.0.1", reuse_port=True)
    with pytest.raises(OSError, match="EADDRINUSE"):
        await netserve.start_server(port=first.address().port, host="127.0.0.1")
    await shut(first)


async def test_a_port_can_be_taken_again_right_after_close():
    port = quiet_port()
    for _ in range(3):
        server = await netserve.start_server(port=port, host="127.0.0.1")
        coming = once(server, "connection")
        client = await netserve.open_connection(port, "127.0.0.1")
        await coming
        gone = once(client, "close")
        client.resume()
        await shut(server)
        await gone


READ = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({}, 0),
        ({"readable_all": True}, READ),
        ({"writable_all": True}, WRITE),
        ({"readable_all": True, "writable_all": True}, READ | WRITE),
    ],
)
async def test_readable_all_and_writable_all_open_the_file_up(short_folder, options, more):
    before = os.umask(0o077)
    try:
        path = str(short_folder / "s")
        server = await netserve.start_server(path=path, **options)
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o700 | more
    await shut(server)


@pytest.mark.transports(*TRANSPORTS)
async def test_exclusive_changes_nothing_outside_a_cluster(transport):
    server = await netserve.start_server(**transport.listen_options(), exclusive=True)
    assert server.listening is True
    await shut(server)


@pytest.mark.transports(*TRANSPORTS)
async def test_a_signal_closes_the_server(transport):
    controller, server = AbortController(), Server()
    seen = record(server, "listening", "close", "error")
    server.listen(**transport.listen_options(), signal=controller.signal)
    await once(server, "listening")
    closed = once(server, "close")
    controller.abort()
    await closed
    assert server.listening is False
    assert seen == ["listening", "close"]


async def test_a_signal_that_is_aborted_already_closes_the_server_soon(transport):
    server = Server().listen(**transport.listen_options(), signal=AbortSignal.abort())
    await once(server, "close")
    assert server.listening is False


async def test_a_closed_server_listens_to_its_signal_no_more(transport):
    controller, server = AbortController(), Server()
    server.listen(**transport.listen_options(), signal=controller.signal)
    await server.wait_listening()
    await shut(server)
    assert controller.signal.event_names() == []
    server.listen(**transport.listen_options())
    controller.abort()
    await server.wait_listening()
    assert server.listening is True
    await shut(server)


async def test_a_failed_listen_lets_its_signal_go(transport):
    taken = await netserve.start_server(port=0, host="127.0.0.1")
    controller = AbortController()
    server = Server().listen(taken.address().port, host="127.0.0.1", signal=controller.signal)
    await once(server, "error")
    assert controller.signal.event_names() == []
    await shut(taken)


@pytest.mark.parametrize("only", [False, True])
async def test_a_port_that_is_taken_on_ipv6_is_not_taken_on_ipv4_instead(only):
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="EADDRINUSE") as caught:
            await netserve.start_server(port=port, ipv6_only=only)
        assert (caught.value.address, caught.value.port) == ("::", port)


@pytest.mark.parametrize(
    ("addresses", "chosen"),
    [
        (["::1", "127.0.0.1"], "::1"),
        (["127.0.0.1", "::1"], "127.0.0.1"),
        (["fe80::1%lo", "127.0.0.1"], "127.0.0.1"),
    ],
)
async def test_a_host_with_several_addresses_listens_on_the_first_that_all_can_reach(
    monkeypatch, addresses, chosen
):
    async def resolve(*_args):
        return [(address, netserve.is_ip(address)) for address in addresses]

    monkeypatch.setattr("netserve._server.listening.resolve", resolve)
    server = await netserve.start_server(port=0, host="both.example")
    assert server.address().address == chosen
    await shut(server)
