"""What the Python servers share: the loop named on the command line, the port on stdout."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from typing import cast

# Node's default, asked for everywhere: asyncio's own 100 would make `conns` a test of the queue.
BACKLOG = 511


def serve(start: Callable[[], Awaitable[int | str | None]]) -> None:
    """Run `start` on the loop that was asked for.

    It begins to listen and tells the port, and the processes it has started behind that; one of
    these tells nothing.
    """

    async def main() -> None:
        said = await start()
        if said is not None:
            print(said, flush=True)
        await asyncio.Event().wait()

    with asyncio.Runner(loop_factory=loop_factory(sys.argv[1])) as runner:
        runner.run(main())


def loop_factory(name: str) -> Callable[[], asyncio.AbstractEventLoop]:
    if name == "asyncio":
        return asyncio.new_event_loop
    import uvloop

    return uvloop.new_event_loop


def port_of(server: asyncio.AbstractServer) -> int:
    # uvloop's server is no asyncio.Server, but it has the same list of sockets.
    return int(cast(asyncio.Server, server).sockets[0].getsockname()[1])


# What `uploads` and `flood` ask for: an upload's first byte, and what each of its chunks costs.
UPLOAD = b"u"
WORK = 0.001  # seconds


def work() -> None:
    """Keeps the processor busy, as hashing what arrived would."""
    end = time.perf_counter() + WORK
    while time.perf_counter() < end:
        pass
