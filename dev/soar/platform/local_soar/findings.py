# File: findings.py
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
"""Findings as SOAR hands them to Enterprise Security: their fields, refusals, and what is kept."""

from __future__ import annotations

import json
import math
import uuid
from typing import Any, NamedTuple

from local_soar import containers, strict_json
from local_soar.containers import Refused
from local_soar.database import reading, writing
from local_soar.installation import Installation


MOST_FINDINGS = 25  # of one call
TEXTS = (
    *("rule_title", "security_domain", "rule_description", "risk_object", "risk_object_type"),
    *("status", "urgency", "owner", "disposition", "queue_id", "investigation_type"),
    *("automation_rule", "finding_source"),
)
LISTS = ("source", "exclude_map_fields", "all_risk_objects")
NUMBERS = ("risk_score", "risk_event_count")
SWITCHES = ("run_threat_analysis", "launch_automation")
OBJECTS = ("email", "additional_fields", "annotations")
SEARCH = ("name", "search", "earliest", "latest")
DASHBOARD = ("app", "dashboard_id", "name", "tokens")
DRILLDOWNS = {"drilldown_searches": SEARCH, "drilldown_dashboards": DASHBOARD}
FIELDS = frozenset([*TEXTS, *LISTS, *NUMBERS, *SWITCHES, *OBJECTS, *DRILLDOWNS])
REQUIRED = ("rule_title", "security_domain")
LABEL = "events"


class Created(NamedTuple):
    """Of one finding, with the container that SOAR has for it."""

    id: str
    container_id: int


def create(installation: Installation, finding: Any, container_id: int | None = None) -> Created:
    """Keep a finding, whether or not there is one like it; without a container it gets one."""
    check(finding)
    if container_id is None:
        made = {"name": finding["rule_title"], "label": LABEL}
        container_id = containers.save_container(installation, made).id
    elif not containers.find_container(installation, container_id):
        raise Refused(f"Unknown container {container_id}")
    created = Created(str(uuid.uuid4()), container_id)
    with writing(installation) as connection:
        connection.execute(
            "INSERT INTO findings (finding_id, container_id, record) VALUES (?, ?, ?)",
            (*created, json.dumps(finding)),
        )
    return created


def add_file(installation: Installation, finding_id: str, file_name: str, size: int) -> None:
    """Refused where there is no such finding."""
    if not any(each["finding_id"] == finding_id for each in all_findings(installation)):
        raise Refused(f"Unknown finding {finding_id}")
    with writing(installation) as connection:
        connection.execute(
            "INSERT INTO finding_files (finding_id, file_name, size) VALUES (?, ?, ?)",
            (finding_id, file_name, size),
        )


def all_findings(installation: Installation) -> list[dict[str, Any]]:
    """The oldest first: each with its `finding_id` and `container_id`."""
    with reading(installation) as connection:
        return [
            {
                **json.loads(row["record"]),
                "finding_id": row["finding_id"],
                "container_id": row["container_id"],
            }
            for row in connection.execute("SELECT * FROM findings ORDER BY id")
        ]


def check(finding: Any) -> None:
    """Raise Refused for what is no finding."""
    if not isinstance(finding, dict):
        raise Refused("The finding is not an object")
    try:
        strict_json.check(finding, "finding")
    except TypeError as error:
        raise Refused(str(error)) from error
    unknown = sorted(set(finding) - FIELDS)
    if unknown:
        raise Refused(f"Unknown finding field: {', '.join(unknown)}")
    for name in REQUIRED:
        if not finding.get(name):
            raise Refused(f"The finding has no {name}")
    for name, value in finding.items():
        if value is not None and not _is_valid(name, value):
            raise Refused(f"The finding's {name} is not valid")


def _is_valid(name: str, value: Any) -> bool:
    if name in TEXTS:
        return isinstance(value, str)
    if name in NUMBERS:
        return (
            isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        )
    if name in SWITCHES:
        return isinstance(value, bool)
    if name in LISTS:
        return _are_texts(value)
    if name in DRILLDOWNS:
        return isinstance(value, list) and all(_is_drilldown(name, each) for each in value)
    if name == "annotations":
        return isinstance(value, dict) and all(map(_are_texts, value.values()))
    return isinstance(value, dict)


def _is_drilldown(name: str, value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= set(DRILLDOWNS[name])
        and set(DRILLDOWNS[name]) - {"tokens"} <= set(value)
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
