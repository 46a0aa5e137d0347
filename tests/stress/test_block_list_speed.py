"""A block list of a hundred thousand rules is asked, and built, about as fast as a short one.

A list that is searched from end to end would take a thousand times as long: the bounds here are far
from what is measured, and far from that.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from netserve import BlockList

FEW, MANY = 100, 100_000
ASKED = [f"{n}.7.7.7" for n in range(1, 256, 5)]


def network(number: int) -> str:
    return f"{1 + (number >> 16)}.{number >> 8 & 255}.{number & 255}.0"


def add_address(block_list: BlockList, number: int) -> None:
    block_list.add_address(network(number))


def add_subnet(block_list: BlockList, number: int) -> None:
    block_list.add_subnet(network(number), 24)


def add_range(block_list: BlockList, number: int) -> None:
    block_list.add_range(network(number), "255.255.255.0")


Add = Callable[[BlockList, int], None]
KINDS = [add_address, add_subnet, add_range]
REMOVE = {
    add_address: lambda rules, number: rules.remove_address(network(number)),
    add_subnet: lambda rules, number: rules.remove_subnet(network(number), 24),
    add_range: lambda rules, number: rules.remove_range(network(number), "255.255.255.0"),
}


def shuffled(count: int) -> list[int]:
    """The numbers below `count` in another order, the same each time."""
    return [number * 7919 % count for number in range(count)]


def build(add: Add, count: int) -> BlockList:
    block_list = BlockList()
    for number in shuffled(count):
        add(block_list, number)
    return block_list


def seconds(action: Callable[[], object], rounds: int = 5) -> float:
    """Seconds of this process, in the best of some rounds."""

    def once() -> float:
        began = time.process_time()
        action()
        return time.process_time() - began

    return min(once() for _ in range(rounds))


def ask(block_list: BlockList) -> None:
    for _ in range(50):
        for address in ASKED:
            block_list.check(address)


@pytest.mark.parametrize("add", KINDS)
def test_a_question_does_not_take_longer_with_a_thousand_times_the_rules(add):
    few, many = build(add, FEW), build(add, MANY)
    assert (few.size, many.size) == (FEW, MANY)
    assert seconds(lambda: ask(many)) < 20 * seconds(lambda: ask(few))


@pytest.mark.parametrize("add", KINDS)
def test_a_rule_is_added_and_removed_as_fast_when_there_are_many(add):
    def come_and_go(count: int) -> None:
        block_list = build(add, count)
        for number in shuffled(count):
            REMOVE[add](block_list, number)
        assert block_list.size == 0

    few = seconds(lambda: come_and_go(FEW), 20) / FEW
    many = seconds(lambda: come_and_go(MANY), 1) / MANY
    assert many < 50 * few


def test_rules_that_are_asked_about_one_by_one_while_they_come_are_no_slower():
    def grow(count: int) -> None:
        block_list = BlockList()
        for number in shuffled(count):
            add_subnet(block_list, number)
            assert block_list.check(network(number))

    few = seconds(lambda: grow(FEW), 20) / FEW
    many = seconds(lambda: grow(MANY), 1) / MANY
    assert many < 50 * few
