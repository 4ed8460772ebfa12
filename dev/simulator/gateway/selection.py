# File: selection.py
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
"""Which fields a query selects, through fragments and directives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
    get_named_type,
    is_non_null_type,
    is_object_type,
)


class Selected(NamedTuple):
    """A field by its way from the top (`os.name`); `required` says that it cannot be null."""

    path: str
    required: bool


def selected_below(info: GraphQLResolveInfo, *names: str) -> list[Selected]:
    """Every field below the chain of fields `names`, whose first is in the field that is being
    resolved.
    """
    top = [node.selection_set for node in info.field_nodes if node.selection_set]
    prefix = "".join(f"{name}." for name in names)
    return [
        Selected(each.path[len(prefix) :], each.required)
        for each in _walk(info, get_named_type(info.return_type), top, "")
        if each.path.startswith(prefix)
    ]


def _walk(
    info: GraphQLResolveInfo, kind: object, sets: list[SelectionSetNode], prefix: str
) -> Iterator[Selected]:
    if not isinstance(kind, GraphQLObjectType):
        return
    for selection_set in sets:
        for field in _fields(info, selection_set):
            definition = kind.fields.get(field.name.value)
            if definition is None:
                # __typename
                continue
            path = prefix + field.name.value
            yield Selected(path, is_non_null_type(definition.type))
            inner = get_named_type(definition.type)
            if is_object_type(inner) and field.selection_set:
                yield from _walk(info, inner, [field.selection_set], f"{path}.")


def _fields(info: GraphQLResolveInfo, selection_set: SelectionSetNode) -> Iterator[FieldNode]:
    for node in selection_set.selections:
        if not _is_included(info, node):
            continue
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(info, node.selection_set)
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(info, info.fragments[node.name.value].selection_set)


def _is_included(info: GraphQLResolveInfo, node: SelectionNode) -> bool:
    skip = get_directive_values(GraphQLSkipDirective, node, info.variable_values)
    include = get_directive_values(GraphQLIncludeDirective, node, info.variable_values)
    return not (skip and skip["if"]) and not (include and not include["if"])
