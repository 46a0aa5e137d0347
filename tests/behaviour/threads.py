"""Another thread with an event loop, for what is moved there."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import pytest

import netserve
from netserve import Server, Socket
from tests.behaviour.pairs import gone

TIME = 20.0

NOT_TRANSFERABLE = "ERR_WORKER_HANDLE_NOT_TRANSFERABLE"


class OtherThread:
    """A thread with an event loop that runs."""

    def __init__(self, make_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
        self.loop = make_loop()
        self.problems: list[Any] = []
        self.loop.set_exception_handler(lambda _, context: self.problems.append(context))
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    async def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """What a coroutine comes to that runs there."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, self.loop))

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        """Meanwhile nothing else happens there."""
        over = threading.Event()
        self.loop.call_soon_threadsafe(over.wait, TIME)
        try:
            yield
        finally:
            over.set()

    async def leave(self) -> None:
        """Ends the loop as `asyncio.run()` does, and the thread with it."""
        await self.run(self.loop.shutdown_asyncgens())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(TIME)
        assert not self._thread.is_alive(), "the other thread does not end"

    def _run(self) -> None:
        self.loop.run_forever()
        self.loop.close()


@contextlib.asynccontextmanager
async def other_thread(make_loop: Any) -> AsyncIterator[OtherThread]:
    other = OtherThread(make_loop)
    try:
        yield other
    finally:
        await other.leave()
    assert not other.problems


async def echo_until_end(socket: Socket) -> int:
    """Answers with what comes; the thread that it was done in is the result."""
    async for chunk in socket:
        socket.write(chunk)
    await socket.wait_closed()
    return threading.get_ident()


@contextlib.asynccontextmanager
async def visitor(transport: Any, server: Server) -> AsyncIterator[Socket]:
    """A client of a server, gone in the end."""
    client = await netserve.open_connection(**transport.connect_options(server))
    try:
        yield client
    finally:
        await gone(client)


async def ask(client: Socket, question: bytes) -> bytes:
    client.write(question)
    return await client.readexactly(len(question))


def refused(function: Callable[..., Any], *args: Any) -> object:
    """The code of the error that a call ends with."""
    with pytest.raises((TypeError, ValueError, RuntimeError)) as caught:
        function(*args)
    return caught.value.code


async def fetch(where: dict[str, Any]) -> bytes:
    """Everything that a server says to one who says nothing."""
    async with await netserve.open_connection(**where) as client:
        return await client.read()


async def destroyed(socket: Socket) -> None:
    socket.destroy()
    await socket.wait_closed()


async def nothing() -> None:
    """Whatever was told to a loop before has been done when this has run."""
