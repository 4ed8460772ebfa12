# File: finding_intake.py
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
"""Alerts on their way into Enterprise Security, as findings, some of them in each call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import PlatformError
from ..soar.enterprise_security import MOST_FINDINGS
from ..soar.rest import NotAllowed, NotDone, Refused, Unavailable
from ..words import first_few, printable
from .cases import Case
from .checkpoint import Mark
from .cursor import Alert, created
from .finding_memory import FindingMemory
from .findings import finding_of
from .intake import MOST_NAMED, Intake


if TYPE_CHECKING:
    from ..services import Services
    from ..soar.enterprise_security import EnterpriseSecurity

DOUBT = (
    "It is not known whether Enterprise Security has a finding for {}: a poll was interrupted or"
    " got no answer while it created them. They are not created again. Search for them in"
    " Enterprise Security; to create a missing one, poll by hand with its guid as the source ID"
)


class Waiting(NamedTuple):
    """An alert whose finding goes with the next call."""

    mark: Mark | None
    case: Case
    finding: dict[str, Any]


class FindingIntake(Intake):
    """Makes findings of alerts. What is saved here is created or waits for `finish`.

    creates_doubtful: alerts in doubt are created, because somebody asked for them.
    """

    INGESTED, KNOWN, PLATFORM = (
        "Created findings",
        "already in Enterprise Security",
        "Enterprise Security",
    )
    HAS_PARTS = False

    def __init__(
        self, services: Services, security: EnterpriseSecurity, memory: FindingMemory
    ) -> None:
        config = services.config
        super().__init__(services.tanium, services.soar, config.polling, config.console_url)
        self._security, self._memory = security, memory
        settings = security.settings()
        self._defaults = settings.defaults
        self._source = f"{services.soar.app_name} - {settings.asset_name}"
        self._waiting: dict[str, Waiting] = {}
        self.creates_doubtful = False

    @property
    def saved(self) -> int:
        return super().saved + len(self._waiting)

    @property
    def message(self) -> str:
        message, doubtful = super().message, self._memory.in_doubt
        if not doubtful:
            return message
        return f"{message}. {DOUBT.format(first_few(doubtful, printable, most=MOST_NAMED))}"

    def expect(self, alerts: Iterable[Alert]) -> None:
        """What there is already stands in the memory."""

    def save(self, alert: Alert, mark: Mark | None = None) -> None:
        case = self._case(alert)
        source_id = case.container["source_data_identifier"]
        if self._memory.has(source_id):
            self._known += 1
        elif source_id not in self._waiting and (
            self.creates_doubtful or not self._memory.is_in_doubt(source_id)
        ):
            finding = finding_of(case, self._defaults, self._source)
            self._waiting[source_id] = Waiting(mark, case, finding)
            self.future.note(created(alert))
            if len(self._waiting) == MOST_FINDINGS:
                self._send()

    def finish(self) -> None:
        self._send()
        self._memory.keep()

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, {}
        if waiting:
            self._create(waiting)

    def _create(self, waiting: dict[str, Waiting]) -> None:
        self._memory.announce(waiting)
        try:
            refused = self._security.create([each.finding for each in waiting.values()])
        except Refused as refusal:
            if len(waiting) > 1:
                self._memory.withdraw()
                # One of them may have been the reason.
                for source_id, each in waiting.items():
                    self._create({source_id: each})
                return
            refused = {0: str(refusal)}
        except (NotAllowed, NotDone) as error:
            self._memory.withdraw()
            raise PlatformError(f"No findings can be created. {error} {self.message}") from error
        except Unavailable as error:
            self._memory.doubt()
            raise PlatformError(f"{error} {self.message}") from error
        created = [name for place, name in enumerate(waiting) if place not in refused]
        self._memory.settle(created)
        self._new += len(created)
        sent = list(waiting.values())
        for place, reason in refused.items():
            self._note_refusal(sent[place].case, reason, sent[place].mark)
