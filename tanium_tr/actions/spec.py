# File: spec.py
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
"""How an action is declared: the one truth behind the manifest, the parsing of parameters, the
README's reference and the contract tests.
"""

from __future__ import annotations

import re
from typing import Any, Callable, NamedTuple, Protocol, TypeVar

from ..errors import ParameterError


# SOAR's data types.
STRING, NUMERIC, BOOLEAN, PASSWORD = "string", "numeric", "boolean", "password"

# `contains` names: SOAR's context menus offer a value to every parameter that has one of its names.
HOST_NAME, IP, DOMAIN, PID, USER_NAME = "host name", "ip", "domain", "pid", "user name"
FILE_NAME, FILE_PATH, MD5, SHA1, SHA256, VAULT_ID = (
    "file name",
    "file path",
    "md5",
    "sha1",
    "sha256",
    "vault id",
)
CLIENT_ID = "threatresponse client id"
CONNECTION_ID = "threatresponse connection id"
SNAPSHOT_ID = "threatresponse snapshot id"
PROCESS_TABLE_ID = "threatresponse process table id"
FILE_ID = "threatresponse file id"
FILE_HASH = "threatresponse file hash"
INTEL_DOC = "threatresponse intel doc"
INTEL_DOC_ID = "threatresponse intel doc id"
TASK_ID = "threatresponse task id"
ALERT_ID = "threatresponse alert id"
LABEL_ID = "threatresponse label id"
EVIDENCE_ID = "threatresponse evidence id"
RESPONSE_ACTION_ID = "threatresponse response action id"
DATA_CONNECTION_ID = "tanium data connection id"
DATA_SOURCE_ID = "tanium data source id"
DESTINATION_ID = "tanium destination id"
SCHEDULE_ID = "tanium schedule id"
COMPUTER_GROUP = "tanium computer group name"


class Param(NamedTuple):
    """One parameter. A handler gets text stripped, numbers as whole `int`, booleans as `bool`,
    `many` as a list of texts.
    """

    description: str
    type: str = STRING
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    many: bool = False  # comma-separated; a value in double quotes may hold commas
    identifier: bool = False  # becomes part of a URL's path, so it must stay one segment of it
    minimum: int = 0
    maximum: int | None = None
    longest: int = 32_767  # characters of a text, or of one of many; no path on Windows has more
    examples: tuple[Any, ...] = ()
    # May hold secrets, as a password does, so that its value is not kept with the result.
    hides: bool = False


LONGEST_SHOWN = 100  # characters of a value in a message

LIMIT = Param(
    "Maximum number of results to return", NUMERIC, default=1000, minimum=1, examples=(100,)
)
OFFSET = Param("Offset into the result set", NUMERIC, default=0, examples=(0,))


class Column(NamedTuple):
    """One data path below `action_result.data.*` or `action_result.summary`; an empty path names
    the container itself.
    """

    path: str
    type: str = STRING
    contains: tuple[str, ...] = ()
    examples: tuple[Any, ...] = ()
    title: str = ""  # heading in SOAR's table; without one the value is not shown there


WHOLE = Column("")


class Output(NamedTuple):
    """What a handler returns: the rows, the summary and the sentence for the analyst."""

    rows: list[dict[str, Any]]
    summary: dict[str, Any]
    message: str


class ActionSpec(NamedTuple):
    identifier: str
    description: str
    type: str
    read_only: bool
    params: dict[str, Param]
    columns: tuple[Column, ...]
    summary: tuple[Column, ...]
    message: str
    verbose: str
    # Function of tanium_tr_view that shows the results; without one SOAR makes a table of the
    # titled columns.
    view: str = ""

    @property
    def name(self) -> str:
        return self.identifier.replace("_", " ")


Function = TypeVar("Function", bound=Callable[..., Output])


class Handler(Protocol):
    """A method that `action` has marked."""

    spec: ActionSpec

    def __call__(self, **parameters: Any) -> Output: ...


def action(
    description: str,
    *,
    type: str = "investigate",
    read_only: bool,
    params: dict[str, Param] | None = None,
    columns: tuple[Column, ...] = (),
    summary: tuple[Column, ...] = (),
    message: str = "",
    verbose: str = "",
    view: str = "",
) -> Callable[[Function], Function]:
    """Mark a method as the handler of the action that carries its name. `message` is an example of
    a success message.
    """

    def mark(handler: Function) -> Function:
        spec = ActionSpec(
            handler.__name__,
            description,
            type,
            read_only,
            params or {},
            columns,
            summary,
            message,
            verbose,
            view,
        )
        handler.spec = spec  # type: ignore[attr-defined]
        return handler

    return mark


def handlers_of(*services: Any) -> dict[str, Handler]:
    """Action identifier -> marked method, over service instances or classes."""
    found = {}
    for service in services:
        for name in vars(service if isinstance(service, type) else type(service)):
            if hasattr(getattr(service, name), "spec"):
                found[name] = getattr(service, name)
    return found


def parse(
    params: dict[str, Param], given: dict[str, Any], what: str = "Parameter"
) -> dict[str, Any]:
    """A handler's keyword arguments from SOAR's parameters, which playbooks fill with any JSON
    value.

    Missing, null, blank and a list without items mean the same.
    Raises ParameterError that says which parameter, what was wrong and what is allowed.
    """
    return {
        name: _parse_one(f"{what} '{name}'", param, given.get(name))
        for name, param in params.items()
    }


def _parse_one(name: str, param: Param, value: Any) -> Any:
    if isinstance(value, str) and param.type != PASSWORD:
        value = value.strip()
    if value is None or value == "" or (param.many and value == []):
        if param.required:
            raise ParameterError(f"{name} is required: {_allowed(param)}.")
        return split_list(param.default) if param.many and param.default else param.default
    if param.type == NUMERIC:
        return _number(name, param, value)
    if param.type == BOOLEAN:
        return _boolean(name, value)
    if param.type == PASSWORD:
        return _secret(name, param, value)
    text = _text(name, param, value)
    if param.many:
        return _many_texts(name, param, text)
    return _one_text(name, param, text)


def _many_texts(name: str, param: Param, text: str) -> list[str]:
    items = split_list(text)
    if param.identifier or param.choices:
        # A comma too many is no item; elsewhere an empty item has its meaning.
        items = [item for item in items if item]
        if not items:
            raise ParameterError(f"{name} names nothing: {_allowed(param)}.")
    return [_one_text(name, param, item) for item in items]


def _allowed(param: Param) -> str:
    if param.type == NUMERIC:
        limit = (
            f"from {param.minimum} to {param.maximum}"
            if param.maximum is not None
            else f"of {param.minimum} or more"
        )
        return f"give a whole number {limit}"
    if param.choices:
        return f"give {'any of' if param.many else 'one of'} {', '.join(param.choices)}"
    return (
        f"give {param.description[0].lower()}{param.description[1:]}"
        if param.description
        else "give a value"
    )


def _number(name: str, param: Param, value: Any) -> int:
    number = _whole(value)
    if (
        number is None
        or number < param.minimum
        or (param.maximum is not None and number > param.maximum)
    ):
        raise ParameterError(f"{name} is {shown(value)}: {_allowed(param)}.")
    return number


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        match = re.fullmatch(r"([+-]?[0-9]{1,20})(\.0*)?", value)
        return int(match.group(1)) if match else None
    if isinstance(value, float):
        # From 2**53 on a float may have lost digits of the number that was meant.
        return int(value) if value.is_integer() and abs(value) < 2**53 else None
    return value if isinstance(value, int) and abs(value) < 2**64 else None


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise ParameterError(f"{name} is {shown(value)}: give true or false.")


def _secret(name: str, param: Param, value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ParameterError(f"{name} is not printable text; enter it again.")
    if len(value) > param.longest:
        raise ParameterError(f"{name} has {len(value)} characters: give at most {param.longest}.")
    return value


def _text(name: str, param: Param, value: Any) -> str:
    if isinstance(value, (int, float)):
        # Playbooks pass numbers where ids are text.
        number = _whole(value)
        if number is not None:
            return str(number)
    elif isinstance(value, list) and param.many and all(isinstance(item, str) for item in value):
        return ",".join('"{}"'.format(item.replace('"', '""')) for item in value)
    elif isinstance(value, str):
        return value
    raise ParameterError(f"{name} is {_shown_of(param, value)}: give text.")


_LIST_ITEM = re.compile(r'\s*"((?:[^"]|"")*)"\s*(,|$)|([^,]*)(,|$)')


def split_list(text: str) -> list[str]:
    """Items of a comma-separated list. Only an item that is quoted as a whole loses its quotes, so
    that command lines such as `"C:\\Program Files\\x.exe" -a` stay as they are, which the csv
    module would not do.
    """
    items, position = [], 0
    while True:
        match = _LIST_ITEM.match(text, position)
        assert match  # the second alternative takes anything
        quoted, comma_after_quoted, plain, comma_after_plain = match.groups()
        items.append(plain.strip() if quoted is None else quoted.replace('""', '"'))
        position = match.end()
        if not (comma_after_quoted or comma_after_plain):
            return items


_OUTSIDE_A_SEGMENT = re.compile(r"[/\\?#%;,*\x00-\x1f\x7f]")


def _one_text(name: str, param: Param, value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ParameterError(
            f"{name} holds half of a character (a lone surrogate): give valid Unicode text."
        ) from None
    if len(value) > param.longest:
        raise ParameterError(
            f"{name} is {_shown_of(param, value)}, of {len(value)} characters: give at most"
            f" {param.longest}."
        )
    if param.choices:
        value = _choice(name, param, value)
    if param.identifier and (value in ("", ".", "..") or _OUTSIDE_A_SEGMENT.search(value)):
        raise ParameterError(
            f"{name} is {shown(value)}: an id holds none of / \\ ? # % ; , * and no control"
            " characters."
        )
    return value


def _choice(name: str, param: Param, value: str) -> str:
    for choice in param.choices:
        if choice.lower() == value.lower():
            return choice
    raise ParameterError(f"{name} is {shown(value)}: {_allowed(param)}.")


def _shown_of(param: Param, value: Any) -> str:
    return "***" if param.hides else shown(value)


def id_of(value: Any) -> int | None:
    """An id that Tanium gives as a number or as a string of up to 20 digits; None for anything
    else.
    """
    return int(value) if re.fullmatch("[0-9]{1,20}", str(value)) else None


def part(row: dict[str, Any], key: str) -> dict[str, Any]:
    """The object at a key of a row that Tanium gives; empty where there is none."""
    found = row.get(key)
    return found if isinstance(found, dict) else {}


def counted(number: int, noun: str) -> str:
    """Like `1 record` and `2 records`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Text from elsewhere as it may stand in a message: printable, at most LONGEST_SHOWN
    characters.
    """
    start = "".join(each if each.isprintable() else "\ufffd" for each in text[:LONGEST_SHOWN])
    return start if len(text) <= LONGEST_SHOWN else f"{start[:-3]}..."


def shown(value: Any) -> str:
    """Any value as it may stand in a message: text in quotes, everything else as Python writes it."""
    return f"'{printable(value)}'" if isinstance(value, str) else printable(ascii(value))
