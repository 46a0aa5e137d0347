"""What is an IP address, and of which family."""

from netserve import is_ip, is_ipv4, is_ipv6
from tests.conformance.scenario import play, trace

TEXTS = [
    "127.0.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "256.0.0.1",
    "127.0.0.01",
    "127.1",
    "1.2.3.4 ",
    " 1.2.3.4",
    "::",
    "::1",
    "fe80::1%lo",
    "::ffff:1.2.3.4",
    "2001:db8::g",
    "[::1]",
    "",
    "localhost",
    "1.2.3.4/8",
    "1.2.3.4:80",
]


def main() -> None:
    for text in TEXTS:
        trace("net", text, is_ip(text), is_ipv4(text), is_ipv6(text))
    for other in (None, 5, True, [], {}):
        trace("net", "no text", is_ip(other), is_ipv4(other), is_ipv6(other))


play(main)
