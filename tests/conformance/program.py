"""Plays the scenarios that the environment names, one after the other in one program; program.js
is its twin. The next one begins once `netserve.run()` has returned: that is when a program of its
own would have ended."""

import json
import os
import runpy
import sys

PRELUDE = "tests.conformance.scenario"

for play in json.loads(os.environ["SCENARIOS"]):
    sys.modules.pop(PRELUDE, None)
    os.environ.update(play["environment"])
    for output in (1, 2):
        os.write(output, f"{os.environ['SCENARIO_BEGINS']}\n".encode())
    runpy.run_path(play["file"], run_name="__main__")
