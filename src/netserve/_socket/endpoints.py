"""Where a connection goes from, and where to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._address.info import AddressInfo, info
from .._descriptors.bound_socket import BoundSocket, name_of
from .socket_events import SocketEvents

if TYPE_CHECKING:
    from .._descriptors.bind import Bound

Name = tuple[str, int, int] | str | None


class Endpoints(SocketEvents):
    """Addresses of both ends, and a local end that was bound before."""

    # The local end, bound before `connect()`; then the socket file to remove in the end.
    _reserved: BoundSocket | None = None
    _place: Bound | None = None
    _tried: list[str] | None = None
    _peer_name: Name = None

    # Addresses

    def address(self) -> AddressInfo | None:
        """Our end, or `None` without a TCP connection. Node: `net`, "socket.address()"."""
        name = self._own_name()
        return info(name) if isinstance(name, tuple) else None

    @property
    def local_address(self) -> str | None:
        """Our IP address, or the path that a `BoundSocket` bound us to; `None` without either.

        Node: `net`, "socket.localAddress".
        """
        if self._reserved is not None and self._reserved.is_pipe:
            return str(self._reserved.address())
        if self._place is not None and self._place.path is not None:
            return self._place.path
        return _address(self._own_name())

    @property
    def local_port(self) -> int | None:
        """Our port. Node: `net`, "socket.localPort"."""
        return _port(self._own_name())

    @property
    def local_family(self) -> str | None:
        """`"IPv4"` or `"IPv6"`. Node: `net`, "socket.localFamily"."""
        return _family(self._own_name())

    @property
    def remote_address(self) -> str | None:
        """The peer's IP address; once destroyed, only if it was asked for before.

        Node: `net`, "socket.remoteAddress".
        """
        return _address(self._peer())

    @property
    def remote_port(self) -> int | None:
        """The peer's port. Node: `net`, "socket.remotePort"."""
        return _port(self._peer())

    @property
    def remote_family(self) -> str | None:
        """`"IPv4"` or `"IPv6"`. Node: `net`, "socket.remoteFamily"."""
        return _family(self._peer())

    def _own_name(self) -> Name:
        if self._reserved is None:
            return self._local_name()
        return None if self._reserved.is_pipe else name_of(self._reserved.fd())

    def _peer(self) -> Name:
        """The peer's name; once asked for it is remembered, for it goes with the connection."""
        if self._peer_name is None and not self._connecting:
            self._peer_name = self._remote_name()
        return self._peer_name

    @property
    def auto_select_family_attempted_addresses(self) -> list[str] | None:
        """The addresses that `connect()` has tried, as `"address:port"`, the last one last.

        `None` where there was but one to try. Node: `net`,
        "socket.autoSelectFamilyAttemptedAddresses".
        """
        return self._tried

    # A local end of its own

    def _reserve(self, bound: BoundSocket) -> None:
        """Adopts what `connect()` will start from."""
        self._reserved = BoundSocket._holding(bound._give())

    def _take_reserved(self) -> int | None:
        """The descriptor to connect, if there is one already."""
        reserved, self._reserved = self._reserved, None
        if reserved is None:
            return None
        self._place = reserved._give()
        return self._place.fd

    def _drop_local_end(self) -> None:
        """Closes what was never connected; removes the socket file."""
        reserved, place = self._reserved, self._place
        self._reserved = self._place = None
        if reserved is not None:
            reserved.close()
        if place is not None:
            place.release()


def _address(name: Name) -> str | None:
    return name[0] if isinstance(name, tuple) else None


def _port(name: Name) -> int | None:
    return name[1] if isinstance(name, tuple) else None


def _family(name: Name) -> str | None:
    return f"IPv{name[2]}" if isinstance(name, tuple) else None
