"""What two processes say to each other: the channel that Node speaks, message by message.

wire            messages as bytes, and back
messages        what the channel's own messages say
parcel          handles: what goes along with a message, and what becomes of it there
remote_counts   connections of a server that another process has now
link            what leaves on a channel
peer            `Peer`: the other process, as an emitter with `send()`; all the rest comes together
"""

from __future__ import annotations

from .control import Control
from .link import Link
from .peer import BROKEN_CHANNEL, ClusterSide, Peer
from .wire import SERIALIZATIONS

__all__ = ["BROKEN_CHANNEL", "SERIALIZATIONS", "ClusterSide", "Control", "Link", "Peer"]
