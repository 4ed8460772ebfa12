# File: test_published_rest_actions.py
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
"""Playbooks written for the published app "Tanium REST" keep working: every row of the tables of
facts about its questions, deployments and processes holds for this app.
"""

from __future__ import annotations

from typing import Any

import pytest

from dev.manifest import declared_actions, manifest
from tests.contract.operations import facts


QUESTIONS, DEPLOYMENTS = facts("published_questions.json"), facts("published_deployments.json")
PROCESSES = facts("published_processes.json")
PUBLISHED = {**QUESTIONS["actions"], **DEPLOYMENTS["actions"], **PROCESSES["actions"]}
APP = manifest(declared_actions())
ACTIONS = {action["action"]: action for action in APP["actions"]}

STATUS = "action_result.status"

# These take the published parameters or those of a single endpoint, so that the app requires one of
# the two sets whole, and the manifest neither.
EITHER = ("list processes", "terminate process")

# Of the asset: verified by default, where the published app does not verify.
SAFER = {"verify_server_cert": True}


@pytest.mark.parametrize(
    ("table", "actions", "parameters", "output"),
    [(QUESTIONS, 4, 10, 165), (DEPLOYMENTS, 1, 8, 83), (PROCESSES, 2, 11, 120)],
    ids=["questions", "deployments", "processes"],
)
def test_facts_are_complete(
    table: dict[str, Any], actions: int, parameters: int, output: int
) -> None:
    assert len(table["actions"]) == actions
    assert sum(len(of["parameters"]) for of in table["actions"].values()) == parameters
    assert sum(len(of["output"]) for of in table["actions"].values()) == output


@pytest.mark.parametrize("action", PUBLISHED)
def test_action_is_as_published(action: str) -> None:
    published, ours = PUBLISHED[action], ACTIONS[action]

    assert {name: ours[name] for name in ("identifier", "type", "read_only")} == {
        name: published[name] for name in ("identifier", "type", "read_only")
    }
    added = list(ours["parameters"])[len(published["parameters"]) :]
    assert not [name for name in added if ours["parameters"][name]["required"]]


@pytest.mark.parametrize("action", PUBLISHED)
def test_parameters_are_as_published(action: str) -> None:
    published = PUBLISHED[action]["parameters"]
    ours = {
        name: {
            "type": parameter["data_type"],
            "required": parameter["required"] or (action in EITHER and published[name]["required"]),
            "contains": parameter.get("contains", []),
            "default": parameter.get("default"),
            "primary": parameter.get("primary", False),
            "order": parameter["order"],
        }
        for name, parameter in ACTIONS[action]["parameters"].items()
        if name in published
    }

    assert ours == published


@pytest.mark.parametrize("action", PUBLISHED)
def test_data_paths_are_as_published(action: str) -> None:
    published = dict(PUBLISHED[action]["output"])
    published[STATUS] = {key: published[STATUS][key] for key in ("type", "contains")}
    ours = {
        entry["data_path"]: _output(action, entry, published[entry["data_path"]])
        for entry in ACTIONS[action]["output"]
        if entry["data_path"] in published
    }

    assert ours == published


def _output(action: str, ours: dict[str, Any], published: dict[str, Any]) -> dict[str, Any]:
    shown = {key: ours[of] for key, of in (("column", "column_name"),) if key in published}
    if "column_order" in published:
        shown["column_order"] = ours["column_order"] + _columns_before(action)
    return {"type": ours["data_type"], "contains": ours.get("contains", []), **shown}


def _columns_before(action: str) -> int:
    """The status, which some published tables have first, is the last column in all of ours."""
    return int("column_order" in PUBLISHED[action]["output"][STATUS])


@pytest.mark.parametrize("name", QUESTIONS["configuration"])
def test_setting_is_as_published(name: str) -> None:
    ours, published = APP["configuration"][name], QUESTIONS["configuration"][name]

    assert {"type": ours["data_type"], "required": ours["required"]} == {
        "type": published["type"],
        "required": published["required"],
    }
    assert ours.get("default") == SAFER.get(name, published["default"])
