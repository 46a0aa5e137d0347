"""fork(): a program that can't be started, how one ends, who keeps whom alive."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from typing import Any

import pytest
import uvloop

from netserve import AbortController, Socket
from netserve.child_process import fork
from tests.behaviour.families import OBEYS, ask, coming, few_descriptors, forked, runs
from tests.conftest import open_descriptors

# A program that can't be started


FAILING = {"plain": None, "with more in fixed places": ["ignore"] * 3 + ["pipe", "ipc"]}


@pytest.mark.parametrize("stdio", FAILING.values(), ids=FAILING)
async def test_a_program_that_is_not_there_is_an_error_event(stdio):
    child = fork(OBEYS, exec_path="/nowhere/python", stdio=stdio)
    started = coming(child, "spawn")
    (error,) = await coming(child, "error")
    assert isinstance(error, FileNotFoundError)
    assert (error.code, error.syscall) == ("ENOENT", "spawn /nowhere/python")
    assert error.filename == "/nowhere/python"
    assert (child.pid, child.connected, child.channel) == (None, False, None)
    assert not child.kill()
    assert not started.done()


@pytest.mark.parametrize("stdio", FAILING.values(), ids=FAILING)
async def test_a_program_that_is_none_is_an_error_event(stdio, tmp_path):
    (tmp_path / "python").write_text("no program")
    child = fork(OBEYS, exec_path=tmp_path / "python", stdio=stdio)
    (error,) = await coming(child, "error")
    assert (error.code, error.syscall) == ("EACCES", f"spawn {tmp_path / 'python'}")


@pytest.mark.parametrize("stdio", FAILING.values(), ids=FAILING)
async def test_a_folder_that_is_not_there_is_an_error_event(stdio):
    child = fork(OBEYS, cwd="/nowhere", stdio=stdio)
    (error,) = await coming(child, "error")
    assert (error.code, error.syscall) == ("ENOENT", f"spawn {sys.executable}")
    assert error.filename == "/nowhere"
    assert "/nowhere" in str(error)


async def test_a_folder_that_is_none_is_named(tmp_path):
    (tmp_path / "file").write_text("no folder")
    child = fork(OBEYS, cwd=tmp_path / "file")
    (error,) = await coming(child, "error")
    assert (error.code, error.filename) == ("ENOTDIR", str(tmp_path / "file"))


@pytest.mark.parametrize("options", [{"silent": True}, {"stdio": ["pipe"] * 5 + ["ipc", "pipe"]}])
async def test_without_descriptors_it_is_an_error_event_and_nothing_is_lost(options):
    Socket()  # what the loop needs is there
    codes = []
    for free in range(19):
        before = open_descriptors()
        with few_descriptors(free):
            child = fork(OBEYS, **options)
            failed = coming(child, "error")
        if child.pid is not None:
            child.kill(signal.SIGKILL)
            await coming(child, "close")
            break
        (error,) = await failed
        assert error.syscall == f"spawn {sys.executable}"
        codes.append(error.code)
        assert open_descriptors() == before
    assert set(codes) == {"EMFILE"}
    assert len(codes) > 5


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EPERM, errno.EMFILE])
async def test_the_end_is_heard_of_where_the_system_gives_no_descriptor_for_it(monkeypatch, number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "pidfd_open", refuse)
    errors: list[object] = []
    async with forked() as child:
        child.on("error", errors.append)
        closed = coming(child, "close")
        child.send(["leave", 5])
        assert await closed == (5, None)
        assert not runs(child.pid)
    assert errors == []


@pytest.mark.parametrize("place", [0, 4])
async def test_a_descriptor_that_is_not_open_is_an_error_event(place):
    stdio: list[Any] = ["ignore"] * 5 + ["ipc"]
    stdio[place] = 4000
    child = fork(OBEYS, stdio=stdio)
    (error,) = await coming(child, "error")
    assert error.code == "EBADF"
    assert child.pid is None


async def test_an_error_that_nobody_hears_goes_to_the_loop(reports):
    fork(OBEYS, exec_path="/nowhere/python")
    assert (await reports.next()).code == "ENOENT"


async def test_sending_to_a_program_that_never_was_is_an_error_of_the_callback():
    child = fork(OBEYS, exec_path="/nowhere/python")
    failed = coming(child, "error")
    sent = asyncio.get_running_loop().create_future()
    assert child.send("hello", callback=sent.set_result) is False
    assert (await sent).code == "ERR_IPC_CHANNEL_CLOSED"
    await failed


# Its end


async def test_the_exit_code():
    async with forked() as child:
        over, closed = coming(child, "exit"), coming(child, "close")
        child.send(["leave", 7])
        assert await over == (7, None)
        assert await closed == (7, None)
        assert (child.exit_code, child.signal_code) == (7, None)


@pytest.mark.parametrize("how", [signal.SIGUSR1, "SIGKILL", 15], ids=str)
async def test_the_signal_that_ended_it(how):
    number = signal.Signals[how] if isinstance(how, str) else signal.Signals(how)
    async with forked() as child:
        await ask(child, "echo", 1)
        over = coming(child, "exit")
        assert child.kill(how)
        assert child.killed
        assert await over == (None, number)
        assert (child.exit_code, child.signal_code) == (None, number)
        assert isinstance(child.signal_code, signal.Signals)


async def test_killing_one_that_is_over_does_nothing():
    async with forked() as child:
        over = coming(child, "exit")
        child.kill()
        await over
        child.killed = False
        assert not child.kill()
        assert not child.kill(0)
        assert not child.killed


async def test_signal_0_only_asks():
    async with forked() as child:
        assert child.kill(0)
        assert await ask(child, "echo", 1) == 1


@pytest.mark.parametrize("wrong", ["SIGNONE", 999, -1], ids=str)
async def test_an_unknown_signal_is_refused(wrong):
    async with forked() as child:
        with pytest.raises(ValueError, match="signal") as refused:
            child.kill(wrong)
        assert refused.value.code == "ERR_UNKNOWN_SIGNAL"


async def test_no_zombie_is_left():
    async with forked() as child:
        assert runs(child.pid)
        over = coming(child, "exit")
        child.send(["leave", 0])
        await over
        assert not runs(child.pid)


async def test_events_come_in_order():
    async with forked() as child:
        seen = []
        for event in ("spawn", "message", "disconnect", "exit", "close"):
            child.on(event, lambda *_, event=event: seen.append(event))
        closed = coming(child, "close")
        await ask(child, "echo", 1)
        child.send(["leave", 0])
        await closed
        assert seen == ["spawn", "message", "disconnect", "exit", "close"]


async def test_after_timeout_it_gets_the_kill_signal():
    async with forked(timeout=0.05, kill_signal="SIGKILL") as child:
        assert await coming(child, "exit") == (None, signal.SIGKILL)
        assert child.killed


async def test_a_timeout_of_zero_is_none():
    async with forked(timeout=0) as child:
        assert await ask(child, "echo", 1) == 1


async def test_a_timeout_that_did_not_come_is_forgotten():
    async with forked(timeout=30) as child:
        over = coming(child, "exit")
        child.send(["leave", 0])
        assert await over == (0, None)
        assert not child._program.running


async def test_an_aborted_signal_ends_it():
    controller = AbortController()
    async with forked(signal=controller.signal, kill_signal=signal.SIGKILL) as child:
        await ask(child, "echo", 1)
        failed, over = coming(child, "error"), coming(child, "exit")
        controller.abort("enough")
        (error,) = await failed
        assert error.code == "ABORT_ERR"
        assert await over == (None, signal.SIGKILL)


async def test_a_signal_that_was_aborted_before_ends_it_at_once():
    controller = AbortController()
    controller.abort()
    async with forked(signal=controller.signal) as child:
        failed, over = coming(child, "error"), coming(child, "exit")
        assert (await failed)[0].code == "ABORT_ERR"
        assert await over == (None, signal.SIGTERM)


async def test_a_signal_that_is_aborted_afterwards_does_nothing():
    controller = AbortController()
    async with forked(signal=controller.signal) as child:
        over = coming(child, "exit")
        child.send(["leave", 0])
        await over
        errors = coming(child, "error")
        controller.abort()
        await asyncio.sleep(0)
        assert not errors.done()
        assert not child.killed


# What keeps whom alive

UNREF = """
import netserve, sys
from netserve import child_process
child = child_process.fork({module!r}, silent=True)
child.on("message", lambda message, handle: print(*message, flush=True))
child.on("exit", lambda *how: print("exit", *how, flush=True))
def ready(*_):
    print(child.pid, flush=True)
    {then}
child.once("spawn", ready)
netserve.run()
print("over", flush=True)
"""


def test_a_running_child_keeps_the_program_alive(python):
    program = python("-c", UNREF.format(module=str(OBEYS), then="child.send(['leave', 4])"))
    program.line()
    assert [program.line(), program.line()] == ["exit 4 None", "over"]
    assert program.result() == (0, "", "")


def test_an_unref_lets_the_program_end_and_the_child_with_it(python):
    # The child has nothing left but the channel, and that closes with us.
    then = "child.unref(); child.channel.unref(); [end and end.unref() for end in child.stdio]"
    program = python("-c", UNREF.format(module=str(OBEYS), then=then))
    program.line()
    assert program.line() == "over"
    assert program.result() == (0, "", "")


def test_unref_alone_waits_for_the_channel(python):
    then = "child.unref(); child.send(['disconnect', 5])"
    program = python("-c", UNREF.format(module=str(OBEYS), then=then))
    program.line()
    assert program.line() == "disconnecting 5"
    # The child's end may be heard of, or not.
    assert [line for line in program.result()[1].splitlines() if line != "exit 0 None"] == ["over"]


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_loop_that_ends_while_children_run_leaves_nothing(loop):
    async def main():
        child = fork(OBEYS, silent=True)
        assert await ask(child, "echo", 1) == 1
        return child.pid

    before = open_descriptors()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if loop == "uvloop" else None) as runner:
        pid = runner.run(main())
    assert {fd: name for fd, name in open_descriptors().items() if before.get(fd) != name} == {}
    # Its channel is closed, so it ends; nobody was there to wait for it but us.
    os.waitid(os.P_PID, pid, os.WEXITED)


def test_without_a_loop_it_starts_at_once_and_is_heard_later(python):
    program = python(
        "-c",
        f"""
import netserve
from netserve import child_process
child = child_process.fork({str(OBEYS)!r})
assert child.pid and child.connected
child.send(["echo", "early"])
@child.on("message")
def on_message(message, handle):
    print(*message, flush=True)
    child.disconnect()
netserve.run()
print("exit code", child.exit_code)
""",
    )
    assert [program.line(), program.line()] == ["echo early", "exit code 0"]
    assert program.result() == (0, "", "")


LAST_WORDS = """
import asyncio
from netserve import process

async def main():
    for number in range(300):
        process.send([number, "x" * 10_000])

if {uvloop}:
    import uvloop
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
asyncio.run(main())
"""


@pytest.mark.parametrize("uvloop", [False, True])
async def test_what_was_sent_just_before_a_loop_ends_arrives(tmp_path, uvloop):
    (tmp_path / "child.py").write_text(LAST_WORDS.format(uvloop=uvloop))
    async with forked(tmp_path / "child.py") as child:
        got: list[int] = []
        child.on("message", lambda message, handle: got.append(message[0]))
        assert await coming(child, "close") == (0, None)
    assert got == list(range(300))


async def test_a_loop_that_ends_waits_for_nobody_that_does_not_read_for_long(tmp_path):
    (tmp_path / "child.py").write_text(LAST_WORDS.format(uvloop=False))
    async with forked(tmp_path / "child.py") as child:
        child.channel.unref()
        over = coming(child, "exit")
        # It is not read: nobody listens.
        assert await over == (0, None)
