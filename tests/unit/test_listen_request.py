"""What `listen()` makes of its arguments, before anything is opened."""

from __future__ import annotations

import pathlib
import socket
import sys

import pytest

from netserve import AbortController, Server
from netserve._server.listen_request import DEFAULT_BACKLOG, ListenRequest, understand

NOTHING = {"port": None, "path": None, "fd": None, "handle": None, "signal": None}


def request(target=None, host=None, backlog=DEFAULT_BACKLOG, **options) -> ListenRequest:
    return understand(target, host, backlog, **(NOTHING | options))


def test_nothing_asked_for_is_any_port_of_all_addresses():
    assert request() == ListenRequest(port=0, host=None, path=None, fd=None, backlog=511)


@pytest.mark.parametrize(
    ("target", "port"), [(0, 0), (8000, 8000), ("8000", 8000), (65535, 65535), ("0x50", 80)]
)
def test_a_number_is_a_port_as_int_or_as_text(target, port):
    assert request(target).port == port
    assert request(port=target).port == port


@pytest.mark.parametrize("target", [-1, 65536, "65536", 1.5, float("nan")])
def test_a_port_out_of_range_is_refused(target):
    with pytest.raises(ValueError, match="65535") as caught:
        request(target)
    assert caught.value.code == "ERR_SOCKET_BAD_PORT"


@pytest.mark.parametrize("port", ["http", "", "1.5", [80], True])
def test_a_port_that_is_no_number_is_refused(port):
    with pytest.raises((TypeError, ValueError)):
        request(port=port)


@pytest.mark.parametrize("target", ["/run/x.sock", "x.sock", "8000/tcp", pathlib.Path("/run/x")])
def test_text_that_is_no_number_is_a_path(target):
    assert request(target).path == str(target)
    assert request(path=target).path == str(target)


def test_a_path_object_that_looks_like_a_number_is_a_path():
    assert request(pathlib.Path("8000")).path == "8000"


def test_port_wins_over_path():
    made = request(port=8000, path="/run/x.sock")
    assert (made.port, made.path) == (8000, None)


@pytest.mark.parametrize("host", [None, ""])
def test_an_empty_host_means_all_addresses(host):
    assert request(80, host).host is None


def test_host_is_kept():
    assert request(80, "localhost").host == "localhost"


@pytest.mark.parametrize("host", [7, b"localhost", ["::1"]])
def test_a_host_is_a_str(host):
    with pytest.raises(TypeError) as caught:
        request(80, host)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def test_a_path_as_long_as_the_system_allows_is_taken():
    room = 107 if sys.platform.startswith("linux") else 103
    assert len(request(path="/" + "x" * (room - 1)).path) == room


def test_a_path_longer_than_the_system_allows_names_the_limit():
    room = 107 if sys.platform.startswith("linux") else 103
    with pytest.raises(ValueError, match=str(room)):
        request(path="/" + "x" * room)


def test_the_length_of_a_path_counts_bytes():
    with pytest.raises(ValueError, match="bytes"):
        request(path="/" + "ü" * 60)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="abstract paths are Linux's")
def test_an_abstract_path_has_room_for_one_byte_more():
    assert len(request(path="\0" + "x" * 107).path) == 108
    with pytest.raises(ValueError, match="108"):
        request(path="\0" + "x" * 108)


@pytest.mark.parametrize("path", ["", "/run/a\0b"])
def test_a_path_that_can_not_exist_is_refused(path):
    with pytest.raises(ValueError, match="path"):
        request(path=path)


@pytest.mark.parametrize("fd", [-1, 2**31])
def test_a_descriptor_out_of_range_is_refused(fd):
    with pytest.raises(ValueError, match="fd") as caught:
        request(fd=fd)
    assert caught.value.code == "ERR_INVALID_ARG_VALUE"


@pytest.mark.parametrize("fd", ["3", 3.0, True])
def test_a_descriptor_is_an_int(fd):
    with pytest.raises(TypeError) as caught:
        request(fd=fd)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def test_a_descriptor_is_ours_and_an_object_keeps_its_own():
    assert request(fd=3).borrowed is False
    with socket.socket() as opened:
        made = request(opened)
        assert (made.fd, made.borrowed) == (opened.fileno(), True)


def test_any_object_with_fileno_will_do():
    class Holder:
        def fileno(self):
            return 17

    assert request(Holder()).fd == 17
    assert request(handle=Holder()).fd == 17


@pytest.mark.parametrize("target", [object(), [80], {"port": 80}, True, b"/run/x.sock"])
def test_an_object_of_no_use_is_refused(target):
    with pytest.raises(TypeError) as caught:
        request(target)
    assert caught.value.code in ("ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_VALUE")


def test_a_closed_socket_and_a_server_that_does_not_listen_are_refused():
    closed = socket.socket()
    closed.close()
    for target in (closed, Server()):
        with pytest.raises(TypeError) as caught:
            request(target)
        assert caught.value.code == "ERR_INVALID_HANDLE_TYPE"


@pytest.mark.parametrize(("given", "meant"), [(None, 511), (0, 511), (1, 1), (4096, 4096)])
def test_backlog_has_a_default(given, meant):
    assert request(backlog=given).backlog == meant


@pytest.mark.parametrize("backlog", ["5", 1.5, True])
def test_backlog_is_an_int(backlog):
    with pytest.raises(TypeError) as caught:
        request(backlog=backlog)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


@pytest.mark.parametrize(
    "name", ["exclusive", "readable_all", "writable_all", "ipv6_only", "reuse_port"]
)
def test_flags_are_kept_and_must_be_bools(name):
    assert getattr(request(**{name: True}), name) is True
    with pytest.raises(TypeError, match=name):
        request(**{name: 1})


def test_a_signal_must_be_one():
    signal = AbortController().signal
    assert request(signal=signal).signal is signal
    with pytest.raises(TypeError, match="signal"):
        request(signal=AbortController())
