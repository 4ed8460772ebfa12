# File: request.py
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
"""What all routes share: the state, the caller, the arguments, the shape of a reply."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, cast

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.local import LocalProxy

from dev.simulator import seed
from dev.simulator.dialects.choice import OPERATIONS, SPECIFIED
from dev.simulator.dialects.specified import camel_case
from dev.simulator.errors import Rejected
from dev.simulator.log import LOG_ENTRY
from dev.simulator.state.accounts import Credential
from dev.simulator.state.queries import Row, sorted_rows
from dev.simulator.state.simulator import SimulatorState


STATE_KEY = "simulator.state"
"""Where a request's WSGI environment holds the state of the server that it came to."""

THREAT_RESPONSE = "/plugin/products/threat-response/api/v1"

state = cast(SimulatorState, LocalProxy(lambda: request.environ[STATE_KEY]))


def threat_response(name: str) -> Blueprint:
    """A blueprint of the Threat Response API, whose every route needs the permission to use that
    API.
    """
    blueprint = Blueprint(name, __name__, url_prefix=THREAT_RESPONSE)
    blueprint.before_request(lambda: require(seed.USE_API))
    return blueprint


def caller() -> Credential:
    return cast("Credential", g.credential)


def require(permission: str) -> None:
    if permission not in caller().permissions:
        raise Rejected(403, f"The user does not have the permission '{permission}'", listed=True)


def specified(operation: str) -> bool:
    """Whether an operation (its name in the OpenAPI file) is answered in the specified dialect."""
    return OPERATIONS.dialect_of(state.settings.dialect, operation) == SPECIFIED


def require_specified(operation: str) -> None:
    """The simulated production server does not have this route."""
    if not specified(operation):
        raise NotFound


def require_production(operation: str) -> None:
    """A server of the specified dialect does not have this route."""
    if specified(operation):
        raise NotFound


def require_unspecified(operation: str) -> None:
    """The OpenAPI file lacks this operation, and a server of its dialect may do so, too."""
    if state.settings.without_unspecified:
        require_production(operation)


def require_method(method: str) -> None:
    """For routes whose method depends on the dialect."""
    if request.method != method:
        raise MethodNotAllowed([method])


def reply(body: object, status: int = 200) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False), status, content_type="application/json; charset=utf-8"
    )


def enveloped(body: object) -> Response:
    """The reply of an intel route in production's dialect, which older servers send bare."""
    return reply({"data": body} if state.settings.intel_envelope else body)


def json_body() -> dict[str, Any]:
    """The request's JSON object whatever its content type says, as curl sends it; an empty or other
    body is an empty object.
    """
    body = request.get_json(force=True, silent=True)
    return body if isinstance(body, dict) else {}


def number_argument(name: str, default: int) -> int:
    text = request.args.get(name)
    if text is None or text == "":
        return default
    if not text.isdigit():
        raise Rejected(
            400, f"{name} must be a whole number of 0 or more, got '{text}'", listed=True
        )
    return int(text)


def page_of(rows: list[Row], default_limit: int | None = None) -> list[Row]:
    """The rows between the query's `offset` and `limit`."""
    offset = number_argument("offset", 0)
    return rows[
        offset : offset
        + number_argument("limit", len(rows) if default_limit is None else default_limit)
    ]


def sorted_page(rows: list[Row], columns: tuple[str, ...]) -> list[Row]:
    """The same, in the order of the query's `sort`."""
    return page_of(sorted_rows(rows, request.args.get("sort", ""), columns))


def specified_page(
    rows: list[Row],
    shape: Callable[[Row], Row],
    *,
    filters: Sequence[str] = (),
    columns: Sequence[str] = (),
    others: Sequence[str] = (),
    at_most: int | None = None,
) -> list[Row]:
    """The page that the query wants of `rows`, each in its specified `shape`.

    Each of `filters` is compared as a whole with the column of that name, which the shape may lack;
    `columns` are those that may be sorted by; `others` are parameters that the route looks at
    itself.
    """
    ignore_others("limit", "offset", *filters, *others, *(["sort"] if columns else []))
    wanted = {camel_case(name): request.args[name] for name in filters if name in request.args}
    shaped = [
        new
        for row, new in zip(rows, map(shape, rows))
        if all(str(new.get(name, row.get(name))) == text for name, text in wanted.items())
    ]
    if columns:
        sort = request.args.get("sort", "")
        # Production's other names of a column are none of this dialect's.
        unknown = [name for name in sort.split(",") if name and name.lstrip(" +-") not in columns]
        if unknown:
            raise Rejected(400, f"cannot sort by '{unknown[0]}'", listed=True)
        shaped = sorted_rows(shaped, sort, columns)
    offset = number_argument("offset", 0)
    limit = number_argument("limit", state.settings.default_page)
    return shaped[offset : offset + (limit if at_most is None else min(limit, at_most))]


def ignore_others(*known: str) -> None:
    """A specified operation does not look at parameters that it does not have; the log says which
    ones there were.
    """
    request.environ[LOG_ENTRY].ignored = [name for name in request.args if name not in known]


def done() -> Response:
    """An empty reply, which is all that an OpenAPI file promises where it documents no body."""
    return Response("", 200, content_type="text/plain")


def no_content() -> Response:
    """204, which has neither a body nor a type of it."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response
