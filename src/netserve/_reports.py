"""What logs and exception handlers are told, and how often.

Most of it a peer can cause, as often as it likes: a reset, a listener that can't do with what was
sent, a connection too many. So a log gets one line a second for each reason, and the next one says
how many were left out. A program's own exception handler is told of everything: it may count.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
import traceback
from collections.abc import Callable, Hashable
from types import TracebackType

from ._errors import code_of, is_destroyed_error
from ._shown import described, is_plain

log = logging.getLogger("netserve")

# Seconds between two lines about the same.
PAUSE = 1.0
# So many reasons are remembered; a program has a few dozen.
MOST_REASONS = 1000

# The errors of these say that a connection broke: where in our code that was noticed helps nobody.
BREAKS = ("read", "write", "shutdown")


class Reports:
    """What one event loop's objects have to tell."""

    __slots__ = ("_clock", "_told")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # When each reason was told of last, and how many times it was not since.
        self._told: dict[Hashable, tuple[float, int]] = {}

    def admit(self, reason: Hashable) -> int | None:
        """Whether a reason may be told of now: how many times it was left out, or `None`."""
        now = self._clock()
        last, left_out = self._told.get(reason, (-math.inf, 0))
        if now - last < PAUSE:
            self._told[reason] = last, left_out + 1
            return None
        if len(self._told) >= MOST_REASONS:
            self._told = {each: told for each, told in self._told.items() if now - told[0] < PAUSE}
        self._told[reason] = now, 0
        return left_out

    def warn(self, text: str, *args: object) -> None:
        """Logs a warning about something that others can cause. `text` is its reason."""
        left_out = self.admit(text)
        if left_out is not None:
            log.warning(text + _more(left_out), *args)

    def tell(
        self,
        loop: asyncio.AbstractEventLoop,
        what: str,
        error: BaseException,
        source: object = None,
        who: str = "",
    ) -> None:
        """Gives an exception to the loop's exception handler. `who` says whose it is.

        Where that is the loop's own, which writes to a log, the message is all of a broken
        connection, and other exceptions have their traceback.
        """
        message = f"netserve: {' '.join(filter(None, (what, who)))}: {described(error)}"
        context: dict[str, object] = {"message": message, "exception": error}
        if source is not None:
            context["netserve_source"] = source
        if loop.get_exception_handler() is None:
            line = None if _is_break(error) else _line(error.__traceback__)
            left_out = self.admit((what, type(error), code_of(error), line))
            if left_out is None:
                return
            context = _for_a_log(message + _more(left_out), error)
        loop.call_exception_handler(context)


def _more(left_out: int) -> str:
    return f" (and {left_out} more since the last such line)" if left_out else ""


def _for_a_log(message: str, error: BaseException) -> dict[str, object]:
    """What a handler that only logs is given: a line, and a traceback where one is of use.

    A traceback ends with what the exception says, as it is: so where that is no plain line, only
    the frames are logged.
    """
    if _is_break(error):
        return {"message": message}
    if all(is_plain(described(each)) and is_plain(_text(each)) for each in _chain(error)):
        return {"message": message, "exception": error}
    frames = "".join(traceback.format_tb(error.__traceback__))
    return {"message": f"{message}\nTraceback (most recent call last):\n{frames}".rstrip()}


def _is_break(error: BaseException) -> bool:
    """Whether it says that a connection broke, or was destroyed, wherever it was raised."""
    if is_destroyed_error(error):
        return True
    return isinstance(error, OSError) and getattr(error, "syscall", None) in BREAKS


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def _chain(error: BaseException | None) -> list[BaseException]:
    """An exception, and those that it came from."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _line(trace: TracebackType | None) -> tuple[str, int] | None:
    """Where an exception was raised."""
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno
