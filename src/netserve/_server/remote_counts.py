"""How many connections of a server are elsewhere: in other processes, and in other threads."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Protocol, TypeVar

from .._address.info import AddressInfo

# `counted(None, count)`; `counted(error, 0)` where no answer will come.
Counted = Callable[[BaseException | None, int], None]

A = TypeVar("A")

_numbers = itertools.count(1)


class Away(Protocol):
    """One other process, or thread, that has connections of a server."""

    def count(self, done: Counted) -> None:
        """Asks how many connections it has: calls `done(error, count)`."""

    def when_closed(self, done: Callable[[], None]) -> None:
        """Calls `done()` once it has none."""


class RemoteCounts:
    """The other processes and threads that have connections of one server."""

    __slots__ = ("_all", "_key")

    def __init__(self) -> None:
        self._all: tuple[Away, ...] = ()
        self._key: str | None = None

    def __bool__(self) -> bool:
        return bool(self._all)

    def key(self, where: AddressInfo | str | None) -> str:
        """The name of this server's connections in all processes; no two servers have the same."""
        if self._key is None:
            place = f"{where.address}:{where.port}" if isinstance(where, AddressInfo) else where
            self._key = f"{place}:{next(_numbers)}"
        return self._key

    def remember(self, away: Away) -> None:
        """Another process or thread has connections of the server from now on."""
        if away not in self._all:
            self._all = (*self._all, away)

    def forget(self, away: Away) -> None:
        """That process is gone, and its connections with it."""
        self._all = tuple(other for other in self._all if other is not away)

    def find(self, kind: type[A]) -> A | None:
        """The first one of this class, or `None`."""
        return next((away for away in self._all if isinstance(away, kind)), None)

    def add_up(self, here: int, done: Callable[[BaseException | None, int | None], None]) -> None:
        """Gives `done` the sum of `here` and what all of them say, or the first error."""
        away = self._all
        total, left, failed = here, len(away), False

        def counted(error: BaseException | None, count: int) -> None:
            nonlocal total, left, failed
            total, left = total + count, left - 1
            if error is not None and not failed:
                failed = True
                done(error, None)
            elif not left and not failed:
                done(None, total)

        if not away:
            done(None, total)
        for each in away:
            each.count(counted)

    def when_closed(self, done: Callable[[], None]) -> None:
        """Calls `done()` once none of them has a connection; those that come later don't count."""
        away, self._all = self._all, ()
        left = len(away)

        def closed() -> None:
            nonlocal left
            left -= 1
            if not left:
                done()

        for each in away:
            each.when_closed(closed)
