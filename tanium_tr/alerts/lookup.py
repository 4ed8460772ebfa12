# File: lookup.py
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
"""Alerts by what a person or a playbook has of them: the number that Threat Response gives an
alert, or its guid, which also comes with the rows that Connect pushes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Union

from ..declare import ALERT_GUID, ALERT_ID, Param
from ..errors import NotFoundError, ParameterError, TaskError, UnfilteredError
from ..ingestion.cases import guid_of
from ..numbers import id_in_text, natural_number
from ..words import printable, shown


if TYPE_CHECKING:
    from ..tanium.alerts import Alerts

Row = dict[str, Any]
Reference = Union[int, str]  # a number, or a guid in lower case

NO_ALERT = "Tanium has no such alert; it may have been deleted"
NO_GUIDS = (
    "this Tanium server does not find alerts by guid; specify the alert's number, which list alerts"
    " shows"
)
LONGEST_LIST = 500  # characters of a message

AlertReference = Annotated[
    str,
    Param("Alert ID: a number or a guid", contains=(ALERT_ID, ALERT_GUID), examples=("1",)),
]
AlertReferences = Annotated[
    list[str],
    Param(
        "Comma-separated alert IDs: numbers or guids",
        identifier=True,
        contains=(ALERT_ID, ALERT_GUID),
        examples=("1,2",),
    ),
]


class FoundAlerts(NamedTuple):
    """`alerts` by what was asked for, and why the others are missing."""

    alerts: dict[Reference, Row]
    missing: dict[Reference, str]

    def targets(self, references: Iterable[Reference]) -> list[Reference]:
        """Each alert once: its number, or the guid of one that is missing."""
        return list(dict.fromkeys(self._number(each) for each in references))

    def by_number(self) -> dict[int, Row]:
        """Each alert once."""
        numbers = ((number_of(alert), alert) for alert in self.alerts.values())
        return {number: alert for number, alert in numbers if number is not None}

    def _number(self, reference: Reference) -> Reference:
        number = number_of(self.alerts.get(reference, {}))
        return reference if number is None else number


def read_references(name: str, texts: Iterable[str]) -> list[Reference]:
    """What the parameter of this name holds, each once. Raises ParameterError for what is neither a
    number nor a guid.
    """
    return list(dict.fromkeys(_reference(name, text) for text in texts))


def find_alerts(alerts: Alerts, references: Iterable[Reference]) -> FoundAlerts:
    """Numbers are read one by one, guids are looked for in the list; both in the order given."""
    references = list(references)
    by_guid = find_by_guid(alerts, [each for each in references if isinstance(each, str)])
    found = FoundAlerts({}, {})
    for each in references:
        if each in by_guid.missing:
            found.missing[each] = by_guid.missing[each]
            continue
        try:
            found.alerts[each] = (
                alerts.get_alert(each) if isinstance(each, int) else by_guid.alerts[each]
            )
        except NotFoundError:
            found.missing[each] = NO_ALERT
    return found


def find_by_guid(alerts: Alerts, guids: list[str]) -> FoundAlerts:
    """What the list of alerts has; a server that does not know the filter is no proof that an alert
    does not exist.
    """
    rows: dict[Reference, Row] = {}
    reason = NO_ALERT
    try:
        for page in alerts.pages_by_guid(guids):
            rows.update((guid_of(row), row) for row in page if number_of(row) is not None)
    except UnfilteredError:
        reason = NO_GUIDS
    wanted: dict[Reference, Row] = {guid: rows[guid] for guid in guids if guid in rows}
    return FoundAlerts(wanted, {guid: reason for guid in guids if guid not in rows})


def find_alert(alerts: Alerts, reference: Reference) -> Row:
    """Raises NotFoundError or TaskError when there is none."""
    if isinstance(reference, int):
        return alerts.get_alert(reference)
    found = find_by_guid(alerts, [reference])
    if found.missing:
        raise TaskError(f"Alert {reference} was not found: {found.missing[reference]}.")
    return found.alerts[reference]


def find_each(alerts: Alerts, references: list[Reference], consequence: str) -> list[Row]:
    """Each alert once, in the order of the references. Raises TaskError with the consequence when
    any of them is missing.
    """
    found = find_alerts(alerts, references)
    if found.missing:
        named = "; ".join(f"{each}: {reason}" for each, reason in found.missing.items())
        raise TaskError(f"{consequence} {printable(named, LONGEST_LIST)}.")
    return list(found.by_number().values())


def number_of(alert: Row) -> int | None:
    """The alert's number, as other requests take it."""
    return natural_number(alert.get("id"))


def _reference(name: str, text: str) -> Reference:
    number = id_in_text(text)
    if number is not None:
        return number
    if re.fullmatch("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", text):
        return text.lower()
    raise ParameterError(
        f"Parameter '{name}' holds {shown(text)}: specify alert IDs, which are numbers or guids"
        " (00000000-5d89-477e-bf14-8d6577840001)."
    )
