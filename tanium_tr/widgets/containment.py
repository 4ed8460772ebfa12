# File: containment.py
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
"""Endpoints that are quarantined or released: how many, what proves it, and what to do next; of a
dry run, what would run on which of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .action_results import action_results
from .parts import Part, badge
from .tables import Row, Section, badges, column, columns_of, table
from .values import float_of, text


WHO = columns_of(
    "containment",
    column("Computer", "computer_name"),
    column("Client ID", "computer_id"),
    column("System", "platform"),
    column("Package", "package_name"),
)


def _proof(value: Any, _: Sequence[str] = ()) -> list[Part]:
    """Whether there is proof, at a glance."""
    is_proved = value is True
    text_of = "Verified" if is_proved else "Not verified"
    return [Part(text_of, f"{'good' if is_proved else 'warn'} badge")]


DEVICES = (
    *WHO[:1],
    column("Outcome", "outcome", show=badge),
    column("Proof", "verified", show=_proof),
    column("Status", "status"),
    column("Why", "reason", "meaning"),
    column("What to do next", "next_step"),
    *WHO[1:],
    *columns_of(
        "containment",
        column("Action", "action_id"),
        column("Response action", "response_action_id"),
    ),
)
PREVIEW = (
    *WHO,
    column("Online", "online"),
    column("Outcome", "reason"),
    column("Command line", "command_line"),
)
VALUES = columns_of(
    "containment",
    column("Package", "package_name"),
    column("Parameter", "label", "key"),
    column("Value", "value"),
)


def containment(rows: list[Row], summary: Row) -> list[Section]:
    """Sections of *quarantine device* and *unquarantine device*."""
    approval = text(summary.get("approval"))
    waits = (
        [Part(f"Approval {approval}", "warn badge")] if approval in ("waiting", "needed") else []
    )
    if summary.get("dry_run") is True:
        count = float_of(summary.get("endpoints_targeted")) or 0
        labels = [
            Part("Dry run: nothing was issued", "warn badge"),
            Part(f"{count:,.0f} targets", "quiet badge"),
        ]
        return [badges([*labels, *waits]), table(_values(rows), VALUES), table(rows, PREVIEW)]
    verified = float_of(summary.get("endpoints_verified")) or 0
    proof = Part(f"{verified:,.0f} verified", "good badge" if verified else "warn badge")
    return action_results(rows, summary, DEVICES, [proof, *waits])


def _values(rows: list[Row]) -> list[Row]:
    """The values of each package, once."""
    packages = {text(row.get("package_name")): row.get("parameters") for row in rows}
    return [
        {"package_name": name, **each}
        for name, values in packages.items()
        for each in (values if isinstance(values, list) else [])
        if isinstance(each, dict)
    ]
