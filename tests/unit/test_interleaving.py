"""The order in which the addresses of a host are tried."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netserve._socket.dialer import interleave

ORDERS = {
    "a4": "a4",
    "a4 b4 c4": "a4 b4 c4",
    "a6 b4": "a6 b4",
    "a4 b4 c6": "a4 c6 b4",
    "a6 b6 c6 d4 e4": "a6 d4 b6 e4 c6",
    "a4 b6 c6 d6": "a4 b6 c6 d6",
    "a4 a4 b6 a4 b6 c4": "a4 b6 c4",
}
ADDRESSES = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from([4, 6])), min_size=1)


def addresses(text):
    return [(name, int(version)) for name, version in text.split()]


@pytest.mark.parametrize(("given_", "order"), ORDERS.items())
def test_the_families_take_turns(given_, order):
    assert interleave(addresses(given_)) == addresses(order)


@given(ADDRESSES)
def test_each_address_is_tried_once_and_the_first_is_first(found):
    order = interleave(found)
    assert sorted(order) == sorted(set(found))
    assert order[0] == found[0]


@given(ADDRESSES)
def test_a_family_waits_for_one_address_of_the_other_at_most_while_both_last(found):
    order = interleave(found)
    versions = [version for _, version in order]
    shorter = min(versions.count(4), versions.count(6))
    turns = versions[: 2 * shorter]
    assert all(one != other for one, other in pairwise(turns))


@given(ADDRESSES)
def test_the_order_within_a_family_is_that_of_the_lookup(found):
    order = interleave(found)
    for version in (4, 6):
        once_each = list(dict.fromkeys(pair for pair in found if pair[1] == version))
        assert [pair for pair in order if pair[1] == version] == once_each
