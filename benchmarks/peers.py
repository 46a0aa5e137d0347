"""The servers: netserve, the practical limit, and those that a reader would choose instead."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BUILD = HERE / "build"

LIMIT = "epoll"


@dataclass(frozen=True)
class Peer:
    name: str
    title: str
    command: tuple[str, ...]

    @property
    def is_ours(self) -> bool:
        return self.name.startswith("netserve")


def python(name: str, title: str, module: str, loop: str) -> Peer:
    command = (sys.executable, "-m", f"benchmarks.servers.{module}", loop)
    return Peer(name, title, command)


PEERS = (
    Peer(LIMIT, "C, epoll", (str(BUILD / "epoll"),)),
    python("netserve", "netserve on asyncio", "netserve_echo", "asyncio"),
    python("netserve-uvloop", "netserve on uvloop", "netserve_echo", "uvloop"),
    python("uvloop", "uvloop, Protocol", "protocol", "uvloop"),
    python("aiofastnet-uvloop", "aiofastnet on uvloop", "fastnet", "uvloop"),
    python("aiofastnet", "aiofastnet on asyncio", "fastnet", "asyncio"),
    python("asyncio", "asyncio, Protocol", "protocol", "asyncio"),
    Peer("node", "Node, net", ("node", str(HERE / "servers" / "echo.js"))),
    python("uvloop-streams", "uvloop, streams", "streams", "uvloop"),
    python("asyncio-streams", "asyncio, streams", "streams", "asyncio"),
)

BY_NAME = {peer.name: peer for peer in PEERS}
