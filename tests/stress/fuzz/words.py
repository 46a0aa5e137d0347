"""Random things to say on a channel: right, half right, and nothing that anybody understands."""

from __future__ import annotations

import base64
import json
import os
import random
import struct
from typing import Any

from netserve._processes.ipc.advanced import encode

TYPES = ["net.Server", "net.Socket", "net.Native", "net.BoundSocket", "dgram.Socket"]
TYPES += ["dgram.Native", "net.Nonsense", ""]
COUNTS = ["GET_COUNT", "COUNT", "NOTIFY_CLOSE", "ALL_CLOSED"]
ACTS = ["online", "queryServer", "listening", "newconn", "close", "disconnect", "open"]
ACTS += ["exitedAfterDisconnect", "suicide"]
TEXTS = ["", "k", "127.0.0.1", "::1", "300.1.2.3", "no.such.host.", "x" * 300, "\0"]
TEXTS += ["\ud800", "NODE_", "NODE_X", "ü\u2028", "fuzz.sock", "no/such/folder", "-1"]
INTS = [
    0,
    1,
    -1,
    2,
    3,
    7,
    98,
    -98,
    65535,
    65536,
    2**31,
    2**32,
    2**53,
    2**63,
    2**64,
    -(2**63),
    10**40,
]
OTHERS: list[Any] = [None, True, False, 0.5, -0.0, 1e308, float("inf"), float("nan")]

# Lines that are no message, and one whose numbers or depth are too much.
BROKEN = [b"", b"\0", b"{", b"nul", b"\xff\xfe", b"\xed\xa0\x80", b"{}{}", b"'x'", b"[1,]"]
BROKEN += [b"[" * 5000, b'{"a":' * 3000, b"1" * 5000, b"\xef\xbb\xbf1", b'{"cmd":"NODE_HANDLE']
# Lines that look like none, and are.
ODD = [b" 1 \r", b"1e400", b"NaN", b'"\\ud800"', b'"\xff"', b'{"cmd":5}', b'{"cmd":"NODE_"}']
ODD += [b"[" * 900 + b"]" * 900, b'{"data":' * 900 + b"1" + b"}" * 900, b"null", b'"\\u0000"']


class Words:
    """What one side says in one case. The other waits for some of the `keys` and `numbers`."""

    def __init__(self, rng: random.Random, serialization: str, listening: int) -> None:
        self.rng = rng
        self.advanced = serialization == "advanced"
        self.keys: list[str] = ["k"]
        self.numbers: list[int] = [0]
        # Descriptors of the primary: one that listens, what is none, what can't listen.
        self.fds = [listening, listening, -2, 0, 999, 2**40]

    def value(self, depth: int = 3) -> Any:
        """Any value that JSON has."""
        rng = self.rng
        kind = rng.randrange(6 if depth else 4)
        if kind == 0:
            return rng.choice(INTS)
        if kind == 1:
            return rng.choice(TEXTS)
        if kind == 2:
            return rng.choice(OTHERS)
        if kind == 3:
            return rng.choice([rng.randrange(-5, 70000), rng.random(), "m" * rng.randrange(50)])
        if kind == 4:
            return [self.value(depth - 1) for _ in range(rng.randrange(4))]
        return {rng.choice(TEXTS): self.value(depth - 1) for _ in range(rng.randrange(4))}

    def _or_wrong(self, right: Any) -> Any:
        return right if self.rng.random() < 0.85 else self.value(2)

    def message(self, depth: int = 3) -> Any:
        """A message of any kind."""
        kind = self.rng.randrange(12)
        if kind < 2:
            return self.value()
        if kind < 5 and depth:
            return self.handle(depth - 1)
        if kind == 5:
            return {"cmd": self.rng.choice(["NODE_HANDLE_ACK", "NODE_HANDLE_NACK"])}
        if kind == 6:
            count = f"NODE_SOCKET_{self.rng.choice(COUNTS)}"
            key = self._or_wrong(self.rng.choice(self.keys))
            return {"cmd": count, "key": key, "count": self._or_wrong(2)}
        if kind == 7:
            return {"cmd": "NODE_NETSERVE", "version": self.value(1)}
        if kind == 8:
            return {"cmd": self.rng.choice(["NODE_X", "NODE_", "NODE_HANDLE", 5, None])}
        return self.cluster()

    def handle(self, depth: int = 1, inner: Any = None, kind: Any = None) -> dict[str, Any]:
        """A message that a descriptor should go with."""
        rng = self.rng
        message = {
            "cmd": "NODE_HANDLE",
            "type": self._or_wrong(rng.choice(TYPES) if kind is None else kind),
            "msg": self.message(depth) if inner is None else inner,
        }
        if rng.random() < 0.3:
            message["key"] = self._or_wrong(rng.choice(self.keys))
        if rng.random() < 0.3:
            waiting = base64.b64encode(rng.randbytes(rng.randrange(40))).decode()
            message["waiting"] = self._or_wrong(rng.choice([waiting, "no base64", "ü"]))
        return message

    def cluster(self) -> dict[str, Any]:
        """A message of a cluster's, with some of all the fields that there are."""
        rng = self.rng
        fields = {
            "act": rng.choice(ACTS),
            "key": rng.choice(self.keys),
            "seq": rng.randrange(100),
            "ack": rng.choice(self.numbers),
            "accepted": rng.random() < 0.5,
            "open": rng.randrange(9),
            "errno": rng.choice([None, 0, 0, -98, -13]),
            "sockname": {"address": "127.0.0.1", "family": "IPv4", "port": rng.randrange(9)},
            "reports": True,
            "data": self.value(1),
        }
        names = [name for name in fields if rng.random() < 0.5]
        message = {"cmd": "NODE_CLUSTER", **{name: self._or_wrong(fields[name]) for name in names}}
        return message | (self.place() if rng.random() < 0.5 else {})

    def reply(self) -> dict[str, Any]:
        """What a primary answers to a worker that asks to listen."""
        reply: dict[str, Any] = {
            "cmd": "NODE_CLUSTER",
            "errno": None,
            "key": self.rng.choice(self.keys),
        }
        sockname = {"address": "127.0.0.1", "family": "IPv4", "port": 9}
        reply |= {"ack": self.rng.choice(self.numbers), "data": None, "sockname": sockname}
        return reply | {"reports": self.rng.random() < 0.5, "seq": 1}

    def dealt(self) -> dict[str, Any]:
        """A connection for a worker."""
        key, seq = self.rng.choice(self.keys), self.rng.choice([7, self._or_wrong(8)])
        inner = {"cmd": "NODE_CLUSTER", "act": "newconn", "key": key, "seq": seq}
        return self.handle(0, inner, "net.Native")

    def place(self) -> dict[str, Any]:
        """What a worker asks to listen on; nothing that others on this machine would notice."""
        rng = self.rng
        place: dict[str, Any] = rng.choice(
            [
                {"address": "127.0.0.1", "port": 0, "addressType": 4},
                {"address": "127.0.0.1", "port": 0, "addressType": 4},
                {
                    "address": f"\0fuzz{os.getpid()}.{rng.randrange(3)}",
                    "port": -1,
                    "addressType": -1,
                },
                {"address": f"{rng.randrange(3)}.sock", "port": -1, "addressType": -1},
                {"address": None, "port": None, "addressType": None, "fd": rng.choice(self.fds)},
                {"address": rng.choice(TEXTS), "port": 0, "addressType": rng.choice([4, 6, -1])},
            ]
        )
        place |= {"index": 0, "backlog": rng.choice([511, 0, 1]), "flags": rng.choice([0, 1])}
        if rng.random() < 0.2:
            place[rng.choice(["index", "backlog", "flags", "readableAll"])] = self.value(1)
        return {"act": "queryServer", "seq": rng.randrange(100), **place}

    def frame(self, message: Any) -> bytes:
        """A message as bytes, on any of the ways to write it."""
        if self.advanced:
            try:
                payload = encode(message)
            except (TypeError, ValueError):
                payload = encode(None)
            return struct.pack(">I", len(payload)) + payload
        text = json.dumps(message, ensure_ascii=self.rng.random() < 0.5, separators=(",", ":"))
        return text.encode("utf-8", "surrogatepass") + b"\n"

    def oddity(self) -> bytes:
        """What is not written by anybody who knows how to."""
        rng = self.rng
        if rng.random() < 0.4:
            return rng.randbytes(rng.randrange(1, 80))
        if rng.random() < 0.4:
            frame = bytearray(self.frame(self.message()))
            for _ in range(rng.randrange(1, 4)):
                frame[rng.randrange(len(frame))] = rng.randrange(256)
            return bytes(frame)
        if self.advanced:
            payload = b"\xff\x0f" + rng.randbytes(rng.randrange(20))
            return struct.pack(">I", len(payload)) + payload
        return rng.choice(BROKEN + ODD * 2) + b"\n"
