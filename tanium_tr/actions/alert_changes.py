# File: alert_changes.py
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
"""Threat Response alerts: their states, and their end."""

from __future__ import annotations

from typing import Annotated, Any

from ..alerts.lookup import (
    LONGEST_LIST,
    AlertReferences,
    find_alerts,
    find_by_guid,
    number_of,
    read_references,
)
from ..config import ALERT_STATES
from ..declare import (
    ALERT_GUID,
    ALERT_ID,
    BOOLEAN,
    HOST_NAME,
    INTEL_DOC_ID,
    IP,
    NUMERIC,
    Column,
    Output,
    Param,
    action,
)
from ..errors import ApiError, NotFoundError, TaskError, TransportError
from ..ingestion.cases import guid_of
from ..permissions import ALERTS_READ, ALERTS_WRITE, USE_GATEWAY, Permission
from ..services import Services
from ..tanium.alerts import IDS_AT_ONCE
from ..tasks.waiting import CHECK_FIRST
from ..words import first_few, printable


Row = dict[str, Any]

RESOLVED = "resolved"
ALERT = (
    Column("id", NUMERIC, contains=(ALERT_ID,), title="Alert ID", examples=(1,)),
    Column("guid", contains=(ALERT_GUID,), examples=("00000000-5d89-477e-bf14-8d6577840001",)),
    Column("state", title="State", examples=("resolved",)),
)
# What is left of an alert that is gone.
IDENTITY = (
    *("id", "guid", "state", "computerName", "computerIpAddress"),
    *("priority", "alertedAt", "intelDocId"),
)


class AlertChangeActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium

    @action(
        type="generic",
        read_only=False,
        permissions=(ALERTS_READ,),
        may_need=(Permission(ALERTS_WRITE), USE_GATEWAY),
        columns=(
            *ALERT,
            Column("updated", BOOLEAN, title="Updated", examples=(True,)),
            Column("accepted", BOOLEAN, examples=(True,)),
            Column("message", title="Message"),
        ),
        summary=(
            Column("updated_alerts", NUMERIC, examples=(2,)),
            Column("failed_alerts", NUMERIC, examples=(0,)),
            Column("unchecked_alerts", NUMERIC, examples=(0,)),
        ),
        message="Updated alerts: 2",
        view="display_alerts",
    )
    def update_alert(
        self,
        alert_ids: AlertReferences,
        state: Annotated[str, Param("State to set", choices=ALERT_STATES, examples=("resolved",))],
    ) -> Output:
        """Set the state of one or many alerts.

        All alerts are set in one request and then read, so that the result shows each alert's
        current state. Guids are looked up in the list of alerts first; the API gateway resolves
        those that are not found there, if the state is resolved. The action fails if an alert does
        not have the requested state, or if its state cannot be read. In a row, accepted says that
        Tanium took the change: if updated is false all the same, check the alert's state in Tanium
        instead of running the action again.
        """
        references = read_references("alert_ids", alert_ids)
        guids = [each for each in references if isinstance(each, str)]
        found = find_by_guid(self._tanium.alerts, guids)
        targets = found.targets(references)
        refusal = self._set_state([each for each in targets if isinstance(each, int)], state)
        rows = [
            self._read_back(each, state, is_accepted=not refusal)
            if isinstance(each, int)
            else self._without_number(each, state, found.missing[each])
            for each in targets
        ]
        unchecked = [row for row in rows if _is_unchecked(row)]
        failed = [row for row in rows if not (row["updated"] or _is_unchecked(row))]
        updated = len(rows) - len(unchecked) - len(failed)
        summary = {
            "updated_alerts": updated,
            "failed_alerts": len(failed),
            "unchecked_alerts": len(unchecked),
        }
        if updated < len(rows):
            known = "known to be " if unchecked else ""
            sentences = (
                f"{updated} of {len(rows)} alerts are {known}{state}.",
                f"{_others(failed, 'updated')}." if failed else "",
                _not_checked(unchecked) if unchecked else "",
                refusal,
            )
            raise TaskError(" ".join(filter(None, sentences)), rows, summary)
        return Output(rows, summary, f"Updated alerts: {updated}")

    def _set_state(self, alert_ids: list[int], state: str) -> str:
        """The server's words when it refuses because of some of them; what that did to the others
        is to be seen.
        """
        if not alert_ids:
            return ""
        try:
            self._tanium.alerts.update_alerts(alert_ids, state=state)
        except ApiError as error:
            if error.status not in (400, 404):
                raise
            return str(error)
        return ""

    def _read_back(self, alert_id: int, state: str, *, is_accepted: bool) -> Row:
        try:
            alert = self._tanium.alerts.get_alert(alert_id)
        except (ApiError, TransportError) as error:
            reason = f"cannot be read: {error}".rstrip(".")
            is_there = not isinstance(error, NotFoundError)
            return _change_row(alert_id, "", None, reason, is_accepted=is_accepted and is_there)
        found = alert.get("state")
        message = "" if found == state else f"its state is {found or 'not reported'}"
        return _change_row(alert_id, guid_of(alert), found, message, is_accepted=is_accepted)

    def _without_number(self, guid: str, state: str, reason: str) -> Row:
        """Of an alert that the list does not find by its guid; the gateway can only resolve it."""
        if state != RESOLVED:
            return _change_row(None, guid, None, reason)
        try:
            is_resolved = self._tanium.gateway_alerts.resolve_alert(guid)
        except (ApiError, TransportError) as error:
            message = f"{reason}. The API gateway did not resolve it either: {error}"
            return _change_row(None, guid, None, message.rstrip("."))
        if not is_resolved:
            message = f"{reason}. The API gateway does not confirm that it has resolved it"
            return _change_row(None, guid, None, message)
        row = _change_row(None, guid, state, "", is_accepted=True)
        return {**row, "message": "resolved through the API gateway"}

    @action(
        type="generic",
        read_only=False,
        permissions=(ALERTS_READ,),
        may_need=(ALERTS_WRITE,),
        columns=(
            *ALERT,
            Column("computerName", contains=(HOST_NAME,), title="Host Name"),
            Column("computerIpAddress", contains=(IP,), title="IP", examples=("10.20.0.7",)),
            Column("priority", title="Priority", examples=("high",)),
            Column("alertedAt", title="Time", examples=("2026-07-17T18:02:32.000Z",)),
            Column("intelDocId", NUMERIC, contains=(INTEL_DOC_ID,), examples=(11,)),
            Column("found", BOOLEAN, examples=(True,)),
            Column("deleted", BOOLEAN, title="Deleted", examples=(True,)),
            Column("message", title="Message"),
        ),
        summary=(
            Column("deleted_alerts", NUMERIC, examples=(2,)),
            Column("failed_alerts", NUMERIC, examples=(0,)),
        ),
        message="Deleted alerts: 2",
    )
    def delete_alerts(self, alert_ids: AlertReferences) -> Output:
        """Permanently delete alerts.

        The alerts are read first, so that the result shows what was there, and looked up again
        afterwards, also if Tanium's answer is lost. Alerts that do not exist are listed, and do not
        keep the others from being deleted. The action fails unless every alert was there and is
        gone.
        """
        references = read_references("alert_ids", alert_ids)
        found = find_alerts(self._tanium.alerts, references)
        alerts = list(found.by_number().values())
        rows = []
        for start in range(0, len(alerts), IDS_AT_ONCE):
            rows += self._deleted(alerts[start : start + IDS_AT_ONCE])
        rows += [
            {
                "id": each if isinstance(each, int) else None,
                "guid": each if isinstance(each, str) else None,
                "found": False,
                "deleted": False,
                "message": reason,
            }
            for each, reason in found.missing.items()
        ]
        deleted = sum(row["deleted"] for row in rows)
        if deleted < len(rows):
            text = f"Deleted {deleted} of {len(rows)} alerts. {_others(rows, 'deleted')}."
            raise TaskError(text, rows)
        return Output(
            rows, {"deleted_alerts": deleted, "failed_alerts": 0}, f"Deleted alerts: {deleted}"
        )

    def _deleted(self, alerts: list[Row]) -> list[Row]:
        """What became of each: whatever the answer, they are looked up afterwards."""
        problem = ""
        try:
            self._tanium.alerts.delete_alerts([number_of(each) or 0 for each in alerts])
        except (ApiError, TransportError) as error:
            problem = str(error)
        return [self._after_deletion(alert, problem) for alert in alerts]

    def _after_deletion(self, alert: Row, problem: str) -> Row:
        identity = {name: alert.get(name) for name in IDENTITY}
        row = {**identity, "found": True, "deleted": False, "message": problem.rstrip(".")}
        try:
            self._tanium.alerts.get_alert(number_of(alert) or 0)
        except NotFoundError:
            return {**row, "deleted": True, "message": ""}
        except (ApiError, TransportError) as error:
            accepted = problem or "Tanium accepted the deletion."
            read_again = f"It is not known whether it is gone: {error}"
            return {**row, "message": f"{accepted} {read_again}".rstrip(".")}
        return {**row, "message": f"{problem} It is still there".strip()}


def _change_row(
    alert_id: int | None, guid: str, state: Any, message: str, *, is_accepted: bool = False
) -> Row:
    return {
        "id": alert_id,
        "guid": guid or None,
        "state": state,
        "updated": not message,
        "accepted": is_accepted,
        "message": message,
    }


def _is_unchecked(row: Row) -> bool:
    """Whether Tanium took the change of an alert and nobody knows what came of it."""
    return bool(row["accepted"]) and row["state"] is None


def _not_checked(rows: list[Row]) -> str:
    """Which these are, and why; as a rule it is the same for all of them."""
    ids = first_few(rows, lambda row: str(row["id"]))
    reason = f"{_others(rows[:1], 'updated')}."
    return (
        f"Tanium accepted the change of {ids}, but it could not be checked. {reason} {CHECK_FIRST}"
    )


def _others(rows: list[Row], name: str) -> str:
    """Those for which this is not true, with the reasons."""
    named = (f"{row['id'] or row['guid']}: {row['message']}" for row in rows if not row[name])
    return printable("; ".join(named), LONGEST_LIST)
