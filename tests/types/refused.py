"""What type checkers must refuse: each line that ends in the comment `error`, and no other.

See tests/test_types.py.
"""

from __future__ import annotations

from typing import Any

import netserve
from netserve import cluster, process
from netserve.child_process import ChildProcess, fork


def takes_int(number: int) -> None: ...


async def takes_text(text: str) -> None: ...


def a_misspelt_event(
    socket: netserve.Socket,
    server: netserve.Server,
    child: ChildProcess,
    worker: cluster.Worker,
    supervisor: cluster.Supervisor,
    signal: netserve.AbortSignal,
) -> None:
    socket.on("dta", lambda chunk: None)  # error
    socket.once("Data", lambda chunk: None)  # error
    socket.off("errr", print)  # error
    socket.prepend_listener("ends", print)  # error
    socket.prepend_once_listener("connectionAttempt", print)  # error
    socket.emit("datas", b"")  # error
    server.on("conection", lambda socket: None)  # error
    child.on("mesage", lambda message, handle: None)  # error
    worker.once("exits", lambda code, signal: None)  # error
    supervisor.on("replace", lambda old, new: None)  # error
    signal.on("aborted", lambda: None)  # error
    process.on("msg", lambda message, handle: None)  # error
    cluster.on("forks", lambda worker: None)  # error
    cluster.off("forks", print)  # error
    process.emit("disconnected")  # error

    @server.on("connect")  # error
    def connected(socket: netserve.Socket) -> None: ...


def a_listener_of_other_arguments(
    socket: netserve.Socket,
    server: netserve.Server,
    child: ChildProcess,
    worker: cluster.Worker,
    signal: netserve.AbortSignal,
) -> None:
    socket.on("data", lambda: None)  # error
    socket.on("data", lambda chunk, more: None)  # error
    socket.on("data", takes_int)  # error
    socket.on("data", takes_text)  # error
    socket.on("end", takes_int)  # error
    socket.on("close", lambda: None)  # error
    socket.off("close", takes_text)  # error
    socket.prepend_listener("connection_attempt", lambda ip, port: None)  # error
    socket.set_encoding("utf-8").on("data", takes_int)  # error
    server.on("connection", takes_int)  # error
    server.once("connection", lambda: None)  # error
    server.on("listening", lambda server: None)  # error
    child.on("message", lambda message: None)  # error
    child.on("exit", takes_int)  # error
    worker.on("listening", lambda: None)  # error
    signal.on("abort", lambda reason: None)  # error
    process.on("message", lambda message: None)  # error
    process.prepend_listener("disconnect", takes_int)  # error
    cluster.on("exit", lambda worker, code: None)  # error
    cluster.once("fork", takes_int)  # error
    socket.on("new_listener", lambda event: None)  # error
    socket.on("error", takes_int)  # error
    socket.on("error", lambda error: error.no_such_attribute)  # error
    socket.prepend_listener("data")  # error
    socket.emit("error", "no exception")  # error
    socket.emit("data", "text")  # error
    socket.emit("data")  # error
    socket.emit("end", 1)  # error
    server.emit("connection", server)  # error
    socket.on("data", 5)  # error

    @socket.on("data")  # error
    def number(chunk: int) -> None: ...

    @server.once("listening")  # error
    async def listening(server: netserve.Server) -> None: ...


async def what_is_waited_for(socket: netserve.Socket, server: netserve.Server) -> None:
    await netserve.once(socket, "dta")  # error
    await netserve.once(server, "data")  # error
    await netserve.once(process, "data")  # error
    await netserve.once(cluster, "msg")  # error
    netserve.on(server, "conection")  # error
    netserve.on(server, "connection", closes=["close"])  # error
    chunk: str = await socket.readline()  # error
    text: bytes = await socket.set_encoding("utf-8").read()  # error
    (number,) = await netserve.once(server, "connection")
    takes_int(number)  # error
    async for part in socket:
        takes_int(part)  # error
    await takes_text(await socket.read())  # error
    print(chunk, text)


async def options() -> None:
    netserve.create_server(print, allow_halfopen=True)  # error
    netserve.create_server(print, no_delay="yes")  # error
    netserve.create_server(lambda: None)  # error
    netserve.create_server(takes_int)  # error
    netserve.Server(takes_int)  # error
    netserve.Server(keepalive=True)  # error
    netserve.Server(keep_alive_initial_delay="1")  # error
    netserve.create_server(user_timeout="1")  # error
    netserve.Socket().destroy_soon(timeout="1")  # error
    await netserve.start_server(print, prot=0)  # error
    await netserve.start_server(print, port=0, hots="127.0.0.1")  # error
    await netserve.start_server(print, port=0, backlog="many")  # error
    await netserve.start_server(lambda socket, more: None, port=0)  # error
    await netserve.start_server(takes_int, port=0)  # error
    netserve.Server().listen(0, back_log=5)  # error
    netserve.Server().listen(port=[80])  # error
    netserve.Server().listen(0, signal=5)  # error
    netserve.Server().broadcast(b"news", slow="skip")  # error
    netserve.Server().broadcast(5)  # error
    await netserve.pipeline(netserve.Socket(), print)  # error
    netserve.create_connection(8124, nodelay=True)  # error
    netserve.create_connection(8124, timeout="1")  # error
    netserve.connect(8124, famly=4)  # error
    netserve.connect(8124, family="4")  # error
    netserve.connect(8124, "localhost", takes_int)  # error
    await netserve.open_connection(8124, timeot=1)  # error
    await netserve.open_connection(8124, local_port="80")  # error
    netserve.Socket(allow_halfopen=True)  # error
    netserve.Socket(fd="3")  # error
    netserve.Socket().connect(8124, locl_address="127.0.0.1")  # error
    netserve.Socket().connect(8124, auto_select_family=1.5)  # error
    fork("worker.py", silnt=True)  # error
    fork("worker.py", kill_signal=1.5)  # error
    fork("worker.py", serialization="yaml")  # error
    fork("worker.py", message_limit="1 MiB")  # error
    cluster.setup_primary(execute="worker.py")  # error
    cluster.setup_primary(silent="yes")  # error
    netserve.OnRead(bytearray(5), lambda nread: None)  # error


def what_is_written(socket: netserve.Socket) -> None:
    socket.write(5)  # error
    socket.write(None)  # error
    socket.write(["a", "list"])  # error
    socket.write("text", encodin="utf-8")  # error
    socket.write("text", encoding=5)  # error
    socket.end(5)  # error
    socket.set_timeout("5")  # error
    socket.pause("now")  # error
    socket.no_such_method()  # error


def emitters(chat: netserve.EventEmitter, arguments: dict[str, Any]) -> None:
    chat.on(5, print)  # error
    chat.on("said", 5)  # error
    print(process.conected)  # error
    print(arguments)
