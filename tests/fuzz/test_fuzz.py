"""A hundred random programs do the same in Node and in netserve; `make fuzz` plays more."""

import os

import pytest

from tests.fuzz.compare import differences
from tests.fuzz.generate import generate
from tests.fuzz.play import node_program, play

# These are known to agree with every Node from 20 on: a difference is something new.
SEEDS = [int(seed) for seed in os.environ.get("FUZZ_SEEDS", "").split()] or list(range(3000, 3100))

if node_program() is None:
    pytest.skip("node isn't installed: no programs to compare", allow_module_level=True)


def test_a_seed_makes_the_same_program_every_time():
    assert [generate(seed) for seed in SEEDS] == [generate(seed) for seed in SEEDS]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("player", ["asyncio", "uvloop", "asyncio+await", "uvloop+await"])
def test_random_programs_do_what_they_do_in_node(player):
    # One that differs is played again: a busy machine may cut a transfer in other places.
    programs = [generate(seed) for seed in (SEEDS if player == "asyncio" else SEEDS[::2])]
    later = player.endswith("+await")
    different = programs
    for _ in range(2):
        node, ours = play("node", different), play(player, different)
        found = {seed: differences(node[seed], ours[seed], later=later) for seed in node}
        different = [program for program in different if found[program["seed"]]]
    told = [
        "\n  ".join([f"python -m tests.fuzz --player {player} --replay {seed}", *lines])
        for seed, lines in found.items()
        if lines
    ]
    assert not told, "\n" + "\n".join(told)
