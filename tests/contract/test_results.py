# File: test_results.py
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
"""What actions return is what they declare: over all variants of an action every declared data path
appears and no other key does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.permissions import server_name
from tests.variants import ACTIONS, VARIANTS, grant, run_variant


# Objects that may hold anything, declared as a whole.
OPAQUE = {
    "details",
    "intelDoc",
    "configuration.headers",
    "destination.configuration",
    "source.configuration",
    "streams",
    "jobs",
    "runs",
}
OPAQUE_IN = {
    "list data sources": {"configuration"},
    "get data source": {"configuration"},
    "list tasks": {"metadata", "results"},
    "get task": {"metadata", "results"},
    "list response actions": {"options", "results"},
    "start response action": {"options", "results"},
    "stop response action": {"options", "results"},
    "create evidence": {"data"},
    "list questions": {"group", "selects"},
    "parse question": {"group"},
    "list computer groups": {"filters", "sub_groups"},
    "execute action": {
        *("package_spec.exit_code_criteria", "target_group.filters", "target_group.sub_groups"),
    },
    "terminate process": {
        *("package_spec.exit_code_criteria", "target_group.filters", "target_group.sub_groups"),
    },
    "list processes": {"records"},
    "list packages": {"exit_code_criteria"},
    "get package": {"exit_code_criteria"},
}

# Published paths that are declared for the playbooks that name them, and why they stay empty.
NOT_SENT = {
    "create data connection": dict.fromkeys(
        ("lastRunStatus", "lastRunTime", "schedule.lastRunStatus", "schedule.lastRunTime"),
        "a new one has not run yet",
    ),
    "disable data connection": {"schedule.nextRunTime": "one that is disabled has no next run"},
    "get events": {
        "unique_process_id": (
            "no event of a known server has it; the rows of process trees and the details of"
            " alerts do"
        ),
    },
    "list evidence": {
        "exitCode": "only processes that have ended have one",
        "recorderId": "lists do not have it, get evidence does",
    },
    "get evidence": {"exitCode": "only processes that have ended have one"},
    "create evidence": dict.fromkeys(
        (
            *(
                "uuid",
                "evidenceType",
                "created",
                "username",
                "name",
                "type",
                "size",
                "domain",
                "commandline",
                "eventtype",
                "timestamp",
            ),
            *("createTime", "createTimeRaw", "exitCode", "createdAt", "data"),
        ),
        "no known server answers with the record that it has made; one that does is passed on",
    ),
    "list questions": dict.fromkeys(
        (
            *("archive_owner", "archive_owner.id", "archive_owner.name", "user.deleted_flag"),
            *("metadata.*.admin_flag", "metadata.*.name", "metadata.*.value"),
            *("mod_user.display_name", "mod_user.domain", "packages.*.id", "packages.*.name"),
        ),
        "published; saved questions without packages, metadata and archive lack them",
    ),
    "parse question": dict.fromkeys(
        (
            *("expire_seconds", "force_computer_id_flag", "score", "skip_lock_flag"),
            *(f"selects.*.filter.substring_{name}" for name in ("flag", "length", "start")),
            *(f"selects.*.sensor.{name}" for name in ("delimiter", "id", "max_age_seconds")),
            *(f"selects.*.sensor.{name}" for name in ("parameter_definition", "value_type")),
        ),
        "published; the documents of current servers do not have it",
    ),
    "get destination": dict.fromkeys(
        (
            *(f"configuration.{name}" for name in ("compressionType", "database", "emailFrom")),
            *(f"configuration.{name}" for name in ("emailSubject", "emailTo", "schema", "table")),
            *(f"configuration.{name}" for name in ("useAuthentication", "username")),
        ),
        "only destinations of other types have it; list destinations shows them",
    ),
    "get file": {"task": "SOAR gives it for files that belong to a task of a workbook only"},
    "collect file": {"task": "SOAR gives it for files that belong to a task of a workbook only"},
}


def paths(value: Any, path: str = "", opaque: Iterable[str] = ()) -> Iterator[str]:
    """The data paths of all that is in a value, its containers too: `a`, `a.b`, and `a.*` for the
    members of a list, which an empty one could have.
    """
    if path:
        yield path
    if path in OPAQUE or path in opaque:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, f"{path}.{key}".lstrip("."), opaque)
    elif isinstance(value, list):
        for inner in value or [None]:
            yield from paths(inner, f"{path}.*", opaque)


def leaves(found: set[str]) -> set[str]:
    return {path for path in found if not any(other.startswith(f"{path}.") for other in found)}


def is_empty_list(path: str, declared: set[str]) -> bool:
    """Whether it is a list without members, whose members are declared."""
    return path.endswith(".*") and any(other.startswith(f"{path}.") for other in declared)


def test_every_action_has_a_variant() -> None:
    assert {variant.action for variant in VARIANTS} == set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_result_is_what_is_declared(tanium: SimulatorServer, soar: LocalSoar, action: str) -> None:
    """With the permissions that are declared, and no others."""
    if ACTIONS[action].needs:
        grant(tanium, map(server_name, ACTIONS[action].needs))
    results = [
        run_variant(variant, tanium, soar) for variant in VARIANTS if variant.action == action
    ]

    declared = {column.path for column in ACTIONS[action].columns} - {""}
    found = {
        path
        for result in results
        for row in result.rows
        for path in paths(row, opaque=OPAQUE_IN.get(action, ()))
    }
    undeclared = {path for path in leaves(found) - declared if not is_empty_list(path, declared)}
    assert undeclared == set(), "data that is not declared"
    assert declared - found == set(NOT_SENT.get(action, {})), "declared data that is never there"
    declared = {column.path for column in ACTIONS[action].summary} - {""}
    assert {path for result in results for path in paths(result.summary)} == declared


def test_paths_of_lists_and_containers() -> None:
    row = {"a": {"b": [1, {"c": None}]}, "d": [], "details": {"x": 1}}

    assert sorted(paths(row)) == ["a", "a.b", "a.b.*", "a.b.*", "a.b.*.c", "d", "d.*", "details"]
    assert leaves(set(paths(row))) == {"a.b.*.c", "d.*", "details"}
