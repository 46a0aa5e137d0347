"""`BlockList`: rules about addresses. Text and checks are here, the rules themselves in the core.

A rule is a single address, a network (address and prefix) or a range. An IPv4 address and its
mapped form in IPv6 (`::ffff:1.2.3.4`) are the same to a rule.
"""

from __future__ import annotations

import json
import re
from typing import Final

from .. import _core
from .._arguments import check_whole
from .._errors import ArgumentValueError, shown, wrong_type
from .info import is_ip
from .socket_address import SocketAddress, check_ip_family, core_name, find_ip_family

__all__ = ["BlockList"]

Address = str | SocketAddress
Family = str | int

BITS = {4: 32, 6: 128}
# Whole numbers as they are written; more digits than these no prefix could be meant to have.
_PREFIX = re.compile(r"0|-?[1-9][0-9]{0,14}")
_V4, _V6 = r"([0-9]{1,3}(?:\.[0-9]{1,3}){3})", r"([0-9A-Fa-f:.]+)"
# The forms of a rule's text, in the order in which Node tries them.
_TEXTS = [
    (kind, version, re.compile(f"{kind}: IPv{version} {rest}"))
    for version, ip, prefix in ((4, _V4, "([0-9]{1,2})"), (6, _V6, "([0-9]{1,3})"))
    for kind, rest in (("Subnet", f"{ip}/{prefix}"), ("Address", ip), ("Range", f"{ip}-{ip}"))
]


class BlockList:
    """Rules that block addresses: for `block_list=` of servers and of sockets, or to `check()`.

    Rules may be added and removed at any time; they hold for the next connection. `family` is
    `"ipv4"` (default) or `"ipv6"`, in any letter case, or 4 or 6; a `SocketAddress` has its own. A
    wrong type raises `TypeError`; an address that is none of its family `ValueError`
    (`ERR_INVALID_ADDRESS`), other wrong values `ValueError` (`ERR_INVALID_ARG_VALUE`,
    `ERR_OUT_OF_RANGE`). To remove a rule that is not in the list does nothing. Node: `net`,
    "Class: net.BlockList".
    """

    __slots__ = ("_core",)

    PRIVATE_RANGES: Final = (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "::1/128",
        "169.254.0.0/16",
        "fe80::/10",
        "fc00::/7",
    )

    def __init__(self) -> None:
        self._core = _core.BlockList()

    # Adding

    def add_address(self, address: Address, family: Family = "ipv4") -> None:
        """Blocks one address. Node: `net`, "blockList.addAddress()"."""
        self._core.add_address(*_ip(address, family, "address"))

    def add_addresses(
        self, addresses: list[Address] | tuple[Address, ...], family: Family = "ipv4"
    ) -> None:
        """Blocks many single addresses: all of them, or none where one is wrong.

        Node: `net`, "blockList.addAddresses()".
        """
        items = _list(addresses, "addresses")
        checked = [_ip(item, family, f"addresses[{at}]") for at, item in enumerate(items)]
        for each in checked:
            self._core.add_address(*each)

    def add_range(self, start: Address, end: Address, family: Family = "ipv4") -> None:
        """Blocks the addresses from `start` to `end`, both included; `start` may not come later.

        Node: `net`, "blockList.addRange()".
        """
        first, last = _ip(start, family, "start"), _ip(end, family, "end")
        if not self._core.add_range(first, last):
            message = f"start must not come after end: {first[0]} is after {last[0]}"
            raise ArgumentValueError(message)

    def add_subnet(self, network: Address, prefix: int, family: Family = "ipv4") -> None:
        """Blocks a network: the first `prefix` bits are those of `network`.

        `prefix` is at most 32 for IPv4, 128 for IPv6. Node: `net`, "blockList.addSubnet()".
        """
        ip, version = _ip(network, family, "network")
        self._core.add_subnet(ip, version, _prefix(prefix, version))

    def add_cidr(self, cidr: str) -> None:
        """Blocks a network as one text, `"10.0.0.0/8"` or `"fc00::/7"`.

        Node: `net`, "blockList.addCIDR()".
        """
        self._core.add_subnet(*_cidr(cidr, "cidr"))

    def add_cidrs(self, cidrs: list[str] | tuple[str, ...]) -> None:
        """Blocks networks: all of them, or none where one is wrong.

        Node: `net`, "blockList.addCIDRs()".
        """
        items = _list(cidrs, "cidrs")
        for checked in [_cidr(item, f"cidrs[{at}]") for at, item in enumerate(items)]:
            self._core.add_subnet(*checked)

    # Removing

    def remove_address(self, address: Address, family: Family = "ipv4") -> None:
        """Removes the rule for one address. Node: `net`, "blockList.removeAddress()"."""
        self._core.remove_address(*_ip(address, family, "address"))

    def remove_addresses(
        self, addresses: list[Address] | tuple[Address, ...], family: Family = "ipv4"
    ) -> None:
        """Removes the rules for many addresses: all of them, or none where one is wrong.

        Beyond Node: the twin of `add_addresses()`.
        """
        items = _list(addresses, "addresses")
        checked = [_ip(item, family, f"addresses[{at}]") for at, item in enumerate(items)]
        for each in checked:
            self._core.remove_address(*each)

    def remove_range(self, start: Address, end: Address, family: Family = "ipv4") -> None:
        """Removes the newest rule for just this range. Node: `net`, "blockList.removeRange()"."""
        self._core.remove_range(_ip(start, family, "start"), _ip(end, family, "end"))

    def remove_subnet(self, network: Address, prefix: int, family: Family = "ipv4") -> None:
        """Removes the newest rule for this network, as it was written when it was added.

        Node: `net`, "blockList.removeSubnet()".
        """
        ip, version = _ip(network, family, "network")
        self._core.remove_subnet(ip, version, _prefix(prefix, version))

    def remove_cidr(self, cidr: str) -> None:
        """Removes the newest rule for this network. Node: `net`, "blockList.removeCIDR()"."""
        self._core.remove_subnet(*_cidr(cidr, "cidr"))

    def remove_cidrs(self, cidrs: list[str] | tuple[str, ...]) -> None:
        """Removes the rules for networks: all of them, or none where one is wrong.

        Beyond Node: the twin of `add_cidrs()`.
        """
        items = _list(cidrs, "cidrs")
        for each in [_cidr(item, f"cidrs[{at}]") for at, item in enumerate(items)]:
            self._core.remove_subnet(*each)

    def clear(self) -> None:
        """Removes all rules. Node: `net`, "blockList.clear()"."""
        self._core.clear()

    # Looking up

    def check(self, address: Address, family: Family = "ipv4") -> bool:
        """Whether a rule blocks this address. What is no address of its family is not blocked.

        Here another text for `family` means `"ipv6"`, as in Node.
        Node: `net`, "blockList.check()".
        """
        if isinstance(address, SocketAddress):
            return self._core.check(*core_name(address))
        if not isinstance(address, str):
            raise wrong_type("address", "a str or a SocketAddress", address)
        return self._core.check(address, find_ip_family(family) or 6)

    @property
    def rules(self) -> list[str]:
        """The rules as text: addresses, then networks, then ranges, of each the newest first.

        Node: `net`, "blockList.rules".
        """
        return self._core.texts()

    @property
    def size(self) -> int:
        """How many rules there are. Node: `net`, "blockList.size"."""
        return len(self._core)

    def to_json(self) -> list[str]:
        """What `from_json()` takes: the same as `rules`. Node: `net`, "blockList.toJSON()"."""
        return self.rules

    def from_json(self, data: str | list[str] | tuple[str, ...]) -> None:
        """Adds rules that `rules` or `to_json()` gave, as a list or as JSON of one.

        A text that is no rule is passed over, as in Node; one with a wrong address or prefix
        raises `ValueError`, and those before it have been added. Node: `net`,
        "blockList.fromJSON()".
        """
        texts: object = data
        if isinstance(data, str):
            try:
                texts = json.loads(data)
            except (ValueError, RecursionError) as error:
                raise ArgumentValueError(f"data is not JSON: {error}") from error
        allowed = "a list of str, or JSON of one"
        if not isinstance(texts, (list, tuple)):
            raise wrong_type("data", allowed, data)
        for text in texts:
            if not isinstance(text, str):
                raise wrong_type("data", allowed, data)
        for text in texts:
            self._read(text)

    def _read(self, text: str) -> None:
        for kind, version, pattern in _TEXTS:
            found = pattern.search(text)
            if found is None:
                continue
            if kind == "Address":
                self.add_address(found[1], version)
            elif kind == "Subnet":
                self.add_subnet(found[1], int(found[2]), version)
            else:
                self.add_range(found[1], found[2], version)
            return

    @staticmethod
    def is_block_list(value: object) -> bool:
        """Whether `value` is a `BlockList`. Node: `net`, "BlockList.isBlockList()"."""
        return isinstance(value, BlockList)

    def __repr__(self) -> str:
        return f"<BlockList rules={self.size}>"


def rules_of(block_list: BlockList | None) -> _core.BlockList | None:
    """The core's rules of a `BlockList`, for whatever accepts connections; `None` without one."""
    return None if block_list is None else block_list._core


def check_block_list(value: object) -> BlockList | None:
    """Checks a `block_list=` of a server or a socket."""
    if value is not None and not isinstance(value, BlockList):
        raise wrong_type("block_list", "a BlockList or None", value)
    return value


def _ip(address: object, family: object, name: str) -> tuple[str, int]:
    """An address and its version, 4 or 6, for the core."""
    if isinstance(address, SocketAddress):
        return core_name(address)
    if not isinstance(address, str):
        raise wrong_type(name, "a str or a SocketAddress", address)
    version = check_ip_family(family)
    if _core.BlockList.canonical(address, version) is None:
        # An address of the other family: the one that was asked for may be but the default.
        why = f" (family is {shown(family)})" if is_ip(address) == 10 - version else ""
        message = f"{name} must be an IPv{version} address{why}, not {shown(address)}"
        raise ArgumentValueError(message, "ERR_INVALID_ADDRESS")
    return address, version


def _list(value: object, name: str) -> list[object] | tuple[object, ...]:
    if not isinstance(value, (list, tuple)):
        raise wrong_type(name, "a list", value)
    return value


def _prefix(value: object, version: int) -> int:
    allowed = f"a whole number from 0 to {BITS[version]}"
    return check_whole(value, "prefix", BITS[version], what=allowed)


def _cidr(value: object, name: str) -> tuple[str, int, int]:
    """A network's address, version and prefix."""
    if not isinstance(value, str):
        raise wrong_type(name, "a str", value)
    address, slash, digits = value.rpartition("/")
    if not slash or _PREFIX.fullmatch(digits) is None:
        message = f"{name} must be an address, '/' and a prefix ('10.0.0.0/8'), not {shown(value)}"
        raise ArgumentValueError(message)
    ip, version = _ip(address, 6 if ":" in address else 4, name)
    return ip, version, _prefix(int(digits), version)
