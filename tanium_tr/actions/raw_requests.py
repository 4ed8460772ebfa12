# File: raw_requests.py
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
"""Any request to Tanium, for what has no action of its own."""

from __future__ import annotations

import base64
from email.message import Message
from typing import Annotated, Any, Optional

from ..config import ALL, OFF
from ..declare import NUMERIC, Column, Output, Param, action
from ..errors import (
    ApiError,
    ParameterError,
    TaskError,
    TooLargeError,
    TransportError,
    error_for_status,
)
from ..parameters.request import (
    LONGEST_BODY,
    METHODS,
    READS,
    header_values,
    json_body,
    path_and_query,
    query_pairs,
)
from ..services import Services
from ..tanium.session import RawAnswer
from ..words import LONGEST_PATH, LONGEST_SENTENCE, printable


LIMIT = 10 * 1024 * 1024  # bytes of an answer, as it came and as it stands in the result


class RawRequestActions:
    def __init__(self, services: Services) -> None:
        self._requests, self._config = services.tanium.raw_requests, services.config

    @action(
        type="generic",
        read_only=False,
        permissions=(),
        columns=(
            Column("status_code", NUMERIC, title="Status Code", examples=(200,)),
            Column("response_body", title="Response Body", examples=('{"data": []}',)),
        ),
        message="Tanium answered HTTP 200 to GET /api/v2/sensors/by-name/Computer%20Name",
    )
    def make_request(
        self,
        http_method: Annotated[str, Param("HTTP method", choices=METHODS)],
        endpoint: Annotated[
            str,
            Param(
                "Path on the asset's server; it may have a query",
                longest=8192,
                examples=("/api/v2/sensors/by-name/Computer%20Name",),
            ),
        ],
        headers: Annotated[
            Optional[str],
            Param(
                "Headers, as a JSON object",
                hides=True,
                examples=('{"tanium-options": "{\\"row_count\\": 10}"}',),
            ),
        ] = None,
        query_parameters: Annotated[
            Optional[str],
            Param("Query, as a JSON object or as a query string", examples=("limit=10&offset=0",)),
        ] = None,
        body: Annotated[
            Optional[str],
            Param(
                "Body, as JSON",
                hides=True,
                longest=LONGEST_BODY,
                examples=('{"text": "Get Computer Name from all machines"}',),
            ),
        ] = None,
        timeout: Annotated[
            Optional[int],
            Param(
                "Seconds to wait for the answer; request_timeout of the asset if it is empty",
                minimum=1,
                maximum=3600,
            ),
        ] = None,
        verify_ssl: Annotated[
            bool, Param("Verify the server's certificate, even if the asset does not")
        ] = True,
    ) -> Output:
        """Send one request to the asset's Tanium server.

        The endpoint is a path; the request has the asset's login, which the headers cannot replace.
        The asset's setting allow_make_request decides which methods are allowed. Redirects are not
        followed. An answer with any status other than 2xx fails the action, with status_code and
        response_body in its data. An answer that is not text is a data URL with base64. Answers of
        more than 10 MB are refused.
        """
        self._require_allowed(http_method)
        self._require_verified(verify_ssl)
        path, query = path_and_query(endpoint)
        if body is not None and http_method in READS:
            raise ParameterError(
                f"Parameter 'body' cannot be used with {http_method}: leave it empty."
            )
        content: dict[str, Any] = {
            "params": query + (query_pairs(query_parameters) if query_parameters else []),
            "headers": _headers(headers, body),
            "body": None if body is None else json_body(body),
        }
        raw = self._sent(http_method, path, content, timeout, verify_ssl)
        row = {"status_code": raw.status, "response_body": _body_text(raw)}
        if not 200 <= raw.status < 300:
            raise TaskError(str(raw.refusal or self._failure(http_method, path, raw)), [row])
        answered = f"Tanium answered HTTP {raw.status} to {http_method} "
        return Output([row], {}, answered + printable(path, LONGEST_PATH))

    def _require_allowed(self, method: str) -> None:
        allowed = self._config.allow_make_request
        if allowed == OFF:
            raise ParameterError(
                "The asset does not allow make request: set its setting allow_make_request to reads"
                " or all."
            )
        if allowed != ALL and method not in READS:
            raise ParameterError(
                f"Parameter 'http_method' is '{method}', but the asset allows only"
                f" {' and '.join(READS)}: set its setting allow_make_request to all."
            )

    def _require_verified(self, verify_ssl: bool) -> None:
        if self._requests.verifies and not verify_ssl:
            raise ParameterError(
                "Parameter 'verify_ssl' is false, but the asset verifies the server's certificate,"
                " which a parameter cannot turn off: use true, or change the asset's setting"
                " verify_server_cert."
            )

    def _sent(
        self, method: str, path: str, content: dict[str, Any], timeout: int | None, verify: bool
    ) -> RawAnswer:
        try:
            return self._requests.send(
                method, path, **content, limit=LIMIT, verify=verify, timeout=timeout
            )
        except TooLargeError as error:
            raise TaskError(str(error), [{"status_code": error.status}]) from error
        except TransportError as error:
            if verify and not self._requests.verifies and error.lasting:
                raise TransportError(
                    f"{error} The asset does not verify certificates, but verify_ssl does: use"
                    " false to do as the asset does.",
                    error.sent,
                    error.lasting,
                ) from error
            raise

    def _failure(self, method: str, path: str, raw: RawAnswer) -> ApiError:
        detail = self._requests.explained(raw.body)
        target = raw.headers.get("Location", "") if 300 <= raw.status < 400 else ""
        if target:
            detail = f"it redirects to {printable(target, LONGEST_SENTENCE)}"
        is_read = method in ("HEAD", "OPTIONS")
        return error_for_status(raw.status)(raw.status, method, path, detail, is_read=is_read)


def _headers(headers: str | None, body: str | None) -> dict[str, str]:
    found = header_values(headers) if headers else {}
    if body is not None and "content-type" not in map(str.lower, found):
        found["Content-Type"] = "application/json"
    return found


def _body_text(raw: RawAnswer) -> str:
    """The body as text or, where it is none, as a data URL (RFC 2397)."""
    kind = raw.headers.get("Content-Type", "").partition(";")[0].strip()
    text = _decoded(raw)
    if text is None:
        text = f"data:{kind};base64,{base64.b64encode(raw.body).decode('ascii')}"
    if len(text) > LIMIT:
        raise TaskError(
            f"Tanium answered HTTP {raw.status}, but its answer is too large for the result: as"
            f" base64 it has more than {LIMIT} bytes.",
            [{"status_code": raw.status}],
        )
    return text


def _decoded(raw: RawAnswer) -> str | None:
    """In UTF-8, as JSON is, else as the server says; None for what is not text."""
    declared = Message()
    declared["Content-Type"] = raw.headers.get("Content-Type", "")
    for charset in ("utf-8", declared.get_content_charset() or "utf-8"):
        try:
            text = raw.body.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" not in text:
            return text
    return None
