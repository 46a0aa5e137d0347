"""Garbage for every public call: an error that says so, and an object that still works."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netserve
from netserve import (
    AbortController,
    AbortSignal,
    BlockList,
    EventEmitter,
    OnRead,
    Server,
    Socket,
    SocketAddress,
)

ALLOWED = (TypeError, ValueError, RuntimeError, OSError)


class Hostile:
    """Every conversion of it fails in its own way."""

    def __repr__(self):
        raise ZeroDivisionError

    __str__ = __repr__

    def __index__(self):
        raise ZeroDivisionError

    def __fspath__(self):
        raise ZeroDivisionError

    def fileno(self):
        raise ZeroDivisionError


class Liar:
    """What it says about itself is of the wrong type."""

    def __index__(self):
        return -1

    def __fspath__(self):
        return b"bytes"

    def fileno(self):
        return "three"


class FarAway:
    """Its descriptor is a number that no descriptor has."""

    def fileno(self):
        return 2**40


# No number that may be an open descriptor, no name that would be looked up.
garbage = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(max_value=-1),
    st.integers(min_value=2**17),
    st.sampled_from([10**400, -(10**400), 10**5000, float("nan"), float("inf"), -float("inf")]),
    st.floats(max_value=-0.5, allow_nan=False),
    st.binary(max_size=8),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=2), st.none(), max_size=2),
    st.sampled_from(["\0", "a\0b", "\ud800", "9" * 5000, "x" * 500, "-1", "65536", "1.5"]),
    st.builds(Hostile),
    st.builds(Liar),
    st.builds(FarAway),
    st.just(Hostile),
)
bounded = settings(max_examples=25, deadline=None, derandomize=True, database=None)

# Each takes a socket and garbage.
SOCKET_CALLS = {
    "write": lambda s, x: s.write(x),
    "write_encoding": lambda s, x: s.write("text", 5 if callable(x) else x),
    "write_callback": lambda s, x: s.write(b"", callback=bad_callback(x)),
    "end": lambda s, x: s.end(bad_data(x)),
    "destroy": lambda s, x: s.destroy(bad_data(x)),
    "set_encoding": lambda s, x: Socket().set_encoding(x),
    "set_timeout": lambda s, x: s.set_timeout(x).set_timeout(0),
    "set_timeout_callback": lambda s, x: s.set_timeout(0, bad_callback(x)),
    "timeout": lambda s, x: setattr(s, "timeout", x),
    "set_no_delay": lambda s, x: s.set_no_delay(x),
    "set_keep_alive": lambda s, x: s.set_keep_alive(x),
    "set_keep_alive_delay": lambda s, x: s.set_keep_alive(True, x),
    "set_keep_alive_interval": lambda s, x: s.set_keep_alive(True, 1, x),
    "set_keep_alive_count": lambda s, x: s.set_keep_alive(True, 1, 1, x),
    "set_type_of_service": lambda s, x: s.set_type_of_service(x),
    "pipe": lambda s, x: s.pipe(x),
    "unpipe": lambda s, x: s.unpipe(x),
    "on": lambda s, x: s.on(x, print).off(x, print),
    "on_listener": lambda s, x: s.on("data", bad_callback(x)),
    "off": lambda s, x: s.off(x, print),
    "emit": lambda s, x: s.emit(x),
    "listeners": lambda s, x: s.listeners(x),
    "listener_count": lambda s, x: s.listener_count(x),
    "connect": lambda s, x: s.connect(x),
}

CONNECT_OPTIONS = ["host", "port", "path", "local_address", "local_port", "family", "hints"]
CONNECT_OPTIONS += ["auto_select_family", "auto_select_family_attempt_timeout"]
LISTEN_OPTIONS = ["target", "host", "backlog", "port", "path", "fd", "handle", "exclusive"]
LISTEN_OPTIONS += ["readable_all", "writable_all", "ipv6_only", "reuse_port", "signal"]
SERVER_OPTIONS = ["allow_half_open", "pause_on_connect", "high_water_mark", "no_delay"]
SERVER_OPTIONS += ["keep_alive", "keep_alive_initial_delay", "block_list"]
SOCKET_OPTIONS = ["fd", "handle", "allow_half_open", "readable", "writable", "on_read"]
SOCKET_OPTIONS += ["high_water_mark", "no_delay", "keep_alive", "keep_alive_initial_delay"]
SOCKET_OPTIONS += ["type_of_service", "block_list", "signal"]

SERVER_CALLS = {
    "close_timeout": lambda s, x: s.close(timeout=5 if x is None else bad_number(x)),
    "close_callback": lambda s, x: s.close(5 if callable(x) or x is None else x),
    "close_idle_connections": lambda s, x: s.close_idle_connections(bad_number(x)),
    "get_connections": lambda s, x: s.get_connections(5 if callable(x) or x is None else x),
    "max_connections": lambda s, x: setattr(s, "max_connections", x),
    "drop_max_connection": lambda s, x: setattr(s, "drop_max_connection", x),
    "listen": lambda s, x: s.listen(x),
}

PLAIN_CALLS = {
    "create_server": lambda x: netserve.create_server(bad_callback(x)),
    "is_ip": netserve.is_ip,
    "is_ipv4": netserve.is_ipv4,
    "is_ipv6": netserve.is_ipv6,
    "once_emitter": lambda x: netserve.once(x, "event"),
    "once_event": lambda x: netserve.once(EventEmitter(), x),
    "block_address": lambda x: BlockList().add_address(x, x),
    "block_addresses": lambda x: BlockList().add_addresses([x, x]),
    "block_range": lambda x: BlockList().add_range(x, x),
    "block_subnet": lambda x: BlockList().add_subnet("1.1.1.1", x),
    "block_network": lambda x: BlockList().add_cidrs([x]),
    "unblock_address": lambda x: BlockList().remove_address(x),
    "unblock_network": lambda x: BlockList().remove_cidr(x),
    "check_address": lambda x: BlockList().check(x),
    "check_family": lambda x: BlockList().check("::1", x),
    "read_rules": lambda x: BlockList().from_json(x),
    "socket_address": lambda x: SocketAddress(x, "ipv6"),
    "socket_address_family": lambda x: SocketAddress("::1", x),
    "socket_address_port": lambda x: SocketAddress(port=x),
    "socket_address_flowlabel": lambda x: SocketAddress(flowlabel=x),
    "socket_address_text": SocketAddress.parse,
    "run": lambda x: netserve.run(x),
    "signal_timeout": lambda x: AbortSignal.timeout(bad_number(x)),
    "signal_any": lambda x: AbortSignal.any(x),
    "abort": lambda x: AbortController().abort(x),
    "on_read": lambda x: OnRead(x, print),
    "on_read_callback": lambda x: OnRead(bytearray(1), bad_callback(x)),
}


def bad_callback(x):
    """Never something that could be called (it would be, and what it raises is its own)."""
    return 5 if callable(x) or x is None else x


def bad_data(x):
    """Never something that the call would take."""
    return 5 if x is None or isinstance(x, (bytes, str)) or callable(x) else x


def bad_number(x):
    """Never a number that the call would take."""
    return "x" if isinstance(x, (int, float)) and not isinstance(x, bool) and x >= 0 else x


def is_misuse_at_most(call, *args) -> None:
    """Calls it; what comes out, if anything does, is an error of ours with a code."""
    raised = None
    try:
        call(*args)
    except ALLOWED as error:
        raised = error
    code = getattr(raised, "code", None)
    assert raised is None or (isinstance(code, str) and code), f"{raised!r} has no code"


def in_a_loop(check):
    """Runs a check inside a loop, whose handler hears nothing from a misuse."""
    told = []

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context))
        await asyncio.wait_for(check(), 10)

    asyncio.run(main())
    assert told == []


async def echoing() -> Server:
    server = await netserve.start_server(port=0, host="127.0.0.1")
    return server.on("connection", lambda connection: connection.on("data", connection.write))


async def still_works(client, server) -> None:
    """A socket that was misused still carries bytes."""
    client.write(b"still here")
    assert await client.readexactly(10) == b"still here"


async def closed(client, server) -> None:
    client.destroy()
    if server.listening:
        server.close()
    server.close_all_connections()
    await server.wait_closed()


@pytest.mark.parametrize("name", SOCKET_CALLS)
@bounded
@given(x=garbage)
def test_a_connected_socket_takes_no_garbage_and_still_works(name, x):
    async def check():
        server = await echoing()
        client = await netserve.open_connection(server.address().port, "127.0.0.1")
        before = client.bytes_written
        is_misuse_at_most(SOCKET_CALLS[name], client, x)
        written = client.bytes_written - before
        assert len(await client.readexactly(written)) == written
        await still_works(client, server)
        await closed(client, server)

    in_a_loop(check)


@pytest.mark.parametrize("name", CONNECT_OPTIONS)
@bounded
@given(x=garbage)
def test_connect_takes_no_garbage_and_the_socket_still_works(name, x):
    async def check():
        server = await echoing()
        port = server.address().port
        client = Socket().on("error", lambda error: None)
        given_options = {"host": "127.0.0.1", "port": port}
        if name == "path":
            del given_options["port"]
        if not (name == "host" and isinstance(x, str) and "\0" not in x):
            is_misuse_at_most(lambda: client.connect(**(given_options | {name: x})))
        if client.connecting or client.destroyed:
            client.destroy()
            client = Socket()
        client.connect(port, "127.0.0.1")
        await still_works(client, server)
        await closed(client, server)

    in_a_loop(check)


@pytest.mark.parametrize("name", LISTEN_OPTIONS)
@bounded
@given(x=garbage)
def test_listen_takes_no_garbage_and_the_server_still_works(name, x, tmp_path_factory):
    async def check():
        server = Server().on("error", lambda error: None)
        if not (name == "host" and isinstance(x, str) and "\0" not in x):
            is_misuse_at_most(lambda: server.listen(**({"host": "127.0.0.1"} | {name: x})))
        with contextlib.suppress(OSError, RuntimeError):
            await server.wait_listening()
        if server.listening:
            server.close()
            await server.wait_closed()
        server.listen(0, "127.0.0.1")
        await server.wait_listening()
        server.close()
        await server.wait_closed()

    # Some garbage is a path that could be listened on.
    with contextlib.chdir(tmp_path_factory.getbasetemp()):
        in_a_loop(check)


@pytest.mark.parametrize("name", SERVER_CALLS)
@bounded
@given(x=garbage)
def test_a_server_that_listens_takes_no_garbage_and_still_works(name, x):
    async def check():
        server = await echoing()
        is_misuse_at_most(SERVER_CALLS[name], server, x)
        server.max_connections = None
        if server.listening:
            client = await netserve.open_connection(server.address().port, "127.0.0.1")
            await still_works(client, server)
            await closed(client, server)

    in_a_loop(check)


@pytest.mark.parametrize("name", PLAIN_CALLS)
@bounded
@given(x=garbage)
def test_what_needs_no_connection_takes_no_garbage(name, x):
    async def check():
        is_misuse_at_most(PLAIN_CALLS[name], x)

    in_a_loop(check)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(Server, name) for name in SERVER_OPTIONS] + [(Socket, name) for name in SOCKET_OPTIONS],
)
@bounded
@given(x=garbage)
def test_options_of_what_is_made_take_no_garbage(kind, name, x):
    async def check():
        is_misuse_at_most(lambda: kind(**{name: x}))

    in_a_loop(check)


# Single cases


async def test_run_inside_a_loop_is_an_error_with_a_code_and_closes_the_coroutine():
    async def main():
        raise AssertionError("never runs")

    with pytest.raises(RuntimeError, match="until_idle") as caught:
        netserve.run(main())
    assert caught.value.code == "ERR_INVALID_STATE"


async def test_a_datagram_socket_is_no_connection_and_is_closed():
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with pytest.raises(TypeError, match="stream") as caught:
        Socket(handle=datagrams)
    assert caught.value.code == "ERR_INVALID_FD_TYPE"


async def test_data_that_can_not_be_encoded_is_an_error_with_a_code():
    with pytest.raises(ValueError, match="latin") as caught:
        Socket().write("\N{SNOWMAN}", "latin-1")
    assert caught.value.code == "ERR_INVALID_ARG_VALUE"
