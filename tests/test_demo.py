# File: test_demo.py
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
"""The demonstration: it succeeds as a program, tells when a result is wrong, and leaves nothing
behind when it is interrupted.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from dev.demo import __main__ as demo, questions
from dev.environments import ROOT
from dev.simulator.process import SimulatorProcess
from tests.conftest import eventually


def start(temporary: Path) -> subprocess.Popen[str]:
    """The program without a terminal and in a process group of its own, so that what it leaves
    behind can be seen.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "dev.demo"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def has_ended(group: int) -> bool:
    """Whether a process group is empty."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def test_every_step_is_right(tmp_path: Path) -> None:
    with start(tmp_path) as program:
        output, _ = program.communicate(timeout=600)
    assert program.returncode == 0, output
    assert "All 81 steps had the expected result" in output
    assert max(map(len, output.splitlines())) <= 80
    assert eventually(lambda: has_ended(program.pid))  # its last helpers may take a moment
    assert list(tmp_path.iterdir()) == []


def test_interrupt_ends_it_and_all_it_started(tmp_path: Path) -> None:
    with start(tmp_path) as program:
        assert program.stdout
        for line in program.stdout:
            if "create connection" in line:
                break
        program.send_signal(signal.SIGINT)
        output, _ = program.communicate(timeout=120)
    assert program.returncode == demo.INTERRUPTED
    assert "Interrupted" in output
    assert "Traceback" not in output
    assert eventually(lambda: has_ended(program.pid))
    assert list(tmp_path.iterdir()) == []


def test_interrupt_within_a_line_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(screen: Console, *_: object) -> int:
        # As an interrupt leaves it, when it comes before the console has written what it holds.
        screen.__enter__()
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "run_story", interrupted)
    assert demo.main() == demo.INTERRUPTED
    assert "Interrupted after" in capsys.readouterr().out


def test_wrong_result_is_told_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = SimulatorProcess.ask

    def other_truth(self: SimulatorProcess, question: Any, *arguments: Any) -> Any:
        return {503} if question is questions.statuses else ask(self, question, *arguments)

    monkeypatch.setattr(SimulatorProcess, "ask", other_truth)
    assert demo.main() == 1
    output = capsys.readouterr().out
    assert "WRONG RESULT in step 1" in output
    assert "expected: {200}" in output
    assert "actual:   {503}" in output
