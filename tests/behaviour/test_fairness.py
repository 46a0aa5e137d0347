"""Nobody starves: each connection has its share of a turn, and the event loop's others have theirs.

What is counted is what others were given between a small client's bytes and the listener that
hears of them. A listener here works for a millisecond, which is a whole share.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from statistics import median

import netserve
from netserve import Server, Socket
from tests.behaviour.clusters import family
from tests.behaviour.families import raw_channel

WORK = 0.001
UPLOADS = 3
PINGS = 20
BLOCK = bytes(1 << 20)
# A turn is over after five milliseconds. Two may follow each other: one that was asked for, and one
# because the descriptor is readable.
TURN_SHARES = 2 * 6


def work() -> None:
    """Keeps the program busy for one share."""
    end = time.perf_counter() + WORK
    while time.perf_counter() < end:
        pass


def press(client: socket.socket) -> None:
    """Gives the kernel as many bytes as it takes."""
    with contextlib.suppress(BlockingIOError):
        while True:
            client.send(BLOCK)


@contextlib.contextmanager
def dialled(server: Server, count: int = 1) -> Iterator[list[socket.socket]]:
    """Plain clients of a server's."""
    with contextlib.ExitStack() as closing:
        address = server.address()
        where = (address.address, address.port)
        clients = [socket.create_connection(where) for _ in range(count)]
        for client in clients:
            closing.enter_context(client).setblocking(False)
        yield clients


class Small:
    """A client that asks little, and how much others were given before each question was heard."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client
        self._asked: int | None = None
        self.given = 0
        self.waited: list[int] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def give(self) -> None:
        """Another share for somebody else, and a question where none is under way."""
        self.given += 1
        if self._asked is None and not self.done.done():
            self._asked = self.given
            self._client.send(b"ping")

    def heard(self, data: bytes) -> None:
        assert data == b"ping"
        assert self._asked is not None
        self.waited.append(self.given - self._asked)
        self._asked = None
        if len(self.waited) == PINGS:
            self.done.set_result(None)


@contextlib.asynccontextmanager
async def small_client() -> AsyncIterator[Small]:
    """A small client that is connected."""
    connected: asyncio.Future[Socket] = asyncio.get_running_loop().create_future()
    # `exclusive`: a worker has one of its own, too.
    async with await netserve.start_server(
        connected.set_result, port=0, host="127.0.0.1", exclusive=True
    ) as server:
        with dialled(server) as (client,):
            small = Small(client)
            (await connected).on("data", small.heard)
            yield small
            (await connected).destroy()


@contextlib.asynccontextmanager
async def sender() -> AsyncIterator[int]:
    """The port of a server that always has more to give."""
    served: list[Socket] = []

    def on_connection(socket: Socket) -> None:
        served.append(socket)
        socket.on("error", lambda error: None)
        socket.on("drain", lambda: socket.write(BLOCK))
        socket.write(BLOCK)

    async with await netserve.start_server(on_connection, port=0, host="127.0.0.1") as server:
        yield server.address().port
        for socket in served:
            socket.destroy()


@contextlib.asynccontextmanager
async def uploads(on_chunk: Callable[[], object]) -> AsyncIterator[None]:
    """Clients that always have more to give; `on_chunk` is called for each of their chunks."""
    served: list[Socket] = []

    def on_data(data: bytes) -> None:
        on_chunk()
        for client in clients:
            press(client)

    def on_connection(socket: Socket) -> None:
        served.append(socket)
        socket.on("data", on_data)
        socket.on("error", lambda error: None)

    async with await netserve.start_server(on_connection, port=0, host="127.0.0.1") as server:
        with dialled(server, UPLOADS) as clients:
            for client in clients:
                press(client)
            yield
            for socket in served:
                socket.destroy()


def assert_mostly_one_share(waited: list[int]) -> None:
    """One share of each upload at most, and mostly of one.

    An upload that was read empty is announced like the small client, and heard in the same order;
    one that comes back waits for whatever the kernel announces.
    """
    # Twice as much, because the kernel may bring a question a moment after it was sent.
    assert max(waited) <= 2 * UPLOADS
    assert median(waited) <= 1


async def test_a_small_client_waits_for_one_share_of_each_upload_and_mostly_of_one():
    async with small_client() as small:

        def on_chunk() -> None:
            work()
            small.give()

        began = time.monotonic()
        async with uploads(on_chunk):
            await small.done
    assert_mostly_one_share(small.waited)
    assert time.monotonic() - began < 10


async def test_a_small_client_waits_as_long_for_what_is_read_into_buffers_of_the_users():
    buffer = bytearray(1 << 16)
    async with small_client() as small, sender() as port:

        def on_read(count: int, into: object) -> None:
            work()
            small.give()

        readers = [
            netserve.create_connection(
                port=port, host="127.0.0.1", on_read=netserve.OnRead(buffer, on_read)
            )
            for _ in range(UPLOADS)
        ]
        await small.done
        for reader in readers:
            reader.destroy()
    assert_mostly_one_share(small.waited)


async def test_a_small_client_waits_for_one_share_of_each_upload_through_a_pipe():
    async with small_client() as small:
        upstreams: list[Socket] = []

        def on_sink(socket: Socket) -> None:
            upstreams.append(socket)
            socket.on("error", lambda error: None)
            socket.on("data", on_chunk)

        def on_chunk(data: bytes) -> None:
            small.give()
            for client in clients:
                press(client)

        def on_connection(socket: Socket) -> None:
            upstream = netserve.create_connection(sink.address().port, "127.0.0.1")
            for one in (socket, upstream):
                one.on("error", lambda error: None)
                upstreams.append(one)
            socket.pipe(upstream)

        async with (
            await netserve.start_server(on_sink, port=0, host="127.0.0.1") as sink,
            await netserve.start_server(on_connection, port=0, host="127.0.0.1") as server,
        ):
            with dialled(server, UPLOADS) as clients:
                for client in clients:
                    press(client)
                await small.done
                for socket in upstreams:
                    socket.destroy()
    # A share of a pipe is four full reads, and so is that of whoever reads behind it.
    assert max(small.waited) <= 8 * UPLOADS


async def test_other_users_of_the_loop_have_their_turn_while_uploads_press():
    loop = asyncio.get_running_loop()
    chunks, since = 0, 0
    waited: list[int] = []
    done = loop.create_future()

    def others() -> None:
        nonlocal since
        waited.append(chunks - since)
        since = chunks
        if chunks > 200:
            done.set_result(None)
        else:
            loop.call_soon(others)

    def on_chunk() -> None:
        nonlocal chunks
        chunks += 1
        work()

    async with uploads(on_chunk):
        loop.call_soon(others)
        await done
    assert max(waited) <= TURN_SHARES


async def test_a_small_client_waits_for_one_of_many_new_connections():
    async with small_client() as small:
        served = []

        def on_connection(socket: Socket) -> None:
            served.append(socket)
            work()
            small.give()

        server = await netserve.start_server(on_connection, port=0, host="127.0.0.1")
        async with server:
            with dialled(server, 100):
                await small.done
                for socket in served:
                    socket.destroy()
    assert max(small.waited) <= 2


async def test_a_small_client_waits_for_few_of_the_connections_that_come_and_go():
    """Without work, a share of time has room for many of them."""
    async with small_client() as small:

        def on_connection(socket: Socket) -> None:
            # The small client is no newcomer any more.
            if len(seen) >= 300:
                small.give()
            seen.append(socket)
            dial()

        def dial() -> None:
            client = socket.create_connection(where)
            client.close()

        seen: list[Socket] = []
        async with await netserve.start_server(on_connection, port=0, host="127.0.0.1") as server:
            where = (server.address().address, server.address().port)
            for _ in range(128):
                dial()
            await small.done
            for one in seen:
                one.destroy()
    # The first question is heard while connections are still taken in batches.
    assert max(small.waited[1:]) <= 3


async def test_a_small_client_of_a_worker_waits_for_one_of_the_connections_dealt_to_it():
    async with family(exec="tests.behaviour.children.crowded") as cluster:
        port = await cluster.serving()
        with contextlib.ExitStack() as closing:
            for _ in range(100):
                closing.enter_context(socket.create_connection(("127.0.0.1", port)))
            (worker,) = cluster.all
            waited = (await cluster.hear(worker, "waited"))[1]
    assert max(waited) <= 2


async def test_a_small_client_waits_for_one_of_many_messages_and_all_of_them_come():
    async with small_client() as small, raw_channel() as (peer, theirs):
        numbers: list[int] = []
        everything = asyncio.get_running_loop().create_future()

        def on_message(number: int, handle: object) -> None:
            numbers.append(number)
            work()
            small.give()
            if number == 99:
                everything.set_result(None)

        peer.on("message", on_message)
        theirs.sendall(b"".join(json.dumps(number).encode() + b"\n" for number in range(100)))
        await everything
        await small.done
    assert numbers == list(range(100))
    assert max(small.waited) <= 2


async def test_a_small_client_waits_for_one_share_of_each_echo():
    async with small_client() as small:
        clients: list[socket.socket] = []

        def on_connection(socket: Socket) -> None:
            def echo(data: bytes) -> None:
                work()
                small.give()
                clients[0].send(data)  # asks again before the echo is back
                socket.write(data)

            socket.on("data", echo)
            served.append(socket)

        served: list[Socket] = []
        async with await netserve.start_server(on_connection, port=0, host="127.0.0.1") as server:
            with dialled(server, 8) as clients:
                for client in clients:
                    client.send(b"x" * 64)
                await small.done
                for socket in served:
                    socket.destroy()
    assert max(small.waited) <= 2 * 8


async def test_all_that_a_child_said_is_heard_before_its_exit(tmp_path):
    program = tmp_path / "talks.py"
    program.write_text(
        "import netserve\nfrom netserve import process\nfor number in range(100):\n"
        "    process.send(number)\nprocess.disconnect()\nnetserve.run()\n"
    )
    heard: list[int] = []
    child = netserve.child_process.fork(program)

    def on_message(number: int, handle: object) -> None:
        heard.append(number)
        work()

    child.on("message", on_message)
    code, _ = await netserve.once(child, "exit")
    assert (code, heard) == (0, list(range(100)))


async def test_everything_that_a_listener_could_not_take_in_its_share_still_comes():
    received = bytearray()
    sent = bytes(range(256)) * 4096 * 4

    def on_connection(socket: Socket) -> None:
        def on_data(data: bytes) -> None:
            received.extend(data)
            work()

        socket.on("data", on_data)
        socket.on("end", over.set)

    over = asyncio.Event()
    async with await netserve.start_server(on_connection, port=0, host="127.0.0.1") as server:
        client = await netserve.open_connection(server.address().port, "127.0.0.1")
        client.end(sent)
        await over.wait()
        client.destroy()
    assert received == sent
