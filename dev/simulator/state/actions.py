# File: actions.py
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
"""Actions: what was issued, which endpoints take part, and what it does to them.

`scripts` is for tests: the words that an endpoint, by its client id, reports of every action that
it takes part in from then on, in their order and as they are written here, an empty one for no
report; `action_step_seconds` apart. `state.computers.newcomers` register when the next action is
issued.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.questions.filters import is_member
from dev.simulator.questions.model import Group
from dev.simulator.questions.objects import group_object
from dev.simulator.questions.values import Asked
from dev.simulator.settings import Settings
from dev.simulator.state.action_progress import NEVER, PENDING_VERIFICATION, End, Progress, words_of
from dev.simulator.state.computers import Computers
from dev.simulator.state.groups import Groups
from dev.simulator.state.packages import Packages
from dev.simulator.state.questions import Questions
from dev.simulator.times import DAY, iso_seconds


Row = dict[str, Any]

NOT_FOUND = "ActionNotFound"
FIRST_ID = seed.FIRST_ACTION_ID
UNSET = "2001-01-01T00:00:00Z"
_UNSET_SECONDS = 978_307_200
_FIRST_STOP = 701


@dataclass
class Target:
    """Whom an action is for, beside its action group; `id` 0: nobody was named."""

    id: int = 0
    condition: Optional[Group] = None


@dataclass
class Action:
    """An action. `starts` is None while it waits for an approval."""

    id: int
    name: str
    comment: str
    package: seed.PackageSeed
    group: seed.ActionGroup
    audience: Sequence[Group]
    """Who takes part is in all of these."""
    target: Target
    user: seed.User
    created: float
    starts: Optional[float]
    expire_seconds: int
    distribute_seconds: int = 0
    saved_action_id: int = 0
    approver: Optional[seed.User] = None
    stopped_at: Optional[float] = None
    step: Optional[float] = None
    opened: bool = False
    progress: dict[str, Progress] = field(default_factory=dict)
    left_out: set[seed.Host] = field(default_factory=set)

    @property
    def end(self) -> Optional[End]:
        """None while it has neither started nor been stopped."""
        if self.stopped_at is not None:
            return End(self.stopped_at, "Stopped")
        return None if self.starts is None else End(self.starts + self.expire_seconds, "Expired")


class Actions:
    """Issues actions, carries them out, and finds them again. `settle` must run before anything
    that an action changes is looked at; the web server does so for every request.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        computers: Computers,
        groups: Groups,
        packages: Packages,
        questions: Questions,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._computers = computers
        self._groups = groups
        self._packages = packages
        self._questions = questions
        self._numbers = itertools.count(FIRST_ID)
        self._stops = itertools.count(_FIRST_STOP)
        self._under_way: list[Action] = []
        self._off: set[str] = set()
        self._undone: list[tuple[float, str]] = []
        self.scripts: dict[str, Sequence[str]] = {}
        self.all: dict[int, Action] = {}

    def issue(self, **properties: Any) -> Action:
        """A new action. One without a start starts as soon as the settings say."""
        now = self._clock()
        properties.setdefault("starts", now + self._settings.action_start_seconds)
        action = Action(id=next(self._numbers), created=now, **properties)
        self.all[action.id] = action
        self._under_way.append(action)
        self._computers.welcome()
        return action

    def start(self, action: Action, approver: seed.User) -> None:
        """The action was approved."""
        action.approver = approver
        action.starts = self._clock() + self._settings.action_start_seconds

    def stop(self, number: int, user: seed.User, permissions: frozenset[str]) -> Row:
        """What has begun to run goes on, and what is over stays as it is."""
        action = self.found(number, user, permissions)
        now = self._clock()
        if action.stopped_at is None and not self._is_over(action):
            action.stopped_at = now
        return {"id": next(self._stops), "action": {"id": action.id}}

    def seen_by(self, user: seed.User, permissions: frozenset[str]) -> list[Action]:
        """Of all, or the user's own."""
        return [
            each
            for each in self.all.values()
            if (seed.READ_ACTION in permissions or each.user == user)
            and user.sees(each.package.content_set)
        ]

    def found(self, number: int, user: seed.User, permissions: frozenset[str]) -> Action:
        for each in self.seen_by(user, permissions):
            if each.id == number:
                return each
        raise PlatformError(404, NOT_FOUND, f"no action {number}")

    def named(self, name: str, user: seed.User, permissions: frozenset[str]) -> list[Action]:
        """Several actions may have the same name."""
        same = [
            each
            for each in self.seen_by(user, permissions)
            if each.name.casefold() == name.casefold()
        ]
        if not same:
            raise PlatformError(404, NOT_FOUND, f"no action '{name}'")
        return same

    def word(self, action: Action, client_id: str, moment: float) -> str:
        """What an endpoint reports at a moment; nothing for one that does not take part."""
        progress = action.progress.get(client_id)
        return progress.word(moment, action.end) if progress else ""

    def settle(self) -> None:
        """Who takes part by now, and what has happened to them."""
        now = self._clock()
        for action in self._under_way:
            if action.starts is not None and action.starts <= now:
                self._join(action, now)
                self._take_effect(action, now)
        self._under_way = [each for each in self._under_way if self._has_more_to_come(each)]
        for at, client_id in [each for each in self._undone if each[0] <= now]:
            self._undone.remove((at, client_id))
            self._computers.change(client_id, answers=True, quarantined=False)
        self._notice_who_is_off(now)

    def row(self, action: Action, *, fresh: bool = False) -> Row:
        """A fresh one is what the reply to issuing it shows: it has not started."""
        started = not fresh and action.starts is not None and action.starts <= self._clock()
        start = (action.starts or 0) if started else _UNSET_SECONDS
        approver = action.approver
        return {
            "id": action.id,
            "name": action.name,
            "comment": action.comment,
            "status": "Pending" if fresh else self.status(action),
            "stopped_flag": action.stopped_at is not None,
            "start_time": iso_seconds(start),
            "expiration_time": iso_seconds(start + action.expire_seconds),
            "expire_seconds": action.expire_seconds,
            "distribute_seconds": action.distribute_seconds,
            "creation_time": iso_seconds(action.created),
            "action_group": {"id": action.group.id, "name": action.group.name},
            "target_group": self.target_object(action.target),
            "package_spec": self._packages.row(action.package),
            "saved_action": {"id": action.saved_action_id},
            "history_saved_question": {"id": 60_000 + action.id if started else 0},
            "user": {"id": action.user.id, "name": action.user.name},
            "approver": {
                "id": approver.id if approver else 0,
                "name": approver.name if approver else "",
            },
        }

    def status(self, action: Action) -> str:
        """Closed says only that the time is up."""
        older = self._settings.action_statuses == "older"
        if action.stopped_at is not None:
            return "Stopped"
        if action.starts is None or action.starts > self._clock():
            return "Pending"
        if self._is_over(action):
            return "Expired" if older else "Closed"
        return "Active" if older else "Open"

    @staticmethod
    def target_object(target: Target) -> Row:
        if target.condition is None:
            return {"id": 0}
        return {**group_object(target.condition), "id": target.id}

    def add_old_ones(self) -> None:
        """Two actions that were over before the start; what they changed is forgotten."""
        created = self._clock() - 2 * DAY
        for name, package in (
            ("Deploy snapshot", seed.CLEAN_CACHE),
            ("Clean caches", seed.CLONE_OF_CLEAN),
        ):
            action = self.issue(
                name=name,
                comment="",
                package=package,
                group=seed.DEFAULT_ALL,
                audience=(),
                target=Target(),
                user=seed.ANALYST,
                starts=created + 1,
                expire_seconds=600,
            )
            action.created, action.opened = created, True

    def _is_over(self, action: Action) -> bool:
        end = action.end
        return end is not None and end.at <= self._clock()

    def _join(self, action: Action, now: float) -> None:
        """The endpoints that are there at the start, and those that come while it is open."""
        assert action.starts is not None and action.end is not None
        first, action.opened = not action.opened, True
        begins = action.starts if first else now
        if action.end.at <= begins or (action.end.at <= now and not first):
            return
        hosts = self._questions.registered() if first else self._questions.named()
        for host in hosts:
            if host.client_id in action.progress or host in action.left_out or not host.answers:
                continue
            if all(is_member(each, host, Asked()) for each in action.audience):
                action.progress[host.client_id] = self._progress(action, host, begins)
            else:
                action.left_out.add(host)

    def _progress(self, action: Action, host: seed.Host, begins: float) -> Progress:
        step = self._settings.action_step_seconds if action.step is None else action.step
        share = zlib.crc32(f"{action.id}:{host.client_id}".encode()) % 1000 / 1000
        spread = share * max(action.distribute_seconds, step) if action.step is None else 0
        script = self.scripts.get(host.client_id)
        words = words_of(action.package, host) if script is None else list(script)
        checked = script is None and words[-1] == PENDING_VERIFICATION
        return Progress(
            host,
            begins + spread,
            words,
            step,
            action.package.verify_expire_seconds if checked else None,
            self._settings.unverified_word,
            settled=not (checked or action.package.effect),
        )

    def _take_effect(self, action: Action, now: float) -> None:
        """A package changes the endpoint once its command is done; then it may be verified."""
        for progress in action.progress.values():
            if progress.settled or progress.effect_at(action.end) > now:
                continue
            if not progress.has_had_effect:
                progress.has_had_effect = True
                moment = progress.effect_at(action.end)
                self._change(action.package.effect, progress, moment)
            progress.verified = progress.checked_for is not None and self._meets(
                action.package.verify_group, progress, now
            )
            progress.settled = (
                progress.checked_for is None
                or progress.verified
                or now >= progress.verified_until()
            )

    def _notice_who_is_off(self, now: float) -> None:
        hosts = self._computers.hosts
        off = {host.client_id for host in hosts if not host.answers}
        for action in self._under_way:
            for client_id in (off | self._off) & action.progress.keys():
                progress = action.progress[client_id]
                progress.notice(now, action.end, answers=client_id not in off)
        self._off = off

    def _has_more_to_come(self, action: Action) -> bool:
        """Commands that are running when an action ends are done later."""
        return not self._is_over(action) or any(
            not each.settled and each.effect_at(action.end) < NEVER
            for each in action.progress.values()
        )

    def _change(self, effect: str, progress: Progress, moment: float) -> None:
        client_id = progress.host.client_id
        if effect == "release":
            self._computers.change(client_id, quarantined=False)
        elif effect == "quarantine":
            kind = self._settings.quarantined_endpoint
            self._computers.change(client_id, quarantined=True, answers=kind == "reachable")
            if kind == "silent":
                progress.fall_silent(moment)
            elif kind == "undone":
                back = moment + self._settings.quarantine_undone_seconds
                progress.fall_silent(moment, back)
                self._undone.append((back, client_id))

    def _meets(self, group_id: int, progress: Progress, now: float) -> bool:
        host = self._computers.by_client_id(progress.host.client_id) or progress.host
        there = now >= progress.verified_from() and host.answers
        return there and is_member(self._groups.find(group_id), host, Asked())
