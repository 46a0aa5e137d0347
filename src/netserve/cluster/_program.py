"""Which program this is, so that it can be started again."""

from __future__ import annotations

import sys


def _parts() -> tuple[list[str], list[str], list[str]]:
    # What comes before the program's own arguments: flags, then what names the program.
    front = sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]
    named_by_flag = len(front) > 1 and front[-2] in ("-m", "-c")
    at = len(front) - (2 if named_by_flag else 1)
    return front[:at], front[at:], sys.argv[1:]


# As it was started: a program may change `sys.argv` later.
EXEC_ARGS, PROGRAM, ARGS = _parts()
EXEC = sys.argv[0] if sys.argv else ""
