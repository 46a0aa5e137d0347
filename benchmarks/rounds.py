"""The measuring: every server in every round, so that a slow minute is slow for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .machine import describe, versions
from .peers import Peer
from .processes import LoadFailed, ServerFailed, drive, running
from .works import BY_NAME, Work

WARM_SHARE = 0.2
WARM_LEAST = 0.3  # seconds a process; Node compiles its hot functions in about this time
ATTEMPTS = 3
DISTURBANCE_TOLERATED = 0.03  # of the measured time; a quiet machine stays below 0.01


@dataclass
class Measurement:
    work: str
    server: str
    round: int
    seen: dict[str, float] = field(default_factory=dict)
    error: str = ""


@dataclass
class Results:
    machine: dict[str, str | int]
    versions: dict[str, str]
    rounds: int
    seconds: float
    unavailable: dict[str, str]
    measurements: list[Measurement]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Results:
        measurements = [Measurement(**one) for one in raw.pop("measurements")]
        return cls(measurements=measurements, **raw)


def measure(works: Sequence[Work], peers: Sequence[Peer], rounds: int, seconds: float) -> Results:
    unavailable = find_unavailable(peers)
    present = [peer for peer in peers if peer.name not in unavailable]
    results = Results(describe(), versions(), rounds, seconds, unavailable, [])
    for work in works:
        for number in range(rounds):
            for peer in rotated([peer for peer in present if peer.does(work)], number):
                results.measurements.append(measure_one(work, peer, number, seconds))
    return results


def find_unavailable(peers: Sequence[Peer]) -> dict[str, str]:
    reasons = {}
    for peer in peers:
        try:
            with running(peer):
                pass
        except ServerFailed as failure:
            reasons[peer.name] = str(failure)
            print(f"{peer.title}: not available ({failure})", flush=True)
    return reasons


def rotated(peers: Sequence[Peer], by: int) -> list[Peer]:
    """No server always follows the same one."""
    start = by % len(peers) if peers else 0
    return [*peers[start:], *peers[:start]]


def measure_one(work: Work, peer: Peer, number: int, seconds: float) -> Measurement:
    """Once, or again while other programs disturb it; what is kept is the quietest attempt."""
    best = attempt(work, peer, number, seconds)
    for _ in range(ATTEMPTS - 1):
        if disturbance(best) <= DISTURBANCE_TOLERATED:
            break
        again = attempt(work, peer, number, seconds)
        best = best if again.error else min(best, again, key=disturbance)
    print(f"{work.name:9} round {number + 1}  {peer.name:23} {note(best)}", flush=True)
    return best


def attempt(work: Work, peer: Peer, number: int, seconds: float) -> Measurement:
    """A fresh process each time: no work sees the memory that another one left behind."""
    measurement = Measurement(work.name, peer.name, number)
    try:
        with running(peer) as server:
            warm = max(WARM_LEAST * len(server.pids), seconds * WARM_SHARE)
            measurement.seen = drive(server, work, warm, seconds)
    except (ServerFailed, LoadFailed) as failure:
        measurement.error = str(failure)
    return measurement


def disturbance(measurement: Measurement) -> float:
    """The share of time in which server or load was ready and another program ran instead."""
    seen = measurement.seen
    if "seconds" not in seen:
        return 0.0
    return max(seen["server_waited"], seen["load_waited"]) / 1e9 / seen["seconds"]


def note(measurement: Measurement) -> str:
    seen = measurement.seen
    if measurement.error:
        return f"failed: {measurement.error}"
    if "seconds" not in seen:
        return f"{seen['bytes'] / seen['connections']:,.0f} bytes each"
    if BY_NAME[measurement.work].is_beside:
        return (
            f"{seen['p99'] / 1000:,.0f} µs p99, {seen['messages'] / seen['seconds']:,.0f} a second"
        )
    if seen["messages"]:
        return f"{seen['messages'] / seen['seconds']:,.0f} a second"
    return f"{seen['bytes'] / seen['seconds'] / (1 << 20):,.0f} MiB a second"
