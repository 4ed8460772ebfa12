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
"""The parameters that name a data connection, its source and its destination; a data connection
names these by id, and may name their types.
"""

from __future__ import annotations

from typing import Annotated, Any, Callable, Optional

from ..declare import DATA_CONNECTION_ID, DATA_SOURCE_ID, DESTINATION_ID, Param
from ..errors import NotFoundError, ParameterError
from ..tanium.connect.references import REFERENCE, Reference, read_reference
from ..words import printable


def _id_of(what: str, contains: str, example: int, kind: str) -> Param:
    """The parameter for an id that may have its type before it."""
    return Param(
        f"{what}, like {example}, or {kind}/{example} on servers that number each type by itself",
        contains=(contains,),
        pattern=REFERENCE,
        form=f"a whole number, or one with its type like {kind}/{example}",
        examples=(str(example), f"{kind}/{example}"),
    )


DataConnectionId = Annotated[
    int, Param("ID of the data connection", contains=(DATA_CONNECTION_ID,), examples=(1,))
]
DestinationId = Annotated[str, _id_of("ID of the destination", DESTINATION_ID, 3, "https")]
DataSourceId = Annotated[str, _id_of("ID of the data source", DATA_SOURCE_ID, 1, "savedquestions")]
OtherDestinationId = Annotated[
    Optional[str],
    _id_of("ID of another destination of the same type", DESTINATION_ID, 4, "https"),
]
OtherDataSourceId = Annotated[
    Optional[str],
    _id_of("ID of another data source of the same type", DATA_SOURCE_ID, 2, "savedquestions"),
]


def optional_reference(text: str | None) -> Reference | None:
    """The destination or the source that an optional parameter names."""
    return None if text is None else read_reference(text)


def reference_of(row: dict[str, Any]) -> Reference:
    """What a row of a source or a destination is named by."""
    text = row.get("reference")
    return read_reference(text) if isinstance(text, str) else Reference(row["id"])


def with_type(
    reference: dict[str, Any], get: Callable[[Reference], dict[str, Any]]
) -> dict[str, Any]:
    """A data connection's source or destination; where its reference has the id only, what Connect
    has under that id.
    """
    if reference.get("type") or reference.get("id") is None:
        return reference
    try:
        return get(reference_of(reference))
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


def source_reference(reference: Reference, source: dict[str, Any]) -> dict[str, Any]:
    """A source as a data connection names it, with its type where Tanium reports it."""
    return {"id": reference.id, **({"type": source["type"]} if source.get("type") else {})}
