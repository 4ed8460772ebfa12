# File: proof.py
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
"""Asking the customer's own sensor whether endpoints are quarantined.

Tanium is not known to have a sensor that tells it. Where the customer has one, the asset names it,
and the value by which it says that an endpoint is quarantined: `quarantine_sensor`,
`quarantined_value`. A question asks these endpoints alone, by their client IDs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..deployment.targets import CLIENT_ID, Computer, pinned
from ..errors import ConfigurationError, TaniumError
from ..numbers import natural_number
from ..parameters.definitions import parameters_of
from ..questions.asking import ask_for_itself
from ..questions.results import COUNT, cells_of, columns_of, first_set, keys_of, mark_of
from ..questions.waiting import WantedAnswers
from ..tanium.reply import objects
from ..words import shown


if TYPE_CHECKING:
    from ..services import Services


Row = dict[str, Any]

ASKING_SECONDS = 60


class SensorAnswer(NamedTuple):
    """What the sensor says of one endpoint."""

    text: str
    is_quarantined: bool


class ProofSensor:
    """The sensor of the asset. Raises ConfigurationError for one that cannot be asked."""

    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar
        self._share = services.config.results_percentage
        self.name = services.config.quarantine_sensor
        self._value = services.config.quarantined_value

    @property
    def is_there(self) -> bool:
        return bool(self.name)

    def check(self) -> None:
        """Whether it can be asked, before anything is issued."""
        if not self._value:
            raise ConfigurationError(
                "Asset setting 'quarantined_value' is empty: specify the value with which"
                f" {shown(self.name)} says that an endpoint is quarantined."
            )
        sensor = self._tanium.sensors.get_sensor(self.name)
        if parameters_of(sensor):
            raise ConfigurationError(
                f"Asset setting 'quarantine_sensor': the sensor {shown(self.name)} takes"
                " parameters. Use one without."
            )

    def ask(self, computers: list[Computer]) -> dict[str, SensorAnswer]:
        """The answers by client ID; an endpoint without one has not said anything. Raises
        TaniumError.
        """
        question: Row = {
            "selects": [{"sensor": {"name": "Computer ID"}}, {"sensor": {"name": self.name}}],
            "group": pinned([each.client_id for each in computers]),
        }
        wanted = WantedAnswers(self._share, ASKING_SECONDS, enough=len(computers))
        found = ask_for_itself(self._tanium, self._soar, question, purpose=self.name, wanted=wanted)
        if found.data is None:
            raise TaniumError(f"The answers of {shown(self.name)} cannot be read. {found.trouble}")
        return self._answers(first_set(found.data))

    def _answers(self, result: Row) -> dict[str, SensorAnswer]:
        keys = keys_of(columns_of(result))
        answers = {}
        for row in objects(result.get("rows") or []):
            cells = dict(zip(keys, cells_of(row)))
            ids = cells.pop(CLIENT_ID, None) or [None]
            number = natural_number(ids[0])
            cells.pop(COUNT, None)
            texts = [text for cell in cells.values() for text in cell if text]
            if number is None or not texts or any(map(mark_of, texts)):
                continue
            wanted = self._value.casefold()
            is_quarantined = any(text.strip().casefold() == wanted for text in texts)
            answers[str(number)] = SensorAnswer(", ".join(texts), is_quarantined)
        return answers
