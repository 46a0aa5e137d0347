"""Random programs: one integer makes one program, always the same.

A program is data (JSON), which `world.js` and `world.py` play:

    transport   "tcp" or "path"
    server      options of the server; "close_early": it closes once all have connected
    clients     options of each client; client 0 is the actor "C0", its other end "P0"
    steps       lists of operations `[actor, verb, ...arguments]`; the next step begins when the
                world is quiet, so that nothing is under way between two steps
    on          actor -> event -> operations done by the first such event, on that actor itself
    deaf        actors without a listener but 'error' and 'connect': what is not listened to takes
                other ways through the code

Two ends of a connection act on each other only through a quiet world or through the events that
one of them has: what both runtimes leave to chance, a program does not ask about.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

Program = dict[str, Any]
Operation = list[Any]

MOST_STEPS = 10
SIZES = [0, 1, 1, 2, 10, 10, 100, 100, 1000, 1000, 4096, 16384, 20000, 65536, 100000, 300000]
BIG = 8 << 20  # more than the system's buffers take, whoever reads how much ahead
# What one side may write beside that, so that a system's buffers take it though nobody reads:
# where exactly a writer has to wait is chance.
MOST_BYTES = {"tcp": 1 << 20, "path": 100_000}
# In some programs so little is written that one read takes it, and a `data` listener may act.
FEW_BYTES = 60_000
MARKS = [1, 16, 1000, 16384, 16384, 65536, 65536]
SHORT = 0.03  # seconds: an idle time that is waited for
LONG = 30.0  # one that never comes
EVENTS = ["data", "end", "end", "finish", "drain", "timeout", "close"]

# What a socket can be told, with how often.
VERBS: dict[str, int] = {
    "write": 30,
    "end": 8,
    "data": 10,
    "pause": 6,
    "resume": 8,
    "destroy": 3,
    "destroy_soon": 3,
    "reset": 2,
    "cork": 3,
    "uncork": 4,
    "set_encoding": 2,
    "set_timeout": 3,
    "pipe": 2,
    "unpipe": 1,
    "nodata": 1,
    "unref": 1,
    "ref": 1,
    "set_no_delay": 1,
}
# Those that an event's listener does.
REACTIONS = {**VERBS, "write": 20, "end": 12, "destroy": 6, "pipe": 0, "set_timeout": 0}
# At the connection's beginning both ends are told in the same moment: who ends it then is chance.
BEGINNINGS = {**REACTIONS, "cork": 0, "destroy": 0, "reset": 0, "destroy_soon": 0, "end": 0}
# Whether the server sees a connection that was given up at once is chance.
# And Node counts writes that wait for the connection one by one, which a cork would show.
CONNECTING = {**VERBS, "cork": 0, "destroy": 0, "reset": 0, "destroy_soon": 0}
FINAL = ("destroy", "reset", "destroy_soon", "end")


def generate(seed: int) -> Program:
    """The program of a seed."""
    return Generator(seed).program()


class Generator:
    """Makes one program."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.clients = self.random.choice([1, 1, 1, 2, 3])
        self.transport = "tcp" if self.chance(0.65) else "path"
        self.few = self.chance(0.4)
        # Only one side pipes: two that echo would never be quiet.
        self.pipers = self.random.choice("CP")
        self.encoding = self.random.choice(["utf8", "latin1"])
        self.written: Counter[str] = Counter()
        self.big_left = 1 if not self.few and self.chance(0.2) else 0
        # Actors that were told to go: told more only seldom.
        self.gone: set[str] = set()

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def program(self) -> Program:
        actors = [f"{side}{number}" for number in range(self.clients) for side in "CP"]
        program: Program = {
            "seed": self.seed,
            "transport": self.transport,
            "server": {**self.options(), "pause_on_connect": self.chance(0.15)},
            "clients": [self.options() for _ in range(self.clients)],
            "deaf": [actor for actor in actors if self.chance(0.15)],
            "on": {},
            "steps": [],
        }
        program["server"]["close_early"] = self.chance(0.2)
        for actor in actors:
            program["on"][actor] = self.reactions(actor)
        for number in range(self.clients):
            program["steps"].append(self.connecting(f"C{number}"))
        for _ in range(self.random.randint(2, MOST_STEPS)):
            program["steps"] += self.step(actors)
        return program

    def options(self) -> dict[str, Any]:
        return {
            "allow_half_open": self.chance(0.4),
            "high_water_mark": self.random.choice(MARKS),
        }

    def reactions(self, actor: str) -> dict[str, list[Operation]]:
        """What the listeners of an actor do. Accepted sockets begin with "connection"."""
        reactions = {}
        first = "connection" if actor.startswith("P") else "connect"
        if self.chance(0.75):
            reactions[first] = [[actor, "data"]]
        if self.chance(0.15):
            reactions.setdefault(first, []).append(self.operation(actor, BEGINNINGS))
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            event = self.random.choice(EVENTS)
            if event != "data" or self.few:
                reactions.setdefault(event, []).append(self.operation(actor, REACTIONS))
        return reactions

    def connecting(self, client: str) -> list[Operation]:
        """The step in which a client connects: it may be told things before and at once after."""
        step: list[Operation] = [[client, "connect"]]
        while self.chance(0.2):
            step.append(self.operation(client, CONNECTING))
        if self.chance(0.1):
            step.insert(0, [client, self.random.choice(["data", "data", "cork", "unref"])])
        for operation in step:
            if operation[2:3] == [0]:
                # Whether an empty write still waits for the connection is of no interest.
                operation[2] = 1
        return step

    def step(self, actors: list[str]) -> list[list[Operation]]:
        """Usually one step; more where a short idle time is waited for and taken back."""
        actor = self.random.choice(actors)
        if self.chance(0.04):
            step = [[actor, "set_timeout", SHORT]]
            more = [[[actor, "write", 10, "bytes"]]] if self.chance(0.3) else []
            return [step, *more, [[actor, "set_timeout", 0]]]
        if self.chance(0.04):
            return [[["S", self.random.choice(["close", "get_connections", "unref", "ref"])]]]
        operations = [self.operation(actor, VERBS)]
        while self.chance(0.35):
            operations.append(self.operation(actor, VERBS))
        if self.chance(0.1):
            operations.append(self.operation(self.random.choice(actors), VERBS))
        return [operations]

    def operation(self, actor: str, verbs: dict[str, int]) -> Operation:
        if actor in self.gone and self.chance(0.6):
            # It can't do much more: the peer may.
            verbs = {"data": 3, "resume": 3, "pause": 1}
        (verb,) = self.random.choices(list(verbs), list(verbs.values()))
        if verb == "pipe" and not actor.startswith(self.pipers):
            verb = "resume"
        if verb in FINAL:
            self.gone.add(actor)
        return [actor, verb, *self.arguments(actor, verb)]

    def arguments(self, actor: str, verb: str) -> list[Any]:
        match verb:
            case "write":
                return [self.size(actor), self.kind()]
            case "end":
                return [self.size(actor) if self.chance(0.4) else None, self.kind()]
            case "destroy":
                return [self.chance(0.3)]
            case "set_encoding":
                return [self.encoding]
            case "set_timeout":
                return [self.random.choice([0, LONG])]
            case "pipe":
                return [self.destination(actor), self.chance(0.8)]
            case "unpipe":
                return [None]
        return []

    def size(self, actor: str) -> int:
        if self.big_left and self.chance(0.3):
            self.big_left -= 1
            return BIG
        most = FEW_BYTES if self.few else MOST_BYTES[self.transport]
        room = most - self.written[actor]
        size = self.random.choice([size for size in SIZES if size <= room])
        self.written[actor] += size
        return size

    def kind(self) -> str:
        """What is written: bytes, text; with a callback or without."""
        return self.random.choice(["bytes", "bytes", "text", "bytes+callback"])

    def destination(self, actor: str) -> str:
        """Where to pipe: an echo, or the next connection (never in a circle)."""
        if actor.startswith("P") and self.clients > 1 and self.chance(0.5):
            number = int(actor[1:])
            if number + 1 < self.clients:
                return f"P{number + 1}"
        return actor
