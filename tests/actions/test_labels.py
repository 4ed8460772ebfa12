# File: test_labels.py
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
"""Labels, and those of intel documents."""

from __future__ import annotations

import json

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tests.actions.conftest import asked
from tests.conftest import RunAction


DIALECTS = ["production", "specified"]
DOC = seed.FIRST_INTEL_ID


def names(tanium: SimulatorServer, doc_id: int = DOC) -> list[str]:
    return [seed.LABELS[label_id] for label_id in tanium.state.intel.all[doc_id]["labelIds"]]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("envelope", [True, False])
def test_list_intel_doc_labels(
    tanium: SimulatorServer, run: RunAction, dialect: str, envelope: bool
) -> None:
    tanium.settings.dialect, tanium.settings.intel_envelope = dialect, envelope

    listed = run("list intel doc labels", intel_doc_id=DOC)

    assert asked(tanium) == [f"GET /intels/{DOC}/labels"]
    assert [row["name"] for row in listed.rows] == names(tanium) == ["Priority hunt", "Finance"]
    assert (listed.message, listed.summary) == ("Labels found: 2", {"label_count": 2})
    assert run("list intel doc labels", intel_doc_id=DOC + 2).rows == []


@pytest.mark.parametrize(
    ("dialect", "sent"),
    [
        ("production", [(f"PUT /intels/{DOC}/labels", {"id": 4})]),
        (
            "specified",
            [
                (f"PUT /intels/{DOC}/labels", {"id": 4}),
                (f"POST /intels/{DOC}/labels", {"label_id": 4}),
            ],
        ),
    ],
)
def test_add_intel_doc_label(
    tanium: SimulatorServer, run: RunAction, dialect: str, sent: list[object]
) -> None:
    tanium.settings.dialect = dialect

    added = run("add intel doc label", intel_doc_id=DOC, label_id=4)

    assert [
        (line, json.loads(request.body or b"")) for line, request in zip(asked(tanium), tanium.log)
    ] == sent
    assert (
        [row["name"] for row in added.rows]
        == names(tanium)
        == ["Priority hunt", "Finance", "Retired"]
    )
    assert (added.ok, added.summary) == (True, {"label_count": 3})
    assert run("add intel doc label", intel_doc_id=DOC, label_id=4).summary == {"label_count": 3}
    assert asked(tanium)[len(sent) :] == [sent[-1][0]]  # type: ignore[index]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_remove_intel_doc_label(tanium: SimulatorServer, run: RunAction, dialect: str) -> None:
    tanium.settings.dialect = dialect

    removed = run("remove intel doc label", intel_doc_id=DOC, label_id=1)

    assert asked(tanium) == [f"DELETE /intels/{DOC}/labels/1"]
    assert [row["name"] for row in removed.rows] == names(tanium) == ["Finance"]
    assert seed.LABELS[1] in {row["name"] for row in tanium.state.labels.rows()}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_list_labels_sends_limit_and_offset(
    tanium: SimulatorServer, run: RunAction, dialect: str
) -> None:
    tanium.settings.dialect = dialect

    listed = run("list labels", limit=2, offset=1)

    assert asked(tanium)[0] == "GET /labels?limit=2&offset=1"
    assert [row["id"] for row in listed.rows] == [2, 3]
    assert listed.summary == {"label_count": 2}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_get_label(tanium: SimulatorServer, run: RunAction, dialect: str) -> None:
    tanium.settings.dialect = dialect

    got = run("get label", label_id="3")

    assert asked(tanium) == ["GET /labels/3"]
    (row,) = got.rows
    assert (row["name"], row["description"], row["indicatorCount"], row["signalCount"]) == (
        "Vendor feed",
        "Arrives from a vendor every night",
        2,
        0,
    )


@pytest.mark.parametrize("name", ["Grüße + 100% / {0}", "<b>", "a\nb", "x" * 3000])
def test_create_label(tanium: SimulatorServer, run: RunAction, name: str) -> None:
    created = run("create label", name=name, description="Über\tuns")

    assert asked(tanium) == ["POST /labels"]
    assert json.loads(tanium.log[0].body or b"") == {"name": name, "description": "Über\tuns"}
    assert (created.ok, created.message, created.summary) == (
        True,
        "Label created",
        {"label_id": 5},
    )
    assert (created.rows[0]["name"], created.rows[0]["description"]) == (name, "Über\tuns")


def test_create_label_that_there_is_already(tanium: SimulatorServer, run: RunAction) -> None:
    failed = run("create label", name="finance")

    assert "There is a label 'finance' already" in failed.message
    assert len(tanium.state.labels.all) == 4
    assert len(tanium.log) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("action", "parameters", "explanation"),
    [
        ("get label", {"label_id": 99}, "Label 99 not found|Label 99 does not exist"),
        ("list intel doc labels", {"intel_doc_id": 99}, "Intel document 99 not found"),
        ("add intel doc label", {"intel_doc_id": 99, "label_id": 1}, "HTTP 404|HTTP 405"),
        (
            "remove intel doc label",
            {"intel_doc_id": 99, "label_id": 1},
            "Intel document 99 not found",
        ),
    ],
)
def test_unknown_ids(
    tanium: SimulatorServer,
    run: RunAction,
    dialect: str,
    action: str,
    parameters: dict[str, int],
    explanation: str,
) -> None:
    tanium.settings.dialect = dialect

    failed = run(action, **parameters)

    assert not failed.ok
    assert any(text in failed.message for text in explanation.split("|")), failed.message


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("add intel doc label", {"intel_doc_id": DOC}),
        ("remove intel doc label", {"intel_doc_id": DOC}),
        ("get label", {}),
    ],
)
def test_unknown_label_is_told_from_an_error_of_the_server(
    tanium: SimulatorServer, run: RunAction, action: str, parameters: dict[str, int]
) -> None:
    before = names(tanium)

    unknown = run(action, label_id=99, **parameters)
    sent = asked(tanium)
    tanium.faults.add(Fault("status", path_contains="/labels", status=500))
    failed = run(action, label_id=1, **parameters)
    tanium.faults.add(Fault("status", path_contains="/labels", after=1, status=403))
    unread = run(action, label_id=99, **parameters)

    assert names(tanium) == before
    assert len(sent) == 2
    assert sent[1].startswith("GET /labels?")
    assert unknown.message.startswith(
        "Label 99 does not exist: it is not in Tanium's list of labels. Run list labels to find the"
        " ID. (Tanium answered HTTP 500 to "
    )
    assert "run the action again" not in unknown.message
    assert failed.message.startswith("Tanium answered HTTP 500 to ")
    assert unread.message.startswith(
        "Label 99 may not exist; the list of labels, which would tell, cannot be read: Tanium"
        " answered HTTP 403 to GET "
    )
    assert "before you run the action again. (Tanium answered HTTP 500 to " in unread.message


@pytest.mark.parametrize("label_id", ["1,2", "*", "1/../2", "all"])
def test_remove_label_takes_one_exact_id(
    tanium: SimulatorServer, run: RunAction, label_id: str
) -> None:
    failed = run("remove intel doc label", intel_doc_id=DOC, label_id=label_id)

    assert failed.message.startswith("Parameter 'label_id' is ")
    assert len(tanium.log) == 0
