"""What behaviour tests share."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tests.behaviour.threads import OtherThread, other_thread


class Reports:
    """What a loop's exception handler was told."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._queue.put_nowait(context)

    def __bool__(self) -> bool:
        return not self._queue.empty()

    async def next(self) -> Any:
        """The exception of the next report."""
        return (await self._queue.get())["exception"]


@pytest.fixture
async def reports() -> AsyncIterator[Reports]:
    """Takes the place of the loop's exception handler."""
    loop = asyncio.get_running_loop()
    before, reports = loop.get_exception_handler(), Reports()
    loop.set_exception_handler(reports)
    yield reports
    loop.set_exception_handler(before)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder whose path is short enough for a socket's."""
    with tempfile.TemporaryDirectory(prefix="netserve-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
async def other(request) -> AsyncIterator[OtherThread]:
    """Another thread, with a loop of either kind."""
    async with other_thread(request.param) as thread:
        yield thread
