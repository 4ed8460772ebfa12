# File: alert_queries.py
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
"""Queries for alerts, as a person writes them: `intelDocId=1&priority=high`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Optional
from urllib.parse import parse_qsl

from .declare import Param
from .errors import ParameterError
from .numbers import natural_number
from .words import shown


if TYPE_CHECKING:
    from .soar.platform import SoarPlatform


# Parameters of Tanium's list of alerts (TANIUM_WIRE 2.3).
KNOWN_FILTERS = frozenset(
    [
        "alertedAtFrom",
        "alertedAtUntil",
        "computerIpAddress",
        "computerName",
        "details",
        "expand",
        "guid",
        "include",
        "intelDocId",
        "intelDocName",
        "intelSource",
        "intelType",
        "labelName",
        "limit",
        "matchType",
        "mitreId",
        "offset",
        "path",
        "platform",
        "priority",
        "scanConfigId",
        "severity",
        "sort",
        "state",
        "type",
    ]
)

_LARGEST = 999_999_999  # of a limit or an offset

Filters = list[tuple[str, str]]
Query = Annotated[
    Optional[str],
    Param(
        "Query to filter alerts (e.g. 'intelDocId=1&priority=high')", examples=("priority=high",)
    ),
]


def parse_query(query: str) -> Filters:
    """Filters in their order, named as Tanium names them. Raises ParameterError for what is not a
    list of name=value.
    """
    try:
        return [
            (_name(name), value)
            for name, value in parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
        ]
    except ValueError:
        raise ParameterError(
            f"Parameter 'query' is {shown(query)}: use name=value pairs joined by &, like"
            " state=unresolved&priority=high."
        ) from None


def warn_of_unknown(soar: SoarPlatform, filters: Filters) -> None:
    """Tanium ignores a filter that it does not know and answers unfiltered; newer servers may know
    more than this list.
    """
    unknown = sorted({name for name, _ in filters} - KNOWN_FILTERS)
    if unknown:
        soar.progress(
            f"Tanium may not support filtering alerts by {', '.join(unknown)}; if it does not, the"
            " result is not filtered."
        )


def _name(name: str) -> str:
    """A filter's name in Tanium's spelling. Raises ValueError for what can be none, which Tanium
    would ignore and so answer unfiltered.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name.strip()):
        raise ValueError(name)
    return re.sub(r"_([a-z])", lambda match: match.group(1).upper(), name.strip())


def place_of(
    filters: Filters, limit: int | None, offset: int | None, *, usual_limit: int
) -> tuple[Filters, int, int]:
    """The filters without their place in the list, and that place: the limit and the offset, each
    the parameter's, else the query's, else the usual one. Raises ParameterError for one in the
    query that is none.
    """
    in_query = {name: value for name, value in filters if name in ("limit", "offset")}
    return (
        [pair for pair in filters if pair[0] not in in_query],
        _number("limit", limit, in_query, usual_limit, minimum=1),
        _number("offset", offset, in_query, 0, minimum=0),
    )


def _number(
    name: str, parameter: int | None, in_query: dict[str, str], usual: int, *, minimum: int
) -> int:
    if parameter is not None:
        return parameter
    if name not in in_query:
        return usual
    value = in_query[name]
    number = natural_number(value)
    if number is None or not minimum <= number <= _LARGEST:
        raise ParameterError(
            f"Parameter 'query' sets {name} to {shown(value)}: use a whole number of {minimum} or"
            " more."
        )
    return number
