"""What is asked of the servers: of one process, of workers, of a parent and a child, of a proxy,
and of a process that others keep busy."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Family:
    """Servers that are asked for the same works, and the two of them to compare the others with."""

    ours: str
    title: str  # what the tables call that one
    rival: str
    rivals: str  # the same in the genitive


PROCESS = Family("netserve", "netserve", "epoll", "C's")
WORKERS = Family("netserve-rr", "round-robin", "node-rr", "Node's")
CHANNEL = Family("netserve-channel", "netserve", "node-channel", "Node's")
PROXY = Family("netserve-proxy", "netserve", "epoll-proxy", "C's")
BUSY = Family("netserve-busy", "netserve", "uvloop-busy", "uvloop's")

FAMILIES = (PROCESS, WORKERS, CHANNEL, PROXY, BUSY)


@dataclass(frozen=True)
class Work:
    name: str
    title: str
    kind: str  # what load.c calls it
    arguments: tuple[int, ...]
    unit: str  # what one of them is called, in the singular
    family: Family = PROCESS
    others: str = ""  # what those have beside whom a message is timed, in the singular

    @property
    def is_beside(self) -> bool:
        """Whether one message is timed while others keep the server busy: judged by its p99."""
        return bool(self.others)

    @property
    def is_idle(self) -> bool:
        return self.kind == "idle"

    @property
    def is_bulk(self) -> bool:
        """Whether bytes are counted, not messages."""
        return self.kind in ("stream", "flow")

    @property
    def has_latency(self) -> bool:
        """Whether the load generator waits for answers, one by one."""
        return self.is_beside or self.kind in ("echo", "churn", "relay")


WORKS = (
    Work("echo1", "Echo, 1 connection, 64 B", "echo", (1, 64), "message"),
    Work("echo64", "Echo, 64 connections, 64 B", "echo", (64, 64), "message"),
    Work("echo1000", "Echo, 1000 connections, 64 B", "echo", (1000, 64), "message"),
    Work("echo16k", "Echo, 16 connections, 16 KiB", "echo", (16, 16384), "message"),
    Work(
        "bulk",
        "Bulk: client → echo → client over 1 connection, full duplex, 1 MiB in flight",
        "stream",
        (MIB,),
        "MiB",
    ),
    Work("conns", "Connections: opened, 64 B echoed, closed by the client", "churn", (32, 64),
         "connection"),
    Work("idle", "10,000 idle connections", "idle", (10_000,), "connection"),
    Work("cluster", "Two workers: connections opened, 64 B echoed, closed by the client", "churn",
         (32, 64), "connection", WORKERS),
    Work("first", "Two workers, one connection at a time: from connecting to the answer", "churn",
         (1, 64), "connection", WORKERS),
    Work("channel64", "Channel: 64 B to the child and back, 64 in flight", "talk", (64,),
         "message", CHANNEL),
    Work("channel1", "Channel: 64 B to the child and back, one at a time", "talk", (1,),
         "message", CHANNEL),
    Work("proxy", "Proxy, 64 connections: 64 B to the server behind it and back", "relay",
         (64, 64), "round trip", PROXY),
    Work("proxy1000", "Proxy, 1000 connections: 64 B to the server behind it and back", "relay",
         (1000, 64), "round trip", PROXY),
    Work("proxy16k", "Proxy, 16 connections: 16 KiB to the server behind it and back", "relay",
         (16, 16384), "round trip", PROXY),
    Work("proxy-bulk", "Proxy, bulk: one way, over 1 connection", "flow", (1, MIB // 4), "MiB",
         PROXY),
    Work("uploads", "Beside three uploads, each chunk 1 ms of work: an echo of 64 B, one in flight",
         "press", (3, 64), "answer", BUSY, "MiB"),
    Work("flood", "Beside connections that open and end, 128 at a time: an echo of 64 B, one in "
         "flight", "flood", (128, 64), "answer", BUSY, "connection"),
)  # fmt: skip

BY_NAME = {work.name: work for work in WORKS}
