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
"""What actions return is what they declare: over all variants of an action every declared data path appears and no other key does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

import pytest

from dev.manifest import declared_actions
from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import Run, run_on


ACTIONS = {spec.name: spec for spec in declared_actions()}
EVENT_TYPES = ("combined", "dns", "driver", "file", "image", "network", "process", "registry", "security")

# Objects that may hold anything, declared as a whole.
OPAQUE = {"details", "intelDoc"}

# Published paths that are declared for the playbooks that name them, and why they stay empty.
NOT_SENT = {
    "get events": {
        "parent_command_line": "servers of the specified dialect have it, which tests/dialects goes through",
        "unique_process_id": "no event of a known server has it; the rows of process trees and the details of alerts do",
    },
    "get file": {"task": "SOAR gives it for files that belong to a task of a workbook only"},
}


class Variant(NamedTuple):
    """One run of an action; `parameters` are made from the server, which is there as at its start but for what they change on it."""

    action: str
    parameters: Callable[[SimulatorServer], dict[str, Any]]
    succeeds: bool = True
    settings: dict[str, Any] = {}


def live(**parameters: Any) -> Callable[[SimulatorServer], dict[str, Any]]:
    """Parameters beside the id of a live connection."""
    return lambda tanium: {"connection_id": tanium.state.connections.open(seed.FINANCE.hostname), **parameters}


def fixed(**parameters: Any) -> Callable[[SimulatorServer], dict[str, Any]]:
    return lambda _: parameters


def file_named(path: str) -> Callable[[SimulatorServer], dict[str, Any]]:
    return lambda tanium: {"file_id": next(file_id for file_id, file in tanium.state.files.all.items() if file.row["path"] == path)}


NODE = seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS)
SIBLING = seed.process_table_id(seed.FINANCE.client_id, 500)
FINANCE = {"destination": seed.FINANCE.hostname, "destination_type": "hostname"}
OFFLINE = {"destination": seed.OFFLINE.ip, "destination_type": "ip_address"}
YARA = {"intel_doc": "rule example { condition: true }", "file_name": "rule.yara"}
SCAN = {"intel_doc_id": seed.FIRST_INTEL_ID, "computer_group_name": seed.RING_ONE.name}

VARIANTS = (
    Variant("test connectivity", fixed()),
    Variant("list connections", fixed()),
    Variant("create connection", fixed(**FINANCE)),
    Variant("create connection", fixed(**FINANCE, wait=True)),
    Variant("create connection", lambda tanium: {**live(**FINANCE)(tanium), "reuse": True}),
    Variant("create connection", fixed(**OFFLINE, wait=True), succeeds=False),
    Variant("get endpoint", fixed(**FINANCE)),
    Variant("close connection", live()),
    Variant("delete connection", live()),
    Variant("create snapshot", live()),
    Variant("create snapshot", live(wait=True)),
    Variant("list snapshots", fixed()),
    Variant("delete snapshot", lambda tanium: {"snapshot_ids": ",".join(tanium.state.snapshots.all)}),
    Variant("get process", live(process_table_id=NODE)),
    Variant("get process tree", live(process_table_id=NODE)),
    Variant("get process tree", live(process_table_id=SIBLING, limit=5)),
    *(Variant("get events", live(event_type=event_type, limit=50)) for event_type in EVENT_TYPES),
    *(Variant("get events summary", live(event_type=event_type)) for event_type in EVENT_TYPES),
    Variant("list files", fixed()),
    Variant("save file", live(file_path=seed.INVOICE_VIEWER)),
    Variant("save file", live(file_path=seed.INVOICE_VIEWER, wait=True)),
    Variant("save file", live(file_path=seed.UNREADABLE_ON_WINDOWS, wait=True), succeeds=False),
    Variant("delete file", file_named(seed.INVOICE_VIEWER)),
    Variant("get file", file_named(seed.INVOICE_VIEWER)),
    Variant("get file", file_named("C:\\Temp\\uncompressed.bin")),
    *(Variant("upload intel doc", fixed(**YARA), settings={"intel_envelope": envelope}) for envelope in (True, False)),
    *(Variant("start quick scan", fixed(**SCAN), settings={"intel_envelope": envelope}) for envelope in (True, False)),
    Variant("list alerts", fixed(limit=500)),
    Variant("list alerts", fixed(query="expand=intelDoc")),
)


def run_variant(variant: Variant, tanium: SimulatorServer, soar: LocalSoar) -> Run:
    for name, value in variant.settings.items():
        setattr(tanium.settings, name, value)
    result = run_on(soar, variant.action, **variant.parameters(tanium))
    assert result.ok == variant.succeeds, result.message
    return result


def paths(value: Any, path: str = "") -> Iterator[str]:
    """The data paths of all that is in a value, its containers too: `a`, `a.b`, and `a.*` for the members of a list,
    which an empty one could have."""
    if path:
        yield path
    if path in OPAQUE:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value or [None]:
            yield from paths(inner, f"{path}.*")


def leaves(found: set[str]) -> set[str]:
    return {path for path in found if not any(other.startswith(f"{path}.") for other in found)}


def test_every_action_has_a_variant() -> None:
    assert {variant.action for variant in VARIANTS} == set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_result_is_what_is_declared(tanium: SimulatorServer, soar: LocalSoar, action: str) -> None:
    results = [run_variant(variant, tanium, soar) for variant in VARIANTS if variant.action == action]

    declared = {column.path for column in ACTIONS[action].columns} - {""}
    found = {path for result in results for row in result.rows for path in paths(row)}
    assert leaves(found) - declared == set(), "data that is not declared"
    assert declared - found == set(NOT_SENT.get(action, {})), "declared data that is never there"
    declared = {column.path for column in ACTIONS[action].summary} - {""}
    assert {path for result in results for path in paths(result.summary)} == declared


def test_paths_of_lists_and_containers() -> None:
    row = {"a": {"b": [1, {"c": None}]}, "d": [], "details": {"x": 1}}

    assert sorted(paths(row)) == ["a", "a.b", "a.b.*", "a.b.*", "a.b.*.c", "d", "d.*", "details"]
    assert leaves(set(paths(row))) == {"a.b.*.c", "d.*", "details"}
