# File: rules.py
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
"""What creating and updating have in common for all that Connect stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ParameterError
from ..words import shown


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.connect.references import Reference


def require_new_name(
    name: str, rows: list[dict[str, Any]], kind: str, own: Reference | None = None
) -> None:
    """Raises ParameterError for a name that another one has, whatever its case."""
    for row in rows:
        if str(row.get("name")).casefold() == name.casefold() and not _is_own(row, own):
            raise ParameterError(
                f"A {kind} named {shown(row.get('name'))} already exists (ID {row.get('id')})."
                " Choose a different name."
            )


def _is_own(row: dict[str, Any], own: Reference | None) -> bool:
    """Whether a row is the one with this reference; where it has none of its own, by the id."""
    if own is None or row.get("id") != own.id:
        return False
    return not own.kind or row.get("reference", str(own)) == str(own)


def report_warnings(soar: SoarPlatform, warnings: list[str]) -> str:
    """Shows warnings in the progress; the text with which they follow a message."""
    for warning in warnings:
        soar.progress(warning)
    return "".join(f". {warning}" for warning in warnings).rstrip(".")
