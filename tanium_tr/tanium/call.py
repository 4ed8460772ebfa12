# File: call.py
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
"""One request to Tanium, written where it is used, and the ways in which servers are called.

`production` is what servers are seen to do, `specified` what the vendor's OpenAPI files say
(TANIUM_WIRE 2.11), `vendor` how the vendor describes Connect itself (CONNECT_VENDOR). Which of them
a server speaks may differ from route to route.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Callable, Optional, Union
from urllib.parse import quote

from ..errors import ParameterError


PRODUCTION, SPECIFIED, VENDOR = "production", "specified", "vendor"
DIALECTS = (PRODUCTION, SPECIFIED, VENDOR)
THREAT_RESPONSE = "/plugin/products/threat-response/api/v1"

Params = Union[Mapping[str, Any], Sequence[tuple[str, Any]]]
Shape = Callable[[Any], Optional[str]]


class Call:
    """One request. Each `{}` of the path is filled by one id, percent-encoded as one segment, so
    that no caller can leave it.

    Query parameters without a value (None or empty) are not sent. `is_read` is for a POST that
    changes nothing; `is_large` says that the answer may have more bytes than a page of rows, and
    `has_errors` that its caller reads the `errors` beside what was asked for. What is sent `once`
    is not sent again after a lost answer, although it is a read.
    Raises ParameterError for an id that no segment can hold.
    """

    def __init__(
        self,
        method: str,
        path: str,
        *ids: str | int,
        root: str = THREAT_RESPONSE,
        params: Params | None = None,
        json: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        is_read: bool = False,
        is_large: bool = False,
        has_errors: bool = False,
        once: bool = False,
    ) -> None:
        self.method, self.is_read = method, is_read or method == "GET"
        self.is_large, self.has_errors = is_large, has_errors
        self.is_repeatable = self.is_read and not once
        self.path = root + path.format(*(segment(str(each)) for each in ids))
        self.params = _with_values(params)
        self.json, self.data, self.headers = json, data, headers


def segment(value: str) -> str:
    """A name as one percent-encoded segment of a path. Ids keep their colons, as every Tanium
    client sends them.
    """
    if value in ("", ".", ".."):
        raise ParameterError(
            f"'{value}' cannot be part of an address on the server. Use another ID or name."
        )
    return quote(value, safe=":", errors="replace")


def _with_values(params: Params | None) -> Params | None:
    if isinstance(params, Mapping):
        return {name: value for name, value in params.items() if value not in (None, "")}
    return params


# What the shape of an answer says about the dialect of the server; None where it does not show.


def unknown(_body: Any) -> str | None:
    """For answers that look alike in all dialects."""
    return None


def bare_list(body: Any) -> str | None:
    """Production answers with a list, the specification wraps it."""
    return PRODUCTION if isinstance(body, list) else _enveloped(body)


def bare_text(body: Any) -> str | None:
    """Production answers with text, the specification wraps it."""
    return PRODUCTION if isinstance(body, str) else _enveloped(body)


def with_key(name: str) -> Shape:
    """Production answers with an object that has this key, the specification wraps it."""
    return lambda body: PRODUCTION if isinstance(body, dict) and name in body else _enveloped(body)


def _enveloped(body: Any) -> str | None:
    return SPECIFIED if isinstance(body, dict) and "data" in body else None


def camel_case(name: str) -> str:
    """`intel_doc_id` as `intelDocId`."""
    return re.sub(r"_([a-z0-9])", lambda match: match.group(1).upper(), name)


def snake_case(name: str) -> str:
    """`intelDocId` as `intel_doc_id`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match.group(1).lower(), name)


def specified_event_type(event_type: str) -> str:
    """The event type as the OpenAPI file spells it."""
    return {"dns": "DNS"}.get(event_type, event_type.capitalize())


def specified_columns(names: Sequence[str]) -> str:
    """Columns, signed to sort by them or not, in the specified spelling."""
    return ",".join(map(_specified_column, names))


def specified_sort(sort: str) -> str:
    """Columns to sort by, joined by commas, in the specified spelling."""
    return specified_columns([column for column in sort.split(",") if column])


def _specified_column(column: str) -> str:
    sign, name = (column[0], column[1:]) if column[0] in "+-" else ("", column)
    return sign + name[:1].lower() + camel_case(name[1:])
