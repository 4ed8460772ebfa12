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
"""Labels and labelled intel documents in production's dialect."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client


LABEL = "id name description indicatorCount signalCount createdAt updatedAt"


def ids(body: Any) -> list[int]:
    return [row["id"] for row in body["data"]]


def test_labels_are_listed(server: SimulatorServer, client: Client) -> None:
    body = client.get("/labels")
    assert (ids(body), body["meta"]) == ([1, 2, 3, 4], {"totalCount": 4, "filteredCount": 4})
    assert body["data"][0].keys() == set(LABEL.split())
    assert [(row["indicatorCount"], row["signalCount"]) for row in body["data"]] == [
        (0, 1),
        (0, 1),
        (2, 0),
        (0, 0),
    ]
    assert ids(client.get("/labels", limit=2, offset=3)) == [4]
    for number in range(600):
        server.state.labels.create(f"label {number}", None)
    assert [len(client.get("/labels", limit=limit)["data"]) for limit in (9999, 1)] == [500, 1]


def test_label_is_made(client: Client) -> None:
    made = client("POST", "/labels", json={"name": "Kürzlich", "description": "new"}).json()["data"]
    assert (made["id"], made["name"], made["description"], made["signalCount"]) == (
        5,
        "Kürzlich",
        "new",
        0,
    )
    assert client.get("/labels/5")["data"] == made
    assert client("GET", "/labels/99").status_code == 500
    for body in (
        {},
        {"name": " "},
        {"name": "KÜRZLICH"},
        {"name": 5},
        {"name": "other", "description": 5},
    ):
        assert client("POST", "/labels", json=body).status_code == 400


def test_label_is_attached_and_removed(client: Client) -> None:
    assert ids(client.get("/intels/501/labels")) == [1, 2]
    for _ in range(2):
        assert ids(client("PUT", "/intels/501/labels", json={"id": 3}).json()) == [1, 2, 3]
    assert client.get("/intels/501")["data"]["labelIds"] == [1, 2, 3]
    assert 501 in ids(client.get("/intels/", labelId=3))
    for _ in range(2):
        assert ids(client("DELETE", "/intels/501/labels/2").json()) == [1, 3]
    assert ids(client.get("/intels/501/labels")) == [1, 3]


def test_new_label_finds_alerts(client: Client) -> None:
    client("POST", "/labels", json={"name": "fresh"})
    client("PUT", "/intels/503/labels", json={"id": 5})
    assert {row["intelDocId"] for row in client.get("/alerts", labelName="fresh")["data"]} == {503}


def test_unknown_label_of_a_document_is_an_internal_error(client: Client) -> None:
    for reply in (
        client("PUT", "/intels/501/labels", json={"id": 99}),
        client("DELETE", "/intels/501/labels/99"),
    ):
        assert (reply.status_code, "internal server error" in reply.json()["text"]) == (500, True)


@pytest.mark.parametrize("body", [{}, {"id": "three"}, {"id": True}, {"label_id": 3}])
def test_label_without_a_number(client: Client, body: dict[str, Any]) -> None:
    assert client("PUT", "/intels/501/labels", json=body).status_code == 400


def test_labels_of_an_unknown_document(client: Client) -> None:
    for method, path in (
        ("GET", "/intels/9/labels"),
        ("PUT", "/intels/9/labels"),
        ("DELETE", "/intels/9/labels/1"),
    ):
        assert client(method, path, json={"id": 1}).status_code == 404


def test_older_server_sends_bare_labels(server: SimulatorServer, client: Client) -> None:
    server.settings.intel_envelope = False
    assert [row["id"] for row in client.get("/intels/501/labels")] == [1, 2]
    assert client.get("/labels/1")["name"] == "Priority hunt"


def test_changes_of_documents_need_the_permission(client: Client) -> None:
    reader = {"session": seed.TOKEN_READER}
    for method, path, permission in (
        ("PUT", "/intels/501/labels", seed.LABELS_WRITE),
        ("DELETE", "/intels/501/labels/1", seed.LABELS_WRITE),
        ("POST", "/labels", seed.LABELS_WRITE),
        ("PUT", "/intels/501", seed.INTELS_WRITE),
        ("DELETE", "/intels/?id=501", seed.INTELS_WRITE),
    ):
        reply = client(method, path, headers=reader)
        assert (reply.status_code, permission in reply.text) == (403, True)
    assert client("GET", "/intels/501/labels", headers=reader).status_code == 200
