"""A socket that was destroyed, or sent before, has nothing to send: the message goes alone."""

import netserve
from netserve import process
from tests.conformance.scenario import once, play_parts, port_of, serve, start_part, trace, watch


async def parent() -> None:
    server = await serve(pause_on_connect=True)
    connection = once(server, "connection")
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    client.resume()
    (peer,) = await connection
    child = start_part("child")
    child.send("first", peer)
    child.send("second", peer)
    child.send("never connected", netserve.Socket())
    destroyed = netserve.create_connection(port_of(server), "127.0.0.1")
    destroyed.destroy()
    child.send("destroyed", destroyed)
    child.send("over")
    server.close(lambda *_: trace("server", "closed"))


def child() -> None:
    def on_message(message: str, socket: netserve.Socket | None) -> None:
        if socket:
            socket.end()
        if message == "over":
            process.disconnect()

    watch(process, "child", "message")
    process.on("message", on_message)


play_parts(parent=parent, child=child)
