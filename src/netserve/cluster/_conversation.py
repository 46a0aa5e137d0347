"""`Conversation`: a cluster's messages with one other process, and who waits for an answer."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Protocol

from .._core import Channel
from .._processes.ipc import Link
from .._processes.ipc.messages import ForCluster, Handle, Message
from .._processes.ipc.states import OPEN
from ._messages import (
    CLUSTER,
    Accepted,
    Answer,
    Fields,
    NewConnection,
    Open,
    Refused,
    ToPrimary,
    ToWorker,
    understand,
)

log = logging.getLogger("netserve")


class Writable(Protocol):
    """A message of a cluster's."""

    def write(self) -> Fields:
        """What it says besides `cmd` and `seq`."""


class Conversation:
    """The cluster's side of a channel. Implements `ClusterSide`.

    `hear(message)` gets what is no answer and is not for the core.
    """

    def __init__(self, hear: Callable[[ToPrimary | ToWorker], None]) -> None:
        # None until the channel is open: a program that can't be started never has one.
        self.link: Link | None = None
        self._hear = hear
        self._askers: dict[int, Callable[[Answer], None]] = {}

    @property
    def is_open(self) -> bool:
        """Whether anything can be said."""
        return self.link is not None and self.link.state is OPEN

    def say(self, message: Writable, fd: int | None = None) -> None:
        """Sends a message; `fd` goes along with it and is given away."""
        self._say(message, Channel.next_seq(), fd)

    def ask(self, message: Writable, answered: Callable[[Answer], None]) -> None:
        """Sends a message; `answered()` gets the answer, if one comes."""
        seq = Channel.next_seq()
        self._askers[seq] = answered
        self._say(message, seq, None)

    def _say(self, message: Writable, seq: int, fd: int | None) -> None:
        if self.link is not None:
            words = {"cmd": CLUSTER, **message.write(), "seq": seq}
            self.link.say(ForCluster(words) if fd is None else Handle("net.Native", words), fd)
        elif fd is not None:
            os.close(fd)

    # What the channel tells

    def pause(self) -> None:
        """Hears nothing until `resume()`."""
        if self.link is not None:
            self.link.core.pause()

    def resume(self) -> None:
        """Goes on after `pause()`."""
        if self.link is not None:
            self.link.core.resume()

    def opened(self, link: Link) -> None:
        """The channel is open."""
        self.link = link

    def hear(self, message: Message, fd: int | None) -> None:
        """A message came, and a descriptor with it, which is closed if the message takes none."""
        try:
            said = understand(message, fd)
        except Refused as refusal:
            if fd is not None:
                os.close(fd)
            # Another release may say what we don't know: that is no reason to break with it.
            log.debug("a cluster's message was ignored: %s", refusal)
            if refusal.answer is not None:
                self.say(refusal.answer)
            return
        answered = self._askers.pop(said.ack, None) if isinstance(said, Answer) else None
        if fd is not None and answered is None and not isinstance(said, NewConnection):
            os.close(fd)
        if isinstance(said, Answer):
            if answered is not None:
                answered(said)
        elif self.link is not None:
            self._pass_on(said, self.link.core)

    def _pass_on(self, said: ToPrimary | ToWorker, core: Channel) -> None:
        match said:
            # What the core answers by itself, unless it is spelt in an unusual way.
            case NewConnection():
                core.offer(said.key, said.seq, said.fd)
            case Accepted():
                core.dealt(said.ack, said.accepted, said.open)
            case Open():
                core.told(said.key, said.open)
            case _:
                self._hear(said)
