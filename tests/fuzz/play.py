"""Has many programs played by Node and by netserve, a batch in each process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .generate import Program

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BATCH = 100  # programs in one process
TOGETHER = 8  # of them at a time
DEADLINE = 300.0  # seconds for a batch


@dataclass(frozen=True)
class Outcome:
    """What one program came to."""

    lines: list[list[Any]]
    # None: it went to its end. "hung", or what was raised.
    failure: str | None


def node_program() -> str | None:
    """The `node` to compare with: NETSERVE_NODE, or the one on the path."""
    return shutil.which(os.environ.get("NETSERVE_NODE", "node"))


def command(player: str) -> list[str]:
    """How "node", "asyncio" or "uvloop" is started, up to the folder and the number."""
    if player == "node":
        program = node_program()
        assert program is not None, "node isn't installed"
        return [program, str(HERE / "world.js")]
    return [sys.executable, str(HERE / "world.py")]


def play(player: str, programs: Iterable[Program], together: int = TOGETHER) -> dict[int, Outcome]:
    """Each program's outcome, by its seed."""
    programs = list(programs)
    found: dict[int, Outcome] = {}
    for start in range(0, len(programs), BATCH):
        found |= _play_batch(player, programs[start : start + BATCH], together)
    return found


def _play_batch(player: str, programs: list[Program], together: int) -> dict[int, Outcome]:
    wanted = "".join(json.dumps(program) + "\n" for program in programs)
    with (
        tempfile.TemporaryDirectory(prefix="fuzz-", dir="/tmp") as folder,
        open(Path(folder) / "answers", "w+") as answers,
        open(Path(folder) / "complaints", "w+") as complaints,
    ):
        done = subprocess.run(
            [*command(player), folder, str(together), player],
            input=wanted,
            stdout=answers,
            stderr=complaints,
            text=True,
            timeout=DEADLINE,
            cwd=ROOT,
        )
        answers.seek(0)
        complaints.seek(0)
        said = complaints.read()
        if said:
            print(said[:5000], file=sys.stderr)
        found = {}
        for line in answers:
            answer = json.loads(line)
            found[answer["seed"]] = Outcome(answer["trace"], answer["outcome"])
    for program in programs:
        missing = f"the process ended with {done.returncode}: {said}"
        found.setdefault(program["seed"], Outcome([], missing))
    return found
