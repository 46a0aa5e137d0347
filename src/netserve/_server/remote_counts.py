"""How many connections a server has: here, and away in other processes and threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, Self, overload

from .._arguments import check_callback
from .listening import Listening

Callback = Callable[..., Any]


class Away(Protocol):
    """Connections of a server that one other process, or thread, has."""

    def count(self, done: Callable[[BaseException | None, int], None]) -> None:
        """Asks how many there are."""

    def when_closed(self, done: Callable[[], None]) -> None:
        """Asks to be told when there are none."""


class Counting(Listening):
    """The side of a server that knows its connections."""

    _away: tuple[Away, ...]

    @overload
    def get_connections(self, callback: None = None) -> asyncio.Future[int]: ...
    @overload
    def get_connections(self, callback: Callback) -> Self: ...
    def get_connections(self, callback: Callback | None = None) -> asyncio.Future[int] | Self:
        """The number of connections: for `callback(err, count)`, or awaited.

        Node: `net`, "server.getConnections()".
        """
        check_callback(callback)
        if callback is not None:
            self._runtime.defer(self._count, lambda *count: self._tell_count(callback, *count))
            return self
        future: asyncio.Future[int] = self._runtime.future()

        def settle_count(error: BaseException | None, count: int | None) -> None:
            if not future.done() and error is not None:
                future.set_exception(error)
            elif not future.done():
                future.set_result(count or 0)

        self._runtime.defer(self._count, settle_count)
        return future

    def _count(self, done: Callable[[BaseException | None, int | None], None]) -> None:
        """Adds up what is here and what every other process says."""
        away = self._away
        total, left, failed = len(self._sockets), len(away), False

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

    def _tell_count(
        self, callback: Callback, error: BaseException | None, count: int | None
    ) -> None:
        try:
            result = callback(error, count)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as raised:
            self._on_listener_error(raised)
            return
        if isinstance(result, Coroutine):
            self._run_coroutine("get_connections", result, ())

    def _remember_away(self, away: Away) -> None:
        """Another process or thread has connections of ours from now on."""
        if away not in self._away:
            self._away = (*self._away, away)

    def _forget_away(self, away: Away) -> None:
        """That process is gone."""
        self._away = tuple(other for other in self._away if other is not away)

    def _wait_for_away(self, away: tuple[Away, ...]) -> None:
        """`close` waits for the connections in other processes, and no others come any more."""
        left = len(away)

        def closed() -> None:
            nonlocal left
            left -= 1
            if not left:
                self._runtime.defer(self._emit_close)

        self._away = ()
        for each in away:
            each.when_closed(closed)

    # What a whole server supplies

    def _emit_close(self) -> None:
        raise NotImplementedError

    def _on_listener_error(self, error: BaseException) -> None:
        raise NotImplementedError
