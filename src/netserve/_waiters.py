"""`Waiters`: coroutines that wait for the same thing, and the one place that wakes them."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Waiters(Generic[T]):
    """The futures of coroutines that wait; true while at least one of them still does.

    A coroutine that was cancelled no longer waits; its future is skipped and forgotten.
    """

    __slots__ = ("_futures",)

    def __init__(self) -> None:
        self._futures: deque[asyncio.Future[T]] = deque()

    def __bool__(self) -> bool:
        for future in self._futures:  # noqa: SIM110 (a server asks at every connection)
            if not future.done():
                return True
        return False

    def add(self) -> asyncio.Future[T]:
        """A future of the running loop, to be awaited once; `wake()` and `fail()` settle it."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self._futures:
            self._futures = deque(other for other in self._futures if not other.done())
        self._futures.append(future)
        return future

    async def wait(self) -> T:
        """Waits for `wake()` or `fail()`, and goes on a round of the loop later than with `add()`.

        That round is what `sys.exit()` in a listener needs: the loop stops with it, before a
        program that waits for its end goes on as if it had come.
        """
        future = self.add()
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.cancel()
            raise

    def wake(self, result: T) -> bool:
        """Gives `result` to all of them. Returns whether there were any."""
        woken = False
        while self.wake_one(result):
            woken = True
        return woken

    def wake_one(self, result: T) -> bool:
        """Gives `result` to the one that has waited longest. Returns whether there was one."""
        while self._futures:
            future = self._futures.popleft()
            if not future.done():
                future.set_result(result)
                return True
        return False

    def fail(self, error: BaseException) -> bool:
        """Raises `error` in all of them. Returns whether there were any."""
        failed = False
        while self._futures:
            future = self._futures.popleft()
            if not future.done():
                future.set_exception(error)
                failed = True
        return failed
