"""What `connect()` makes of its arguments, before anything is opened."""

from __future__ import annotations

import pathlib
import socket

import pytest

import netserve
from netserve._socket.connect_request import ConnectRequest, understand


def request(target=None, host=None, **options) -> ConnectRequest:
    return understand(target, host, **options)


@pytest.mark.parametrize("target", [8000, "8000", "0x1f40"])
def test_a_number_is_a_port_of_localhost(target):
    assert request(target) == ConnectRequest(host="localhost", port=8000)
    assert request(port=target) == ConnectRequest(host="localhost", port=8000)


@pytest.mark.parametrize("target", ["/run/x.sock", "x", pathlib.Path("8000"), "\0abstract"])
def test_text_that_is_no_number_is_a_path(target):
    assert request(target).path == str(target)
    assert request(path=target).path == str(target)


def test_path_wins_over_port():
    made = request(port=80, path="/run/x.sock")
    assert (made.port, made.path) == (0, "/run/x.sock")


def test_neither_port_nor_path_is_refused():
    with pytest.raises(TypeError) as caught:
        request()
    assert caught.value.code == "ERR_MISSING_ARGS"


@pytest.mark.parametrize("port", [-1, 65536, "65536", 1.5, "http"])
def test_a_port_out_of_range_is_refused(port):
    with pytest.raises(ValueError, match="65535") as caught:
        request(port=port)
    assert caught.value.code == "ERR_SOCKET_BAD_PORT"


@pytest.mark.parametrize("target", [True, [80], {"port": 80}, object()])
def test_a_target_of_another_kind_is_refused(target):
    with pytest.raises(TypeError) as caught:
        request(target)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def test_host_is_kept_and_must_be_a_str():
    assert request(80, "example.org").host == "example.org"
    assert request(80, "").host == "localhost"
    with pytest.raises(TypeError) as caught:
        request(80, 7)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


@pytest.mark.parametrize(("family", "meant"), [(0, 0), (4, 4), (6, 6), ("IPv4", 4), ("IPv6", 6)])
def test_family_is_a_number_or_a_name(family, meant):
    assert request(80, family=family).family == meant


@pytest.mark.parametrize("family", [5, "ipv5", "4"])
def test_a_family_that_is_none_is_refused(family):
    with pytest.raises(ValueError, match="family"):
        request(80, family=family)


def test_local_address_is_an_ip_address():
    assert request(80, local_address="127.0.0.2").local_address == "127.0.0.2"
    with pytest.raises(ValueError, match="local_address") as caught:
        request(80, local_address="localhost")
    assert caught.value.code == "ERR_INVALID_IP_ADDRESS"
    with pytest.raises(TypeError, match="local_address"):
        request(80, local_address=7)


def test_local_port_is_a_number():
    assert request(80, local_port=4711).local_port == 4711
    assert request(80, local_port=None).local_port == 0
    with pytest.raises(TypeError) as caught:
        request(80, local_port="4711")
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"
    with pytest.raises(ValueError, match="local_port"):
        request(80, local_port=70000)


def test_lookup_is_a_function_and_hints_an_int():
    assert request(80, lookup=print).lookup is print
    with pytest.raises(TypeError, match="lookup"):
        request(80, lookup="8.8.8.8")
    with pytest.raises(TypeError, match="hints"):
        request(80, hints="all")


def test_a_path_too_long_names_the_limit():
    with pytest.raises(ValueError, match=r"10[37] bytes"):
        request(path="/" + "x" * 200)


def test_hints_are_flags_of_getaddrinfo_unless_a_lookup_of_the_callers_own_takes_them():
    flags = socket.AI_V4MAPPED | socket.AI_ALL
    assert request(80, hints=flags).hints == flags
    assert request(80, hints=1, lookup=print).hints == 1
    for unknown in (1, flags | 1, int(flags) | 1, socket.AI_PASSIVE, socket.AI_CANONNAME | flags):
        with pytest.raises(ValueError, match="AI_ADDRCONFIG") as caught:
            request(80, hints=unknown)
        assert caught.value.code == "ERR_INVALID_ARG_VALUE"


def test_without_hints_and_family_only_reachable_families_are_asked_for():
    assert request(80).hints == socket.AI_ADDRCONFIG
    assert request(80, family=4).hints == 0


def test_none_is_every_options_default():
    names = ["family", "hints", "lookup", "local_address", "local_port"]
    names += ["auto_select_family", "auto_select_family_attempt_timeout"]
    assert request(80, **dict.fromkeys(names)) == request(80)


def test_every_address_is_asked_for_where_nothing_says_which():
    assert request(80).wants_all
    assert not request(80, family=4).wants_all
    assert not request(80, local_address="127.0.0.1").wants_all
    assert not request(80, auto_select_family=False).wants_all
    assert request(80, local_port=4711).wants_all


@pytest.fixture
def defaults():
    """Leaves the defaults of the selection as they were."""
    select = netserve.get_default_auto_select_family()
    timeout = netserve.get_default_auto_select_family_attempt_timeout()
    yield
    netserve.set_default_auto_select_family(select)
    netserve.set_default_auto_select_family_attempt_timeout(timeout)


def test_an_attempt_has_half_a_second_and_never_less_than_a_hundredth():
    assert netserve.get_default_auto_select_family_attempt_timeout() == 0.5
    assert request(80).attempt_timeout == 0.5
    assert request(80, auto_select_family_attempt_timeout=0.001).attempt_timeout == 0.01
    for timeout in (0, -1, float("nan"), 2**31):
        with pytest.raises(ValueError, match="seconds") as caught:
            request(80, auto_select_family_attempt_timeout=timeout)
        assert caught.value.code == "ERR_OUT_OF_RANGE"


@pytest.mark.usefixtures("defaults")
def test_the_defaults_can_be_set():
    netserve.set_default_auto_select_family(False)
    netserve.set_default_auto_select_family_attempt_timeout(2)
    assert (request(80).auto_select_family, request(80).attempt_timeout) == (False, 2.0)
    assert request(80, auto_select_family=True).auto_select_family
    netserve.set_default_auto_select_family_attempt_timeout(0.001)
    assert netserve.get_default_auto_select_family_attempt_timeout() == 0.01


def test_the_selection_is_checked_for_a_path_too():
    with pytest.raises(TypeError, match="auto_select_family"):
        request(path="/run/x.sock", auto_select_family="yes")
