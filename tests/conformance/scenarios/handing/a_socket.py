"""A socket that is sent goes on in the child, with the bytes that nobody had read."""

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
    connection = once(server, "connection")
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    client.write("early, ")
    collect(client, "client")
    watch(client, "client", "end", "close")
    (peer,) = await connection
    child = start_part("child")
    watch(child, "parent", "message", "exit")
    child.send("take", peer, callback=lambda error: trace("parent", "sent", error))
    await once(child, "message")
    client.end("late")
    server.close(lambda *_: trace("server", "closed"))


def child() -> None:
    def on_message(message: str, socket: netserve.Socket) -> None:
        trace("child", "message", message, socket)
        trace("child", "state", socket.ready_state, socket.remote_address, socket.server)
        heard: list[str] = []
        socket.set_encoding("utf-8")
        socket.on("data", heard.append)
        socket.on("end", lambda: socket.end(f"heard {''.join(heard)}"))
        watch(socket, "child", "end", "close")
        process.send("ready")

    process.once("message", on_message)


play_parts(parent=parent, child=child)
