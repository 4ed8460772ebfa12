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

import pytest

from dev import check


def result(monkeypatch: pytest.MonkeyPatch, pythons: list[str], failing: tuple[str, ...]) -> int:
    monkeypatch.setattr(check, "interpreters", lambda: dict.fromkeys(pythons, ""))
    monkeypatch.setattr(check, "ensure", lambda version, _: version)
    monkeypatch.setattr(check, "_run", lambda title, _command: title not in failing)
    return check.main([])


BOTH = "Ran on Python 3.9 and 3.13.\n"
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
        (["3.9", "3.13"], ("lint (ruff)",), 1, f"{BOTH}FAILED: lint (ruff)"),
        (["3.9", "3.13"], (OLD, NEW), 1, f"{BOTH}FAILED: {OLD}, {NEW}"),
        (["3.9", "3.13"], (OLD,), 1, f"{BOTH}FAILED: {OLD}"),
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


def test_arguments_go_to_pytest_on_each_python_and_nothing_else_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands: dict[str, list[str]] = {}
    monkeypatch.setattr(check, "interpreters", lambda: dict.fromkeys(["3.9", "3.13"], ""))
    monkeypatch.setattr(check, "ensure", lambda version, _: version)
    monkeypatch.setattr(
        check, "_run", lambda title, command: commands.update({title: command}) is None
    )

    assert check.main(["tests/test_check.py", "-k", "python"]) == 0
    assert list(commands) == [OLD, NEW]
    assert all(
        command[-3:] == ["tests/test_check.py", "-k", "python"] for command in commands.values()
    )


def test_a_failed_step_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    titles: list[str] = []
    monkeypatch.setattr(check, "interpreters", lambda: {"3.9": ""})
    monkeypatch.setattr(check, "ensure", lambda version, _: version)
    monkeypatch.setattr(check, "_run", lambda title, _command: titles.append(title))

    assert check.main([]) == 1
    assert len(titles) == len(set(titles))
    assert titles[-1] == OLD
