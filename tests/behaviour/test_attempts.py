"""Address after address: what is tried, for how long, and what is left of it."""

from __future__ import annotations

import asyncio
import sys
import traceback

import pytest

import netserve
from netserve import Socket, create_connection, create_server, open_connection
from tests.behaviour.pairs import closing, gone, record_all, rounds, shut
from tests.silence import SILENT, quiet_port, silent_address

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the loopback has many addresses on Linux only"
)

REFUSED = "127.0.0.2"
ALSO_REFUSED = "127.0.0.3"
HERE = "127.0.0.1"
ATTEMPTS = ["connection_attempt", "connection_attempt_failed", "connection_attempt_timeout"]


@pytest.fixture
def port():
    """One where `SILENT` answers nothing, and where nobody listens otherwise."""
    with silent_address() as port:
        yield port


@pytest.fixture
async def server(port):
    """Listens at `HERE`, at the same port."""
    server = create_server(lambda connection: connection.pipe(connection))
    server.listen(port, HERE)
    await server.wait_listening()
    yield server
    await shut(server)


def answering(*addresses):
    """A lookup that knows these addresses of every host."""

    async def lookup(host, options):
        return [(address, netserve.is_ip(address)) for address in addresses]

    return lookup


def dial(port, *addresses, timeout=0.02, **options):
    """Connects to a host that has these addresses."""
    options["auto_select_family_attempt_timeout"] = timeout
    return create_connection(port, "a.example", lookup=answering(*addresses), **options)


async def failure(connection):
    """The error that closed a socket."""
    with pytest.raises(Exception) as caught:  # noqa: PT011
        await connection.wait_closed()
    return caught.value


async def test_an_attempt_that_hangs_is_given_up_for_the_next(server, port):
    connection = dial(port, SILENT, REFUSED, HERE)
    seen = record_all(connection, *ATTEMPTS)
    connection.end(b"hello")
    assert await connection.read() == b"hello"
    assert connection.auto_select_family_attempted_addresses == [
        f"{host}:{port}" for host in (SILENT, REFUSED, HERE)
    ]
    assert [(event, details[0]) for event, *details in seen] == [
        ("connection_attempt", SILENT),
        ("connection_attempt_timeout", SILENT),
        ("connection_attempt", REFUSED),
        ("connection_attempt_failed", REFUSED),
        ("connection_attempt", HERE),
    ]
    await gone(connection)


async def test_an_attempt_may_take_its_time_and_no_longer(server, port):
    loop = asyncio.get_running_loop()
    begun = loop.time()
    options = {"lookup": answering(SILENT, HERE), "auto_select_family_attempt_timeout": 0.1}
    connection = await open_connection(port, "a.example", **options)
    assert 0.095 <= loop.time() - begun < 5
    await gone(connection)


async def test_the_error_is_the_first_with_all_of_them_in_it(port):
    connection = dial(port, SILENT, REFUSED)
    error = await failure(connection)
    assert isinstance(error, TimeoutError)
    assert (error.code, error.syscall, error.address) == ("ETIMEDOUT", "connect", SILENT)
    assert [inner.code for inner in error.errors] == ["ETIMEDOUT", "ECONNREFUSED"]
    # Copies: an error that is part of itself would be a cycle.
    assert error not in error.errors
    assert str(error.errors[0]) == str(error)
    group = error.__cause__
    assert isinstance(group, ExceptionGroup)
    assert [(type(inner), inner.address) for inner in group.exceptions] == [
        (TimeoutError, SILENT),
        (ConnectionRefusedError, REFUSED),
    ]
    assert REFUSED in "".join(traceback.format_exception(error))


async def test_open_connection_raises_the_error_of_all_attempts(port):
    with pytest.raises(ConnectionRefusedError) as caught:
        await open_connection(port, "a.example", lookup=answering(REFUSED, ALSO_REFUSED))
    assert [inner.address for inner in caught.value.errors] == [REFUSED, ALSO_REFUSED]


async def test_one_address_has_no_limit(port):
    connection = dial(port, SILENT, timeout=0.01)
    seen = record_all(connection, *ATTEMPTS, "timeout")
    connection.set_timeout(0.1, lambda: connection.destroy())
    assert await closing(connection) is False
    assert [event for event, *_ in seen] == ["connection_attempt", "timeout"]


@pytest.mark.parametrize("at", [*ATTEMPTS, "lookup"])
async def test_a_listener_may_destroy_the_socket_at_every_step(port, at):
    connection = dial(port, REFUSED, SILENT, ALSO_REFUSED)
    connection.once(at, lambda *_: connection.destroy())
    seen = record_all(connection, *ATTEMPTS)
    assert await closing(connection) is False
    many = len(seen)
    await asyncio.sleep(0.05)  # time is the subject: more than a timer had left
    assert len(seen) == many


@pytest.mark.parametrize("at", [*ATTEMPTS, "lookup"])
async def test_a_listener_that_raises_ends_the_connection(port, reports, at):
    connection = dial(port, REFUSED, SILENT, ALSO_REFUSED)

    def raises(*_):
        raise LookupError(at)

    connection.once(at, raises)
    assert await closing(connection) is True
    assert str(await reports.next()) == at


@pytest.mark.parametrize("at", [*ATTEMPTS, "lookup"])
async def test_a_listener_may_begin_another_connection_once_it_is_closed(server, port, at):
    connection = dial(port, REFUSED, SILENT, ALSO_REFUSED)
    connection.once(at, lambda *_: connection.destroy())
    await closing(connection)
    connected = netserve.once(connection, "connect")
    connection.connect(port, "a.example", lookup=answering(ALSO_REFUSED, HERE))
    await connected
    assert connection.auto_select_family_attempted_addresses == [
        f"{ALSO_REFUSED}:{port}",
        f"{HERE}:{port}",
    ]
    await asyncio.sleep(0.05)  # time is the subject: more than the earlier life's timer had left
    assert not connection.destroyed
    await gone(connection)


async def test_no_timer_says_anything_after_the_connection(server, port):
    connection = dial(port, REFUSED, HERE, SILENT, timeout=0.02)
    seen = record_all(connection, *ATTEMPTS, "error")
    await netserve.once(connection, "connect")
    await asyncio.sleep(0.05)  # time is the subject: more than its timer had left
    assert [event for event, *_ in seen][-1] == "connection_attempt"
    assert connection.remote_address == HERE
    await gone(connection)


async def test_an_end_that_was_asked_for_early_follows_the_attempts(server, port):
    connection = dial(port, SILENT, HERE)
    connection.end(b"early")
    assert await connection.read() == b"early"
    assert await closing(connection) is False


async def test_what_was_to_be_written_is_refused_when_all_attempts_fail(port):
    connection = dial(port, REFUSED, ALSO_REFUSED)
    connection.on("error", lambda _: None)
    written = []
    connection.write(b"lost", callback=written.append)
    await closing(connection)
    await asyncio.sleep(0)
    assert len(written) == 1
    assert isinstance(written[0], Exception)


async def test_a_cancelled_wait_ends_the_attempt(port):
    options = {"lookup": answering(SILENT, REFUSED)}
    task = asyncio.create_task(open_connection(port, "a.example", **options))
    await rounds()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("zone", ["lo", "1", "nope", "9" * 50])
async def test_an_address_may_have_a_zone(zone):
    server = await netserve.start_server(port=0, host="::1")
    connection = await open_connection(server.address().port, f"::1%{zone}")
    assert connection.remote_family == "IPv6"
    await gone(connection)
    await shut(server)


async def test_a_link_local_address_needs_a_zone_that_is_here(port):
    assert (await failure(create_connection(port, "fe80::1%nope"))).code == "EINVAL"


async def test_a_local_port_in_use_names_the_local_end(server, port):
    error = await failure(create_connection(port, HERE, local_address=HERE, local_port=port))
    assert (error.code, error.syscall) == ("EADDRINUSE", "bind")
    assert (error.address, error.port) == (HERE, port)


async def test_a_refusal_names_the_local_end_that_was_asked_for(port):
    free = quiet_port()
    error = await failure(create_connection(port, REFUSED, local_address=HERE, local_port=free))
    assert (error.code, error.address, error.port) == ("ECONNREFUSED", REFUSED, port)
    assert (error.local_address, error.local_port) == (HERE, free)


def test_an_attempt_keeps_the_program_alive(port):
    seen = []

    async def main():
        connection = dial(port, SILENT, REFUSED)
        connection.on("error", lambda error: seen.append(error.code))

    netserve.run(main())
    assert seen == ["ETIMEDOUT"]


@pytest.mark.parametrize("when", ["at once", "during the lookup", "during an attempt", "later"])
def test_an_unrefd_attempt_keeps_nothing_alive(port, when):
    async def main():
        connection = dial(port, SILENT, "127.0.0.8", HERE, timeout=3600)
        if when == "at once":
            connection.unref()
        elif when == "during the lookup":
            connection.on("lookup", lambda *_: connection.unref())
        elif when == "during an attempt":
            connection.on("connection_attempt", lambda *_: connection.unref())
        else:
            connection.on("connection_attempt", lambda *_: netserve_later(connection.unref))
        return connection

    def netserve_later(call):
        asyncio.get_running_loop().call_later(0.01, call)

    assert netserve.run(main()).auto_select_family_attempted_addresses in (
        None,
        [],
        [f"{SILENT}:{port}"],
    )


def test_an_attempt_that_was_unrefd_and_refd_keeps_the_program_alive(port):
    seen = []

    async def main():
        connection = dial(port, SILENT, REFUSED).unref().ref()
        connection.on("error", lambda error: seen.append(error.code))

    netserve.run(main())
    assert seen == ["ETIMEDOUT"]


def test_what_begins_before_there_is_a_loop_is_tried_once_there_is_one(port):
    seen = []
    connection = dial(port, SILENT, REFUSED)
    connection.on("error", lambda error: seen.append(error.code))
    never = Socket().connect(port, "a.example", lookup=answering(HERE))
    never.destroy()
    netserve.run()
    assert seen == ["ETIMEDOUT"]
