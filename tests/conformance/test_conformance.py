"""Node's `net` and netserve do the same, scenario by scenario.

A scenario is one small program written twice, `scenarios/<topic>/<fact>.js` for `node` and
`<fact>.py` for netserve, side by side and line for line where the languages allow. Each prints
one JSON line for each event, and ends by itself. The two traces must be equal, actor by actor.

To start a program costs more than what most scenarios do, so the scenarios of a topic are played
one after the other by one program of either language (`program.js`, `program.py`). What a scenario
is given is its own all the same. One that changes its process says so in its JavaScript half,
`// alone: why`, and has a program of its own; so has each of the topics in `ALONE`.

Where netserve differs on purpose, the scenario says so and why at its top, and its Python half
declares what stands in Node's place (`differs`); the claim about Node is checked as well.

A scenario's JavaScript half may open with `// since: 26` (Node's earlier versions do something
else) and `// only: linux`. NETSERVE_NODE names another `node` program.
"""

import contextlib
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
from collections.abc import Iterator, Mapping, Sequence
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
LOOPS = ("run", "uvloop")
# Topics whose scenarios change what a program is: a primary can't become one a second time, and
# a thread plays its program's file once more.
ALONE = {"clustering", "transferring"}
# Written to both outputs where a scenario begins.
BEGINS = "# the next scenario"

# How long a program may take, in seconds: to begin, and for each of its scenarios.
PATIENCE = 15.0
PATIENCE_EACH = 1.0


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


class Failure(str):
    """Why a scenario has no outcome."""


Played = dict[Path, Outcome | Failure]


@contextlib.contextmanager
def belongings() -> Iterator[dict[str, str]]:
    """What a scenario is given, each its own: a directory, a listening descriptor, an address
    where nobody ever answers, and a port to connect from."""
    with (
        tempfile.TemporaryDirectory(prefix="netserve-") as directory,
        socket.create_server(("127.0.0.1", 0)) as inherited,
        silent_address() as silent,
    ):
        yield {
            "SCENARIO_DIR": directory,
            "SCENARIO_FD": str(inherited.fileno()),
            "SCENARIO_SILENT": str(silent),
            "SCENARIO_LOCAL_PORT": str(quiet_port()),
        }


@dataclass(frozen=True)
class Language:
    """How the scenarios of one language are played."""

    program: str
    suffix: str
    environment: Mapping[str, str]

    def play(self, scenarios: Sequence[Path]) -> Played:
        """Play these scenarios, in one program if all goes well: one that fails, or that ends its
        program, is followed by a program for those after it."""
        if len(scenarios) == 1 and is_alone(scenarios[0]):
            return self.play_alone(scenarios[0])
        played: Played = {}
        while left := scenarios[len(played) :]:
            played |= self.play_together(left)
        return played

    def play_alone(self, scenario: Path) -> Played:
        with belongings() as given:
            stdout, stderr, failure = self.run(f"{scenario}{self.suffix}", [given], {})
        return {scenario: Failure(failure + stderr) if failure else Outcome(stdout, stderr)}

    def play_together(self, scenarios: Sequence[Path]) -> Played:
        """Play these scenarios in one program, as far as it gets; the first has an outcome."""
        with contextlib.ExitStack() as stack:
            given = [stack.enter_context(belongings()) for _ in scenarios]
            plays = [
                {"file": f"{scenario}{self.suffix}", "environment": environment}
                for scenario, environment in zip(scenarios, given, strict=True)
            ]
            variables = {"SCENARIOS": json.dumps(plays), "SCENARIO_BEGINS": BEGINS}
            stdout, stderr, failure = self.run(f"{HERE}/program{self.suffix}", given, variables)
        # What comes before the first mark is of the first scenario: it can only be a complaint.
        outputs = [text.split(f"{BEGINS}\n")[1:] or [text] for text in (stdout, stderr)]
        played: Played = {
            scenario: Outcome(*output)
            for scenario, *output in zip(scenarios, *outputs, strict=False)
        }
        if failure:
            last = scenarios[len(played) - 1]
            played[last] = Failure(f"{failure}: {last}{self.suffix}\n{outputs[1][-1]}")
        return played

    def run(
        self, file: str, given: Sequence[Mapping[str, str]], variables: Mapping[str, str]
    ) -> tuple[str, str, str]:
        """Run a program for scenarios that are given this: its output, its errors, and in which
        way it failed."""
        patience = PATIENCE + PATIENCE_EACH * len(given)
        program = subprocess.Popen(
            [self.program, file],
            env={**os.environ, **self.environment, **given[0], **variables},
            pass_fds=[int(environment["SCENARIO_FD"]) for environment in given],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with program:
            try:
                stdout, stderr = program.communicate(timeout=patience)
            except subprocess.TimeoutExpired:
                program.kill()
                return *program.communicate(), f"not over after {patience} s"
        return stdout, stderr, f"exit code {program.returncode}" if program.returncode else ""


@functools.cache
def play_node(scenarios: tuple[Path, ...]) -> Played:
    """Once for all of netserve's loops."""
    assert NODE is not None
    return Language(NODE, ".js", {}).play(scenarios)


@functools.cache
def play_netserve(scenarios: tuple[Path, ...], loop: str) -> Played:
    path = os.pathsep.join(filter(None, [str(HERE.parents[1]), os.environ.get("PYTHONPATH")]))
    environment = {"PYTHONPATH": path, "SCENARIO_LOOP": loop}
    return Language(sys.executable, ".py", environment).play(scenarios)


def outcome_of(scenario: Path, played: Played) -> Outcome:
    outcome = played[scenario]
    if isinstance(outcome, Failure):
        pytest.fail(outcome)
    return outcome


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


def why_not(scenario: Path, loop: str) -> str | None:
    """Why a scenario can't be played here."""
    assert NODE is not None
    since, only = header(scenario, "since"), header(scenario, "only")
    if since and node_version(NODE) < int(since):
        return f"node does this since version {since}"
    if only and not sys.platform.startswith(only):
        return f"only on {only}"
    if loop == "uvloop" and importlib.util.find_spec("uvloop") is None:
        return "uvloop isn't installed"
    return None


def is_alone(scenario: Path) -> bool:
    return scenario.parent.name in ALONE or header(scenario, "alone") is not None


@pytest.fixture
def company(scenario: Path, request: pytest.FixtureRequest) -> tuple[Path, ...]:
    """The scenarios that share a program with this one: of those to be run, all of its topic."""
    if is_alone(scenario):
        return (scenario,)
    asked = {
        item.callspec.params.get("scenario")
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.originalname == "test_same_trace"
        and not item.get_closest_marker("skip")
    }
    return tuple(
        other
        for other in SCENARIOS
        if other in asked and other.parent == scenario.parent and not is_alone(other)
    )


def cases() -> Iterator[Any]:
    """Every scenario with every loop."""
    for scenario in SCENARIOS:
        for loop in LOOPS:
            reason = why_not(scenario, loop)
            marks = [] if reason is None else [pytest.mark.skip(reason)]
            yield pytest.param(scenario, loop, id=f"{name(scenario)}-{loop}", marks=marks)


@pytest.mark.parametrize(("scenario", "loop"), list(cases()))
def test_same_trace(scenario: Path, loop: str, company: tuple[Path, ...]) -> None:
    node, _ = outcome_of(scenario, play_node(company)).trace()
    outcome = outcome_of(scenario, play_netserve(company, loop))
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
    javascript = re.sub(r"^// (since|only|alone): .*\n", "", javascript, flags=re.MULTILINE)
    comment = re.sub(r"^// ?", "", javascript, flags=re.MULTILINE)
    docstring = Path(f"{scenario}.py").read_text().split('"""')[1]
    assert docstring.split() == comment.split()
