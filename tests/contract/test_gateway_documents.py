# File: test_gateway_documents.py
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
"""Every GraphQL document of the app is one that the API gateway understands: it is valid against
the gateway's schema, which is kept in tests/data/gateway.graphql, and its text is a constant.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate
from graphql.language import FieldNode, OperationDefinitionNode, OperationType

from tanium_tr.tanium import gateway_documents
from tanium_tr.tanium.gateway_documents import CHOSEN_PARTS, PARTS, Document
from tests.contract.test_imports import APP_MODULES


DOCUMENTS = {
    **{name: each for name, each in vars(gateway_documents).items() if isinstance(each, Document)},
    **PARTS,
    **CHOSEN_PARTS,
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    path = Path(__file__).parents[1] / "data" / "gateway.graphql"
    return build_schema(path.read_text(encoding="utf-8"))


def test_documents_are_found() -> None:
    assert len(DOCUMENTS) >= 20


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_valid_and_what_it_says_it_is(schema: GraphQLSchema, name: str) -> None:
    document = DOCUMENTS[name]
    parsed = parse(document.text)

    assert validate(schema, parsed) == []
    (operation,) = parsed.definitions
    assert isinstance(operation, OperationDefinitionNode)
    (field,) = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    assert field.name.value == document.field
    is_query = operation.operation is OperationType.QUERY
    assert is_query is (document.is_read and not document.once)


def test_documents_stand_in_one_module_and_are_made_of_its_own_words() -> None:
    """Nothing in that module takes a text from elsewhere: what its one function is given are
    constants of the module.
    """
    tree = ast.parse(APP_MODULES["tanium_tr.tanium.gateway_documents"].read_text(encoding="utf-8"))
    imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    (function,) = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    elsewhere = [
        name
        for name, path in APP_MODULES.items()
        if name != "tanium_tr.tanium.gateway_documents"
        and (" Document(" in (text := path.read_text(encoding="utf-8")) or function.name in text)
    ]

    assert imported == ["__future__", "typing"]
    assert elsewhere == []
