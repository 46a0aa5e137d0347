"""Which addresses a rule blocks. One of IPv4 and its mapped form in IPv6 are the same."""

from collections.abc import Callable

from netserve import BlockList
from tests.conformance.scenario import play, trace

ASKED = [
    "1.2.3.4", "1.2.3.5", "5.0.0.1", "5.0.0.9", "5.0.0.10", "6.0.0.0", "6.255.255.255",
    "7.0.0.0", "255.255.255.255", "0.0.0.0", "::ffff:1.2.3.4", "::FFFF:0506:0708", "::1.2.3.4",
    "::", "::1", "::5", "::6", "2001:db8::", "2001:db8:ffff::1", "2001:db9::", "fe80::1%lo",
    "ffff::",
]  # fmt: skip

RULES: dict[str, Callable[[BlockList], None]] = {
    "address": lambda rules: rules.add_address("1.2.3.4"),
    "mapped_address": lambda rules: rules.add_address("::ffff:1.2.3.4", "ipv6"),
    "address_of_a_link": lambda rules: rules.add_address("fe80::1", "ipv6"),
    "range": lambda rules: rules.add_range("5.0.0.1", "5.0.0.9"),
    "range_of_one": lambda rules: rules.add_range("5.0.0.1", "5.0.0.1"),
    "range_of_ipv6": lambda rules: rules.add_range("::1", "::5", "ipv6"),
    "mapped_range": lambda rules: rules.add_range("::ffff:5.0.0.1", "::ffff:5.0.0.9", "ipv6"),
    "range_around_the_mapped": lambda rules: rules.add_range("::1", "fff0::", "ipv6"),
    "subnet": lambda rules: rules.add_subnet("6.1.2.3", 8),
    "subnet_of_one": lambda rules: rules.add_subnet("1.2.3.4", 32),
    "subnet_of_all": lambda rules: rules.add_subnet("0.0.0.0", 0),
    "subnet_of_ipv6": lambda rules: rules.add_subnet("2001:db8::", 32, "ipv6"),
    "subnet_of_all_ipv6": lambda rules: rules.add_subnet("::", 0, "ipv6"),
    "mapped_subnet": lambda rules: rules.add_subnet("::ffff:6.0.0.0", 104, "ipv6"),
    "subnet_around_the_mapped": lambda rules: rules.add_subnet("::", 64, "ipv6"),
}


def main() -> None:
    for name, add in RULES.items():
        rules = BlockList()
        add(rules)
        blocked = [ip for ip in ASKED if rules.check(ip, "ipv6" if ":" in ip else "ipv4")]
        trace("list", name, blocked)


play(main)
