"""A program whose environment speaks of a channel that is not there starts as any other."""

from __future__ import annotations

import os
import socket

import pytest

from tests.programs import PATIENCE

PROGRAM = """
import netserve
from netserve import cluster, process
print(process.connected, process.channel, cluster.is_worker)
"""


TALKER = """
import netserve
from netserve import process
process.send({"a": 1})
process.disconnect()
netserve.run()
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


@pytest.mark.parametrize("mode", ["", "odd", "ADVANCED"])
def test_a_mode_that_nobody_knows_is_said_and_taken_for_json(python, mode):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        environment = {
            **os.environ,
            "NODE_CHANNEL_FD": str(theirs.fileno()),
            "NODE_CHANNEL_SERIALIZATION_MODE": mode,
        }
        program = python("-c", TALKER, env=environment, pass_fds=[theirs.fileno()])
        theirs.close()
        ours.settimeout(PATIENCE)
        with ours.makefile("rb") as lines:
            assert b'{"a":1}\n' in lines
    code, _, errors = program.result()
    assert code == 0
    said = f"NODE_CHANNEL_SERIALIZATION_MODE is {mode!r}, neither 'json' nor 'advanced': "
    assert errors == (said + "'json' is taken\n" if mode else "")


def test_a_mode_without_a_channel_is_ignored(python):
    assert run(python, NODE_CHANNEL_SERIALIZATION_MODE="odd") == (0, "False None False\n", "")
