"""`module:handler` -> the handler."""

from __future__ import annotations

import importlib
import inspect
import os
import traceback
from collections.abc import Callable
from types import ModuleType

from netserve import Socket

__all__ = ["Handler", "HandlerError", "load_handler"]

# A function or coroutine function of one socket.
Handler = Callable[[Socket], object]


class HandlerError(Exception):
    """The handler that was asked for can't be had; the message says why and what to give."""


def load_handler(target: str) -> Handler:
    """Imports the module and takes the handler from it. Raises `HandlerError`."""
    module_name, colon, name = target.partition(":")
    if not (module_name and colon and name):
        raise HandlerError(
            f"{target!r} names no handler: write module:handler, as in examples.echo:on_connection"
        )
    handler = _attribute(_module(module_name), name)
    if not callable(handler):
        kind = type(handler).__name__
        raise HandlerError(f"{target} is not callable: it is of type {kind}, not a function")
    if not _takes_one(handler):
        raise HandlerError(f"{target} must take one argument, the socket")
    return handler


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            where = f"{os.getcwd()} or among the installed packages"
            raise HandlerError(f"there is no module {name!r} in {where}") from error
        raise HandlerError(_why(name, error)) from error
    except Exception as error:
        raise HandlerError(_why(name, error)) from error


def _why(name: str, error: Exception) -> str:
    """What the module's own code raised, and in which line of it."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "importlib" not in frame.filename]
    last = ours[-1] if ours else frames[-1]
    where = f"{last.filename}, line {last.lineno}"
    return f"module {name!r} can't be imported: {type(error).__name__}: {error} ({where})"


def _attribute(module: ModuleType, path: str) -> object:
    found: object = module
    for name in path.split("."):
        if not hasattr(found, name):
            raise HandlerError(f"module {module.__name__!r} has no {path!r}{_known(module)}")
        found = getattr(found, name)
    return found


def _known(module: ModuleType) -> str:
    """The functions that could have been meant."""
    own = [
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
    ]
    return f"; its functions are {', '.join(own)}" if own else ""


def _takes_one(handler: Callable[..., object]) -> bool:
    try:
        inspect.signature(handler).bind(object())
    except TypeError:
        return False
    except ValueError:  # a builtin that has no signature
        return True
    return True
