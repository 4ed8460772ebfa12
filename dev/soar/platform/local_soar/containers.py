# File: containers.py
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
"""Containers and artifacts: SOAR's field lists, defaults, refusals and duplicate detection."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from typing import Any, NamedTuple, Union

from phantom.consts import SENSITIVITY_LIST, SEVERITY_LIST

from local_soar import strict_json
from local_soar.database import reading, writing
from local_soar.installation import Installation


TIMES = ("start_time", "end_time", "due_time", "open_time")
CONTAINER_FIELDS = frozenset(
    [
        "name",
        "label",
        "description",
        "source_data_identifier",
        "severity",
        "status",
        "sensitivity",
        "tags",
        "owner_id",
        "artifacts",
        "data",
        "custom_fields",
        "kill_chain",
        "external_id",
        "tenant_id",
        "run_automation",
        "container_type",
        "role_id",
        "template_id",
        "authorized_users",
        "asset_id",
        "ingest_app_id",
    ]
).union(TIMES)
ARTIFACT_FIELDS = frozenset(
    [
        "container_id",
        "name",
        "label",
        "type",
        "description",
        "severity",
        "source_data_identifier",
        "cef",
        "cef_types",
        "data",
        "start_time",
        "end_time",
        "tags",
        "kill_chain",
        "owner_id",
        "run_automation",
    ]
)
UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
# Those that every SOAR takes, whatever an administrator has added or removed.
STATUSES = (NEW, OPEN, CLOSED) = ("new", "open", "closed")
OBJECTS = ("cef", "cef_types", "data", "custom_fields")
TEXTS = ("name", "label", "type", "description", "source_data_identifier", *TIMES)
IN = "__in"  # behind the name of a field that may have one of several values
LARGEST_ID = 2**63 - 1
# For each table its fields that can be asked for; those that are no column are in the record.
COLUMNS = {
    "containers": {
        "id": "id",
        "asset": "asset_id",
        "asset_id": "asset_id",
        "source_data_identifier": "source_data_identifier",
    },
    "artifacts": {
        "id": "id",
        "container": "container_id",
        "container_id": "container_id",
        "source_data_identifier": "source_data_identifier",
    },
}
FIELDS = {"containers": CONTAINER_FIELDS, "artifacts": ARTIFACT_FIELDS}


class Refused(Exception):
    """SOAR does not take the record; the text says why."""


class Saved(NamedTuple):
    """An id, and whether it stood there before; of a container also what became of the artifacts
    inside it, unless they were lost.
    """

    id: int
    duplicate: bool
    artifacts: tuple[Saved, ...] = ()


Outcome = Union[Saved, Refused]


def save_container(installation: Installation, container: dict[str, Any]) -> Saved:
    """Store a container with its artifacts; one with the same asset and source_data_identifier is
    kept as it is.
    """
    record = {"description": "", "run_automation": False, "status": NEW, **container}
    _check(record, CONTAINER_FIELDS, "container")
    for field in ("name", "label"):
        if not record.get(field):
            raise Refused(f"The container has no {field}")
    artifacts = record.pop("artifacts", [])
    if not isinstance(artifacts, list):
        raise Refused("The container's artifacts are not a list")
    artifacts = [_with_defaults(artifact) for artifact in artifacts]
    for artifact in artifacts:
        _check(artifact, ARTIFACT_FIELDS, "artifact")
    key = (record.get("asset_id"), record.get("source_data_identifier") or None)
    with writing(installation) as connection:
        known = connection.execute(
            "SELECT id FROM containers WHERE asset_id IS ? AND source_data_identifier = ?", key
        ).fetchone()
        if known:
            saved = Saved(known["id"], True)
        else:
            insert = (
                "INSERT INTO containers (asset_id, source_data_identifier, record) VALUES (?, ?, ?)"
            )
            saved = Saved(
                int(connection.execute(insert, (*key, json.dumps(record))).lastrowid or 0), False
            )
        if known and not installation.profile.duplicate_container_keeps_artifacts:
            return saved
        return saved._replace(
            artifacts=tuple(
                _save_artifact(
                    connection,
                    {**artifact, "container_id": saved.id},
                    installation.profile.artifacts_known_by,
                )
                for artifact in artifacts
            )
        )


def set_status(installation: Installation, container_id: int, status: Any) -> bool:
    """Whether there is such a container; its status is the new one then. Refused for a status that
    SOAR does not have, and where the profile's SOAR closes no container.
    """
    if status not in STATUSES:
        raise Refused(f"Status {status!r} is not one of {', '.join(STATUSES)}")
    if status == CLOSED and installation.profile.closing_needs_more:
        raise Refused("Required fields are missing: resolution")
    with writing(installation) as connection:
        found = connection.execute(
            "SELECT record FROM containers WHERE id = ?", (container_id,)
        ).fetchone()
        if found:
            record = {**json.loads(found["record"]), "status": status}
            connection.execute(
                "UPDATE containers SET record = ? WHERE id = ?", (json.dumps(record), container_id)
            )
    return bool(found)


def save_artifacts(installation: Installation, artifacts: list[dict[str, Any]]) -> list[Saved]:
    """Store artifacts in the order given, all or none; one known by its source_data_identifier or
    content is kept as it is.
    """
    with writing(installation) as connection:
        records = [_checked_artifact(connection, artifact) for artifact in artifacts]
        known_by = installation.profile.artifacts_known_by
        return [_save_artifact(connection, record, known_by) for record in records]


def save_each_artifact(
    installation: Installation, artifacts: list[dict[str, Any]]
) -> list[Outcome]:
    """The same for each by itself: a refused one does not keep the others out."""
    with writing(installation) as connection:
        known_by = installation.profile.artifacts_known_by
        return [_saved_or_refused(connection, artifact, known_by) for artifact in artifacts]


def find_container(installation: Installation, container_id: int) -> dict[str, Any] | None:
    """The container with its `id`, or None."""
    with reading(installation) as connection:
        row = connection.execute(
            "SELECT * FROM containers WHERE id = ?", (container_id,)
        ).fetchone()
    return {**json.loads(row["record"]), "id": row["id"]} if row else None


def all_containers(installation: Installation) -> list[dict[str, Any]]:
    with reading(installation) as connection:
        return [
            {**json.loads(row["record"]), "id": row["id"]}
            for row in connection.execute("SELECT * FROM containers ORDER BY id")
        ]


def all_artifacts(installation: Installation) -> list[dict[str, Any]]:
    with reading(installation) as connection:
        return [
            {**json.loads(row["record"]), "id": row["id"]}
            for row in connection.execute("SELECT * FROM artifacts ORDER BY id")
        ]


def select(
    installation: Installation,
    table: str,
    filters: dict[str, Any],
    page: int = 0,
    page_size: int = 0,
) -> tuple[int, list[dict[str, Any]]]:
    """How many records of `containers` or `artifacts` have these values (one of them, for a field
    with `__in`), and those of one page (all, when `page_size` is 0).

    Each has its `id`, and as the REST API gives them the numbers of its `asset` or `container`.
    Refused for an unknown field.
    """
    conditions = " AND ".join(_condition(table, field, filters[field]) for field in filters)
    where, values = f"FROM {table} WHERE {conditions or 'TRUE'}", _values(filters)
    with reading(installation) as connection:
        count: int = connection.execute(f"SELECT COUNT(*) {where}", values).fetchone()[0]
        rows = connection.execute(
            f"SELECT * {where} ORDER BY id LIMIT ? OFFSET ?",
            (*values, page_size or -1, page * page_size),
        ).fetchall()
    owner = "asset" if table == "containers" else "container"
    return count, [
        {**json.loads(row["record"]), "id": row["id"], owner: _number(row[f"{owner}_id"])}
        for row in rows
    ]


def _condition(table: str, field: str, value: Any) -> str:
    if field.endswith(IN):
        return f"{_expression(table, field[: -len(IN)])} IN ({', '.join('?' * len(value))})"
    return f"{_expression(table, field)} IS ?"


def _values(filters: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(
        each
        for field, value in filters.items()
        for each in (value if field.endswith(IN) else (value,))
    )


def _expression(table: str, field: str) -> str:
    if field in COLUMNS[table]:
        return COLUMNS[table][field]
    if field not in FIELDS[table]:
        raise Refused(f"Unknown field of {table}: {field}")
    return f"json_extract(record, '$.{field}')"


def _number(text: str | int | None) -> int | None:
    return int(text) if text is not None and str(text).isdecimal() else None


def _with_defaults(artifact: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(artifact, dict):
        raise Refused("The artifact is not an object")
    return {"label": "artifact", "type": "network", "run_automation": False, **artifact}


def _check(record: dict[str, Any], fields: frozenset[str], kind: str) -> None:
    try:
        strict_json.check_storable(record, f"The {kind}")
    except TypeError as error:
        raise Refused(str(error)) from error
    unknown = sorted(set(record) - fields)
    if unknown:
        raise Refused(f"Unknown {kind} field: {', '.join(unknown)}")
    for field, allowed in (("severity", SEVERITY_LIST), ("sensitivity", SENSITIVITY_LIST)):
        if record.get(field) and record[field] not in allowed:
            raise Refused(
                f"The {kind}'s {field} {record[field]!r} is not one of {', '.join(allowed)}"
            )
    for field in TEXTS:
        if not isinstance(record.get(field, ""), (str, type(None))):
            raise Refused(f"The {kind}'s {field} is not text")
    for field in TIMES:
        if record.get(field) and not UTC_TIME.fullmatch(record[field]):
            raise Refused(
                f"The {kind}'s {field} {record[field]!r} is not of the form"
                " YYYY-MM-DDTHH:MM:SS.ffffffZ"
            )
    for field in OBJECTS:
        if not isinstance(record.get(field, {}), dict):
            raise Refused(f"The {kind}'s {field} is not an object")


def _checked_artifact(connection: sqlite3.Connection, artifact: dict[str, Any]) -> dict[str, Any]:
    record = _with_defaults(artifact)
    _check(record, ARTIFACT_FIELDS, "artifact")
    owner = record.get("container_id")
    known = isinstance(owner, int) and not isinstance(owner, bool) and 0 < owner <= LARGEST_ID
    if (
        not known
        or not connection.execute("SELECT 1 FROM containers WHERE id = ?", (owner,)).fetchone()
    ):
        raise Refused(f"The artifact's container_id {owner!r} is unknown")
    return record


def _saved_or_refused(
    connection: sqlite3.Connection, artifact: dict[str, Any], known_by: str
) -> Outcome:
    try:
        return _save_artifact(connection, _checked_artifact(connection, artifact), known_by)
    except Refused as refused:
        return refused


def _save_artifact(connection: sqlite3.Connection, record: dict[str, Any], known_by: str) -> Saved:
    identity = record.get("source_data_identifier") or None
    content = json.dumps(
        {name: value for name, value in record.items() if name != "run_automation"}, sort_keys=True
    )
    content_hash = hashlib.sha256(content.encode()).hexdigest()
    known = connection.execute(
        # Not one condition with OR, for which SQLite would look at every artifact of the container.
        "SELECT id FROM artifacts WHERE container_id = ? AND source_data_identifier = ?"
        " UNION ALL SELECT id FROM artifacts WHERE container_id = ? AND content_hash = ?",
        (
            *(record["container_id"], identity if "source_id" in known_by else None),
            *(record["container_id"], content_hash if "content" in known_by else None),
        ),
    ).fetchone()
    if known:
        return Saved(known["id"], True)
    row = connection.execute(
        "INSERT INTO artifacts (container_id, source_data_identifier, content_hash, record) VALUES"
        " (?, ?, ?, ?)",
        (record["container_id"], identity, content_hash, json.dumps(record)),
    )
    return Saved(int(row.lastrowid or 0), False)
