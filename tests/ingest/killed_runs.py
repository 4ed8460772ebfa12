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
"""`python -m tests.ingest.killed_runs HOME COUNT AT_ONCE [kill] [hasty] [resend]`: runs of an
asset's senders, each in a process of its own.

Run number i is send records, resend undelivered or forward alerts in turn, with `resend` always the
second; the records of the first are RECORDS objects with `run` and `n`. With `kill`, all but the
first are killed (SIGKILL) after a random time of up to twice what the first one took. With `hasty`,
they wait 20 ms at most, and two seconds in all. The app is imported once, and every run is a fork
of that state.
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


def main(home: str, count: int, at_once: int, *options: str) -> None:
    soar = LocalSoar(home)
    with soar.app.on_path():
        soar.app.connector_class()
    # The runs need not spend their short lives on importing these.
    import tanium_tr.ingest.patience
    import tanium_tr.ingest.spool

    if "hasty" in options:
        tanium_tr.ingest.patience.LONGEST_WAIT = 0.02

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
            _run(soar, number, *options)
        running[child] = (
            time.monotonic() + chance.uniform(0, 2 * longest)
            if "kill" in options and number > 0
            else float("inf")
        )
    while running:
        _end_one(running)


def _run(soar: LocalSoar, number: int, *options: str) -> None:
    timeout = 2 if "hasty" in options else 300
    try:
        if "resend" in options or number % 3 == 1:
            soar.run("resend undelivered", {"timeout": timeout})
        elif number % 3 == 0:
            soar.run("send records", {"records": records(number), "timeout": timeout})
        else:
            soar.run("forward alerts", {"only_new": True, "timeout": timeout})
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
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
