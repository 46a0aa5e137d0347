"""NODE_CLUSTER_SCHED_POLICY says at the start which policy a primary has."""

import os

from netserve import cluster
from tests.conformance.scenario import once, play_parts, start_part, trace


async def parent() -> None:
    for policy in ("rr", "none", "unheard-of"):
        env = {**os.environ, "NODE_CLUSTER_SCHED_POLICY": policy}
        await once(start_part("child", env=env), "exit")


def child() -> None:
    policy = cluster.scheduling_policy
    trace("child", "policy", policy == cluster.SCHED_RR, policy == cluster.SCHED_NONE)


play_parts(parent=parent, child=child)
