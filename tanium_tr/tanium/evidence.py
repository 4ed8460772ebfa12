# File: evidence.py
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
"""Evidence that analysts have kept."""

from __future__ import annotations

from collections.abc import Sequence

from .call import PRODUCTION, Call, bare_list, with_key
from .listing import EVERYTHING, Row, as_they_are, has, only
from .pagination import Page, collect
from .session import TaniumSession


EVIDENCE_PAGE = 1000


def _is_of(row: Row, types: Sequence[str]) -> bool:
    """Whether evidence is of one of these types, which servers name in several places."""
    kinds = {str(row.get(name)).casefold() for name in ("evidenceType", "eventType", "type")}
    return not types or any(each.casefold() in kinds for each in types)


class Evidence:
    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def list_evidence(
        self, *, limit: int, offset: int, sort: str, hostname: Sequence[str], type: Sequence[str]
    ) -> Page:
        """`GET /evidence`: of production servers rows of all kinds, snapshots and files too, which
        are filtered and cut here; specified ones filter by one value of each.
        """

        sent = {"sort": sort, "hostname": only(hostname), "type": only(type)}

        def wanted(rows: list[Row]) -> list[Row]:
            return [row for row in rows if has(row, {"hostname": hostname}) and _is_of(row, type)]

        def fetch(count: int, start: int) -> Page:
            answer = self._session.either(
                "list_evidence",
                Call("GET", "/evidence", params={"sort": sort, "type": only(type).lower()}),
                specified=Call(
                    "GET", "/evidence", params={"limit": count, "offset": start, **sent}
                ),
                shape=bare_list,
            )
            if answer.dialect != PRODUCTION:
                return Page(answer.reply.members(), short_page_ends=False)
            rows = wanted(answer.reply.rows())
            return Page(rows, len(rows), is_whole=True)

        guard, page_size = self._session.page_guard(), EVIDENCE_PAGE
        if len(hostname) < 2 and len(type) < 2:
            return collect(
                fetch, guard, limit=limit, offset=offset, page_size=page_size, final=as_they_are
            )
        every = collect(
            fetch, guard, limit=EVERYTHING, offset=0, page_size=page_size, final=wanted
        ).rows
        return Page(every[offset : offset + limit], len(every))

    def get_evidence(self, evidence_id: str) -> Row:
        """`GET /event-evidence/{id}`, as specified `GET /evidence/{id}`"""
        answer = self._session.either(
            "get_evidence",
            Call("GET", "/event-evidence/{}", evidence_id),
            specified=Call("GET", "/evidence/{}", evidence_id),
            shape=with_key("evidence"),
        )
        return answer.reply.thing("evidence")

    def create_evidence(
        self,
        *,
        connection_id: str,
        process_table_id: str,
        hostname: str,
        summary: str,
        process: Row,
    ) -> Row:
        """`POST /event-evidence`, as specified `POST /evidence`: the new record where the server
        gives it
        """
        record = {
            "recorderId": process_table_id,
            "connectionId": connection_id,
            "hostname": hostname,
            "data": process,
            "eventType": "ProcessEvent",
            "summary": summary,
        }
        flat = {
            "connection_id": connection_id,
            "ptid": process_table_id,
            "hostname": hostname,
            "summary": summary,
        }
        answer = self._session.either(
            "create_evidence",
            Call("POST", "/event-evidence", json={"evidence": record}),
            specified=Call("POST", "/evidence", json=flat),
        )
        body = answer.reply.body
        found = body.get("evidence", body.get("data", body)) if isinstance(body, dict) else None
        return found if isinstance(found, dict) else {}

    def delete_evidence(self, evidence_ids: list[str]) -> None:
        """`DELETE /event-evidence`, as specified `DELETE /evidence/{id},{id}`"""
        self._session.either(
            "delete_evidence",
            Call("DELETE", "/event-evidence", json={"ids": evidence_ids}),
            specified=Call(
                "DELETE", "/evidence/" + ",".join(["{}"] * len(evidence_ids)), *evidence_ids
            ),
        )

    def list_evidence_properties(self) -> list[Row]:
        """`GET /event-evidence/properties`, as specified `GET /evidence/properties`: rows of type
        and value; in production they are values that stored events hold, not names
        """
        answer = self._session.either(
            "list_evidence_properties",
            Call("GET", "/event-evidence/properties"),
            specified=Call("GET", "/evidence/properties"),
            shape=bare_list,
        )
        return answer.reply.rows()
