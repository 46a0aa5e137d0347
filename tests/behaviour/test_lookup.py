"""A lookup of the caller's own: how it is asked, and what it may answer."""

from __future__ import annotations

import asyncio
import functools
import socket
import subprocess
import sys

import pytest

import netserve
from netserve import create_connection, create_server, once
from netserve.errors import AbortError
from tests.behaviour.pairs import closing, gone, record_all, shut

HERE = "127.0.0.1"
HOST = "a.example"


@pytest.fixture
async def port():
    """One where a server listens."""
    server = create_server(lambda connection: connection.resume())
    server.listen(0, HERE)
    await server.wait_listening()
    yield server.address().port
    await shut(server)


async def outcome(port, lookup, **options):
    """Where a connection leads to with this lookup: an address, or an error."""
    connection = create_connection(port, HOST, lookup=lookup, **options)
    over = asyncio.get_running_loop().create_future()
    connection.on("connect", lambda: over.set_result(connection.remote_address))
    connection.on("error", over.set_result)
    result = await over
    await gone(connection)
    return result


ANSWERS = {
    "an address": HERE,
    "a pair": (HERE, 4),
    "a pair with the family's name": (HERE, "IPv4"),
    "a pair without a family": (HERE, None),
    "a dict": {"address": HERE, "family": 4},
    "a dict without a family": {"address": HERE},
    "a list of addresses": [HERE],
    "a list of pairs": [(HERE, 4)],
    "a list of lists": [[HERE, 4]],
    "a list of dicts": [{"address": HERE, "family": "IPv4"}],
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("selects", [True, False])
async def test_an_answer_has_many_shapes(port, answer, selects):
    async def returns(host, options):
        return answer

    def calls(host, options, callback):
        callback(None, answer)

    for lookup in (returns, calls):
        assert await outcome(port, lookup, auto_select_family=selects) == HERE


async def test_an_answer_may_be_an_address_and_a_family_apart(port):
    assert await outcome(port, lambda host, options, call: call(None, HERE, 4)) == HERE


class Resolver:
    """An object that is called and answers by returning."""

    async def __call__(self, host, options):
        return HERE

    async def method(self, host, options):
        await asyncio.sleep(0)
        return HERE


async def callback_from_a_coroutine(callback):
    await asyncio.sleep(0)
    callback(None, HERE, 4)


ASYNC = {
    "an object": Resolver(),
    "a method": Resolver().method,
    "a partial": functools.partial(Resolver.method, Resolver()),
    "a function that returns a coroutine": lambda host, options, call: Resolver()(host, options),
    "one that calls back": lambda host, options, call: callback_from_a_coroutine(call),
}


@pytest.mark.parametrize("lookup", ASYNC.values(), ids=ASYNC)
async def test_a_lookup_may_be_asynchronous_in_every_way(port, lookup):
    assert await outcome(port, lookup) == HERE


@pytest.mark.parametrize("answer", [[], None, 5, ["nowhere"], {}, (1, 2, 3), b"127.0.0.1"])
async def test_nonsense_is_an_error_with_a_code(port, answer):
    error = await outcome(port, lambda host, options, call: call(None, answer))
    expected = "ENOTFOUND" if answer == [] else "ERR_INVALID_IP_ADDRESS"
    assert error.code == expected


@pytest.mark.parametrize("family", [0, 5, "4", "ipv4", True, [], 4.5])
async def test_a_family_that_is_none_is_an_error(port, family):
    error = await outcome(port, lambda host, options, call: call(None, HERE, family))
    assert isinstance(error, ValueError)
    assert error.code == "ERR_INVALID_ADDRESS_FAMILY"
    assert (error.host, error.port) == (HOST, port)


async def test_only_the_first_answer_counts(port):
    def twice(host, options, callback):
        callback(None, HERE, 4)
        callback(None, "127.0.0.2", 4)
        callback(LookupError("late"))

    connection = create_connection(port, HOST, lookup=twice)
    seen = record_all(connection, "lookup", "error")
    await netserve.once(connection, "connect")
    assert seen == [("lookup", None, HERE, 4, HOST)]
    await gone(connection)


async def test_a_lookup_that_raises_fails_the_connection(port):
    def raises(host, options, callback):
        raise LookupError("no such place")

    async def raises_later(host, options):
        raise LookupError("no such place")

    for lookup in (raises, raises_later):
        connection = create_connection(port, HOST, lookup=lookup)
        seen = record_all(connection, "lookup", "error")
        await closing(connection)
        assert [event for event, *_ in seen] == ["lookup", "error"]
        assert [str(details[0]) for _, *details in seen] == ["no such place"] * 2


async def test_an_error_that_is_none_is_called_one(port):
    error = await outcome(port, lambda host, options, call: call("no such place"))
    assert isinstance(error, TypeError)
    assert error.code == "ERR_INVALID_ARG_TYPE"


async def test_a_lookup_whose_work_is_cancelled_fails_the_connection(port):
    async def cancelled(host, options):
        raise asyncio.CancelledError

    error = await outcome(port, cancelled)
    assert isinstance(error, AbortError)
    assert isinstance(error.__cause__, asyncio.CancelledError)


async def test_destroying_the_socket_calls_its_lookup_off(port):
    begun, ended = asyncio.Event(), asyncio.Event()

    async def never(host, options):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    connection = create_connection(port, HOST, lookup=never)
    seen = record_all(connection, "lookup", "error")
    await begun.wait()
    connection.destroy()
    assert await closing(connection) is False
    await ended.wait()
    assert seen == []


def test_a_lookup_that_the_loop_calls_off_at_its_end_is_no_error():
    async def never(host, options):
        await asyncio.Event().wait()

    seen = []

    async def main():
        connection = create_connection(1, HOST, lookup=never)
        connection.on("error", seen.append)
        await asyncio.sleep(0)

    asyncio.run(main())
    assert seen == []


async def test_what_a_lookup_raises_after_its_answer_is_reported(port):
    def answers_and_raises(host, options, callback):
        callback(None, HERE, 4)
        raise LookupError("too late")

    reported = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    connection = create_connection(port, HOST, lookup=answers_and_raises)
    await once(connection, "connect")
    await gone(connection)
    assert [str(context["exception"]) for context in reported] == ["too late"]


def test_an_answer_from_another_thread_is_refused_in_the_development_mode_and_loses_nothing():
    program = """
import asyncio, threading, netserve

async def main():
    server = await netserve.start_server(lambda socket: socket.end(), port=0, host="127.0.0.1")
    refused = []

    def lookup(host, options, callback):
        def elsewhere():
            try:
                callback(None, "127.0.0.1", 4)
            except RuntimeError as error:
                refused.append(error)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        callback(None, "127.0.0.1", 4)

    client = await netserve.open_connection(server.address().port, "one.test", lookup=lookup)
    await client.read()
    assert len(refused) == 1
    server.close()

asyncio.run(main())
"""
    subprocess.run([sys.executable, "-X", "dev", "-c", program], check=True, timeout=20)


def test_a_lookup_that_never_ends_does_not_outlive_its_socket():
    async def never(host, options):
        await asyncio.Event().wait()

    async def main():
        connection = create_connection(1, HOST, lookup=never)
        connection.set_timeout(0.01, lambda: connection.destroy())

    netserve.run(main())


def test_a_socket_may_be_destroyed_before_there_is_a_loop():
    for options in ({}, {"lookup": Resolver()}, {"lookup": lambda *_: None}):
        create_connection(1, HOST, **options).destroy()
    netserve.run()


def test_an_unrefd_socket_does_not_wait_for_a_lookup_that_never_answers():
    async def main():
        create_connection(1, HOST, lookup=lambda *_: None).unref()

    netserve.run(main())


async def test_a_name_that_does_not_resolve_is_told_twice(port):
    connection = create_connection(port, "no.such.host.invalid")
    seen = record_all(connection, "lookup", "error")
    await closing(connection)
    (_, told, *rest), (_, error) = seen
    assert told is error
    assert isinstance(error, socket.gaierror)
    assert error.syscall == "getaddrinfo"
    assert error.hostname == "no.such.host.invalid"
    assert rest == [None, None, "no.such.host.invalid"]


@pytest.mark.parametrize("family", [4, "IPv4"])
async def test_a_family_asks_for_its_addresses_only(port, family):
    connection = create_connection(port, "localhost", family=family)
    seen = record_all(connection, "lookup")
    await netserve.once(connection, "connect")
    assert seen == [("lookup", None, HERE, 4, "localhost")]
    await gone(connection)
