"""Options of fork() that make no sense are refused before anything is started. Node makes the best
of an environment that is none."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, differs, play


def main() -> None:
    fork: Any = netserve.child_process.fork
    attempt("child", "cwd number", lambda: fork("nowhere.py", [], cwd=5))
    attempt("child", "cwd zero byte", lambda: fork("nowhere.py", [], cwd="a\0b"))
    attempt("child", "detached text", lambda: fork("nowhere.py", [], detached="x"))
    attempt("child", "env number", lambda: fork("nowhere.py", [], env=5))
    attempt("child", "exec_path number", lambda: fork("nowhere.py", [], exec_path=5))
    attempt("child", "kill_signal text", lambda: fork("nowhere.py", [], kill_signal="NOPE"))
    attempt("child", "serialization text", lambda: fork("nowhere.py", [], serialization="x"))
    attempt("child", "signal number", lambda: fork("nowhere.py", [], signal=5))
    attempt("child", "stdio text", lambda: fork("nowhere.py", [], stdio="x"))
    attempt("child", "stdio without ipc", lambda: fork("nowhere.py", [], stdio=["pipe"]))
    attempt("child", "stdio with two", lambda: fork("nowhere.py", [], stdio=["ipc", "ipc"]))
    attempt("child", "timeout negative", lambda: fork("nowhere.py", [], timeout=-1))
    attempt("child", "module number", lambda: fork(5))
    attempt("child", "module zero byte", lambda: fork("a\0b"))
    attempt("child", "args number", lambda: fork("nowhere.py", 5))
    differs(
        "child",
        node=[["env number", "ok"]],
        netserve=[["env number", {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}]],
    )


play(main)
