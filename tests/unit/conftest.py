"""What unit tests share."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest


class Reports:
    """What a loop's exception handler was told."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._queue.put_nowait(context)

    async def next(self) -> dict[str, Any]:
        """The next report."""
        return await self._queue.get()


@pytest.fixture
async def reported():
    """Takes the place of the loop's exception handler."""
    loop = asyncio.get_running_loop()
    before, reports = loop.get_exception_handler(), Reports()
    loop.set_exception_handler(reports)
    yield reports
    loop.set_exception_handler(before)
