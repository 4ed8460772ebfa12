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
"""Questions: parse, ask, look at, read the results."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.questions.model import UnknownGroup, UnknownSensor
from dev.simulator.questions.objects import group_object, select_object
from dev.simulator.questions.text import group_text, question_text
from dev.simulator.routes.platform_request import (
    PLATFORM,
    json_object,
    listed,
    need,
    whole_argument,
)
from dev.simulator.routes.request import caller, reply, require_unspecified, specified, state
from dev.simulator.state.groups import specified_group_filter
from dev.simulator.state.question_results import Page
from dev.simulator.state.questions import AskedQuestion


routes = Blueprint("questions", __name__, url_prefix=PLATFORM)

NOT_FOUND = "QuestionNotFound"


@routes.post("/parse_question")
def parse_question() -> Response:
    """Either dialect has its own name for the text, and takes no other."""
    need(seed.DEFINE_QUESTION, seed.READ_SENSOR, not_found="EntityNotFoundError")
    as_specified = specified("parseQuestion")
    text = json_object().get("query_text" if as_specified else "text")
    if not isinstance(text, str):
        raise PlatformError(400, "InvalidJSONBody", "the text of the question is missing")
    found = state.questions.candidates(text, caller().user)
    if as_specified:
        if not found:
            raise PlatformError(400, "EntityNotFoundError", "the text is no question")
        return reply({"data": [_specified_candidate(each.as_object()) for each in found]})
    if not found and state.settings.unparsable == "not_found":
        raise PlatformError(404, "EntityNotFoundError", "the text is no question")
    return reply({"data": [each.as_object() for each in found]})


@routes.post("/questions")
def create_question() -> Response:
    need(seed.DEFINE_QUESTION, seed.READ_SENSOR, not_found=NOT_FOUND)
    as_specified = specified("createQuestion")
    asked = state.questions.ask(json_object(), caller().user, specified=as_specified)
    return reply({"data": _specified_question(asked) if as_specified else {"id": asked.id}})


@routes.get("/questions")
def list_questions() -> Response:
    require_unspecified("listQuestions")
    need(seed.READ_QUESTION_HISTORY, not_found=NOT_FOUND)
    return listed([state.questions.row(each) for each in state.questions.listed()], "listQuestions")


@routes.get("/questions/<int:question_id>")
def get_question(question_id: int) -> Response:
    asked = state.questions.found(question_id)
    row = _specified_question(asked) if specified("getQuestion") else state.questions.row(asked)
    return reply({"data": row})


@routes.get("/result_data/question/<int:question_id>")
def question_results(question_id: int) -> Response:
    need(seed.READ_SENSOR, not_found=NOT_FOUND)
    asked = state.questions.found(question_id)
    if specified("getQuestionResults"):
        return reply({"data": state.question_results.specified_data(asked, page())})
    return reply({"data": state.question_results.data(asked, page())})


@routes.get("/result_info/question/<int:question_id>")
def question_progress(question_id: int) -> Response:
    require_unspecified("getResultInfo")
    need(seed.READ_SENSOR, not_found=NOT_FOUND)
    asked = state.questions.found(question_id)
    context_id = whole_argument("context_id")
    if context_id:
        asked = state.questions.in_context(asked, context_id)
    return reply({"data": state.question_results.info(asked)})


@routes.post("/build_question_text")
def build_question_text() -> Response:
    require_unspecified("buildText")
    body = json_object()
    try:
        question = state.questions.structure(caller().user).question(body)
    except (UnknownSensor, UnknownGroup) as error:
        raise _unknown(error) from error
    return reply({"data": {"question": body, "text": question_text(question)}})


@routes.post("/build_group_text")
def build_group_text() -> Response:
    require_unspecified("buildText")
    body = json_object()
    try:
        group = state.questions.structure(caller().user).group(body)
    except (UnknownSensor, UnknownGroup) as error:
        raise _unknown(error) from error
    return reply({"data": {"group": group_object(group), "text": group_text(group)}})


def page() -> Page:
    """The rows that the query wants: `row_start` without `row_count` is ignored."""
    start, count = whole_argument("row_start"), whole_argument("row_count")
    return Page(start or 0, count, request.args.get("most_recent_flag") in {"1", "true"})


def _unknown(error: UnknownSensor | UnknownGroup) -> PlatformError:
    name = "SensorNotFound" if isinstance(error, UnknownSensor) else "GroupNotFound"
    return PlatformError(404, name, f"no '{error}'")


def _specified_candidate(row: dict[str, Any]) -> dict[str, Any]:
    question = {"query_text": row["question_text"], "selects": row["selects"]}
    if "group" in row:
        question["group"] = specified_group_filter(row["group"])
    return {"question": question, "question_text": row["question_text"]}


def _specified_question(asked: AskedQuestion) -> dict[str, Any]:
    row = state.questions.row(asked)
    names = ("id", "query_text", "expiration", "management_rights_group")
    shown = {name: row[name] for name in names}
    shown["selects"] = [
        {"sensor": {"name": sensor["name"], "hash": sensor["hash"], "id": each.use.sensor.id}}
        for each in asked.question.selects
        for sensor in (select_object(each)["sensor"],)
    ]
    if "group" in row:
        shown["group"] = specified_group_filter(row["group"])
    return {**shown, "saved_question": {"id": asked.saved_question_id}}
