# File: alerts.py
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
"""Threat Response alerts."""

from __future__ import annotations

from typing import Annotated, Optional

from ..alerts.lookup import AlertReference, find_alert, read_references
from ..alerts.queries import Query, doubts, parse_query, place_of
from ..config import ALERT_STATES
from ..declare import (
    ALERT_GUID,
    ALERT_ID,
    EXAMPLE_MD5,
    FILE_NAME,
    FILE_PATH,
    HOST_NAME,
    INTEL_DOC_ID,
    IP,
    MD5,
    NUMERIC,
    PID,
    PROCESS_TABLE_ID,
    SHA1,
    SHA256,
    Column,
    Output,
    Param,
    action,
)
from ..ingestion.alert_columns import complete_alert
from ..ingestion.cases import intel_name
from ..intel.names import IntelDocumentNames
from ..permissions import ALERTS_READ, INTEL_READ
from ..services import Services


ALERT = (
    Column("id", NUMERIC, title="Alert ID", examples=(1,)),
    Column("alertedAt", title="Time", examples=("2026-07-17T18:02:32.000Z",)),
    Column("priority", title="Priority", examples=("high",)),
    Column("severity", title="Severity", examples=("info",)),
    Column("state", title="State", examples=("unresolved",)),
    Column("computerName", contains=(HOST_NAME,), title="Host Name", examples=("ws-finance-07",)),
    Column("computerIpAddress", contains=(IP,), title="IP", examples=("10.20.0.7",)),
    Column("event_type", title="Event Type", examples=("process",)),
    Column(
        "path",
        contains=(FILE_NAME, FILE_PATH),
        title="Path",
        examples=("C:\\Windows\\System32\\cmd.exe",),
    ),
    Column("md5", contains=(MD5,), title="MD5", examples=(EXAMPLE_MD5,)),
    Column("sha1", contains=(SHA1,)),
    Column("sha256", contains=(SHA256,)),
    Column("ackedAt"),
    Column(
        "console_link",
        examples=(
            "https://tanium.example.com/ui/threatresponse/alerts?guid=00000000-5d89-477e-bf14-8d6577840001",
        ),
    ),
    Column("createdAt", examples=("2026-07-17T18:03:22.741Z",)),
    Column("details"),
    Column("eid", NUMERIC, examples=(1,)),
    Column("findingId"),
    Column("firstEIDResolutionAttempt"),
    Column("groupingId"),
    Column("guid", examples=("00000000-5d89-477e-bf14-8d6577840001",)),
    Column("intelDoc"),
    Column("intelDocId", NUMERIC, examples=(11,)),
    Column("intelDocRevisionId"),
    Column("lastEIDResolutionAttempt"),
    Column("matchType", examples=("process",)),
    Column("receivedAt"),
    Column("scanConfigId", NUMERIC),
    Column("scanConfigRevisionId", NUMERIC),
    Column("suppressedAt"),
    Column("type", examples=("detect.match",)),
    Column("updatedAt"),
    Column("mitre_technique_ids", examples=("T1055",)),
    # Of process injections.
    Column(
        "description",
        examples=("tool.exe (4242) injected code into lsass.exe (812): technique Thread",),
    ),
    Column("technique", examples=("Thread",)),
    Column("execution_target_name", examples=("LoadLibraryW",)),
    Column("execution_target_address", examples=("0x00007ffcd1158be0",)),
    Column(
        "target_path",
        contains=(FILE_NAME, FILE_PATH),
        examples=("C:\\Windows\\System32\\lsass.exe",),
    ),
    Column("target_pid", NUMERIC, contains=(PID,), examples=(812,)),
    Column("target_process_table_id", contains=(PROCESS_TABLE_ID,)),
    Column("target_command_line"),
    Column("target_md5", contains=(MD5,)),
    Column("target_sha1", contains=(SHA1,)),
    Column("target_sha256", contains=(SHA256,)),
    # Of what Microsoft Defender detected.
    Column("threat_name", examples=("Trojan:Win32/Sample",)),
    Column("category_name", examples=("Trojan",)),
    Column("severity_name", examples=("Severe",)),
    Column("action_type", examples=("Quarantine",)),
    Column("detection_source", examples=("Real-Time Protection",)),
    Column("detection_user", examples=("EXAMPLE\\alice",)),
    Column("process_name", contains=(FILE_PATH,), examples=("C:\\Windows\\explorer.exe",)),
    # Of entries in an event log.
    Column("event_source", examples=("Microsoft-Windows-Security-Auditing",)),
)

# What `list alerts` returns was published, and without `contains` for these.
_CONTAINS = {"id": (ALERT_ID,), "guid": (ALERT_GUID,), "intelDocId": (INTEL_DOC_ID,)}
STORED_ALERT = tuple(
    column._replace(contains=_CONTAINS.get(column.path, column.contains))
    for column in ALERT
    if column.path != "intelDoc"
)

DEFAULT_LIMIT = 100


class AlertActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar
        self._intel_names = IntelDocumentNames(services)
        self._console_url = services.config.console_url

    @action(
        read_only=True,
        permissions=(ALERTS_READ,),
        may_need=(INTEL_READ,),
        columns=(*ALERT, Column("intel_name", title="Intel", examples=("Mimikatz",))),
        summary=(
            Column("filteredCount", NUMERIC, examples=(8868,)),
            Column("totalCount", NUMERIC, examples=(8868,)),
            Column("total_alerts", NUMERIC, examples=(100,)),
        ),
        message="Listed alerts successfully",
        view="display_alerts",
    )
    def list_alerts(
        self,
        query: Query = None,
        limit: Annotated[
            Optional[int],
            Param(
                "Maximum number of alerts to return; 100 if neither this nor the query sets a"
                " limit",
                minimum=1,
                examples=(100,),
            ),
        ] = None,
        offset: Annotated[Optional[int], Param("Offset into the result set", examples=(0,))] = None,
    ) -> Output:
        """List alerts with optional filtering.

        Repeat a filter to match any of several values (OR); states, priorities, IDs, guids and
        addresses may also be separated by commas. Different filters are combined with AND. Text
        matches as a substring. Limit and offset override those in the query. The names of intel
        documents are read with one more request, and kept for a day.
        """
        filters = parse_query((query or "").lstrip("?"))
        warnings = doubts(filters, ALERT_STATES)
        filters, limit, offset = place_of(filters, limit, offset, usual_limit=DEFAULT_LIMIT)
        page = self._tanium.alerts.list_alerts(filters, limit=limit, offset=offset)
        rows = page.rows
        names = self._intel_names.of(
            alert.get("intelDocId") for alert in rows if "intelDoc" not in alert
        )
        for alert in rows:
            complete_alert(alert, self._console_url)
            name = names.get(str(alert.get("intelDocId"))) or intel_name(alert)
            alert["intel_name"] = name or None
        counts = {
            name: page.meta[name] for name in ("filteredCount", "totalCount") if name in page.meta
        }
        message = "Listed alerts successfully"
        if warnings:
            message = f"{message}. {' '.join(warnings)}"
        return Output(rows, {**counts, "total_alerts": len(rows)}, message)

    @action(
        read_only=True,
        permissions=(ALERTS_READ,),
        columns=STORED_ALERT,
        summary=(Column("state", examples=("unresolved",)), Column("priority", examples=("high",))),
        message="Alert retrieved",
        view="display_alerts",
    )
    def get_alert(self, alert_id: AlertReference) -> Output:
        """Get an alert.

        A guid is looked up in the list of alerts.
        """
        (reference,) = read_references("alert_id", [alert_id])
        alert = find_alert(self._tanium.alerts, reference)
        complete_alert(alert, self._console_url)
        return Output(
            [alert],
            {"state": alert.get("state"), "priority": alert.get("priority")},
            "Alert retrieved",
        )
