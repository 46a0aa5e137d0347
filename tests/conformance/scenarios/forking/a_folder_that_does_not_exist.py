"""A folder to run in that does not exist is an 'error' as well."""

from tests.conformance.scenario import local_path, play, start_part, trace, watch


def parent() -> None:
    child = start_part("child", cwd=local_path("nowhere"))
    watch(child, "parent", "spawn", "exit")
    child.on("error", lambda error: trace("parent", "error", error.code))


play(parent)
