# File: gateway.py
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
"""The API gateway: GraphQL over one address (TANIUM_PLATFORM_WIRE 11).

What goes wrong comes in three places. The status of the answer is looked at by the session; the
other two come with HTTP 200:

    {"errors": [{"message": "..."}], "data": {"endpoints": null}}
    {"data": {"myAPITokens": {"tokens": null, "error": {"message": "...", "timedOut": true}}}}

Beside `errors` there may be data all the same, which is used, and what is missing is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from http import HTTPStatus
from typing import Any, NamedTuple

from ..errors import (
    GatewayError,
    NoGatewayError,
    NotFoundError,
    TaniumError,
    error_for_status,
)
from ..times import seconds
from ..words import LONGEST_SENTENCE, printable
from .call import Call
from .gateway_documents import NOW, TOKENS, Document
from .json_limits import parsed
from .listing import Row
from .reply import Reply, objects, part
from .session import TaniumSession


GATEWAY_PATH = "/plugin/products/gateway/graphql"
VERSION_HEADER = "tanium-gateway-version"
LONGEST_NOW = 64 * 1024  # bytes of an answer that is a time
# How GraphQL's libraries refuse a document that is newer than the server's schema. They do so
# before anything is carried out, and nothing else tells them apart from other errors.
_NEWER = ("cannot query field", "unknown argument", "unknown type")
_OLDER = (
    "This API gateway does not know a field that the action needs. Update the API Gateway solution."
)


class Answered(NamedTuple):
    """What came of a document's field, what Tanium says about the parts that are missing, and the
    whole answer.
    """

    value: Any
    problems: list[str]
    reply: Reply

    def without(self, wanted: str) -> GatewayError:
        """The error for an answer without what it has to have."""
        problems = self.problems or [f"expected {wanted}, which is missing"]
        return _gateway_error(self.reply, "; ".join(problems))


class Gateway:
    """Sends documents, and reads what is about the gateway itself."""

    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def execute(self, document: Document, variables: Mapping[str, Any]) -> Answered:
        """`POST /plugin/products/gateway/graphql`: one document. Variables that are None are not
        sent.

        Raises NoGatewayError where there is no gateway, GatewayError for an answer that holds
        nothing but errors, else as `TaniumSession.send`.
        """
        try:
            reply = self._session.send(_call(document, variables))
        except NotFoundError as error:
            raise NoGatewayError(error.status, error.method, error.path, error.detail) from error
        return _answered(reply, document)

    def version(self) -> str:
        """The version, or "" where the gateway does not report it. Raises as `execute`."""
        call = now_call()
        raw = self._session.answer(call, LONGEST_NOW)
        if raw.refusal:
            raise raw.refusal
        if not 200 <= raw.status < 300:
            is_missing = raw.status == HTTPStatus.NOT_FOUND
            kind = NoGatewayError if is_missing else error_for_status(raw.status)
            detail = self._session.transport.explained(raw.body)
            raise kind(raw.status, call.method, call.path, detail, is_read=True)
        try:
            body = parsed(raw.body)
        except (ValueError, RecursionError):
            body = None
        _answered(Reply(raw.status, call.method, call.path, body, is_read=True), NOW)
        return printable(raw.headers.get(VERSION_HEADER, ""))

    def only_token_expiry(self) -> datetime | None:
        """When the user's API token expires, if there is one only; of several, the list does not
        say which one is in use. None where the gateway does not say.
        """
        try:
            value = self.execute(TOKENS, {}).value
        except TaniumError:  # it only is a second source
            return None
        tokens = value.get("tokens") if isinstance(value, dict) else None
        ends = [
            seconds(each.get("expiration"))
            for each in objects(tokens if isinstance(tokens, list) else [])
        ]
        if len(ends) != 1 or ends[0] is None:
            return None
        return datetime.fromtimestamp(ends[0], timezone.utc)


def now_call() -> Call:
    """The cheapest read that shows whether there is a gateway."""
    return _call(NOW, {})


def _call(document: Document, variables: Mapping[str, Any]) -> Call:
    given = {name: value for name, value in variables.items() if value is not None}
    body = {"query": document.text, "variables": given}
    return Call(
        "POST",
        GATEWAY_PATH,
        root="",
        json=body,
        is_read=document.is_read,
        once=document.once,
        has_errors=True,
    )


def _answered(reply: Reply, document: Document) -> Answered:
    body = reply.body if isinstance(reply.body, dict) else {}
    listed = body.get("errors")
    errors = objects(listed) if isinstance(listed, list) else []
    data = part(body, "data")
    value = data.get(document.field)
    failure = part(value, "error") if isinstance(value, dict) else {}
    if value is None and errors:
        raise _refused(reply, document, errors)
    if failure:
        is_certain = failure.get("timedOut") is False
        raise _refused(reply, document, [failure, *errors], is_certain=is_certain)
    if document.field not in data:
        raise reply.unexpected("an answer of the API gateway")
    return Answered(value, [_sentence(each) for each in errors], reply)


def _refused(
    reply: Reply, document: Document, errors: list[Row], *, is_certain: bool = False
) -> GatewayError:
    """`is_certain`: Tanium says that it has done nothing."""
    detail = "; ".join(dict.fromkeys(filter(None, map(_sentence, errors)))) or "no reason given"
    return _gateway_error(reply, f"{document.field}: {detail}", is_certain=is_certain)


def _gateway_error(reply: Reply, detail: str, *, is_certain: bool = False) -> GatewayError:
    is_newer = any(word in detail.casefold() for word in _NEWER)
    error = GatewayError(
        reply.status,
        reply.method,
        reply.path,
        printable(detail, LONGEST_SENTENCE),
        _OLDER if is_newer else GatewayError.advice if is_certain else "",
        is_read=reply.is_read,
    )
    error.is_unknown_field = is_newer
    return error


def _sentence(error: Row) -> str:
    """Tanium's words on one error, without their period."""
    extensions = part(error, "extensions")
    details = extensions.get("argumentErrors")
    more = [each.get("message") for each in objects(details if isinstance(details, list) else [])]
    late = ["Tanium did not learn the result in time"] if error.get("timedOut") else []
    parts = [str(each) for each in (error.get("message"), *more, *late) if each]
    return printable(" ".join(" - ".join(parts).split()), LONGEST_SENTENCE).rstrip(".")
