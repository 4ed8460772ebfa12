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
"""A small simulator with a SOAR beside it, waits that nobody waits for, and the marks that a secret
would leave.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
import requests
from urllib3.connection import HTTPConnection

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.network.time_limit import time_limit
from tanium_tr.tanium.http import Transport
from tests.api.conftest import waits


__all__ = ["waits"]

TIME_OUT = 0.1  # seconds; the smallest request_timeout of an asset is 1
SECRETS = (seed.TOKEN, seed.ANALYST.password)


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(
        alerts=8, connect_seconds=0.05, connect_timeout_seconds=0.5, task_seconds=0.05
    ) as server:
        yield server


Impatient = Callable[..., None]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Impatient:
    """`impatient(kind, "/path")`: see `shorten`."""

    def impatiently(kind: str, *paths: str) -> None:
        shorten(monkeypatch, kind, *paths)

    return impatiently


def shorten(
    monkeypatch: pytest.MonkeyPatch, kind: str, *paths: str, method: str | None = None
) -> None:
    """Requests of these paths, or only those of a method, wait TIME_OUT for what a fault of that
    kind delays: the answer, the rest of its head, or its body.

    Whatever else there is to wait for keeps the asset's request_timeout, so that a machine that
    stands still for a while fails nothing.
    """
    request, exchange = requests.Session.request, Transport.exchange
    getresponse = HTTPConnection.getresponse

    def is_meant(sent: str, url: str) -> bool:
        return method in (None, sent) and any(path in url for path in paths)

    def request_impatiently(
        session: requests.Session, sent: str, url: str, **options: Any
    ) -> requests.Response:
        if is_meant(sent, url):
            options["timeout"] = (options["timeout"][0], TIME_OUT)
        return request(session, sent, url, **options)

    def exchange_impatiently(
        client: Transport, sent: str, path: str, **options: Any
    ) -> requests.Response:
        usual: int = vars(client).setdefault("usual_timeout", client._timeout)
        client._timeout = usual
        response = exchange(client, sent, path, **options)
        if is_meant(sent, response.url):
            vars(client)["_timeout"] = TIME_OUT
            client._deadline = time.monotonic() + TIME_OUT
        return response

    def request_with_little_time(
        session: requests.Session, sent: str, url: str, **options: Any
    ) -> requests.Response:
        seconds = TIME_OUT if is_meant(sent, url) else math.inf

        def getresponse_in_time(connection: HTTPConnection) -> Any:
            with time_limit(seconds):
                return getresponse(connection)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(HTTPConnection, "getresponse", getresponse_in_time)
            return request(session, sent, url, **options)

    if kind == "drip_head":
        monkeypatch.setattr(requests.Session, "request", request_with_little_time)
    elif kind == "drip":
        monkeypatch.setattr(Transport, "exchange", exchange_impatiently)
    else:
        monkeypatch.setattr(requests.Session, "request", request_impatiently)


def leaks(soar: LocalSoar, *shown: str, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    """Where a secret stands in plain: in what was shown, or in any file of the SOAR."""
    places = {f"shown: {text[:60]}": text.encode("utf-8", "replace") for text in shown}
    places.update(
        {
            path.name: path.read_bytes()
            for path in soar.installation.home.rglob("*")
            if path.is_file()
        }
    )
    return [
        place
        for place, content in places.items()
        for secret in secrets
        if secret.encode() in content
    ]


def left_in_vault(soar: LocalSoar) -> list[Path]:
    return list(Path(soar.installation.folder("vault", "tmp")).iterdir())
