# File: receiver.py
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
"""The receiver takes 10,000 rows in one request, beside decoding them and posting the same
containers and artifacts in bulk.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable

import requests

from dev.bench.measure import Line, at_most, in_turn, seconds
from dev.soar import LocalSoar
from dev.soar.web.server import SoarServer
from tanium_tr.ingestion.cases import Case
from tanium_tr.ingestion.rows import row_case


ROUNDS = 3
ROWS, ALERTS = 10_000, 500
BATCH = 100
FACTOR = 2.0


def measure(say: Callable[[str], None]) -> list[Line]:
    say(f"receiver: {ROUNDS} rounds of {ROWS:,} rows, {ALERTS} of them alerts")
    body = "\n".join(map(json.dumps, _rows())).encode()
    cases = [row_case(row, datetime.now(timezone.utc)) for row in _rows()]
    artifacts = sum(len(case.artifacts) for case in cases)
    stored: list[int] = []

    def app() -> float:
        with _soar() as (server, session):
            address = f"{server.rest_handler_url()}/tanium"
            taken = seconds(lambda: _ask(session, "POST", address, body))
            stored.append(len(server.soar.artifacts()))
            return taken

    def floor() -> float:
        with _soar() as (server, session):
            return seconds(lambda: _post_in_bulk(server, session, body, cases))

    medians = in_turn(ROUNDS, app, floor)
    name = f"receiver, {ROWS:,} rows"
    return [
        at_most(f"{name}, over json and posting in bulk", FACTOR, medians),
        Line(
            f"{name}: artifacts stored",
            f"{min(stored):,}",
            "",
            f"{artifacts:,}",
            set(stored) == {artifacts},
        ),
    ]


def _rows() -> Iterator[dict[str, Any]]:
    """Mostly audit rows of a day, and alerts among them."""
    for number in range(ROWS):
        if number % (ROWS // ALERTS):
            state = json.dumps(
                {
                    "id": number,
                    "hostname": f"pc-{number}.example.com",
                    "status": "connected",
                    "notes": "text " * 20,
                }
            )
            created = f"2026-11-21T10:{number // 60 % 60:02}:{number % 60:02}.000Z"
            yield {
                "id": number,
                "table": "LiveConnection",
                "state": state,
                "action": "create",
                "userName": "ann",
                "createdAt": created,
            }
        else:
            yield {
                "Alert Id": f"00000000-0000-0000-0000-{number:012}",
                "Timestamp": "2026-11-21T10:00:00.000Z",
                "Computer Name": f"pc-{number}.example.com",
                "Computer IP": "192.0.2.7",
                "Intel Name": "Credential dumping",
                "Match Details": json.dumps(_details(number)),
            }


def _details(number: int) -> dict[str, Any]:
    file = {
        "fullpath": "C:\\Windows\\System32\\rundll32.exe",
        "md5": f"{number:032x}",
        "sha256": f"{number:064x}",
    }
    parent = {
        "pid": 4,
        "name": "C:\\Windows\\explorer.exe",
        "args": "explorer.exe",
        "user": "EXAMPLE\\ann",
    }
    process = {
        "pid": number,
        "name": file["fullpath"],
        "args": "rundll32.exe comsvcs.dll",
        "user": "EXAMPLE\\ann",
        "file": file,
        "parent": parent,
    }
    return {
        "match": {"version": 1, "type": "process", "source": "recorder", "properties": process},
        "finding": {},
    }


@contextmanager
def _soar() -> Iterator[tuple[SoarServer, requests.Session]]:
    """A new local SOAR, where nothing is known yet, and somebody who may post there."""
    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        requests.Session() as session,
    ):
        soar = LocalSoar(Path(folder))
        soar.create_asset("tanium", {"base_url": "https://tanium.example.com", "api_token": "none"})
        session.trust_env = False
        session.headers.update(
            {
                "ph-auth-token": soar.create_automation_user("connect"),
                "Content-Type": "application/json",
            }
        )
        with SoarServer(soar) as server:
            # Django loads its parts with the first request.
            _ask(session, "GET", f"{server.url}/rest/asset/1")
            yield server, session


def _post_in_bulk(
    server: SoarServer, session: requests.Session, body: bytes, cases: list[Case]
) -> None:
    """What a script does that decodes the rows and has all else at hand."""
    rows = [json.loads(line) for line in body.splitlines()]
    assert len(rows) == len(cases)
    containers = {case.container["source_data_identifier"]: case.container for case in cases}
    ids = {
        identifier: _ask(
            session,
            "POST",
            f"{server.url}/rest/container",
            json.dumps({**container, "label": "events", "asset_id": 1}),
        )["id"]
        for identifier, container in containers.items()
    }
    artifacts = [
        {**artifact, "container_id": ids[case.container["source_data_identifier"]]}
        for case in cases
        for artifact in case.artifacts
    ]
    for start in range(0, len(artifacts), BATCH):
        _ask(
            session,
            "POST",
            f"{server.url}/rest/artifact",
            json.dumps(artifacts[start : start + BATCH]),
        )


def _ask(session: requests.Session, method: str, address: str, data: Any = None) -> Any:
    reply = session.request(method, address, data=data, timeout=600)
    reply.raise_for_status()
    return reply.json()
