"""What a child sends just before it exits or is killed arrives, and comes before 'exit'."""

import os
import signal
import sys

from netserve import process
from tests.conformance.scenario import once, play_parts, start_part, watch


async def parent() -> None:
    quitter = start_part("quitter")
    watch(quitter, "parent", "message", "disconnect", "exit", "close")
    await once(quitter, "close")
    victim = start_part("victim")
    watch(victim, "parent", "message", "disconnect", "exit", "close")


def quitter() -> None:
    for number in (1, 2, 3):
        process.send(number)
    sys.exit(4)


def victim() -> None:
    for number in (1, 2, 3):
        process.send(number)
    os.kill(os.getpid(), signal.SIGKILL)


play_parts(parent=parent, quitter=quitter, victim=victim)
