"""`is_ip()` and its two sisters: what Node takes for an address."""

from __future__ import annotations

import pytest

from netserve import is_ip, is_ipv4, is_ipv6

V4 = ["127.0.0.1", "0.0.0.0", "255.255.255.255", "8.8.8.8"]
V6 = [
    "::",
    "::1",
    "fe80::1%eth0",
    "::1%25",
    "::ffff:1.2.3.4",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "2001:DB8::A",
    "1:2:3:4:5:6:7:8",
]
NEITHER = [
    "",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "256.0.0.1",
    "01.2.3.4",
    "1.2.3.4 ",
    " 1.2.3.4",
    "1.2.3.4\n",
    "1.2.3.4%eth0",
    "٣.1.1.1",
    ":::",
    "12345::",
    "1::2::3",
    "1:2:3:4:5:6:7:8:9",
    "::ffff:01.2.3.4",
    "::1%",
    "::1%a%b",
    "::1%a b",
    "::1%é",
    "fe80::1%/",
    "[::1]",
]


@pytest.mark.parametrize("text", V4)
def test_four_numbers_are_ipv4(text):
    assert (is_ip(text), is_ipv4(text), is_ipv6(text)) == (4, True, False)


@pytest.mark.parametrize("text", V6)
def test_groups_with_colons_are_ipv6(text):
    assert (is_ip(text), is_ipv4(text), is_ipv6(text)) == (6, False, True)


@pytest.mark.parametrize("text", NEITHER)
def test_anything_else_is_neither(text):
    assert (is_ip(text), is_ipv4(text), is_ipv6(text)) == (0, False, False)


@pytest.mark.parametrize("value", [None, 7, 0, b"127.0.0.1", ["::1"], 1.5, True])
def test_what_is_no_text_is_neither(value):
    assert (is_ip(value), is_ipv4(value), is_ipv6(value)) == (0, False, False)
