"""How a Python program was started: flags, what it runs, and what is the program's own."""

from __future__ import annotations

import sys

import pytest

from netserve.cluster import _program
from netserve.cluster._program import Program, understand


@pytest.mark.parametrize(
    ("command", "flags", "run"),
    [
        (["app.py", "-m", "x"], [], ["app.py"]),
        (["-X", "dev", "-O", "app.py", "one"], ["-X", "dev", "-O"], ["app.py"]),
        (["-Xdev", "-Wignore", "app.py"], ["-Xdev", "-Wignore"], ["app.py"]),
        (["-bW", "ignore", "app.py"], ["-bW", "ignore"], ["app.py"]),
        (["-m", "package.app", "-c"], [], ["-m", "package.app"]),
        (["-Im", "package", "one"], ["-I"], ["-m", "package"]),
        (["-mpackage", "one"], [], ["-m", "package"]),
        (["-c", "print(1)", "one"], [], ["-c", "print(1)"]),
        (["-Ecprint(1)"], ["-E"], ["-c", "print(1)"]),
        (["-u", "-"], ["-u"], ["-"]),
        (["--", "-odd.py", "one"], ["--"], ["-odd.py"]),
        (
            ["--check-hash-based-pycs", "never", "app.py"],
            ["--check-hash-based-pycs", "never"],
            ["app.py"],
        ),
        (["-i"], ["-i"], []),
        ([], [], []),
        (["-W"], ["-W"], []),
        (["-m"], [], ["-m"]),
    ],
)
def test_a_command_line_is_read_as_python_reads_it(command, flags, run):
    assert understand(command) == Program(flags, run)


@pytest.mark.parametrize(
    ("run", "name"),
    [(["app.py"], "app.py"), (["-m", "package"], "package"), (["-c", "1"], "-c"), ([], "")],
)
def test_a_program_is_called_by_what_it_runs(run, name):
    assert Program([], run).name == name


def test_the_arguments_are_those_of_the_moment(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["changed", "one"])
    assert _program.arguments() == ["one"]
    sys.argv.append("two")
    assert _program.arguments() == ["one", "two"]
    assert _program.as_started() == understand(sys.orig_argv[1:])
