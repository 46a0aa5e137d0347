"""An address is in a list once, as it was last written; its mapped form is the same address."""

from netserve import BlockList, SocketAddress
from tests.conformance.scenario import play, trace


def main() -> None:
    rules = BlockList()
    rules.add_address("1.2.3.4")
    rules.add_address("1.2.3.4")
    trace("list", "twice", rules.rules)
    rules.add_address("::ffff:1.2.3.4", "ipv6")
    trace("list", "mapped", rules.rules)
    rules.add_address(SocketAddress("1.2.3.4", port=80))
    trace("list", "with a port", rules.rules)
    rules.remove_address("::ffff:1.2.3.4", "ipv6")
    trace("list", "removed", rules.rules, rules.check("1.2.3.4"))
    rules.add_address("fe80::1%lo", "ipv6")
    rules.add_address("fe80::1", "ipv6")
    trace("list", "zones", rules.rules)


play(main)
