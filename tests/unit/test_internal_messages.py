"""The channel's own messages: every one that is written is understood, what is nonsense is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netserve._processes.ipc.messages import (
    AllClosed,
    Answer,
    Count,
    ForCluster,
    GetCount,
    Handle,
    Hello,
    NotifyClose,
    is_internal,
    understand,
)

KEYS = st.text(max_size=9)
PLAIN = st.none() | st.integers() | KEYS | st.dictionaries(KEYS, st.none())
SENT = (
    st.builds(Hello, st.integers(0, 9))
    | st.builds(Answer, st.booleans())
    | st.builds(GetCount, KEYS)
    | st.builds(Count, KEYS, st.integers(0, 9))
    | st.builds(NotifyClose, KEYS)
    | st.builds(AllClosed, KEYS)
    | st.builds(Handle, KEYS, PLAIN, st.none() | KEYS, st.none() | KEYS)
)


@given(message=SENT)
def test_what_is_written_is_understood(message: Any) -> None:
    sent = json.loads(json.dumps(message.write()))
    assert is_internal(sent)
    assert understand(sent) == message


def test_a_clusters_message_is_for_the_cluster():
    message = {"cmd": "NODE_CLUSTER", "act": "online", "seq": 0}
    assert understand(message) == ForCluster(message)
    assert ForCluster(message).write() == message


def test_a_handle_that_node_sends_again_is_wrapped_twice_and_unwrapped():
    inner = {"cmd": "NODE_HANDLE", "type": "net.Socket", "msg": "hello", "key": "k"}
    outer = {"cmd": "NODE_HANDLE", "type": "net.Native", "msg": inner}
    assert understand(outer) == Handle("net.Socket", "hello", "k")


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ({"cmd": "NODE_HANDLE"}, Handle("", None)),
        ({"cmd": "NODE_HANDLE", "type": 7, "key": 7, "waiting": []}, Handle("", None)),
        ({"cmd": "NODE_SOCKET_COUNT", "key": "k"}, Count("k", 0)),
        ({"cmd": "NODE_SOCKET_COUNT", "key": "k", "count": -3}, Count("k", 0)),
        ({"cmd": "NODE_SOCKET_COUNT", "key": "k", "count": True}, Count("k", 0)),
        ({"cmd": "NODE_SOCKET_COUNT", "key": "k", "count": 2**64 - 1}, Count("k", 2**31 - 1)),
        ({"cmd": "NODE_SOCKET_COUNT", "key": "k", "count": 2**9999}, Count("k", 2**31 - 1)),
        ({"cmd": "NODE_SOCKET_COUNT", "count": 3}, None),
        ({"cmd": "NODE_SOCKET_GET_COUNT", "key": None}, None),
        ({"cmd": "NODE_NETSERVE"}, None),
        ({"cmd": "NODE_SOMETHING_NEW"}, None),
    ],
)
def test_what_is_odd_is_read_as_far_as_it_goes(message, value):
    assert understand(message) == value


@pytest.mark.parametrize(
    "message",
    [None, 7, "NODE_HANDLE", [], {}, {"cmd": "NODE_"}, {"cmd": "NODEfoo"}, {"cmd": ["NODE_X"]}],
)
def test_what_a_program_says_is_not_for_the_channel(message):
    assert not is_internal(message)
