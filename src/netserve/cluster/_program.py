"""Which program this is, so that workers can be started as the same one.

`sys.orig_argv` is how Python was started, and nobody changes it; `sys.argv` belongs to the program,
which may add to it or take from it before it imports anything. So the program itself is read out of
the former, by the grammar of Python's own command line, and its arguments out of the latter, when
they are needed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

# Options of Python's command line whose value is the next argument, where it is not behind them.
ENDS_WITH_VALUE = "cm"
TAKES_VALUE = "WX"
LONG_WITH_VALUE = "--check-hash-based-pycs"


class Program(NamedTuple):
    """How a Python program was started, without the arguments that are its own."""

    # Options of Python's: `-X dev`, `-O`.
    flags: list[str]
    # What it runs: `["app.py"]`, `["-m", "package"]`, `["-c", "..."]`, `["-"]`; nothing when it is
    # Python's prompt.
    run: list[str]

    @property
    def name(self) -> str:
        """The script, module or `-c` that it is."""
        if not self.run:
            return ""
        return self.run[0] if self.run[0] == "-c" else self.run[-1]


def as_started() -> Program:
    """How this program was started."""
    return understand(sys.orig_argv[1:])


def arguments() -> list[str]:
    """The program's own arguments, as they are now."""
    return sys.argv[1:]


def understand(command: Sequence[str]) -> Program:
    """Takes what follows `python` on a command line apart."""
    flags: list[str] = []
    rest = list(command)
    while rest:
        word = rest.pop(0)
        if word == "-" or not word.startswith("-"):
            return Program(flags, [word])
        if word == "--":
            return Program([*flags, word], rest[:1])
        if word.startswith("--"):
            flags += [word, *_next(rest, word == LONG_WITH_VALUE)]
            continue
        at = next((at for at, letter in enumerate(word) if letter in _WITH_VALUE), None)
        if at is None:
            flags.append(word)
        elif word[at] in TAKES_VALUE:
            flags += [word, *_next(rest, at + 1 == len(word))]
        else:
            flags += [word[:at]] if at > 1 else []
            value = [word[at + 1 :]] if at + 1 < len(word) else rest[:1]
            return Program(flags, [f"-{word[at]}", *value])
    return Program(flags, [])


_WITH_VALUE = ENDS_WITH_VALUE + TAKES_VALUE


def _next(rest: list[str], wanted: bool) -> list[str]:
    return [rest.pop(0)] if wanted and rest else []
