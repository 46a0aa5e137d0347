"""What a cluster's messages say: every one that is written is understood, nonsense is refused."""

from __future__ import annotations

import errno
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netserve._server.listen_request import DEFAULT_BACKLOG, ListenRequest
from netserve.cluster._messages import (
    Accepted,
    Answer,
    Close,
    Disconnect,
    ExitedAfterDisconnect,
    Listening,
    ListeningAddress,
    NewConnection,
    Online,
    Open,
    QueryServer,
    Refused,
    Where,
    understand,
)
from netserve.cluster._places import request, where

PORT = {"address": None, "port": 80, "addressType": 4}
WORDS = [
    *("act", "ack", "accepted", "open", "key", "seq", "errno", "sockname", "reports", "address"),
    *("port", "addressType", "fd", "index", "flags", "backlog", "readableAll", "data"),
]
KINDS = [
    *("online", "queryServer", "listening", "close", "exitedAfterDisconnect", "open"),
    *("newconn", "disconnect", "other"),
]
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.none())
MESSAGES = st.dictionaries(st.sampled_from(WORDS), VALUES | st.sampled_from(KINDS))

COUNTS = st.integers(0, 2**64 - 1)
KEYS = st.text(max_size=9)
NAMES = st.tuples(st.text(max_size=9), st.integers(0, 65535), st.sampled_from([4, 6]))
PLACES = (
    st.builds(
        Where,
        st.none() | st.text(max_size=9),
        st.integers(0, 65535),
        st.sampled_from([4, 6]),
        ipv6_only=st.booleans(),
        backlog=st.integers(0, 2**31 - 1),
    )
    | st.builds(
        Where,
        st.text(max_size=9),
        st.just(-1),
        st.just(-1),
        readable_all=st.booleans(),
        writable_all=st.booleans(),
    )
    | st.builds(Where, st.none(), st.none(), st.none(), st.integers(0, 99))
)
SENT = (
    st.builds(Online)
    | st.builds(Disconnect)
    | st.builds(Close, KEYS)
    | st.builds(Listening, st.builds(ListeningAddress, KEYS, COUNTS, st.just(4), st.none()))
    | st.builds(QueryServer, PLACES, COUNTS, st.none() | KEYS, st.just(7))
    | st.builds(ExitedAfterDisconnect, st.just(7))
    | st.builds(Answer, COUNTS)
    | st.builds(
        Answer, COUNTS, st.integers(0, 200), KEYS, KEYS, st.none() | NAMES, st.booleans()
    )
)  # fmt: skip


@given(message=SENT)
def test_what_is_written_is_understood(message: Any) -> None:
    sent = json.loads(json.dumps({"cmd": "NODE_CLUSTER", **message.write(), "seq": 7}))
    assert understand(sent) == message


@given(message=MESSAGES, fd=st.none() | st.just(3))
def test_whatever_comes_is_understood_or_refused(message: dict[str, Any], fd: int | None) -> None:
    answer = None
    try:
        said = understand(message, fd)
    except Refused as refusal:
        answer = refusal.answer
    else:
        assert getattr(said, "fd", None) in (None, fd)
    assert answer is None or answer.ack == message["seq"]


# In Node's words


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ({"act": "online"}, Online()),
        ({"act": "close", "key": "k"}, Close("k")),
        ({"act": "disconnect"}, Disconnect()),
        ({"act": "exitedAfterDisconnect", "seq": 3}, ExitedAfterDisconnect(3)),
        ({"act": "open", "key": "k", "open": 4}, Open("k", 4)),
        ({"ack": 0, "accepted": True}, Accepted(0, True)),
        ({"ack": 5, "accepted": False, "open": 2}, Accepted(5, False, 2)),
        ({"ack": 5, "accepted": False, "open": -2}, Accepted(5, False)),
        ({"ack": 1, "seq": 2}, Answer(1)),
        ({"ack": 1, "errno": None, "key": "k", "data": None}, Answer(1, key="k")),
        ({"ack": 1, "errno": 0, "key": "k", "data": 3}, Answer(1, key="k", data=3)),
        ({"ack": 1, "errno": -98, "key": "k"}, Answer(1, errno.EADDRINUSE, "k")),
        (
            {"ack": 1, "key": "k", "sockname": {"address": "::1", "family": "IPv6", "port": 9}},
            Answer(1, key="k", name=("::1", 9, 6)),
        ),
        ({"ack": 1, "key": "k", "reports": True}, Answer(1, key="k", reports=True)),
        (
            {"act": "listening", "address": None, "port": 80, "addressType": 4},
            Listening(ListeningAddress(None, 80, 4, None)),
        ),
        (
            {"act": "queryServer", "seq": 1, "index": 0, "data": None, **PORT, "flags": 1},
            QueryServer(Where(None, 80, 4, ipv6_only=True), 0, None, 1),
        ),
        (
            {"act": "queryServer", "seq": 1, "index": 2, **PORT, "backlog": 2**40},
            QueryServer(Where(None, 80, 4, backlog=2**31 - 1), 2, None, 1),
        ),
    ],
)
def test_messages_of_a_node_process_are_understood(message, value):
    assert understand({"cmd": "NODE_CLUSTER", **message}) == value


def test_a_connection_that_is_dealt_has_its_descriptor():
    dealt = {"act": "newconn", "key": "k", "seq": 6}
    assert understand(dealt, 9) == NewConnection("k", 6, 9)
    with pytest.raises(Refused):
        understand(dealt)


def test_an_answer_has_the_descriptor_that_came_with_it():
    assert understand({"ack": 1, "errno": 0, "key": "k"}, 9) == Answer(1, key="k", fd=9)
    assert understand({"ack": 1, "errno": "odd"}, 9) == Answer(1, errno.EPROTO, fd=9)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"act": "suicide"},
        {"act": None, "ack": 1},
        {"ack": -1},
        {"ack": True},
        {"ack": 2**64},
        {"act": "close"},
        {"act": "close", "key": 7},
        {"act": "open", "key": "k", "open": True},
        {"act": "exitedAfterDisconnect"},
        {"act": "listening", "address": 7},
        {"act": "queryServer", **PORT, "index": 0},
    ],
)
def test_nonsense_is_refused_without_an_answer(message):
    with pytest.raises(Refused) as refused:
        understand(message)
    assert refused.value.answer is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"addressType": "udp4"},
        {"addressType": None},
        {"port": None},
        {"port": "80"},
        {"address": 7},
        {"index": -1},
        {"fd": "three"},
    ],
)
def test_a_question_that_makes_no_sense_is_answered(wrong):
    with pytest.raises(Refused) as refused:
        understand({"act": "queryServer", "seq": 4, "index": 0, **PORT, **wrong})
    answer = refused.value.answer
    assert answer is not None
    assert (answer.ack, answer.errno) == (4, errno.EINVAL)
    assert answer.key is not None


def test_a_key_is_ascii_whatever_the_path():
    query = QueryServer(Where("/tmp/\u00fc\ud800\0", -1, -1), 0)
    assert query.key == "/tmp/\\xfc\\ud800\\x00:-1:-1:None:0"


# What is to be listened on


@pytest.mark.parametrize(
    "wanted",
    [
        ListenRequest(port=80),
        ListenRequest(port=80, backlog=7),
        ListenRequest(port=0, ipv6_only=True),
        ListenRequest(path="/tmp/s", readable_all=True, writable_all=True),
        ListenRequest(path="\0abstract"),
        ListenRequest(fd=3, borrowed=True),
    ],
)
def test_what_a_worker_asks_for_is_what_the_primary_binds(wanted):
    assert request(where(wanted, [])) == (wanted, [])


def test_the_first_address_of_a_host_is_asked_for():
    asked = where(ListenRequest(port=80, host="here"), [("127.0.0.1", 4), ("::1", 6)])
    assert asked == Where("127.0.0.1", 80, 4, backlog=DEFAULT_BACKLOG)
    assert request(asked) == (ListenRequest(port=80), [("127.0.0.1", 4)])


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Where(None, 65536, 4), "the port 65536"),
        (Where(None, -1, 6), "the port -1"),
        (Where("127.0.0.1", 80, 6), "no IPv6 address"),
        (Where("::1", 80, 4), "no IPv4 address"),
        (Where("", -1, -1), "path must not be empty"),
        (Where(None, -1, -1), "path must not be empty"),
        (Where("/tmp/" + "x" * 200, -1, -1), "path must be at most"),
        (Where(None, None, None, -3), "fd must be 0 or more"),
    ],
)
def test_what_can_not_be_listened_on_is_refused(asked, why):
    with pytest.raises(ValueError, match=why):
        request(asked)


def test_a_path_that_is_too_long_is_reached_from_here(monkeypatch, tmp_path):
    deep = tmp_path / ("d" * 50) / ("e" * 50)
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep.parent)
    [wanted, _] = request(Where(str(deep / "s"), -1, -1))
    assert wanted.path == "e" * 50 + "/s"
    [wanted, _] = request(Where("/short", -1, -1))
    assert wanted.path == "/short"
