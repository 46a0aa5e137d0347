"""A thousand messages arrive in the order in which they were sent."""

from netserve import process
from tests.conformance.scenario import play_parts, start_part, trace


def parent() -> None:
    answers: list[int] = []

    def on_message(number: int, _handle: None) -> None:
        answers.append(number)
        if len(answers) < 1000:
            return
        trace("parent", "in order", answers == [at * 2 for at in range(1000)])
        child.disconnect()

    child = start_part("child")
    child.on("message", on_message)
    for number in range(1000):
        child.send(number)


def child() -> None:
    process.on("message", lambda number, _: process.send(number * 2))


play_parts(parent=parent, child=child)
