"""`netserve serve --workers`: several processes behind one port, from the command line."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import sys
import time

import pytest

from tests.programs import PATIENCE
from tests.silence import quiet_port

ECHO = "examples.echo:on_connection"
ANY_PORT = (ECHO, "--port", "0")

# Says who it is and what version of itself, then echoes.
HANDLER = """
import os

VERSION = {version!r}

def on_connection(socket):
    socket.write(f"{{VERSION}} {{os.getpid()}}\\n")
    socket.pipe(socket)
"""


@pytest.fixture
def handler(tmp_path):
    """Writes the module `mine`, again and again."""

    def write(version, text=HANDLER):
        (tmp_path / "mine.py").write_text(text.format(version=version))

    write("one")
    return write


@pytest.fixture
def start(netserve_serve, handler, tmp_path):
    """Starts the module `mine` with workers."""

    def begin(*arguments, port="0", **options):
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        given = ("mine:on_connection", "--port", port, *arguments)
        return netserve_serve(*given, cwd=tmp_path, env=environment, **options)

    return begin


def first_line(talker) -> tuple[str, int]:
    """The version and the process that serve a connection."""
    version, pid = talker.reader.readline().split()
    return version.decode(), int(pid)


def version(client, port: int) -> str:
    """What serves a new connection, which then ends."""
    talker = client(port)
    try:
        return first_line(talker)[0]
    finally:
        talker.close()


def serving(client, port: int, count: int) -> dict[int, object]:
    """So many processes that serve, with a connection to each."""
    found: dict[int, object] = {}
    deadline = time.monotonic() + PATIENCE
    while len(found) < count:
        assert time.monotonic() < deadline, f"only {len(found)} workers serve"
        talker = client(port)
        _, pid = first_line(talker)
        if pid in found:
            talker.close()
        else:
            found[pid] = talker
    return found


@contextlib.contextmanager
def watching(pids):
    """A function that waits until all these processes are over."""
    watched = [os.pidfd_open(pid) for pid in pids]

    def all_over() -> None:
        for fd in watched:
            assert select.select([fd], [], [], 10)[0], "a worker is still there"

    try:
        yield all_over
    finally:
        for fd in watched:
            os.close(fd)


@pytest.mark.parametrize("schedule", ["rr", "least", "shared", "reuseport"])
def test_all_workers_serve_on_one_port(start, client, schedule):
    port = str(quiet_port()) if schedule == "reuseport" else "0"
    program = start("--workers", "2", "--schedule", schedule, port=port)
    port = program.port()
    assert program.line() == f"Try: {sys.executable} -m netserve connect 127.0.0.1 {port}"
    for pid, talker in serving(client, port, 2).items():
        assert pid != program.process.pid
        assert talker.ask(b"hello") == b"hello"


def test_auto_is_a_worker_for_each_processor(start, client):
    program = start("--workers", "auto")
    count = len(os.sched_getaffinity(0))
    assert len(serving(client, program.port(), count)) == count


@pytest.mark.parametrize("name", ["path", "abstract"])
def test_workers_serve_on_a_path(netserve_serve, client, short_folder, name):
    path = str(short_folder / "one.sock")
    given = path if name == "path" else f"@{path}"
    program = netserve_serve(ECHO, "--path", given, "--workers", "2")
    assert program.line() == f"Listening on {given}"
    talker = client(path if name == "path" else f"\0{path}")
    assert talker.ask(b"hello") == b"hello"
    talker.close()
    program.signal(signal.SIGTERM)
    assert program.result()[0] == 0
    assert not os.path.exists(path)


def test_workers_serve_on_an_inherited_descriptor(netserve_serve, client):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fd = listener.fileno()
        program = netserve_serve(ECHO, "--fd", str(fd), "--workers", "2", pass_fds=[fd])
        program.line()
        talker = client(listener.getsockname()[1])
        assert talker.ask(b"hello") == b"hello"
        talker.close()
        program.signal(signal.SIGTERM)
        assert program.result()[0] == 0


REFUSED = {
    "no number": (["--workers", "many"], "neither a number"),
    "zero": (["--workers", "0"], "neither a number"),
    "negative": (["--workers", "-1"], "neither a number"),
    "a fraction": (["--workers", "1.5"], "neither a number"),
    "schedule without workers": (["--schedule", "least"], "give --workers, too"),
    "unknown schedule": (["--workers", "2", "--schedule", "fair"], "'fair' is not one of"),
    "reuseport on a path": (
        ["--workers", "2", "--schedule", "reuseport", "--path", "x"],
        "needs a port",
    ),
    "reuseport on a descriptor": (
        ["--workers", "2", "--schedule", "reuseport", "--fd", "3"],
        "needs a port",
    ),
    "reuseport on any port": (
        ["--workers", "2", "--schedule", "reuseport", "--port", "0"],
        "needs a --port",
    ),
    "no such module": (["--workers", "2", "nowhere:handler"], "unexpected extra argument"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused_with_status_2(refused, case):
    arguments, reason = REFUSED[case]
    code, output, errors = refused(ECHO, *arguments)
    assert (code, output) == (2, "")
    assert reason in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("schedule", ["rr", "shared", "reuseport"])
def test_a_port_in_use_is_one_line_and_status_1(netserve_serve, schedule):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        program = netserve_serve(ECHO, "--port", port, "--workers", "2", "--schedule", schedule)
        code, output, errors = program.result()
    assert (code, output) == (1, "")
    assert "EADDRINUSE" in errors
    lines = [line for line in errors.splitlines() if not line.startswith("WARNING")]
    assert len(lines) == 1


def test_workers_that_can_not_import_the_handler_are_never_started(netserve_serve, tmp_path):
    (tmp_path / "broken.py").write_text("import os\n1 / 0\n")
    code, output, errors = netserve_serve("broken:handler", "--workers", "2", cwd=tmp_path).result()
    assert (code, output) == (2, "")
    assert "broken.py, line 2" in errors


@pytest.mark.parametrize("schedule", ["rr", "shared", "reuseport"])
def test_a_killed_worker_is_replaced(start, client, schedule):
    port = str(quiet_port()) if schedule == "reuseport" else "0"
    program = start("--workers", "2", "--schedule", schedule, port=port)
    port = program.port()
    before = serving(client, port, 2)
    victim, survivor = before
    with watching([victim]) as over:
        os.kill(victim, signal.SIGKILL)
        over()
    assert before[survivor].ask(b"still here") == b"still here"
    after = serving(client, port, 2)
    assert victim not in after
    assert survivor in after


def test_while_no_worker_is_there_connections_wait(start, client):
    program = start("--workers", "2")
    port = program.port()
    before = serving(client, port, 2)
    with watching(before) as over:
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        waiting = [client(port) for _ in range(10)]
        over()
    waiting += [client(port) for _ in range(10)]
    pids = {first_line(talker)[1] for talker in waiting}
    assert not pids & set(before)


def test_a_hangup_replaces_the_workers_with_the_program_as_it_is_then(start, handler, client):
    program = start("--workers", "2")
    port = program.port()
    before = serving(client, port, 2)
    for talker in before.values():
        talker.close()
    handler("two")
    program.line()
    with watching(before) as over:
        program.signal(signal.SIGHUP)
        assert program.line().startswith("Replacing")
        # Nobody is refused meanwhile.
        while version(client, port) != "two":
            pass
        assert program.line().startswith("Replaced")
        over()
    assert {version(client, port) for _ in range(4)} == {"two"}
    assert not set(serving(client, port, 2)) & set(before)


def test_a_hangup_lets_open_connections_finish(start, handler, client):
    program = start("--workers", "1")
    port = program.port()
    ((pid, talker),) = serving(client, port, 1).items()
    program.line()
    handler("two")
    program.signal(signal.SIGHUP)
    program.line()
    while version(client, port) != "two":
        pass
    assert talker.ask(b"still the old one") == b"still the old one"
    with watching([pid]) as over:
        talker.close()
        over()
    assert program.line().startswith("Replaced")


@pytest.mark.parametrize("broken", ["1 / 0\n", "def other(socket): pass\n", "def on_conn("])
def test_a_hangup_with_a_broken_program_keeps_the_old_workers(start, handler, client, broken):
    program = start("--workers", "2")
    port = program.port()
    before = set(serving(client, port, 2))
    program.line()
    handler("two", broken)
    program.signal(signal.SIGHUP)
    assert program.line().startswith("Replacing")
    assert program.process.stderr is not None
    errors = ""
    while "the old ones stay" not in errors:
        errors += program.process.stderr.readline()
    assert set(serving(client, port, 2)) == before
    handler("three")
    program.signal(signal.SIGHUP)
    assert program.line().startswith("Replacing")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("schedule", ["rr", "shared", "reuseport"])
def test_a_signal_waits_for_open_connections_and_ends_with_0(start, client, number, schedule):
    port = str(quiet_port()) if schedule == "reuseport" else "0"
    program = start("--workers", "2", "--schedule", schedule, port=port)
    port = program.port()
    program.line()
    talkers = serving(client, port, 2)
    with watching(talkers) as over:
        program.signal(number)
        assert program.line().startswith("Stopping: waiting up to 10 s")
        for talker in talkers.values():
            assert talker.ask(b"after") == b"after"
            talker.close()
        over()
    assert program.result()[0] == 0
    with pytest.raises(ConnectionRefusedError):
        client(port)


def test_a_signal_of_the_terminal_reaches_everybody_and_drains_all_the_same(start, client):
    program = start("--workers", "2", start_new_session=True)
    port = program.port()
    program.line()
    talkers = serving(client, port, 2)
    os.killpg(program.process.pid, signal.SIGINT)
    assert program.line().startswith("Stopping:")
    for talker in talkers.values():
        assert talker.ask(b"after") == b"after"
        talker.close()
    code, _, errors = program.result()
    assert (code, errors) == (0, "")


def test_connections_that_stay_are_cut_after_the_graceful_timeout(start, client):
    program = start("--workers", "2", "--graceful-timeout", "0.2")
    talkers = serving(client, program.port(), 2)
    program.signal(signal.SIGTERM)
    for talker in talkers.values():
        assert talker.reader.read() == b""
    assert program.result()[0] == 0


# Answers, and then stores what came; what ends it early is a failure that it tells of.
STORES = """
import asyncio

async def on_connection(socket):
    try:
        async with socket:
            socket.write(await socket.readline())
            await socket.readline()
    finally:
        for _ in range(20):
            await asyncio.sleep(0)
        print("stored", flush=True)
"""


@pytest.mark.parametrize("workers", [(), ("--workers", "1")], ids=["alone", "workers"])
@pytest.mark.parametrize("stays", [False, True], ids=["client leaves", "client stays"])
def test_what_a_handler_does_after_its_connection_is_waited_for(
    start, handler, client, workers, stays
):
    handler("", STORES)
    program = start(*workers, "--graceful-timeout", "0.3")
    talker = client(program.port())
    assert talker.ask(b"hello\n") == b"hello\n"
    program.signal(signal.SIGTERM)
    if not stays:
        talker.close()
    code, output, errors = program.result()
    assert (code, output.splitlines().count("stored")) == (0, 1)
    assert "is killed" not in errors


def test_workers_that_die_later_and_can_not_start_again_end_the_program_with_an_error(
    start, handler, client
):
    program = start("--workers", "2")
    talkers = serving(client, program.port(), 2)
    handler("one", "import os\nos._exit(1)\n")
    for pid in talkers:
        os.kill(pid, signal.SIGKILL)
    code, _, errors = program.result()
    assert code == 1
    last = errors.splitlines()[-1]
    assert last.startswith("netserve: no worker serves any more: 8 workers in a row died")


def test_a_hangup_and_a_signal_do_their_work_though_nobody_reads_the_output(start, handler, client):
    program = start("--workers", "2", "--graceful-timeout", "20")
    port = program.port()
    old = serving(client, port, 2)
    program.process.stdout.close()
    program.process.stderr.close()
    handler("two")
    with watching(old) as over:
        program.signal(signal.SIGHUP)
        for talker in old.values():
            talker.close()
        over()
    talkers = serving(client, port, 2)
    program.signal(signal.SIGTERM)
    for talker in talkers.values():
        assert talker.ask(b"here") == b"here"
        talker.close()
    assert program.process.wait(PATIENCE) == 0


def test_a_second_signal_ends_everything_at_once(start, client):
    program = start("--workers", "2", "--graceful-timeout", "3600")
    talkers = serving(client, program.port(), 2)
    program.line()
    with watching(talkers) as over:
        program.signal(signal.SIGTERM)
        assert program.line().startswith("Stopping:")
        program.signal(signal.SIGTERM)
        over()
    assert program.result()[0] == -signal.SIGTERM


def test_a_signal_before_anybody_listens_ends_with_0(start, handler):
    # Time is the subject: a handler that takes long to import.
    handler("one", "import time\ntime.sleep(0.5)\n" + HANDLER)
    program = start("--workers", "2")
    assert program.process.stdout is not None
    deadline = time.monotonic() + PATIENCE
    while not children_of(program.process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.005)  # a process that has begun says nothing yet
    program.signal(signal.SIGTERM)
    assert program.result()[0] == 0


LOADS = """
import time
from netserve import cluster
if cluster.is_worker:
    print("loading", flush=True)
    time.sleep(3600)
def on_connection(socket): pass
"""


def test_a_worker_that_is_stopped_while_it_loads_its_handler_ends_with_0(start, handler):
    handler("one", LOADS)
    program = start("--workers", "1", "--graceful-timeout", "0.1")
    assert program.line() == "loading"
    (worker,) = children_of(program.process.pid)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        os.kill(worker, number)
    assert program.line() == "loading"  # the next one
    program.signal(signal.SIGTERM)
    code, _, errors = program.result()
    assert code == 0
    assert "worker 1 died (exit code 0): it is replaced" in errors
    assert "Traceback" not in errors


def children_of(pid: int) -> list[int]:
    """The processes that this one has started."""
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return [int(number) for number in children.read().split()]


def test_when_the_primary_is_killed_the_workers_finish_and_go(start, client):
    program = start("--workers", "2")
    port = program.port()
    talkers = serving(client, port, 2)
    with watching(talkers) as over:
        program.signal(signal.SIGKILL)
        program.process.wait(PATIENCE)
        for talker in talkers.values():
            assert talker.ask(b"still here") == b"still here"
        with pytest.raises(ConnectionRefusedError):
            client(port)
        for talker in talkers.values():
            talker.close()
        over()


def test_the_limit_counts_for_each_worker(start, client):
    program = start("--workers", "2", "--max-connections", "1")
    port = program.port()
    talkers = serving(client, port, 2)
    late = client(port)
    late.socket.settimeout(0.2)
    with pytest.raises(TimeoutError):
        late.socket.recv(1)
    late.socket.settimeout(PATIENCE)
    pid, talker = next(iter(talkers.items()))
    talker.close()
    assert re.fullmatch(rb"one \d+\n", late.socket.recv(100))
    assert pid in talkers


def test_workers_that_keep_dying_end_the_program(start, handler, client):
    text = "import os\nfrom netserve import cluster\nif cluster.is_worker: os._exit(1)\n"
    handler("one", text + "def on_connection(socket): pass\n")
    program = start("--workers", "4")
    code, output, errors = program.result()
    assert (code, output) == (1, "")
    assert "died before they listened" in errors.splitlines()[-1]
