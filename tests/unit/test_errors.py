"""Errors: builtin classes, with Node's codes."""

from __future__ import annotations

import errno
import socket

import pytest

import netserve
from netserve import Server, errors
from netserve._errors import annotate, lookup_error, out_of_range, system_error, wrong_type


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ECONNREFUSED, ConnectionRefusedError, "ECONNREFUSED"),
        (errno.ECONNRESET, ConnectionResetError, "ECONNRESET"),
        (errno.EPIPE, BrokenPipeError, "EPIPE"),
        (errno.EACCES, PermissionError, "EACCES"),
        (errno.EADDRINUSE, OSError, "EADDRINUSE"),
        (errno.ETIMEDOUT, TimeoutError, "ETIMEDOUT"),
    ],
)
def test_a_system_error_is_the_builtin_class_for_its_number(number, kind, code):
    error = system_error(number, "connect")
    assert type(error) is kind
    assert (error.errno, error.code, error.syscall) == (number, code, "connect")


def test_a_system_error_knows_where_it_happened():
    error = system_error(errno.EADDRINUSE, "listen", "127.0.0.1", 80)
    assert (error.address, error.port) == ("127.0.0.1", 80)
    assert "listen EADDRINUSE 127.0.0.1:80" in str(error)


def test_a_system_error_on_a_path_has_no_port():
    error = system_error(errno.EACCES, "listen", "/run/x.sock")
    assert error.address == "/run/x.sock"
    assert not hasattr(error, "port")


def test_a_system_error_without_a_place_has_neither_address_nor_port():
    error = system_error(errno.ECONNRESET, "read")
    assert not hasattr(error, "address")
    assert not hasattr(error, "port")


def test_annotate_adds_to_the_error_it_is_given():
    error = OSError(errno.EIO, "broken")
    assert annotate(error, "EIO", "read", "::1", 0) is error
    assert (error.code, error.syscall, error.address, error.port) == ("EIO", "read", "::1", 0)


def test_a_name_that_does_not_resolve_is_enotfound():
    error = lookup_error(socket.gaierror(socket.EAI_NONAME, "unknown"), "no.such.name")
    assert isinstance(error, socket.gaierror)
    assert (error.code, error.syscall, error.hostname) == (
        "ENOTFOUND",
        "getaddrinfo",
        "no.such.name",
    )


def test_a_name_server_that_fails_keeps_its_own_code():
    error = lookup_error(socket.gaierror(socket.EAI_AGAIN, "try again"), "some.name")
    assert error.code == "EAI_AGAIN"


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        (errors.ArgumentTypeError, TypeError),
        (errors.ArgumentValueError, ValueError),
        (errors.StateError, RuntimeError),
    ],
)
def test_a_misuse_has_a_builtin_base_and_a_code(kind, base):
    error = kind("the message", "ERR_SOMETHING")
    assert isinstance(error, base)
    assert (str(error), error.code) == ("the message", "ERR_SOMETHING")


def test_a_wrong_type_says_what_is_allowed_and_what_was_given():
    error = wrong_type("port", "an int", [1, 2])
    assert str(error) == "port must be an int, not list ([1, 2])"
    assert error.code == "ERR_INVALID_ARG_TYPE"


def test_a_wrong_type_shows_only_the_beginning_of_something_long():
    assert len(str(wrong_type("data", "bytes", list(range(10_000))))) < 120


def test_out_of_range_says_the_range_and_the_value():
    error = out_of_range("count", "from 1 to 9", 10)
    assert isinstance(error, ValueError)
    assert (str(error), error.code) == ("count must be from 1 to 9, not 10", "ERR_OUT_OF_RANGE")


def test_code_of_knows_ours_and_the_systems():
    assert errors.code_of(errors.StateError("x", "ERR_SOCKET_CLOSED")) == "ERR_SOCKET_CLOSED"
    assert errors.code_of(system_error(errno.EPIPE, "write")) == "EPIPE"
    assert errors.code_of(OSError(errno.ENOENT, "x")) == "ENOENT"
    assert errors.code_of(ValueError("x")) is None
    assert errors.code_of(SystemExit(3)) is None


def test_an_abort_error_has_its_code():
    assert errors.AbortError().code == "ABORT_ERR"
    assert str(errors.AbortError("called off")) == "called off"


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("x" * 300, errno.ENAMETOOLONG),
        ("", errno.ENOENT),
        ("a\0b", errno.EINVAL),
        ("\ud800", errno.EILSEQ),
    ],
    ids=["long", "empty", "zero", "half"],
)
def test_a_path_that_the_system_would_refuse_is_a_system_error_too(path, number):
    with pytest.raises(OSError, match=r"^path ") as caught:
        Server().listen(path=path)
    assert isinstance(caught.value, ValueError)
    assert errors.code_of(caught.value) == "ERR_INVALID_ARG_VALUE"
    assert caught.value.errno == number


@pytest.mark.parametrize(
    "call", [netserve.start_server, netserve.open_connection, netserve.create_connection]
)
async def test_a_misspelt_option_is_told_with_the_function_that_was_called(call):
    with pytest.raises(TypeError, match=rf"^{call.__name__}\(\) .*'timout'"):
        await call(port=8124, timout=1)
