"""What netserve set out to reach, and whether these results reach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .figures import cpu, idle_bytes, rate, ratio, user_ratio
from .rounds import Results

Measured = Callable[[Results, str], float | None]


@dataclass(frozen=True)
class Goal:
    text: str
    measured: Measured  # of one of our two servers
    bound: float
    at_most: bool = False
    digits: int = 2

    @property
    def wanted(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.bound:,.{self.digits}f}"

    def reached(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound


def faster(work: str, rival: str) -> Measured:
    return lambda results, ours: ratio(results, work, ours, rival, rate)


def costs(work: str, rival: str) -> Measured:
    return lambda results, ours: ratio(results, work, ours, rival, cpu)


GOALS = (
    Goal("64 x 64 B: messages a second, of C with epoll", faster("echo64", "epoll"), 0.92),
    Goal("64 x 64 B: messages a second, of uvloop Protocol", faster("echo64", "uvloop"), 1.0),
    Goal(
        "64 x 64 B: messages a second, of aiofastnet on uvloop",
        faster("echo64", "aiofastnet-uvloop"),
        1.0,
    ),
    Goal(
        "64 x 64 B: messages a second, of aiofastnet on asyncio",
        faster("echo64", "aiofastnet"),
        1.0,
    ),
    Goal("64 x 64 B: messages a second, of Node", faster("echo64", "node"), 1.3),
    Goal(
        "64 x 64 B: user CPU a message, of uvloop Protocol",
        lambda results, ours: user_ratio(results, "echo64", ours, "uvloop"),
        0.65,
        at_most=True,
    ),
    Goal(
        "Connections: CPU a connection, of uvloop Protocol",
        costs("conns", "uvloop"),
        1.0,
        at_most=True,
    ),
    Goal(
        "Idle: bytes a connection",
        lambda results, ours: idle_bytes(results, ours),
        1280,
        at_most=True,
        digits=0,
    ),
    Goal("16 x 16 KiB: messages a second, of uvloop Protocol", faster("echo16k", "uvloop"), 1.0),
    Goal("Bulk: MiB a second, of uvloop Protocol", faster("bulk", "uvloop"), 1.0),
)
