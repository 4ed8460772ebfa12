# File: documents.py
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
"""What the actions on intel documents return, and finding a document among the stored ones."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from ..declare import BOOLEAN, INTEL_DOC_ID, LABEL_ID, MD5, NUMERIC, Column


if TYPE_CHECKING:
    from ..tanium.clients import Tanium


# Fields of an intel document, which stand both flat and below `data`.
_FIELDS = (
    Column("alertCount", NUMERIC),
    Column("blobId"),
    Column("compiled"),
    Column("compiled.text"),
    Column("contents"),
    Column("createdAt", examples=("2026-03-24T17:09:22.712Z",)),
    Column("description"),
    Column("disabled", BOOLEAN),
    Column("funnelAllFindingsToConnectSetAt"),
    Column("funnelAllFindingsToConnectSetBy"),
    Column("gatherDegenerateFindingsSetAt"),
    Column("gatherDegenerateFindingsSetBy"),
    Column("id", NUMERIC, examples=(123,)),
    Column("intrinsicId"),
    Column("isSchemaValid", BOOLEAN),
    Column("labelIds.*", NUMERIC),
    Column("md5"),
    Column("mitreAttack"),
    Column("mitreAttack.techniques.*.id", examples=("T1059.001",)),
    Column("mitreAttack.techniques.*.name", examples=("PowerShell",)),
    Column("name"),
    Column("platforms"),
    Column("platforms.*", examples=("windows", "linux", "mac")),
    Column("revisionId", NUMERIC),
    Column("size", NUMERIC),
    Column("sourceId", NUMERIC),
    Column("status"),
    Column("suppressionRules"),
    Column("throttledFindingCount", NUMERIC),
    Column("type", examples=("yara",)),
    Column("typeVersion"),
    Column("unresolvedAlertCount", NUMERIC),
    Column("updatedAt", examples=("2026-03-24T17:10:50.682Z",)),
)
_CONTAINS = {"id": (INTEL_DOC_ID,), "md5": (MD5,)}
_TITLES = {
    "id": "Intel Doc ID",
    "name": "Name",
    "type": "Type",
    "revisionId": "Revision",
    "createdAt": "Created",
    "md5": "MD5",
}

_FLAT = tuple(
    column._replace(contains=_CONTAINS.get(column.path, ()), title=_TITLES.get(column.path, ""))
    for column in _FIELDS
)

# What `upload intel doc` returns was published, and without `contains` for the labels.
STORED_DOCUMENT = tuple(
    column._replace(contains=(LABEL_ID,)) if column.path == "labelIds.*" else column
    for column in _FLAT
)

INTEL_DOCUMENT = (
    *_FLAT,
    *(column._replace(path=f"data.{column.path}") for column in _FIELDS),
)


MAX_DOCUMENTS = 10_000  # of one name, to look for the same one among


def documents_named(tanium: Tanium, name: str, *others: str) -> list[dict[str, Any]]:
    """The stored documents of exactly this name, or of another one that contains it."""
    rows = tanium.intel.list_intel(limit=MAX_DOCUMENTS, offset=0, name=[name]).rows
    names = {name, *others}
    return [row for row in rows if names & {str(row.get("name")), str(row.get("intrinsicId"))}]


def same_document(tanium: Tanium, content: bytes, name: str, *others: str) -> dict[str, Any] | None:
    """A stored document of such a name with this content, by its text or its hash; none where the
    server tells neither of them.
    """
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    for document in documents_named(tanium, name, *others):
        text = document.get("contents")
        same = (
            text == content.decode("utf-8-sig", "replace") if text else document.get("md5") == md5
        )
        if same:
            return document
    return None
