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

from typing import Any

from ...errors import ApiError, UnsupportedError
from ...redaction import Redaction
from ...times import seconds
from ..session import TaniumSession
from .rows import LISTS, Row, Rows, connect_call


SUCCESS, FAILURE = "success", "failure"
ENDS = {"Finished": SUCCESS, "Failed": FAILURE}
NEWEST_FIRST = {"orderBy": "createdAt", "descending": "true"}
UNKNOWN_ROUTE = (404, 405)
_LINES = ("log", "logs", "lines", *LISTS)


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
        return _lines(self._session.send(call).body)

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
    if refusal.status not in UNKNOWN_ROUTE:
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


def _lines(body: Any) -> list[str]:
    """A list of lines, or a text of them, bare or in an object."""
    if isinstance(body, dict):
        body = next((body[name] for name in ("data", *_LINES) if name in body), None)
        if isinstance(body, dict):
            return _lines(body)
    if isinstance(body, str):
        return body.splitlines()
    return [str(line) for line in body] if isinstance(body, list) else []
