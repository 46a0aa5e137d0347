"""What two processes say to each other: the channel that Node speaks, message by message.

_wire      messages as bytes, and back
_parcel    handles: what goes along with a message, and what becomes of it there
_tally     connections of a server that another process has now
_peer      `Peer`: the other process, as an emitter with `send()`; all the rest comes together
"""

from __future__ import annotations

from .control import Control
from .peer import BROKEN_CHANNEL, Peer
from .wire import SERIALIZATIONS

__all__ = ["BROKEN_CHANNEL", "SERIALIZATIONS", "Control", "Peer"]
