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
"""Intel documents and the scans that look for them."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.state.bulk import delete_all
from dev.simulator.state.tasks import Outcome, Tasks
from dev.simulator.times import DAY, iso, iso_seconds


Row = dict[str, Any]

_TYPES = {"ioc": "openioc", "yara": "yara", "stix": "stix"}


class Intel:
    """The intel documents by id."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last_id = seed.FIRST_INTEL_ID - 1
        self.all: dict[int, Row] = {}
        created = clock() - 60 * DAY
        for given in seed.INTEL:
            row = self._add(
                given.name,
                given.type,
                given.contents,
                given.name if given.type == "yara" else _root_id(given),
                created,
            )
            row["labelIds"] = list(given.labels)
            if given.mitre:
                row["mitreAttack"] = json.dumps(
                    {"techniques": [{"id": technique} for technique in given.mitre]}
                )

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
        try:
            contents = body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Rejected(400, "The document is not UTF-8", listed=True) from error
        return self.store(kind, contents, file_name=file_name)

    def store(
        self,
        kind: str,
        contents: str,
        *,
        file_name: str = "",
        name: str = "",
        description: str | None = None,
    ) -> Row:
        """The same for a document whose type is known: openioc, stix or yara. A YARA document
        without file name goes by `name`.
        """
        if kind not in _TYPES.values():
            raise Rejected(400, f"Unknown type of intel '{kind}'", listed=True)
        if not contents.strip():
            raise Rejected(400, "The document is empty", listed=True)
        label = file_name or name
        intrinsic_id, title = (label, label) if kind == "yara" else _from_xml(contents, label)
        existing = next(
            (row for row in self.all.values() if row["intrinsicId"] == intrinsic_id), None
        )
        if existing is None:
            row = self._add(name or title, kind, contents, intrinsic_id, self._clock())
            row["description"] = description
            return row
        existing.update(
            _content_columns(contents),
            revisionId=existing["revisionId"] + 1,
            updatedAt=iso(self._clock()),
        )
        return existing

    def get(self, doc_id: object) -> Row:
        if not isinstance(doc_id, int) or doc_id not in self.all:
            raise Rejected(404, f"Intel document {doc_id} not found")
        return self.all[doc_id]

    def delete(self, ids: list[int]) -> None:
        delete_all(self.all, ids, "intel document")

    def rows(self) -> list[Row]:
        return list(self.all.values())

    def _add(self, name: str, kind: str, contents: str, intrinsic_id: str, created: float) -> Row:
        self._last_id += 1
        doc_id = self._last_id
        row = {
            "id": doc_id,
            "revisionId": 1,
            "type": kind,
            "typeVersion": {"openioc": "1.0", "stix": "1.2", "yara": "4", "tanium-signal": "1"}[
                kind
            ],
            "isSchemaValid": True,
            "intrinsicId": intrinsic_id,
            "blobId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"simulator-intel-{doc_id}")),
            "name": name,
            "description": None,
            "alertCount": 0,
            "unresolvedAlertCount": 0,
            "throttledFindingCount": 0,
            "compiled": None,
            "labelIds": [],
            "suppressionRules": None,
            "sourceId": 1,
            "mitreAttack": None,
            "platforms": None,
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


def mitre_ids(doc: Row) -> list[str]:
    """The technique ids in a document's `mitreAttack`, which is JSON in a string."""
    return [
        technique["id"]
        for technique in json.loads(doc["mitreAttack"] or '{"techniques": []}')["techniques"]
    ]


def _content_columns(contents: str) -> Row:
    encoded = contents.encode()
    return {"contents": contents, "md5": hashlib.md5(encoded).hexdigest(), "size": len(encoded)}


def _root_id(given: seed.IntelSeed) -> str:
    return given.name if given.type == "tanium-signal" else _from_xml(given.contents, given.name)[0]


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


class Scans:
    """Quick scans of computer groups."""

    def __init__(self, clock: Callable[[], float], tasks: Tasks) -> None:
        self._clock = clock
        self._tasks = tasks
        self.all: list[Row] = []

    def start(self, doc: Row, group: Row, user_id: int) -> tuple[Row, Row]:
        """A scan of `group` for `doc`, and the task that deploys the document."""
        now = self._clock()
        number = len(self.all)
        scan = {
            "id": 1_000_500 + number,
            "intelDocId": doc["id"],
            "revisionId": doc["revisionId"],
            "computerGroupId": group["id"],
            "userId": user_id,
            "questionId": None,
            "actionIdWindows": 720_100 + 2 * number,
            "actionIdUnix": 720_101 + 2 * number,
            "actionExpiration": iso_seconds(now + 3600),
            "alertCount": 0,
            "endpointMatchCount": 0,
            "createdAt": iso(now),
            "updatedAt": iso(now),
        }
        self.all.append(scan)
        return scan, self._tasks.start(
            "intelDeploy",
            {"intelDocId": doc["id"]},
            lambda: Outcome("COMPLETED", {"revisionId": doc["revisionId"]}),
        )
