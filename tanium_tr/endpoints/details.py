# File: details.py
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
"""Who an endpoint is: a few stable fields first, then the rest, so that a module that a server
lacks costs its own fields only.

    1 the identity          name, addresses, IDs, last seen      fails: the action fails
    2 all ordinary parts    in one request                       has gaps: each part by itself
    3 each part that was asked for, such as `applications`       fails: the part is missing

`live` asks the endpoint for 2 and 3 now. Where it does not answer in time, they come from what
Tanium has stored, like the identity, and the result says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import GatewayError
from ..tanium.gateway_documents import ALL_PARTS, CHOSEN_PARTS, PARTS, READINGS, Document
from ..times import seconds
from ..words import printable
from .gateway_lookup import latest_match, same_client


if TYPE_CHECKING:
    from ..services import Services
    from ..tanium.gateway_endpoints import FoundEndpoints


Row = dict[str, Any]

SENSORS = "sensors"
LIVE, STORED = "live", "stored"
ALL = "all"  # ordinary parts in one request
NOTHING = "Tanium returned nothing for this endpoint"
LONGEST_ASK = 30  # seconds that the gateway may take for one answer of a live question
ASK_INTERVAL = 1.0  # seconds


class Details(NamedTuple):
    """An endpoint, and the parts that are missing, each with Tanium's words."""

    row: Row
    missing: dict[str, str]
    is_live: bool


class DetailsReader:
    """Reads one endpoint. `parts` are of CHOSEN_PARTS; `timeout` is how long to wait for a live
    answer, None for what is stored.
    """

    def __init__(
        self, services: Services, parts: list[str], sensors: list[str], timeout: int | None
    ) -> None:
        self._tanium, self._soar = services.tanium, services.soar
        self._parts, self._sensors = parts, sensors
        self._is_live = timeout is not None
        self._deadline = services.soar.now() + (timeout or 0)
        # The gateway answers when time is up, and that has to arrive in time, too.
        self._longest_ask = max(1, min(LONGEST_ASK, services.config.request_timeout // 2))
        self._endpoint: Row = {}
        self._missing: dict[str, str] = {}

    def read(self, destination: str, destination_type: str) -> Details:
        """Raises NoGatewayError where there is no gateway, UnlistedEndpointError for an endpoint
        that it does not list.
        """
        self._endpoint = latest_match(self._tanium, self._soar, destination, destination_type)
        row = {**self._endpoint, **self._ordinary_parts()}
        for part in self._parts:
            row.update(self._read_part(part, CHOSEN_PARTS[part]))
        if self._sensors:
            row.update(self._readings())
        is_live = self._is_live
        row["data_source"] = LIVE if is_live else STORED
        row["age_seconds"] = 0 if is_live else self._seconds_since_seen()
        row["missing"] = sorted(self._missing)
        return Details(row, self._missing, is_live)

    def _ordinary_parts(self) -> Row:
        found = self._read_part(ALL, ALL_PARTS)
        if self._missing.pop(ALL, ""):
            for name, document in PARTS.items():
                found.update(self._read_part(name, document))
        return found

    def _read_part(self, name: str, document: Document, **variables: Any) -> Row:
        try:
            return self._read_fields(name, document, **variables)
        except GatewayError as error:
            self._missing[name] = printable(error.detail)
            return {}

    def _readings(self) -> Row:
        asked = [{"name": name} for name in self._sensors]
        columns = self._read_part(SENSORS, READINGS, sensors=asked).get("sensor_readings") or {}
        found = columns.get("columns") if isinstance(columns, dict) else None
        return {
            SENSORS: [
                {
                    "sensor": (each.get("sensor") or {}).get("name"),
                    "column": each.get("name"),
                    "values": each.get("values"),
                }
                for each in found or []
                if isinstance(each, dict)
            ]
        }

    def _read_fields(self, name: str, document: Document, **variables: Any) -> Row:
        found = self._asked_now(document, variables) if self._is_live else None
        if self._is_live and found is None:
            self._is_live = False
            self._soar.progress("The endpoint does not answer now; reading what Tanium has stored")
        found = found or self._read(document, variables)
        row = self._row_of_endpoint(found)
        problems = found.problems or ([] if row else [NOTHING])
        if problems:
            self._missing[name] = printable("; ".join(problems))
        return row or {}

    def _asked_now(self, document: Document, variables: Row) -> FoundEndpoints | None:
        """The answer with the endpoint in it; None where none comes in time."""
        refresh = None
        while self._soar.now() < self._deadline:
            source = {"ts": {"maxWaitTime": self._longest_ask}}
            found = self._read(document, {**variables, "source": source, "refresh": refresh})
            if self._row_of_endpoint(found):
                return found
            left = self._deadline - self._soar.now()
            refresh = found.collection.get("startCursor")
            is_open = found.collection.get("active") is True and bool(refresh)
            if not is_open or left <= 0:
                break
            self._soar.passing_progress(f"Waiting for the endpoint's answer ({left:.0f} s left)")
            self._soar.sleep(min(ASK_INTERVAL, left), "Cancelled while the endpoint was asked.", [])
        return None

    def _read(self, document: Document, variables: Row) -> FoundEndpoints:
        matching = same_client(self._endpoint)
        return self._tanium.gateway_endpoints.read(document, matching, **variables)

    def _row_of_endpoint(self, found: FoundEndpoints) -> Row | None:
        """The row of this endpoint; stored data may have others of the same client."""
        for row in found.rows:
            if row["endpoint_id"] == self._endpoint["endpoint_id"]:
                # Two requests tell of the operating system.
                known, found_os = self._endpoint.get("os"), row.get("os")
                if isinstance(known, dict) and isinstance(found_os, dict):
                    row["os"] = {**known, **found_os}
                return row
        return None

    def _seconds_since_seen(self) -> int | None:
        seen = seconds(self._endpoint.get("last_seen"))
        return None if seen is None else max(0, round(self._soar.time() - seen))
