"""An address where an attempt to connect hears nothing: it is neither accepted nor refused.

Linux drops what asks for a connection to a listening socket whose queue is full, so the attempt
hangs, on the loopback as it would out in the world.
"""

import contextlib
import socket
import sys
from collections.abc import Iterator

# Of the loopback's many addresses, one that no other test uses.
SILENT = "127.0.0.9"


@contextlib.contextmanager
def silent_address() -> Iterator[int]:
    """A port of `SILENT` that answers nothing; 0 where the loopback has but one address.

    At other addresses the port is free.
    """
    if sys.platform != "linux":
        yield 0
        return
    with contextlib.ExitStack() as opened:
        listener = opened.enter_context(socket.socket())
        listener.bind((SILENT, 0))
        listener.listen(0)
        for _ in range(3):  # a queue of 0 holds one; what comes after that is dropped
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
