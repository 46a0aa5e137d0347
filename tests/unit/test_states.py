"""The tables of states, walked without any I/O: each step, from each state."""

from __future__ import annotations

import logging
from enum import IntEnum
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs.states import FOLDER, TABLES, kept, named, pictures
from netserve import _runtime, _states
from netserve._processes.ipc import states as channel_states
from netserve._processes.ipc.states import Exchange
from netserve._runtime import Driving
from netserve._server import states as server_states
from netserve._server.states import State
from netserve._socket import states as socket_states
from netserve._socket.states import (
    READY_STATES,
    Dialing,
    Flow,
    Hearing,
    Incoming,
    Life,
    Outgoing,
    States,
    Trouble,
)
from netserve._states import IllegalStep, Step
from netserve.cluster import _states as cluster_states
from netserve.cluster._states import Listed

STEPS = [
    pytest.param(kind, step, id=f"{word}-{step.name}")
    for word, (kind, steps) in TABLES.items()
    for step in steps
]
WORDS = [pytest.param(*table, id=word) for word, table in TABLES.items()]

# In which states an object may be made: by a server, for a descriptor of one direction, ...
BEGINNINGS: dict[type[IntEnum], set[IntEnum]] = {
    Life: {Life.NEW, Life.OPEN},
    Flow: {Flow.IDLE},
    Incoming: {Incoming.OPEN, Incoming.NONE},
    Outgoing: {Outgoing.OPEN, Outgoing.NONE},
    Hearing: {Hearing.LISTENERS},
    Trouble: {Trouble.NONE},
    Dialing: {Dialing.FINDING},
    State: {State.IDLE},
    Exchange: {Exchange.OPEN},
    Driving: {Driving.WAITING},
    Listed: {Listed.ASKED},
}
# What is never left.
FINAL: dict[type[IntEnum], set[IntEnum]] = {
    Life: {Life.MOVED},
    Flow: set(),
    Incoming: {Incoming.NONE, Incoming.ENDED},
    Outgoing: {Outgoing.FINISHED},
    Hearing: set(),
    Trouble: {Trouble.REPORTED},
    Dialing: {Dialing.OVER},
    State: {State.MOVED},
    Exchange: {Exchange.CLOSED},
    Driving: {Driving.OVER},
    Listed: {Listed.RELEASED},
}


@pytest.fixture
def in_development(monkeypatch) -> None:
    """Python's development mode, as far as a step can see."""
    monkeypatch.setattr(_states, "sys", SimpleNamespace(flags=SimpleNamespace(dev_mode=True)))


@pytest.fixture
def in_production(monkeypatch) -> None:
    """No development mode, whatever the tests are run with."""
    monkeypatch.setattr(_states, "sys", SimpleNamespace(flags=SimpleNamespace(dev_mode=False)))


def leads(steps: tuple[Step[Any], ...]) -> set[tuple[IntEnum, IntEnum]]:
    """Which state leads to which other, by any step."""
    return {(one, to) for step in steps for one, to in step.items() if one is not to}


# The tables


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_a_step_leads_from_states_to_states_of_its_own_kind(kind, step):
    assert step
    assert {type(state) for state in (*step, *step.values())} == {kind}
    assert [step[state] for state in step] == list(step.values())


@pytest.mark.usefixtures("in_development")
@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_a_step_that_a_state_does_not_have_raises_in_the_development_mode(kind, step):
    for state in set(kind) - set(step):
        with pytest.raises(IllegalStep, match=f"{step.name!r} is no step of .*{named(state)[:4]}"):
            step[state]


@pytest.mark.usefixtures("in_production")
@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_otherwise_it_changes_nothing_and_is_logged_as_critical(kind, step, caplog):
    for state in set(kind) - set(step):
        assert step[state] is state
        (record,) = caplog.records
        caplog.clear()
        assert (record.name, record.levelno) == ("netserve", logging.CRITICAL)
        assert repr(step.name) in record.getMessage()
        assert record.stack_info


@pytest.mark.parametrize(("kind", "steps"), WORDS)
def test_every_state_is_reached_from_where_an_object_begins(kind, steps):
    reached = set(BEGINNINGS[kind])
    edges = leads(steps)
    while grown := {to for one, to in edges if one in reached} - reached:
        reached |= grown
    assert reached == set(kind)


@pytest.mark.parametrize(("kind", "steps"), WORDS)
def test_every_state_is_left_by_a_step_unless_it_is_final(kind, steps):
    assert {state for state in kind if state not in {one for one, _ in leads(steps)}} == FINAL[kind]


def test_what_is_closed_begins_again_or_stays_closed():
    _, life = TABLES["life"]
    assert {to for one, to in leads(life) if one is Life.CLOSED} == {Life.CONNECTING}
    _, server = TABLES["server"]
    out = {to for one, to in leads(server) if one is State.CLOSED}
    assert out == {State.BINDING, State.CLOSING}


@pytest.mark.parametrize(
    ("module", "kinds"),
    [
        (socket_states, {Life, Flow, Incoming, Outgoing, Hearing, Trouble, Dialing}),
        (server_states, {State}),
        (channel_states, {Exchange}),
        (cluster_states, {Listed}),
        (_runtime, {Driving}),
    ],
    ids=["socket", "server", "channel", "cluster", "runtime"],
)
def test_no_step_is_left_out_of_the_tables(module, kinds):
    known = [step for _, steps in module.TABLES.values() for step in steps]
    made = [value for value in vars(module).values() if isinstance(value, Step)]
    assert len(known) == len(made)
    assert all(any(step is one for one in known) for step in made)
    assert {kind for kind, _ in module.TABLES.values()} == kinds


# Any legal steps, one after the other


def legal(kind: type[IntEnum], state: IntEnum) -> list[Step[Any]]:
    """The steps that a state has."""
    (steps,) = (steps for of, steps in TABLES.values() if of is kind)
    return [step for step in steps if state in step]


def fits(states: States) -> None:
    """What the properties of a socket's states say fits together."""
    assert states.destroyed == (states.life not in (Life.NEW, Life.CONNECTING, Life.OPEN))
    assert not (states.closed and not states.destroyed)
    assert not (states.moved and not states.destroyed)
    assert not (states.destroyed and (states.readable or states.writable))
    assert not (states.readable and states.incoming in (Incoming.NONE, Incoming.ENDED))
    assert states.writable <= (states.outgoing is Outgoing.OPEN)
    assert states.end_was_read == (states.incoming not in (Incoming.NONE, Incoming.OPEN))
    assert not (states.is_paused and states.flow is Flow.FLOWING)
    assert READY_STATES[states.readable, states.writable]


# Never backwards, within one life.
ORDERED = (Life, Incoming, Outgoing)


@given(st.data())
def test_any_legal_steps_keep_a_socket_s_states_together(data):
    """Each word takes a step that it has, or the socket begins another life."""
    states = States(data.draw(st.sampled_from([Life.NEW, Life.OPEN])))
    kinds = {"life": Life, "flow": Flow, "incoming": Incoming, "outgoing": Outgoing}
    kinds |= {"hearing": Hearing, "trouble": Trouble}
    fits(states)
    for _ in range(data.draw(st.integers(0, 30))):
        words = [word for word, kind in kinds.items() if legal(kind, getattr(states, word))]
        word = data.draw(st.sampled_from(words))
        before = getattr(states, word)
        step = data.draw(st.sampled_from(legal(kinds[word], before)))
        if step is socket_states.CONNECT and before is not Life.NEW:
            states.owners = data.draw(st.integers(0, 2))
            last, states = states, states.next_life()
            assert (states.owners, states.trouble) == (last.owners, Trouble.NONE)
            assert (states.flow, states.hearing) == (last.flow, Hearing.LISTENERS)
            assert (states.incoming, states.outgoing) == (Incoming.OPEN, Outgoing.OPEN)
            assert states.error is None
        else:
            setattr(states, word, step[before])
            after = getattr(states, word)
            assert type(after) is kinds[word]
            back = step is socket_states.PUT_OFF_END
            assert kinds[word] not in ORDERED or back or after >= before
        fits(states)


@given(st.data())
def test_the_peer_s_end_is_told_once_and_is_the_last(data):
    incoming, told = Incoming.OPEN, 0
    for _ in range(data.draw(st.integers(0, 20))):
        steps = legal(Incoming, incoming)
        if not steps:
            assert told == 1
            break
        step = data.draw(st.sampled_from(steps))
        incoming = step[incoming]
        told += step in (
            socket_states.TELL_END,
            socket_states.TAKE_END,
            socket_states.PASS_INCOMING,
        )
        assert told == (incoming is Incoming.ENDED)


@given(st.data())
def test_a_connection_is_destroyed_once_before_its_close(data):
    life, destroyed = Life.NEW, 0
    for _ in range(data.draw(st.integers(0, 30))):
        steps = legal(Life, life)
        if not steps:
            assert life is Life.MOVED
            break
        step = data.draw(st.sampled_from(steps))
        before, life = life, step[life]
        if step is socket_states.DESTROY:
            destroyed += 1
        elif step is socket_states.LOSE_LOOP:
            destroyed = 1  # at once with its close
        elif step is socket_states.CONNECT:
            destroyed = 0
        assert destroyed == (life >= Life.DESTROYED), f"{before.name} {step.name}"


@given(st.data())
def test_any_legal_steps_keep_a_server_s_state_together(data):
    """A server listens only after `bound`; what `listen()` may be called in is what it says."""
    state, listens = State.IDLE, False
    for _ in range(data.draw(st.integers(0, 30))):
        step = data.draw(st.sampled_from(legal(State, state)))
        before, state = state, step[state]
        if step is server_states.BOUND:
            listens = True
        elif step in (server_states.CLOSE, server_states.MOVE, server_states.LOSE_LOOP):
            listens = False
        assert (state is State.LISTENING) == listens
        refused = (*server_states.OPEN, State.MOVED)
        assert (state in refused) == (state not in server_states.LISTEN)
        assert before is not State.MOVED or state is State.MOVED
        assert server_states.CLOSE in legal(State, state)


# The pages


def test_the_pictures_of_the_states_are_what_the_tables_draw():
    """After a change of a table: `make docs`."""
    assert kept() == pictures()


def test_the_page_shows_every_table_and_names_every_state():
    page = (FOLDER.parent / "states.md").read_text()
    for word, (kind, _) in TABLES.items():
        assert f"(states/{word}.svg)" in page
        assert [state for state in kind if f"`{named(state)}`" not in page] == []
