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
"""`make test`: format, lint, types and Splunk's hooks, and beside them every test on the newest of
SOAR's Pythons that this machine has, and a sample on each older one. `make test ARGS=...` hands its
arguments to pytest and runs nothing else. `make check` runs only the tests that the changes since
the last commit can touch, on the newest Python: those next to the change whole, and of the others a
sample, as many as there is time for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Callable

from dev import hooks
from dev.affected import changed_files, select
from dev.environments import ROOT, ensure_all, keep_compiled_modules, untried


CHANGED = "--changed"
SECONDS = 40  # in which `make check` begins tests, so that it takes less than a minute
IN_MEMORY = "/dev/shm"  # Linux's folder in memory
ROOM = 4 * 1024**3  # bytes that must be free there, several times what the tests leave


def run_step(title: str, command: list[str], temporary: str = "", *, at_once: bool = False) -> bool:
    """`temporary`: where it has its temporary files, if not where they usually are. `at_once`: what
    it says is shown when it has ended, for a step that runs beside another.
    """
    heading = f"\n== {title}"
    if not at_once:
        print(heading, flush=True)
    started = time.monotonic()
    output = subprocess.PIPE if at_once else None
    done = subprocess.run(
        command,
        cwd=ROOT,
        check=False,
        stdout=output,
        stderr=output and subprocess.STDOUT,
        text=True,
        env={**os.environ, "TMPDIR": temporary} if temporary else None,
    )
    passed = done.returncode == 0
    ended = f"== {title}: {'passed' if passed else 'FAILED'} in {time.monotonic() - started:.0f} s"
    print(f"{heading}\n{done.stdout}{ended}" if at_once else ended, flush=True)
    return passed


def run_steps(
    checks: dict[str, list[str]],
    choose_tests: Callable[[], dict[str, list[str]]],
    temporary: str = "",
) -> list[str]:
    """The titles of those that failed. Beside the last tests, those on the newest Python, run the
    checks, one after the other, and then the tests on older Pythons.
    """
    with ThreadPoolExecutor(1) as beside:
        ended = {
            title: beside.submit(run_step, title, command, at_once=True)
            for title, command in checks.items()
        }
        *older, (newest, command) = choose_tests().items()
        for title, tests in older:
            ended[title] = beside.submit(run_step, title, tests, temporary=temporary, at_once=True)
        passed = run_step(newest, command, temporary=temporary)
    failed = [title for title, step in ended.items() if not step.result()]
    return failed if passed else [*failed, newest]


@contextmanager
def place_for_temporary_files() -> Iterator[str]:
    """In memory if there is room: each run of an action replaces files, which a disk that has much
    else to do takes its time for.
    """
    memory = Path(IN_MEMORY)
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    with tempfile.TemporaryDirectory(dir=memory if has_room else None) as folder:
        yield folder


# Tests of what never runs on SOAR, those that compare documents, and those of many seconds whose
# subject no Python changes: time, memory, killed processes, a browser, every fault of every
# request, and any text in any place.
ON_NEWEST = (
    *("tests/simulator", "tests/soar", "tests/pages", "tests/test_check.py", "tests/test_demo.py"),
    *("tests/test_package.py", "tests/test_secret_scan.py"),
    *("tests/actions/test_endless_polls.py", "tests/actions/test_future_dates.py"),
    *("tests/actions/test_platform_messages.py", "tests/actions/test_polling_killed.py"),
    *("tests/actions/test_probe.py", "tests/api/test_deadline.py"),
    *("tests/api/test_hostile_answers.py", "tests/containment/test_killed.py"),
    *("tests/contract/test_coverage.py", "tests/contract/test_coverage_connect.py"),
    *("tests/contract/test_coverage_connect_vendor.py", "tests/contract/test_coverage_platform.py"),
    *("tests/contract/test_documents.py", "tests/contract/test_gateway_documents.py"),
    *("tests/contract/test_imports.py", "tests/contract/test_manifest.py"),
    *("tests/contract/test_readme.py", "tests/ingestion/test_properties.py"),
    *("tests/deployment/test_killed.py", "tests/dialects/test_choice.py"),
    *("tests/faults/test_connect_writes.py", "tests/faults/test_fuzz.py"),
    *("tests/faults/test_matrix.py", "tests/faults/test_messages.py"),
    *("tests/faults/test_properties.py", "tests/faults/test_state.py"),
    *("tests/ingest/test_killed.py", "tests/questions/test_any_text.py"),
    *("tests/receiver/test_limits.py", "tests/views/test_hostile_values.py"),
    "tests/views/test_layout.py",
)
EVERY_ACTION = "tests/contract/test_results.py"  # runs each of them in every way


def _tests(pythons: dict[str, str], arguments: list[str]) -> dict[str, list[str]]:
    # More processes than cores use the time in which some tests wait for something.
    whole = _in_processes(4)
    fewer = [*_in_processes(2), "--sample", f"--whole={EVERY_ACTION}"]
    fewer += [f"--ignore={path}" for path in ON_NEWEST]
    newest = list(pythons)[-1]
    return {
        f"tests on Python {version}": [
            *(python, "-m", "pytest", "-r", "fEs"),
            *("-o", f"cache_dir=.pytest_cache/{version}"),
            *(arguments or (whole if version == newest else fewer)),
        ]
        for version, python in pythons.items()
    }


def _in_processes(count: int) -> list[str]:
    """In small chunks, so that few tests wait behind one of many seconds."""
    return ["-n", str(count), "--maxschedchunk", "8"]


def _checks(pythons: dict[str, str]) -> dict[str, list[str]]:
    # The oldest Python decides about types, or a newer library's names would pass here and fail on
    # SOAR.
    oldest, *_ = pythons.values()
    *_, newest = pythons.values()
    return {
        "format (ruff)": [oldest, "-m", "ruff", "format", "--check", "."],
        "lint (ruff)": [oldest, "-m", "ruff", "check", "."],
        "types (mypy)": [oldest, "-m", "mypy"],
        **hooks.checks(newest),
    }


def _changed_tests() -> list[str]:
    """Pytest's arguments for what the changes since the last commit can touch."""
    selection = select(ROOT, changed_files(ROOT))
    print(selection.reason, flush=True)
    chosen = [*_in_processes(3), "--quick", "--sample", f"--seconds={SECONDS}", *selection.paths]
    if selection.whole:
        chosen.append(f"--whole={','.join(selection.whole)}")
    if selection.actions:
        chosen.append(f"--actions={','.join(selection.actions)}")
    return chosen


def main(arguments: list[str]) -> int:
    keep_compiled_modules()
    os.environ["TQDM_DISABLE"] = "1"  # djlint's progress would be in its report
    pythons = ensure_all()
    missing, checks = untried(pythons), _checks(pythons)
    is_check = arguments == [CHANGED]
    if is_check:
        pythons, missing = dict(list(pythons.items())[-1:]), ""

    def choose_tests() -> dict[str, list[str]]:
        return _tests(pythons, _changed_tests() if is_check else arguments)

    if arguments and not is_check:  # whoever runs single tests may want to look at what they leave
        failed = run_steps({}, choose_tests)
    else:
        with place_for_temporary_files() as folder:
            failed = run_steps(checks, choose_tests, folder)
    print(f"\nRan on Python {' and '.join(pythons)}.{missing}", flush=True)
    print(f"FAILED: {', '.join(failed)}" if failed else "Everything passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
