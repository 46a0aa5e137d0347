"""`BlockList` against the simplest model there is: every rule is asked, one after the other."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netserve
from netserve import BlockList, SocketAddress

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
MAPPED = int(ipaddress.IPv6Address("::ffff:0:0"))

# Few numbers, so that rules meet, around the places where families meet.
numbers = st.integers(0, 5) | st.integers(2**32 - 3, 2**32 - 1) | st.integers(0, 2**32 - 1)
v4 = numbers.map(ipaddress.IPv4Address)
mapped = numbers.map(lambda n: ipaddress.IPv6Address(MAPPED + n))
near = st.integers(-3, 3).map(lambda n: ipaddress.IPv6Address(MAPPED + n))
beyond = st.integers(-3, 3).map(lambda n: ipaddress.IPv6Address(MAPPED + 2**32 + n))
anywhere = st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address)
ips = v4 | mapped | near | beyond | anywhere


def family(ip: Ip) -> str:
    return f"ipv{ip.version}"


def value(ip: Ip) -> SocketAddress:
    return SocketAddress(str(ip), family(ip))


def wide(ip: Ip) -> int:
    """An address as IPv6."""
    return MAPPED + int(ip) if ip.version == 4 else int(ip)


def comparable(one: Ip, other: Ip) -> bool:
    """One of IPv4 and one of IPv6 compare only when the latter is mapped."""
    for v4, v6 in ((one, other), (other, one)):
        if v4.version == 4 and isinstance(v6, ipaddress.IPv6Address):
            return v6.ipv4_mapped is not None
    return True


class Model:
    """Rules in a list."""

    def __init__(self) -> None:
        self.rules: list[Any] = []

    def add(self, rule: Any) -> None:
        if rule[0] == "address":
            self.remove(rule)
        self.rules.append(rule)

    def remove(self, rule: Any) -> None:
        def same(other: Any) -> bool:
            if rule[0] == other[0] == "address":
                return wide(rule[1]) == wide(other[1])
            return bool(rule == other)

        for at in reversed(range(len(self.rules))):
            if same(self.rules[at]):
                del self.rules[at]
                return

    def blocks(self, ip: Ip) -> bool:
        return any(self._matches(rule, ip) for rule in self.rules)

    @staticmethod
    def _matches(rule: Any, ip: Ip) -> bool:
        match rule:
            case ("address", address):
                return wide(address) == wide(ip)
            case ("subnet", network, prefix):
                bits = prefix + 96 if network.version == 4 else prefix
                whole = ipaddress.IPv6Network((wide(network), bits), strict=False)
                return ipaddress.IPv6Address(wide(ip)) in whole
            case ("range", start, end):
                if not (comparable(start, ip) and comparable(ip, end)):
                    return False
                return wide(start) <= wide(ip) <= wide(end)
        raise AssertionError(rule)

    def texts(self) -> list[str]:
        def text(ip: Ip) -> str:
            return SocketAddress(str(ip), family(ip)).address

        def line(rule: Any) -> str:
            kind, first, *rest = rule
            tail = f"/{rest[0]}" if kind == "subnet" else ""
            tail = f"-{text(rest[0])}" if kind == "range" else tail
            return f"{kind.capitalize()}: IPv{first.version} {text(first)}{tail}"

        kinds = ("address", "subnet", "range")
        newest = self.rules[::-1]
        return [line(rule) for kind in kinds for rule in newest if rule[0] == kind]


@st.composite
def rules(draw: st.DrawFn) -> Any:
    kind = draw(st.sampled_from(["address", "subnet", "range"]))
    first = draw(ips)
    if kind == "subnet":
        return kind, first, draw(st.integers(0, 32 if first.version == 4 else 128))
    if kind == "range":
        last = draw(ips)
        if comparable(first, last) and wide(first) > wide(last):
            first, last = last, first
        return kind, first, last
    return kind, first


def apply(block_list: BlockList, verb: str, rule: Any) -> None:
    kind, first, *rest = rule
    rest = [value(rest[0])] if kind == "range" else rest
    getattr(block_list, f"{verb}_{kind}")(value(first), *rest)


@given(st.lists(st.tuples(st.booleans(), rules(), st.integers(0, 30)), max_size=30), st.lists(ips))
def test_it_answers_as_a_list_that_is_asked_rule_by_rule(steps: Any, asked: list[Ip]) -> None:
    block_list, model = BlockList(), Model()
    known: list[Any] = []
    for adds, rule, which in steps:
        if adds or not known:
            known.append(rule)
            apply(block_list, "add", rule)
            model.add(rule)
        else:
            rule = known[which % len(known)]
            apply(block_list, "remove", rule)
            model.remove(rule)
        edges = [ip for ip in rule[1:] if not isinstance(ip, int)]
        for ip in (*asked, *edges):
            assert block_list.check(str(ip), family(ip)) == model.blocks(ip)
            assert block_list.check(value(ip)) == model.blocks(ip)
    assert block_list.rules == model.texts()
    assert block_list.size == len(model.rules)


@given(st.lists(rules(), max_size=10))
def test_rules_come_back_from_their_text(wanted: list[Any]) -> None:
    block_list, copy = BlockList(), BlockList()
    for rule in wanted:
        # A range of two families has no text that could be read again.
        if rule[0] != "range" or rule[1].version == rule[2].version:
            apply(block_list, "add", rule)
    copy.from_json(block_list.to_json())
    assert sorted(copy.rules) == sorted(block_list.rules)


@pytest.mark.parametrize("family", ["ipv6", "IPv6", "IPV6", 6])
def test_a_family_may_be_a_name_or_a_number(family):
    block_list = BlockList()
    block_list.add_address("::1", family)
    assert block_list.check("::1", family)
    assert block_list.rules == ["Address: IPv6 ::1"]


@pytest.mark.parametrize("family", [5, 0, 46])
def test_another_number_is_no_family(family):
    for call in (BlockList().add_address, BlockList().check):
        with pytest.raises(ValueError, match="family must be") as raised:
            call("1.1.1.1", family)
        assert raised.value.code == "ERR_INVALID_ARG_VALUE"


@pytest.mark.parametrize("wrong", ["x", "x/8", "11.0.0.0/33", "11.0.0.0/x", 5])
def test_many_networks_are_added_all_or_none(wrong):
    block_list = BlockList()
    with pytest.raises((TypeError, ValueError)):
        block_list.add_cidrs(["10.0.0.0/8", wrong])
    assert block_list.size == 0


def test_many_are_removed_all_or_none():
    block_list = BlockList()
    block_list.add_addresses(["1.1.1.1", "1.1.1.2"])
    block_list.add_cidrs(("10.0.0.0/8", "fc00::/7"))
    with pytest.raises(ValueError, match=r"addresses\[1\] must be an IPv4 address"):
        block_list.remove_addresses(["1.1.1.1", "x"])
    with pytest.raises(ValueError, match=r"cidrs\[1\] must be"):
        block_list.remove_cidrs(["10.0.0.0/8", "x"])
    assert block_list.size == 4
    block_list.remove_addresses(["1.1.1.1", "1.1.1.2"])
    block_list.remove_cidrs(["10.0.0.0/8", "fc00::/7"])
    assert block_list.rules == []


def test_text_that_is_not_json_is_refused():
    for text in ("not json", "", "["):
        with pytest.raises(ValueError, match="not JSON") as raised:
            BlockList().from_json(text)
        assert raised.value.code == "ERR_INVALID_ARG_VALUE"


def test_a_text_with_a_lone_surrogate_is_no_address():
    assert not BlockList().check("\ud800")
    with pytest.raises(ValueError, match="must be an IPv4 address"):
        BlockList().add_address("\ud800")


def test_an_address_of_the_other_family_is_refused_with_the_family_that_was_asked_for():
    for ends in (("10.0.0.1", "::1"), ("::1", "10.0.0.1"), ("::1", "::5")):
        with pytest.raises(ValueError, match=r"an IPv4 address \(family is 'ipv4'\), not '::1'"):
            BlockList().add_range(*ends)


def test_the_private_ranges_can_not_be_changed():
    assert isinstance(BlockList.PRIVATE_RANGES, tuple)
    block_list = BlockList()
    block_list.add_cidrs(BlockList.PRIVATE_RANGES)
    private = ["10.1.1.1", "172.31.0.1", "192.168.9.9", "127.9.9.9", "169.254.1.1"]
    assert all(block_list.check(ip) for ip in private)
    assert not any(block_list.check(ip) for ip in ("172.32.0.1", "8.8.8.8", "11.0.0.0"))
    assert all(block_list.check(ip, 6) for ip in ("::1", "fd00::1", "fe80::1%lo"))


def test_it_is_shown_with_the_number_of_its_rules():
    block_list = BlockList()
    block_list.add_cidr("10.0.0.0/8")
    assert repr(block_list) == "<BlockList rules=1>"


@pytest.mark.parametrize("make", [netserve.Server, netserve.Socket, netserve.create_server])
@pytest.mark.parametrize("given", [{}, [], 0, False, "10.0.0.0/8", SocketAddress()])
def test_what_is_no_list_of_rules_is_refused(make, given):
    with pytest.raises(TypeError, match="block_list must be a BlockList or None") as raised:
        make(block_list=given)
    assert raised.value.code == "ERR_INVALID_ARG_TYPE"
