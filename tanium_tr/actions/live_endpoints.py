# File: live_endpoints.py
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
"""Endpoints as Tanium knows them, whether they are online or not, from the API gateway."""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..declare import (
    BOOLEAN,
    CLIENT_ID,
    COMPUTER_GROUP,
    DOMAIN,
    ENDPOINT_ID,
    HOST_NAME,
    IP,
    NUMERIC,
    USER_NAME,
    Column,
    Limit,
    Output,
    Param,
    action,
)
from ..endpoints.details import DetailsReader
from ..endpoints.filter import HOURS, EndpointFilter, free_filter
from ..endpoints.gateway_lookup import name_of
from ..endpoints.question import endpoints_by_question
from ..errors import ApiError, NoGatewayError, ParameterError, UnlistedEndpointError
from ..parameters.shared import (
    BY_EID,
    BY_HOSTNAME,
    OR_SEVERAL,
    EndpointDestination,
    EndpointDestinationType,
    Timeout,
    without_blanks,
)
from ..permissions import ASK_QUESTION, READ_SYSTEM_STATUS, USE_GATEWAY
from ..services import Services
from ..tanium.gateway_documents import CHOSEN_PARTS
from ..words import counted, printable


ENDPOINT = (
    Column(
        "computer_name", contains=(HOST_NAME,), title="Computer Name", examples=("ws-finance-07",)
    ),
    Column("ip_address", contains=(IP,), title="IP Address", examples=("10.20.0.7",)),
    Column("os.name", title="Operating System", examples=("Windows 11 Pro",)),
    Column("os.platform", title="Platform", examples=("Windows",)),
    Column("last_seen", title="Last Seen", examples=("2026-03-01T10:00:00Z",)),
    Column("computer_id", contains=(CLIENT_ID,), title="Computer ID", examples=("2029390007",)),
    Column("endpoint_id", contains=(ENDPOINT_ID,), title="Endpoint ID", examples=("7",)),
    Column("first_seen"),
    Column("ip_addresses.*", contains=(IP,), examples=("10.20.0.7",)),
    Column("namespace"),
)
_USER = "primary_user"
_CVE, _RULE = "compliance.cve_findings.*", "compliance.compliance_findings.*"
DETAILS = (
    *ENDPOINT,
    Column("data_source", examples=("stored", "live", "question")),
    Column("age_seconds", NUMERIC, examples=(86400,)),
    Column("missing.*", examples=tuple(CHOSEN_PARTS)),
    Column("os.generation", examples=("Windows 11",)),
    Column("os.language", examples=("en-US",)),
    Column("os.windows.major_version", examples=("10",)),
    Column("os.windows.release_id", examples=("23H2",)),
    Column("os.windows.type", examples=("Windows Workstation",)),
    Column("mac_addresses.*"),
    Column("domain_name", contains=(DOMAIN,)),
    Column("serial_number"),
    Column("system_uuid"),
    Column("manufacturer"),
    Column("model"),
    Column("chassis_type"),
    Column("is_virtual", BOOLEAN),
    Column("is_encrypted", BOOLEAN),
    *(Column(f"processor.{name}") for name in ("cpu", "architecture", "speed")),
    Column("processor.logical_processors", NUMERIC, examples=(8,)),
    *(Column(f"disks.*.{name}") for name in ("name", "total", "free", "used_percentage")),
    Column("last_logged_in_user", contains=(USER_NAME,)),
    Column(f"{_USER}.name", contains=(USER_NAME,)),
    *(
        Column(f"{_USER}.{name}")
        for name in ("email", "department", "phone_number", "city", "country")
    ),
    Column("installed_applications.*.name"),
    Column("installed_applications.*.version"),
    *(Column(f"services.*.{name}") for name in ("name", "display_name", "status", "startup_mode")),
    *(
        Column(f"{_CVE}.{name}")
        for name in ("cve_id", "severity", "severity_v3", "first_found", "last_found")
    ),
    Column(f"{_CVE}.cvss_score", NUMERIC),
    Column(f"{_CVE}.cvss_score_v3", NUMERIC),
    *(
        Column(f"{_RULE}.{name}")
        for name in ("id", "rule", "category", "standard", "state", "profile", "last_scan_date")
    ),
    Column("sensors.*.sensor"),
    Column("sensors.*.column"),
    Column("sensors.*.values.*"),
)


class LiveEndpointActions:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        read_only=True,
        permissions=(USE_GATEWAY,),
        may_need=ASK_QUESTION,
        columns=DETAILS,
        summary=(
            Column("computer_name", contains=(HOST_NAME,), examples=("ws-finance-07",)),
            Column("ip_address", contains=(IP,), examples=("10.20.0.7",)),
            Column("operating_system", examples=("Windows 11 Pro",)),
            Column("last_seen", examples=("2026-03-01T10:00:00Z",)),
            Column("data_source", examples=("stored", "live", "question")),
            Column("missing", examples=("compliance",)),
        ),
        message="ws-finance-07 (Windows 11 Pro), last seen 2026-03-01T10:00:00Z; stored data",
        view="display_endpoint",
    )
    def get_endpoint_details(
        self,
        destination: EndpointDestination,
        destination_type: EndpointDestinationType = BY_HOSTNAME,
        include: Annotated[
            Optional[list[str]],
            Param(
                f"Comma-separated additional parts to read, out of {', '.join(CHOSEN_PARTS)}",
                choices=tuple(CHOSEN_PARTS),
            ),
        ] = None,
        sensors: Annotated[
            Optional[list[str]],
            Param("Comma-separated names of sensors to read, without parameters"),
        ] = None,
        live: Annotated[bool, Param("Ask the endpoint now instead of reading stored data")] = (
            False
        ),
        timeout: Timeout = 60,
    ) -> Output:
        """Get what Tanium knows about an endpoint.

        Returns names, addresses, operating system, hardware, users, and when the endpoint was first
        and last seen. Stored data is as old as age_seconds says, and is available for offline
        endpoints too. With live, the endpoint is asked now; if it does not answer within timeout,
        stored data is returned and data_source says so. If several endpoints match, the one that
        was seen last is used. A part whose module or sensor Tanium lacks is named in missing.
        Without an API gateway, or if it does not list the endpoint, a question returns name,
        addresses, ID and operating system of an endpoint that is online.
        """
        wanted = {"include": include, "sensors": sensors}
        parts, names = without_blanks(wanted).values()
        reader = DetailsReader(self._services, parts, names, timeout if live else None)
        try:
            details = reader.read(destination, destination_type)
        except (NoGatewayError, UnlistedEndpointError) as error:
            absent = sorted([*parts, *(["sensors"] if names else [])])
            return self._by_question(error, destination, destination_type, timeout, absent)
        row = details.row
        kind = "live data" if details.is_live else "stored data"
        if live and not details.is_live:
            kind = f"stored data, because the endpoint did not answer within {timeout} s"
        gaps = "".join(f"; without {part}: {why}" for part, why in details.missing.items())
        seen = f", last seen {printable(row.get('last_seen') or 'at an unknown time')}"
        return Output([row], _summary(row), f"{_name(row)}{seen}; {kind}{gaps}")

    def _by_question(
        self,
        problem: NoGatewayError | UnlistedEndpointError,
        destination: str,
        destination_type: str,
        timeout: int,
        absent: list[str],
    ) -> Output:
        """What a question tells of an endpoint, because of this problem with the gateway."""
        is_unlisted = isinstance(problem, UnlistedEndpointError)
        if is_unlisted and destination_type == BY_EID:
            raise problem
        self._soar.progress(f"{problem} Asking a question instead")
        try:
            found = endpoints_by_question(self._services, destination, destination_type, timeout)
        except (ParameterError, ApiError) as error:
            if not is_unlisted:
                raise
            raise ParameterError(
                f"{problem} A question could not find it either: {error}"
            ) from error
        rows = [{**row, "missing": absent} for row in found]
        why = "the API gateway does not list it" if is_unlisted else "there is no API gateway"
        more = f"; {counted(len(rows), 'endpoint')} matched" if len(rows) > 1 else ""
        note = f"; by a question, because {why}{more}"
        return Output(rows, _summary(rows[0]), f"{_name(rows[0])}{note}{_absent(absent)}")

    @action(
        read_only=True,
        permissions=(USE_GATEWAY,),
        may_need=(READ_SYSTEM_STATUS,),
        columns=ENDPOINT,
        summary=(
            Column("endpoint_count", NUMERIC, examples=(42,)),
            Column("total_endpoints", NUMERIC, examples=(42,)),
        ),
        message="Endpoints found: 42",
    )
    def list_endpoints(
        self,
        name: Annotated[
            Optional[list[str]],
            Param(f"Only endpoints whose name contains this{OR_SEVERAL}", contains=(HOST_NAME,)),
        ] = None,
        ip_address: Annotated[
            Optional[list[str]],
            Param(
                "Only endpoints with this address, or one that begins so if it ends in a period or"
                f" colon{OR_SEVERAL}",
                contains=(IP,),
            ),
        ] = None,
        operating_system: Annotated[
            Optional[list[str]],
            Param(f"Only endpoints whose operating system contains this{OR_SEVERAL}"),
        ] = None,
        computer_group: Annotated[
            Optional[list[str]],
            Param(f"Only endpoints of this computer group{OR_SEVERAL}", contains=(COMPUTER_GROUP,)),
        ] = None,
        seen_within_hours: Annotated[
            Optional[int],
            Param("Only endpoints that were seen in this many hours", minimum=1, maximum=876_000),
        ] = None,
        filter: Annotated[
            Optional[str],
            Param(
                "JSON object with a filter of the API gateway (path, op, value, negated, any,"
                " filters, memberOf, sensor)",
                examples=('{"path": "isVirtual", "value": "true"}',),
            ),
        ] = None,
        limit: Limit = 1000,
    ) -> Output:
        """List endpoints, also those that are offline.

        Filters are combined with AND. Without an API gateway, the list comes from the system
        status, which has no operating system and can be filtered only by name, ip_address and
        seen_within_hours.
        """
        names, addresses, systems, groups = without_blanks(
            {"name": name, "ip": ip_address, "os": operating_system, "group": computer_group}
        ).values()
        since = self._soar.time() - seen_within_hours * HOURS if seen_within_hours else None
        wanted = EndpointFilter(names, addresses, systems, groups, since, free_filter(filter))
        try:
            found = self._tanium.gateway_endpoints.list_endpoints(
                wanted.for_gateway(), limit=limit, keep=wanted.keeps
            )
        except NoGatewayError:
            wanted.require_status()
            return self._list_status(wanted, limit)
        summary = {"endpoint_count": len(found.rows), "total_endpoints": found.total}
        more = f"; {'; '.join(found.problems)}" if found.problems else ""
        return Output(found.rows, summary, f"Endpoints found: {len(found.rows)}{more}")

    def _list_status(self, wanted: EndpointFilter, limit: int) -> Output:
        rows = [
            {
                "computer_name": row.get("host_name"),
                "computer_id": str(row.get("computer_id")),
                "ip_address": row.get("ipaddress_client"),
                "last_seen": row.get("last_registration"),
            }
            for row in self._tanium.endpoints.list_system_status([])
        ]
        rows = [row for row in rows if wanted.keeps_status(row)]
        summary = {"endpoint_count": len(rows[:limit]), "total_endpoints": len(rows)}
        note = "from the system status, because there is no API gateway"
        return Output(rows[:limit], summary, f"Endpoints found: {len(rows[:limit])}, {note}")


def _summary(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: row.get(name) for name in ("computer_name", "ip_address", "last_seen")},
        "operating_system": _system(row),
        "data_source": row.get("data_source"),
        "missing": ", ".join(row["missing"]),
    }


def _name(row: dict[str, Any]) -> str:
    system = _system(row)
    return name_of(row) + (f" ({printable(system)})" if system else "")


def _system(row: dict[str, Any]) -> Any:
    system = row.get("os")
    return system.get("name") if isinstance(system, dict) else None


def _absent(parts: list[str]) -> str:
    return f"; without {', '.join(parts)}" if parts else ""
