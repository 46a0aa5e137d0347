"""Every public name of the package, as a user writes it: `Server.listen`, `cluster.fork`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import netserve

# Attributes that a module or a class has only once it is asked or made.
LIVE = {"process": ["channel", "connected"], "cluster": ["settings"]}


def public_names() -> list[str]:
    """All of them, in order; a name that is inherited stands only with the class it is from.

    What `Socket` has from its halves is `Socket`'s: these are no public classes.
    """
    return sorted(set(_names_of("", netserve)))


def public_classes() -> dict[str, type]:
    """The classes among them."""
    named = {name: resolve(name) for name in public_names()}
    return {name: value for name, value in named.items() if inspect.isclass(value)}


def resolve(name: str) -> Any:
    """What a dotted name stands for; for an attribute that instances have, its annotation."""
    value: Any = netserve
    for part in name.split("."):
        value = member(value, part)
    return value


def member(holder: Any, name: str) -> Any:
    """What an object has by that name. Raises `AttributeError`."""
    if hasattr(holder, name):
        return getattr(holder, name)
    for base in getattr(holder, "__mro__", ()):
        if name in vars(base).get("__annotations__", {}):
            return vars(base)["__annotations__"][name]
    raise AttributeError(f"{holder!r} has no {name}")


def _names_of(prefix: str, module: ModuleType) -> Iterator[str]:
    names = [*vars(module)["__all__"], *LIVE.get(module.__name__.split(".")[-1], [])]
    for name in names:
        value = getattr(module, name)
        yield prefix + name
        if isinstance(value, ModuleType):
            yield from _names_of(f"{name}.", value)
        elif inspect.isclass(value):
            yield from (f"{prefix}{name}.{inner}" for inner in _members_of(value))


def _members_of(cls: type) -> Iterator[str]:
    public = [base for base in cls.__mro__ if base in _PUBLIC and base is not cls]
    for base in cls.__mro__:
        if base in public or base.__module__ in ("builtins", "typing"):
            continue
        for name in {*vars(base), *vars(base).get("__annotations__", {})}:
            # What overrides a public class's own is told of there.
            if not name.startswith("_") and not any(hasattr(other, name) for other in public):
                yield name


_PUBLIC = [value for value in vars(netserve).values() if inspect.isclass(value)]
