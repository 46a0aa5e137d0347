"""Every argument of every public call, with values that make no sense: an error that helps.

It names the argument, has a code of Node's, and nothing was opened. What an argument takes of these
values on purpose stands in the table.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

import netserve
from netserve import Server, Socket
from tests.conftest import open_descriptors
from tests.public_names import public_names, resolve
from tests.unit.misuse_table import CALLS, KINDS, ODD, SETTERS

# Arguments are checked before any loop is asked.
pytestmark = pytest.mark.loops("asyncio")

# What the package makes, and a program is given: nobody calls these.
MADE = {"AddressInfo", "DropInfo", "cluster.ListeningAddress", "cluster.Supervisor"}
MADE |= {"child_process.ChildProcess", "cluster.Supervisor.came_up", "cluster.Worker"}
MADE |= {f"errors.{name}" for name in netserve.errors.__all__ if name.endswith("Error")}


def parameters(name: str) -> list[str]:
    """What a public name can be given; nothing, if it can't be called."""
    value = resolve(name)
    if not callable(value) or isinstance(value, str):
        return []
    known = inspect.signature(value).parameters.values()
    return [
        given.name
        for given in known
        if given.name != "self" and given.kind not in (given.VAR_POSITIONAL, given.VAR_KEYWORD)
    ]


def test_every_public_call_with_arguments_is_in_the_table():
    needed = {name for name in public_names() if parameters(name)} - MADE
    assert needed == set(CALLS)


CODES = {
    netserve.errors.ArgumentTypeError: {
        "ERR_INVALID_ARG_TYPE",
        "ERR_INVALID_HANDLE_TYPE",
        "ERR_SOCKET_BAD_PORT",
        "ERR_STREAM_NULL_VALUES",
    },
    # A path that the system would refuse.
    netserve.errors.ArgumentSystemError: {"ERR_INVALID_ARG_VALUE"},
    netserve.errors.ArgumentValueError: {
        "ERR_INVALID_ADDRESS",
        "ERR_INVALID_ARG_VALUE",
        "ERR_INVALID_IP_ADDRESS",
        "ERR_OUT_OF_RANGE",
        "ERR_SOCKET_BAD_PORT",
        "ERR_UNKNOWN_ENCODING",
        "ERR_UNKNOWN_SIGNAL",
    },
}


# What an argument was understood as has a better name than its own.
UNDERSTOOD = {"target": "|port|path"}


def arguments() -> list[tuple[str, str]]:
    """Every call with each of its arguments."""
    return [(name, parameter) for name in CALLS for parameter in parameters(name)]


async def make(name: str, **arguments: Any) -> None:
    """Makes the call."""
    entry = CALLS[name]
    holder = resolve(name) if entry.on is None else getattr(entry.on(), name.rpartition(".")[2])
    given = {
        parameter: value() if inspect.isclass(value) else value
        for parameter, value in entry.rest.items()
    }
    result = holder(**given | arguments)
    if inspect.isawaitable(result):
        await result


async def complaint(name: str, parameter: str, odd: Any) -> str | None:
    """What is wrong with how a call takes an argument that makes no sense."""
    before = open_descriptors()
    try:
        await make(name, **{parameter: odd})
    except Exception as error:
        code = getattr(error, "code", None)
        if code not in CODES.get(type(error), ()):
            return f"raises {error!r} with the code {code}"
        if not re.search(rf"\b({parameter}{UNDERSTOOD.get(parameter, '')})\b", str(error)):
            return f"doesn't name the argument: {error!r}"
        if open_descriptors() != before:
            return "left a descriptor open"
        return None
    return "is taken"


@pytest.mark.parametrize(("name", "parameter"), arguments())
async def test_a_misuse_is_an_error_that_names_the_argument(name, parameter, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a path that was taken after all leaves its file there
    Socket()  # the loop's reactor has a descriptor of its own
    entry = CALLS[name]
    taken = entry.kinds[parameter] if parameter in entry.kinds else KINDS[parameter]
    complaints = {odd: await complaint(name, parameter, ODD[odd]) for odd in ODD.keys() - taken}
    assert not {odd: text for odd, text in complaints.items() if text is not None}


@pytest.mark.parametrize(("cls", "name"), SETTERS)
async def test_an_attribute_takes_nothing_that_makes_no_sense(cls, name):
    holder = cls()
    before = getattr(holder, name)
    for odd in ODD.keys() - SETTERS[cls, name]:
        with pytest.raises((TypeError, ValueError), match=name) as caught:
            setattr(holder, name, ODD[odd])
        assert caught.value.code in CODES[type(caught.value)]
        assert getattr(holder, name) == before


@pytest.mark.parametrize("name", public_names())
def test_what_can_be_set_is_in_the_table_and_nothing_else_can(name):
    holder, _, last = name.rpartition(".")
    found = inspect.getattr_static(resolve(holder), last, None) if holder else None
    if isinstance(found, property) and found.fset is not None:
        assert (resolve(holder), last) in SETTERS or name in SET_BY_US


# The package's own way to begin anew.
SET_BY_US = {"Socket.auto_select_family_attempted_addresses"}


@pytest.mark.parametrize("name", ["Server.listen", "Socket.connect", "Socket.set_keep_alive"])
async def test_an_unknown_option_is_refused_in_the_name_of_the_call(name):
    holder, _, last = name.rpartition(".")
    with pytest.raises(TypeError, match=rf"^{name}\(\) .* 'unknown'"):
        getattr(resolve(holder)(), last)(unknown=1)


@pytest.mark.parametrize("name", ["create_connection", "start_server"])
async def test_an_unknown_option_of_a_short_way_is_refused_before_anything_is_made(name):
    before = open_descriptors()
    with pytest.raises(TypeError, match=rf"^{name}\(\) .* 'unknown'"):
        await make(name, unknown=1)
    assert open_descriptors() == before


@pytest.mark.parametrize("cls", [Server, Socket])
def test_the_methods_of_a_class_are_named_after_it_whatever_part_they_are_in(cls):
    for name in public_names():
        method = resolve(name)
        if name.startswith(f"{cls.__name__}.") and inspect.isfunction(method):
            assert method.__qualname__ == name
