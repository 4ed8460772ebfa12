# File: action_specs.py
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
"""All that is declared of an action, as the manifest and the guides show it."""

from __future__ import annotations

from typing import NamedTuple

from tanium_tr.declare import Column, Handler, Param, parameters_of, signature_of
from tanium_tr.permissions import USE_API, Permission


_THREAT_RESPONSE = USE_API.partition("use")[0]


class ActionSpec(NamedTuple):
    """From its decorator, its signature and its docstring."""

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
    permissions: tuple[Permission, ...] = ()
    may_need: tuple[Permission, ...] = ()

    @property
    def name(self) -> str:
        return self.identifier.replace("_", " ")

    @property
    def needs(self) -> tuple[Permission, ...]:
        """All permissions that it may need, each once: that of Threat Response's API with those of
        its parts.
        """
        found = dict.fromkeys((*self.permissions, *self.may_need))
        if any(name.startswith(_THREAT_RESPONSE) for name in found):
            found.setdefault(USE_API)
        return tuple(found)


def spec_of(handler: Handler) -> ActionSpec:
    """The whole declaration of an action, from its decorator, signature and docstring."""
    declaration = handler.declaration
    paragraphs = [" ".join(text.split()) for text in (handler.__doc__ or "").split("\n\n")]
    needed = [f"This action requires the '{name}' permission." for name in declaration.permissions]
    return ActionSpec(
        handler.__name__,
        paragraphs[0].rstrip("."),
        declaration.type,
        declaration.read_only,
        parameters_of(signature_of(handler)),
        declaration.columns,
        declaration.summary,
        declaration.message,
        " ".join(text for text in (*needed, *paragraphs[1:]) if text),
        declaration.view,
        declaration.permissions,
        declaration.may_need,
    )
