"""What the environment says about a channel: looked at when something asks, and then gone."""

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


# Looking


LOOKS = """
import os
before = dict(os.environ)
import netserve
from netserve import child_process, cluster, process
from netserve.cluster import SCHED_RR, Worker
assert dict(os.environ) == before, "importing looks at the environment"
assert os.get_inheritable(int(os.environ["NODE_CHANNEL_FD"]))
{ask}
left = [name for name in os.environ if name.startswith("NODE_CHANNEL")]
print(left, os.get_inheritable(int(before["NODE_CHANNEL_FD"])))
"""
ASKS = {
    "connected": "process.connected",
    "channel": "process.channel",
    "function": "process.listeners('message')",
    "send": "process.send('hello')",
    "imported": "from netserve.process import on",
    "is_worker": "assert not cluster.is_worker",
    "worker": "assert cluster.worker is None",
    "workers": "assert cluster.workers == {}",
    "policy": "assert cluster.scheduling_policy == SCHED_RR",
    "settings": "assert cluster.settings == {}",
    "emitter": "cluster.on('online', print)",
}


@pytest.fixture
def forked(python):
    """Runs a program whose environment speaks of a channel; how it ended, and our end of it."""
    ends = []

    def run(text: str, **environment: str) -> tuple[tuple[int, str, str], socket.socket]:
        ours, theirs = socket.socketpair()
        ends.append(ours)
        ours.settimeout(PATIENCE)
        told = {**os.environ, "NODE_CHANNEL_FD": str(theirs.fileno()), **environment}
        with theirs:
            program = python("-c", text, env=told, pass_fds=[theirs.fileno()])
        return program.result(), ours

    yield run
    for end in ends:
        end.close()


@pytest.mark.parametrize("ask", ASKS)
def test_a_channel_is_looked_for_when_something_asks(forked, ask):
    (code, output, errors), ours = forked(LOOKS.format(ask=ASKS[ask]))
    assert (code, output, errors) == (0, "[] False\n", "")
    assert ours.recv(100).startswith(b'{"cmd":"NODE_NETSERVE"')


def test_importing_looks_for_no_channel(forked):
    (code, output, errors), ours = forked(LOOKS.format(ask=""))
    assert (code, output, errors) == (0, "['NODE_CHANNEL_FD'] True\n", "")
    assert ours.recv(100) == b""


@pytest.mark.parametrize("wrong", ["process.nothing", "cluster.nothing", "process.__path__"])
def test_a_name_that_is_not_there_looks_for_no_channel(forked, wrong):
    module, name = wrong.split(".")
    (code, output, _), ours = forked(LOOKS.format(ask=f"assert not hasattr({module}, {name!r})"))
    assert (code, output) == (0, "['NODE_CHANNEL_FD'] True\n")
    assert ours.recv(100) == b""


KEEPS = """
import netserve
server = netserve.create_server().listen(0)
server.close()
netserve.run()
"""


def test_a_program_that_mentions_no_process_is_not_kept_alive_by_its_channel(forked):
    (code, output, errors), ours = forked(KEEPS)
    assert (code, output, errors) == (0, "", "")
    assert ours.recv(100) == b""


LISTENER = """
import os, socket, sys
import netserve
from netserve import process
print(process.connected)
with socket.socket(fileno=int(sys.argv[1])) as mine:
    print(mine.getsockname())
"""


def test_a_listening_socket_is_no_channel(python, short_folder):
    path = str(short_folder / "s.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        number = listener.fileno()
        environment = {**os.environ, "NODE_CHANNEL_FD": str(number)}
        program = python("-c", LISTENER, str(number), env=environment, pass_fds=[number])
        code, output, errors = program.result()
    assert (code, output) == (0, f"False\n{path}\n")
    assert "is no channel" in errors


@pytest.mark.parametrize("named", ["ours", "theirs"])
def test_a_connection_with_a_name_is_no_channel(python, short_folder, named):
    path = str(short_folder / "s.sock")
    with (
        socket.socket(socket.AF_UNIX) as listener,
        socket.socket(socket.AF_UNIX) as client,
    ):
        listener.bind(path)
        listener.listen()
        client.connect(path)
        server, _ = listener.accept()
        with server:
            number = (server if named == "ours" else client).fileno()
            environment = {**os.environ, "NODE_CHANNEL_FD": str(number)}
            program = python("-c", PROGRAM, env=environment, pass_fds=[number])
            assert program.result()[:2] == (0, "False None False\n")


@pytest.mark.parametrize("inode", ["", "1", "none"])
def test_standard_input_is_no_channel_unless_it_is_the_one_that_was_opened(python, inode):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        given = {"NODE_CHANNEL_FD": "0", "NETSERVE_CHANNEL_INODE": inode}
        program = python("-c", PROGRAM, env={**os.environ, **given}, stdin=theirs)
        assert program.result()[:2] == (0, "False None False\n")


# Starting others


HEIR = """
import os, sys
import netserve
from netserve import child_process
copied = dict(os.environ)

CHILD = "import os; from netserve import process, cluster; print(cluster.is_worker, flush=True)"
with open("heir.py", "w") as file:
    file.write(CHILD)
child_process.fork("heir.py"{options})
netserve.run()
"""


@pytest.mark.parametrize("options", ["", ", env=copied", ", env=os.environ"])
def test_a_child_of_a_worker_is_no_worker(python, tmp_path, options):
    ours, theirs = socket.socketpair()
    with ours:
        told = {"NODE_CHANNEL_FD": str(theirs.fileno()), "NODE_UNIQUE_ID": "3"}
        with theirs:
            program = python(
                *("-c", HEIR.format(options=options)),
                env={**os.environ, **told},
                pass_fds=[theirs.fileno()],
                cwd=tmp_path,
            )
        code, output, errors = program.result()
    assert (code, output, errors) == (0, "False\n", "")
