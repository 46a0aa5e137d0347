"""A fresh run against the committed one, each as ratios to C, or for works that C is not asked
for to Node or uvloop, on its own machine.

Ratios, because the machine of today is not that of the committed run. What is compared is what a
work is about: the rate of an echo, the processor time of a connection, the p99 of an echo beside
others, the memory of an idle connection (that one in bytes: C keeps none).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .figures import cpu, idle_bytes, p99, rate, ratio
from .peers import PEERS
from .rounds import Results
from .works import WORKS, Work

TOLERANCE = 0.10


@dataclass(frozen=True)
class Change:
    server: str
    work: str
    what: str
    before: float
    after: float
    less_is_better: bool

    @property
    def worse_by(self) -> float:
        if self.less_is_better:
            return self.after / self.before - 1
        return self.before / self.after - 1

    def __str__(self) -> str:
        verdict = "WORSE" if self.worse_by > TOLERANCE else "fine"
        return (
            f"{self.server:23} {self.work:9} {self.what:14} "
            f"{self.before:9,.2f} → {self.after:9,.2f}  {verdict}"
        )


def changes(before: Results, after: Results) -> Iterator[Change]:
    for peer in PEERS:
        for work in filter(peer.does, WORKS if peer.is_ours else ()):
            what, less_is_better, value = subject(work, peer.name)
            old, new = value(before), value(after)
            if old and new:
                yield Change(peer.name, work.name, what, old, new, less_is_better)


def subject(work: Work, server: str) -> tuple[str, bool, Callable[[Results], float | None]]:
    if work.is_idle:
        return "bytes each", True, lambda results: idle_bytes(results, server)
    rival, rivals = work.family.rival, work.family.rivals
    if work.is_beside:
        what = f"p99 of {rivals}"
        return what, True, lambda results: ratio(results, work.name, server, rival, p99)
    if work.kind == "churn":
        what = f"CPU of {rivals}"
        return what, True, lambda results: ratio(results, work.name, server, rival, cpu)
    what = f"rate of {rivals}"
    return what, False, lambda results: ratio(results, work.name, server, rival, rate)
