"""Random programs, played by Node and by netserve; what they trace is compared.

python -m tests.fuzz --seeds 2000          look for differences
python -m tests.fuzz --replay SEED         one program, both traces, what differs
python -m tests.fuzz --shrink SEED         the same, with the program made smaller first
python -m tests.fuzz --player node         Node with itself: is the generator at fault?
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from itertools import zip_longest

from .compare import by_actor, differences, first_difference, shown
from .generate import Program, generate
from .play import BATCH, TOGETHER, play
from .shrink import shrink

PLAYERS = ["asyncio", "uvloop", "asyncio+await", "uvloop+await", "node"]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seeds", type=int, default=2000, help="how many programs")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--player",
        choices=PLAYERS,
        default="asyncio",
        help="+await: each listener is a coroutine function",
    )
    parser.add_argument("--replay", type=int, metavar="SEED")
    parser.add_argument("--shrink", type=int, metavar="SEED")
    options = parser.parse_args()
    if options.replay is not None:
        return show(generate(options.replay), options.player)
    if options.shrink is not None:
        program = generate(options.shrink)
        kinds = {kind(found) for found in compare([program], options.player)[options.shrink]}

        def differ(programs: list[Program]) -> list[bool]:
            differences = compare(programs, options.player).values()
            return [any(kind(found) in kinds for found in them) for them in differences]

        return show(shrink(program, differ), options.player)
    return search(range(options.start, options.start + options.seeds), options.player)


def search(seeds: range, player: str) -> int:
    """Plays many programs and prints each difference. 1 if there is one."""
    wrong = 0
    for start in range(seeds.start, seeds.stop, BATCH):
        batch = range(start, min(start + BATCH, seeds.stop))
        for seed, found in compare([generate(seed) for seed in batch], player).items():
            if found:
                wrong += 1
                print(f"seed {seed}", *found, sep="\n  ", flush=True)
    print(f"{len(seeds)} programs, {wrong} differ")
    return int(bool(wrong))


def compare(programs: list[Program], player: str) -> dict[int, list[str]]:
    """What differs, by seed."""
    # Node beside itself is kept busy in another way, so that what is left to chance shows.
    together = TOGETHER // 2 if player == "node" else TOGETHER
    node, other = play("node", programs), play(player, programs, together)
    later = player.endswith("+await")
    return {seed: differences(node[seed], other[seed], later=later) for seed in node}


def kind(difference: str) -> str:
    """A difference without its figures: a smaller program's must be of the same kind."""
    return re.sub(r"[\d'][\da-f']*", "", difference)


def show(program: Program, player: str) -> int:
    """Prints all about one program: `N` is Node's line, `P` the other's."""
    seed = program["seed"]
    node, other = play("node", [program])[seed], play(player, [program])[seed]
    for name, value in program.items():
        if name != "steps":
            print(f"{name}: {json.dumps(value)}")
    print("steps:", *map(json.dumps, program["steps"]), sep="\n  ")
    ours, theirs = by_actor(other.lines), by_actor(node.lines)
    for who in sorted({*ours, *theirs}):
        there, here = theirs.get(who, []), ours.get(who, [])
        where = first_difference(who, there, here)
        print(f"{who}:" + (" no difference" if where is None else ""))
        if where is None:
            continue
        for at, pair in enumerate(zip_longest(map(shown, there), map(shown, here))):
            lines = (
                [f"    {pair[0]}"] if pair[0] == pair[1] else [f"  N {pair[0]}", f"  P {pair[1]}"]
            )
            print(*(f"{at:4}{line}" for line in lines), sep="\n")
    found = differences(node, other, later=player.endswith("+await"))
    print("differs:" if found else "no difference", *found, sep="\n  ")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
