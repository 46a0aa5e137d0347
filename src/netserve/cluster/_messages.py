"""A cluster's messages: what each says, as a value, and the other way round.

Each has `cmd`, its kind in `act`, and a number, `seq`; what answers it has that number in `ack`.
Both processes understand them here, and nowhere else; the core takes a short way with those that
come for every connection (`NewConnection`, `Accepted`, `Open`), where they are spelt as usual.

`write()` of a message is what it says besides `cmd` and `seq`.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeGuard, TypeVar

from .._arguments import LONGEST
from .._processes.ipc.messages import Message

CLUSTER = "NODE_CLUSTER"

T = TypeVar("T", str, int)

Fields = dict[str, Any]
# An address, a port and the version of IP, as the core says it.
Name = tuple[str, int, int]


class ListeningAddress(NamedTuple):
    """Where a worker listens. `address_type` is 4, 6 or -1 (a path).

    Node: `cluster`, "Event: 'listening'".
    """

    address: str | None
    port: int | None
    address_type: int | str | None
    fd: int | None


class Refused(ValueError):
    """A message that makes no sense; `answer`, where the other process waits for one."""

    def __init__(self, text: str, answer: Answer | None = None) -> None:
        super().__init__(text)
        self.answer = answer


# What a worker says


@dataclass(frozen=True, slots=True)
class Online:
    """The worker runs."""

    def write(self) -> Fields:
        """What is sent."""
        return {"act": "online"}


@dataclass(frozen=True, slots=True)
class Where:
    """What a worker wants to listen on: a port (of an address, or of all), a path, or a descriptor.

    The field's names are Node's. A path has port and address type -1, a descriptor (a number of
    the primary's) neither; `address_type` is 4 for a port of all addresses.
    """

    address: str | None
    port: int | None
    address_type: int | None
    fd: int | None = None
    ipv6_only: bool = False
    readable_all: bool = False
    writable_all: bool = False
    # 0: the primary's own default.
    backlog: int = 0

    def write(self) -> Fields:
        """What is sent."""
        fields: Fields = {
            "address": self.address,
            "port": self.port,
            "addressType": self.address_type,
        }
        if self.fd is not None:
            fields["fd"] = self.fd
        if self.address_type == -1:
            fields |= {"readableAll": self.readable_all, "writableAll": self.writable_all}
        else:
            fields["flags"] = int(self.ipv6_only)
        return {**fields, "backlog": self.backlog}

    @property
    def key(self) -> str:
        """What says whether two of them are the same place."""
        return ":".join(map(str, (self.address, self.port, self.address_type, self.fd)))


@dataclass(frozen=True, slots=True)
class QueryServer:
    """The worker asks to listen; an `Answer` has its number, `seq`.

    `index` counts its servers that have asked for the same place, `data` is theirs to share.
    """

    where: Where
    index: int
    data: object = None
    seq: int = 0

    def write(self) -> Fields:
        """What is sent."""
        return {
            "act": "queryServer",
            "index": self.index,
            "data": self.data,
            **self.where.write(),
        }

    @property
    def key(self) -> str:
        """What both processes call it from now on: one of ASCII, which is safe in any message."""
        return _key_of(self.where.key, self.index)


@dataclass(frozen=True, slots=True)
class Listening:
    """The worker listens."""

    address: ListeningAddress

    def write(self) -> Fields:
        """What is sent."""
        address, port, address_type, fd = self.address
        fields = {"address": address, "port": port, "addressType": address_type}
        return {"act": "listening", **fields, **({} if fd is None else {"fd": fd})}


@dataclass(frozen=True, slots=True)
class Close:
    """The worker listens on this no more."""

    key: str

    def write(self) -> Fields:
        """What is sent."""
        return {"act": "close", "key": self.key}


@dataclass(frozen=True, slots=True)
class ExitedAfterDisconnect:
    """The worker is about to leave of its own accord; an `Answer` lets it go."""

    seq: int = 0

    def write(self) -> Fields:
        """What is sent."""
        return {"act": "exitedAfterDisconnect"}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The worker takes a connection that it was dealt, or does not."""

    ack: int
    accepted: bool
    # How many it has, where the primary wants to know.
    open: int | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """How many connections the worker has."""

    key: str
    open: int


# What a primary says


@dataclass(frozen=True, slots=True)
class NewConnection:
    """A connection is dealt to the worker; its descriptor comes along. `Accepted` answers."""

    key: str
    seq: int
    fd: int


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The worker is to close its servers, wait for their connections, and leave."""

    # Seconds that the connections have; `None`: as long as they take. Beyond Node.
    graceful: float | None = None

    def write(self) -> Fields:
        """What is sent."""
        said: Fields = {"act": "disconnect"}
        return said if self.graceful is None else {**said, "graceful": self.graceful}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of something that was asked for with the number `ack`."""

    ack: int
    # The system's number of what went wrong; 0: nothing did.
    errno: int = 0
    # What both processes call what is listened on.
    key: str | None = None
    # What the first who asked for it wanted to be shared.
    data: object = None
    # Where the primary listens, if it deals connections of a port.
    name: Name | None = None
    # The primary wants to know how many connections there are.
    reports: bool = False
    # The bound descriptor, where the worker accepts by itself.
    fd: int | None = None

    def write(self) -> Fields:
        """What is sent; the descriptor goes along with it."""
        if self.key is None:
            return {"ack": self.ack}
        fields: Fields = {"errno": -self.errno or (None if self.fd is None else 0)}
        if self.name is not None:
            address, port, version = self.name
            fields["sockname"] = {"address": address, "family": f"IPv{version}", "port": port}
        if self.reports:
            fields["reports"] = True
        return {**fields, "key": self.key, "ack": self.ack, "data": self.data}


ToPrimary = Online | QueryServer | Listening | Close | ExitedAfterDisconnect | Accepted | Open
ToWorker = NewConnection | Disconnect
ClusterMessage = ToPrimary | ToWorker | Answer


# Understanding


def understand(message: Message, fd: int | None = None) -> ClusterMessage:
    """What a message says; `fd` came with it, and is that of the answer.

    Raises `Refused` for what makes no sense, and for kinds that we don't know.
    """
    match message:
        case {"act": "online"}:
            return Online()
        case {"act": "queryServer"}:
            return _query(message)
        case {"act": "listening"}:
            return _listening(message)
        case {"act": "close", "key": str(key)}:
            return Close(key)
        case {"act": "exitedAfterDisconnect", "seq": seq} if is_u64(seq):
            return ExitedAfterDisconnect(seq)
        case {"act": "open", "key": str(key), "open": count} if is_u64(count):
            return Open(key, count)
        case {"act": "newconn", "key": str(key), "seq": seq} if is_u64(seq) and fd is not None:
            return NewConnection(key, seq, fd)
        case {"act": "disconnect", "graceful": float(graceful)} if 0 <= graceful <= LONGEST:
            return Disconnect(graceful)
        case {"act": "disconnect"}:
            return Disconnect()
        case {"act": kind}:
            raise Refused(f"a message of the unknown kind {kind!r}, or without what belongs to it")
        case {"ack": ack, "accepted": bool(accepted)} if is_u64(ack):
            count = message.get("open")
            return Accepted(ack, accepted, count if is_u64(count) else None)
        case {"ack": ack} if is_u64(ack):
            return _answer(message, ack, fd)
    raise Refused("a message that neither says nor answers anything")


def is_u64(value: object) -> TypeGuard[int]:
    """Whether a value is a number as messages have them."""
    return type(value) is int and 0 <= value < 2**64


def _query(message: Message) -> QueryServer:
    seq, index = message.get("seq"), message.get("index")
    if not is_u64(seq):
        raise Refused("a question without a number, which nobody could answer")
    try:
        where = _where(message)
        if not is_u64(index):
            raise ValueError(f"the index {index!r}")
    except ValueError as error:
        data = message.get("data")
        names = ("address", "port", "addressType", "fd")
        key = _key_of(":".join(str(message.get(name)) for name in names), index)
        text = f"a worker asks to listen on what can't be: {error}"
        raise Refused(text, Answer(seq, errno.EINVAL, key, data)) from None
    return QueryServer(where, index, message.get("data"), seq)


def _key_of(where: str, index: object) -> str:
    return ascii(f"{where}:{index}")[1:-1]


def _where(message: Message) -> Where:
    fd = message.get("fd")
    backlog, flags = message.get("backlog"), message.get("flags")
    address = _of(str, message.get("address"), "address")
    port = _of(int, message.get("port"), "port")
    kind = _of(int, message.get("addressType"), "address type")
    if fd is None and (kind not in (-1, 4, 6) or port is None):
        raise ValueError(f"the port {port!r} of the address type {kind!r}")
    return Where(
        address,
        port,
        kind,
        _of(int, fd, "descriptor"),
        ipv6_only=type(flags) is int and bool(flags & 1),
        readable_all=message.get("readableAll") is True,
        writable_all=message.get("writableAll") is True,
        backlog=min(backlog, 2**31 - 1) if is_u64(backlog) else 0,
    )


def _of(kind: type[T], value: object, what: str) -> T | None:
    if value is None or (isinstance(value, kind) and not isinstance(value, bool)):
        return value
    raise ValueError(f"the {what} {value!r}")


def _listening(message: Message) -> Listening:
    address, port, kind, fd = (
        message.get(name) for name in ("address", "port", "addressType", "fd")
    )
    numbers = all(value is None or type(value) is int for value in (port, fd))
    if not numbers or not isinstance(address, str | None) or not isinstance(kind, int | str | None):
        raise Refused(f"a worker says that it listens on {message}")
    return Listening(ListeningAddress(address, port, kind, fd))


def _answer(message: Message, ack: int, fd: int | None) -> Answer:
    number = message.get("errno")
    key, data = message.get("key"), message.get("data")
    try:
        if number is not None and (type(number) is not int or number > 0):
            raise ValueError(f"the number {number!r} of an error")
        name = _name(message.get("sockname"))
        return Answer(
            ack,
            -number if number else 0,
            _of(str, key, "key"),
            data,
            name,
            message.get("reports") is True,
            fd,
        )
    except ValueError:
        # Whoever waits for the answer must not wait for ever.
        return Answer(ack, errno.EPROTO, fd=fd)


def _name(said: object) -> Name | None:
    """What a primary says about an address."""
    match said:
        case None:
            return None
        case {"address": str(address), "port": int(port), "family": family}:
            return address, port, 6 if str(family).endswith("6") else 4
    raise ValueError(f"the name {said!r} of a socket")
