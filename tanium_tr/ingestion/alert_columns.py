# File: alert_columns.py
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
"""What a list of alerts tells besides Tanium's own columns; some of it of some alerts only:
injections, another product's detections, entries of an event log.
"""

from __future__ import annotations

from typing import Any

from .activity import read_activity
from .alert_details import read_details
from .cases import alert_link, guid_of, techniques_of
from .lineage import first_target
from .reports import first_texts, plain_path
from .values import decoded, joined, object_of, objects_of, text_of, trimmed


_OF_REPORTS = (
    *("threat_name", "category_name", "severity_name", "action_type"),
    *("detection_source", "detection_user", "process_name"),
)


def complete_alert(alert: dict[str, Any], console_url: str) -> None:
    """On the row itself: a copy of each would double the memory of a long result."""
    details = object_of(decoded(alert.get("details")))
    event_type, file = read_details(details)
    path, columns = alert.get("path"), read_columns(details)
    techniques = techniques_of(alert.get("intelDoc"), is_injection="technique" in columns)
    if techniques:
        columns["mitre_technique_ids"] = joined(techniques)
    alert.update(
        columns,
        event_type=event_type or alert.get("matchType"),
        path=(plain_path(path) if isinstance(path, str) else path) or file.path or None,
        md5=file.md5 or None,
        sha1=file.sha1 or None,
        sha256=file.sha256 or None,
        console_link=alert_link(console_url, guid_of(alert)) or None,
    )


def read_columns(details: dict[str, Any]) -> dict[str, Any]:
    """Only those that are filled."""
    match, finding = object_of(details.get("match")), object_of(details.get("finding"))
    columns = _of_activity(object_of(match.get("properties")), objects_of(finding.get("whats")))
    if finding.get("artifact"):
        columns.update(first_texts(finding["artifact"], _OF_REPORTS))
    properties = object_of(match.get("properties"))
    if "message" in properties:
        columns["description"] = trimmed(properties["message"])
        columns["event_source"] = trimmed(properties.get("source"))
    return {name: value for name, value in columns.items() if value}


def _of_activity(properties: dict[str, Any], whats: list[dict[str, Any]]) -> dict[str, Any]:
    targets = [
        object_of(action.get("target"))
        for what in whats
        for action in objects_of(object_of(what.get("artifact_activity")).get("relevant_actions"))
    ]
    target = first_target(targets) if any("process" in each for each in targets) else None
    if not target:
        return {}
    activity = read_activity(properties, whats)
    return {
        "description": activity.summary,
        "technique": activity.technique,
        "execution_target_name": activity.function,
        "execution_target_address": activity.address,
        "target_path": target.path,
        "target_pid": int(target.pid or 0),
        "target_process_table_id": target.table_id,
        "target_command_line": text_of(target.command_line),
        "target_md5": target.md5,
        "target_sha1": target.sha1,
        "target_sha256": target.sha256,
    }
