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

from collections.abc import Sequence
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
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


def executed(body: Row, context: Context) -> Row:
    """The body of the reply."""
    query, variables = body.get("query"), body.get("variables")
    if not isinstance(query, str) or not query.strip():
        return _refused([GraphQLError("no query")])
    if not isinstance(variables, (dict, type(None))):
        return _refused([GraphQLError("variables must be an object")])
    try:
        document = parse(query)
    except GraphQLError as error:
        return _refused([error])
    schema = schema_of(context.state.settings)
    errors = validate(schema, document)
    if errors:
        return _refused(errors)
    result = execute_sync(
        schema,
        document,
        root_value=root(context),
        variable_values=variables,
        operation_name=body.get("operationName"),
        field_resolver=_resolve,
    )
    assert isinstance(result, ExecutionResult)
    _raise_own(result.errors or [])
    return dict(result.formatted)


def _refused(errors: Sequence[GraphQLError]) -> Row:
    return {"errors": [each.formatted for each in errors]}


def root(context: Context) -> Row:
    """The resolvers of the fields at the top."""

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
