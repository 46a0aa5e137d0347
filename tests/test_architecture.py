"""The rules that the package is built by: the map, which way imports run, what is private."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

import netserve

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "netserve"
MAP = ROOT / "docs" / "design" / "map.md"

# Imports for type checkers that run against the order of the map, and why none of them is mended.
UPWARDS = {
    ("_socket/part.py", "_socket/socket.py"): (
        "a part knows the socket that holds it: this is the one file in which one does"
    ),
    ("_socket/socket.py", "_server/server.py"): "`Socket.server` is public, and is a `Server`",
    ("_server/binder.py", "_server/listening.py"): (
        "a binder is asked with a `Listening`, which is also what it answers to"
    ),
    ("_server/listening.py", "_server/server.py"): (
        "a `Listening` is one call of its server's, and hands the server on to whoever binds"
    ),
    ("_processes/ipc/remote_counts.py", "_processes/ipc/link.py"): (
        "what counts asks by the link that holds it"
    ),
}

# Names that are private to another object and used all the same, by file, and why.
MOST_FOREIGN_NAMES = 20
FOREIGN_NAMES = {
    "_arguments.py": (
        "Python says so of a codec in no other way",
        {"_is_text_encoding"},
    ),
    "_socket/part.py": (
        "what a part needs of its socket; public names would be names for users",
        {"_runtime", "_shared", "_settle", "_rest", "_emit", "_call"},
    ),
    "_server/listening.py": (
        "a `Listening` tells its server what came of it; public names would be names for users",
        {"_is_opening", "_begun", "_failed", "_about_to_fail", "_accept_options"},
    ),
    "_server/server.py": (
        "a server makes its sockets, and has listeners run in their contexts",
        {"_accepted", "_call", "_copy_listeners"},
    ),
    "_socket/socket.py": ("a socket tells the server that made it of its end", {"_forget"}),
    "_transfer.py": ("a `Server` and a `Socket` both say whether they are here", {"_check_here"}),
    "cluster/_worker.py": ("the primary emits the events of its workers", {"_emit"}),
}


# The map


def on_the_map(section: str) -> list[str]:
    """The files and folders (`sys/`) of a section, as paths, in the order of the page."""
    (lines,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", MAP.read_text(), re.DOTALL | re.M)
    folders: list[str] = []
    found = []
    for indent, name in re.findall(r"^((?: {4})*)- `([^`]+)`: .", lines, re.MULTILINE):
        del folders[len(indent) // 4 :]
        found.append("".join([*folders, name]))
        folders.append(name)
    return found


PLACES = on_the_map("src/netserve")
PYTHON_FILES = sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.pyi")])


def place(file: str) -> str:
    """The line of the map on which a file stands: its own, or that of its folder.

    A folder's line stands for its `__init__.py` where that imports nothing, and for all of `_core`.
    """
    folder = f"{Path(file).parent}/"
    if file.startswith("_core/"):
        return "_core/"
    if file.endswith(".pyi"):
        return file.removesuffix("i")  # the types of the file of that name
    return folder if file.endswith("/__init__.py") and file not in PLACES else file


def folders_of(files: list[str]) -> set[str]:
    """`{"_a/b/c.py"}` -> `{"_a/", "_a/b/"}`."""
    return {f"{parent}/" for file in files for parent in Path(file).parents if parent.name}


def test_the_map_of_the_package_has_each_file_and_each_folder_once():
    files = [str(file.relative_to(PACKAGE)) for file in PYTHON_FILES]
    assert len(set(PLACES)) == len(PLACES)
    assert {place(file) for file in files} | folders_of(files) == set(PLACES)


def test_a_folder_s_own_file_that_imports_has_a_line_of_its_own():
    imports = {edge.by for edge in ALL_IMPORTS if edge.by.endswith("/__init__.py")}
    assert sorted(imports - set(PLACES)) == []


def test_the_map_of_the_core_has_each_file_and_each_folder_once():
    core = ROOT / "core" / "src"
    files = [str(file.relative_to(core)) for file in core.rglob("*.rs")]
    places = on_the_map("core/src")
    assert len(set(places)) == len(places)
    assert {*files, *folders_of(files)} == set(places)


def test_the_map_of_the_tests_has_each_folder_and_what_all_of_them_share():
    tests = ROOT / "tests"
    folders = {f"{file.parent.name}/" for file in tests.glob("*/*.py")}
    assert folders | {file.name for file in tests.glob("*.py")} == set(on_the_map("tests"))


# Imports


class Import(NamedTuple):
    """One import of one of the package's own files, by another."""

    by: str
    of: str
    names: tuple[str, ...]
    line: int
    in_function: bool
    for_types: bool


def imports_of(file: Path) -> Iterator[Import]:
    """What a file imports of the package's own, wherever it says so."""
    by = str(file.relative_to(PACKAGE))
    yield from _imports(by, ast.parse(file.read_text()), in_function=False, for_types=False)


def _imports(by: str, node: ast.AST, *, in_function: bool, for_types: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            sources = [(alias.name, ()) for alias in child.names]
        elif isinstance(child, ast.ImportFrom):
            source = _absolute(by, child)
            sources = [(f"{source}.{alias.name}", (alias.name,)) for alias in child.names]
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            typed = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            yield from _imports(
                by, child, in_function=in_function or function, for_types=for_types or typed
            )
            continue
        for name, names in sources:
            if name.partition(".")[0] == "netserve":
                yield Import(by, _file_of(name), names, child.lineno, in_function, for_types)


def _absolute(by: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = ["netserve", *Path(by).with_suffix("").parts][: -node.level]
    return ".".join([*parts, node.module] if node.module else parts)


def _file_of(name: str) -> str:
    """`netserve._socket.socket.Socket` -> `_socket/socket.py`: what a dotted name comes from."""
    parts = name.split(".")[1:]
    while parts:
        path = PACKAGE.joinpath(*parts)
        for file in (path / "__init__.py", path / "__init__.pyi", *map(path.with_suffix, SUFFIXES)):
            if file.exists():
                return str(file.relative_to(PACKAGE))
        parts.pop()
    return "__init__.py"


SUFFIXES = (".py", ".pyi")
ALL_IMPORTS = list(chain.from_iterable(imports_of(file) for file in PYTHON_FILES))


def test_imports_run_up_the_map_and_those_for_types_that_do_not_are_listed():
    against = {
        (edge.by, edge.of): edge
        for edge in ALL_IMPORTS
        if PLACES.index(place(edge.by)) < PLACES.index(place(edge.of))
    }
    at_run_time = [edge for edge in against.values() if not edge.for_types]
    assert at_run_time == []
    assert set(against) == set(UPWARDS)


def test_nothing_is_imported_by_star():
    assert [edge for edge in ALL_IMPORTS if edge.names == ("*",)] == []


def test_functions_import_none_of_our_files():
    assert [edge for edge in ALL_IMPORTS if edge.in_function] == []


# What is private


def foreign_names(tree: ast.Module) -> set[str]:
    """The private attributes that a file uses of objects of other files' classes.

    Those of `self`, `cls` and `super()`, and those that a class of the same file defines, are its
    own.
    """
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    own = set(chain.from_iterable(_defined(one) for one in classes))
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {
        node.attr
        for node in used
        if re.fullmatch(r"_(?!_).*|__.*(?<!__)", node.attr)
        and ast.unparse(node.value) not in ("self", "cls", "super()")
        and node.attr not in own
    }


def _defined(cls: ast.ClassDef) -> Iterator[str]:
    """The names that a class gives its objects: methods, attributes, slots."""
    for node in ast.walk(cls):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Store()):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=[ast.Name(id="__slots__")], value=slots):
                yield from ast.literal_eval(slots)
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name


def test_foreign_private_names_are_few_and_each_has_its_reason():
    found = {
        str(file.relative_to(PACKAGE)): foreign_names(ast.parse(file.read_text()))
        for file in PACKAGE.rglob("*.py")
    }
    listed = {file: names for file, (_, names) in FOREIGN_NAMES.items()}
    assert {file: names for file, names in found.items() if names} == listed
    assert sum(len(names) for names in listed.values()) <= MOST_FOREIGN_NAMES


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("other._name", {"_name"}),
        ("other.name._inner()", {"_inner"}),
        ("self._name; cls._name; super()._name", set()),
        ("class A:\n    _name = 1\nother._name", set()),
        ("class A:\n    def f(self): self._name = 1\nother._name", set()),
        ("class A:\n    __slots__ = ('_name',)\nother._name", set()),
        ("other.__dict__; other.name", set()),
    ],
)
def test_a_private_name_is_foreign_where_no_class_of_the_file_has_it(code, names):
    assert foreign_names(ast.parse(code)) == names


# What is public


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
