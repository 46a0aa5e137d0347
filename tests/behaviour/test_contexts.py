"""Each connection has a context of its own, copied when it was made; an empty one is one, too."""

from __future__ import annotations

import asyncio
import contextvars

import netserve
from netserve import once
from tests.behaviour.pairs import serving

who: contextvars.ContextVar[str | None] = contextvars.ContextVar("who", default=None)


async def test_a_value_set_for_a_connection_is_seen_by_its_listeners_and_by_no_other(transport):
    began: list[str | None] = []
    later: list[tuple[str, str | None]] = []

    def on_connection(socket):
        began.append(who.get())
        name = f"client {len(began)}"
        who.set(name)

        async def on_end():
            later.append((name, who.get()))

        socket.on("data", lambda _: later.append((name, who.get())))
        socket.on("end", on_end)
        socket.write(b"x", lambda _: later.append((name, who.get())))

    # The server is made where nothing is set: its own context has no value at all.
    empty = contextvars.Context()
    server = empty.run(netserve.create_server, on_connection)
    server.listen(**transport.listen_options())
    await server.wait_listening()
    try:
        for _ in range(3):
            client = await netserve.open_connection(**transport.connect_options(server))
            client.end(b"x")
            assert await client.read() == b"x"
            await client.wait_closed()
    finally:
        closed = once(server, "close")
        server.close(timeout=0)
        await closed
    assert began == [None, None, None]
    assert [name for name, _ in later] == [found for _, found in later]
    assert {name for name, _ in later} == {"client 1", "client 2", "client 3"}


async def test_a_callback_runs_in_the_context_that_its_socket_was_made_in(transport):
    async with serving(transport, lambda socket: socket.resume()) as server:
        found = asyncio.get_running_loop().create_future()

        def connect():
            socket = netserve.create_connection(**transport.connect_options(server))
            who.set("this client")
            socket.resume()
            socket.end(b"x", "utf-8", lambda *_: found.set_result(who.get()))
            return socket

        # A copy of an empty context is taken: what is set behind it is not in it.
        client = contextvars.Context().run(connect)
        assert await found is None
        await client.wait_closed()
