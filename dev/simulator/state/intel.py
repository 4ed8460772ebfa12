# File: intel.py
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
"""Intel documents: what detects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.state.bulk import delete_all
from dev.simulator.times import DAY, iso
from dev.simulator.values import uuid_of


Row = dict[str, Any]

SIGNAL = "tanium-signal"
PLATFORMS = ("windows", "linux", "mac")
FIRST_SOURCE = 1
"""The source of documents that were not posted to another one."""

_TYPES = {"ioc": "openioc", "yara": "yara", "yar": "yara", "stix": "stix"}
_TYPE_VERSIONS = {
    "openioc": "1.0",
    "stix": "1.2",
    "yara": "4",
    SIGNAL: "1",
    "processInjection": "1",
}


class Intel:
    """The intel documents by id."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last_id = seed.FIRST_INTEL_ID - 1
        self.all: dict[int, Row] = {}
        created = clock() - 60 * DAY
        for given in seed.INTEL:
            intrinsic_id, _ = _identity(given.type, given.contents, given.name)
            row = self._add(given.name, given.type, given.contents, intrinsic_id, created)
            row.update(labelIds=list(given.labels), platforms=list(given.platforms))
            if given.mitre:
                row["mitreAttack"] = {
                    "techniques": [
                        {"id": technique, "name": seed.TECHNIQUES[technique]}
                        for technique in given.mitre
                    ]
                }

    def upload(self, file_name: str, body: bytes) -> Row:
        """A new document, its type from the file name's extension.

        A document with the intrinsic id of another (XML root's id, or a YARA file's name) becomes
        that one's next revision.
        """
        kind = _TYPES.get(file_name.lower().rpartition(".")[2])
        if kind is None:
            raise Rejected(
                400, f"Cannot tell the type of intel from the file name '{file_name}'", listed=True
            )
        return self.store(kind, decoded(body), file_name=file_name)

    def store(
        self,
        kind: str,
        contents: str,
        *,
        file_name: str = "",
        name: str = "",
        description: str | None = None,
        source_id: int = FIRST_SOURCE,
    ) -> Row:
        """The same for a document whose type is known: openioc, stix or yara. A YARA document
        without file name goes by `name`.
        """
        if kind not in _TYPES.values():
            raise Rejected(400, f"Unknown type of intel '{kind}'", listed=True)
        if not contents.strip():
            raise Rejected(400, "The document is empty", listed=True)
        intrinsic_id, title = _identity(kind, contents, file_name or name)
        existing = next(
            (row for row in self.all.values() if row["intrinsicId"] == intrinsic_id), None
        )
        if existing is None:
            row = self._add(name or title, kind, contents, intrinsic_id, self._clock())
            row.update(description=description, sourceId=source_id)
            return row
        return self._revise(existing, contents)

    def add_signal(self, body: Row, source_id: int) -> Row:
        """A new signal of `body` (name, description, platforms, contents); it has no intrinsic
        id, so that each is a document of its own.
        """
        _check_signal(body)
        row = self._add(body["name"], SIGNAL, body["contents"], None, self._clock())
        row.update(
            description=body.get("description"),
            platforms=list(body["platforms"]),
            sourceId=source_id,
        )
        return row

    def update_signal(self, doc_id: int, body: Row) -> Row:
        row = self.get(doc_id)
        if row["type"] != SIGNAL:
            raise Rejected(415, "The document itself is expected as the body", listed=True)
        _check_signal(body)
        row.update(
            name=body["name"],
            description=body.get("description"),
            platforms=list(body["platforms"]),
        )
        return self._revise(row, body["contents"])

    def get(self, doc_id: object) -> Row:
        if not isinstance(doc_id, int) or doc_id not in self.all:
            raise Rejected(404, f"Intel document {doc_id} not found")
        return self.all[doc_id]

    def delete(self, ids: list[int]) -> None:
        delete_all(self.all, ids, "intel document")

    def rows(self) -> list[Row]:
        return list(self.all.values())

    def _revise(self, row: Row, contents: str) -> Row:
        row.update(
            _content_columns(contents),
            revisionId=row["revisionId"] + 1,
            updatedAt=iso(self._clock()),
        )
        return row

    def _add(
        self, name: str, kind: str, contents: str, intrinsic_id: str | None, created: float
    ) -> Row:
        self._last_id += 1
        doc_id = self._last_id
        row = {
            "id": doc_id,
            "revisionId": 1,
            "type": kind,
            "typeVersion": _TYPE_VERSIONS[kind],
            "isSchemaValid": True,
            "intrinsicId": intrinsic_id,
            "blobId": uuid_of(f"intel-{doc_id}"),
            "name": name,
            "description": None,
            "alertCount": 0,
            "unresolvedAlertCount": 0,
            "throttledFindingCount": 0,
            "labelIds": [],
            "suppressionRules": None,
            "sourceId": FIRST_SOURCE,
            "mitreAttack": None,
            "platforms": list(PLATFORMS),
            "disabled": False,
            "status": None,
            "funnelAllFindingsToConnectSetAt": None,
            "funnelAllFindingsToConnectSetBy": None,
            "gatherDegenerateFindingsSetAt": None,
            "gatherDegenerateFindingsSetBy": None,
            "createdAt": iso(created),
            "updatedAt": iso(created),
            **_content_columns(contents),
        }
        self.all[doc_id] = row
        return row


def decoded(body: bytes) -> str:
    """The text of a document; 400 for what is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Rejected(400, "The document is not UTF-8", listed=True) from error


def mitre_ids(doc: Row) -> list[str]:
    """The technique ids in a document's `mitreAttack`."""
    return [technique["id"] for technique in (doc["mitreAttack"] or {}).get("techniques", [])]


def _content_columns(contents: str) -> Row:
    """What is compiled is not public, but for its being an object."""
    encoded = contents.encode()
    return {
        "contents": contents,
        "compiled": {"text": contents},
        "md5": hashlib.md5(encoded).hexdigest(),
        "size": len(encoded),
    }


def _check_signal(body: Row) -> None:
    for name in ("name", "contents"):
        if not isinstance(body.get(name), str) or not body[name].strip():
            raise Rejected(400, f"{name} is required and must be a string", listed=True)
    platforms = body.get("platforms")
    if not isinstance(platforms, list) or not platforms or {*platforms} - {*PLATFORMS}:
        raise Rejected(400, f"platforms must be some of {', '.join(PLATFORMS)}", listed=True)


def _identity(kind: str, contents: str, label: str) -> tuple[str | None, str]:
    """Intrinsic id and name of a document; only files have the former."""
    if kind == "yara":
        return label, label
    return _from_xml(contents, label) if kind in _TYPES.values() else (None, label)


def _from_xml(contents: str, file_name: str) -> tuple[str, str]:
    """Intrinsic id and name of an OpenIOC or STIX document."""
    try:
        root = ElementTree.fromstring(contents)
    except ElementTree.ParseError as error:
        raise Rejected(400, f"The document is not XML: {error}", listed=True) from error
    title: str | None = next(
        (
            element.text
            for element in root.iter()
            if element.tag.rpartition("}")[2] in {"short_description", "Title"}
        ),
        None,
    )
    return root.get("id") or file_name, title or file_name
