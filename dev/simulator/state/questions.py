# File: questions.py
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
"""The questions that were asked.

`asked` is for tests: every question in its order, with the body that came (`body`), who asked
(`user`), what the server made of it (`question`, `text`), and whether it was something else than
what was sent (`fallback`: *Get number of machines*). `saved_question_id` is 0 for one that a client
has asked itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.questions.answers import Answers, Audience
from dev.simulator.questions.candidates import Candidate, candidates, read
from dev.simulator.questions.filters import is_member
from dev.simulator.questions.model import Group, Question, UnknownGroup, UnknownSensor
from dev.simulator.questions.objects import group_object, select_object
from dev.simulator.questions.results import Tabulation
from dev.simulator.questions.structure import Structure, flag
from dev.simulator.questions.text import question_text
from dev.simulator.questions.values import Asked
from dev.simulator.settings import Settings
from dev.simulator.state.computers import Computers
from dev.simulator.state.groups import Groups
from dev.simulator.state.sensors import Sensors
from dev.simulator.times import iso_seconds, parse_iso


Row = dict[str, Any]

FIRST_ID = 88
LONGEST_LIFE = 100_000_000


@dataclass
class AskedQuestion:
    """A question, and what has become of it."""

    id: int
    question: Question
    text: str
    user: seed.User
    asked_at: float
    expire_seconds: int
    answers: Answers
    tabulation: Tabulation
    context: Group | None = None
    context_id: int = 0
    saved_question_id: int = 0
    fallback: bool = False
    body: Row = field(default_factory=dict)
    reads: int = 0
    """How often its results were read."""

    @property
    def ends(self) -> float:
        return self.asked_at + self.expire_seconds


class Questions:
    """Asks them, and finds them again while they are kept."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        computers: Computers,
        sensors: Sensors,
        groups: Groups,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._computers = computers
        self._sensors = sensors
        self._groups = groups
        self._numbers = itertools.count(FIRST_ID)
        self.asked: list[AskedQuestion] = []

    def candidates(self, text: str, user: seed.User) -> list[Candidate]:
        """What the parser makes of a text, marked as canonical as the settings say."""
        found = candidates(text, self._sensors.seen_by(user), self._groups.find)
        if not found or not found[0].canonical:
            return found
        marked = self._settings.canonical_candidates
        return [each._replace(canonical=position < marked) for position, each in enumerate(found)]

    def ask(self, body: Row, user: seed.User, *, specified: bool = False) -> AskedQuestion:
        """Asks what a body says. Where nothing is left of it, or a sensor does not exist, it is the
        number of machines.
        """
        question = self._meant(body, user, specified=specified)
        context = body.get("context_group")
        context_id = _whole(context.get("id")) if isinstance(context, dict) else 0
        return self._asked(
            question or Question(),
            user,
            expire_seconds=self._life(body, specified=specified),
            context_id=context_id,
            fallback=question is None,
            body=body,
        )

    def ask_saved(
        self, text: str, user: seed.User, *, expire_seconds: int, saved_question_id: int
    ) -> AskedQuestion:
        """Asks the text of a saved question."""
        found = self.read(text, user)
        return self._asked(
            found or Question(),
            user,
            expire_seconds=expire_seconds,
            saved_question_id=saved_question_id,
            fallback=found is None,
        )

    def read(self, text: str, user: seed.User) -> Question | None:
        """The question that a text is; None for one that cannot be asked."""
        found = read(text, self._sensors.seen_by(user), self._groups.find)
        return found.question if found else None

    def structure(self, user: seed.User, *, specified: bool = False) -> Structure:
        return Structure(
            self._sensors.seen_by(user),
            self._groups.find,
            unknown_operator=self._settings.unknown_operator,
            with_contains=specified,
        )

    def found(self, number: int) -> AskedQuestion:
        """404 for a question that was never asked, or whose time is over."""
        oldest = self._clock() - self._settings.question_lifetime_seconds
        for each in self.asked:
            if each.id == number and each.ends > oldest:
                return each
        raise PlatformError(404, "QuestionNotFound", f"no question {number}")

    def listed(self) -> list[AskedQuestion]:
        """Those that can still be found."""
        oldest = self._clock() - self._settings.question_lifetime_seconds
        return [each for each in self.asked if each.ends > oldest]

    def registered(self) -> list[seed.Host]:
        """The computers that register, the generated ones last."""
        return [*self.named(), *self._computers.generated(self._settings.extra_endpoints)]

    def named(self) -> list[seed.Host]:
        """Those of them that are not generated."""
        return [host for host in self._computers.hosts if self._computers.is_registered(host)]

    def elapsed(self, asked: AskedQuestion) -> float:
        """The seconds that answers have had; after the question's end no more come."""
        return min(self._clock() - asked.asked_at, asked.expire_seconds)

    def has_rows(self, asked: AskedQuestion) -> bool:
        """The rows of a question outlive it for some time."""
        return self._clock() < asked.ends + self._settings.results_lifetime_seconds

    def unregistered(self, asked: AskedQuestion) -> list[seed.Host]:
        """The computers that are off and would have been let through."""
        audience = self._audience(asked)
        return [
            host
            for host in self._computers.hosts
            if not self._computers.is_registered(host)
            and all(condition(host) for condition in audience)
        ]

    def look_at(self, asked: AskedQuestion) -> Answers:
        """The answers, with everybody's part decided."""
        asked.answers.look_at(self._audience(asked))
        return asked.answers

    def row(self, asked: AskedQuestion) -> Row:
        """The question's object."""
        expired = self._clock() >= asked.ends
        rights = self._groups.row_by_id(asked.user.management_group)
        row: Row = {
            "id": asked.id,
            "query_text": asked.text,
            "expire_seconds": 0 if expired else asked.expire_seconds,
            "expiration": iso_seconds(asked.ends),
            "is_expired": expired,
            "force_computer_id_flag": asked.question.force_computer_id,
            "selects": [select_object(each) for each in asked.question.selects],
            "management_rights_group": {"id": rights["id"], "name": rights["name"]},
            "user": {"id": asked.user.id, "name": asked.user.name},
            "priority": _whole(asked.body.get("priority")),
            "hidden_flag": False,
            "action_tracking_flag": False,
            "skip_lock_flag": flag(asked.body, "skip_lock_flag"),
        }
        if asked.question.group is not None:
            row["group"] = group_object(asked.question.group)
        if asked.context_id:
            row["context_group"] = {"id": asked.context_id}
        if asked.saved_question_id:
            row["saved_question"] = {"id": asked.saved_question_id}
        return row

    def _meant(self, body: Row, user: seed.User, *, specified: bool) -> Question | None:
        """None for the number of machines where something else was meant."""
        text = body.get("query_text")
        alone = specified and not body.get("selects")
        if isinstance(text, str) and (alone or len(body) == 1):
            return self.read(text, user)
        try:
            question = self.structure(user, specified=specified).question(body)
        except UnknownSensor:
            return None
        except UnknownGroup as error:
            raise PlatformError(404, "GroupNotFound", f"no computer group '{error}'") from error
        return question if question.selects else None

    def _life(self, body: Row, *, specified: bool) -> int:
        """The specified dialect has a moment instead of seconds."""
        default = self._settings.default_expire_seconds
        if specified and body.get("expiration"):
            seconds = int(parse_iso(str(body["expiration"])) - self._clock())
            return min(max(seconds, 0), LONGEST_LIFE)
        seconds = body.get("expire_seconds") or default
        if type(seconds) is not int or not 0 <= seconds <= LONGEST_LIFE:
            raise PlatformError(
                400, "RESTProcessingException", f"expire_seconds must be a number, got {seconds!r}"
            )
        return seconds

    def _asked(
        self, question: Question, user: seed.User, *, context_id: int = 0, **details: Any
    ) -> AskedQuestion:
        number = next(self._numbers)
        now = self._clock()
        moment = Asked(int(now // self._settings.changing_seconds), self._settings.values_per_cell)
        asked = AskedQuestion(
            number,
            question,
            question_text(question),
            user,
            now,
            answers=Answers(self._settings, question, number, self.registered(), self._late()),
            tabulation=Tabulation(self._settings, question, moment),
            context=self.context(context_id),
            context_id=context_id,
            **details,
        )
        self.asked.append(asked)
        return asked

    def context(self, number: int) -> Group | None:
        """The computer group that limits a question; 0 is none."""
        if not number:
            return None
        try:
            return self._groups.find(number)
        except UnknownGroup as error:
            raise PlatformError(404, "GroupNotFound", f"no computer group {number}") from error

    def in_context(self, asked: AskedQuestion, number: int) -> AskedQuestion:
        """A question seen through another computer group than its own."""
        return replace(
            asked,
            context=self.context(number),
            context_id=number,
            answers=asked.answers.undecided(),
            tabulation=asked.tabulation.anew(),
        )

    def _audience(self, asked: AskedQuestion) -> Audience:
        moment = Asked(addresses=self._settings.values_per_cell)
        rights = self._groups.find(asked.user.management_group)
        return Audience(
            lambda host: is_member(rights, host, moment),
            lambda host: is_member(asked.context, host, moment),
            lambda host: is_member(asked.question.group, host, moment),
        )

    def _late(self) -> list[seed.Host]:
        extra, late = self._settings.extra_endpoints, self._settings.late_endpoints
        return self._computers.generated(extra + late)[extra:]


def _whole(value: Any) -> int:
    """A whole number, or 0."""
    return value if type(value) is int else 0
