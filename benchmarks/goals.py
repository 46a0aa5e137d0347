"""What netserve set out to reach, and whether these results reach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .figures import cpu, idle_bytes, p50, p99, rate, ratio, user_ratio
from .peers import ours as in_way
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


def workers_faster(way: str, rival: str = "") -> Measured:
    """Two workers against `rival`, or else against one process of our own on the same loop."""
    return lambda results, ours: ratio(results, "cluster", in_way(ours, way), rival or ours, rate)


def answers_late(work: str) -> Measured:
    return lambda results, ours: ratio(results, work, in_way(ours, "busy"), "uvloop-busy", p99)


def channel_faster(work: str) -> Measured:
    return lambda results, ours: ratio(results, work, in_way(ours, "channel"), "node-channel", rate)


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
    Goal(
        "Round-robin, 2 workers: connections a second, of Node's",
        workers_faster("rr", "node-rr"),
        1.5,
    ),
    Goal(
        "Shared handle, 2 workers: connections a second, of one process",
        workers_faster("shared"),
        1.0,
    ),
    Goal(
        "Reuse-port, 2 workers: connections a second, of one process",
        workers_faster("reuse"),
        1.0,
    ),
    Goal(
        "Round-robin, one connection at a time: median time to the answer, of Node's",
        lambda results, ours: ratio(results, "first", in_way(ours, "rr"), "node-rr", p50),
        1.0,
        at_most=True,
    ),
    Goal("Channel, 64 in flight: messages a second, of Node's", channel_faster("channel64"), 1.0),
    Goal("Channel, one at a time: messages a second, of Node's", channel_faster("channel1"), 1.0),
    Goal(
        "Proxy, 64 x 64 B: user CPU a round trip, of C on libuv",
        lambda results, ours: user_ratio(results, "proxy", in_way(ours, "proxy"), "libuv-proxy"),
        1.0,
        at_most=True,
    ),
    Goal(
        "Proxy, bulk: MiB a second, of C with epoll",
        lambda results, ours: ratio(
            results, "proxy-bulk", in_way(ours, "proxy"), "epoll-proxy", rate
        ),
        0.9,
    ),
    Goal(
        "Beside three uploads: p99 of a small echo, of uvloop Protocol",
        answers_late("uploads"),
        1.0,
        at_most=True,
    ),
    Goal(
        "Beside a flood of connections: p99 of a small echo, of uvloop Protocol",
        answers_late("flood"),
        1.0,
        at_most=True,
    ),
)
