"""Whatever comes on a channel: nothing crashes, nothing hangs, nothing is left behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import netserve
from netserve import child_process, once
from netserve._processes.ipc import Peer
from netserve._processes.ipc.wire import DEFAULT_LIMIT
from netserve._runtime import current
from tests.programs import ROOT
from tests.stress.amounts import amount
from tests.stress.programs import run_program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

# Who is spoken to, and in how many cases.
CASES = {
    "peer": amount(6_000, 60_000),
    "primary": amount(1_500, 15_000),
    "worker": amount(2_500, 25_000),
}
PATIENCE = 90


def start(side: str, count: int, note: Path) -> subprocess.Popen[str]:
    note.write_text("none")
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stress.fuzz.run", side, "0", str(count), str(note)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result(side: str, program: subprocess.Popen[str], note: Path) -> Any:
    """What it printed; whatever else it did is a failure that names the case."""
    try:
        output, errors = program.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        program.kill()
        _, errors = program.communicate()
        errors += "it hung"
    if program.returncode != 0:
        case = note.read_text().strip()
        replay = f"python -m tests.stress.fuzz.run {side} {case} 1"
        pytest.fail(f"exit code {program.returncode}; `{replay}` plays it again:\n{errors}")
    return json.loads(output)


@pytest.mark.timeout(PATIENCE + 10)
def test_thousands_of_cases_of_nonsense_leave_nothing_behind(tmp_path: Path):
    with ExitStack() as stack:
        programs = {}
        for side, count in CASES.items():
            programs[side] = start(side, count, tmp_path / side)
            stack.callback(programs[side].kill)
            stack.enter_context(programs[side])
        for side, program in programs.items():
            found = result(side, program, tmp_path / side)
            assert found["growth"] < 8_000_000, side


# One message that never ends, from the outside. It is all sent: somebody who just stops to read
# would let the other side wait for ever.
ENDLESS = """
from netserve._runtime import current
from netserve._processes.ipc import Peer

async def main(serialization):
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    peer, errors, loop = Peer(), [], asyncio.get_running_loop()
    gone = loop.create_future()
    peer.on("error", errors.append).on("disconnect", lambda: gone.set_result(None))
    runtime = current()
    before = descriptors(), resident()
    peer._open_channel(runtime, theirs.detach(), serialization)
    sent = 0
    try:
        if serialization == "advanced":
            await loop.sock_sendall(ours, b"\\xff\\xff\\xff\\xff")
        for _ in range(3000):
            await loop.sock_sendall(ours, b"1" * 65536)
            sent += 65536
    except OSError:
        pass
    await gone
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM"))
    peer, code = None, errors[0].code
    gc.collect()
    print(json.dumps({
        "code": code, "errors": len(errors), "sent": sent, "peak": peak - before[1],
        "kept": resident() - before[1], "descriptors": descriptors() - before[0],
    }))
    ours.close()

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.parametrize(("serialization", "most"), [("json", DEFAULT_LIMIT), ("advanced", 0)])
def test_a_message_that_is_too_long_ends_the_channel(serialization: str, most: int):
    found = run_program(ENDLESS, serialization)
    assert (found["code"], found["errors"]) == ("ERR_IPC_BROKEN_CHANNEL", 1)
    assert most <= found["sent"] <= most + (1 << 20), "what the kernel keeps is on top"
    assert found["peak"] < 2 * most + 16_000_000
    assert found["kept"] < 8_000_000
    assert found["descriptors"] == -1, "the channel's own"


Open = Callable[[], tuple[Peer, socket.socket]]


@pytest.fixture
def channel() -> Iterator[Open]:
    """Opens a channel: one end is a peer, the other a plain socket, closed after the test."""
    with ExitStack() as stack:

        def open_one() -> tuple[Peer, socket.socket]:
            ours, theirs = socket.socketpair()
            ours.setblocking(False)
            stack.enter_context(ours)
            peer = Peer()
            peer._open_channel(current(), theirs.detach(), "json")
            return peer, ours

        yield open_one


async def lines(end: socket.socket, count: int) -> list[Any]:
    """The next messages that a plain end gets."""
    loop, data = asyncio.get_running_loop(), b""
    while data.count(b"\n") < count:
        data += await loop.sock_recv(end, 1 << 16)
    return [json.loads(line) for line in data.splitlines()]


async def test_a_handle_that_does_not_come_is_asked_for_again(channel: Open):
    peer, end = channel()
    messages: list[Any] = []
    peer.on("message", lambda *what: messages.append(what))
    assert [line["cmd"] for line in await lines(end, 1)] == ["NODE_NETSERVE"]
    end.send(b'{"cmd":"NODE_HANDLE","type":"net.Socket","msg":"lost"}\n"plain"\n')
    assert await lines(end, 1) == [{"cmd": "NODE_HANDLE_NACK"}]
    assert messages == [("plain", None)]
    with socket.socket() as plain:
        line = b'{"cmd":"NODE_HANDLE","type":"net.Native","msg":"found"}\n'
        socket.send_fds(end, [line], [plain.fileno()])
    assert await lines(end, 1) == [{"cmd": "NODE_HANDLE_ACK"}]
    message, handle = messages[1]
    assert message == "found"
    handle.close()
    over = once(peer, "disconnect")
    peer.disconnect()
    await over


async def test_what_waits_for_a_handle_that_never_arrives_fails_at_the_end(channel: Open):
    peer, end = channel()
    given, kept = socket.socketpair()
    errors: list[Any] = []
    with kept:
        peer.send("one", netserve.Socket(fd=given.detach()), callback=errors.append)
        peer.send("two", callback=errors.append)
        sent = await lines(end, 2)  # and its descriptor is closed by `recv()`
        assert sent[1]["msg"] == "one"
        over = once(peer, "disconnect")
        end.close()
        await over
        assert errors[0] is None, "the system had it"
        assert [error.code for error in errors[1:]] == ["ERR_IPC_CHANNEL_CLOSED"]
        kept.settimeout(5)
        assert kept.recv(1) == b"", "nobody has the other end any more"


# A child that never looks at its channel, and one that dies in the middle of a message.
DEAF = "import time; print('up', flush=True); time.sleep(60)"
DYING = """
import os, signal, socket
end = socket.socket(fileno=int(os.environ["NODE_CHANNEL_FD"]))
read, write = os.pipe()
if {handle}:
    socket.send_fds(end, [b'{{"cmd":"NODE_HANDLE","type":"net.Native","msg":"'], [read])
end.sendall(b'"' + b"x" * 3_000_000)
os.kill(os.getpid(), signal.SIGKILL)
"""


def script(folder: Path, text: str) -> Path:
    path = folder / "child.py"
    path.write_text(text)
    return path


async def test_a_child_that_is_killed_while_much_is_on_its_way_to_it(tmp_path: Path):
    child = child_process.fork(script(tmp_path, DEAF), silent=True)
    assert await child.stdout.readline() == b"up\n"
    given, kept = socket.socketpair()
    told: list[Any] = []
    over = once(child, "close")
    with kept:
        assert not child.send("x" * 20_000_000, callback=told.append)
        assert not child.send("handle", netserve.Socket(fd=given.detach()), callback=told.append)
        assert not child.send("behind it", callback=told.append)
        child.kill("SIGKILL")
        assert await over == (None, signal.SIGKILL)
        kept.settimeout(5)
        assert kept.recv(1) == b"", "what was on its way is closed"
    assert [error.code for error in told] == ["ERR_IPC_CHANNEL_CLOSED"] * 3


@pytest.mark.parametrize("handle", [False, True])
async def test_a_child_that_is_killed_while_it_says_much(tmp_path: Path, handle: bool):
    child = child_process.fork(script(tmp_path, DYING.format(handle=handle)))
    seen: list[Any] = []
    child.on("message", lambda *what: seen.append(what)).on("error", seen.append)
    child.on("disconnect", lambda: seen.append("disconnect"))
    assert await once(child, "close") == (None, signal.SIGKILL)
    assert seen == ["disconnect"], "half a message is none"
