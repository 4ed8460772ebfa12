# File: killed_runs.py
# Copyright (c) 2026 The tanium-soar maintainers
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software distributed under
# the License is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND,
# either express or implied. See the License for the specific language governing permissions
# and limitations under the License.
"""`python -m tests.ingest.killed_runs HOME COUNT AT_ONCE [kill]`: runs of an asset's senders, each
in a process of its own.

Run number i is send records, resend undelivered or forward alerts in turn; the records of the first
are RECORDS objects with `run` and `n`. With `kill`, all but the first are killed (SIGKILL) after a
random time of up to twice what the first one took. The app is imported once, and every run is a
fork of that state.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time

from dev.soar.runtime import LocalSoar


RECORDS = 500


def main(home: str, count: int, at_once: int, kill: bool) -> None:
    soar = LocalSoar(home)
    with soar.app.on_path():
        soar.app.connector_class()
    import tanium_tr.ingest.spool  # noqa: F401 - the runs need not spend their short lives on importing it

    chance = random.Random()
    running: dict[int, float] = {}
    started, longest = time.monotonic(), 0.0
    for number in range(count):
        while len(running) == (at_once if number > 1 else 1):
            _end_one(running)
        if number == 1:
            longest = time.monotonic() - started
        child = os.fork()
        if child == 0:
            _run(soar, number)
        running[child] = (
            time.monotonic() + chance.uniform(0, 2 * longest)
            if kill and number > 0
            else float("inf")
        )
    while running:
        _end_one(running)


def _run(soar: LocalSoar, number: int) -> None:
    try:
        if number % 3 == 0:
            soar.run("send records", {"records": records(number)})
        elif number % 3 == 1:
            soar.run("resend undelivered")
        else:
            soar.run("forward alerts", {"only_new": True})
    finally:
        os._exit(0)


def records(run: int) -> str:
    chance = random.Random(run)
    return "\n".join(
        json.dumps({"run": run, "n": number, "x": f"{chance.getrandbits(4000):x}"})
        for number in range(RECORDS)
    )


def _end_one(running: dict[int, float]) -> None:
    """Wait for the end of some, or make it come."""
    for child, end in list(running.items()):
        if os.waitpid(child, os.WNOHANG)[0]:
            del running[child]
        elif time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            del running[child]
    time.sleep(0.002)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), "kill" in sys.argv[4:])
