"""The states of a channel, and the steps between them."""

from __future__ import annotations

from enum import IntEnum

from ..._states import Step, Tables


class Exchange(IntEnum):
    """What a channel to another process still carries."""

    OPEN = 0  # messages both ways
    LEAVING = 1  # `disconnect()` was called: what was sent leaves, and nothing more is taken
    CLOSED = 2  # nothing: either side has ended


FINISH = Step("finish", {Exchange.OPEN: Exchange.LEAVING})
LOSE = Step("lose", {Exchange.OPEN: Exchange.CLOSED, Exchange.LEAVING: Exchange.CLOSED})

# By the name of the word that they advance; the documentation draws these.
TABLES: Tables = {"channel": (Exchange, (FINISH, LOSE))}

OPEN, LEAVING, CLOSED = Exchange
