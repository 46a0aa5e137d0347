"""Ports that nobody else takes, and an address where an attempt to connect hears nothing.

Linux drops what asks for a connection to a listening socket whose queue is full: such an attempt is
neither accepted nor refused, it hangs, on the loopback as it would out in the world.
"""

import contextlib
import random
import socket
import sys
from collections.abc import Iterator

# Of the loopback's many addresses, one that no other test uses.
SILENT = "127.0.0.9"

# Below those that systems hand out by themselves: a port that is free stays free.
FIRST_PORT, LAST_PORT = 20000, 32000


def quiet_port() -> int:
    """A port that is free at every address."""
    while True:
        port = random.randint(FIRST_PORT, LAST_PORT)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("", port))
            return port


@contextlib.contextmanager
def silent_address() -> Iterator[int]:
    """A port of `SILENT` that answers nothing; 0 where the loopback has but one address.

    At other addresses the port is free.
    """
    if sys.platform != "linux":
        yield 0
        return
    with socket.socket() as listener, socket.socket() as waiting:
        listener.bind((SILENT, quiet_port()))
        listener.listen(0)
        # A queue of 0 holds one. Blocking: when it returns, the place is taken.
        waiting.connect(listener.getsockname())
        yield listener.getsockname()[1]
