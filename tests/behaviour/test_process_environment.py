"""A program whose environment speaks of a channel that is not there starts as any other."""

from __future__ import annotations

import os

import pytest

PROGRAM = """
import netserve
from netserve import cluster, process
print(process.connected, process.channel, cluster.is_worker)
"""


def run(python, **environment: str) -> tuple[int, str, str]:
    return python("-c", PROGRAM, env={**os.environ, **environment}).result()


@pytest.mark.parametrize("number", ["77", "1", "99999999999999999999"])
def test_a_number_that_is_no_channel_is_said_and_ignored(python, number):
    code, output, errors = run(python, NODE_CHANNEL_FD=number, NODE_UNIQUE_ID="1")
    assert (code, output) == (0, "False None False\n")
    assert errors == f"NODE_CHANNEL_FD is {number}, which is no channel: " + (
        "there is no parent to talk to\n"
    )


@pytest.mark.parametrize("number", ["", "three", "-1"])
def test_what_is_no_number_is_ignored(python, number):
    assert run(python, NODE_CHANNEL_FD=number) == (0, "False None False\n", "")
