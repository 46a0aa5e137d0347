"""`SocketAddress`: an address and a port as one value."""

from __future__ import annotations

import re

from .._arguments import check_port, check_whole, is_int
from .._core import BlockList
from .._errors import ArgumentValueError, shown, wrong_type

__all__ = ["SocketAddress"]

NAMES = {4: "ipv4", 6: "ipv6"}
VERSIONS = {"ipv4": 4, "ipv6": 6}
ANYWHERE = {4: "127.0.0.1", 6: "::"}
# A flow label has 20 bits in an IPv6 header. Node says 32, and aborts above these.
MOST_FLOW = 2**20 - 1

_TEXT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::0*([0-9]{0,5}))?", re.ASCII)


class SocketAddress:
    """An IP address, a port and, for IPv6, a flow label. It can't be changed.

    `family` is `"ipv4"` (default) or `"ipv6"`, in any letter case, or 4 or 6; `address` defaults to
    `"127.0.0.1"` or `"::"`. A zone (`%eth0`) is dropped; so is the flow label of IPv4. A wrong type
    raises `TypeError`, an address that is none of its family `ValueError` (`ERR_INVALID_ADDRESS`),
    as do a wrong port (`ERR_SOCKET_BAD_PORT`), family (`ERR_INVALID_ARG_VALUE`) and flow label
    (`ERR_OUT_OF_RANGE`). Node: `net`, "Class: net.SocketAddress".
    """

    __slots__ = ("_address", "_flowlabel", "_port", "_version")

    def __init__(
        self,
        address: str | None = None,
        family: str | int = "ipv4",
        port: int | str = 0,
        flowlabel: int = 0,
    ) -> None:
        version = check_ip_family(family)
        if address is None:
            address = ANYWHERE[version]
        elif not isinstance(address, str):
            raise wrong_type("address", "a str or None", address)
        self._port = check_port(port)
        flowlabel = _check_flowlabel(flowlabel)
        canonical = BlockList.canonical(address, version)
        if canonical is None:
            message = f"address must be an IPv{version} address, not {shown(address)}"
            raise ArgumentValueError(message, "ERR_INVALID_ADDRESS")
        self._address = canonical
        self._version = version
        self._flowlabel = flowlabel if version == 6 else 0

    @property
    def address(self) -> str:
        """The IP address, in its usual form. Node: `net`, "socketaddress.address"."""
        return self._address

    @property
    def family(self) -> str:
        """`"ipv4"` or `"ipv6"`. Node: `net`, "socketaddress.family"."""
        return NAMES[self._version]

    @property
    def port(self) -> int:
        """The port. Node: `net`, "socketaddress.port"."""
        return self._port

    @property
    def flowlabel(self) -> int:
        """The flow label of IPv6; 0 for IPv4. Node: `net`, "socketaddress.flowlabel"."""
        return self._flowlabel

    def to_json(self) -> dict[str, str | int]:
        """All of it as a dict that JSON can hold."""
        return {
            "address": self.address,
            "port": self.port,
            "family": self.family,
            "flowlabel": self.flowlabel,
        }

    @staticmethod
    def parse(text: str) -> SocketAddress | None:
        """Reads `"1.2.3.4"`, `"1.2.3.4:80"`, `"[::1]"` or `"[::1]:80"`; `None` for anything else.

        Node reads it as a URL; what only that makes of it is `None` here: `"127.1"`, `"0x7f.1"`,
        `"1.2.3.4/8"`, `"user@1.2.3.4"`. And port 80 is 80. Node: `net`,
        "SocketAddress.parse()".
        """
        if not isinstance(text, str):
            raise wrong_type("text", "a str", text)
        found = _TEXT.fullmatch(text)
        if found is None:
            return None
        ipv6, ipv4, port = found.groups()
        try:
            return SocketAddress(ipv6 or ipv4, "ipv6" if ipv4 is None else "ipv4", int(port or 0))
        except ArgumentValueError:
            return None

    @staticmethod
    def is_socket_address(value: object) -> bool:
        """Whether `value` is a `SocketAddress`.

        Node: `net`, "SocketAddress.isSocketAddress()".
        """
        return isinstance(value, SocketAddress)

    def _key(self) -> tuple[int, str, int, int]:
        return self._version, self._address, self._port, self._flowlabel

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, SocketAddress) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        flow = f", flowlabel={self._flowlabel}" if self._flowlabel else ""
        return f"SocketAddress({self.address!r}, family={self.family!r}, port={self.port}{flow})"


def find_ip_family(value: object) -> int | None:
    """4 or 6; `None` for a text that is no family. Everything else that is none raises."""
    if isinstance(value, str):
        return VERSIONS.get(value) or VERSIONS.get(value.lower())
    if not is_int(value):
        raise wrong_type("family", "'ipv4', 'ipv6', 4 or 6", value)
    if value not in NAMES:
        raise _bad_family(value)
    return value


def core_name(address: SocketAddress) -> tuple[str, int]:
    """An address and its version, 4 or 6, for the core."""
    return address._address, address._version


def check_ip_family(value: object) -> int:
    """4 or 6, from that or from `"ipv4"` and `"ipv6"`."""
    version = find_ip_family(value)
    if version is None:
        raise _bad_family(value)
    return version


def _bad_family(value: object) -> ArgumentValueError:
    return ArgumentValueError(f"family must be 'ipv4', 'ipv6', 4 or 6, not {shown(value)}")


def _check_flowlabel(value: object) -> int:
    return check_whole(value, "flowlabel", MOST_FLOW, what="a whole number")
