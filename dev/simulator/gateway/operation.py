# File: operation.py
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
"""What the log tells of a request to the gateway, whether it was answered or not."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from graphql import FieldNode, GraphQLError, OperationDefinitionNode, parse


PATH = "/plugin/products/gateway/graphql"


class Operation(NamedTuple):
    """What a GraphQL query asks for: `query` or `mutation`, its name, its variables, and the fields
    at its top.
    """

    kind: str
    name: str
    variables: dict[str, Any]
    fields: tuple[str, ...]


def operation_of(body: bytes | None) -> Operation | None:
    """None for what is no query, or has several operations and does not say which."""
    try:
        given = json.loads(body or b"")
        document = parse(given["query"])
    except (ValueError, LookupError, TypeError, GraphQLError):
        return None
    wanted = given.get("operationName")
    found = [
        each
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode)
        and wanted in (None, each.name.value if each.name else None)
    ]
    if len(found) != 1:
        return None
    fields = (each for each in found[0].selection_set.selections if isinstance(each, FieldNode))
    return Operation(
        found[0].operation.value,
        found[0].name.value if found[0].name else "",
        given.get("variables") or {},
        tuple(each.name.value for each in fields),
    )
