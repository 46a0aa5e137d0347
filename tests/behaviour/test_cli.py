"""The program `netserve`: what it says, what it refuses, how it stops."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import netserve
from tests.programs import PATIENCE

ECHO = "examples.echo:on_connection"
ANY_PORT = (ECHO, "--port", "0")
# What the tests start, typed once more.
AGAIN = f"{sys.executable} -m netserve"

WITHOUT_CLICK = """
import sys
sys.modules["click"] = None  # what import finds when the extra was left out
sys.argv = ["netserve", "serve", "x:y"]
from netserve.cli import main
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_stops_the_server_with_status_0(netserve_serve, number):
    program = netserve_serve(*ANY_PORT)
    program.port()
    program.signal(number)
    code, _, errors = program.result()
    assert (code, errors) == (0, "")


def test_it_says_where_it_listens_and_how_to_try_it(netserve_serve):
    program = netserve_serve(*ANY_PORT)
    port = program.port()
    assert program.line() == f"Try: {AGAIN} connect 127.0.0.1 {port}"


def test_a_program_that_is_found_by_its_name_says_its_name(python):
    folder = Path(sys.executable).parent
    program = python(str(folder / "netserve"), "serve", *ANY_PORT, path=folder)
    port = program.port()
    assert program.line() == f"Try: netserve connect 127.0.0.1 {port}"


def test_an_ipv6_address_is_shown_in_brackets(netserve_serve):
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    program = netserve_serve(*ANY_PORT, "--host", "::1")
    assert re.fullmatch(r"Listening on \[::1\]:\d+", program.line())
    assert program.line().startswith(f"Try: {AGAIN} connect ::1 ")


def test_a_server_on_every_interface_is_tried_on_the_loopback(netserve_serve):
    program = netserve_serve(*ANY_PORT, "--host", "0.0.0.0")
    assert program.line().startswith("Listening on 0.0.0.0:")
    assert program.line().startswith(f"Try: {AGAIN} connect 127.0.0.1 ")


def test_the_handler_gets_the_connections(netserve_serve, client):
    program = netserve_serve(*ANY_PORT)
    assert client(program.port()).ask(b"hello") == b"hello"


def test_the_handler_may_be_a_coroutine_function(netserve_serve, client):
    program = netserve_serve("examples.async_server:on_connection", "--port", "0")
    assert client(program.port()).ask(b"hello") == b"hello"


def test_it_listens_on_a_path_and_removes_it(netserve_serve, client, short_folder):
    path = str(short_folder / "echo.sock")
    program = netserve_serve(ECHO, "--path", path)
    assert program.line() == f"Listening on {path}"
    assert program.line() == f"Try: {AGAIN} connect {path}"
    talker = client(path)
    assert talker.ask(b"hello") == b"hello"
    talker.close()
    program.signal(signal.SIGTERM)
    assert program.result()[0] == 0
    assert not Path(path).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets exist on Linux only")
def test_a_path_with_an_at_sign_is_an_abstract_socket(netserve_serve, client, short_folder):
    program = netserve_serve(ECHO, "--path", f"@{short_folder.name}")
    assert program.line() == f"Listening on @{short_folder.name}"
    assert program.line() == f"Try: {AGAIN} connect @{short_folder.name}"
    assert client(f"\0{short_folder.name}").ask(b"hello") == b"hello"


def test_it_listens_on_an_inherited_descriptor(netserve_serve, client):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fd = listener.fileno()
        program = netserve_serve(ECHO, "--fd", str(fd), pass_fds=[fd])
        port = listener.getsockname()[1]
        assert program.line() == f"Listening on 127.0.0.1:{port}"
    assert client(port).ask(b"hello") == b"hello"


def test_connections_beyond_the_maximum_are_dropped(netserve_serve, client):
    program = netserve_serve(*ANY_PORT, "--max-connections", "1")
    port = program.port()
    kept = client(port)
    assert kept.ask(b"first") == b"first"
    assert client(port).reader.read() == b""
    assert kept.ask(b"still here") == b"still here"


def test_stopping_waits_for_open_connections(netserve_serve, client):
    program = netserve_serve(*ANY_PORT)
    talker = client(program.port())
    assert talker.ask(b"before") == b"before"
    program.line()
    program.signal(signal.SIGTERM)
    assert program.line().startswith("Stopping:")
    assert talker.ask(b"after") == b"after"
    talker.close()
    assert program.result()[0] == 0


def test_stopping_refuses_new_connections(netserve_serve, client):
    program = netserve_serve(*ANY_PORT)
    port = program.port()
    assert client(port).ask(b"here") == b"here"
    program.line()
    program.signal(signal.SIGTERM)
    program.line()
    with pytest.raises(ConnectionRefusedError):
        client(port)


def test_a_connection_that_stays_is_cut_after_the_graceful_timeout(netserve_serve, client):
    program = netserve_serve(*ANY_PORT, "--graceful-timeout", "0.05")
    talker = client(program.port())
    assert talker.ask(b"here") == b"here"
    program.signal(signal.SIGTERM)
    assert talker.reader.read() == b""
    assert program.result()[0] == 0


def test_a_second_signal_ends_at_once(netserve_serve, client):
    program = netserve_serve(*ANY_PORT, "--graceful-timeout", "3600")
    talker = client(program.port())
    assert talker.ask(b"here") == b"here"
    program.line()
    program.signal(signal.SIGTERM)
    assert program.line().startswith("Stopping:")
    program.signal(signal.SIGTERM)
    assert program.result()[0] == -signal.SIGTERM


BLOCKS = """
import re, sys, time

def loops(socket):
    print("blocks", flush=True)
    while True:
        pass

def sleeps(socket):
    print("blocks", flush=True)
    time.sleep(3600)

def matches(socket):
    print("blocks", flush=True)
    re.match(r"(a+)+$", "a" * 60 + "b")
"""


@pytest.mark.parametrize("handler", ["loops", "sleeps", "matches"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_second_signal_ends_a_program_whose_loop_is_blocked(
    netserve_serve, client, tmp_path, handler, number
):
    (tmp_path / "mine.py").write_text(BLOCKS)
    program = netserve_serve(f"mine:{handler}", "--port", "0", cwd=tmp_path)
    client(program.port())
    program.line()
    assert program.line() == "blocks"
    program.signal(number)
    assert delivered(program.process.pid, number)
    program.signal(number)
    assert program.result()[0] == -number


def delivered(pid: int, number: signal.Signals) -> bool:
    """Waits until a signal no longer has a handler: it was delivered."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with open(f"/proc/{pid}/status") as status:
            caught = next(line.split()[1] for line in status if line.startswith("SigCgt"))
        if not int(caught, 16) >> (number - 1) & 1:
            return True
        time.sleep(0.001)  # the system tells nobody of it
    return False


def test_a_signal_waits_for_open_connections_though_nobody_reads_the_output(netserve_serve, client):
    program = netserve_serve(*ANY_PORT)
    talker = client(program.port())
    assert talker.ask(b"one") == b"one"
    program.process.stdout.close()
    program.process.stderr.close()
    program.signal(signal.SIGTERM)
    assert delivered(program.process.pid, signal.SIGTERM)
    assert talker.ask(b"two") == b"two"
    talker.close()
    assert program.process.wait(PATIENCE) == 0


def test_a_port_in_use_is_one_line_and_status_1(netserve_serve):
    with socket.create_server(("127.0.0.1", 0)) as other:
        code, output, errors = netserve_serve(ECHO, "--port", str(other.getsockname()[1])).result()
    assert (code, output) == (1, "")
    assert "EADDRINUSE" in errors
    assert errors.count("\n") == 1


def test_a_descriptor_that_is_no_socket_is_one_line_and_status_1(netserve_serve):
    code, _, errors = netserve_serve(ECHO, "--fd", "0", stdin=subprocess.DEVNULL).result()
    assert code == 1
    assert errors.startswith("netserve: cannot listen: ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize("option", ["--backlog", "--max-connections"])
def test_a_number_beyond_what_the_system_knows_is_one_line_and_status_1(netserve_serve, option):
    code, _, errors = netserve_serve(*ANY_PORT, option, str(2**63)).result()
    assert code == 1
    assert errors.startswith("netserve: cannot listen: ")
    assert errors.count("\n") == 1


REFUSED = {
    "no colon": (["examples.echo"], "write module:handler"),
    "no such module": (["examples.ech:on_connection"], "no module 'examples.ech'"),
    "no such handler": (["examples.echo:connect"], "its functions are on_connection"),
    "handler is no function": (["examples.echo:__doc__"], "is not callable"),
    "handler takes no socket": (["examples.async_server:main"], "must take one argument"),
    "path and port": ([ECHO, "--path", "x", "--port", "1"], "exclude each other"),
    "path and fd": ([ECHO, "--path", "x", "--fd", "3"], "exclude each other"),
    "fd and host": ([ECHO, "--fd", "3", "--host", "::1"], "exclude each other"),
    "empty path": ([ECHO, "--path", ""], "must not be empty"),
    "port too high": ([ECHO, "--port", "65536"], "65536 is not in the range"),
    "negative timeout": ([ECHO, "--graceful-timeout", "-1"], "must be from 0 to"),
    "timeout without end": ([ECHO, "--graceful-timeout", "inf"], "must be from 0 to"),
    "timeout that is no number": ([ECHO, "--graceful-timeout", "nan"], "must be from 0 to"),
    "timeout too long": ([ECHO, "--graceful-timeout", "1e9"], "must be from 0 to"),
    "timeout with workers": (
        [ECHO, "--workers", "2", "--graceful-timeout", "inf"],
        "must be from 0 to",
    ),
    "too many workers": ([ECHO, "--workers", "1025"], "neither a number from 1 to 1024"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused_with_status_2(refused, case):
    arguments, reason = REFUSED[case]
    code, output, errors = refused(*arguments)
    assert (code, output) == (2, "")
    assert reason in errors
    assert "Traceback" not in errors


def test_a_module_that_fails_is_named_with_file_and_line(netserve_serve, tmp_path):
    (tmp_path / "broken.py").write_text("import os\n1 / 0\n")
    code, _, errors = netserve_serve("broken:handler", cwd=tmp_path).result()
    assert code == 2
    assert "ZeroDivisionError" in errors
    assert "broken.py, line 2" in errors


def test_a_module_is_found_in_the_current_folder(netserve_serve, client, tmp_path):
    (tmp_path / "mine.py").write_text("def hello(socket):\n    socket.end('hello')\n")
    program = netserve_serve("mine:hello", "--port", "0", cwd=tmp_path)
    assert client(program.port()).reader.read() == b"hello"


def test_without_click_it_says_what_to_install(python):
    code, output, errors = python("-c", WITHOUT_CLICK).result()
    assert (code, output) == (1, "")
    assert "netserve[cli]" in errors
    assert errors.count("\n") == 1


def test_it_knows_its_version(python):
    code, output, _ = python("-m", "netserve", "--version").result()
    assert code == 0
    assert netserve.__version__ in output
