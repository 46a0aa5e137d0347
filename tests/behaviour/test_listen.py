"""`listen()`: every form of saying where."""

from __future__ import annotations

import os
import pathlib
import socket

import pytest

import netserve
from netserve import Server, Socket, once
from tests.behaviour.pairs import gone, pair, record, serving, shut
from tests.silence import quiet_port


async def reachable(server: Server, **options) -> bool:
    """Whether a connection that is made this way reaches this server."""
    coming = once(server, "connection")
    client = await netserve.open_connection(**options)
    (served,) = await coming
    await gone(client)
    await gone(served)
    return True


async def test_listening_comes_after_listen_has_returned(transport):
    server = Server()
    seen = record(server, "listening")
    assert server.listen(**transport.listen_options()) is server
    assert seen == []
    await server.wait_listening()
    assert server.listening is True
    await shut(server)


async def test_a_server_is_reached_where_it_listens(transport):
    async with serving(transport) as server:
        assert await reachable(server, **transport.connect_options(server))


async def test_nothing_given_is_a_port_that_the_system_chooses():
    server = Server().listen()
    await server.wait_listening()
    assert server.address().port > 0
    assert await reachable(server, port=server.address().port)
    await shut(server)


@pytest.mark.parametrize("form", [int, str])
@pytest.mark.parametrize("by_name", [False, True])
async def test_a_port_may_be_an_int_or_a_numeric_str(form, by_name):
    port = quiet_port()
    target = {"port": form(port)} if by_name else {"target": form(port)}
    server = await netserve.start_server(host="127.0.0.1", **target)
    assert server.address() == ("127.0.0.1", "IPv4", port)
    await shut(server)


async def test_without_a_host_both_families_reach_the_server():
    server = await netserve.start_server(port=0)
    address = server.address()
    if address.family == "IPv4":
        pytest.skip("this machine has no IPv6")
    assert address.address == "::"
    assert await reachable(server, port=address.port, host="127.0.0.1")
    assert await reachable(server, port=address.port, host="::1")
    await shut(server)


async def test_a_host_may_be_a_name():
    server = await netserve.start_server(target=0, host="localhost")
    assert server.address().address in ("127.0.0.1", "::1")
    await shut(server)


async def test_a_path_may_be_a_str_or_a_path_object(short_folder):
    for target in (str(short_folder / "a"), short_folder / "b"):
        server = await netserve.start_server(target=target)
        assert server.address() == str(target)
        assert pathlib.Path(target).is_socket()
        assert await reachable(server, path=target)
        await shut(server)


async def test_an_abstract_path_leaves_no_file(transport):
    if transport.kind != "abstract":
        pytest.skip("about abstract paths")
    async with serving(transport) as server:
        assert server.address().startswith("\0")
        assert not os.path.exists(server.address()[1:])


async def test_port_wins_over_path(short_folder):
    server = await netserve.start_server(port=0, path=str(short_folder / "unused"))
    assert server.address().port > 0
    assert list(short_folder.iterdir()) == []
    await shut(server)


async def test_a_descriptor_given_by_number_becomes_the_servers():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port, fd = listening.getsockname()[1], listening.detach()
    server = await netserve.start_server(fd=fd)
    assert server.address().port == port
    await shut(server)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(fd)


async def test_a_descriptor_that_is_only_bound_will_listen():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        server = await netserve.start_server(fd=bound.detach())
    assert await reachable(server, port=server.address().port, host="127.0.0.1")
    await shut(server)


@pytest.mark.parametrize("by_name", [False, True])
async def test_a_socket_object_keeps_its_descriptor(by_name):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server()
        server.listen(**({"handle": listening} if by_name else {"target": listening}))
        await server.wait_listening()
        assert await reachable(server, port=listening.getsockname()[1], host="127.0.0.1")
        await shut(server)
        assert listening.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1


async def test_a_socket_object_may_be_closed_while_the_server_listens():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = await netserve.start_server(target=listening)
    assert await reachable(server, port=server.address().port, host="127.0.0.1")
    await shut(server)


async def test_an_object_with_fileno_is_a_handle():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        class Holder:
            def fileno(self):
                return listening.fileno()

        server = await netserve.start_server(target=Holder())
        assert server.address().port == listening.getsockname()[1]
        await shut(server)


async def test_two_servers_may_share_one_queue(transport):
    async with serving(transport) as first:
        second = await netserve.start_server(target=first)
        options = transport.connect_options(first)
        assert second.fileno() != first.fileno()
        first.close()
        await first.wait_closed()
        if transport.kind != "path":
            assert await reachable(second, **options)
        await shut(second)


async def test_a_socket_that_has_no_descriptor_is_a_misuse():
    with pytest.raises(TypeError) as caught:
        Server().listen(Socket())
    assert caught.value.code == "ERR_INVALID_HANDLE_TYPE"


async def test_a_server_that_does_not_listen_is_a_misuse():
    with pytest.raises(TypeError) as caught:
        Server().listen(Server())
    assert caught.value.code == "ERR_INVALID_HANDLE_TYPE"


async def test_a_connected_socket_is_an_error_event(transport):
    async with pair(transport) as ends:
        server = Server().listen(ends.client)
        (error,) = await once(server, "error")
        assert (error.code, error.syscall) == ("EINVAL", "listen")
        assert server.listening is False
        assert ends.client.destroyed is False


@pytest.mark.parametrize("place", range(4))
async def test_the_callback_may_stand_in_every_place(place):
    server, called = Server(), []
    arguments = [0, "127.0.0.1", 5][:place]
    server.listen(*arguments, lambda: called.append(server.listening))
    await once(server, "listening")
    assert called == [True]
    await shut(server)


async def test_the_callback_is_for_one_listening_only(transport):
    server, called = Server(), []
    server.listen(**transport.listen_options(), callback=lambda: called.append("first"))
    await once(server, "listening")
    server.close()
    await once(server, "close")
    server.listen(**transport.listen_options())
    await once(server, "listening")
    assert called == ["first"]
    await shut(server)


async def test_a_server_that_does_not_listen_has_no_address_and_no_descriptor(transport):
    server = Server()
    assert (server.address(), server.fileno(), server.listening) == (None, -1, False)
    server.listen(**transport.listen_options())
    await server.wait_listening()
    assert server.address() is not None
    assert server.fileno() >= 0
    await shut(server)
    assert (server.address(), server.fileno(), server.listening) == (None, -1, False)


async def test_start_server_returns_once_it_listens(transport):
    accepted = []
    server = await netserve.start_server(accepted.append, **transport.listen_options())
    assert server.listening is True
    assert await reachable(server, **transport.connect_options(server))
    assert len(accepted) == 1
    await shut(server)


async def test_wait_listening_of_a_server_that_listens_returns(transport):
    async with serving(transport) as server:
        await server.wait_listening()
        await server.wait_listening()


async def test_wait_listening_without_listen_says_so():
    with pytest.raises(RuntimeError) as caught:
        await Server().wait_listening()
    assert caught.value.code == "ERR_SERVER_NOT_RUNNING"


async def test_start_server_takes_a_port_and_a_host_in_the_places_that_listen_has(transport):
    if transport.kind != "ipv4":
        pytest.skip("a port")
    server = await netserve.start_server(lambda socket: socket.end(b"hi"), 0, "127.0.0.1")
    assert server.address().address == "127.0.0.1"
    client = await netserve.open_connection(server.address().port, "127.0.0.1")
    assert await client.read() == b"hi"
    await gone(client)
    await shut(server)


async def test_start_server_takes_a_path_in_the_place_that_listen_has(short_folder):
    server = await netserve.start_server(None, short_folder / "s.sock")
    assert server.address() == str(short_folder / "s.sock")
    await shut(server)
