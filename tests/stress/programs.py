"""Programs that are measured from inside, each in a process of its own."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import netserve

PRELUDE = """
import asyncio, gc, json, os, resource, socket, sys, time, weakref
import netserve
from netserve import once

def resident():
    "Bytes of memory that this process has."
    with open("/proc/self/statm") as numbers:
        return int(numbers.read().split()[1]) * resource.getpagesize()

def descriptors():
    return len(os.listdir("/proc/self/fd"))
"""


def run_program(program: str, *args: object, limit: float = 40.0) -> Any:
    """What a program prints as JSON; `args` are its `sys.argv[1:]`."""
    path = str(pathlib.Path(netserve.__file__).parent.parent)
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", PRELUDE + program, *map(str, args)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)
