"""What the command line prints. Whoever reads it may have left: its clients matter more."""

from __future__ import annotations

import contextlib
import os
import sys

from rich.console import Console
from rich.text import Text

__all__ = ["say", "settle"]

console = Console(highlight=False, soft_wrap=True)


def say(what: str, text: str) -> None:
    """Prints one line, if it can be printed."""
    with console.capture() as captured:
        # Written as `Text`, so an address in brackets is not taken for markup.
        console.print(Text.assemble((what, "bold"), " ", text))
    # A reader that has left, a terminal that is gone, a disk that is full.
    with contextlib.suppress(OSError, ValueError):
        console.file.write(captured.get())
        console.file.flush()


def settle() -> None:
    """Lets go of what could not be printed: Python would end with an error of its own over it."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), stream.fileno())
