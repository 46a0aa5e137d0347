"""The rules that the code is built by: which way imports run, how long a file is, what is said."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

import netserve

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "netserve"
CORE = ROOT / "core" / "src"
MOST_LINES = 400

# Each file imports only from those before it. A folder has one place; inside it no circles.
ORDER = [
    "_core",
    "_types",
    "_errors",
    "errors",
    "_arguments",
    "_runtime",
    "_events",
    "_address",
    "_descriptors",
    "_socket",
    "_server",
    "_transfer",
    "_factories",
    "_processes",
    "child_process",
    "cluster",
    "process",
    "__init__",
    "cli",
    "__main__",
]

# Functions that import netserve's own modules when they are called: none may.
LATE_IMPORTS: set[str] = set()


class Import(NamedTuple):
    """One import statement of one of the package's own modules."""

    by: str
    of: str
    names: tuple[str, ...]
    line: int
    in_function: bool


PYTHON_FILES = sorted(PACKAGE.rglob("*.py"))
SOURCES = sorted([*PYTHON_FILES, *PACKAGE.rglob("*.pyi"), *CORE.rglob("*.rs")])


def module_name(file: Path) -> str:
    """`_socket`, `cli._serve`, `cli.__init__`."""
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts)


def room(module: str) -> str:
    """The name by which a module stands in `ORDER`."""
    return module.partition(".")[0]


@cache
def imports_of(file: Path) -> list[Import]:
    """The imports that happen when the program runs; those for a type checker are no edges."""
    return list(_imports(module_name(file), ast.parse(file.read_text()), in_function=False))


def _imports(by: str, node: ast.AST, *, in_function: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import):
            for alias in child.names:
                if room(alias.name) == "netserve":
                    yield Import(by, _existing(alias.name), (), child.lineno, in_function)
        elif isinstance(child, ast.ImportFrom):
            yield from _imports_from(by, child, in_function)
        else:
            inner = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(by, child, in_function=in_function or inner)


def _imports_from(by: str, node: ast.ImportFrom, in_function: bool) -> Iterator[Import]:
    source = _absolute(by, node)
    if room(source) != "netserve":
        return
    for alias in node.names:
        of = _existing(f"{source}.{alias.name}")
        yield Import(by, of, (alias.name,), node.lineno, in_function)


def _absolute(by: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = ["netserve", *by.split(".")][: -node.level]
    return ".".join([*parts, node.module] if node.module else parts)


def _existing(name: str) -> str:
    """`netserve._socket.Socket` -> `_socket`: the module that a dotted name is or comes from."""
    parts = name.split(".")[1:]
    while parts:
        path = PACKAGE.joinpath(*parts)
        if path.is_dir():
            return ".".join([*parts, "__init__"])
        if path.with_suffix(".py").exists() or path.with_suffix(".pyi").exists():
            return ".".join(parts)
        parts.pop()
    return "__init__"


ALL_IMPORTS = list(chain.from_iterable(imports_of(file) for file in PYTHON_FILES))


def test_every_module_has_its_place_in_the_order():
    rooms = {room(module_name(file)) for file in PYTHON_FILES}
    assert rooms <= set(ORDER), f"give {rooms - set(ORDER)} a place in ORDER"


def test_imports_run_one_way():
    def goes_back(edge: Import) -> bool:
        by, of = room(edge.by), room(edge.of)
        return by != of and ORDER.index(by) < ORDER.index(of)

    back = [f"{edge.by}:{edge.line} imports {edge.of}" for edge in ALL_IMPORTS if goes_back(edge)]
    assert not back


def test_no_module_imports_itself_in_a_circle():
    graph: dict[str, set[str]] = {}
    for edge in ALL_IMPORTS:
        if edge.by != edge.of:
            graph.setdefault(edge.by, set()).add(edge.of)
    TopologicalSorter(graph).prepare()


def test_nothing_is_imported_by_star():
    stars = [f"{edge.by}:{edge.line}" for edge in ALL_IMPORTS if edge.names == ("*",)]
    assert not stars


def test_functions_import_none_of_our_modules():
    late = {f"{edge.by}:{edge.of}" for edge in ALL_IMPORTS if edge.in_function}
    assert late == LATE_IMPORTS


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_is_at_most_400_lines_long(file):
    assert len(file.read_text().splitlines()) <= MOST_LINES


def public_members(cls: type) -> Iterator[tuple[str, object]]:
    """The methods and properties a user of the class can see, inherited ones too."""
    for name, value in inspect.getmembers_static(cls):
        if name.startswith("_") or inspect.ismemberdescriptor(value):
            continue  # a slot is told of by its class
        if inspect.isroutine(value) or inspect.isdatadescriptor(value):
            yield name, value


def public_objects() -> Iterator[tuple[str, object]]:
    """Every name of `netserve.__all__`, and what its classes and modules have."""
    for name in netserve.__all__:
        value = getattr(netserve, name)
        yield name, value
        if inspect.isclass(value):
            yield from ((f"{name}.{inner}", member) for inner, member in public_members(value))
        elif isinstance(value, ModuleType):
            names = getattr(value, "__all__", ())
            yield from ((f"{name}.{inner}", getattr(value, inner)) for inner in names)


def test_every_public_name_says_what_it_is():
    documented = [(name, value) for name, value in public_objects() if value is not None]
    silent = [name for name, value in documented if not inspect.getdoc(value)]
    assert not silent


def test_every_public_name_exists_once_and_in_order():
    assert netserve.__all__ == sorted(set(netserve.__all__))
    assert all(hasattr(netserve, name) for name in netserve.__all__)
