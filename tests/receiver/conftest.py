# File: conftest.py
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
"""A SOAR in memory for the receiver's core, and a REST API over HTTP that does what a test tells it
to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any, Callable, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tanium_tr.ingestion import receiver
from tanium_tr.ingestion.receiver import Sent, WebhookReply
from tanium_tr.soar.rest import Saved, SavedContainer, SoarRest
from tests.http_server import Answer, HttpServer, Seen


NOW = datetime(2026, 11, 22, 8, 30, tzinfo=timezone.utc)
ASSET_ID = 7


class MemorySoar:
    """Duplicate detection as SOAR has it, and strict JSON as SOAR wants it."""

    def __init__(self) -> None:
        self.containers: dict[tuple[Any, str], dict[str, Any]] = {}
        self.artifacts: dict[tuple[int, str], dict[str, Any]] = {}

    def save_container(self, container: dict[str, Any]) -> SavedContainer:
        json.dumps(container, allow_nan=False)
        identity = (container["asset_id"], container["source_data_identifier"])
        is_new = identity not in self.containers
        self.containers.setdefault(identity, container)
        return SavedContainer(list(self.containers).index(identity) + 1, is_new)

    def known_artifacts(self, container_id: int, identifiers: list[str]) -> set[str]:
        return {each for each in identifiers if (container_id, each) in self.artifacts}

    def save_artifacts(self, artifacts: list[dict[str, Any]]) -> list[Saved]:
        return [self._save_artifact(artifact) for artifact in artifacts]

    def _save_artifact(self, artifact: dict[str, Any]) -> Saved:
        json.dumps(artifact, allow_nan=False)
        identity = (artifact["container_id"], artifact["source_data_identifier"])
        known = identity in self.artifacts
        self.artifacts.setdefault(identity, artifact)
        return Saved(known)


def received(
    body: bytes,
    soar: Any,
    headers: dict[str, str] | None = None,
    query: dict[str, Any] | None = None,
    **settings: Any,
) -> WebhookReply:
    """The core's reply to a body, as both entry points get it."""
    sent = Sent(headers or {}, query or {}, lambda _: body)
    return receiver.reply_to(lambda: receiver.receive(sent, ASSET_ID, settings, soar, NOW))


class Call(NamedTuple):
    """A request with its JSON decoded."""

    path: str
    body: Any
    headers: dict[str, str]


def usual_way(_: Call) -> Answer | None:
    """For `RestApi.script`: every call is answered as SOAR would."""
    return None


class RestApi(HttpServer):
    """SOAR's REST API over HTTP with a memory. `script` may answer a call first; it answers None
    for what shall take its usual way, and raises ConnectionError to hang up.
    """

    def __init__(self) -> None:
        super().__init__()
        self.memory = MemorySoar()
        self.calls: list[Call] = []
        self.script: Callable[[Call], Answer | None] = usual_way

    def answer(self, seen: Seen) -> Answer:
        call = Call(seen.path, json.loads(seen.body) if seen.body else None, seen.headers)
        self.calls.append(call)
        scripted = self.script(call)
        if scripted:
            return scripted
        if call.path == "/rest/container":
            container = self.memory.save_container(call.body)
            name = "id" if container.is_new else "existing_container_id"
            return Answer(
                200 if container.is_new else 400,
                {"success": container.is_new, name: container.id},
            )
        if seen.method == "GET":
            return self._known(seen.path)
        saved = self.memory.save_artifacts(call.body)
        return Answer(
            200,
            [
                {"success": True, "existing_artifact_id" if each.known else "id": 1}
                for each in saved
            ],
        )

    def _known(self, path: str) -> Answer:
        query = parse_qs(urlsplit(path).query)
        container_id = int(query["_filter_container_id"][0])
        asked = json.loads(query["_filter_source_data_identifier__in"][0])
        rows = [
            {"source_data_identifier": each, "container": container_id}
            for each in self.memory.known_artifacts(container_id, asked)
        ]
        return Answer(200, {"count": len(rows), "num_pages": 1, "data": rows})

    def paths(self) -> list[str]:
        """Without queries, which only the questions for known artifacts have."""
        return [call.path.partition("?")[0].rpartition("/")[2] for call in self.calls]


@pytest.fixture
def api() -> Iterator[RestApi]:
    with RestApi() as rest_api:
        yield rest_api


@pytest.fixture
def soar_rest(api: RestApi) -> Iterator[SoarRest]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["ph-auth-token"] = "token-abc"
        yield SoarRest(api.url, session)
