"""`SocketAddress`: a value, as Python knows them."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netserve import SocketAddress

ports = st.integers(0, 65535)
bits = st.integers(0, 2**128 - 1)


def test_equal_addresses_are_one_key():
    one, other = SocketAddress("::1", 6, 80), SocketAddress("0:0::1", "IPv6", "80")
    assert one == other
    assert len({one, other}) == 1


@pytest.mark.parametrize(
    "other",
    [
        SocketAddress("::2", 6, 80, 1),
        SocketAddress("::1", 6, 81, 1),
        SocketAddress("::1", 6, 80, 2),
        SocketAddress("127.0.0.1", 4, 80),
        ("::1", 80),
        None,
    ],
)
def test_every_part_tells_addresses_apart(other):
    assert SocketAddress("::1", 6, 80, 1) != other


def test_mapped_addresses_are_not_those_of_ipv4():
    assert SocketAddress("::ffff:1.2.3.4", 6) != SocketAddress("1.2.3.4")


@pytest.mark.parametrize(
    "address", [SocketAddress(), SocketAddress("1.2.3.4", 4, 80), SocketAddress("::", 6, 0, 7)]
)
def test_its_repr_makes_it_again(address):
    assert eval(repr(address)) == address


@pytest.mark.parametrize("name", ["address", "family", "port", "flowlabel", "other"])
def test_it_can_not_be_changed(name):
    with pytest.raises(AttributeError):
        setattr(SocketAddress(), name, 1)


def test_a_flow_label_has_twenty_bits():
    assert SocketAddress("::", 6, flowlabel=2**20 - 1).flowlabel == 2**20 - 1
    with pytest.raises(ValueError, match="from 0 to 1048575") as raised:
        SocketAddress("::", 6, flowlabel=2**20)
    assert raised.value.code == "ERR_OUT_OF_RANGE"


@given(bits, ports)
def test_every_address_of_ipv6_is_written_and_read(number, port):
    ip = ipaddress.IPv6Address(number)
    made = SocketAddress(str(ip), 6, port)
    assert ipaddress.IPv6Address(made.address) == ip
    assert SocketAddress.parse(f"[{made.address}]:{port}") == made


@given(st.integers(0, 2**32 - 1), ports)
def test_every_address_of_ipv4_is_written_and_read(number, port):
    text = str(ipaddress.IPv4Address(number))
    made = SocketAddress(text, port=port)
    assert made.address == text
    assert SocketAddress.parse(f"{text}:{port}") == made


@given(st.text())
def test_any_text_is_an_address_or_nothing(text):
    found = SocketAddress.parse(text)
    assert found is None or isinstance(found, SocketAddress)
