# File: declaration.py
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
"""Settings that are declared once, as the fields of a dataclass: each field is annotated with its
parameter, and with where its value goes on the wire.

    batch_size: Annotated[Number, Param("Rows per request", NUMERIC), Setting("batchSize")] = None

What is None was not given, and stays as Tanium has it.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any, Optional, TypeVar, get_args, get_type_hints

from ..declare import Param


# Python 3.9 evaluates these annotations, so they are not written `str | None`.
Text = Optional[str]
Number = Optional[int]
Flag = Optional[bool]

Annotation = TypeVar("Annotation")


def params_of(settings: type) -> dict[str, Param]:
    """Field -> its parameter."""
    return annotations_of(settings, Param)


@cache
def annotations_of(settings: type, kind: type[Annotation]) -> dict[str, Annotation]:
    """Field -> its annotation of this kind, for the fields that have one."""
    hints = get_type_hints(settings, include_extras=True)
    return {
        field.name: each
        for field in fields(settings)
        for each in get_args(hints[field.name])[1:]
        if isinstance(each, kind)
    }


def given_values(settings: Any) -> dict[str, Any]:
    """The values of a dataclass of settings that differ from their defaults."""
    return {
        field.name: getattr(settings, field.name)
        for field in fields(settings)
        if getattr(settings, field.name) != field.default
    }
