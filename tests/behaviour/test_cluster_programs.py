"""Whole programs that are a primary and its workers: their arguments, paths and last events."""

from __future__ import annotations

import pytest

CLOSES = """
import netserve
from netserve import cluster, process

def on_close():
    print("close", flush=True)
    if process.connected:
        process.disconnect()

if cluster.is_primary:
    cluster.fork()
else:
    server = netserve.create_server().on("close", on_close)
    {then}
netserve.run()
"""


@pytest.mark.parametrize(
    "then",
    [
        "server.listen(0).close()",
        "server.listen(0, exclusive=True).close()",
        "server.listen(0, callback=server.close)",
        "server.listen(0, exclusive=True, callback=server.close)",
        "server.listen(0, 'localhost').close()",
        "server.listen(0); process.disconnect()",
        "server.listen(0, exclusive=True, callback=process.disconnect)",
        "server.listen(0).close(); cluster.worker.disconnect()",
        "server.listen(0, callback=lambda: cluster.worker.disconnect())",
    ],
)
def test_close_of_a_workers_server_comes_once(python, then):
    code, output, errors = python("-c", CLOSES.format(then=then)).result()
    assert (code, output, errors) == (0, "close\n", "")


DEEP = """
import os
import netserve
from netserve import cluster, process

FOLDER = os.path.join("d" * 40, "e" * 40)

def listens(server):
    netserve.connect(path=server.address()).on("data", told)

def told(data):
    print(data.decode(), flush=True)
    cluster.worker.disconnect()

if cluster.is_primary:
    os.makedirs(FOLDER)
    cluster.on("exit", lambda *_: print(os.listdir(FOLDER), flush=True))
    cluster.fork()
else:
    os.chdir(FOLDER)
    server = netserve.create_server(lambda socket: socket.end("served"))
    server.on("error", lambda error: print(error, flush=True))
    server.listen("s.sock", callback=lambda: listens(server))
netserve.run()
"""


def test_a_short_relative_path_in_a_deep_folder_is_listened_on(python, tmp_path):
    code, output, errors = python("-c", DEEP, cwd=tmp_path).result()
    assert (code, output, errors) == (0, "served\n[]\n", "")


ARGUMENTS = """
import sys
{before}
import netserve
from netserve import cluster

if cluster.is_primary:
    {then}
    cluster.fork()
    netserve.run()
else:
    print(sys.argv[1:], sys.flags.optimize, __name__, flush=True)
"""

ADD = "'--again' in sys.argv or sys.argv.append('--again')"


@pytest.mark.parametrize("how", ["script", "-m", "-c"])
@pytest.mark.parametrize(
    ("before", "then", "given"),
    [
        ("", "pass", ["first"]),
        (ADD, "pass", ["first", "--again"]),
        ("", "sys.argv[1:] = []", []),
        ("", "cluster.setup_primary(silent=False); sys.argv.append('late')", ["first"]),
        ("sys.argv[0] = 'renamed'", "sys.argv.append('then')", ["first", "then"]),
    ],
)
def test_workers_run_this_program_with_its_arguments_as_they_are(
    python, tmp_path, how, before, then, given
):
    text = ARGUMENTS.format(before=before, then=then)
    (tmp_path / "app.py").write_text(text)
    run = {"script": ["app.py"], "-m": ["-m", "app"], "-c": ["-c", text]}[how]
    code, output, errors = python("-O", *run, "first", cwd=tmp_path).result()
    assert (code, output, errors) == (0, f"{given} 1 __main__\n", "")
