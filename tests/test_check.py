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


def result(monkeypatch: pytest.MonkeyPatch, pythons: list[str], failing: str) -> int:
    monkeypatch.setattr(check, "interpreters", lambda: dict.fromkeys(pythons, ""))
    monkeypatch.setattr(check, "ensure", lambda version, _: version)
    monkeypatch.setattr(check, "_run", lambda title, _command: not (failing and failing in title))
    return check.main()


@pytest.mark.parametrize(
    ("pythons", "failing", "code", "told"),
    [
        (["3.9", "3.13"], "", 0, "Ran on Python 3.9 and 3.13.\nEverything passed"),
        (["3.13"], "", 0, "Ran on Python 3.13. Python 3.9 is not on this machine, so it was not tried there.\nEverything passed"),
        (["3.9", "3.13"], "lint", 1, "Ran on Python 3.9 and 3.13.\nFAILED: lint (ruff)"),
        (["3.9", "3.13"], "tests", 1, "Ran on Python 3.9 and 3.13.\nFAILED: tests on Python 3.9, tests on Python 3.13"),
    ],
)
def test_check_tells_how_it_ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], pythons: list[str], failing: str, code: int, told: str
) -> None:
    assert result(monkeypatch, pythons, failing) == code
    assert capsys.readouterr().out.strip() == told
