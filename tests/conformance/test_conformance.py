"""Node's `net` and netserve do the same, scenario by scenario.

A scenario is one small program written twice, `scenarios/<topic>/<fact>.js` for `node` and
`<fact>.py` for netserve, side by side and line for line where the languages allow. Each prints
one JSON line for each event, and ends by itself. The two traces must be equal, actor by actor.

Where netserve differs on purpose, the scenario says so and why at its top, and its Python half
declares what stands in Node's place (`differs`); the claim about Node is checked as well.

A scenario's JavaScript half may open with `// since: 26` (Node's earlier versions do something
else) and `// only: linux`. NETSERVE_NODE names another `node` program.
"""

import functools
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.silence import quiet_port, silent_address

Line = list[Any]
Trace = dict[str, list[Line]]

HERE = Path(__file__).parent
SCENARIOS = sorted(path.with_suffix("") for path in (HERE / "scenarios").glob("*/*.js"))
OLDEST_NODE = 20
DEADLINE = 20.0  # seconds; a scenario takes a fraction of one
LOOPS = ("run", "uvloop")


@dataclass(frozen=True)
class Outcome:
    stdout: str
    stderr: str

    def trace(self) -> tuple[Trace, list[Line]]:
        """Each actor's events in order, and the differences declared."""
        trace: Trace = defaultdict(list)
        differences = []
        for who, *line in map(json.loads, self.stdout.splitlines()):
            if who == "differs":
                differences.append(line)
            else:
                trace[who].append(line)
        return dict(trace), differences


def node_program() -> str | None:
    program = shutil.which(os.environ.get("NETSERVE_NODE", "node"))
    return program if program and node_version(program) >= OLDEST_NODE else None


@functools.cache
def node_version(program: str) -> int:
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return int(version.stdout.lstrip("v").split(".")[0])


NODE = node_program()
if NODE is None:
    pytest.skip(
        f"node {OLDEST_NODE} or newer isn't installed: {len(SCENARIOS)} scenarios skipped",
        allow_module_level=True,
    )


def play(*command: str, **environment: str) -> Outcome:
    """Run one half of a scenario in a process, a directory and with a listening socket of its
    own, beside an address where nobody ever answers and a port to connect from."""
    with (
        tempfile.TemporaryDirectory(prefix="netserve-") as directory,
        socket.create_server(("127.0.0.1", 0)) as inherited,
        silent_address() as silent,
    ):
        environment = {
            **os.environ,
            **environment,
            "SCENARIO_DIR": directory,
            "SCENARIO_FD": str(inherited.fileno()),
            "SCENARIO_SILENT": str(silent),
            "SCENARIO_LOCAL_PORT": str(quiet_port()),
        }
        try:
            done = subprocess.run(
                command,
                env=environment,
                pass_fds=[inherited.fileno()],
                capture_output=True,
                text=True,
                timeout=DEADLINE,
            )
        except subprocess.TimeoutExpired as late:
            so_far = (late.stdout or b"").decode() + (late.stderr or b"").decode()
            pytest.fail(f"not over after {DEADLINE} s: {' '.join(command)}\n{so_far}")
    if done.returncode != 0:
        pytest.fail(f"exit code {done.returncode}: {' '.join(command)}\n{done.stderr}")
    return Outcome(done.stdout, done.stderr)


@functools.cache
def play_node(scenario: Path) -> Outcome:
    """Once for all of netserve's loops."""
    assert NODE is not None
    return play(NODE, f"{scenario}.js")


def play_netserve(scenario: Path, loop: str) -> Outcome:
    path = os.pathsep.join(filter(None, [str(HERE.parents[1]), os.environ.get("PYTHONPATH")]))
    return play(sys.executable, f"{scenario}.py", PYTHONPATH=path, SCENARIO_LOOP=loop)


def header(scenario: Path, key: str) -> str | None:
    found = re.search(rf"^// {key}: (.+)$", Path(f"{scenario}.js").read_text(), re.MULTILINE)
    return found and found.group(1)


def expect(node: Trace, differences: list[Line]) -> Trace:
    """Node's trace, with the declared differences in the place of what Node does."""
    expected = {who: list(lines) for who, lines in node.items()}
    for who, here, there in differences:
        lines = expected.get(who, [])
        starts = [at for at in range(len(lines)) if lines[at : at + len(here)] == here]
        assert starts, f"node's {who} doesn't do {here} any more: {lines}"
        lines[starts[0] : starts[0] + len(here)] = there
    return expected


def name(scenario: Path) -> str:
    return f"{scenario.parent.name}/{scenario.name}"


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=name)
def test_same_trace(scenario: Path, loop: str) -> None:
    assert NODE is not None
    since, only = header(scenario, "since"), header(scenario, "only")
    if since and node_version(NODE) < int(since):
        pytest.skip(f"node does this since version {since}")
    if only and not sys.platform.startswith(only):
        pytest.skip(f"only on {only}")
    if loop == "uvloop" and importlib.util.find_spec("uvloop") is None:
        pytest.skip("uvloop isn't installed")
    node, _ = play_node(scenario).trace()
    outcome = play_netserve(scenario, loop)
    netserve, differences = outcome.trace()
    assert netserve == expect(node, differences), outcome.stderr


def test_every_scenario_is_a_pair() -> None:
    written_in = {
        suffix: {path.with_suffix("") for path in (HERE / "scenarios").glob(f"*/*{suffix}")}
        for suffix in (".js", ".py")
    }
    assert written_in[".js"] == written_in[".py"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name)
def test_both_halves_state_the_same_fact(scenario: Path) -> None:
    javascript = Path(f"{scenario}.js").read_text().split("'use strict';")[0]
    comment = re.sub(r"^// ?", "", re.sub(r"^// (since|only): .*\n", "", javascript, flags=re.M),
                     flags=re.M)  # fmt: skip
    docstring = Path(f"{scenario}.py").read_text().split('"""')[1]
    assert docstring.split() == comment.split()
