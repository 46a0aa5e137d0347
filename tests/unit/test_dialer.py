"""`Dialer`: one address after the other, what is told of each, and what comes of all. No kernel."""

from __future__ import annotations

import errno
import socket
from typing import Any

import pytest

from netserve import BlockList
from netserve._socket import dialer
from netserve._socket.connect_request import ConnectRequest
from netserve._socket.dialer import Dialer, interleave
from netserve._socket.states import Life
from tests.unit.parts import Core, Owner

PORT = 80


class Opened:
    """A descriptor that is to be connected: each attempt has an answer of its own."""

    def __init__(self, version: int, number: int) -> None:
        self.family = {4: socket.AF_INET, 6: socket.AF_INET6, 0: socket.AF_UNIX}[version]
        self.number = number
        self.closed = False

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def connect_ex(self, _: object) -> int:
        return self.number

    def detach(self) -> int:
        return 99


class Dialing(Owner):
    """A socket that connects: its end is the end of its dialer."""

    dialer: Dialer

    def __init__(self, core: Core) -> None:
        super().__init__(core, Life.CONNECTING)

    def destroy(self, error: BaseException | None = None) -> None:
        super().destroy(error)
        self.dialer.cancel()


class World:
    """A socket that dials, and the answers of its system."""

    def __init__(self, core: Core, answers: dict[str, int]) -> None:
        self.core = core
        self.owner = Dialing(core)
        self.answers = answers
        self.opened: list[str] = []

    def open_socket(self, address: tuple[str, int]) -> Opened:
        host, version = address
        self.opened.append(host)
        return Opened(version, self.answers.get(host, errno.EINPROGRESS))

    def dial(self, *, rules: BlockList | None = None, **request: Any) -> Dialer:
        made = self.owner.dialer = Dialer(
            self.owner,
            self.owner.states,
            ConnectRequest(**{"port": PORT, **request}),
            block_list=rules,
            local_end=None,
        )
        made.start(referenced=True)
        return made

    def told(self) -> list[tuple[Any, ...]]:
        """What was told, with errors as their codes."""
        return [
            tuple(getattr(each, "code", each) for each in one)
            for one in self.owner.take()
            if one[0] != "lookup"
        ]


@pytest.fixture
def core(monkeypatch) -> Core:
    core = Core()
    monkeypatch.setattr(dialer, "io", core)
    return core


@pytest.fixture
def world(core, monkeypatch) -> World:
    made = World(core, {})
    monkeypatch.setattr(Dialer, "_open_socket", lambda _, address: made.open_socket(address))
    return made


def answering(*addresses: str):
    """A lookup that knows these."""
    return lambda host, options, callback: callback(None, list(addresses))


def attempt(host, version=4):
    return ("connection_attempt", host, PORT, version)


# Names


def test_the_families_take_turns_and_the_first_one_begins():
    given = [("::1", 6), ("::2", 6), ("1.1.1.1", 4), ("::1", 6), ("::3", 6)]
    assert interleave(given) == [("::1", 6), ("1.1.1.1", 4), ("::2", 6), ("::3", 6)]
    assert interleave([("1.1.1.1", 4)]) == [("1.1.1.1", 4)]


def test_each_answer_of_a_lookup_is_told_before_the_first_attempt(world):
    world.dial(host="name", lookup=answering("127.0.0.1", "::1"))
    told = [one[:1] if one[0] != "lookup" else one for one in world.owner.take()]
    assert told == [
        ("lookup", None, "127.0.0.1", 4, "name"),
        ("lookup", None, "::1", 6, "name"),
        ("connection_attempt",),
    ]


def test_a_lookup_that_fails_is_told_and_destroys_the_socket(world):
    error = OSError("no such name")
    world.dial(host="name", lookup=lambda host, options, callback: callback(error))
    assert world.owner.take() == [("lookup", error, None, None, "name"), ("destroy", error)]


def test_the_program_is_kept_alive_until_there_is_a_descriptor_to_do_so(world):
    answers: list[Any] = []
    made = world.dial(host="name", lookup=lambda host, options, callback: answers.append(callback))
    assert world.owner.turns.holds == 1
    made.set_ref(False)
    assert world.owner.turns.holds == 0
    made.set_ref(True)
    answers.pop()(None, "127.0.0.1")
    world.told()
    assert world.owner.turns.holds == 0
    made.set_ref(True)
    assert world.owner.turns.holds == 0


# One address


def test_the_only_address_has_all_the_time_that_the_system_gives_it(world, core):
    made = world.dial(host="127.0.0.1")
    assert world.told() == [attempt("127.0.0.1")]
    assert core.take() == [("open", 99, ("connecting", True))]
    assert world.owner.turns.timers == []
    assert made.tried is None


def test_a_refusal_of_the_only_address_finds_a_socket_that_has_given_up(world):
    made = world.dial(host="127.0.0.1")
    world.told()
    given_up: list[bool] = []
    world.owner.on("connection_attempt_failed", lambda *_: given_up.append(made.has_given_up))
    made.refused(errno.ECONNREFUSED)
    assert world.told() == [
        ("connection_attempt_failed", "127.0.0.1", PORT, 4, "ECONNREFUSED"),
        ("destroy", "ECONNREFUSED"),
    ]
    assert given_up == [True]


def test_the_system_s_refusal_on_the_spot_is_the_error_alone(world):
    world.answers["127.0.0.1"] = errno.ENETUNREACH
    world.dial(host="127.0.0.1")
    assert world.told() == [attempt("127.0.0.1"), ("destroy", "ENETUNREACH")]


def test_a_path_that_nobody_listens_on_is_told_after_the_call(world):
    world.answers["/missing"] = errno.ENOENT
    world.dial(path="/missing")
    assert world.owner.told == []
    assert world.told() == [
        ("connection_attempt_failed", "/missing", None, None, "ENOENT"),
        ("destroy", "ENOENT"),
    ]


def test_one_attempt_has_no_list_of_errors(world):
    made = world.dial(host="127.0.0.1")
    world.told()
    made.refused(errno.ECONNREFUSED)
    error = world.owner.states.error
    assert not hasattr(error, "errors")
    assert error.__cause__ is None


# Several


def test_the_next_address_is_tried_when_one_is_refused(world, core):
    made = world.dial(host="name", lookup=answering("127.0.0.1", "::1"))
    assert world.told() == [attempt("127.0.0.1")]
    core.take()
    made.refused(errno.ECONNREFUSED)
    assert world.told() == [
        ("connection_attempt_failed", "127.0.0.1", PORT, 4, "ECONNREFUSED"),
        attempt("::1", 6),
    ]
    assert core.take() == [("abandon",), ("open", 99, ("connecting", True))]
    assert made.tried == [f"127.0.0.1:{PORT}", f"::1:{PORT}"]
    assert not made.has_given_up


def test_an_attempt_that_takes_too_long_is_given_up_and_the_last_one_is_not(world):
    world.dial(host="name", lookup=answering("127.0.0.1", "::1"), attempt_timeout=0.25)
    world.told()
    turns = world.owner.turns
    assert [seconds for seconds, _ in turns.timers] == [0.25]
    turns.expire()
    assert world.told() == [
        ("connection_attempt_timeout", "127.0.0.1", PORT, 4),
        attempt("::1", 6),
    ]
    assert turns.timers == []


def test_when_all_fail_the_first_error_has_a_copy_of_each(world):
    made = world.dial(host="name", lookup=answering("127.0.0.1", "::1"))
    world.told()
    made.refused(errno.ECONNREFUSED)
    world.told()
    made.refused(errno.EHOSTUNREACH)
    assert world.told()[-1] == ("destroy", "ECONNREFUSED")
    error = world.owner.states.error
    assert [one.code for one in error.errors] == ["ECONNREFUSED", "EHOSTUNREACH"]
    assert all(one is not error and not hasattr(one, "errors") for one in error.errors)
    assert [one.code for one in error.__cause__.exceptions] == ["ECONNREFUSED", "EHOSTUNREACH"]


# Rules


def test_nothing_is_opened_for_an_address_that_a_rule_blocks(world):
    rules = BlockList()
    rules.add_address("127.0.0.1")
    world.dial(host="name", lookup=answering("127.0.0.1", "127.0.0.2"), rules=rules)
    assert world.told() == [
        ("connection_attempt_failed", "127.0.0.1", PORT, 4, "ERR_IP_BLOCKED"),
        attempt("127.0.0.2"),
    ]
    assert world.opened == ["127.0.0.2"]


def test_an_address_that_is_blocked_by_a_listener_of_its_attempt_is_not_connected(world, core):
    rules = BlockList()
    world.owner.on("connection_attempt", lambda host, *_: rules.add_address(host))
    world.dial(host="127.0.0.1", rules=rules)
    assert world.told() == [attempt("127.0.0.1"), ("destroy", "ERR_IP_BLOCKED")]
    assert core.take() == []


# The end


def test_an_attempt_under_way_is_told_to_have_been_called_off_where_there_were_several(world):
    world.dial(host="name", lookup=answering("127.0.0.1", "::1"))
    world.told()
    world.owner.destroy()
    assert world.told() == [
        ("destroy", None),
        ("connection_attempt_failed", "127.0.0.1", PORT, 4, "ECANCELED"),
    ]
    assert world.owner.turns.timers == []


def test_a_lookup_that_answers_too_late_says_nothing(world):
    answers: list[Any] = []
    made = world.dial(host="name", lookup=lambda host, options, callback: answers.append(callback))
    world.owner.destroy()
    world.owner.take()
    answers.pop()(None, "127.0.0.1")
    made.refused(errno.ECONNREFUSED)
    assert world.owner.take() == []
    assert (world.opened, world.owner.turns.holds) == ([], 0)


def test_a_socket_that_is_destroyed_by_a_listener_of_its_attempt_opens_nothing(world, core):
    world.owner.on("connection_attempt", lambda *_: world.owner.destroy())
    world.dial(host="127.0.0.1")
    assert world.told() == [attempt("127.0.0.1"), ("destroy", None)]
    assert core.take() == []
