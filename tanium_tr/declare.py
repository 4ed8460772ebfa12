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

An action is one typed method of a class in `actions/`, and its parameters are its signature:

    AlertId = Annotated[int, Param("Alert ID", contains=(ALERT_ID,))]

    @action(read_only=True, permissions=(ALERTS_READ,), columns=ALERT)
    def get_alert(self, alert_id: AlertId, wait: Wait = False) -> Output:
        \"""Get an alert.

        What else a playbook author should know.
        \"""

The Python type gives SOAR's type; a default is SOAR's default, no default means required, and
`Optional[...] = None` means optional. The first paragraph of the docstring is the description of
the action, the rest its verbose text.

`permissions` are those that the action needs; they are named when Tanium refuses it. `may_need` are
those that only some of its parameters or servers need, or that no refusal names because nothing but
their names suggests them. An action that needs none says `permissions=()`.
"""

from __future__ import annotations

from functools import cache
from typing import (
    Annotated,
    Any,
    Callable,
    NamedTuple,
    NewType,
    Protocol,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from .permissions import Permission


# SOAR's data types.
STRING, NUMERIC, PASSWORD, BOOLEAN = "string", "numeric", "password", "boolean"


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
# pragma: allowlist nextline secret - the hash of a sentence
EXAMPLE_MD5 = "9e107d9d372bb6826bd81d3542a419d6"


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
ALERT_GUID = "threatresponse alert guid"
LABEL_ID = "threatresponse label id"
EVIDENCE_ID = "threatresponse evidence id"
RESPONSE_ACTION_ID = "threatresponse response action id"
DATA_CONNECTION_ID = "tanium data connection id"
DATA_SOURCE_ID = "tanium data source id"
DESTINATION_ID = "tanium destination id"
SCHEDULE_ID = "tanium schedule id"
CONNECT_RUN_ID = "tanium connect run id"
ENDPOINT_ID = "tanium endpoint id"
PROCESS_NAME = "process name"
COMPUTER_GROUP = "tanium computer group name"
SENSOR_NAME = "tanium sensor name"
PACKAGE_NAME = "tanium package name"
PLATFORM_ACTION_ID = "tanium action id"

# As the published app "Tanium REST" calls them.
QUESTION_TEXT, QUESTION_ID = "taniumrest question text", "taniumrest question id"
GROUP_DEFINITION = "taniumrest group definition"


# The type of a parameter that is a password.
Secret = NewType("Secret", str)


class Param(NamedTuple):
    """One parameter. A handler gets text stripped, numbers as whole `int`, booleans as `bool`,
    `many` as a list of texts.

    In a signature, `type`, `default` and `many` follow from the annotation, and `required` from
    the default; a required parameter that SOAR fills in all the same says so here.
    """

    description: str
    type: str = STRING
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    many: bool = False  # comma-separated; a value in double quotes may hold commas
    narrows: bool = False  # without it more is meant, so that a list without items is an error
    identifier: bool = False  # becomes part of a URL's path, so it must stay one segment of it
    pattern: str = ""  # what all of a text must match, and in words what to use
    form: str = ""
    minimum: int = 0
    maximum: int | None = None
    longest: int = 32_767  # characters of a text, or of one of many; no path on Windows has more
    examples: tuple[Any, ...] = ()
    # What SOAR's form offers where it is not the default of a value that is missing.
    offered: Any = None
    # May hold secrets, as a password does, so that its value is not kept with the result.
    hides: bool = False


Limit = Annotated[int, Param("Maximum number of results to return", minimum=1, examples=(100,))]
Offset = Annotated[int, Param("Offset into the result set", examples=(0,))]


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


class Declaration(NamedTuple):
    """What the decorator of an action says; the rest of what is declared of it is its signature and
    its docstring.
    """

    type: str
    read_only: bool
    columns: tuple[Column, ...]
    summary: tuple[Column, ...]
    message: str
    view: str
    permissions: tuple[Permission, ...]
    may_need: tuple[Permission, ...]


Function = TypeVar("Function", bound=Callable[..., Output])
Annotation = TypeVar("Annotation")


class Handler(Protocol):
    """A method that `action` has marked."""

    __name__: str
    declaration: Declaration

    def __call__(self, *service: Any, **parameters: Any) -> Output: ...

    def __hash__(self) -> int: ...


def action(
    *,
    type: str = "investigate",
    read_only: bool,
    permissions: tuple[Permission, ...] | None = None,
    may_need: tuple[Permission, ...] = (),
    columns: tuple[Column, ...] = (),
    summary: tuple[Column, ...] = (),
    message: str = "",
    view: str = "",
) -> Callable[[Function], Function]:
    """Mark a method as the handler of the action that carries its name. `message` is an example of
    a success message.
    """
    declaration = Declaration(
        type, read_only, columns, summary, message, view, permissions or (), may_need
    )

    def mark(handler: Function) -> Function:
        if permissions is None and not may_need:
            raise TypeError(f"{handler.__name__} does not say which permissions it needs")
        handler.declaration = declaration  # type: ignore[attr-defined]
        return handler

    return mark


def handlers_of(*classes: type) -> dict[str, Handler]:
    """Action identifier -> marked method, over classes."""
    return {
        name: member
        for each in classes
        for name, member in vars(each).items()
        if hasattr(member, "declaration")
    }


class Group(NamedTuple):
    """Parameters that a handler takes as one object: the fields of a dataclass, each annotated with
    its Param.
    """

    dataclass: type
    params: dict[str, Param]


Signature = dict[str, Union[Param, Group]]


@cache
def signature_of(handler: Any) -> Signature:
    """An action's parameters in their order. One whose annotation is a dataclass, `settings:
    DestinationSettings`, is a group of them.

    Annotations are evaluated only here, so that a run evaluates those of its own action only.
    """
    annotations = get_type_hints(handler, include_extras=True)
    code, defaults = handler.__code__, _defaults(handler)
    names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
    return {
        name: _declared(annotations[name], name in defaults, defaults.get(name)) for name in names
    }


@cache
def annotations_of(fields: type, kind: type[Annotation]) -> dict[str, Annotation]:
    """Field -> its annotation of this kind, for the fields of a dataclass that have one."""
    return {
        name: each
        for name, hint in get_type_hints(fields, include_extras=True).items()
        for each in get_args(hint)[1:]
        if isinstance(each, kind)
    }


def parameters_of(signature: Signature) -> dict[str, Param]:
    """SOAR's parameters of an action: each of a group stands for itself."""
    found: dict[str, Param] = {}
    for name, declared in signature.items():
        found.update(declared.params if isinstance(declared, Group) else {name: declared})
    return found


def arguments_of(signature: Signature, values: dict[str, Any]) -> dict[str, Any]:
    """A handler's arguments from the values of SOAR's parameters; a group is one object."""
    return {
        name: declared.dataclass(**{each: values[each] for each in declared.params})
        if isinstance(declared, Group)
        else values[name]
        for name, declared in signature.items()
    }


def _defaults(handler: Any) -> dict[str, Any]:
    code, values = handler.__code__, handler.__defaults__ or ()
    with_default = code.co_varnames[code.co_argcount - len(values) : code.co_argcount]
    return {**dict(zip(with_default, values)), **(handler.__kwdefaults__ or {})}


def _declared(annotation: Any, has_default: bool, default: Any) -> Param | Group:
    """A group, or a parameter with what its annotation and its default say:
    `Annotated[Optional[int], Param("Alert ID")]` makes it numeric.
    """
    if isinstance(annotation, type):
        return Group(annotation, annotations_of(annotation, Param))
    annotated = _without_none(annotation)
    declared: Param = annotated.__metadata__[0]
    python_type = _without_none(get_args(annotated)[0])
    return declared._replace(
        type=_SOAR_TYPES.get(python_type, STRING),
        many=get_origin(python_type) is list,
        required=declared.required or not has_default,
        default=default,
    )


_SOAR_TYPES = {int: NUMERIC, bool: BOOLEAN, Secret: PASSWORD}


def _without_none(annotation: Any) -> Any:
    """`X` for `Optional[X]`, which Python 3.9 also makes of any `X` with the default None."""
    if get_origin(annotation) is Union:
        return next(each for each in get_args(annotation) if each is not type(None))
    return annotation
