# File: killing.py
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
"""Runs that end where they stand, at any moment, on a server that loses answers: what is wanted,
one after the other, and what each run must say of it.
"""

from __future__ import annotations

import os
import random
import re
from contextlib import suppress
from typing import Any, Callable

import pytest
from phantom.base_connector import BaseConnector

from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.state.saved_actions import SavedAction
from dev.soar.runtime import LocalSoar
from tanium_tr.soar.unfinished import Notes, Unfinished
from tanium_tr.tanium.http import Transport
from tests.conftest import ASSET, Run
from tests.deployment.executing import at_once


ROUNDS = 2  # of each, a run ends at every moment once, in another order and with other faults
LEAST_WISHES = 7


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
        patched.setattr(Notes, "close", self._around(Notes.close, is_last=True))

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

    most_steps = 0  # of a run that finds no fault, and some more

    def __init__(self, tanium: SimulatorServer, chance: random.Random) -> None:
        self._tanium, self._chance = tanium, chance
        self.number = 0

    def run(self, soar: LocalSoar) -> Run:
        """A run for the wish of now."""
        raise NotImplementedError

    def is_of(self, saved: SavedAction, number: int) -> bool:
        raise NotImplementedError

    def wanted(self, _number: int) -> int:
        """How many actions a wish takes."""
        return 1

    def check(self, run: Run) -> None:
        """What a run says that was not killed; the next one is another wish if it is content."""
        raise NotImplementedError

    def issued(self, number: int) -> list[SavedAction]:
        found = self._tanium.state.saved_actions.all.values()
        return [each for each in found if self.is_of(each, number)]

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


def check_progress(tanium: SimulatorServer, shown: list[str]) -> None:
    """A line that tells of an action is never ahead of it."""
    for number in re.findall(r"Issued saved action (\d+)", "\n".join(shown)):
        assert int(number) in tanium.state.saved_actions.all


def end_runs_where_they_stand(
    tanium: SimulatorServer,
    soar: LocalSoar,
    patched: pytest.MonkeyPatch,
    kind: type[Wishes],
) -> None:
    """Kill runs at random; in the end everything that was wanted has been issued once."""
    at_once(tanium)
    patched.setattr("tanium_tr.deployment.issuing.LOOK_AGAIN", (0.0, 0.0))
    chance = random.Random(20261129)
    wishes, deadly = kind(tanium, chance), Deadly(patched)
    moments = range(1, wishes.most_steps + 1)
    for moment in [each for _ in range(ROUNDS) for each in chance.sample(moments, len(moments))]:
        wishes.lose_answers()
        deadly.left = moment
        deadly.shown.clear()
        try:
            run = wishes.run(soar)
        except Killed:
            check_progress(tanium, deadly.shown)
        else:
            wishes.check(run)
        finally:
            deadly.bury()

    deadly.left = 0
    tanium.faults.clear()
    assert wishes.run(soar).ok
    numbers = range(wishes.number + 1)
    assert [len(wishes.issued(each)) for each in numbers] == [*map(wishes.wanted, numbers)]
    assert wishes.number > LEAST_WISHES
    assert list(soar.state_file(ASSET).parent.glob("*.action-*")) == []
