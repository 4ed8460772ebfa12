# File: many_runs.py
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
"""`python -m tests.faults.many_runs HOME COUNT AT_ONCE ACTION...`: that many runs of an asset, each
in a process of its own.

The app is imported once, and every run is a fork of that state, so that a hundred of them take
seconds. Prints a run's message when it fails, and exits with the number of failures.
"""

from __future__ import annotations

import os
import sys

from dev.soar.runtime import LocalSoar


def main(home: str, count: int, at_once: int, actions: list[str]) -> int:
    soar = LocalSoar(home)
    with soar.app.on_path():
        soar.app.connector_class()
    running, failed = 0, 0
    for number in range(count):
        if running == at_once:
            failed += _one_ended()
            running -= 1
        if os.fork() == 0:
            _run(soar, actions[number % len(actions)])
        running += 1
    return failed + sum(_one_ended() for _ in range(running))


def _run(soar: LocalSoar, action: str) -> None:
    status = 1
    try:
        result = soar.run(action)
        status = int(result["status"] != "success")
        if status:
            print(result["result_data"] or result["message"], flush=True)
    finally:
        os._exit(status)


def _one_ended() -> bool:
    return os.wait()[1] != 0


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]), 100))
