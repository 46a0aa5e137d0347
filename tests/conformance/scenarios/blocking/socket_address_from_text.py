"""An address and a port are read from one text; a text that is none is no error.

Node reads it as the host of a URL: port 80 becomes 0, because a URL leaves its own port out, and
numbers in other bases, shortened addresses, names, paths and queries are all taken for an address.
Whoever reads an address from a file wants to hear that it is none: here these are nothing, and
port 80 is 80.
"""

from typing import Any

from netserve import SocketAddress
from tests.conformance.scenario import attempt, differs, play, trace

TEXTS = [
    "1.2.3.4", "1.2.3.4:", "1.2.3.4:0", "1.2.3.4:443", "1.2.3.4:00443", "1.2.3.4:65535",
    "1.2.3.4:65536", "1.2.3.4:x", "1.2.3.4:-1", "1.2.3.4: 443", "[::1]", "[::1]:443", "[::1]:",
    "[FE80::1]:443", "[::ffff:1.2.3.4]:443", "::1", "[1.2.3.4]", "[::1", "[::1]x", "[::1%lo]",
    "x", "x:443", "", "localhost:443", "http://1.2.3.4", "256.1.1.1", "4294967296",
    " 1.2.3.4 ", "1.2.3.4@", "[]", "[]:443", ":443", ".", "1.2.3.4.5",
]  # fmt: skip
# What Node reads in them.
URLS = {
    "1.2.3.4:80": ("1.2.3.4", 0, "ipv4"),
    "[::1]:80": ("::1", 0, "ipv6"),
    "127.1": ("127.0.0.1", 0, "ipv4"),
    "0x7f.1": ("127.0.0.1", 0, "ipv4"),
    "01.2.3.4": ("1.2.3.4", 0, "ipv4"),
    "2130706433": ("127.0.0.1", 0, "ipv4"),
    "1.2.3.4/8": ("1.2.3.4", 0, "ipv4"),
    "1.2.3.4?x": ("1.2.3.4", 0, "ipv4"),
    "u:p@1.2.3.4:5": ("1.2.3.4", 5, "ipv4"),
    "%31.2.3.4": ("1.2.3.4", 0, "ipv4"),
    "1.2.3.4.": ("1.2.3.4", 0, "ipv4"),
    "\t1.2.3.4": ("1.2.3.4", 0, "ipv4"),
}


def parse(text: Any) -> dict[str, Any] | None:
    found = SocketAddress.parse(text)
    return found.to_json() if found else None


def main() -> None:
    for text in TEXTS:
        trace("text", text, parse(text))
    for text, (address, port, family) in URLS.items():
        trace("url", text, parse(text))
        there = {"address": address, "port": port, "family": family, "flowlabel": 0}
        here = {**there, "port": 80} if text.endswith(":80") else None
        differs("url", node=[[text, there]], netserve=[[text, here]])
    for value in (1, None, {}):
        attempt("value", "refused", lambda value=value: parse(value))


play(main)
