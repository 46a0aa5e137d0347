"""A chat room: the first line is your name, the others go to everyone else.

Run:  netserve serve examples.chat:on_connection
Try:  netserve connect 8124   (in two terminals)
"""

from __future__ import annotations

import netserve

members: dict[netserve.Socket, str] = {}


async def on_connection(socket: netserve.Socket) -> None:
    """One member, from the name to the last line."""
    async with socket:
        socket.write("Your name? ")
        name = (await socket.readline()).decode(errors="replace").strip()
        if not name:
            return
        members[socket] = name
        try:
            await take_part(socket, name)
        finally:
            del members[socket]
            tell_others(socket, f"* {name} left\n")


async def take_part(socket: netserve.Socket, name: str) -> None:
    """Passes on every line until the member ends or its connection breaks."""
    socket.write(f"* here: {', '.join(members.values())}\n")
    tell_others(socket, f"* {name} came\n")
    try:
        while line := await socket.readline():
            tell_others(socket, f"{name}: {line.decode(errors='replace').rstrip()}\n")
    except ConnectionError:
        pass  # a member that vanished has left, like any other


def tell_others(sender: netserve.Socket, text: str) -> None:
    """Writes to every member but the sender."""
    for member in members:
        if member is not sender:
            member.write(text)


if __name__ == "__main__":
    netserve.create_server(on_connection).listen(8124, "127.0.0.1")
    netserve.run()
