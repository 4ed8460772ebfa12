# File: check.py
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
"""`make test`: format, lint and types once, then every test on each of SOAR's Pythons that this machine has."""

from __future__ import annotations

import subprocess
import sys
import time

from dev.environments import ROOT, ensure, interpreters, keep_compiled_modules


def _run(title: str, command: list[str]) -> bool:
    print(f"\n== {title}", flush=True)
    started = time.monotonic()
    passed = subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    print(f"== {title}: {'passed' if passed else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
    return passed


def main() -> int:
    keep_compiled_modules()
    pythons = {version: ensure(version, interpreter) for version, interpreter in interpreters().items()}
    # The oldest Python decides about types, or a newer library's names would pass here and fail on SOAR.
    oldest = next(iter(pythons.values()))
    passed = [
        _run("format (ruff)", [oldest, "-m", "ruff", "format", "--check", "."]),
        _run("lint (ruff)", [oldest, "-m", "ruff", "check", "."]),
        _run("types (mypy)", [oldest, "-m", "mypy"]),
    ]
    for version, python in pythons.items():
        # A third process uses the time in which the tests of two wait for something.
        passed.append(_run(f"tests on Python {version}", [python, "-m", "pytest", "-n", "3"]))
    print(f"\nRan on Python {' and '.join(pythons)}.", flush=True)
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
