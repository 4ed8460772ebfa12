# File: test_check.py
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
"""`make test` tells what failed, and which of SOAR's Pythons it could not try."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dev import check


def result(monkeypatch: pytest.MonkeyPatch, pythons: list[str], failing: tuple[str, ...]) -> int:
    monkeypatch.setattr(check, "interpreters", lambda: dict.fromkeys(pythons, ""))
    monkeypatch.setattr(check, "ensure", lambda version, _: version)
    monkeypatch.setattr(check, "_run", lambda title, _command: title not in failing)
    return check.main()


BOTH, AGAIN = "Ran on Python 3.9 and 3.13.\n", ", what failed once more"
OLD, NEW = "tests on Python 3.9", "tests on Python 3.13"


@pytest.mark.parametrize(
    ("pythons", "failing", "code", "told"),
    [
        (["3.9", "3.13"], (), 0, f"{BOTH}Everything passed"),
        (
            ["3.13"],
            (),
            0,
            (
                "Ran on Python 3.13. Python 3.9 is not on this machine, so it was not tried"
                " there.\nEverything passed"
            ),
        ),
        (["3.9", "3.13"], ("lint (ruff)", "lint (ruff)" + AGAIN), 1, f"{BOTH}FAILED: lint (ruff)"),
        (["3.9", "3.13"], (OLD, OLD + AGAIN, NEW, NEW + AGAIN), 1, f"{BOTH}FAILED: {OLD}, {NEW}"),
        (
            ["3.9", "3.13"],
            (OLD,),
            0,
            f"{BOTH}Passed only when what failed ran once more: {OLD}\nEverything passed",
        ),
        (
            ["3.9", "3.13"],
            (OLD, NEW, NEW + AGAIN),
            1,
            f"{BOTH}Passed only when what failed ran once more: {OLD}\nFAILED: {NEW}",
        ),
    ],
)
def test_check_tells_how_it_ended(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    pythons: list[str],
    failing: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    assert result(monkeypatch, pythons, failing) == code
    assert capsys.readouterr().out.strip() == told


@pytest.mark.parametrize(
    ("second", "code", "told"), [("pass", 0, "1 passed"), ("assert False", 1, "1 failed")]
)
def test_what_failed_runs_once_more_and_nothing_else(
    tmp_path: Path, second: str, code: int, told: str
) -> None:
    file = tmp_path / "test_it.py"
    command = [sys.executable, "-B", "-m", "pytest", "-n", "2", file.name]
    contents = "def test_it(): {}\ndef test_other(): pass\n"

    file.write_text(contents.format("assert False"), encoding="utf-8")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 1
    file.write_text(contents.format(second), encoding="utf-8")
    done = subprocess.run(
        [*command, *check.ONCE_MORE], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, told in done.stdout, "2 " in done.stdout.splitlines()[-1]) == (
        code,
        True,
        False,
    ), done.stdout


def test_nothing_runs_once_more_when_no_test_failed(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(): pass\n", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", *check.ONCE_MORE],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 5
