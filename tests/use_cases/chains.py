# File: chains.py
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
"""The chains on the page `docs/use-cases.md`, as their tables and lists give them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from dev.environments import ROOT


PAGE = "docs/use-cases.md"
PATH = re.compile(r"(filtered-data:\w+:condition_1:)?(artifact|playbook_input|[a-z_]+_\d+):\S+")
_CLAIM = re.compile(r"` is `([^`]+)`:")
_PATH_FIRST = re.compile(r"`([^`]+)`")


class Step(NamedTuple):
    """A row of a table and those below it that continue it: an action's parameters with their
    values, a format's template and arguments, or the comparison of a filter or a decision.
    """

    name: str
    action: str
    values: dict[str, str]


class Claim(NamedTuple):
    """What the list under the tables says of a path: its value in the end, or only that there is
    one.
    """

    path: str
    value: str | None


class Chain(NamedTuple):
    """Each of `parts` is a playbook of its own."""

    title: str
    parts: list[list[Step]]
    claims: list[Claim]
    paths: set[str]
    """All that the section names, those in its text as well."""


@lru_cache
def chains() -> dict[str, Chain]:
    """By title."""
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    starts = [
        number
        for number, token in enumerate(tokens)
        if (token.type, token.tag) == ("heading_open", "h2")
    ]
    found = [_chain(tokens[start:end]) for start, end in zip(starts, [*starts[1:], None])]
    return {chain.title: chain for chain in found}


def _chain(tokens: list[Token]) -> Chain:
    parts: list[list[Step]] = []
    claims = []
    for number, token in enumerate(tokens):
        if token.type == "table_open":
            parts.append([])
        elif token.type == "tr_open" and _is_of_body(tokens[number + 1]):
            _add(parts[-1], *_cells(tokens[number:]))
        elif token.type == "list_item_open":
            claims.append(_claim(" ".join(tokens[number + 2].content.split())))
    codes = {code for token in tokens for code in _codes(token)}
    paths = {code.split(" ")[-1] for code in codes if PATH.fullmatch(code.split(" ")[-1])}
    return Chain(tokens[1].content, parts, [claim for claim in claims if claim], paths)


def _is_of_body(token: Token) -> bool:
    return token.type == "td_open"


def _cells(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "tr_close":
            return
        if token.type == "inline":
            yield "".join(part.content for part in token.children or [])


def _add(steps: list[Step], name: str, action: str, key: str, value: str) -> None:
    """A row without a name continues the step above it."""
    if name:
        steps.append(Step(name, action, {}))
    if key:
        steps[-1].values[key] = value


def _claim(text: str) -> Claim | None:
    path = _PATH_FIRST.match(text)
    if not path or not PATH.fullmatch(path.group(1)):
        return None
    value = _CLAIM.match(text, path.end() - 1)
    return Claim(path.group(1), value.group(1) if value else None)


def _codes(token: Token) -> list[str]:
    return [part.content for part in token.children or [] if part.type == "code_inline"]
