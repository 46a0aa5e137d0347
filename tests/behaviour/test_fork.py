"""fork(): what it refuses, what the program gets."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netserve.child_process import fork
from tests.behaviour.families import OBEYS, ask, coming, forked
from tests.conftest import open_descriptors

TYPE, VALUE = "ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_VALUE"
RANGE = "ERR_OUT_OF_RANGE"


class Nowhere:
    def fileno(self):
        return -1


REFUSED: dict[str, Any] = {
    "no module": ({"module": None}, TypeError, TYPE),
    "a number for a module": ({"module": 5}, TypeError, TYPE),
    "bytes for a module": ({"module": b"x.py"}, TypeError, TYPE),
    "an empty module": ({"module": ""}, ValueError, VALUE),
    "a zero byte in module": ({"module": "a\0b"}, ValueError, VALUE),
    "one text for args": ({"args": "text"}, TypeError, TYPE),
    "a number for args": ({"args": 5}, TypeError, TYPE),
    "a number in args": ({"args": ["a", 5]}, TypeError, TYPE),
    "a zero byte in args": ({"args": ["a\0b"]}, ValueError, VALUE),
    "one text for exec_args": ({"exec_args": "-X"}, TypeError, TYPE),
    "a number in exec_args": ({"exec_args": [1]}, TypeError, TYPE),
    "a number for exec_path": ({"exec_path": 5}, TypeError, TYPE),
    "a zero byte in exec_path": ({"exec_path": "py\0thon"}, ValueError, VALUE),
    "a number for cwd": ({"cwd": 5}, TypeError, TYPE),
    "a zero byte in cwd": ({"cwd": "a\0b"}, ValueError, VALUE),
    "a list for env": ({"env": ["A=1"]}, TypeError, TYPE),
    "a number in env": ({"env": {"A": 1}}, TypeError, TYPE),
    "bytes in env": ({"env": {b"A": "1"}}, TypeError, TYPE),
    "a zero byte in env": ({"env": {"A": "a\0b"}}, ValueError, VALUE),
    "= in a name of env": ({"env": {"A=B": "1"}}, ValueError, VALUE),
    "a number for silent": ({"silent": 1}, TypeError, TYPE),
    "a text for detached": ({"detached": "yes"}, TypeError, TYPE),
    "an unknown serialization": ({"serialization": "xml"}, ValueError, VALUE),
    "no serialization": ({"serialization": None}, ValueError, VALUE),
    "a list for serialization": ({"serialization": []}, ValueError, VALUE),
    "a text for signal": ({"signal": "SIGTERM"}, TypeError, TYPE),
    "a text for timeout": ({"timeout": "5"}, TypeError, TYPE),
    "a negative timeout": ({"timeout": -1}, ValueError, RANGE),
    "a timeout that is no number": ({"timeout": float("nan")}, ValueError, RANGE),
    "an unknown name of a signal": ({"kill_signal": "SIGNONE"}, ValueError, "ERR_UNKNOWN_SIGNAL"),
    "an unknown number of a signal": ({"kill_signal": 999}, ValueError, "ERR_UNKNOWN_SIGNAL"),
    "a bool for kill_signal": ({"kill_signal": True}, TypeError, TYPE),
    "a float for kill_signal": ({"kill_signal": 1.5}, TypeError, TYPE),
    "a number for stdio": ({"stdio": 5}, TypeError, TYPE),
    "an unknown word for stdio": ({"stdio": "ipc"}, ValueError, VALUE),
    "an unknown word in stdio": ({"stdio": ["pipes", "ipc"]}, ValueError, VALUE),
    "a float in stdio": ({"stdio": [1.5, "ipc"]}, ValueError, VALUE),
    "a bool in stdio": ({"stdio": [True, "ipc"]}, ValueError, VALUE),
    "a negative descriptor": ({"stdio": [-1, "ipc"]}, ValueError, VALUE),
    "something closed": ({"stdio": [Nowhere(), "ipc"]}, ValueError, VALUE),
    "no channel": ({"stdio": ["pipe"] * 4}, ValueError, "ERR_CHILD_PROCESS_IPC_REQUIRED"),
    "an empty stdio": ({"stdio": []}, ValueError, "ERR_CHILD_PROCESS_IPC_REQUIRED"),
    "two channels": ({"stdio": ["ipc", "ipc"]}, ValueError, "ERR_IPC_ONE_PIPE"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused_before_anything_is_opened(case):
    options, kind, code = REFUSED[case]
    before = set(open_descriptors())
    with pytest.raises(kind) as refused:
        fork(**{"module": "nowhere.py", **options})
    assert refused.value.code == code
    assert set(open_descriptors()) == before


WILD = st.one_of(
    st.none(),
    st.integers(max_value=-1),
    st.floats(),
    st.binary(max_size=4),
    st.text(alphabet="\0=\ud800\udfffa", min_size=1, max_size=4),
    st.lists(st.one_of(st.integers(max_value=-1), st.text("\0\ud800", min_size=1)), max_size=3),
    st.dictionaries(st.text("\0=\ud800", min_size=1), st.text("\0\ud800"), max_size=2),
    st.builds(object),
)
NAMES = [
    "module", "args", "cwd", "env", "exec_path", "exec_args", "silent", "stdio", "detached",
    "serialization", "signal", "timeout", "kill_signal",
]  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(name=st.sampled_from(NAMES), wild=WILD)
def test_wild_values_are_refused_or_start_nothing(name, wild):
    async def main():
        options = {"module": "nowhere.py", "exec_path": "/nowhere/python", name: wild}
        before = open_descriptors()
        try:
            child = fork(**options)
        except (TypeError, ValueError) as refused:
            return refused.code, open_descriptors() == before
        (error,) = await coming(child, "error")
        return error.code, child.pid is None

    code, nothing = asyncio.run(main())
    assert code.startswith("ERR_") or code in ("ENOENT", "ENOTDIR", "EACCES")
    assert nothing


# What the program gets


async def test_a_script_runs_with_its_arguments():
    async with forked(OBEYS, ["one", "zwei ü"]) as child:
        about = await ask(child, "about")
        assert about["argv"] == [str(OBEYS), "one", "zwei ü"]
        assert about["pid"] == child.pid
        assert child.spawnargs == [sys.executable, str(OBEYS), "one", "zwei ü"]
        assert child.spawnfile == sys.executable


async def test_a_module_is_found_by_its_name():
    async with forked("tests.behaviour.children.obeys", ["one"]) as child:
        about = await ask(child, "about")
        assert about["orig_argv"][1:] == ["-m", "tests.behaviour.children.obeys", "one"]
        assert about["argv"] == [str(OBEYS), "one"]


async def test_a_script_in_the_current_folder_needs_no_more_than_its_name(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(
        f"import runpy\nrunpy.run_path({str(OBEYS)!r}, None, '__main__')"
    )
    monkeypatch.chdir(tmp_path)
    async with forked("mine.py") as child:
        assert (await ask(child, "about"))["cwd"] == str(tmp_path)


async def test_exec_args_come_before_the_script():
    async with forked(exec_args=["-X", "utf8", "-O"]) as child:
        about = await ask(child, "about")
        assert about["orig_argv"][1:] == ["-X", "utf8", "-O", str(OBEYS)]


async def test_env_replaces_the_environment(monkeypatch):
    monkeypatch.setenv("NETSERVE_MINE", "1")
    async with forked(env={"ONLY": "this ü", "LC_ALL": "C.UTF-8"}) as child:
        env = (await ask(child, "about"))["env"]
        assert env == {"ONLY": "this ü", "LC_ALL": "C.UTF-8"}


async def test_without_env_the_program_has_ours_and_nothing_of_the_channel(monkeypatch):
    monkeypatch.setenv("NETSERVE_MINE", "1")
    async with forked() as child:
        env = (await ask(child, "about"))["env"]
        assert env["NETSERVE_MINE"] == "1"
        assert not [name for name in env if name.startswith("NODE_CHANNEL")]


async def test_cwd_is_where_it_runs(tmp_path):
    async with forked(cwd=tmp_path) as child:
        assert (await ask(child, "about"))["cwd"] == str(tmp_path)


async def test_nothing_of_ours_is_inherited_but_the_channel():
    with socket.create_server(("127.0.0.1", 0)) as ours:
        os.set_inheritable(ours.fileno(), True)
        async with forked() as child:
            about = await ask(child, "about")
            assert set(about["fds"]) == {"0", "1", "2", str(about["channel"])}


async def test_silent_makes_pipes_of_input_output_and_errors():
    async with forked(silent=True) as child:
        child.stdin.write("typed")
        assert await ask(child, "read_fd", 0) == "typed"
        await ask(child, "write_fd", [1, "printed"])
        assert await child.stdout.read(7) == b"printed"
        await ask(child, "write_fd", [2, "complained"])
        assert await child.stderr.read(10) == b"complained"
        assert child.stdio == [child.stdin, child.stdout, child.stderr, None]


async def test_output_that_was_written_before_the_end_comes_before_close():
    async with forked(silent=True) as child:
        closed = coming(child, "close")
        chunks = []
        child.stdout.on("data", chunks.append)
        await ask(child, "write_fd", [1, "x" * 60000])
        child.send(["leave", 3])
        assert await closed == (3, None)
        assert b"".join(chunks) == b"x" * 60000


@pytest.mark.parametrize("at", [0, 2, 4, 7], ids=lambda at: f"channel at {at}")
async def test_the_channel_may_be_in_any_place(at):
    stdio = ["ignore", "ignore", "ignore", "pipe", *["ignore"] * 4]
    stdio[at] = "ipc"
    async with forked(stdio=stdio) as child:
        about = await ask(child, "about")
        assert about["channel"] == at
        standard = {str(place): "/dev/null" for place in range(3) if place != at}
        sockets = {"3", str(at)}
        assert {number: about["fds"][number] for number in standard} == standard
        assert {number: name[:7] for number, name in about["fds"].items() if number in sockets} == (
            dict.fromkeys(sockets, "socket:")
        )
        assert set(about["fds"]) == {"0", "1", "2", "3", str(at)}


async def test_extra_pipes_are_exactly_where_they_were_asked_for():
    async with forked(stdio=["ignore", "inherit", "inherit", "pipe", "ipc", "pipe"]) as child:
        for place in (3, 5):
            child.stdio[place].write(f"for {place}")
            assert await ask(child, "read_fd", place) == f"for {place}"
            await ask(child, "write_fd", [place, f"from {place}"])
            assert await child.stdio[place].read(6) == f"from {place}".encode()
        assert [end is not None for end in child.stdio] == [False] * 3 + [True, False, True]


async def test_none_is_a_pipe_for_the_first_three_and_nothing_beyond():
    async with forked(stdio=[None, None, None, "ipc", None]) as child:
        fds = (await ask(child, "about"))["fds"]
        assert all(fds[number].startswith("socket:") for number in "012")
        assert "4" not in fds
        assert None not in child.stdio[:3]


async def test_files_and_descriptors_are_passed_on(tmp_path):
    with (tmp_path / "log").open("w+") as log, (tmp_path / "in").open("w+") as text:
        text.write("from the file")
        text.seek(0)
        async with forked(stdio=[text, log.fileno(), "ignore", "ipc", log]) as child:
            assert await ask(child, "read_fd", 0) == "from the file"
            await ask(child, "write_fd", [1, "one "])
            await ask(child, "write_fd", [4, "four"])
            assert (await ask(child, "about"))["fds"]["4"] == log.name
        assert (tmp_path / "log").read_text() == "one four"


async def test_one_descriptor_may_be_in_two_places(tmp_path):
    with (tmp_path / "log").open("w+") as log:
        async with forked(stdio=["ignore", "ignore", "ignore", "ipc", log, log]) as child:
            await ask(child, "write_fd", [4, "four "])
            await ask(child, "write_fd", [5, "five"])
        assert (tmp_path / "log").read_text() == "four five"


async def test_our_output_may_be_another_descriptor_of_the_program():
    stdio = ["ignore", "pipe", "ignore", "ipc", 1]
    async with forked(stdio=stdio) as child:
        fds = (await ask(child, "about"))["fds"]
        assert fds["4"] == os.readlink("/proc/self/fd/1")
        assert fds["1"].startswith("socket:")


async def test_detached_is_a_session_of_its_own():
    async with forked(detached=True) as child:
        assert (await ask(child, "about"))["session"] == child.pid
    async with forked() as child:
        assert (await ask(child, "about"))["session"] == os.getsid(0)


async def test_a_child_shows_its_process_its_channel_and_its_end():
    async with forked() as child:
        name = f"<netserve.child_process.ChildProcess pid {child.pid}"
        assert repr(child) == f"{name} connected>"
        over = coming(child, "close")
        child.kill()
        await over
        assert repr(child) == f"{name} disconnected ended by SIGTERM>"


async def test_a_child_that_could_not_be_started_shows_that():
    child = fork("x.py", exec_path="/nowhere/python")
    await coming(child, "error")
    assert "ChildProcess not started disconnected" in repr(child)
