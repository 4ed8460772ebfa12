# File: json_values.py
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
"""Parameters that are JSON, checked member by member, so that an error names the place:
`columns[2].valueType`.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Mapping
from typing import Any, Callable

from ..errors import ParameterError
from ..words import printable, shown


# Gives the value to send for one that stands at a place; raises InvalidMember, with what should be
# given.
Check = Callable[[Any], Any]


DEEPEST = 50  # lists and objects within each other


class InvalidMember(Exception):
    """A value that cannot be used; the text is what the error needs to say of it."""


def json_value(name: str, text: str, kind: type) -> Any:
    """The list or object that a parameter's text is, or with the kind `object` any JSON. Raises
    ParameterError, which does not show the text, as it may hold secrets.
    """
    forms: dict[type, str] = {list: "a list in [ ]", dict: "an object in { }"}
    what = forms.get(kind, "JSON")
    try:
        value = json.loads(text, object_pairs_hook=_without_repeated_keys)
        # Python also reads NaN, Infinity and half of a character (a lone surrogate), which no
        # server does.
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8")
        _require_shallow(value)
    except (ValueError, RecursionError) as error:
        raise ParameterError(
            f"Parameter '{name}' is not valid JSON ({error}): use {what}."
        ) from error
    except InvalidMember as wrong:
        raise ParameterError(
            f"Parameter '{name}' cannot be used: an object has the key {wrong} twice."
        ) from None
    if not isinstance(value, kind):
        raise ParameterError(f"Parameter '{name}' is JSON of the wrong kind: use {what}.")
    return value


def object_in_text(name: str, text: str) -> dict[str, Any]:
    """The object that a parameter's text is: in JSON, or in the notation with single quotes in
    which SOAR writes an object into a text. Raises ParameterError.
    """
    try:
        return json_value(name, text, dict)
    except ParameterError:
        written = _literal(text)
        if written is None:
            raise
    return json_value(name, written, dict)


def _literal(text: str) -> str | None:
    """An object with single quotes as JSON; None for what is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a backslash too many is no matter
            tree = ast.parse(text.strip(), mode="eval").body
        if not isinstance(tree, ast.Dict):
            return None
        keys = [ast.literal_eval(key) for key in tree.keys if key is not None]
        if len(set(map(str, keys))) < len(tree.keys):
            return None
        return json.dumps(ast.literal_eval(tree))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _require_shallow(value: Any, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise ValueError(f"more than {DEEPEST} levels")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            _require_shallow(inner, depth + 1)


def _without_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values of one key, Python would drop the first without a word."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise InvalidMember(next(shown(key) for key in keys if keys.count(key) > 1))
    return found


def json_object(
    name: str, text: str, fields: Mapping[str, Check], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """An object of nothing but these fields."""
    return _checked_object(name, name, json_value(name, text, dict), fields, required)


def json_objects(
    name: str, text: str, fields: Mapping[str, Check], required: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """A list of objects of nothing but these fields."""
    return [
        _checked_object(name, f"{name}[{index}]", item, fields, required)
        for index, item in enumerate(json_value(name, text, list))
    ]


def misplaced(name: str, place: str, what: str) -> ParameterError:
    """The error to raise for what stands at `place` of the parameter `name`."""
    return ParameterError(f"Parameter '{name}' cannot be used: {place} {what}.")


def _checked_object(
    name: str, place: str, item: Any, fields: Mapping[str, Check], required: tuple[str, ...]
) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise misplaced(name, place, f"is {shown(item)}: use an object")
    for key in required:
        if key not in item:
            raise misplaced(name, place, f"has no {key}")
    found = {}
    for key, value in item.items():
        if key not in fields:
            raise misplaced(
                name, f"{place}.{printable(key)}", f"is not known: use any of {', '.join(fields)}"
            )
        try:
            found[key] = fields[key](value)
        except InvalidMember as wrong:
            raise misplaced(name, f"{place}.{key}", f"is {shown(value)}: use {wrong}") from None
    return found


def text(value: Any) -> str:
    """Text that is not blank."""
    if isinstance(value, str) and value.strip():
        return value
    raise InvalidMember("text")


def text_or_number(value: Any) -> str:
    """The text that a number is written as."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return value
    raise InvalidMember("text")


def number(value: Any) -> Any:
    """A whole number or a fraction."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise InvalidMember("a number")


def positive(value: Any) -> int:
    """A whole number from 1 on."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise InvalidMember("a whole number of 1 or more")


def truth(value: Any) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise InvalidMember("true or false")


def one_of(*choices: str) -> Check:
    """A check that a value is one of these."""

    def check(value: Any) -> Any:
        if value in choices:
            return value
        raise InvalidMember(f"one of {', '.join(choices)}")

    return check
