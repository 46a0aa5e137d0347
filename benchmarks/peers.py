"""The servers: netserve, the practical limit, and those that a reader would choose instead."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from .works import BUSY, CHANNEL, PROCESS, PROXY, WORKERS, Family, Work

HERE = Path(__file__).parent
BUILD = HERE / "build"


@dataclass(frozen=True)
class Peer:
    name: str
    title: str
    command: tuple[str, ...]
    families: tuple[Family, ...] = (PROCESS,)

    @property
    def is_proxy(self) -> bool:
        """Whether it is told the port of a server that it stands before."""
        return PROXY in self.families

    def does(self, work: Work) -> bool:
        return work.family in self.families

    @property
    def is_ours(self) -> bool:
        return self.name.startswith("netserve")


Families = tuple[Family, ...]
ALONE: Families = (PROCESS,)
BOTH: Families = (PROCESS, WORKERS)  # alone, and as what workers are compared with
LOOPS = {"netserve": "asyncio", "netserve-uvloop": "uvloop"}


def python(name: str, title: str, module: str, *arguments: str, families: Families = ALONE) -> Peer:
    command = (sys.executable, "-m", f"benchmarks.servers.{module}", *arguments)
    return Peer(name, title, command, families)


def node(name: str, title: str, *arguments: str, families: Families = ALONE) -> Peer:
    script, *rest = arguments
    return Peer(name, title, ("node", str(HERE / "servers" / script), *rest), families)


def c(name: str, title: str, program: str, *arguments: str) -> Peer:
    return Peer(name, title, (str(BUILD / program), *arguments), (PROXY,))


def ours(loop: str, way: str) -> str:
    """The name of netserve on the same loop as `loop`, in another way of working."""
    return loop.replace("netserve", f"netserve-{way}")


def on_both_loops(way: str, title: str, module: str, *arguments: str, family: Family) -> list[Peer]:
    return [
        python(ours(one, way), f"{title}, {loop}", module, loop, *arguments, families=(family,))
        for one, loop in LOOPS.items()
    ]


PEERS = (
    Peer("epoll", "C, epoll", (str(BUILD / "epoll"),)),
    python("netserve", "netserve on asyncio", "netserve_echo", "asyncio", families=BOTH),
    python("netserve-uvloop", "netserve on uvloop", "netserve_echo", "uvloop", families=BOTH),
    python("uvloop", "uvloop, Protocol", "protocol", "uvloop"),
    python("aiofastnet-uvloop", "aiofastnet on uvloop", "fastnet", "uvloop"),
    python("aiofastnet", "aiofastnet on asyncio", "fastnet", "asyncio"),
    python("asyncio", "asyncio, Protocol", "protocol", "asyncio"),
    node("node", "Node, net", "echo.js", families=BOTH),
    python("uvloop-streams", "uvloop, streams", "streams", "uvloop"),
    python("asyncio-streams", "asyncio, streams", "streams", "asyncio"),
    *on_both_loops("rr", "netserve, round-robin", "netserve_cluster", "rr", family=WORKERS),
    *on_both_loops("shared", "netserve, shared", "netserve_cluster", "shared", family=WORKERS),
    *on_both_loops("reuse", "netserve, reuse-port", "netserve_cluster", "reuse", family=WORKERS),
    node("node-rr", "Node, round-robin", "cluster.js", "rr", families=(WORKERS,)),
    node("node-shared", "Node, shared", "cluster.js", "shared", families=(WORKERS,)),
    *on_both_loops("channel", "netserve", "netserve_channel", family=CHANNEL),
    node("node-channel", "Node", "channel.js", families=(CHANNEL,)),
    c("epoll-proxy", "C, epoll", "epoll_proxy", "copy"),
    c("epoll-splice-proxy", "C, epoll and splice", "epoll_proxy", "splice"),
    c("libuv-proxy", "C, libuv", "uv_proxy"),
    *on_both_loops("proxy", "netserve", "netserve_proxy", family=PROXY),
    node("node-proxy", "Node, pipe", "proxy.js", families=(PROXY,)),
    *[
        python(f"{loop}{way}-proxy", f"{loop}, {title}", f"{module}_proxy", loop, families=(PROXY,))
        for way, title, module in (("", "Protocol", "protocol"), ("-streams", "streams", "streams"))
        for loop in ("uvloop", "asyncio")
    ],
    *on_both_loops("busy", "netserve", "netserve_busy", family=BUSY),
    python("uvloop-busy", "uvloop, Protocol", "protocol_busy", "uvloop", families=(BUSY,)),
    python("asyncio-busy", "asyncio, Protocol", "protocol_busy", "asyncio", families=(BUSY,)),
    node("node-busy", "Node, net", "busy.js", families=(BUSY,)),
)

BY_NAME = {peer.name: peer for peer in PEERS}
