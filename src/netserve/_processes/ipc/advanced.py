"""V8's structured clone, as Node's `serialization: "advanced"` has it: `encode()` and `decode()`.

A payload is `ff 0f` (the format's version 15) and one value. A value is a tag and what the tag
asks for; lengths are varints, seven bits a byte, the low ones first. Objects are numbered in the
order in which they begin, and one that comes again is `^` and its number. Node adds one thing of
its own: a typed array, a `Buffer` or a `DataView` is a host object, `\\`, then 0, its kind, its
length and its bytes. Node 20 and 26 agree about all of this.

What stands for what is told by `encode()` and `decode()`. The length before a payload is not
looked at here.
"""

from __future__ import annotations

from .advanced_reader import decode
from .advanced_writer import encode

__all__ = ["decode", "encode"]
