"""The channel's own messages: what `cmd` says, as a value, and the other way round.

Both processes send them beside what programs say, and no `message` listener ever sees one. What is
not understood here Node ignores, and so does netserve: `understand()` answers `None`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeGuard

PREFIX = "NODE_"

# No process has more; what says that it has is taken for this.
MOST_CONNECTIONS = 2**31 - 1

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hello:
    """What netserve says first on a channel. Node ignores it; netserve knows by it who is there."""

    version: int = 1

    def write(self) -> Message:
        """The message as it is sent."""
        return {"cmd": "NODE_NETSERVE", "version": self.version}


@dataclass(frozen=True, slots=True)
class Handle:
    """A message that a descriptor goes with. It is answered by exactly one `Answer`."""

    # One of Node's words: "net.Server", "net.Socket", ...
    kind: str
    # What the program says, or a message for the channel itself.
    message: object
    # What both processes call the connections of the server that accepted this one.
    key: str | None = None
    # Beyond Node: what was read of a connection and not taken, in base64.
    waiting: str | None = None

    def write(self) -> Message:
        """The message as it is sent."""
        about = {"key": self.key, "waiting": self.waiting}
        known = {name: value for name, value in about.items() if value is not None}
        return {"cmd": "NODE_HANDLE", "type": self.kind, "msg": self.message, **known}


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the descriptor of a `Handle` arrived."""

    arrived: bool

    def write(self) -> Message:
        """The message as it is sent."""
        return {"cmd": "NODE_HANDLE_ACK" if self.arrived else "NODE_HANDLE_NACK"}


@dataclass(frozen=True, slots=True)
class GetCount:
    """Asks how many connections of a server the other process has. `Count` answers."""

    key: str

    def write(self) -> Message:
        """The message as it is sent."""
        return {"cmd": "NODE_SOCKET_GET_COUNT", "key": self.key}


@dataclass(frozen=True, slots=True)
class Count:
    """How many connections of a server are here."""

    key: str
    count: int

    def write(self) -> Message:
        """The message as it is sent."""
        return {"cmd": "NODE_SOCKET_COUNT", "key": self.key, "count": self.count}


@dataclass(frozen=True, slots=True)
class NotifyClose:
    """Asks to be told when the other process has none. `AllClosed` answers."""

    key: str

    def write(self) -> Message:
        """The message as it is sent."""
        return {"cmd": "NODE_SOCKET_NOTIFY_CLOSE", "key": self.key}


@dataclass(frozen=True, slots=True)
class AllClosed:
    """None of a server's connections is here any more."""

    key: str

    def write(self) -> Message:
        """The message as it is sent."""
        return {"cmd": "NODE_SOCKET_ALL_CLOSED", "key": self.key}


@dataclass(frozen=True, slots=True)
class ForCluster:
    """A cluster's message: the cluster understands it."""

    fields: Message

    def write(self) -> Message:
        """The message as it is sent."""
        return self.fields


Counts = GetCount | Count | NotifyClose | AllClosed
Internal = Hello | Handle | Answer | Counts | ForCluster


def is_internal(message: object) -> TypeGuard[Message]:
    """Whether a message is for the channel itself, not for `message` listeners."""
    if type(message) is not dict:
        return False
    command = message.get("cmd")
    return type(command) is str and command.startswith(PREFIX) and len(command) > len(PREFIX)


def understand(message: Message) -> Internal | None:
    """What an internal message says; `None` for one that says nothing to us."""
    match message:
        case {"cmd": "NODE_CLUSTER"}:
            return ForCluster(message)
        case {"cmd": "NODE_HANDLE_ACK"}:
            return Answer(True)
        case {"cmd": "NODE_HANDLE_NACK"}:
            return Answer(False)
        case {"cmd": "NODE_HANDLE", "msg": {"cmd": "NODE_HANDLE"} as inner}:
            return _handle(inner)  # Node sends again what is wrapped already
        case {"cmd": "NODE_HANDLE"}:
            return _handle(message)
        case {"cmd": "NODE_SOCKET_GET_COUNT", "key": str(key)}:
            return GetCount(key)
        case {"cmd": "NODE_SOCKET_COUNT", "key": str(key)}:
            return Count(key, _count(message.get("count")))
        case {"cmd": "NODE_SOCKET_NOTIFY_CLOSE", "key": str(key)}:
            return NotifyClose(key)
        case {"cmd": "NODE_SOCKET_ALL_CLOSED", "key": str(key)}:
            return AllClosed(key)
        case {"cmd": "NODE_NETSERVE", "version": int(version)}:
            return Hello(version)
    return None


def _handle(message: Message) -> Handle:
    kind, key, waiting = (message.get(name) for name in ("type", "key", "waiting"))
    return Handle(
        # One that is no text is no kind that anybody knows, either.
        kind if isinstance(kind, str) else "",
        message.get("msg"),
        key if isinstance(key, str) else None,
        waiting if isinstance(waiting, str) else None,
    )


def _count(value: object) -> int:
    """What another process says; it is added to what others say, so there is a bound to it."""
    return min(value, MOST_CONNECTIONS) if type(value) is int and value > 0 else 0
