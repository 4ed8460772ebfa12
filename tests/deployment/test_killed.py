# File: test_killed.py
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
"""Runs of *execute action* that are killed at any moment, on a server that loses answers: nothing
is issued twice, and each run says truthfully what it knows.
"""

from __future__ import annotations

import os
import random
import re
import time
from contextlib import suppress
from typing import Any, Callable

import pytest
from phantom.base_connector import BaseConnector

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.state.saved_actions import SavedAction
from dev.soar.runtime import LocalSoar
from tanium_tr.soar.unfinished import Unfinished
from tanium_tr.tanium.http import Transport
from tests.conftest import ASSET, Run, eventually
from tests.deployment.executing import at_once, execute, wish


KILLS = 300
MOST_STEPS = 34  # of a run that finds no fault, and some more
DESTINATIONS = (seed.FINANCE.hostname, seed.MAC.hostname, "ws-finance-07,srv-web-01")


class Killed(BaseException):
    """Ends a run in this process where it stands, as SIGKILL does a process: nothing of the app
    catches it.
    """


class Deadly:
    """Ends a run before or after a step of it. What comes after the note is removed, which is the
    run's last deed, is SOAR's.
    """

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.left = 0
        self.shown: list[str] = []  # the texts that steps were given
        self._transports: set[Transport] = set()
        self._unfinished: set[Unfinished] = set()
        for owner, name in (
            *((BaseConnector, name) for name in ("load_state", "save_state", "save_progress")),
            *((Unfinished, name) for name in ("take", "write", "settle")),
            (Transport, "exchange"),
        ):
            patched.setattr(owner, name, self._around(getattr(owner, name)))
        patched.setattr(Unfinished, "close", self._around(Unfinished.close, is_last=True))

    def _around(self, step: Callable[..., Any], *, is_last: bool = False) -> Callable[..., Any]:
        def dying(*args: Any, **kwargs: Any) -> Any:
            self._transports.update(each for each in args if isinstance(each, Transport))
            self._unfinished.update(each for each in args if isinstance(each, Unfinished))
            self.shown += [str(each) for each in args if isinstance(each, str)]
            self._pass()
            outcome = step(*args, **kwargs)
            if not is_last:
                self._pass()
            return outcome

        return dying

    def _pass(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed

    def bury(self) -> None:
        """Close what the end of a process closes."""
        for transport in self._transports:
            transport.close()
        for each in self._unfinished:
            with suppress(OSError):
                os.close(each._file)
        self._transports.clear()
        self._unfinished.clear()


class Wishes:
    """What is wanted, one after the other; a run that says nothing is followed by one that wants
    the same.
    """

    def __init__(self, tanium: SimulatorServer, chance: random.Random) -> None:
        self._tanium, self._chance = tanium, chance
        self.number = 0

    @property
    def parameters(self) -> dict[str, Any]:
        number = self.number
        return {
            "action_name": f"Wish {number}",
            "destination": DESTINATIONS[number % len(DESTINATIONS)],
        }

    def issued(self, number: int) -> list[SavedAction]:
        return [
            each
            for each in self._tanium.state.saved_actions.all.values()
            if each.order["name"].startswith(f"Wish {number} [")
        ]

    def lose_answers(self) -> None:
        """Of a third of the requests that issue, and of some that look for what was issued."""
        self._tanium.faults.clear()
        kind = self._chance.choice(["reset_after", "reset_before", "cut_off", "", "", ""])
        if kind:
            self._tanium.faults.add(Fault(kind, method="POST", path_contains="/saved_actions"))
        if self._chance.random() < 0.2:
            self._tanium.faults.add(
                Fault("status", method="GET", path_contains="/saved_actions", status=403)
            )

    def check(self, run: Run) -> None:
        """What a run says that was not killed; the next one is another wish if it is content."""
        issued = self.issued(self.number)
        if run.ok:
            (saved,) = issued
            assert run.summary["saved_action_id"] == saved.id
            assert run.summary["action_name"] == saved.order["name"]
            self.number += 1
        elif "This run issued nothing" not in run.message:
            assert "may have been issued" in run.message
            assert {each.order["name"] for each in issued} <= {run.summary["action_name"]}


def check_progress(tanium: SimulatorServer, shown: list[str]) -> None:
    """A line that tells of an action is never ahead of it."""
    for number in re.findall(r"Issued saved action (\d+)", "\n".join(shown)):
        assert int(number) in tanium.state.saved_actions.all


def test_runs_end_where_they_stand(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once(tanium)
    monkeypatch.setattr("tanium_tr.deployment.issuing.LOOK_AGAIN", (0.0, 0.0))
    chance = random.Random(20261129)
    wishes, deadly = Wishes(tanium, chance), Deadly(monkeypatch)
    killed = 0
    while killed < KILLS:
        wishes.lose_answers()
        deadly.left = chance.randint(1, MOST_STEPS)
        deadly.shown.clear()
        try:
            run = execute(soar, **wishes.parameters)
        except Killed:
            killed += 1
            check_progress(tanium, deadly.shown)
        else:
            wishes.check(run)
        finally:
            deadly.bury()

    deadly.left = 0
    tanium.faults.clear()
    assert execute(soar, **wishes.parameters).ok
    assert [len(wishes.issued(number)) for number in range(wishes.number + 1)] == [1] * (
        wishes.number + 1
    )
    assert wishes.number > KILLS // 20
    assert list(soar.state_file(ASSET).parent.glob("*.action-*")) == []


def test_process_is_killed_while_it_waits_for_the_answer(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    at_once(tanium)
    slow = Fault("slow", method="POST", path_contains="/saved_actions", seconds=30)
    tanium.faults.add(slow)

    child = soar.start("execute action", wish(destination="ws-finance-07"))
    assert eventually(lambda: slow.applied > 0)
    time.sleep(0.01)
    child.kill()
    continued = execute(soar, destination="ws-finance-07")

    assert continued.ok, continued.message
    assert "continued with the same action" in continued.message
    (saved,) = tanium.state.saved_actions.all.values()
    assert continued.summary["saved_action_id"] == saved.id
