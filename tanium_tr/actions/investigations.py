# File: investigations.py
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
"""One action for an alert and everything around it."""

from __future__ import annotations

from typing import Annotated, Any

from ..alerts.lookup import AlertReference, read_references
from ..declare import BOOLEAN, CONNECTION_ID, NUMERIC, Column, Output, Param, action
from ..errors import TaskError
from ..investigation.columns import INVESTIGATION
from ..investigation.investigator import OK, SKIPPED, Investigator, Scope
from ..parameters.shared import Timeout
from ..permissions import ALERTS_READ, FIND_ENDPOINT, INTEL_READ, LIVE_READ, LIVE_WRITE
from ..services import Services
from ..words import LONGEST_SENTENCE, printable


DAY = 24 * 60  # minutes


class InvestigationActions:
    def __init__(self, services: Services) -> None:
        self._services = services

    @action(
        read_only=False,
        permissions=(ALERTS_READ,),
        may_need=(*FIND_ENDPOINT, INTEL_READ, *LIVE_READ, *LIVE_WRITE),
        columns=INVESTIGATION,
        summary=(
            Column("priority", examples=("high",)),
            Column("state", examples=("unresolved",)),
            Column("hostname", examples=("ws-finance-07",)),
            Column("connection_id", contains=(CONNECTION_ID,)),
            Column("process_count", NUMERIC, examples=(4,)),
            Column("event_count", NUMERIC, examples=(523,)),
            Column("observable_count", NUMERIC, examples=(41,)),
            Column("complete", BOOLEAN, examples=(True,)),
            Column("missing_parts", examples=("connection, events",)),
        ),
        message="Alert 1 on ws-finance-07: processes: 4, events: 523, observables: 41",
        view="display_investigation",
    )
    def investigate_alert(
        self,
        alert: AlertReference,
        minutes: Annotated[
            int,
            Param(
                "Minutes before the alert and after it in which events are read",
                minimum=1,
                maximum=DAY,
                examples=(10,),
            ),
        ] = 10,
        depth: Annotated[
            int,
            Param(
                "How far to look: levels of ancestors in the process tree, and for each of them up"
                " to 5 events of each type and 20 child processes",
                minimum=1,
                maximum=5,
                examples=(2,),
            ),
        ] = 2,
        reuse_connection: Annotated[
            bool, Param("Use a live connection to the endpoint if there is one")
        ] = True,
        timeout: Timeout = 120,
    ) -> Output:
        """Investigate an alert: its endpoint, process tree, events, hashes, peers and observables.

        Changes nothing, except that it opens a live connection if there is none, and closes it
        again. If a part cannot be read, parts says why and the others are still returned; the
        action succeeds if the alert itself was read. The timeout applies to connecting.
        """
        (reference,) = read_references("alert", [alert])
        scope = Scope(minutes, depth, reuse_connection, timeout)
        investigator = Investigator(self._services, scope)
        try:
            row = investigator.investigate(reference)
        except TaskError as error:
            found = investigator.row
            if not found:
                raise
            raise TaskError(str(error), [found], _summary(found)) from error
        return Output([row], _summary(row), _message(row))


def _summary(row: dict[str, Any]) -> dict[str, Any]:
    alert = row["alert"]
    missing = [each["part"] for each in row["parts"] if each["status"] != OK]
    return {
        "priority": alert["priority"],
        "state": alert["state"],
        "hostname": row.get("endpoint", {}).get("hostname") or alert["computerName"],
        "connection_id": row.get("connection", {}).get("id"),
        "process_count": len(row["process_tree"]),
        "event_count": sum(each["count"] for each in row["events"]),
        "observable_count": len(row["observables"]),
        "complete": all(each["status"] in (OK, SKIPPED) for each in row["parts"]),
        "missing_parts": ", ".join(missing),
    }


def _message(row: dict[str, Any]) -> str:
    summary = _summary(row)
    host = printable(summary["hostname"] or "no endpoint")
    text = (
        f"Alert {row['alert']['id']} on {host}: processes: {summary['process_count']}, events:"
        f" {summary['event_count']}, observables: {summary['observable_count']}"
    )
    reasons = [
        f"{each['part'].replace('_', ' ')} {each['status']}"
        f" ({printable(each['reason'], LONGEST_SENTENCE)})"
        for each in row["parts"]
        if each["status"] not in (OK, SKIPPED)
    ]
    return f"{text}. Not complete: {'; '.join(reasons)}" if reasons else text
