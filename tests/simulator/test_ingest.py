# File: test_ingest.py
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
"""The simulated HTTP-ingest endpoint keeps to its specification, and Splunk's collector to its
codes.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer


@pytest.fixture
def endpoint() -> Iterator[SimulatorServer]:
    with SimulatorServer(tls=True, alerts=0) as server:
        yield server


def post(
    server: SimulatorServer, body: bytes, *, path: str = seed.INGEST_PATH, **headers: str
) -> requests.Response:
    sent = {"Authorization": f"Bearer {seed.INGEST_KEY}", "Content-Type": "text/plain"}
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    return requests.post(
        server.url + path, data=body, headers=sent, verify=server.ca_file, timeout=60
    )


@pytest.mark.parametrize("scheme", ["Bearer", "Splunk"])
@pytest.mark.parametrize("compressed", [False, True])
def test_text_is_kept_line_by_line(
    endpoint: SimulatorServer, scheme: str, compressed: bool
) -> None:
    body = "one\ntwo é\n".encode()
    headers = {"Content_Encoding": "gzip"} if compressed else {}

    answer = post(
        endpoint,
        gzip.compress(body) if compressed else body,
        Authorization=f"{scheme} {seed.INGEST_KEY}",
        **headers,
    )

    assert answer.status_code == 200
    assert endpoint.state.ingest.records == [b"one", "two é".encode()]
    assert endpoint.state.ingest.requests[0][:2] == ("text/plain", compressed)


def test_record_without_line_feed_runs_into_the_next(endpoint: SimulatorServer) -> None:
    post(endpoint, b"one\ntwo")
    post(endpoint, b"three\n")

    assert endpoint.state.ingest.records == [b"one", b"twothree"]


@pytest.mark.parametrize(
    "body, records",
    [(b'{"a": 1}\n{"b": 2}\n', [b'{"a": 1}', b'{"b": 2}']), (b'{\n"a": 1\n}', [b'{\n"a": 1\n}'])],
    ids=["an object on every line", "one object on several"],
)
def test_json(endpoint: SimulatorServer, body: bytes, records: list[bytes]) -> None:
    assert post(endpoint, body, Content_Type="application/json").status_code == 200
    assert endpoint.state.ingest.records == records


def test_every_member_of_a_gzip_stream_counts(endpoint: SimulatorServer) -> None:
    body = gzip.compress(b"one\n") + gzip.compress(b"two\n")

    assert post(endpoint, body, Content_Encoding="gzip").status_code == 200
    assert endpoint.state.ingest.records == [b"one", b"two"]


@pytest.mark.parametrize(
    "body, headers, status",
    [
        (b"x\n", {"Authorization": ""}, 401),
        (b"x\n", {"Authorization": f"Basic {seed.INGEST_KEY}"}, 401),
        (b"x\n", {"Authorization": "Bearer another"}, 401),
        (b"x\n", {"Authorization": "Bearer deleted"}, 403),
        (b"x\n", {"Authorization": "Basic deleted"}, 401),
        (b"x\n", {"Content_Type": "application/xml"}, 400),
        (b"x\n", {"Content_Encoding": "deflate"}, 400),
        (b"x\n", {"Content_Encoding": "gzip"}, 400),
        (gzip.compress(b"x" * 1000, mtime=0)[:-9], {"Content_Encoding": "gzip"}, 400),
        (gzip.compress(b"x\n", mtime=0) + b"x", {"Content_Encoding": "gzip"}, 400),
        (b"\xff\n", {}, 400),
        (b"\n", {}, 400),
        (b"[1]\n", {"Content_Type": "application/json"}, 400),
        (b'{"a": NaN}\n', {"Content_Type": "application/json"}, 400),
        (b'\xef\xbb\xbf{"a": 1}\n', {"Content_Type": "application/json"}, 400),
        ('{"a": 1}\n'.encode("utf-16-be"), {"Content_Type": "application/json"}, 400),
        (b"x" * 1001, {}, 413),
        (gzip.compress(b"x" * 1001, mtime=0), {"Content_Encoding": "gzip"}, 413),
    ],
    ids=repr,
)
def test_refusals_keep_nothing(
    endpoint: SimulatorServer, body: bytes, headers: dict[str, str], status: int
) -> None:
    endpoint.settings.ingest_max_bytes = 1000
    endpoint.state.ingest.deleted_keys.add("deleted")

    assert post(endpoint, body, **headers).status_code == status
    assert endpoint.state.ingest.records == []


def test_http_is_refused() -> None:
    with SimulatorServer(alerts=0) as server:
        assert post(server, b"x\n").status_code == 400


@pytest.mark.parametrize("as_date", [False, True])
def test_rate(as_date: bool) -> None:
    settings: dict[str, Any] = {
        "ingest_requests_per_second": 2,
        "ingest_retry_after": 7,
        "ingest_retry_after_is_date": as_date,
    }
    now = [1_800_000_000.0]
    with SimulatorServer(tls=True, alerts=0, clock=lambda: now[0], **settings) as server:
        answers = [post(server, b"x\n") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        wait = answers[2].headers["Retry-After"]
        assert (parsedate_to_datetime(wait).timestamp() if as_date else int(wait)) == (
            1_800_000_007 if as_date else 7
        )
        assert (
            post(
                server, b"x\n", path=seed.COLLECTOR_PATH, Authorization=f"Splunk {seed.INGEST_KEY}"
            ).json()["code"]
            == 9
        )
        now[0] += 1
        assert post(server, b"x\n").status_code == 200
        empty = post(server, b"")
        assert (empty.status_code, "Retry-After" in empty.headers) == (400, False)


@pytest.mark.parametrize(
    "credential, body, status, code",
    [
        (f"Splunk {seed.INGEST_KEY}", b"x\n", 200, 0),
        ("", b"x\n", 401, 2),
        (f"Bearer {seed.INGEST_KEY}", b"x\n", 401, 3),
        ("Splunk another", b"x\n", 403, 4),
        (f"Splunk {seed.INGEST_KEY}", b"", 400, 5),
        (f"Splunk {seed.INGEST_KEY}", b"\xff", 400, 6),
    ],
)
def test_collector_codes(
    endpoint: SimulatorServer, credential: str, body: bytes, status: int, code: int
) -> None:
    answer = post(endpoint, body, path=seed.COLLECTOR_PATH, Authorization=credential)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_faults_reach_it(endpoint: SimulatorServer) -> None:
    endpoint.faults.add(Fault("reset_after", path_contains=seed.INGEST_PATH))

    with pytest.raises(requests.ConnectionError):
        post(endpoint, b"x\n")
    assert endpoint.state.ingest.records == [b"x"], "the answer is lost, the record is not"
