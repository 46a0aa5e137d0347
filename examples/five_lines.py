"""The five-line server of the README.

Run:  python examples/five_lines.py
Try:  netserve connect 8124
"""

from __future__ import annotations

import netserve


def on_connection(socket: netserve.Socket) -> None:
    """Sends back what comes in."""
    socket.pipe(socket)


if __name__ == "__main__":
    netserve.create_server(on_connection).listen(8124, "127.0.0.1")
    netserve.run()
