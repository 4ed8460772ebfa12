# File: rows.py
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
"""Connect's rows as they may be shown: without secrets, and with numbers for ids."""

from __future__ import annotations

from typing import Any, Callable

from ...numbers import as_number
from ...redaction import Redaction
from ...words import shown
from ..call import Call
from ..pagination import Page
from ..reply import Reply
from .secrets import secrets_in, without_secrets


ROOT = "/plugin/products/connect"
NO_CONTENT = 204

# Where the vendor's lists stand, if they are not bare.
LISTS = ("items", "body")

Row = dict[str, Any]

_NUMBERS = ("id", "connectionId", "savedQuestionId")


def connect_call(
    method: str,
    path: str,
    *ids: int | str,
    params: dict[str, Any] | None = None,
    json: Any = None,
    is_read: bool = False,
) -> Call:
    """A call to a path below `/plugin/products/connect`."""
    return Call(method, path, *ids, root=ROOT, params=params, json=json, is_read=is_read)


class Rows:
    """Every row passes here, so that the run's redaction knows the secrets in it."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction

    def protect(self, row: Row) -> Row:
        """The row as it is. Its secrets are redacted from messages from now on."""
        self._redaction.add(*secrets_in(row))
        return row

    def shown(self, row: Row) -> Row:
        """The row with masks for its secrets."""
        masked: Row = without_secrets(_with_numbers(self.protect(row)))
        return masked

    def listed(self, reply: Reply) -> list[Row]:
        return self.all_shown(reply.rows(*LISTS))

    def all_shown(self, rows: list[Row]) -> list[Row]:
        """Rows with masks for their secrets, all of which are known before the first is shown."""
        self._redaction.add(*(secret for row in rows for secret in secrets_in(row)))
        return [self.shown(row) for row in rows]

    def changed(self, reply: Reply, converted: Callable[[Row], Row] = dict, **known: Any) -> Row:
        """The row that a change is answered with, and what is known without it; that alone after
        HTTP 204, which is a success without a row. `converted` gives the row the specified names.
        Raises ResponseError for a row in which a known value is another one.
        """
        row = {} if reply.status == NO_CONTENT else self.shown(converted(reply.thing()))
        for name, value in known.items():
            if type(row.get(name)) is type(value) and row[name] != value:
                raise reply.unchanged(f"its {name} is {shown(row[name])}")
        return {**row, **known}


def page_of(rows: list[Any], count: int, *, all_at_once: bool = False) -> Page:
    """More rows than were asked for are all there are, from a server that does not page."""
    if all_at_once or len(rows) > count:
        return Page(rows, len(rows), is_whole=True)
    return Page(rows, short_page_ends=False)


def _with_numbers(value: Any) -> Any:
    """Ids that came as digits are numbers."""
    if isinstance(value, dict):
        return {
            key: as_number(inner) if key in _NUMBERS else _with_numbers(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_with_numbers(inner) for inner in value]
    return value
