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
from typing import Any, Optional


# Python 3.9 evaluates these annotations, so they are not written `str | None`.
Text = Optional[str]
Number = Optional[int]
Flag = Optional[bool]


def given_values(settings: Any) -> dict[str, Any]:
    """The values of a dataclass of settings that differ from their defaults."""
    return {
        field.name: getattr(settings, field.name)
        for field in fields(settings)
        if getattr(settings, field.name) != field.default
    }
