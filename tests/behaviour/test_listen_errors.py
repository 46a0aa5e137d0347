"""`listen()` that fails: an error event, and another try."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import Any

import pytest

import netserve
from netserve import AbortController, Server, once
from tests.behaviour.pairs import pair, record, serving, shut


async def test_a_place_that_is_taken_is_an_error_event(transport):
    if transport.kind == "fd":
        pytest.skip("a descriptor is no place")
    async with serving(transport) as first:
        where = transport.connect_options(first)
        server = Server()
        seen = record(server, "listening", "error")
        server.listen(**where)
        assert seen == []
        (error,) = await once(server, "error")
        assert (error.code, error.syscall) == ("EADDRINUSE", "listen")
        assert error.address == where.get("path", where.get("host"))
        assert getattr(error, "port", None) == where.get("port")
        assert seen == ["error"]
        assert (server.listening, server.address()) == (False, None)


async def test_wait_listening_and_start_server_raise_the_error(transport):
    if transport.kind == "fd":
        pytest.skip("a descriptor is no place")
    async with serving(transport) as first:
        where = transport.connect_options(first)
        server = Server().listen(**where)
        with pytest.raises(OSError, match="EADDRINUSE"):
            await server.wait_listening()
        with pytest.raises(OSError, match="EADDRINUSE"):
            await netserve.start_server(**where)


async def test_an_error_that_a_coroutine_waits_for_is_an_event_for_listeners_too():
    taken = await netserve.start_server(port=0, host="127.0.0.1")
    server = Server()
    seen = record(server, "error")
    server.listen(taken.address().port, host="127.0.0.1")
    with pytest.raises(OSError, match="EADDRINUSE"):
        await server.wait_listening()
    assert seen == ["error"]
    await shut(taken)


async def test_an_error_that_nobody_listens_to_goes_to_the_exception_handler(reports):
    taken = await netserve.start_server(port=0, host="127.0.0.1")
    Server().listen(taken.address().port, host="127.0.0.1")
    assert (await reports.next()).code == "EADDRINUSE"
    await shut(taken)


async def test_a_server_listens_again_after_an_error(transport):
    taken = await netserve.start_server(port=0, host="127.0.0.1")
    server = Server().listen(taken.address().port, host="127.0.0.1")
    await once(server, "error")
    server.listen(**transport.listen_options())
    await once(server, "listening")
    assert server.listening is True
    await shut(server)
    await shut(taken)


async def test_a_server_listens_again_from_inside_its_error_listener(transport):
    taken = await netserve.start_server(port=0, host="127.0.0.1")
    server = Server()
    server.on("error", lambda _: server.listen(**transport.listen_options()))
    server.listen(taken.address().port, host="127.0.0.1")
    while not server.listening:
        await asyncio.sleep(0)
    await shut(server)
    await shut(taken)


async def test_a_server_listens_again_after_close(transport):
    server = Server()
    for _ in range(2):
        server.listen(**transport.listen_options())
        await server.wait_listening()
        client = await netserve.open_connection(**transport.connect_options(server))
        client.destroy()
        await once(client, "close")
        await shut(server)


async def test_a_server_listens_again_from_inside_its_close_listener(transport):
    server = Server().listen(**transport.listen_options())
    await once(server, "listening")
    server.once("close", lambda: server.listen(**transport.listen_options()))
    server.close()
    await once(server, "listening")
    assert server.listening is True
    await shut(server)


async def test_a_failure_that_is_still_to_be_told_leaves_the_next_listen_its_signal(short_folder):
    taken = await netserve.start_server(path=str(short_folder / "taken"))
    server, controller = Server(), AbortController()
    failed = once(server, "error")
    server.listen(str(short_folder / "taken"))
    server.listen(str(short_folder / "free"), signal=controller.signal)
    (error,) = await failed
    assert error.code == "EADDRINUSE"
    await server.wait_listening()
    closed = once(server, "close")
    controller.abort()
    await closed
    assert server.listening is False
    await shut(taken)


async def test_a_signal_closes_a_server_whose_failure_is_still_to_be_told(short_folder):
    taken = await netserve.start_server(path=str(short_folder / "taken"))
    server, controller = Server(), AbortController()
    told: list[str] = []
    server.on("error", lambda error: told.append(error.code))
    closed = asyncio.Event()
    server.on("close", lambda: told.append("close")).on("close", closed.set)
    server.listen(str(short_folder / "taken"), signal=controller.signal)
    controller.abort()
    await closed.wait()
    assert told == ["EADDRINUSE", "close"]
    assert controller.signal.event_names() == []
    await shut(taken)


async def test_a_server_that_listens_can_not_listen(transport):
    async with serving(transport) as server:
        with pytest.raises(RuntimeError) as caught:
            server.listen(0)
        assert caught.value.code == "ERR_SERVER_ALREADY_LISTEN"
        assert server.listening is True


async def test_a_server_that_is_about_to_listen_can_not_listen():
    server = Server().listen(0, host="localhost")
    with pytest.raises(RuntimeError) as caught:
        server.listen(0)
    assert caught.value.code == "ERR_SERVER_ALREADY_LISTEN"
    await server.wait_listening()
    await shut(server)


async def test_arguments_are_checked_before_the_state(transport):
    async with serving(transport) as server:
        with pytest.raises(ValueError, match="65536"):
            server.listen(65536)


async def test_a_misuse_leaves_no_callback_behind():
    server = Server()
    with pytest.raises(ValueError, match="65536"):
        server.listen(65536, callback=print)
    assert server.listener_count("listening") == 0


async def test_an_address_that_is_not_here_is_an_error_event():
    # 192.0.2.0/24 is reserved for examples in documents (RFC 5737).
    server = Server().listen(0, host="192.0.2.1")
    (error,) = await once(server, "error")
    assert (error.code, error.syscall) == ("EADDRNOTAVAIL", "listen")
    assert error.address == "192.0.2.1"


async def test_a_name_that_can_not_resolve_is_an_error_event():
    name = "x" * 64 + ".example"
    server = Server().listen(0, host=name)
    (error,) = await once(server, "error")
    assert isinstance(error, socket.gaierror)
    assert (error.code, error.syscall) == ("ENOTFOUND", "getaddrinfo")
    assert error.hostname == name


async def test_a_path_in_a_folder_that_is_not_there_is_an_error_event(short_folder):
    path = str(short_folder / "missing" / "s")
    server = Server().listen(path)
    (error,) = await once(server, "error")
    assert (error.code, error.syscall, error.address) == ("EACCES", "listen", path)
    assert isinstance(error, PermissionError)


async def test_the_file_is_removed_on_close(short_folder):
    path = str(short_folder / "s")
    server = await netserve.start_server(path=path)
    assert os.path.exists(path)
    server.close()
    assert not os.path.exists(path)
    await server.wait_closed()


async def test_a_file_that_replaced_ours_is_left_alone(short_folder):
    path = str(short_folder / "s")
    first = await netserve.start_server(path=path)
    os.unlink(path)
    second = await netserve.start_server(path=path)
    await shut(first)
    assert os.path.exists(path)
    client = await netserve.open_connection(path)
    client.destroy()
    await once(client, "close")
    await shut(second)


async def test_a_file_that_somebody_removed_is_no_trouble(short_folder):
    path = str(short_folder / "s")
    server = await netserve.start_server(path=path)
    os.unlink(path)
    await shut(server)
    assert server.listening is False


async def test_a_path_that_is_too_long_raises_at_once():
    server = Server()
    with pytest.raises(ValueError, match=r"10[37] bytes"):
        server.listen("/" + "x" * 200)
    assert server.listening is False


async def test_a_descriptor_that_is_no_socket_is_an_error_event():
    with open(os.devnull) as file:
        server = Server().listen(fd=file.fileno())
        (error,) = await once(server, "error")
        assert (error.code, error.syscall) == ("EINVAL", "listen")
        os.fstat(file.fileno())


def opened(kind: str, stack: contextlib.ExitStack) -> Any:
    """Something with a descriptor that nobody can listen on."""
    enter = stack.enter_context
    match kind:
        case "datagrams":
            return enter(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        case "packets":
            return enter(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        case "connection":
            listening = enter(socket.create_server(("127.0.0.1", 0)))
            return enter(socket.create_connection(listening.getsockname()))
        case "pair":
            one, other = socket.socketpair()
            enter(other)
            return enter(one)
        case "nameless":
            return enter(socket.socket(socket.AF_UNIX))
        case "pipe":
            exit, entry = os.pipe()
            enter(os.fdopen(entry))
            return enter(os.fdopen(exit))
        case _:
            return enter(open(__file__))


WRONG_KINDS = {
    "datagrams": "a datagram socket (SOCK_DGRAM)",
    "packets": "a socket of whole packets (SOCK_SEQPACKET)",
    "connection": "a connection",
    "pair": "a connection",
    "nameless": "a local socket without a path",
    "pipe": "a pipe",
    "file": "a file",
}


@pytest.mark.parametrize("kind", WRONG_KINDS)
async def test_what_can_not_be_listened_on_is_named_with_what_is_wanted(kind):
    with contextlib.ExitStack() as stack:
        given = opened(kind, stack)
        for options in ({"handle": given}, {"fd": given.fileno()}):
            with pytest.raises(OSError, match="not a stream socket") as caught:
                await netserve.start_server(**options)
            assert (caught.value.code, caught.value.syscall) == ("EINVAL", "listen")
            assert f"descriptor {given.fileno()} is {WRONG_KINDS[kind]}, " in str(caught.value)
            os.fstat(given.fileno())  # it stays its owner's


async def test_a_connection_of_ours_can_not_be_listened_on(transport):
    async with pair(transport) as ends:
        with pytest.raises(OSError, match="is a connection, not a stream socket"):
            await netserve.start_server(handle=ends.client)


async def test_a_descriptor_that_is_not_open_is_an_error_event():
    with socket.socket() as closed:
        fd = closed.fileno()
    server = Server().listen(fd=fd)
    (error,) = await once(server, "error")
    assert error.syscall == "listen"
    assert server.listening is False
