# File: test_containers.py
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
"""Containers and artifacts: results, duplicates, counters, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from dev.soar import LocalSoar
from tests.soar.conftest import MakeSoar


INGEST = {"action": "on poll", "identifier": "on_poll", "type": "ingest"}


def run(
    make_soar: MakeSoar, lines: str, **parameters: Any
) -> tuple[LocalSoar, dict[str, Any], list[Any]]:
    """A poll of the given lines, which append to `out`: the SOAR, the summary, what `out` held."""
    body = "\n".join("    " + line.strip() for line in lines.strip().splitlines())
    source = (
        f"def handle_action(self, param):\n    out = []\n{body}\n    return self.succeed(param,"
        " {'out': [list(o) for o in out]})"
    )
    soar = make_soar(source, action=INGEST, url="x", ingest={"container_label": "events"})
    result = soar.run("on poll", parameters)
    assert result["status"] == "success", result["message"]
    return soar, result["result_summary"], result["result_data"][0]["data"][0]["out"]


def test_containers_are_saved_with_defaults_and_known_by_their_source_id(
    make_soar: MakeSoar,
) -> None:
    soar, summary, out = run(
        make_soar,
        """
        again = {"name": "again", "source_data_identifier": "s1"}
        out.append(self.save_container(
            {"name": "one", "source_data_identifier": "s1", "artifacts": [{"name": "inside"}]}
        ))
        out.append(self.save_container(dict(again)))
        out.append(self.save_container(dict(again), fail_on_duplicate=True))
        out.append(self.save_container({"name": "without"}))
        out.append(self.save_container({"name": "without"}))
        """,
    )
    assert out == [
        [True, "Container created", 2],
        [True, "Duplicate container found", 2],
        [False, "Duplicate container found", 2],
        [True, "Container created", 3],
        [True, "Container created", 4],
    ]
    assert soar.containers()[1] == {
        "id": 2,
        "name": "one",
        "label": "events",
        "description": "",
        "status": "new",
        "run_automation": False,
        "source_data_identifier": "s1",
        "asset_id": "1",
        "ingest_app_id": soar.app.manifest["appid"],
    }
    assert [artifact["container_id"] for artifact in soar.artifacts()] == [2]
    counters = {
        name: summary[f"containers_{name}"] for name in ("successful", "failed", "duplicate")
    }
    assert counters == {"successful": 3, "failed": 0, "duplicate": 2}


def test_artifacts_are_known_by_source_id_or_content(make_soar: MakeSoar) -> None:
    soar, summary, out = run(
        make_soar,
        """
        first = {"container_id": 1, "name": "a", "source_data_identifier": "x", "cef": {"act": "1"}}
        plain = {"container_id": 1, "name": "b", "cef": {"act": "2"}}
        out.append(self.save_artifacts([first, plain, plain]))
        out.append(self.save_artifact({**first, "cef": {}}))
        out.append(self.save_artifact({**plain, "cef": {}}))
        """,
    )
    assert out == [
        [True, "Artifacts saved", [1, 2, 2]],
        [True, "Artifacts saved", 1],
        [True, "Artifacts saved", 3],
    ]
    assert [artifact["run_automation"] for artifact in soar.artifacts()] == [False, False, False]
    assert (summary["artifacts_successful"], summary["artifacts_duplicate"]) == (3, 2)
    assert soar.artifacts()[0]["label"] == "artifact"


def test_only_the_last_artifact_of_a_batch_starts_automation(make_soar: MakeSoar) -> None:
    soar, _, _ = run(
        make_soar,
        "self.save_artifacts([{'container_id': 1, 'name': n, 'run_automation': True} for n in"
        " 'abc'])",
    )
    assert [artifact["run_automation"] for artifact in soar.artifacts()] == [False, False, True]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("'severity': 'dire'", "severity 'dire' is not one of low, medium, high"),
        ("'sensitivity': 'blue'", "sensitivity 'blue' is not one of"),
        ("'start_time': '2024-01-01 10:00'", "is not of the form YYYY-MM-DDTHH:MM:SS.ffffffZ"),
        ("'titel': 'x'", "Unknown container field: titel"),
        ("'data': {'x': {1}}", "container.data.x is of type set"),
        ("'data': [1]", "data is not an object"),
        ("'name': ''", "The container has no name"),
        ("'label': None", "The container has no label"),
        ("'artifacts': [{'nam': 1}]", "Unknown artifact field: nam"),
    ],
)
def test_refused_containers(make_soar: MakeSoar, field: str, text: str) -> None:
    soar, summary, out = run(
        make_soar, f"out.append(self.save_container({{'name': 'x', {field}}}))"
    )
    ((status, message, container_id),) = out
    assert (status, container_id) == (False, None)
    assert text in message
    assert summary["containers_failed"] == 1
    assert len(soar.containers()) == 1


def test_refused_artifacts(make_soar: MakeSoar) -> None:
    soar, summary, out = run(
        make_soar,
        """
        good = {"container_id": 1, "name": "a"}
        out.append(self.save_artifacts([good, {"container_id": 99}]))
        out.append(self.save_artifact({"name": "nowhere"}))
        out.append(self.save_artifacts([]))
        """,
    )
    assert out == [
        [False, "The artifact's container_id 99 is unknown", []],
        [False, "The artifact's container_id None is unknown", None],
        [False, "No artifacts given", []],
    ]
    assert soar.artifacts() == []
    assert summary["artifacts_failed"] == 3


def test_save_containers_succeeds_when_one_was_saved(make_soar: MakeSoar) -> None:
    _, _, out = run(
        make_soar,
        """
        out.append(self.save_containers([{"name": "a"}, {"name": ""}]))
        out.append(self.save_containers([{"name": ""}]))
        """,
    )
    assert out[0][:2] == [True, "1 containers saved, 1 failed"]
    assert out[0][2][1] == {"success": False, "message": "The container has no name", "id": None}
    assert out[1][0] is False


@pytest.mark.parametrize(
    ("parameters", "poll_now"),
    [({"container_count": 4294967295}, False), ({"container_count": 5}, True), ({}, False)],
)
def test_poll_now_is_told_by_the_count(
    make_soar: MakeSoar, parameters: dict[str, Any], poll_now: bool
) -> None:
    _, _, out = run(make_soar, "out.append([self.is_poll_now()])", **parameters)
    assert out == [[poll_now]]
