"""Sockets and messages arrive in the order in which they were sent, each with its own message."""

import netserve
from netserve import process
from tests.conformance.scenario import (
    collect,
    once,
    play_parts,
    port_of,
    serve,
    start_part,
    trace,
    watch,
)


async def parent() -> None:
    server = await serve(pause_on_connect=True)
    child = start_part("child")
    watch(child, "parent", "exit")
    clients: list[netserve.Socket] = []
    for number in range(20):
        connection = once(server, "connection")
        client = netserve.create_connection(port_of(server), "127.0.0.1")
        (peer,) = await connection
        child.send(number, peer)
        child.send(f"after {number}")
        clients.append(client)
    child.send("over")
    for number, client in enumerate(clients):
        collect(client, f"client {number}")
    server.close(lambda *_: trace("server", "closed"))


def child() -> None:
    def on_message(message: object, socket: netserve.Socket | None) -> None:
        if socket:
            socket.end(f"number {message}")
        if message == "over":
            process.disconnect()

    watch(process, "child", "message")
    process.on("message", on_message)


play_parts(parent=parent, child=child)
