# File: cases.py
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
"""An alert becomes a container and its artifacts, in the same way for polling and the receiver.

Nothing here fails because of a value inside an alert, and the same alert always gives the same
identifiers. What is too long for a CEF field is whole in the raw record, the `data` of the first
artifact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from ..config import PRIORITIES
from ..storable import storable
from .alert_details import read_findings
from .artifacts import LONGEST_NAME, artifact, complete, finding_fields, found_artifacts, with_note
from .cef import LONGEST_TEXT, host_fields
from .columns import add_columns
from .storable import canonical, identifier, shortened
from .values import digits, id_text, joined, member, soar_time, trimmed, web_address


MOST_TECHNIQUES = 50


class Case(NamedTuple):
    """One container and its artifacts, that of the alert or row first. SOAR's label, asset and
    container id are the caller's to add.
    """

    container: dict[str, Any]
    artifacts: list[dict[str, Any]]


def alert_case(
    alert: dict[str, Any],
    console_url: str = "",
    labels: Sequence[str] = (),
    *,
    has_parts: bool = True,
) -> Case:
    """From an alert as Threat Response lists it, with `intelDoc` inside when it was asked for;
    `labels` are names of its intel's labels. Without `has_parts`, the alert's own artifact is the
    only one.
    """
    more = {"intelLabels": joined(labels)}
    return case_of(alert, _raw(alert), console_url, more, has_parts=has_parts)


def case_of(
    alert: dict[str, Any],
    raw: dict[str, Any],
    console_url: str,
    more: dict[str, str],
    columns: dict[str, Any] | None = None,
    *,
    has_parts: bool = True,
) -> Case:
    """From an alert of either way in; `raw` is its record, `more` are fields that only the way in
    knows, `columns` what its row has besides, `has_parts` as in `alert_case`.
    """
    findings = read_findings(alert.get("details"))
    severity = priority_of(alert)
    host = host_fields(alert.get("computerName"), alert.get("computerIpAddress"))
    techniques = techniques_of(alert.get("intelDoc"), is_injection=findings.is_injection)
    name = _alert_name(alert)
    alerted = soar_time(alert.get("alertedAt")) or soar_time(alert.get("createdAt"))
    fields = {
        **finding_fields(findings, trimmed(alert.get("path")), host),
        "destinationHostName": host["deviceHostname"],
        "destinationAddress": host["deviceAddress"],
        "cat": trimmed(alert.get("matchType")) or findings.event_type,
        **_alert_fields(alert, console_url),
        "mitreTechniqueIds": joined(techniques),
        "startTime": soar_time(findings.first_seen) or alerted,
        "endTime": soar_time(findings.last_seen),
        **more,
    }
    fields["taniumFindingId"] = fields["taniumFindingId"] or findings.finding_id
    complete(fields, findings)
    if columns:
        add_columns(fields, columns)
    container = {
        "name": name,
        "description": _description(fields),
        "source_data_identifier": (
            guid_of(alert) or digits(alert.get("id")) or identifier("tanium-alert", canonical(raw))
        ),
        "severity": severity,
        "tags": techniques,
    }
    if alerted:
        container["start_time"] = alerted
    first = artifact("alert", name, severity, "alert", fields, alerted, with_note(raw, findings))
    parts = found_artifacts(findings, severity, host) if has_parts else []
    return Case(container, [first, *parts])


# What polling decides by


_PRIORITY = {
    **{name: name for name in PRIORITIES},
    "info": "low",
    "informational": "low",
    "critical": "high",
}


def priority_of(alert: dict[str, Any]) -> str:
    """One of PRIORITIES. Tanium's severity is nearly always `info`, so it counts only where there
    is no priority, and not when it is low.
    """
    priority = _PRIORITY.get(trimmed(alert.get("priority")).lower())
    severity = _PRIORITY.get(trimmed(alert.get("severity")).lower(), "low")
    return priority or ("high" if severity == "high" else "medium")


def intel_name(alert: dict[str, Any]) -> str:
    """The name of the alert's intel document; empty when that did not come with the alert."""
    return trimmed(member(alert.get("intelDoc"), "name"))


_GUID = re.compile(r"[\x21-\x7e]{1,128}")


def guid_of(alert: dict[str, Any]) -> str:
    """The alert's guid in lower case, so that both ways in give it alike; empty for none."""
    guid = trimmed(alert.get("guid"))
    return guid.lower() if _GUID.fullmatch(guid) else ""


def alert_link(console_url: str, guid: str) -> str:
    """Where the console shows the alert; empty without either."""
    return (
        f"{console_url}/ui/threatresponse/alerts?guid={quote(guid, safe='')}"
        if console_url and guid
        else ""
    )


def _alert_fields(alert: dict[str, Any], console_url: str) -> dict[str, Any]:
    """What the alert says besides its details."""
    guid = guid_of(alert)
    return {
        "intelName": intel_name(alert),
        "intelType": member(alert.get("intelDoc"), "type"),
        "taniumAlertId": digits(alert.get("id")),
        "taniumAlertGuid": guid,
        "requestURL": alert_link(console_url, guid) or web_address(alert.get("link")),
        "taniumIntelDocId": digits(alert.get("intelDocId")),
        "taniumEid": id_text(alert.get("eid")),
        "taniumFindingId": id_text(alert.get("findingId")),
        "taniumState": alert.get("state"),
        "taniumPriority": alert.get("priority"),
        "taniumSeverity": alert.get("severity"),
        "deviceReceiptTime": soar_time(alert.get("receivedAt")),
    }


def _alert_name(alert: dict[str, Any]) -> str:
    document = digits(alert.get("intelDocId"))
    what = intel_name(alert) or (
        f"Intel {document}"
        if document
        else f"Alert {guid_of(alert) or digits(alert.get('id'))}".strip()
    )
    host = trimmed(alert.get("computerName"))
    return shortened(f"{what} on {host}" if host else what, LONGEST_NAME)


def _description(fields: dict[str, str]) -> str:
    kind = f" ({fields['cat']})" if fields["cat"] else ""
    path = f" about {fields['filePath']}" if fields["filePath"] else ""
    return shortened(
        f"Threat Response alert{kind}{path}. {fields['message']}".rstrip(), LONGEST_TEXT
    )


def _raw(alert: dict[str, Any]) -> dict[str, Any]:
    """The alert as a record; its intel document, which `get intel doc` reads and which may have
    megabytes, is named only.
    """
    intel = alert.get("intelDoc")
    if isinstance(intel, dict):
        alert = {
            **alert,
            "intelDoc": {
                name: intel[name]
                for name in ("id", "name", "type", "description", "mitreAttack")
                if name in intel
            },
        }
    return storable(alert)


_TECHNIQUE = re.compile(r"\bT[0-9]{4}(?:\.[0-9]{3})?\b", re.ASCII)


_INJECTION = "T1055"


def techniques_of(intel: Any, *, is_injection: bool) -> list[str]:
    """Ids of MITRE techniques: those of the intel document, and that of an injection, for which
    Tanium's own intel names none.
    """
    if not isinstance(intel, dict) and not is_injection:
        return []  # as in nearly all rows of a list
    found = _technique_ids(member(intel, "mitreAttack"))
    kind = re.sub("[^a-z]", "", trimmed(member(intel, "type")).lower())
    if is_injection or kind == "processinjection":
        found += [] if any(each.startswith(_INJECTION) for each in found) else [_INJECTION]
    return found


def _technique_ids(value: Any) -> list[str]:
    """Ids of MITRE techniques, from a list of them, a list of objects with an `id`, an object with
    such a list, or JSON of any of these.
    """
    if not isinstance(value, str):
        items = value.get("techniques") if isinstance(value, dict) else value
        ids = (
            (member(item, "id") if isinstance(item, dict) else item for item in items)
            if isinstance(items, list)
            else ()
        )
        value = " ".join(map(trimmed, ids))
    return list(dict.fromkeys(_TECHNIQUE.findall(value)))[:MOST_TECHNIQUES]
