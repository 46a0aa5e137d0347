"""Many addresses, or networks, are added all or none."""

from typing import Any

from netserve import BlockList, SocketAddress
from tests.conformance.scenario import attempt, play, trace

LISTS: list[Any] = [[], ["1.1.1.1", "1.1.1.2"], ["1.1.1.1", "x"], ["1.1.1.1", 5], "1.1.1.1", None]
NETWORKS: list[Any] = [
    [], ["10.0.0.0/8", "::/64"], ["10.0.0.0/8", "x", "::/64"],
    ["10.0.0.0/8", "11.0.0.0/x", "::/64"], ["10.0.0.0/8", 7], "10.0.0.0/8", None,
]  # fmt: skip


def main() -> None:
    for at, addresses in enumerate(LISTS):
        rules = BlockList()
        attempt("addresses", f"{at}", lambda r=rules, a=addresses: r.add_addresses(a))
        trace("addresses", "rules", sorted(rules.rules))
    for at, cidrs in enumerate(NETWORKS):
        rules = BlockList()
        attempt("networks", f"{at}", lambda r=rules, c=cidrs: r.add_cidrs(c))
        trace("networks", "rules", rules.rules)
    rules = BlockList()
    rules.add_addresses(["::1", SocketAddress("1.1.1.1")], "IPv6")
    trace("list", "of two families", sorted(rules.rules))
    trace("list", "private", BlockList.PRIVATE_RANGES)
    rules.add_cidrs(BlockList.PRIVATE_RANGES)
    trace("list", "blocked", rules.check("192.168.1.1"), rules.check("fd00::1", "ipv6"))
    attempt("list", "bad family", lambda: rules.add_addresses(["::1"], "x"))
    attempt("list", "bad family of none", lambda: rules.add_addresses([], "x"))


play(main)
