# File: schema.py
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
"""The schema, without the fields that the simulated gateway is too old for."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    Visitor,
    build_ast_schema,
    parse,
    visit,
)

from dev.simulator.settings import Settings


FILE = Path(__file__).parents[3] / "tests" / "data" / "gateway.graphql"
NEWER_FAMILY = frozenset(
    {
        *("Query.directConnectEndpoint", "Query.directConnectConnectionStatus"),
        *("Mutation.directConnectOpen", "Mutation.directConnectClose"),
        *("Mutation.directConnectPing", "Mutation.directConnectProcessTerminate"),
    }
)


class _WithoutFields(Visitor):
    def __init__(self, removed: frozenset[str]) -> None:
        super().__init__()
        self._removed = removed
        self._type_name = ""

    def enter_object_type_definition(self, node: ObjectTypeDefinitionNode, *_: Any) -> None:
        self._type_name = node.name.value

    def enter_field_definition(self, node: FieldDefinitionNode, *_: Any) -> Any:
        return REMOVE if f"{self._type_name}.{node.name.value}" in self._removed else None


def schema_of(settings: Settings) -> GraphQLSchema:
    older = NEWER_FAMILY if settings.gateway == "legacy" else frozenset()
    return _schema(older.union(settings.gateway_without))


@functools.cache
def _document() -> DocumentNode:
    return parse(FILE.read_text(encoding="utf-8"), no_location=True)


@functools.cache
def _schema(removed: frozenset[str]) -> GraphQLSchema:
    return build_ast_schema(visit(_document(), _WithoutFields(removed)))
