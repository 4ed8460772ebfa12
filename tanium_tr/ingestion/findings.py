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
"""A case becomes a finding of Enterprise Security."""

from __future__ import annotations

import json
from typing import Any

from .cases import Case
from .storable import shortened


# What Enterprise Security takes is not known; by default Splunk cuts off an event at 10,000 bytes.
MOST_BYTES = 8_000  # of all additional fields
LONGEST_TITLE, LONGEST_DESCRIPTION = 200, 1_000
SHORTEST_DETAILS = 100  # characters; less tells nothing
RISK_SCORES = {"low": 20, "medium": 50, "high": 80}
HOST_FIELDS = ("deviceHostname", "deviceAddress")
DETAILS = "taniumAlertDetails"
_in_json = json.encoder.encode_basestring_ascii


def finding_of(case: Case, defaults: dict[str, Any], source: str) -> dict[str, Any]:
    """`defaults` are the fields that the asset sets; `source` says where findings come from."""
    container, fields = case.container, case.artifacts[0]["cef"]
    priority = container["severity"]
    finding = {
        "rule_title": shortened(container["name"], LONGEST_TITLE),
        "rule_description": shortened(container["description"], LONGEST_DESCRIPTION),
        "risk_score": RISK_SCORES[priority],
        "finding_source": source,
        "additional_fields": _additional_fields(case),
        "urgency": priority,
        **defaults,
    }
    host = next((fields[name] for name in HOST_FIELDS if fields.get(name)), "")
    if host:
        finding.update(risk_object=host, risk_object_type="system")
    if container["tags"]:
        finding["annotations"] = {"mitre_attack": container["tags"]}
    return finding


def _additional_fields(case: Case) -> dict[str, str]:
    """The alert's fields, as its artifact has them, and what space there is of its raw details."""
    alert = case.artifacts[0]
    texts = {name: str(value) for name, value in alert["cef"].items()}
    fields = {name: text for name, text in texts.items() if text}
    left = MOST_BYTES - _size(*fields, *fields.values())
    if left < 0:
        fields, left = _first_fitting(fields)
    details = alert["data"].get("details")
    if details:
        text = _fitting(
            details if isinstance(details, str) else json.dumps(details), left - _size(DETAILS)
        )
        if len(text) >= SHORTEST_DETAILS:
            fields[DETAILS] = text
    return fields


def _first_fitting(fields: dict[str, str]) -> tuple[dict[str, str], int]:
    """Those for which there is space, one after the other, and what is left of it."""
    fitting: dict[str, str] = {}
    left = MOST_BYTES
    for name, text in fields.items():
        size = _size(name, text)
        if size <= left:
            fitting[name] = text
            left -= size
    return fitting, left


def _fitting(text: str, most: int) -> str:
    """As much of a text as takes so many bytes."""
    text = shortened(text, max(1, most))
    # No character takes less than a byte, and few take more.
    while text and (excess := _size(text) - most) > 0:
        text = shortened(text, max(1, len(text) - excess)) if len(text) > excess else ""
    return text


def _size(*texts: str) -> int:
    """Bytes of the texts within JSON, with their quotation marks and what follows each."""
    return len(_in_json("".join(texts))) - 2 + 4 * len(texts)
