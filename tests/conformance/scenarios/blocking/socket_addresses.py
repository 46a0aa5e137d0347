"""What a SocketAddress is made of, how it writes addresses, and what it refuses."""

from typing import Any

from netserve import BlockList, SocketAddress
from tests.conformance.scenario import attempt, play, trace

IPV6 = [
    "::01", "0::0", "FE80:0:0::ABCD", "fe80::1%lo", "::ffff:1.2.3.4", "::ffff:0102:0304",
    "::1.2.3.4", "::1:2", "::1:2:3", "::ffff", "::1:0:0", "::ffff:0:1.2.3.4",
    "64:ff9b::1.2.3.4", "1:0:0:2:0:0:0:3", "2001:0:0:1:0:0:0:1", "1:2:3:4:5:6:7:0",
    "1:2:3:4:5:6:7::", "1::3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "1::2::3", "00001::", "::g",
    "::1.2.3", "::01.2.3.4", "1:2:3:4:5:6:7:8:9", "1.2.3.4", "",
]  # fmt: skip
IPV4 = [
    "1.2.3.4", "01.2.3.4", "1.2.3", "256.1.1.1", "0x1.2.3.4", "1.2.3.4 ", "::1", "x", "",
]  # fmt: skip
OPTIONS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "ipv6": {"family": "ipv6"},
    "another_spelling": {"family": "IPv6"},
    "everything": {"address": "::1", "family": "ipv6", "port": 80, "flowlabel": 5},
    "a_flow_label_of_ipv4": {"address": "1.2.3.4", "flowlabel": 5},
    "the_greatest_flow_label": {"family": "ipv6", "flowlabel": 1048575},
    "a_negative_flow_label": {"flowlabel": -1},
    "a_flow_label_too_great": {"flowlabel": 4294967296},
    "a_flow_label_not_whole": {"flowlabel": 1.5},
    "a_flow_label_as_text": {"flowlabel": "1"},
    "a_port_as_text": {"port": "80"},
    "a_port_too_great": {"port": 65536},
    "a_negative_port": {"port": -1},
    "a_port_not_whole": {"port": 1.5},
    "a_port_that_is_none": {"port": "x"},
    "an_address_of_no_kind": {"address": 1},
    "a_family_that_is_none": {"family": "ipv5"},
}


def main() -> None:
    def ipv6(address: str) -> None:
        trace("ipv6", "is", SocketAddress(address, family="ipv6").address)

    def ipv4(address: str) -> None:
        trace("ipv4", "is", SocketAddress(address).address)

    def options(given: dict[str, Any]) -> None:
        made = SocketAddress(**given)
        trace("options", "are", made.address, made.family, made.port, made.flowlabel)
        trace("options", "json", made.to_json())

    for address in IPV6:
        attempt("ipv6", address, lambda address=address: ipv6(address))
    for address in IPV4:
        attempt("ipv4", address, lambda address=address: ipv4(address))
    for name, given in OPTIONS.items():
        attempt("options", name, lambda given=given: options(given))
    is_one = SocketAddress.is_socket_address
    trace("is", "one", is_one(SocketAddress()), is_one({}), is_one(None))
    is_list = BlockList.is_block_list
    trace("is", "list", is_list(BlockList()), is_list({}), is_list(None))


play(main)
