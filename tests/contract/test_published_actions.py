# File: test_published_actions.py
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
"""Playbooks written for the published app keep working: every row of its documentation's tables
holds for this app.

tests/data/published_actions.json has the cells of those tables, extracted once: 475 parameters and
data paths of 20 actions (the documentation's 476 rows less `action_result.parameter.ph`, which
SOAR's checks forbid), and the five configuration variables.
"""

from __future__ import annotations

import json
import re

import pytest
from markdown_it import MarkdownIt

from dev.environments import ROOT
from dev.manifest import declared_actions, manifest
from dev.permissions import PAGE
from tests.contract.operations import facts


PUBLISHED = json.loads(
    (ROOT / "tests" / "data" / "published_actions.json").read_text(encoding="utf-8")
)
APP = manifest(declared_actions())
ACTIONS = {action["action"]: action for action in APP["actions"]}

SECTIONS = ("parameters", "output")

DEVIATIONS = {"name", "version", "minimum platform version", "start quick scan: read only"}


def test_facts_are_complete() -> None:
    rows = [of[section] for of in PUBLISHED["actions"].values() for section in SECTIONS]

    assert len(PUBLISHED["actions"]) == 20
    assert sum(map(len, rows)) == 475
    assert len(PUBLISHED["configuration"]) == 5


@pytest.mark.parametrize("action", PUBLISHED["actions"])
def test_parameters_are_as_published(action: str) -> None:
    published = PUBLISHED["actions"][action]["parameters"]
    ours = {
        name: {
            "type": parameter["data_type"],
            "required": parameter["required"],
            "contains": parameter.get("contains", []),
        }
        for name, parameter in ACTIONS[action]["parameters"].items()
        if name in published
    }

    assert ours == published


@pytest.mark.parametrize("action", PUBLISHED["actions"])
def test_data_paths_are_as_published(action: str) -> None:
    published = PUBLISHED["actions"][action]["output"]
    ours = {
        entry["data_path"]: {"type": entry["data_type"], "contains": entry.get("contains", [])}
        for entry in ACTIONS[action]["output"]
        if entry["data_path"] in published
    }

    assert ours == published


@pytest.mark.parametrize("action", PUBLISHED["actions"])
def test_added_parameters_are_optional(action: str) -> None:
    parameters = ACTIONS[action]["parameters"]

    assert not [
        name
        for name in parameters
        if name not in PUBLISHED["actions"][action]["parameters"] and parameters[name]["required"]
    ]


@pytest.mark.parametrize("name", PUBLISHED["configuration"])
def test_configuration_variable_is_as_published(name: str) -> None:
    ours = APP["configuration"][name]

    assert {"type": ours["data_type"], "required": ours["required"]} == PUBLISHED["configuration"][
        name
    ]


def test_added_configuration_variables_are_optional() -> None:
    assert not [
        name
        for name, of in APP["configuration"].items()
        if of["required"] and name not in PUBLISHED["configuration"]
    ]


def _differences() -> set[tuple[str, ...]]:
    """What, as published, here."""
    identity = PUBLISHED["identity"]
    compared = {
        ("name", identity["name"], APP["name"]),
        ("version", identity["version"], APP["app_version"]),
        (
            "minimum platform version",
            identity["minimum platform version"],
            APP["min_phantom_version"],
        ),
    }
    for action, published in PUBLISHED["actions"].items():
        for label, key in (("type", "type"), ("read only", "read_only")):
            compared.add((f"{action}: {label}", str(published[key]), str(ACTIONS[action][key])))
    return {(what, there, here) for what, there, here in compared if there != here}


def test_deviations_are_exactly_the_intended_ones() -> None:
    assert {what for what, *_ in _differences()} == DEVIATIONS


def test_documents_list_the_deviations() -> None:
    table = _table_below(
        "Deviations from the published app",
        (ROOT / "docs/migration.md").read_text(encoding="utf-8"),
    )

    assert {tuple(row[:3]) for row in table} == _differences()


def test_documents_go_through_published_actions_and_settings() -> None:
    page = (ROOT / "docs/migration.md").read_text(encoding="utf-8")
    actions = _table_below("Actions of Tanium Threat Response", page)
    settings = _table_below("Settings of the published apps", page)
    rest = set(facts("published_questions.json")["configuration"])

    assert sorted(_names(actions)) == sorted(PUBLISHED["actions"])
    assert set(PUBLISHED["configuration"]) | rest <= set(_names(settings))


def _names(table: list[list[str]]) -> list[str]:
    """Those in the first column."""
    return [name for first, *_ in table for name in first.split(", ")]


def test_documents_list_the_permissions_that_actions_require() -> None:
    table = _table_below("Permissions per action", (ROOT / PAGE).read_text(encoding="utf-8"))
    listed = {
        (action, permission.rstrip("*"))
        for actions, permissions in table
        for action in actions.split(", ")
        for permission in permissions.split(", ")
    }
    required = {
        (name, permission)
        for name, action in ACTIONS.items()
        for permission in re.findall(r"requires the '(.+?)' permission", action.get("verbose", ""))
    }

    assert required <= listed
    assert {action for action, _ in listed} == set(ACTIONS)


def _table_below(heading: str, markdown: str) -> list[list[str]]:
    """Cells of the body of the first table after a heading, as plain text."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    headings = [
        at for at, token in enumerate(tokens) if token.type == "inline" and token.content == heading
    ]
    assert headings, f"no heading {heading!r}"
    rows: list[list[str]] = []
    for token, following in zip(tokens[headings[0] :], tokens[headings[0] + 1 :]):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open"):
            rows[-1].append("".join(part.content for part in following.children or []))
        elif token.type == "table_close":
            break
    return rows[1:]
