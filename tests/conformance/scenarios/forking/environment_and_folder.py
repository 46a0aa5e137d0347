"""env replaces the parent's environment, cwd is where the child runs."""

import os

from tests.conformance.scenario import local_path, play_parts, start_part, trace, watch


def parent() -> None:
    env = {**os.environ, "SCENARIO_EXTRA": "more"}
    os.environ["SCENARIO_OWN"] = "mine"
    child = start_part("child", env=env, cwd=local_path(""))
    watch(child, "parent", "exit")
    heir = start_part("heir")
    watch(heir, "heirs parent", "exit")


def child() -> None:
    trace("child", "env", os.environ.get("SCENARIO_EXTRA"), os.environ.get("SCENARIO_OWN"))
    trace("child", "cwd", os.getcwd())


def heir() -> None:
    trace("heir", "env", os.environ.get("SCENARIO_EXTRA"), os.environ.get("SCENARIO_OWN"))


play_parts(parent=parent, child=child, heir=heir)
