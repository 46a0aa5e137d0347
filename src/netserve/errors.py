"""The errors that netserve raises beside Python's own, and their codes.

See the module `netserve._errors` for which is which.
"""

from ._errors import AbortError, ArgumentTypeError, ArgumentValueError, StateError, code_of

__all__ = ["AbortError", "ArgumentTypeError", "ArgumentValueError", "StateError", "code_of"]
