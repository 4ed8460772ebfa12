# File: endpoint.py
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
"""An endpoint as a card: who it is, whose it is, how old that is, and what was asked for beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from .parts import Part, code, digest, number, plain, timestamp
from .tables import Row, Section, badges, column, columns_of, facts, section, stack, table
from .values import float_of, length_of, text


OLD = 7 * 86400  # seconds after which what is stored about an endpoint is marked as old


def age(value: Any, _: Sequence[str]) -> list[Part]:
    """How old stored data is."""
    seconds = float_of(value)
    if seconds is None or not 0 <= seconds < 1e10:
        return plain(value, ())
    tone = "warn" if seconds > OLD else "quiet"
    return [Part(length_of(timedelta(seconds=seconds)), f"badge {tone}")]


CARD = columns_of(
    "endpoint",
    stack(
        "Endpoint",
        column("", "computer_name"),
        column("", "domain_name"),
    ),
    column("IP address", "ip_address"),
    column("Other addresses", "ip_addresses"),
    column("MAC addresses", "mac_addresses"),
    stack(
        "Operating system",
        column("", "os.name"),
        column("", "os.generation"),
        column("", "os.windows.release_id"),
        column("", "os.language"),
    ),
    stack("Last user", column("", "last_logged_in_user")),
    stack(
        "Primary user",
        column("", "primary_user.name"),
        column("", "primary_user.email"),
        column("", "primary_user.department"),
        column("", "primary_user.phone_number"),
        column("", "primary_user.city"),
    ),
    column("First seen (UTC)", "first_seen", show=timestamp),
    column("Last seen (UTC)", "last_seen", show=timestamp),
    column("Age of the data", "age_seconds", show=age),
    stack("Model", column("", "manufacturer"), column("", "model"), column("", "chassis_type")),
    stack(
        "Serial number",
        column("", "serial_number", show=code),
        column("UUID", "system_uuid", show=digest),
    ),
    column("Encrypted", "is_encrypted"),
    column("Virtual", "is_virtual"),
    stack(
        "Processor",
        column("", "processor.cpu"),
        column("logical", "processor.logical_processors", show=number),
    ),
    column("Computer ID", "computer_id", show=code),
    column("Endpoint ID", "endpoint_id", show=code),
)
DISKS = columns_of(
    "endpoint",
    column("Disk", "name"),
    column("Total", "total"),
    column("Free", "free"),
    column("Used", "used_percentage"),
)
APPLICATIONS = columns_of("endpoint", column("Application", "name"), column("Version", "version"))
SERVICES = columns_of(
    "endpoint",
    column("Service", "display_name", "name"),
    column("Status", "status"),
    column("Start", "startup_mode"),
)
CVES = columns_of(
    "endpoint",
    column("CVE", "cve_id"),
    column("Severity", "severity_v3", "severity"),
    column("CVSS", "cvss_score_v3", "cvss_score"),
    column("First found", "first_found"),
)
RULES = columns_of(
    "endpoint",
    column("Rule", "rule", "id"),
    column("State", "state"),
    column("Standard", "standard"),
    column("Category", "category"),
)
SENSORS = columns_of(
    "endpoint",
    column("Sensor", "sensor"),
    column("Column", "column"),
    column("Values", "values"),
)


def endpoint_card(rows: list[Row], _: Row) -> list[Section]:
    """A card for each endpoint, and tables of what was asked for beside."""
    return [each for row in rows for each in _card(row)]


def _card(row: Row) -> list[Section]:
    compliance = row.get("compliance")
    compliance = compliance if isinstance(compliance, dict) else {}
    tables = (
        (row.get("disks"), DISKS),
        (row.get("installed_applications"), APPLICATIONS),
        (row.get("services"), SERVICES),
        (compliance.get("cve_findings"), CVES),
        (compliance.get("compliance_findings"), RULES),
        (row.get("sensors"), SENSORS),
    )
    source = text(row.get("data_source"))
    missing = row.get("missing")
    absent = missing if isinstance(missing, list) else []
    marks = [Part(f"{source} data", "badge good" if source == "live" else "badge quiet")]
    marks += [Part(f"without {text(each)}", "badge warn") for each in absent]
    return [
        badges(marks if source else marks[1:]),
        section(facts(row, CARD), kind="facts"),
        *(table(_rows(found), columns) for found, columns in tables),
    ]


def _rows(found: Any) -> list[Row]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
