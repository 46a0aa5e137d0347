"""The pages (READMEs, CONTRIBUTING, and everything under docs/), and how the code on them is run.

A page is a story, told from its top to its bottom in a folder of its own. What a block's language
is says what happens with it:

    python    begins with `# name.py`: a file of that name is written into the folder
              otherwise: a whole program, an echo server on port 8124, which is asked
    console   what is typed, after `$ `, and below it exactly what is printed; with `&` at its end a
              program goes on while the story does; `kill %1` ends the first of those, and
              `wait %1` waits for its end
    sh        for a checkout: `netserve serve` is run and must listen, `make` must know its target
    js, text  nothing: another language's half of a comparison; a drawing or a format
    (none)    as text

Ports 8124 and 8125 become free ones. Whatever is not shown must not be printed, `stderr` included.
There is no other kind of block, and no way to have one skipped. A page in Chinese, `echo.zh.md`,
has the blocks of the English one, `echo.md`; only those are run.
"""

from __future__ import annotations

import re
import shlex
import signal
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.programs import ROOT, Client, Program, Start

DOCS = ROOT / "docs"
READMES = ("README.md", "README.zh-CN.md")
CONTRIBUTING = "CONTRIBUTING.md"
PORTS = ("8124", "8125")
PROGRAMS = Path(sys.executable).parent
NOTHING_TO_RUN = ("", "js", "text")

# Says which port a server got, so that a program can be run on a free one.
ANNOUNCE = """
import netserve

listen = netserve.Server.listen

def announced(server, *args, **options):
    server.once("listening", lambda: print(f":{server.address().port}"))
    return listen(server, *args, **options)

netserve.Server.listen = announced
"""


def pages() -> list[str]:
    """All pages, as paths in the repository."""
    return [
        *READMES,
        CONTRIBUTING,
        *sorted(str(page.relative_to(ROOT)) for page in DOCS.rglob("*.md")),
    ]


# Pages in Chinese, and those that they are translated from. Their code is the same.
TRANSLATIONS = {READMES[1]: READMES[0]} | {
    page: page.replace(".zh.md", ".md") for page in pages() if page.endswith(".zh.md")
}


class Block(NamedTuple):
    """A block of code on a page."""

    language: str
    text: str
    line: int


def blocks(page: str, *languages: str) -> list[Block]:
    """The blocks of a page, in order: all, or those in these languages."""
    text = (ROOT / page).read_text()
    found = re.finditer(r"^```(.*)\n((?:(?!```).*\n)*)```$", text, re.MULTILINE)
    every = [Block(each[1], each[2], text.count("\n", 0, each.start()) + 1) for each in found]
    assert text.count("```") == 2 * len(every), (
        f"{page} has a fence that is not closed, or indented"
    )
    return [block for block in every if not languages or block.language in languages]


class Story:
    """A page that is being told."""

    def __init__(
        self,
        folder: Path,
        python: Start,
        client: Callable[[str | int], Client],
        free_port: Callable[[], int],
    ) -> None:
        self._folder = folder
        self._python = python
        self._client = client
        self._ports = {port: str(free_port()) for port in PORTS}
        self._jobs: list[Program] = []

    def tell(self, block: Block) -> None:
        """Does what a block says; fails where something else comes of it."""
        match block.language:
            case "python":
                self._write_or_ask(block.text)
            case "console":
                for command, printed in typed(self._moved(block.text)):
                    self._type(command, printed)
            case "sh":
                for command in block.text.splitlines():
                    self._try_out(shlex.split(command))
            case other:
                assert other in NOTHING_TO_RUN, f"no way to run {other!r}: see tests/pages.py"

    def end(self) -> None:
        """Ends what still runs. It must not have said anything that the page does not show."""
        for job in self._jobs:
            if job.process.returncode is None:
                job.process.kill()
                finished(job, [], -signal.SIGKILL)

    def _moved(self, text: str) -> str:
        for shown, free in self._ports.items():
            text = text.replace(shown, free)
        return text

    def _write_or_ask(self, text: str) -> None:
        name = re.match(r"# ([\w/]+\.py)\n", text)
        if name:
            path = self._folder / name[1]
            path.parent.mkdir(exist_ok=True)
            path.write_text(self._moved(text))
            return
        assert PORTS[0] in text
        program = self._python("-c", ANNOUNCE + text.replace(PORTS[0], "0"), cwd=self._folder)
        assert self._client(program.port()).ask(b"hello") == b"hello"

    def _type(self, command: str, printed: list[str]) -> None:
        words = shlex.split(command)
        if words[0] in ("kill", "wait"):
            job = self._jobs[int(words[-1].removeprefix("%")) - 1]
            number = signal.Signals[f"SIG{words[1][1:]}"] if len(words) > 2 else signal.SIGTERM
            if words[0] == "kill":
                job.signal(number)
            finished(job, printed, -number if number == signal.SIGKILL else 0)
        elif words[-1] == "&":
            job = self._start(words[:-1])
            self._jobs.append(job)
            for line in printed:
                said = job.line()
                assert said == line, said
        else:
            finished(self._start(words), printed)

    def _start(self, words: list[str]) -> Program:
        programs = {"python": [], "netserve": [str(PROGRAMS / "netserve")]}
        assert words[0] in programs, f"no way to type {words[0]!r}: see tests/pages.py"
        return self._python(*programs[words[0]], *words[1:], cwd=self._folder, path=PROGRAMS)

    def _try_out(self, words: list[str]) -> None:
        """A command for a checkout."""
        makefile = (ROOT / "Makefile").read_text()
        match words:
            case ["netserve", "connect", *place]:
                assert place[-1] in (PORTS[0], "/tmp/chat.sock")
            case ["netserve", *arguments] | ["python", "-m", "netserve", *arguments]:
                free = {PORTS[0]: "0", "/tmp/chat.sock": str(self._folder / "chat.sock")}
                arguments = [free.get(word, word) for word in arguments]
                if "serve" in arguments and not {"--port", "--path"} & {*arguments}:
                    arguments += ["--port", "0"]  # which is PORTS[0] otherwise
                program = self._python("-m", "netserve", *arguments)
                said = program.line()
                assert said.startswith("Usage: " if "--help" in arguments else "Listening on ")
            case ["python", "-m", "pip", "install", what]:
                extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
                assert what == "." or what[2:-1] in extras["optional-dependencies"]
            case ["make", target]:
                assert re.search(rf"^{target}:", makefile, re.MULTILINE)
            case [".venv/bin/python", "-m", "pytest", file, *options]:
                assert not options or options[0] == "-k"
                assert "".join(options[1:]) in (ROOT / file).read_text()
            case [".venv/bin/netserve", "connect", port]:
                assert f"--port {port}" in makefile  # `make run`
            case _:
                raise AssertionError(f"no way to try {words} out: see tests/pages.py")


def typed(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block, and what each prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *printed = part.splitlines()
        yield command, printed


def finished(program: Program, printed: list[str], wanted: int = 0) -> None:
    """The program ends as it should, having printed these lines."""
    code, output, errors = program.result()
    said = f"ended with {code}, and printed:\n{output}{errors}"
    assert (output.splitlines(), errors, code) == (printed, "", wanted), said
