"""What type checkers must accept, and the types that they must find: see tests/test_types.py."""

from __future__ import annotations

import asyncio
import signal
import socket as system_socket
from collections.abc import Callable
from typing import Any, assert_type

import netserve
from netserve import cluster, process
from netserve.child_process import ChildProcess, fork


def on_connection(socket: netserve.Socket) -> None:
    assert_type(socket, netserve.Socket[bytes])
    assert_type(socket.on("data", lambda chunk: socket.write(chunk)), netserve.Socket[bytes])
    socket.on("end", socket.end).once("close", lambda had_error: print(had_error))
    socket.on("data", print).off("data", print)
    socket.prepend_listener("timeout", lambda: None).prepend_once_listener("drain", lambda: None)
    socket.on("lookup", lambda error, address, family, host: None)
    socket.on("connection_attempt", lambda ip, port, family: None)
    socket.on("connection_attempt_failed", lambda ip, port, family, error: None)
    socket.on("pipe", lambda source: source.pause())
    socket.on("new_listener", lambda event, listener: None)
    socket.emit("data", b"bytes")
    socket.emit("end")
    socket.emit("error", OSError())
    socket.write(b"bytes")
    socket.write(bytearray(b"bytes"))
    socket.write(memoryview(b"bytes"))
    socket.write("text", encoding="utf-8")
    socket.end("text")
    socket.end()

    @socket.on("error")
    def failed(error: BaseException) -> None: ...

    @socket.once("data")
    async def first(chunk: bytes) -> int:
        return len(chunk)

    @socket.on("remove_listener")
    def removed(event: str, listener: Callable[..., object]) -> None: ...


async def serve(socket: netserve.Socket) -> None:
    assert_type(await socket.read(), bytes)
    assert_type(await socket.read(5), bytes)
    assert_type(await socket.readexactly(5), bytes)
    assert_type(await socket.readline(), bytes)
    assert_type(await socket.readuntil(b"\0"), bytes)
    async for chunk in socket:
        assert_type(chunk, bytes)
    async with socket as same:
        assert_type(same, netserve.Socket[bytes])
    assert_type(await netserve.once(socket, "data"), tuple[bytes])
    assert_type(await netserve.once(socket, "end"), tuple[()])
    assert_type(await netserve.once(socket, "close"), tuple[bool])
    assert_type(await netserve.once(socket, "connection_attempt"), tuple[str, int, int])
    async for (error,) in netserve.on(socket, "error", close=["close"]):
        assert_type(error.code, str)


async def read_text(socket: netserve.Socket) -> None:
    text = socket.set_encoding("utf-8")
    assert_type(text, netserve.Socket[str])
    assert_type(await text.read(), str)
    assert_type(await text.readexactly(5), str)
    assert_type(await text.readline(), str)
    assert_type(await text.readuntil(), str)
    async for chunk in text:
        assert_type(chunk, str)
    assert_type(await netserve.once(text, "data"), tuple[str])
    text.on("data", lambda chunk: print(chunk.upper()))

    @text.on("data")
    def said(chunk: str) -> None: ...

    lines: list[str] = []
    text.on("data", lines.append)


async def servers() -> None:
    server = netserve.create_server(on_connection, allow_half_open=True, keep_alive=True)
    assert_type(server, netserve.Server)
    assert_type(server.listen(0, "127.0.0.1"), netserve.Server)
    server.listen("/tmp/a.sock", callback=lambda: None)
    server.listen(port=0, backlog=5, exclusive=True, signal=netserve.AbortSignal.timeout(1))
    server.listen(system_socket.socket())
    server.listen(fd=3)
    assert_type(server.on("connection", serve), netserve.Server)
    server.on("connection", on_connection).on("listening", lambda: None)
    server.on("drop", lambda info: None if info is None else print(info.remote_address))
    server.on("error", lambda error: print(error.code))
    assert_type(await netserve.once(server, "connection"), tuple[netserve.Socket])
    assert_type(await netserve.once(server, "listening"), tuple[()])
    async for (socket,) in netserve.on(server, "connection"):
        assert_type(socket, netserve.Socket[bytes])
    async for socket in server:
        assert_type(socket, netserve.Socket[bytes])
    async with server as same:
        assert_type(same, netserve.Server)
    assert_type(await server.get_connections(), int)
    assert_type(server.broadcast("news", slow="wait"), int)
    assert_type(server.get_connections(lambda error, count: None), netserve.Server)
    address = server.address()
    if isinstance(address, netserve.AddressInfo):
        assert_type(address.port, int)

    @server.on("connection")
    async def connected(socket: netserve.Socket) -> None: ...

    @server.once("listening")
    def listening() -> None: ...

    started = await netserve.start_server(serve, port=0, host="127.0.0.1", backlog=5)
    assert_type(started, netserve.Server)
    await netserve.start_server(path="/tmp/a.sock", keep_alive=True, readable_all=True)


async def clients() -> None:
    socket = netserve.create_connection(8124, "127.0.0.1", lambda: None, timeout=5.0)
    assert_type(socket, netserve.Socket[bytes])
    netserve.connect(port=8124, family=4, high_water_mark=1024, auto_select_family=False)
    netserve.create_connection("/tmp/a.sock", lambda: None)
    await netserve.pipeline(netserve.Socket(), netserve.Socket().set_encoding())
    opened = await netserve.open_connection(8124, no_delay=False, local_address="127.0.0.1")
    assert_type(opened, netserve.Socket[bytes])
    assert_type(opened.pipe(socket), netserve.Socket[bytes])
    assert_type(opened.set_encoding("latin-1").pipe(socket), netserve.Socket[bytes])
    made = netserve.Socket(high_water_mark=1024)
    assert_type(made.connect(8124, "localhost"), netserve.Socket[bytes])
    made.connect(8124, "localhost", lambda: None)
    made.connect(port=8124, lookup=look_up)
    netserve.Socket(handle=made, on_read=netserve.OnRead(bytearray(10), lambda nread, buffer: True))


async def look_up(host: str, options: dict[str, Any]) -> str:
    return "127.0.0.1"


def any_socket(thing: object) -> None:
    if isinstance(thing, netserve.Socket):
        thing.pause().resume().destroy()
    if isinstance(thing, netserve.EventEmitter):
        print(thing.event_names())


class Chat(netserve.EventEmitter):
    """Has events of its own: any."""


class Counting(netserve.Server):
    """Has those of a server."""

    counted = 0

    def count(self) -> None:
        self.on("connection", self.connected)

    def connected(self, socket: netserve.Socket) -> None:
        self.counted += 1


async def emitters() -> None:
    chat = Chat()
    assert_type(chat.on("said", print), Chat)
    chat.emit("said", "me", "hello")
    assert_type(await netserve.once(chat, "said"), tuple[Any, ...])

    @chat.on("said")
    def heard(who: str, what: str) -> None: ...

    heard("me", "hello")
    assert_type(Counting().on("close", lambda: None), Counting)
    each: list[netserve.EventEmitter] = [chat, Counting(), netserve.Socket(), process_of()]
    for emitter in each:
        emitter.on("anything", lambda *arguments: None)
    controller = netserve.AbortController()
    controller.signal.on("abort", lambda: None)
    assert_type(await netserve.once(controller.signal, "abort"), tuple[()])


def process_of() -> ChildProcess:
    child = fork(
        "worker.py", ["--quiet"], silent=True, serialization="advanced", message_limit=1 << 20
    )
    child.on("message", lambda message, handle: child.send(message, handle))
    child.on("exit", lambda code, sign: None).on("spawn", lambda: None)

    @child.on("message")
    def got(message: object, handle: netserve.Socket | None) -> None: ...

    @child.once("close")
    async def closed(code: int | None, sign: signal.Signals | None) -> None: ...

    if child.stdout is not None:
        child.stdout.set_encoding("utf-8").on("data", lambda text: print(text.upper()))
    return child


async def processes(child: ChildProcess) -> None:
    assert_type(await netserve.once(child, "exit"), tuple[int | None, signal.Signals | None])
    assert_type(await netserve.once(child, "spawn"), tuple[()])
    message, _handle = await netserve.once(process, "message")
    print(message)
    process.on("message", lambda message, handle: None)
    process.once("disconnect", lambda: None)
    async for message, _handle in netserve.on(process, "message", close=["disconnect"]):
        print(message)
    if process.connected:
        process.send({"ready": True})


async def clusters() -> None:
    cluster.setup_primary(exec="worker.py", args=["--port", "80"], silent=True)
    worker = cluster.fork({"NUMBER": "1"})
    assert_type(worker, cluster.Worker)
    worker.on("listening", lambda address: print(address.port))
    worker.on("message", lambda message, handle: worker.send(message))
    worker.on("exit", lambda code, sign: None).on("online", lambda: None)
    cluster.on("fork", lambda worker: print(worker.id))
    cluster.on("listening", lambda worker, address: print(worker.id, address.port))
    cluster.on("message", lambda worker, message, handle: None)
    cluster.on("setup", lambda settings: print(settings["exec"]))
    assert_type(await netserve.once(cluster, "online"), tuple[cluster.Worker])
    assert_type(await netserve.once(worker, "listening"), tuple[cluster.ListeningAddress])

    @cluster.on("exit")
    def gone(worker: cluster.Worker, code: int | None, sign: signal.Signals | None) -> None: ...

    supervisor = cluster.supervise(2)
    supervisor.on("replaced", lambda old, new: print(old.id, new.id))
    await supervisor.replace()


if __name__ == "__main__":
    asyncio.run(servers())
