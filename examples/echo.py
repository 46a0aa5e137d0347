"""Echo: what a client sends comes back.

Run:  netserve serve examples.echo:on_connection
Try:  netserve connect 8124
"""

from __future__ import annotations

import netserve


def on_connection(socket: netserve.Socket) -> None:
    """Pipes the socket into itself; a slow reader slows its own sending down, nobody else's."""
    socket.pipe(socket)


if __name__ == "__main__":
    netserve.create_server(on_connection).listen(8124, "127.0.0.1")
    netserve.run()
