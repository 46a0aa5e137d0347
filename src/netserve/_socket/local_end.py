"""The local end of a client, where it was bound before `connect()`."""

from __future__ import annotations

from .._descriptors.bind import Bound
from .._descriptors.bound_socket import BoundSocket, give, hold, name_of


class LocalEnd:
    """What a `BoundSocket` held: first the descriptor to connect, then the socket file of ours."""

    __slots__ = ("_bound", "_place")

    def __init__(self, bound: Bound) -> None:
        """Takes over what is bound."""
        self._bound: BoundSocket | None = hold(bound)
        self._place: Bound | None = None

    @property
    def bound(self) -> BoundSocket | None:
        """The bound descriptor, until it is taken to be connected."""
        return self._bound

    @property
    def path(self) -> str | None:
        """The path that we are bound to, if it is one."""
        if self._bound is not None:
            return str(self._bound.address()) if self._bound.is_pipe else None
        return self._place.path if self._place is not None else None

    @property
    def name(self) -> tuple[str, int, int] | None:
        """Our address, before there is a connection that has one."""
        if self._bound is None or self._bound.is_pipe:
            return None
        return name_of(self._bound.fd())

    def take(self) -> int | None:
        """The descriptor to connect, the first time; it becomes the connection's."""
        bound, self._bound = self._bound, None
        if bound is None:
            return None
        self._place = give(bound)
        return self._place.fd

    def close(self) -> None:
        """Closes what was never connected; removes the socket file."""
        bound, place = self._bound, self._place
        self._bound = self._place = None
        if bound is not None:
            bound.close()
        if place is not None:
            place.release()
