"""From raw measurements to figures: medians over the rounds, ratios round by round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from .rounds import Measurement, Results, disturbance
from .works import BY_NAME, MIB

Metric = Callable[[Measurement], float]


@dataclass(frozen=True)
class Figures:
    """One server at one work."""

    rate: float  # units a second
    cpu: float  # microseconds of the server's processor a unit
    user: float
    system: float
    p50: float  # microseconds
    p99: float
    others: float  # what those had a second beside whom a message was timed
    server_busy: float  # shares of the measured time
    load_busy: float
    waited: float  # ready to run, while another program had the core


def units(one: Measurement) -> float:
    return one.seen["bytes"] / MIB if BY_NAME[one.work].is_bulk else one.seen["messages"]


def rate(one: Measurement) -> float:
    return units(one) / one.seen["seconds"]


def cpu(one: Measurement) -> float:
    return one.seen["cpu"] / 1000 / max(units(one), 1)


def each_bytes(one: Measurement) -> float:
    return one.seen["bytes"] / one.seen["connections"]


def p50(one: Measurement) -> float:
    return one.seen["p50"] / 1000


def p99(one: Measurement) -> float:
    return one.seen["p99"] / 1000


def others(one: Measurement) -> float:
    """What those had a second beside whom a message was timed."""
    count = one.seen.get("others", 0) / one.seen["seconds"]
    return count / MIB if BY_NAME[one.work].others == "MiB" else count


def share(name: str) -> Metric:
    return lambda one: one.seen[name] / 1e9 / one.seen["seconds"]


def good(results: Results, work: str, server: str) -> list[Measurement]:
    return [
        one
        for one in results.measurements
        if one.work == work and one.server == server and not one.error
    ]


def middle(ones: list[Measurement], metric: Metric) -> float:
    return median(metric(one) for one in ones)


def user_share(ones: list[Measurement]) -> float:
    """User ticks of all rounds together: a single round has too few of the kernel's ticks."""
    ticks = sum(one.seen["ticks"] for one in ones)
    return sum(one.seen["user_ticks"] for one in ones) / ticks if ticks else 0.0


def figures(results: Results, work: str, server: str) -> Figures | None:
    """None when no round of it succeeded."""
    ones = good(results, work, server)
    if not ones:
        return None
    total, user = middle(ones, cpu), user_share(ones)
    return Figures(
        rate=middle(ones, rate),
        cpu=total,
        user=total * user,
        system=total * (1 - user),
        p50=middle(ones, p50),
        p99=middle(ones, p99),
        others=middle(ones, others),
        server_busy=middle(ones, share("cpu")),
        load_busy=middle(ones, lambda one: one.seen["load_busy"]),
        waited=middle(ones, disturbance),
    )


def idle_bytes(results: Results, server: str) -> float | None:
    ones = good(results, "idle", server)
    return middle(ones, each_bytes) if ones else None


def ratio(results: Results, work: str, server: str, rival: str, metric: Metric) -> float | None:
    """The median of the quotients of those rounds in which both succeeded."""
    theirs = {one.round: metric(one) for one in good(results, work, rival)}
    quotients = [
        metric(one) / theirs[one.round]
        for one in good(results, work, server)
        if theirs.get(one.round)
    ]
    return median(quotients) if quotients else None


def user_ratio(results: Results, work: str, server: str, rival: str) -> float | None:
    ours, theirs = figures(results, work, server), figures(results, work, rival)
    return ours.user / theirs.user if ours and theirs and theirs.user else None
