# File: queries.py
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
from urllib.parse import unquote, unquote_plus

from ..declare import Param
from ..errors import ParameterError
from ..numbers import natural_number
from ..times import FORMS, lasting_moment_in, utc_milliseconds
from ..words import shown


if TYPE_CHECKING:
    from collections.abc import Sequence


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

TIME_FILTERS = frozenset(["alertedAtFrom", "alertedAtUntil"])
# No value of these has a comma, a blank or a quote.
WORD_FILTERS = frozenset(
    [
        *("computerIpAddress", "guid", "intelDocId", "matchType", "mitreId", "priority"),
        *("scanConfigId", "severity", "state", "type"),
    ]
)

NO_FILTERS = frozenset(["expand", "include", "limit", "offset", "sort"])

_SPELLED = {name.lower(): name for name in KNOWN_FILTERS}
_NOT_IN_A_WORD = re.compile("[\\s=;|\"'\u2018\u2019\u201c\u201d]")
_QUOTED = re.compile("([\"'])(.*)\\1|[\u2018\u201c](.*)[\u2019\u201d]")
_LARGEST = 999_999_999  # of a limit or an offset

Filters = list[tuple[str, str]]
Query = Annotated[
    Optional[str],
    Param(
        "Query to filter alerts (e.g. 'intelDocId=1&priority=high')", examples=("priority=high",)
    ),
]


def parse_query(query: str) -> Filters:
    """Filters in their order, named as Tanium names them, whatever their case. Blanks around names
    and values are no part of them. Raises ParameterError for what is no list of name=value, and for
    a value that its filter cannot have.

        state = 'unresolved', InProgress        state=unresolved&state=inprogress
        alertedAtFrom=1793596500                alertedAtFrom=2026-11-02T05:15:00.000Z
    """
    found: Filters = []
    for pair in query.split("&") if query else ():
        name, is_pair, value = pair.partition("=")
        spelled = _name(unquote_plus(name).strip())
        if not (is_pair and spelled):
            raise ParameterError(
                f"Parameter 'query' is {shown(query)}: use name=value pairs joined by &, like"
                " state=unresolved&priority=high."
            )
        found += [(spelled, each) for each in _values(spelled, value.strip())]
    return found


def doubts(filters: Filters, states: Sequence[str]) -> list[str]:
    """What may be wrong with filters, in sentences. Tanium ignores one that it does not know and
    answers unfiltered; newer servers may know more than this module.
    """
    unknown = sorted({name for name, _ in filters} - KNOWN_FILTERS)
    empty = sorted({name for name, value in filters if not value} - NO_FILTERS)
    strange = [
        value
        for name, value in filters
        if name == "state" and not any(value in state for state in states)
    ]
    found = (
        f"Tanium may not support filtering alerts by {', '.join(unknown)}; if it does not, the"
        " result is not filtered.",
        f"An empty filter matches every alert: {', '.join(empty)}.",
        f"Tanium documents no state {', '.join(map(shown, strange))}, only {', '.join(states)}.",
    )
    return [sentence for sentence, is_true in zip(found, (unknown, empty, strange)) if is_true]


def _name(name: str) -> str:
    """A filter's name in Tanium's spelling; empty for what can be none, which Tanium would ignore
    and so answer unfiltered.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
        return ""
    known = _SPELLED.get(name.replace("_", "").lower())
    return known or re.sub(r"_([a-z])", lambda match: match.group(1).upper(), name)


def _values(name: str, text: str) -> list[str]:
    """The values of a filter, as Tanium takes them, from its encoded text."""
    if name in TIME_FILTERS:
        return [_time(name, text)]
    value = unquote_plus(text)
    if name not in WORD_FILTERS:
        return [value]
    words = [_unquoted(each.strip()) for each in value.split(",")]
    words = list(filter(None, words)) or [""]
    for word in words:
        if _NOT_IN_A_WORD.search(word):
            raise ParameterError(
                f"Parameter 'query' sets {name} to {shown(word)}: use values without blanks, quotes"
                " and signs. Join filters with &, and separate several values with commas, like"
                " state=unresolved,inprogress&priority=high."
            )
    return [word.lower() for word in words] if name in ("state", "priority") else words


def _time(name: str, text: str) -> str:
    """A time; the plus of an offset may be encoded or not."""
    for value in (unquote(text), unquote_plus(text)):
        moment = lasting_moment_in(value)
        if moment is not None:
            is_number = natural_number(value) is not None
            return utc_milliseconds(moment / 1000) if is_number else value
    raise ParameterError(f"Parameter 'query' sets {name} to {shown(unquote_plus(text))}: {FORMS}.")


def _unquoted(word: str) -> str:
    """Without the quotes around it."""
    match = _QUOTED.fullmatch(word)
    return (match[2] or match[3] or "") if match else word


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
