"""`Control`: what a program sees of its channel."""

from __future__ import annotations

from .link import Link


class Control:
    """Whether the channel keeps the program alive. Node: `process`, "process.channel"."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def ref(self) -> None:
        """Lets the open channel keep the program alive. Node: "channel.ref()"."""
        self._link.set_ref(True)

    def unref(self) -> None:
        """Lets the program end in spite of the channel. Node: "channel.unref()"."""
        self._link.set_ref(False)

    def fileno(self) -> int:
        """The descriptor's number, or -1 once the channel is closed."""
        return self._link.core.fileno()
