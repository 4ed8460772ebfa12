# File: saved_questions.py
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
"""Saved questions: list, get, create, and their results."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from dev.simulator import seed
from dev.simulator.routes.platform_request import (
    PLATFORM,
    by_name,
    json_object,
    listed,
    need,
    whole_argument,
)
from dev.simulator.routes.questions import page
from dev.simulator.routes.request import caller, reply, require_unspecified, specified, state
from dev.simulator.state.questions import AskedQuestion


routes = Blueprint("saved_questions", __name__, url_prefix=PLATFORM)

NOT_FOUND = "SavedQuestionNotFound"


@routes.before_request
def _may_read() -> None:
    need(seed.READ_SAVED_QUESTION, not_found=NOT_FOUND)


@routes.get("/saved_questions")
def list_saved_questions() -> Response:
    seen = state.saved_questions.seen_by(caller().user)
    return listed([_row(each, "listSavedQuestions") for each in seen], "listSavedQuestions")


@routes.get("/saved_questions/by-name/<path:name>")
def saved_question_by_name(name: str) -> Response:
    saved = state.saved_questions.by_name(name, caller().user)
    return by_name(_row(saved, "getSavedQuestionByName"), "getSavedQuestionByName")


@routes.get("/saved_questions/<int:saved_id>")
def get_saved_question(saved_id: int) -> Response:
    require_unspecified("savedQuestions")
    saved = state.saved_questions.by_id(saved_id, caller().user)
    return reply({"data": state.saved_questions.row(saved, caller().user)})


@routes.get("/saved_questions/<int:saved_id>/questions")
def questions_of_saved_question(saved_id: int) -> Response:
    require_unspecified("savedQuestions")
    saved = state.saved_questions.by_id(saved_id, caller().user)
    issued = state.saved_questions.issued(saved, caller().user)
    return listed([state.questions.row(each) for each in issued], "savedQuestions")


@routes.post("/saved_questions")
def create_saved_question() -> Response:
    require_unspecified("savedQuestions")
    need(seed.WRITE_SAVED_QUESTION, not_found=NOT_FOUND)
    body = json_object()
    saved = state.saved_questions.create(str(body.get("name") or ""), body, caller().user)
    return reply({"data": state.saved_questions.row(saved, caller().user)})


@routes.get("/result_data/saved_question/<int:saved_id>")
def saved_question_results(saved_id: int) -> Response:
    asked = _current(saved_id)
    if specified("getSavedQuestionResults"):
        return reply({"data": state.question_results.specified_data(asked, page())})
    return reply({"data": state.question_results.data(asked, page())})


@routes.get("/result_info/saved_question/<int:saved_id>")
def saved_question_progress(saved_id: int) -> Response:
    require_unspecified("getResultInfo")
    return reply({"data": state.question_results.info(_current(saved_id))})


def _current(saved_id: int) -> AskedQuestion:
    user = caller().user
    saved = state.saved_questions.by_id(saved_id, user)
    return state.saved_questions.current(saved, user, whole_argument("context_id") or 0)


def _row(saved: seed.SavedQuestionSeed, operation: str) -> dict[str, Any]:
    make = (
        state.saved_questions.specified_row if specified(operation) else (state.saved_questions.row)
    )
    return make(saved, caller().user)
