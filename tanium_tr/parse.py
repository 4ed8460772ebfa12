# File: parse.py
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
"""A handler's arguments from SOAR's parameters, which playbooks fill with any JSON value."""

from __future__ import annotations

import re
from typing import Any

from .declare import BOOLEAN, NUMERIC, PASSWORD, Param
from .errors import ParameterError
from .numbers import whole_number
from .redaction import MASK
from .words import shown


def parse(
    params: dict[str, Param], given: dict[str, Any], what: str = "Parameter"
) -> dict[str, Any]:
    """A handler's keyword arguments from SOAR's parameters, which playbooks fill with any JSON
    value.

    Missing, null, blank and a list without items mean the same, but for a parameter that narrows
    what is meant, which such a list would widen.
    Raises ParameterError that says which parameter, what was wrong and what is allowed.
    """
    return {
        name: _parse_one(f"{what} '{name}'", param, given.get(name))
        for name, param in params.items()
    }


def _parse_one(name: str, param: Param, value: Any) -> Any:
    if isinstance(value, str) and param.type != PASSWORD:
        value = value.strip()
    if value is None or value == "" or (param.many and not param.narrows and value == []):
        if param.required:
            raise ParameterError(f"{name} is required: {_expected(param)}.")
        return split_list(param.default) if param.many and param.default else param.default
    if param.type == NUMERIC:
        return _whole_number(name, param, value)
    if param.type == BOOLEAN:
        return _boolean(name, value)
    if param.type == PASSWORD:
        return _secret(name, param, value)
    text = _playbook_text(name, param, value)
    if param.many:
        return _many_texts(name, param, text)
    return _one_text(name, param, text)


def _many_texts(name: str, param: Param, text: str) -> list[str]:
    if not (param.identifier or param.choices or param.pattern or param.narrows):
        return [_one_text(name, param, item) for item in split_list(text)]
    if '"' not in text:
        # A playbook's format step with a loop puts each value on a line of its own.
        text = re.sub(r"[\r\n]+", ",", text)
    # A comma too many is no item; in other lists an empty item has its meaning.
    items = [item for item in split_list(text) if item]
    if not items:
        raise ParameterError(f"{name} holds no value: {_expected(param)}.")
    return [_one_text(name, param, item) for item in items]


def _expected(param: Param) -> str:
    """What a parameter is: its description, else what it may hold."""
    if param.type == NUMERIC or param.choices or not param.description:
        return _allowed(param)
    return param.description


def _allowed(param: Param) -> str:
    if param.type == NUMERIC:
        limit = (
            f"from {param.minimum} to {param.maximum}"
            if param.maximum is not None
            else f"of {param.minimum} or more"
        )
        return f"use a whole number {limit}"
    if param.choices:
        return f"use {'any of' if param.many else 'one of'} {', '.join(param.choices)}"
    return "specify a value"


def _whole_number(name: str, param: Param, value: Any) -> int:
    number = whole_number(value)
    if (
        number is None
        or number < param.minimum
        or (param.maximum is not None and number > param.maximum)
    ):
        raise ParameterError(f"{name} is {shown(value)}: {_allowed(param)}.")
    return number


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise ParameterError(f"{name} is {shown(value)}: use true or false.")


def _secret(name: str, param: Param, value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ParameterError(f"{name} is not printable text; enter it again.")
    if len(value) > param.longest:
        raise ParameterError(f"{name} has {len(value)} characters: use at most {param.longest}.")
    return value


def _playbook_text(name: str, param: Param, value: Any) -> str:
    """Text, also of a number, which playbooks pass where ids are text, and of a list of texts."""
    if isinstance(value, (int, float)):
        number = whole_number(value)
        if number is not None:
            return str(number)
    elif isinstance(value, list) and param.many and all(isinstance(item, str) for item in value):
        return ",".join('"{}"'.format(item.replace('"', '""')) for item in value)
    elif isinstance(value, str):
        return value
    form = "text, or a list of texts" if param.many else "text"
    raise ParameterError(f"{name} is {_shown_of(param, value)}: use {form}.")


_LIST_ITEM = r'\s*"((?:[^"]|"")*)"\s*(,|$)|([^,]*)(,|$)'


def split_list(text: str) -> list[str]:
    """Items of a comma-separated list. Only an item that is quoted as a whole loses its quotes, so
    that command lines such as `"C:\\Program Files\\x.exe" -a` stay as they are, which the csv
    module would not do.
    """
    if '"' not in text:
        return [item.strip() for item in text.split(",")]
    items, position, list_item = [], 0, re.compile(_LIST_ITEM)
    while True:
        match = list_item.match(text, position)
        assert match  # the second alternative takes anything
        quoted, comma_after_quoted, plain, comma_after_plain = match.groups()
        items.append(plain.strip() if quoted is None else quoted.replace('""', '"'))
        position = match.end()
        if not (comma_after_quoted or comma_after_plain):
            return items


# What no percent-encoding holds in one segment of a path, because servers and proxies decode it;
# in a list, commas part the ids, and an asterisk is taken for a mistake.
_OUTSIDE_A_SEGMENT = r"[/\\\x00-\x1f\x7f-\x9f]"
_OUTSIDE_A_LIST = "[,*]"


def _one_text(name: str, param: Param, value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ParameterError(
            f"{name} holds half of a character (a lone surrogate): use valid Unicode text."
        ) from None
    if len(value) > param.longest:
        raise ParameterError(
            f"{name} is {_shown_of(param, value)}, of {len(value)} characters: use at most"
            f" {param.longest}."
        )
    if param.choices:
        value = _choice(name, param, value)
    if param.pattern and not re.fullmatch(param.pattern, value):
        raise ParameterError(f"{name} is {shown(value)}: use {param.form}.")
    if param.identifier:
        _require_segment(name, param, value)
    return value


def _require_segment(name: str, param: Param, value: str) -> None:
    if value in (".", "..") or re.search(_OUTSIDE_A_SEGMENT, value):
        raise ParameterError(
            f"{name} is {shown(value)}: an ID is neither '.' nor '..', and contains no slashes,"
            " backslashes or control characters."
        )
    if param.many and re.search(_OUTSIDE_A_LIST, value):
        raise ParameterError(
            f"{name} holds {shown(value)}: in a list, an ID contains no commas or asterisks."
        )


def _choice(name: str, param: Param, value: str) -> str:
    for choice in param.choices:
        if choice.lower() == value.lower():
            return choice
    raise ParameterError(f"{name} is {shown(value)}: {_allowed(param)}.")


def _shown_of(param: Param, value: Any) -> str:
    return MASK if param.hides else shown(value)
