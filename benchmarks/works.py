"""What is asked of every server."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Work:
    name: str
    title: str
    kind: str  # what load.c calls it
    arguments: tuple[int, ...]
    unit: str  # what one of them is called, in the singular

    @property
    def is_idle(self) -> bool:
        return self.kind == "idle"


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
)  # fmt: skip

BY_NAME = {work.name: work for work in WORKS}
