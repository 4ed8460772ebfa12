# File: execution.py
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
"""One request to the gateway: parsed, validated and executed by the library."""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    execute_sync,
    parse,
    validate,
)

from dev.simulator.errors import Rejected
from dev.simulator.gateway.actions import ActionFields
from dev.simulator.gateway.content import ContentFields
from dev.simulator.gateway.context import Context, Row
from dev.simulator.gateway.direct import DirectConnectFields
from dev.simulator.gateway.endpoints import EndpointQuery
from dev.simulator.gateway.schema import schema_of
from dev.simulator.log import Operation


class Execution:
    """`operation` is what the log gets to know; None for what cannot be parsed."""

    def __init__(self, body: Row) -> None:
        self._variables = body.get("variables")
        self._name = body.get("operationName")
        self._error: GraphQLError | None = None
        self._document: DocumentNode | None = None
        self.operation: Operation | None = None
        query = body.get("query")
        if not isinstance(query, str) or not query.strip():
            self._error = GraphQLError("no query")
        elif not isinstance(self._variables, (dict, type(None))):
            self._error = GraphQLError("variables must be an object")
        else:
            self._parse(query)

    def result(self, context: Context) -> Row:
        """The body of the reply."""
        if self._document is None:
            return {"errors": [(self._error or GraphQLError("no query")).formatted]}
        schema = schema_of(context.state.settings)
        errors = validate(schema, self._document)
        if errors:
            return {"errors": [each.formatted for each in errors]}
        executed = execute_sync(
            schema,
            self._document,
            root_value=_root(context),
            variable_values=self._variables,
            operation_name=self._name,
            field_resolver=_resolve,
        )
        assert isinstance(executed, ExecutionResult)
        _raise_own(executed.errors or [])
        return dict(executed.formatted)

    def _parse(self, query: str) -> None:
        try:
            self._document = parse(query)
        except GraphQLError as error:
            self._error = error
            return
        operations = [
            each
            for each in self._document.definitions
            if isinstance(each, OperationDefinitionNode)
            and self._name in (None, each.name and each.name.value)
        ]
        if len(operations) == 1:
            (found,) = operations
            self.operation = Operation(
                found.operation.value,
                found.name.value if found.name else "",
                dict(self._variables or {}),
                tuple(
                    each.name.value
                    for each in found.selection_set.selections
                    if isinstance(each, FieldNode)
                ),
            )


def _root(context: Context) -> Row:
    def endpoints(info: Any, **arguments: Any) -> Row:
        return EndpointQuery(context, info, arguments).connection()

    content = ContentFields(context)
    return {
        **content.queries_and_mutations(),
        **ActionFields(context, content).queries_and_mutations(),
        **DirectConnectFields(context).queries_and_mutations(),
        "endpoints": endpoints,
    }


def _resolve(parent: Any, info: GraphQLResolveInfo, /, **arguments: Any) -> Any:
    """The library's own way has an argument `source`, as the field `endpoints` does."""
    value = parent.get(info.field_name)
    return value(info, **arguments) if callable(value) else value


def _raise_own(errors: list[GraphQLError]) -> None:
    """Mistakes of the simulator are no answers of the gateway."""
    for error in errors:
        original = error.original_error
        if original is not None and not isinstance(original, (GraphQLError, Rejected)):
            raise original
