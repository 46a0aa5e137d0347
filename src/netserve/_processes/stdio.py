"""What a program that is started has for its descriptors, and what we have at their other ends."""

from __future__ import annotations

import os
import socket as _socket
from collections.abc import Iterable, Mapping

from .._arguments import is_int
from .._descriptors.kinds import STANDARD
from .._errors import ArgumentValueError, shown, wrong_type

CHANNEL = "ipc"

# A word, or a descriptor of ours.
Kind = str | int


def understand(stdio: object, *, silent: bool) -> list[Kind]:
    """What each descriptor of the program is: a word, or a descriptor of ours."""
    if stdio is None:
        stdio = "pipe" if silent else "inherit"
    if isinstance(stdio, str):
        if stdio not in ("pipe", "inherit", "ignore"):
            raise ArgumentValueError(
                f"stdio must be 'pipe', 'inherit', 'ignore' or a list, not {shown(stdio)}"
            )
        return [*[stdio] * STANDARD, CHANNEL]
    if not isinstance(stdio, Iterable) or isinstance(stdio, (bytes, bytearray, Mapping)):
        raise wrong_type("stdio", "a str or a list", stdio)
    kinds = [_kind(kind, place) for place, kind in enumerate(stdio)]
    kinds += ["inherit"] * (STANDARD - len(kinds))
    if kinds.count(CHANNEL) != 1:
        code = "ERR_IPC_ONE_PIPE" if kinds.count(CHANNEL) else "ERR_CHILD_PROCESS_IPC_REQUIRED"
        raise ArgumentValueError("stdio must have 'ipc' in it, once", code)
    return kinds


def _kind(kind: object, place: int) -> Kind:
    if kind is None:
        return "pipe" if place < STANDARD else "ignore"
    if kind in ("pipe", "inherit", "ignore", CHANNEL):
        return kind
    fd = kind
    fileno = getattr(kind, "fileno", None)
    if callable(fileno):
        try:
            fd = fileno()
        except Exception as error:
            message = f"stdio[{place}] has no open descriptor: {shown(kind)}"
            raise ArgumentValueError(message) from error
    if not is_int(fd) or not 0 <= fd < 2**31:
        allowed = "'pipe', 'inherit', 'ignore', 'ipc' or an open descriptor"
        raise ArgumentValueError(f"stdio[{place}] must be {allowed}, not {shown(kind)}")
    return fd


class Ends:
    """The descriptors that a program gets, and our ends of them."""

    def __init__(self, stdio: list[Kind]) -> None:
        """Opens them. Raises `OSError`; nothing is open then."""
        self.places: dict[int, int] = {}
        self.passed: list[int] = []
        self.ours: list[int | None] = []
        self.channel = -1
        self.number = -1
        self.inode = -1
        self._theirs: list[_socket.socket] = []
        try:
            self._open(stdio)
        except OSError:
            self.close_ours()
            self.close_theirs()
            raise

    def _open(self, stdio: list[Kind]) -> None:
        for place, kind in enumerate(stdio):
            self.ours.append(None)
            if kind == CHANNEL:
                self.channel, self.number = self._pair(place)
                self.inode = os.fstat(self.number).st_ino
            elif kind == "pipe":
                self.ours[place], _ = self._pair(place)
            elif kind == "inherit":
                self.places[place] = place
            elif isinstance(kind, int):
                self.places[place] = kind
        others = [place for place in self.places if place >= STANDARD]
        at = next(place for place, kind in enumerate(stdio) if kind == CHANNEL)
        if others == [at]:
            # Nothing else has to be in a place of its own: the channel keeps its number.
            self.passed = [self.places.pop(at)]
        else:
            self.number = at

    def _pair(self, place: int) -> tuple[int, int]:
        ours, theirs = _socket.socketpair()
        self._theirs.append(theirs)
        self.places[place] = theirs.fileno()
        return ours.detach(), theirs.fileno()

    def close_theirs(self) -> None:
        """The program has them now."""
        for end in self._theirs:
            end.close()

    def close_ours(self) -> None:
        """There is no program."""
        for end in (*self.ours, self.channel):
            if end is not None and end >= 0:
                os.close(end)
