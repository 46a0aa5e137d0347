"""A server that was closed emits 'close' when the last of its sockets has closed, here and in the
children.
"""

import netserve
from netserve import process
from tests.conformance.scenario import once, play_parts, port_of, serve, start_part, trace


async def parent() -> None:
    server = await serve(pause_on_connect=True)
    children = [start_part("child"), start_part("child")]
    for child in children:
        connection = once(server, "connection")
        netserve.create_connection(port_of(server), "127.0.0.1").resume()
        (peer,) = await connection
        child.send("take", peer)
        await once(child, "message")
    server.close(lambda *_: trace("parent", "closed"))
    for child in children:
        trace("parent", "let go")
        child.send("let go")
        await once(child, "exit")


def child() -> None:
    def on_message(_message: str, socket: netserve.Socket) -> None:
        def let_go(*_: object) -> None:
            socket.destroy()
            process.disconnect()

        process.once("message", let_go)
        process.send("taken")

    process.once("message", on_message)


play_parts(parent=parent, child=child)
