"""The command line of the benchmarks; `make bench` calls it without options."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from . import chart, compare, document
from .peers import BUILD, HERE, PEERS, Peer
from .peers import BY_NAME as PEERS_BY_NAME
from .processes import CORES, compile_programs, prepare
from .rounds import Results, measure
from .works import BY_NAME as WORKS_BY_NAME
from .works import FAMILIES, WORKS

T = TypeVar("T")

COMMITTED = HERE / "results.json"
QUICK_ROUNDS, QUICK_SECONDS = 1, 0.3


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="netserve and its peers on the same work. A full run replaces results.json, "
        "RESULTS.md and results.svg, and ends with what has changed; a partial one (--quick, "
        "--only, --servers, --compare) leaves its own in benchmarks/build/.",
    )
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of each work (5)")
    parser.add_argument("--seconds", type=float, metavar="S", help="length of a measurement (2)")
    parser.add_argument("--only", metavar="WORKS", help=f"some of {','.join(WORKS_BY_NAME)}")
    parser.add_argument("--servers", metavar="NAMES", help=f"some of {','.join(PEERS_BY_NAME)}")
    parser.add_argument(
        "--compare",
        action="store_true",
        help="netserve and its measure (C, Node, uvloop) only, against the committed results; "
        "exit code 1 if more than 10 %% worse",
    )
    parser.add_argument("--quick", action="store_true", help="one short round, to see it work")
    parser.add_argument("--render", action="store_true", help="no run: write RESULTS.md again")
    return parser.parse_args(arguments)


def chosen(text: str | None, known: dict[str, T], default: Sequence[T]) -> list[T]:
    if text is None:
        return list(default)
    names = text.split(",")
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"unknown: {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names]


def run(options: argparse.Namespace) -> Results:
    compared: Sequence[Peer] = PEERS
    if options.compare:
        rivals = [family.rival for family in FAMILIES]
        compared = [peer for peer in PEERS if peer.is_ours or peer.name in rivals]
    peers = chosen(options.servers, PEERS_BY_NAME, compared)
    works = chosen(options.only, WORKS_BY_NAME, WORKS)
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else 5)
    seconds = options.seconds or (QUICK_SECONDS if options.quick else 2.0)
    if len(CORES) < 2:
        print("one core only: the load generator takes half of it, so rates mean little")
    compile_programs()
    prepare()
    return measure(works, peers, rounds, seconds)


def is_full(options: argparse.Namespace) -> bool:
    return not (options.quick or options.only or options.servers or options.compare)


def keep(results: Results, folder: Path) -> None:
    raw = json.dumps(results.to_json(), indent=1, ensure_ascii=False)
    (folder / "results.json").write_text(raw + "\n", encoding="utf-8")
    write_documents(results, folder)


def write_documents(results: Results, folder: Path) -> None:
    (folder / "RESULTS.md").write_text(document.render(results), encoding="utf-8")
    (folder / "results.svg").write_text(chart.draw(results), encoding="utf-8")


def committed() -> Results:
    if not COMMITTED.exists():
        sys.exit("there are no committed results yet: run without options first")
    return Results.from_json(json.loads(COMMITTED.read_text(encoding="utf-8")))


def report_changes(before: Results, after: Results) -> int:
    """What differs from the committed results; 1 if something is worse."""
    found = list(compare.changes(before, after))
    for change in found:
        print(change)
    if not found:
        print("nothing to compare: netserve or its measure is missing in one of the two runs")
        return 1
    return int(any(change.worse_by > compare.TOLERANCE for change in found))


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    if options.render:
        write_documents(committed(), HERE)
        return 0
    before = committed() if options.compare or (is_full(options) and COMMITTED.exists()) else None
    results = run(options)
    keep(results, HERE if is_full(options) else BUILD)
    if not options.compare:
        print("\n" + document.render(results))
    worse = 0 if before is None else report_changes(before, results)
    # A full run is to be looked at before it is committed; only who asked for a verdict gets one.
    return worse if options.compare else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
