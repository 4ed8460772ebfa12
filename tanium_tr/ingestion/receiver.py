# File: receiver.py
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
"""What Tanium Connect pushes: the body of a request becomes rows, the rows become containers and
artifacts, and the reply counts them.

Both entry points, the webhook and the REST handler, end here; nothing in it knows SOAR's platform.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from codecs import BOM_UTF8
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any, Callable, NamedTuple

from ..config import ReceiverSettings
from ..errors import ConfigurationError, TaniumError
from ..soar.rest import NotAllowed, Refused, Saved, SoarRest, Unavailable
from .cases import Case
from .rows import row_case


METHOD = "POST"
GZIP = ("gzip", "x-gzip")
MOST_ROWS = 250_000  # a row needs memory and time however small it is
BATCH = 100  # artifacts in one call, as many as SOAR's own connectors send
SHOWN_REFUSALS = 20
NO_JSON = "The row is no JSON"
MARKS = re.compile(rb'"[^"]*"?|[\[\]{},]')  # texts, brackets and commas
MOST_MARKS = 1_000_000  # about a second, and some 25,000 rows
WANTED = "send one JSON object, an array of objects, or one object per line"


class Rejection(TaniumError):
    """The request as a whole is not taken; `status` is the reply's."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Sent(NamedTuple):
    """A request. Names of `headers` in lower case; `query` as SOAR gives it, whatever its version;
    `read(limit)` gives the body, of which the caller takes no more than `limit` bytes.
    """

    headers: dict[str, str]
    query: dict[str, Any]
    read: Callable[[int], bytes]


class Reply(NamedTuple):
    """`content` has `created`, `known` and `refused` rows with `refusals` once rows were looked at,
    and `error` unless all is well.
    """

    status: int
    content: dict[str, Any]

    @property
    def text(self) -> str:
        return json.dumps(self.content) + "\n"

    @property
    def headers(self) -> dict[str, str]:
        return {"Allow": METHOD} if self.status == 405 else {}


class Row(NamedTuple):
    """`number` is the row's place in the array or its line, from 1; `problem` says why `content` is
    no object.
    """

    number: int
    content: dict[str, Any]
    problem: str = ""


def reply_to(work: Callable[[], Reply]) -> Reply:
    """The reply that `work` makes, or the one to what went wrong."""
    try:
        return work()
    except Rejection as error:
        return Reply(error.status, {"error": str(error)})
    except (NotAllowed, Unavailable) as error:
        return _stopped(error, {})
    except ConfigurationError as error:
        return Reply(500, {"error": str(error)})


def _stopped(error: NotAllowed | Unavailable, counts: dict[str, Any]) -> Reply:
    """To what SOAR does not let the caller do, or cannot do now."""
    return Reply(403 if isinstance(error, NotAllowed) else 503, {"error": str(error), **counts})


def check_method(method: str) -> None:
    """Raises Rejection(405) for any other method than METHOD."""
    if method.upper() != METHOD:
        raise Rejection(405, f"Rows come with {METHOD}.")


def receive(
    sent: Sent,
    asset_id: int | str,
    configuration: dict[str, Any],
    soar: SoarRest,
    received: datetime,
) -> Reply:
    """Save the rows of a request through `soar`. Raises Rejection and ConfigurationError before
    anything is saved.

    When SOAR stops working in the middle, the reply is 503 (403 when it does not let the caller in)
    with the counts so far: Connect then sends the batch again, and what is there already counts as
    known. When rows came and none was taken the reply is 400, because a success would hide it from
    Connect's log and 5xx would have them sent again in vain.
    """
    settings = ReceiverSettings.parse(configuration)
    packed = is_packed(sent.headers)
    body = _bounded(sent.read(settings.max_bytes), settings.max_bytes)
    if packed:
        body = _bounded(_unpacked(body, settings.max_bytes), settings.max_bytes)
    intake = _Intake(soar, asset_id, _last(sent.query.get("label")) or settings.label)
    for row in rows_of(body):
        intake.add(row, received, settings.console_url)
    return intake.saved()


def is_packed(headers: dict[str, str]) -> bool:
    """Whether the body is gzip. Raises Rejection(415) for any other coding but none, and for
    content that is no JSON in UTF-8.
    """
    kind, *parameters = (
        part.strip().lower() for part in headers.get("content-type", "").split(";")
    )
    if kind not in ("", "text/plain", "application/octet-stream") and "json" not in kind:
        raise Rejection(415, f"The content type is not taken: {WANTED}, as application/json.")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8", "us-ascii"):
            raise Rejection(415, "The character set is not taken: send UTF-8.")
    found = headers.get("content-encoding", "").strip().lower()
    if found not in ("", "identity", *GZIP):
        raise Rejection(415, "The content coding is not taken: send plain text or gzip.")
    return found in GZIP


def _bounded(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise Rejection(
            413,
            f"The body has more than the {limit} bytes that the asset's receiver_max_mb allows:"
            " send fewer rows in a batch.",
        )
    return body


def rows_of(body: bytes) -> list[Row]:
    """The rows of a body. Raises Rejection(400) when it is no JSON at all, and Rejection(413) when
    they are too many.
    """
    body = body.removeprefix(BOM_UTF8)
    if not body.strip():
        raise Rejection(400, f"The body is empty: {WANTED}.")
    try:
        whole = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return _rows_apart(body, _fault(error))
    if isinstance(whole, dict):
        return [Row(1, whole)]
    if not isinstance(whole, list):
        raise Rejection(400, f"The body is neither an object nor an array: {WANTED}.")
    _check_number(len(whole))
    return [_row(number, value) for number, value in enumerate(whole, 1)]


def _rows_apart(body: bytes, fault: str) -> list[Row]:
    """Of a body that is no JSON as a whole: an array with a damaged element, or lines."""
    rows = [_row_in(number, text) for number, text in _elements(body) or _lines(body)]
    if all(row.problem.startswith(NO_JSON) for row in rows):
        raise Rejection(400, f"The body is no JSON ({fault}): {WANTED}.")
    return rows


def _elements(body: bytes) -> list[tuple[int, bytes]]:
    """What stands between the commas of an array, whatever it is; nothing unless its quotation
    marks and brackets match to the body's end, and nothing when there are more than MOST_MARKS,
    because this takes ten times as long as decoding.
    """
    if not body.lstrip().startswith(b"["):
        return []
    # Now each quotation mark begins or ends a text.
    plain = body.replace(rb"\\", b"--").replace(rb"\"", b"--")
    ends: list[int] = []
    depth = 0
    for mark in islice(MARKS.finditer(plain), MOST_MARKS):
        sign = mark[0]
        if sign in b"[{":
            depth += 1
        elif sign in b"]}":
            depth -= 1
        if depth == 0 or (depth == 1 and sign == b","):
            ends.append(mark.start())
        if depth == 0:
            break
    if depth > 0 or body[ends[-1] + 1 :].strip():
        return []
    _check_number(len(ends))
    starts = [body.index(b"["), *ends]
    return [
        (number, body[start + 1 : end]) for number, (start, end) in enumerate(zip(starts, ends), 1)
    ]


def _lines(body: bytes) -> list[tuple[int, bytes]]:
    """All that are not blank; nothing when they look like one damaged document: lines of it may be
    objects, but not rows.
    """
    _check_number(body.rstrip().count(b"\n") + 1)
    # JSON text may hold every other character that Python takes for the end of a line.
    lines = [
        (number, line.strip()) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()
    ]
    number, first = lines[0]
    is_document = first == b"{" or (
        first.startswith(b"[") and _row_in(number, first).problem.startswith(NO_JSON)
    )
    return [] if is_document else lines


def _check_number(rows: int) -> None:
    if rows > MOST_ROWS:
        raise Rejection(
            413,
            f"The body has {rows} rows, and at most {MOST_ROWS} are taken at once: send fewer rows"
            " in a batch.",
        )


def _row_in(number: int, text: bytes) -> Row:
    try:
        return _row(number, json.loads(text.decode("utf-8")))
    except json.JSONDecodeError as error:
        return Row(number, {}, f"{NO_JSON} ({error.msg}: character {error.pos + 1}).")
    except (ValueError, RecursionError) as error:
        return Row(number, {}, f"{NO_JSON} ({_fault(error)}).")


def _row(number: int, value: Any) -> Row:
    return (
        Row(number, value) if isinstance(value, dict) else Row(number, {}, "The row is no object.")
    )


def _fault(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}: line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8, from byte {error.start} on"
    return (
        "it is nested too deeply"
        if isinstance(error, RecursionError)
        else "a number in it is too long"
    )


def _unpacked(body: bytes, limit: int) -> bytes:
    """At most one byte more than `limit`, so that a small body cannot fill the memory."""
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as file:
            return file.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise Rejection(
            400, "The body is not whole or not gzip, as its Content-Encoding says."
        ) from None


def _last(value: Any) -> str:
    """A query value: text or nothing before SOAR 7, a list since then."""
    values = value if isinstance(value, list) else [value]
    return values[-1] if values and isinstance(values[-1], str) else ""


class _Container:
    """A container's fields, and its artifacts by their source ids."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.artifacts: dict[str, _Artifact] = {}


class _Artifact:
    """`row` is the number of the row that brought it first; `saved` is None as long as SOAR was not
    asked.
    """

    def __init__(self, row: int, fields: dict[str, Any]) -> None:
        self.row, self.fields = row, fields
        self.saved: Saved | None = None


class _Intake:
    """The rows of one request on their way into SOAR: a container is saved once, an artifact too,
    whoever brings it again.
    """

    def __init__(self, soar: SoarRest, asset_id: int | str, label: str) -> None:
        self._soar = soar
        self._common = {"asset_id": asset_id, "label": label, "run_automation": False}
        self._containers: dict[str, _Container] = {}
        self._artifacts_of: list[tuple[Row, list[_Artifact]]] = []

    def add(self, row: Row, received: datetime, console_url: str) -> None:
        found = (
            []
            if row.problem
            else self._taken(row.number, row_case(row.content, received, console_url))
        )
        self._artifacts_of.append((row, found))

    def _taken(self, number: int, case: Case) -> list[_Artifact]:
        identifier = case.container["source_data_identifier"]
        artifacts = self._containers.setdefault(identifier, _Container(case.container)).artifacts
        return [
            artifacts.setdefault(fields["source_data_identifier"], _Artifact(number, fields))
            for fields in case.artifacts
        ]

    def saved(self) -> Reply:
        """Save all, and the reply about it."""
        try:
            self._save()
        except (NotAllowed, Unavailable) as error:
            return _stopped(error, self._counts())
        counts = self._counts()
        if counts["refused"] and not counts["created"] and not counts["known"]:
            return Reply(400, {"error": "No row was taken.", **counts})
        return Reply(200, counts)

    def _save(self) -> None:
        """Containers first, without artifacts: SOAR may or may not keep those of a container that
        it knows. Then artifacts of any containers together, of which the last in each container
        starts the playbooks.
        """
        waiting: list[_Artifact] = []
        for container in self._containers.values():
            artifacts = list(container.artifacts.values())
            try:
                container_id = self._soar.save_container({**container.fields, **self._common})
            except Refused as error:
                for artifact in artifacts:
                    artifact.saved = Saved(known=False, problem=str(error))
                continue
            for artifact in artifacts:
                artifact.fields = {
                    **artifact.fields,
                    "container_id": container_id,
                    "run_automation": artifact is artifacts[-1],
                }
            waiting += artifacts
            while len(waiting) >= BATCH:
                self._save_artifacts(waiting[:BATCH])
                del waiting[:BATCH]
        if waiting:
            self._save_artifacts(waiting)

    def _save_artifacts(self, artifacts: list[_Artifact]) -> None:
        """One call; when SOAR refuses them because of one, halves of them until that one stands
        alone.
        """
        try:
            results = self._soar.save_artifacts([artifact.fields for artifact in artifacts])
        except Refused as error:
            if len(artifacts) > 1:
                middle = len(artifacts) // 2
                self._save_artifacts(artifacts[:middle])
                self._save_artifacts(artifacts[middle:])
                return
            results = [Saved(known=False, problem=str(error))]
        for artifact, result in zip(artifacts, results):
            artifact.saved = result

    def _counts(self) -> dict[str, Any]:
        """Rows that SOAR was not asked about are in none of the counts."""
        created = known = 0
        refusals = []
        for row, artifacts in self._artifacts_of:
            results = [artifact.saved for artifact in artifacts]
            problems = [row.problem, *(result.problem for result in results if result)]
            reason = next(filter(None, problems), "")
            if reason:
                refusals.append({"row": row.number, "reason": reason})
            elif all(results):
                is_new = any(
                    artifact.row == row.number and result and not result.known
                    for artifact, result in zip(artifacts, results)
                )
                if is_new:
                    created += 1
                else:
                    known += 1
        return {
            "created": created,
            "known": known,
            "refused": len(refusals),
            "refusals": refusals[:SHOWN_REFUSALS],
        }
