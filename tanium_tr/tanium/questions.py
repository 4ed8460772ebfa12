# File: questions.py
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
"""Questions: parse, ask, and read the answers (TANIUM_PLATFORM_WIRE 4 to 6)."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple

from .. import collector
from ..errors import ApiError
from ..numbers import natural_number
from ..times import utc_text
from .call import PRODUCTION, SPECIFIED, Call
from .content import PLATFORM, get_by_name, list_content
from .listing import EVERYTHING, Row, as_they_are
from .pagination import Page, collect
from .reply import Reply, objects, part
from .session import TaniumSession


RESULTS_PAGE = 10_000  # rows
# How a server names that a text is no question; elsewhere 404 is about rights or the address.
NO_QUESTION = "EntityNotFound"


class Answers(NamedTuple):
    """Whose answers are read: a `question`'s, a `saved_question`'s, or an `action`'s."""

    kind: str
    id: int


class Questions:
    """Questions, saved questions, and their results."""

    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def parse_question(self, text: str) -> list[Row]:
        """`POST /api/v2/parse_question`: what Tanium understands, the best first, as production
        servers tell it: question_text, from_canonical_text, selects, group, parameter_values, ...

        The text has a name in each dialect, and a server takes the one that it knows.
        """
        body = {"text": text, "query_text": text}
        call = Call("POST", "/parse_question", root=PLATFORM, json=body, is_read=True)
        try:
            rows = self._session.send(call).rows()
        except ApiError as error:
            is_refusal = error.status in (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST)
            if is_refusal and NO_QUESTION in error.detail:
                return []
            raise
        return [_flat(row) for row in rows]

    def create_question(self, question: Row, *, expires: datetime) -> int:
        """`POST /api/v2/questions`: asks it at once; its id. Asking changes nothing on Tanium. The
        question's life is in `expire_seconds`, and as specified it `expires` at a moment.
        """
        body = {**question, "expiration": utc_text(expires)}
        if "context_group" in question and "group" not in question:
            body["group"] = question["context_group"]
        reply = self._session.either(
            "create_question",
            Call("POST", "/questions", root=PLATFORM, json=question, is_read=True),
            specified=Call("POST", "/questions", root=PLATFORM, json=body, is_read=True),
            shape=_asked_dialect,
        ).reply
        number = natural_number(reply.made().get("id"))
        if number is None:
            raise reply.unexpected("the id of a question")
        return number

    def get_question(self, question_id: int) -> Row:
        """`GET /api/v2/questions/{id}`: what Tanium has asked, in fact"""
        return self._session.send(Call("GET", "/questions/{}", question_id, root=PLATFORM)).thing()

    def list_questions(self, *, limit: int = EVERYTHING) -> list[Row]:
        """`GET /api/v2/questions`: those asked recently"""
        return list_content(self._session, "/questions", limit=limit)

    def list_saved_questions(self, *, limit: int = EVERYTHING) -> list[Row]:
        """`GET /api/v2/saved_questions`"""
        return list_content(self._session, "/saved_questions", limit=limit)

    def get_saved_question(self, name: str) -> Row:
        """`GET /api/v2/saved_questions/by-name/{name}`"""
        path = "/saved_questions/by-name/{}"
        return get_by_name(self._session, path, "saved question", name)

    def get_progress(self, answers: Answers) -> Row:
        """`GET /api/v2/result_info/question/{id}`, or `/saved_question/{id}`: the counters without
        rows. As specified there are counters beside rows only.
        """
        info = Call("GET", f"/result_info/{answers.kind}/{{}}", answers.id, root=PLATFORM)
        reply = self._session.either(
            "get_progress", info, specified=_results_call(answers, 1, 0), shape=_results_dialect
        ).reply
        found = reply.object()
        infos = found.get("result_infos") or found.get("result_sets")
        if not isinstance(infos, list) or not objects(infos):
            raise reply.unexpected("the counters of a question")
        return objects(infos)[0]

    def get_results(self, answers: Answers) -> Row:
        """`GET /api/v2/result_data/question/{id}`, or `/saved_question/{id}`"""
        return get_results(self._session, answers)


def get_results(session: TaniumSession, answers: Answers) -> Row:
    """`now`, `max_available_age` and `result_sets`, the first of them with all its rows."""

    def fetch(count: int, start: int) -> Page:
        reply = session.send(_results_call(answers, count, start))
        return _results_page(reply)

    with collector.paused():
        whole = collect(
            fetch,
            session.page_guard(),
            limit=EVERYTHING,
            offset=0,
            page_size=RESULTS_PAGE,
            final=as_they_are,
        )
    sets = objects(whole.meta["result_sets"])
    if sets:
        sets[0]["rows"] = whole.rows
    return {**whole.meta, "result_sets": sets}


def count_results(session: TaniumSession, answers: Answers) -> int | None:
    """The number of rows, of which one is read; None where the server does not report it."""
    return _results_page(session.send(_results_call(answers, 1, 0))).total


def _flat(candidate: Row) -> Row:
    """A candidate as production servers tell it; as specified the question is an object in it."""
    question = part(candidate, "question")
    if not question:
        return candidate
    named = {name: value for name, value in question.items() if name != "query_text"}
    text = candidate.get("question_text") or question.get("query_text")
    return {**named, "question_text": text}


def _asked_dialect(body: Any) -> str | None:
    """Production answers with the id alone."""
    asked = part(body, "data") if isinstance(body, dict) else {}
    if "id" not in asked:
        return None
    return SPECIFIED if "query_text" in asked else PRODUCTION


def _results_dialect(body: Any) -> str | None:
    found = part(body, "data") if isinstance(body, dict) else {}
    return PRODUCTION if "result_infos" in found else SPECIFIED if "result_sets" in found else None


def _results_call(answers: Answers, count: int, start: int) -> Call:
    path = f"/result_data/{answers.kind}/{{}}"
    params = {"row_start": start, "row_count": count}
    return Call("GET", path, answers.id, root=PLATFORM, params=params, is_large=True)


def _results_page(reply: Reply) -> Page:
    found = reply.object()
    sets = found.get("result_sets")
    if not isinstance(sets, list):
        raise reply.unexpected("the results of a question")
    first = next(iter(objects(sets)), {})
    rows = first.get("rows")
    total = natural_number(first.get("row_count"))
    return Page(rows if isinstance(rows, list) else [], total, found)
