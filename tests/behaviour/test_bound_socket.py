"""`BoundSocket`: taken at once, adopted later, and nothing of it is left."""

from __future__ import annotations

import gc
import os
import socket
import struct
import sys
import warnings

import pytest

import netserve
from netserve import AbortController, AbortSignal, BoundSocket, Server, Socket, once
from tests.behaviour.families import ask_for_handle, forked
from tests.behaviour.pairs import as_socket, closing, gone, shut


@pytest.fixture
def options(transport):
    """Where to bind, for every transport that has something to bind to."""
    if transport.kind == "fd":
        pytest.skip("is bound already")
    return transport.listen_options()


def reached(address):
    """How to connect to where a server or a bound socket is."""
    if isinstance(address, str):
        return {"path": address}
    return {"host": address.address, "port": address.port}


def assert_closed(descriptor):
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def assert_adopted(bound):
    for use in (bound.address, bound.fd, bound.close, lambda: Server().listen(bound)):
        with pytest.raises(RuntimeError) as caught:
            use()
        assert caught.value.code == "ERR_SOCKET_HANDLE_ADOPTED"
    with pytest.raises(RuntimeError) as caught:
        Socket(handle=bound)
    assert caught.value.code == "ERR_SOCKET_HANDLE_ADOPTED"


async def test_a_server_adopts_it_and_serves_at_its_address(options):
    bound = BoundSocket(**options)
    address = bound.address()
    server = await netserve.start_server(lambda peer: peer.end("served"), handle=bound)
    assert server.address() == address
    assert_adopted(bound)
    async with await netserve.open_connection(**reached(address)) as client:
        assert await client.read() == b"served"
    await shut(server)


async def test_nobody_can_connect_before_it_is_adopted(options):
    with BoundSocket(**options) as bound, pytest.raises(ConnectionRefusedError):
        await netserve.open_connection(**reached(bound.address()))


async def test_a_connection_starts_from_it(options, transport):
    server = await netserve.start_server(**transport.listen_options())
    bound = BoundSocket(**options)
    address, descriptor = bound.address(), bound.fd()
    client = Socket(handle=bound)
    assert_adopted(bound)
    assert client.pending is False
    assert client.address() == (None if bound.is_pipe else address)
    local = address if bound.is_pipe else address.address
    assert client.local_address == local
    client.connect(**transport.connect_options(server))
    await once(client, "connect")
    assert client.fileno() == descriptor
    assert client.local_address == local
    with as_socket(client) as asked:
        name = asked.getsockname()
    name = os.fsdecode(name) if isinstance(name, bytes) else name
    assert name == address if bound.is_pipe else name[:2] == (address.address, address.port)
    await gone(client)
    await shut(server)


async def test_the_next_connection_of_that_socket_starts_anywhere(transport):
    if not transport.is_tcp:
        pytest.skip("about ports")
    server = await netserve.start_server(lambda peer: peer.end(), **transport.listen_options())
    bound = BoundSocket("::1" if transport.kind == "ipv6" else "127.0.0.1")
    own = bound.address().port
    client = Socket(handle=bound)
    ports = []
    for _ in range(2):
        over = closing(client)
        client.connect(
            **transport.connect_options(server),
            listener=lambda: ports.append(client.local_port),
        )
        client.resume()
        await over
    assert ports[0] == own
    assert ports[1] != own
    await shut(server)


async def test_a_plain_descriptor_that_is_bound_connects_from_there(options, transport):
    server = await netserve.start_server(**transport.listen_options())
    with BoundSocket(**options) as bound:
        address, copy = bound.address(), os.dup(bound.fd())
    client = Socket(fd=copy)
    local = address if isinstance(address, str) else address.address
    assert (client.pending, client.local_address) == (False, local)
    client.connect(**transport.connect_options(server))
    await once(client, "connect")
    assert (client.fileno(), client.local_address) == (copy, local)
    await gone(client)
    await shut(server)


async def test_a_plain_socket_that_is_never_connected_is_closed_with_its_socket(options):
    with BoundSocket(**options) as bound:
        plain = socket.socket(fileno=os.dup(bound.fd()))
    descriptor = plain.fileno()
    await gone(Socket(handle=plain))
    assert_closed(descriptor)


async def test_a_plain_socket_that_nobody_bound_connects_too(transport):
    if not transport.is_tcp:
        pytest.skip("about ports")
    family = socket.AF_INET6 if transport.kind == "ipv6" else socket.AF_INET
    server = await netserve.start_server(lambda peer: peer.end("x"), **transport.listen_options())
    client = Socket(handle=socket.socket(family)).connect(**transport.connect_options(server))
    assert await client.read() == b"x"
    await gone(client)
    await shut(server)


async def test_what_is_bound_is_tried_with_one_address_only():
    async def lookup(host, options):
        return [("::1", 6), ("127.0.0.1", 4)]

    server = await netserve.start_server(port=0, host="127.0.0.1")
    plain = socket.socket()
    plain.bind(("127.0.0.1", 0))
    with pytest.raises(OSError, match="another family"):
        await netserve.open_connection(server.address().port, "x", handle=plain, lookup=lookup)
    await shut(server)


async def test_a_connection_that_was_reset_before_it_was_wrapped_is_no_bound_socket():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        plain = socket.create_connection(listening.getsockname())
        accepted, _ = listening.accept()
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        accepted.close()
    client = Socket(handle=plain)
    with pytest.raises(ConnectionResetError):
        await client.read()
    await gone(client)


async def test_a_descriptor_that_listens_is_no_connection():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with pytest.raises(TypeError, match="give it to listen") as caught:
            Socket(fd=listening.fileno())
        assert caught.value.code == "ERR_INVALID_FD_TYPE"


async def test_the_socket_file_goes_with_whoever_has_it(short_folder):
    path = short_folder / "one.sock"
    BoundSocket(path=path).close()
    assert not path.exists()
    server = await netserve.start_server(handle=BoundSocket(path=path))
    assert path.exists()
    await shut(server)
    assert not path.exists()
    unused = Socket(handle=BoundSocket(path=path))
    assert path.exists()
    await gone(unused)
    assert not path.exists()


async def test_a_socket_file_that_was_replaced_is_left_alone(short_folder):
    path = short_folder / "one.sock"
    with BoundSocket(path=path):
        path.unlink()
        path.write_text("another's")
    assert path.read_text() == "another's"


async def test_one_that_is_forgotten_warns_and_closes_itself(options):
    kept = [BoundSocket(**options)]
    path = kept[0].address() if kept[0].is_pipe else ""
    descriptor = kept[0].fd()
    with pytest.warns(ResourceWarning, match="unclosed <netserve.BoundSocket"):
        kept.clear()
    assert_closed(descriptor)
    assert path.startswith("\0") or not os.path.exists(path)


async def test_a_socket_that_is_forgotten_with_it_warns_and_closes_it(options):
    kept = [Socket(handle=BoundSocket(**options))]
    with pytest.warns(ResourceWarning, match="unclosed <netserve.BoundSocket"):
        kept.clear()


async def test_one_whose_arguments_are_wrong_leaves_nothing_to_warn_about():
    with pytest.raises(ValueError, match="IP address, which needs no looking up, not 'localhost'"):
        BoundSocket("localhost")
    gc.collect()


async def test_a_path_goes_with_no_port_and_no_host(short_folder):
    for other in ({"port": 1}, {"host": "127.0.0.1"}):
        with pytest.raises(ValueError, match="path can't go together"):
            BoundSocket(path=short_folder / "one.sock", **other)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_one_that_is_forgotten_closes_itself_where_warnings_are_errors(options):
    kept = [BoundSocket(**options)]
    descriptor = kept[0].fd()
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        kept.clear()
    assert_closed(descriptor)


async def test_a_server_that_fails_to_listen_on_it_closes_it():
    bound = BoundSocket("127.0.0.1")
    twin = BoundSocket("127.0.0.1", bound.address().port)
    descriptor = twin.fd()
    first = await netserve.start_server(handle=bound)
    with pytest.raises(OSError, match="listen EADDRINUSE"):
        await netserve.start_server(handle=twin)
    assert_adopted(twin)
    assert_closed(descriptor)
    await shut(first)


async def test_a_connection_that_fails_closes_it():
    with BoundSocket("127.0.0.1") as nobody_listens:
        bound = BoundSocket("127.0.0.1")
        descriptor = bound.fd()
        client = Socket(handle=bound)
        client.connect(nobody_listens.address().port, "127.0.0.1")
        with pytest.raises(ConnectionRefusedError):
            await once(client, "connect")
    assert_closed(descriptor)


@pytest.mark.parametrize(("host", "other"), [("127.0.0.1", "::1"), ("::1", "127.0.0.1")])
async def test_another_family_is_an_error_of_the_attempt_that_says_so(host, other):
    client = Socket(handle=BoundSocket(host)).connect(1, other)
    with pytest.raises(OSError, match="bound to an address of another family") as caught:
        await once(client, "connect")
    assert caught.value.syscall == "connect"


async def test_a_path_and_a_port_do_not_meet(short_folder):
    local = Socket(handle=BoundSocket(path=short_folder / "one.sock"))
    with pytest.raises(ValueError, match="bound to a path can't connect to a port"):
        local.connect(1)
    remote = Socket(handle=BoundSocket("127.0.0.1"))
    with pytest.raises(ValueError, match="bound to a port can't connect to a path"):
        remote.connect(path=short_folder / "one.sock")
    await gone(local)
    await gone(remote)


async def test_a_name_is_looked_up_for_one_address_only():
    asked = []

    def lookup(host, options, callback):
        asked.append(options["all"])
        callback(None, [("127.0.0.1", 4), ("::1", 6)])

    with BoundSocket("127.0.0.1") as nobody_listens:
        port = nobody_listens.address().port
        client = Socket(handle=BoundSocket("127.0.0.1"))
        client.connect(port, "two.test", lookup=lookup)
        with pytest.raises(ConnectionRefusedError):
            await once(client, "connect")
    assert asked == [False]
    assert client.auto_select_family_attempted_addresses is None


async def test_arguments_that_are_wrong_leave_it_as_it_was(options):
    bound, server = BoundSocket(**options), Server()
    for wrong in ({"signal": 5}, {"backlog": "x"}, {"exclusive": 1}):
        with pytest.raises(TypeError):
            server.listen(handle=bound, **wrong)
    with pytest.raises(TypeError):
        Socket(handle=bound, high_water_mark="x")
    with pytest.raises(ValueError, match="port"):
        await netserve.open_connection(99999, handle=bound)
    elsewhere = {"port": 1} if bound.is_pipe else {"path": "one.sock"}
    for other_end in (elsewhere, {"port": 1, "local_port": 1}, {"port": 1, "local_address": "::1"}):
        with pytest.raises(ValueError, match="bound"):
            netserve.create_connection(handle=bound, **other_end)
    for name in ("lookup", "listener", "timeout", "unknown"):
        with pytest.raises(TypeError):
            netserve.create_connection(1, handle=bound, **{name: "x"})
    assert bound.fd() >= 0
    bound.close()


async def test_an_aborted_signal_closes_who_adopted_it(options):
    server = Server().listen(BoundSocket(**options), signal=AbortSignal.abort())
    await server.wait_closed()
    bound = BoundSocket(**options)  # the address is free again
    controller = AbortController()
    client = Socket(handle=bound, signal=controller.signal)
    controller.abort()
    with pytest.raises(netserve.errors.AbortError):
        await client.wait_closed()
    BoundSocket(**options).close()


async def test_several_share_a_port():
    first = BoundSocket("127.0.0.1", reuse_port=True)
    second = BoundSocket("127.0.0.1", first.address().port, reuse_port=True)
    servers = [await netserve.start_server(handle=each) for each in (first, second)]
    assert servers[0].address() == servers[1].address()
    for server in servers:
        await shut(server)


async def test_ipv6_only_leaves_ipv4_to_others():
    with socket.create_server(("0.0.0.0", 0)) as other:
        port = other.getsockname()[1]
        BoundSocket(port=port, ipv6_only=True).close()
        with pytest.raises(OSError, match="EADDRINUSE"):
            BoundSocket("::", port=port)
    for only in (True, False):
        server = await netserve.start_server(handle=BoundSocket("::", ipv6_only=only))
        with as_socket(server) as asked:
            assert asked.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == only
        await shut(server)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
async def test_the_backlog_is_that_of_listen():
    server = await netserve.start_server(handle=BoundSocket("127.0.0.1"), backlog=7)
    with as_socket(server) as asked:
        info = asked.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 32)
    assert struct.unpack("8x6I", info)[5] == 7
    await shut(server)


async def test_its_descriptor_can_be_listened_on_while_it_keeps_it():
    with BoundSocket("127.0.0.1") as bound:
        server = await netserve.start_server(fd=os.dup(bound.fd()))
        assert server.address() == bound.address()
        await shut(server)


@pytest.mark.parametrize("serialization", ["json", "advanced"])
async def test_a_child_gets_it_whole(serialization):
    bound = BoundSocket("127.0.0.1")
    address = bound.address()
    async with forked(serialization=serialization) as child:
        back = await ask_for_handle(child, "back", None, bound)
        assert_adopted(bound)
        assert isinstance(back, BoundSocket)
        assert back.address() == address
        back.close()


async def test_one_of_a_path_can_not_be_sent(short_folder):
    with BoundSocket(path=short_folder / "one.sock") as bound:
        async with forked() as child:
            with pytest.raises(TypeError, match="can't be sent") as caught:
                child.send("x", bound)
        assert caught.value.code == "ERR_INVALID_HANDLE_TYPE"
        assert bound.fd() >= 0


async def test_what_is_shown_of_it_is_its_address():
    with BoundSocket("127.0.0.1") as bound:
        assert repr(bound) == f"<netserve.BoundSocket 127.0.0.1:{bound.address().port} bound>"
    assert repr(bound) == "<netserve.BoundSocket adopted or closed>"
