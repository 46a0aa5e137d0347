"""`Control`: what a program sees of its channel."""

from __future__ import annotations

from ..._core import Channel


class Control:
    """Whether the channel keeps the program alive. Node: `process`, "process.channel"."""

    def __init__(self, core: Channel) -> None:
        self._core = core
        self._explicit = False

    def ref(self) -> None:
        """Lets the open channel keep the program alive. Node: "channel.ref()"."""
        self._explicit = True
        self._core.set_ref(True)

    def unref(self) -> None:
        """Lets the program end in spite of the channel. Node: "channel.unref()"."""
        self._explicit = True
        self._core.set_ref(False)

    def _suggest(self, referenced: bool) -> None:
        if not self._explicit:
            self._core.set_ref(referenced)

    def fileno(self) -> int:
        """The descriptor's number, or -1 once the channel is closed."""
        return self._core.fileno()
