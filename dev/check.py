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
"""`make test`: format, lint and types once, then every test on each of SOAR's Pythons that this
machine has.
"""

from __future__ import annotations

import subprocess
import sys
import time

from dev.environments import ROOT, ensure, interpreters, keep_compiled_modules, untried


# Tests wait on real sockets and clocks, which a machine that stands still for a moment can upset:
# what failed gets one more run, alone.
ONCE_MORE = ("-n", "0", "--last-failed", "--last-failed-no-failures", "none")


def _run(title: str, command: list[str]) -> bool:
    print(f"\n== {title}", flush=True)
    started = time.monotonic()
    passed = subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    print(
        f"== {title}: {'passed' if passed else 'FAILED'} in {time.monotonic() - started:.0f} s",
        flush=True,
    )
    return passed


def main() -> int:
    keep_compiled_modules()
    pythons = {
        version: ensure(version, interpreter) for version, interpreter in interpreters().items()
    }
    # The oldest Python decides about types, or a newer library's names would pass here and fail on
    # SOAR.
    oldest = next(iter(pythons.values()))
    # A third process uses the time in which the tests of two wait for something.
    tests = {
        f"tests on Python {version}": [
            python,
            "-m",
            "pytest",
            "-n",
            "3",
            "-r",
            "fEs",
            "-o",
            f"cache_dir=.pytest_cache/{version}",
        ]
        for version, python in pythons.items()
    }
    steps = {
        "format (ruff)": [oldest, "-m", "ruff", "format", "--check", "."],
        "lint (ruff)": [oldest, "-m", "ruff", "check", "."],
        "types (mypy)": [oldest, "-m", "mypy"],
        **tests,
    }
    at_first = [title for title, command in steps.items() if not _run(title, command)]
    failed = [
        title
        for title in at_first
        if title not in tests
        or not _run(f"{title}, what failed once more", [*tests[title], *ONCE_MORE])
    ]
    print(f"\nRan on Python {' and '.join(pythons)}.{untried(pythons)}", flush=True)
    if at_first != failed:
        print(
            "Passed only when what failed ran once more:"
            f" {', '.join(title for title in at_first if title not in failed)}",
            flush=True,
        )
    print(f"FAILED: {', '.join(failed)}" if failed else "Everything passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
