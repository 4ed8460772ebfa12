# File: platform_request.py
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
"""What the platform's routes share: bodies, rights, lists, and objects by name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Response, request

from dev.simulator.errors import PlatformError
from dev.simulator.questions.model import LONGEST_NUMBER
from dev.simulator.routes.request import caller, reply, specified, state


Row = dict[str, Any]

PLATFORM = "/api/v2"


def need(*permissions: str, not_found: str) -> None:
    """The caller's privileges; a server may hide what is missing behind `not_found`."""
    for permission in permissions:
        if permission not in caller().permissions:
            if state.settings.missing_right_status == 404:
                raise PlatformError(404, not_found, "not found")
            raise PlatformError(
                403, "RBACInsufficientPrivilege", f"the privilege '{permission}' is missing"
            )


def json_object() -> Row:
    """The body, which must be an object, and all of whose texts are Unicode."""
    body = request.get_json(force=True, silent=True)
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        body = None
    if not isinstance(body, dict):
        raise PlatformError(400, "InvalidJSONBody", "the body is no JSON object")
    return body


def whole_argument(name: str) -> int | None:
    """A whole number of the query; an empty one is none."""
    text = request.args.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER):
        raise PlatformError(
            400, "RESTProcessingException", f"{name} must be a whole number, got '{text}'"
        )
    return int(text) if text else None


def listed(rows: list[Row], operation: str) -> Response:
    """A list in the caller's order and page, with its non-row; the OpenAPI file has neither."""
    if specified(operation):
        return reply({"data": rows})
    return production_list(rows)


def production_list(rows: list[Row], others: Sequence[Row] = ()) -> Response:
    """The list with its non-row, and before that with `others`."""
    options = _options()
    data = state.lists.listed(rows, options, caller().user, others)
    if options.get("json_pretty_print") in (True, 1):
        text = json.dumps({"data": data}, ensure_ascii=False, indent=2)
        return Response(text, content_type="application/json; charset=utf-8")
    return reply({"data": data})


def by_name(row: Row, operation: str) -> Response:
    """An object by its name, which may come as a list of one."""
    in_list = state.settings.by_name_lists and not specified(operation)
    return reply({"data": [row] if in_list else row})


def _options() -> Row:
    text = request.headers.get("tanium-options")
    if not text:
        return {}
    try:
        options = json.loads(text)
    except ValueError:
        options = None
    if not isinstance(options, dict):
        raise PlatformError(
            400, "RESTProcessingException", "the header tanium-options is no JSON object"
        )
    return options
