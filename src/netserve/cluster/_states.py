"""The states of a worker's place at its primary's, and the steps between them."""

from __future__ import annotations

from enum import IntEnum

from .._states import Step, Tables


class Listed(IntEnum):
    """How far a worker's server has come with its primary."""

    ASKED = 0  # the primary was asked to listen: the program stays alive
    ANSWERED = 1  # it listens, or has refused, or can't answer any more
    RELEASED = 2  # the server wants it no more, and the primary was told


ANSWER = Step("answer", {Listed.ASKED: Listed.ANSWERED})
RELEASE = Step("release", {Listed.ANSWERED: Listed.RELEASED})

# By the name of the word that they advance; the documentation draws these.
TABLES: Tables = {"listed": (Listed, (ANSWER, RELEASE))}

ASKED, ANSWERED, RELEASED = Listed
