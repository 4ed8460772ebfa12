# File: runs.py
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
"""Runs of data connections, which the vendor's servers tell by their ids."""

from __future__ import annotations

import json
from typing import Any

from ...errors import ApiError, UnsupportedError
from ...redaction import Redaction
from ...times import seconds
from ..session import NO_ROUTE, TaniumSession
from .rows import LISTS, Row, Rows, connect_call
from .secrets import without_secrets


SUCCESS, FAILURE = "success", "failure"
ENDS = {"Finished": SUCCESS, "Failed": FAILURE}
NEWEST_FIRST = {"orderBy": "createdAt", "descending": "true"}
# Where the lines may stand, if they do not come bare.
_LINES = ("data", "log", "logs", "lines", *LISTS)


class Runs:
    """Runs by their ids."""

    def __init__(self, session: TaniumSession, redaction: Redaction) -> None:
        self._session, self._rows = session, Rows(redaction)

    def get_run(self, data_connection_id: int, run_id: int) -> Row:
        """`GET /v1/connections/{id}/runs/{run}`: its state, and rows and bytes in and out"""
        path = "/v1/connections/{}/runs/{}"
        call = connect_call("GET", path, data_connection_id, run_id)
        return self._rows.shown(self._session.send(call).thing())

    def list_lines(self, data_connection_id: int, run_id: int, *, offset: int = 0) -> list[str]:
        """`GET /v1/connections/{id}/runs/{run}/logs`: the lines of its log after so many"""
        path = "/v1/connections/{}/runs/{}/logs"
        call = connect_call(
            "GET", path, data_connection_id, run_id, params={"offset": offset or None}
        )
        reply = self._session.send(call)
        lines = reply.body
        while isinstance(lines, dict):
            lines = next((lines[name] for name in _LINES if name in lines), None)
        if isinstance(lines, str) and isinstance(reply.body, dict):
            lines = lines.splitlines()
        if not isinstance(lines, list):
            raise reply.unexpected("a list of lines")
        return [_line_text(without_secrets(line)) for line in lines]

    def newest_run_id(self, data_connection_id: int) -> int | None:
        """`GET /v1/connections/{id}/runs`: the id of the newest"""
        params = {"limit": 1, **NEWEST_FIRST}
        call = connect_call("GET", "/v1/connections/{}/runs", data_connection_id, params=params)
        rows = self._rows.listed(self._session.send(call))
        found = rows[0].get("id") if rows else None
        return found if isinstance(found, int) else None

    def stop_run(self, data_connection_id: int, run_id: int) -> None:
        """`POST /v1/connections/{id}/runs/{run}/stop`"""
        path = "/v1/connections/{}/runs/{}/stop"
        self._session.send(connect_call("POST", path, data_connection_id, run_id, json={}))

    def stop_data_connection(self, data_connection_id: int) -> None:
        """`POST /v1/connections/{id}/stop`: every run of it"""
        path = "/v1/connections/{}/stop"
        self._session.send(connect_call("POST", path, data_connection_id, json={}))


def unsupported(refusal: ApiError, what: str) -> ApiError | UnsupportedError:
    """What to raise when a route that only the vendor's servers have is refused: a server that
    does not know it says so in the same way as one without the thing that is named.
    """
    if refusal.status not in NO_ROUTE:
        return refusal
    return UnsupportedError(
        f"{refusal} If the data connection and the run exist, this server's Connect does not"
        f" {what}."
    )


def log_of(run: Row) -> Row:
    """A run with the members of a log."""
    status = run.get("status")
    found: Row = {**run, "status": ENDS.get(str(status), status)}
    for name, key in (("rowCount", "destinationRowCount"), ("startTime", "createdAt")):
        if key in run:
            found[name] = run[key]
    if status in ENDS and "updatedAt" in run:
        found["endTime"] = run["updatedAt"]
        begun, ended = seconds(run.get("createdAt")), seconds(run["updatedAt"])
        if begun is not None and ended is not None:
            found["duration"] = round((ended - begun) * 1000)
    return found


def _line_text(line: Any) -> str:
    return line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)
