"""The rules as text: addresses, networks, ranges; of networks and of ranges the newest first."""

from netserve import BlockList
from tests.conformance.scenario import play, trace


def main() -> None:
    rules = BlockList()
    trace("list", "empty", rules.rules, rules.size)
    rules.add_subnet("10.1.2.3", 8)
    rules.add_range("10.0.0.1", "10.0.0.9")
    rules.add_subnet("2001:DB8::1", 32, "ipv6")
    rules.add_address("FE80:0:0::ABCD%lo", "ipv6")
    rules.add_range("::1", "::ffff:1.2.3.4", "ipv6")
    rules.add_subnet("10.1.2.3", 8)
    rules.add_range("10.0.0.1", "10.0.0.9")
    trace("list", "rules", rules.rules, rules.size)
    trace("list", "json", rules.to_json())
    rules.rules.pop()
    trace("list", "size", len(rules.rules))
    rules.clear()
    trace("list", "cleared", rules.rules, rules.size, rules.check("10.0.0.1"))


play(main)
