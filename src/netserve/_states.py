"""States as tables: what may follow what, and one way to take a step.

A kind of state is an `IntEnum`, and a step is a table of its own: what it leads to, from each state
that has it. Looking a state up in a step takes the step:

    life = DESTROY[life]

A step that its table does not have is a mistake of ours. It changes nothing and is logged as
critical, which fails a test; in Python's development mode it raises.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, TypeVar

S = TypeVar("S", bound=IntEnum)

log = logging.getLogger("netserve")


class IllegalStep(AssertionError):
    """A step was taken from a state that does not have it: a mistake in netserve."""


class Step(dict[S, S]):
    """One step of a table: where it leads to, from each state that has it."""

    __slots__ = ("name",)

    def __init__(self, name: str, leads: Mapping[S, S]) -> None:
        super().__init__(leads)
        self.name = name

    def __missing__(self, state: S) -> S:
        kind = type(state).__name__.lower()
        text = f"a mistake in netserve: {self.name!r} is no step of {kind} {state.name.lower()!r}"
        if sys.flags.dev_mode:
            raise IllegalStep(text)
        log.critical("%s", text, stack_info=True)
        return state


# The steps of several kinds of state, by the kind's name; those of one kind are of one type.
Tables = Mapping[str, tuple[type[IntEnum], tuple[Step[Any], ...]]]
