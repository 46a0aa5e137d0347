"""`netserve connect`: standard input goes to a server, and what it sends is shown."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys

import pytest

ECHO = "examples.echo:on_connection"
# Everything that a pipe, a socket's buffers and a thread could hold back.
MUCH = bytes(range(256)) * 16384


def connect(*place: str, typed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "netserve", "connect", *place]
    return subprocess.run(command, input=typed, capture_output=True, timeout=20)


@pytest.mark.parametrize("host", [[], ["127.0.0.1"], ["localhost"]])
def test_what_is_typed_is_sent_and_what_comes_is_shown(netserve_serve, host):
    port = netserve_serve(ECHO, "--port", "0").port()
    done = connect(*host, str(port), typed=MUCH)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == MUCH


def test_a_path_and_an_abstract_name_lead_to_local_servers(netserve_serve, short_folder):
    paths = [str(short_folder / "echo.sock")]
    if sys.platform == "linux":
        paths.append(f"@{short_folder.name}")
    for path in paths:
        netserve_serve(ECHO, "--path", path).line()
        assert connect(path, typed=b"hello\n").stdout == b"hello\n"


def test_the_end_of_the_server_s_side_ends_the_program_though_more_could_be_typed(python):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        program = python("-m", "netserve", "connect", port, stdin=subprocess.PIPE)
        served, _ = server.accept()
        with served:
            served.sendall(b"bye\n")
        assert program.process.wait(20) == 0
        assert program.result()[1:] == ("bye\n", "")


def test_ctrl_c_ends_it(python):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        program = python("-m", "netserve", "connect", port, stdin=subprocess.PIPE)
        served, _ = server.accept()
        with served:
            served.sendall(b"hello\n")
            assert program.line() == "hello"
            program.signal(signal.SIGINT)
            assert program.process.wait(20) != 0
            assert served.recv(10) == b""


def test_a_server_that_refuses_is_one_line_and_status_1():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    done = connect(port)
    assert done.returncode == 1
    assert done.stderr.startswith(b"netserve: cannot connect: connect ECONNREFUSED")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("place", [[], ["a", "b", "c"], ["localhost", "99999"]])
def test_a_place_that_is_none_is_status_2(place):
    assert connect(*place).returncode == 2
