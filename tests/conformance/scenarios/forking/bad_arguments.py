"""What fork() is given is looked at before anything is started."""

from collections.abc import Callable

from netserve.child_process import fork
from tests.conformance.scenario import attempt, play_parts, start_part, trace


def parent() -> None:
    def refuse(what: str, action: Callable[[], object]) -> None:
        attempt("parent", what, action)

    refuse("module 5", lambda: fork(5))
    refuse("args 5", lambda: fork(__file__, 5))
    refuse("stdio without ipc", lambda: start_part("child", stdio=["pipe", "pipe", "pipe"]))
    refuse("stdio with two", lambda: start_part("child", stdio=[0, 1, 2, "ipc", "ipc"]))
    refuse("stdio nonsense", lambda: start_part("child", stdio="nonsense"))
    refuse("stdio with an object", lambda: start_part("child", stdio=["ipc", {}]))
    refuse("serialization", lambda: start_part("child", serialization="nonsense"))
    refuse("cwd 5", lambda: start_part("child", cwd=5))
    refuse("detached 5", lambda: start_part("child", detached=5))
    refuse("signal 5", lambda: start_part("child", signal=5))
    refuse("timeout -1", lambda: start_part("child", timeout=-1))
    refuse("kill signal", lambda: start_part("child", kill_signal="SIGNOPE"))


def child() -> None:
    trace("child", "was started")


play_parts(parent=parent, child=child)
