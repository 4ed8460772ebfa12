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

import re
from typing import Any
from urllib.parse import parse_qsl

from ..alert_details import read_details
from ..errors import ParameterError
from .services import Services
from .spec import FILE_NAME, FILE_PATH, HOST_NAME, IP, MD5, NUMERIC, SHA1, SHA256, Column, Output, Param, action, shown


ALERT = (
    Column("id", NUMERIC, title="Alert ID", examples=(1,)),
    Column("alertedAt", title="Time", examples=("2026-07-17T18:02:32.000Z",)),
    Column("priority", title="Priority", examples=("high",)),
    Column("severity", title="Severity", examples=("info",)),
    Column("state", title="State", examples=("unresolved",)),
    Column("computerName", contains=(HOST_NAME,), title="Host Name", examples=("ws-finance-07",)),
    Column("computerIpAddress", contains=(IP,), title="IP", examples=("10.20.0.7",)),
    Column("event_type", title="Event Type", examples=("process",)),
    Column("path", contains=(FILE_NAME, FILE_PATH), title="Path", examples=("C:\\Windows\\System32\\cmd.exe",)),
    Column("md5", contains=(MD5,), title="MD5", examples=("9e107d9d372bb6826bd81d3542a419d6",)),
    Column("sha1", contains=(SHA1,)),
    Column("sha256", contains=(SHA256,)),
    Column("ackedAt"),
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
)

DEFAULT_LIMIT = 100


class AlertActions:
    def __init__(self, services: Services) -> None:
        self._threat_response = services.threat_response

    @action(
        "List alerts with optional filtering",
        read_only=True,
        params={
            "query": Param("Query to filter alerts (e.g. 'intelDocId=1&priority=high')", examples=("priority=high",)),
            "limit": Param(
                "The maximum number of alerts to return; 100 when neither this nor the query says", NUMERIC, minimum=1, examples=(100,)
            ),
            "offset": Param("Offset into the result set", NUMERIC, examples=(0,)),
        },
        columns=ALERT,
        summary=(
            Column("filteredCount", NUMERIC, examples=(8868,)),
            Column("totalCount", NUMERIC, examples=(8868,)),
            Column("total_alerts", NUMERIC, examples=(100,)),
        ),
        message="Listed alerts successfully",
        verbose="This action requires the 'threat response alerts read' permission. A filter given several times means any of its values; "
        "different filters must all hold. Tanium compares by containment. Limit and offset win over those within the query.",
    )
    def list_alerts(self, query: str | None, limit: int | None, offset: int | None) -> Output:
        """List alerts with the path and hashes of the file they are about, from their details."""
        filters = _query((query or "").lstrip("?"))
        in_query = {name: value for name, value in filters if name in ("limit", "offset")}
        page = self._threat_response.list_alerts(
            [pair for pair in filters if pair[0] not in in_query],
            limit=_number("limit", limit, in_query, DEFAULT_LIMIT, minimum=1),
            offset=_number("offset", offset, in_query, 0, minimum=0),
        )
        rows = [_with_details(alert) for alert in page.rows]
        counts = {name: page.meta[name] for name in ("filteredCount", "totalCount") if name in page.meta}
        return Output(rows, {**counts, "total_alerts": len(rows)}, "Listed alerts successfully")


def _query(query: str) -> list[tuple[str, str]]:
    """Filters in their order, named as Tanium names them. Raises ParameterError for what is no list of name=value."""
    try:
        pairs = [(_name(name), value) for name, value in parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))]
    except ValueError:
        raise ParameterError(
            f"Parameter 'query' is {shown(query)}: give name=value pairs joined by &, like state=unresolved&priority=high."
        ) from None
    return pairs


def _name(name: str) -> str:
    """A filter's name in Tanium's spelling. Raises ValueError for what can be none, which Tanium would ignore and so answer unfiltered."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name.strip()):
        raise ValueError(name)
    return re.sub(r"_([a-z])", lambda match: match.group(1).upper(), name.strip())


def _number(name: str, parameter: int | None, in_query: dict[str, str], default: int, *, minimum: int) -> int:
    if parameter is not None:
        return parameter
    value = in_query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) < minimum:
        raise ParameterError(f"Parameter 'query' sets {name} to {shown(value)}: give a whole number of {minimum} or more.")
    return int(value)


def _with_details(alert: dict[str, Any]) -> dict[str, Any]:
    details = read_details(alert.get("details"))
    file = details.file
    return {
        **alert,
        "event_type": details.event_type or alert.get("matchType"),
        "path": alert.get("path") or file.path or None,
        "md5": file.md5 or None,
        "sha1": file.sha1 or None,
        "sha256": file.sha256 or None,
    }
