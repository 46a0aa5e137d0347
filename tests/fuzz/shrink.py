"""Makes a program that differs smaller, as long as it still differs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

from .generate import Program

# How often a smaller program must differ when it is played alone: beside others, chance plays too.
AGAIN = 2


def shrink(program: Program, differs: Callable[[list[Program]], list[bool]]) -> Program:
    """The smallest program that taking one thing after another away leads to.

    `differs` says of each of many programs whether it still does.
    """

    def alone(one: Program) -> bool:
        return differs([one])[0]

    while True:
        smaller = list(without_one(program))
        for number, candidate in enumerate(smaller):
            candidate["seed"] = number
        kept = [one for one, still in zip(smaller, differs(smaller), strict=True) if still]
        sure = (one for one in sorted(kept, key=size) if all(map(alone, [one] * AGAIN)))
        if (found := next(sure, None)) is None:
            return program
        program = found


def without_one(program: Program) -> Iterator[Program]:
    """The program without one of its steps, operations, reactions or peculiarities."""
    for number in range(len(program["steps"])):
        smaller = copy.deepcopy(program)
        del smaller["steps"][number]
        yield smaller
        for operation in range(len(program["steps"][number])):
            if len(program["steps"][number]) > 1:
                smaller = copy.deepcopy(program)
                del smaller["steps"][number][operation]
                yield smaller
    for actor, reactions in program["on"].items():
        for event in reactions:
            smaller = copy.deepcopy(program)
            del smaller["on"][actor][event]
            yield smaller
    if program["deaf"]:
        yield {**copy.deepcopy(program), "deaf": []}


def size(program: Program) -> int:
    """How much there is to read."""
    reactions = sum(len(events) for events in program["on"].values())
    return len(program["steps"]) + sum(map(len, program["steps"])) + reactions
