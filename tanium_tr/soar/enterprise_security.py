# File: enterprise_security.py
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
"""Findings of Splunk Enterprise Security, which SOAR hands over through its REST API, and the
asset's settings for them (TANIUM_PLATFORM_WIRE 14).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import PlatformError, TaniumError
from ..numbers import natural_number
from ..words import printable
from .rest import Unavailable


if TYPE_CHECKING:
    from .platform import SoarPlatform


MOST_FINDINGS = 25  # of one call
SHORTEST_WAIT, SECONDS_EACH = 30, 5  # that SOAR may take for a call
LONGEST_REASON = 300
SWITCHES = ("run_threat_analysis", "launch_automation")
TEXTS = ("security_domain", "urgency", "investigation_type")
# The names that an entry has; those behind the bar may be missing.
DRILLDOWNS = {
    "drilldown_searches": (("name", "search", "earliest", "latest"), ()),
    "drilldown_dashboards": (("app", "dashboard_id", "name"), ("tokens",)),
}


class FindingSettings(NamedTuple):
    """`defaults` are fields that each finding gets unless it has them."""

    asset_name: str
    defaults: dict[str, Any]


class EnterpriseSecurity:
    """The one that SOAR is paired with, as one asset uses it."""

    def __init__(self, soar: SoarPlatform) -> None:
        self._soar, self._asset_id = soar, soar.asset_id
        self._may_change = False

    def is_used(self) -> bool:
        """Whether SOAR says that the asset ingests findings. Raises TaniumError where SOAR does not
        say.
        """
        return _ingest_settings(self._asset()).get("use_es_ingest") is True

    def _asset(self) -> dict[str, Any]:
        asset: dict[str, Any] = self._soar.rest.ask(lambda soar: soar.asset(self._asset_id))
        return asset

    def settings(self) -> FindingSettings:
        """Raises PlatformError without them."""
        try:
            asset = self._asset()
        except TaniumError as error:
            raise PlatformError(
                f"SOAR did not return the asset's settings for findings. {error}"
            ) from error
        ingest = _ingest_settings(asset)
        defaults = {name: ingest.get(f"es_{name}") for name in (*TEXTS, *SWITCHES)}
        for name, value in defaults.items():
            if value not in (None, "") and not isinstance(value, bool if name in SWITCHES else str):
                raise _setting_error(name, "true or false" if name in SWITCHES else "text")
        if not defaults["security_domain"]:
            raise PlatformError(
                "The asset's ingest settings have no security domain for findings"
                " (es_security_domain). Choose one there."
            )
        for name in DRILLDOWNS:
            defaults[name] = _drilldowns(name, ingest.get(f"es_{name}"))
        filled = {name: value for name, value in defaults.items() if value not in (None, "", [])}
        return FindingSettings(str(asset.get("name") or self._asset_id), filled)

    def create(self, findings: list[dict[str, Any]]) -> dict[int, str]:
        """Create at most MOST_FINDINGS; the reasons of those that were refused, by their places.

        Raises Refused, NotAllowed or NotDone when there is none of them, and Unavailable when
        nobody knows.
        """
        way = self._soar.rest.way
        if not self._may_change:
            way.get_csrf_token()
            self._may_change = True
        seconds = max(SHORTEST_WAIT, SECONDS_EACH * len(findings))
        answer = way.create_findings(findings, seconds)
        refused = _refused(answer, len(findings))
        if refused is None:
            raise Unavailable("SOAR's answer does not say which findings were created.")
        return refused


def _refused(answer: Any, count: int) -> dict[int, str] | None:
    """The reasons by place; None when the answer leaves open which findings there are."""
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(errors or [], list):
        return None
    refused: dict[int, str] = {}
    for error in errors or []:
        place = natural_number(error.get("index")) if isinstance(error, dict) else None
        if place is None or place >= count:
            return None
        refused[place] = printable(str(error.get("error") or "no reason given"), LONGEST_REASON)
    created = natural_number(answer.get("created"))
    if created == 0 and not refused:
        refused = dict.fromkeys(range(count), "no reason given")
    return refused if created == count - len(refused) else None


def _ingest_settings(asset: dict[str, Any]) -> dict[str, Any]:
    ingest = asset["configuration"].get("ingest")
    return ingest if isinstance(ingest, dict) else {}


def _drilldowns(name: str, value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = name
    needed, optional = DRILLDOWNS[name]
    entries = value or []
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict) and set(needed) <= set(entry) for entry in entries
    ):
        raise _setting_error(name, f"a list of entries with {', '.join(needed)}")
    return [
        {key: entry[key] for key in (*needed, *optional) if entry.get(key) is not None}
        for entry in entries
    ]


def _setting_error(name: str, expected: str) -> PlatformError:
    return PlatformError(f"The asset's ingest setting 'es_{name}' must be {expected}.")
