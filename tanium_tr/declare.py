# File: declare.py
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

from typing import Any, Callable, NamedTuple, Protocol, TypeVar


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
