"""The errors that netserve raises beside Python's own, and their codes.

Three questions tell them apart. Did *you* ask for something impossible? Then it is a misuse: a
`TypeError`, `ValueError` or `RuntimeError` (the classes here), whose `code` is Node's. Did the
*system* or the *peer* say no? Then it is the builtin `OSError` subclass for its number, with `code`
(`"EADDRINUSE"`), `syscall` and, where there is one, `address` and `port`. Did *you* call it off?
`AbortError`. A path that the system would refuse is both a misuse and an `OSError`.
"""

from ._errors import (
    AbortError,
    ArgumentSystemError,
    ArgumentTypeError,
    ArgumentValueError,
    StateError,
    code_of,
)

__all__ = [
    "AbortError",
    "ArgumentSystemError",
    "ArgumentTypeError",
    "ArgumentValueError",
    "StateError",
    "code_of",
]
