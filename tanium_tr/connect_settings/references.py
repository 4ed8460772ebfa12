# File: references.py
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
"""The source and the destination of a data connection, which names them by id and may tell their
type.
"""

from __future__ import annotations

from typing import Any, Callable

from ..errors import NotFoundError, ParameterError
from ..words import printable


def with_type(reference: dict[str, Any], get: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    """A data connection's source or destination; where its reference has the id only, what Connect
    has under that id.
    """
    if reference.get("type") or reference.get("id") is None:
        return reference
    try:
        return get(reference["id"])
    except NotFoundError:
        return reference


def require_same_type(name: str, stored: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The other source or destination that a parameter names. Raises ParameterError where both
    types are known and differ.
    """
    before, after = stored.get("type"), other.get("type")
    if before and after and before != after:
        raise ParameterError(
            f"Parameter '{name}' names one of the type {printable(after)}, but the data connection"
            f" has the type {printable(before)}, which cannot change. Create another data"
            " connection instead."
        )
    return other


def source_reference(data_source_id: int, source: dict[str, Any]) -> dict[str, Any]:
    """A source as a data connection names it, with its type where Tanium tells it."""
    return {"id": data_source_id, **({"type": source["type"]} if source.get("type") else {})}
