"""What the methods of a block list refuse, and with which code."""

from collections.abc import Callable
from typing import Any

from netserve import BlockList, SocketAddress
from tests.conformance.scenario import attempt, play, trace

V6 = SocketAddress("::1", "ipv6")

CALLS: dict[str, Callable[[Any], object]] = {
    "address_of_no_kind": lambda rules: rules.add_address(1),
    "address_of_nothing": lambda rules: rules.add_address(None),
    "address_that_is_none": lambda rules: rules.add_address("hello"),
    "address_of_the_other_family": lambda rules: rules.add_address("::1"),
    "address_of_the_other_family_too": lambda rules: rules.add_address("1.2.3.4", "ipv6"),
    "family_that_is_none": lambda rules: rules.add_address("::1", "ipv5"),
    "family_of_no_kind": lambda rules: rules.add_address("::1", None),
    "range_without_a_start": lambda rules: rules.add_range(1, "1.1.1.1"),
    "range_without_an_end": lambda rules: rules.add_range("1.1.1.1", None),
    "range_that_ends_before_it_begins": lambda rules: rules.add_range("1.1.1.2", "1.1.1.1"),
    "range_of_two_families": lambda rules: rules.add_range("1.1.1.1", "::2"),
    "range_of_a_socket_address": lambda rules: rules.add_range(V6, "::2"),
    "subnet_of_no_kind": lambda rules: rules.add_subnet(1, 8),
    "subnet_that_is_none": lambda rules: rules.add_subnet("x", 99),
    "prefix_too_long": lambda rules: rules.add_subnet("1.1.1.1", 33),
    "prefix_too_long_for_ipv6": lambda rules: rules.add_subnet("::", 129, "ipv6"),
    "prefix_too_long_for_a_socket_address": lambda rules: rules.add_subnet(V6, 129),
    "prefix_negative": lambda rules: rules.add_subnet("1.1.1.1", -1),
    "prefix_not_whole": lambda rules: rules.add_subnet("1.1.1.1", 1.5),
    "prefix_as_text": lambda rules: rules.add_subnet("1.1.1.1", "8"),
    "prefix_as_bool": lambda rules: rules.add_subnet("1.1.1.1", True),
    "prefix_of_nothing": lambda rules: rules.add_subnet("1.1.1.1", None),
    "network_of_no_kind": lambda rules: rules.add_cidr(8),
    "removing_no_address": lambda rules: rules.remove_address("hello"),
    "removing_no_kind": lambda rules: rules.remove_address(1),
    "removing_no_subnet": lambda rules: rules.remove_subnet("1.1.1.1", 33),
    "removing_no_range": lambda rules: rules.remove_range("1.1.1.1", 3),
    "removing_no_network": lambda rules: rules.remove_cidr("1.1.1.1"),
    "checking_no_kind": lambda rules: rules.check(1),
    "checking_nothing": lambda rules: rules.check(None),
    "checking_no_family": lambda rules: rules.check("1.1.1.1", None),
    "checking_what_is_no_address": lambda rules: rules.check("hello"),
}


def main() -> None:
    rules = BlockList()
    for name, call in CALLS.items():
        attempt("list", name, lambda call=call: call(rules))
    trace("list", "rules", rules.rules)


play(main)
