"""A loop that is driven from inside itself, as a notebook's patched one is: asyncio's only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import netserve
from netserve import Server, Socket


class NestingLoop(asyncio.SelectorEventLoop):
    """A loop that can be run from inside one of its own callbacks."""

    def nested(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        ready: Any = vars(self)["_ready"]
        rest = len(ready)  # what the outer turn is going to take still
        task = self.create_task(coroutine)
        while not task.done():
            getattr(self, "_run_once")()  # noqa: B009 (no public name does this)
        while len(ready) < rest:
            self.call_soon(lambda: None)
        return task.result()


def run(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """What `main()` comes to in such a loop, unless it hangs."""

    async def limited() -> Any:
        async with asyncio.timeout(10):
            return await main()

    with asyncio.Runner(loop_factory=NestingLoop) as runner:
        return runner.run(limited())


def nested(coroutine: Coroutine[Any, Any, Any]) -> Any:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, NestingLoop)
    return loop.nested(coroutine)


async def start(listener: Callable[[Socket], object]) -> tuple[Server, int]:
    server = await netserve.start_server(listener, port=0, host="127.0.0.1")
    address = server.address()
    assert isinstance(address, netserve.AddressInfo)
    return server, address.port


async def ask(port: int) -> bytes:
    async with await netserve.open_connection(port, "127.0.0.1") as client:
        return await client.read()


def test_a_listener_may_ask_another_server():
    async def main() -> bytes:
        _, back = await start(lambda socket: socket.end(b"back"))
        _, front = await start(lambda socket: socket.end(nested(ask(back))))
        return await ask(front)

    assert run(main) == b"back"


def test_a_data_listener_may_ask_another_server_and_others_are_served_meanwhile():
    async def main() -> list[bytes]:
        _, back = await start(lambda socket: socket.end(b"back"))

        def on_connection(socket: Socket) -> None:
            socket.on("data", lambda chunk: socket.end(chunk + nested(ask(back))))

        _, front = await start(on_connection)

        async def question(text: bytes) -> bytes:
            async with await netserve.open_connection(front, "127.0.0.1") as client:
                client.write(text)
                return await client.read()

        return await asyncio.gather(*(question(b"%d " % number) for number in range(5)))

    assert run(main) == [b"%d back" % number for number in range(5)]


def test_it_may_wait_for_what_only_ticks_tell_of():
    """`close` of a socket that was never connected: no event of the kernel's comes with it."""
    closed = []

    async def close() -> None:
        socket = Socket()
        socket.destroy()
        await socket.wait_closed()
        closed.append(socket.closed)

    async def main() -> bytes:
        _, port = await start(lambda socket: (nested(close()), socket.end(b"hi")))
        return await ask(port)

    assert run(main) == b"hi"
    assert closed == [True]


def test_nests_may_be_several_deep():
    async def main() -> bytes:
        _, last = await start(lambda socket: socket.end(b"deep"))
        _, middle = await start(lambda socket: socket.end(nested(ask(last))))
        _, first = await start(lambda socket: socket.end(nested(ask(middle))))
        return await ask(first)

    assert run(main) == b"deep"
