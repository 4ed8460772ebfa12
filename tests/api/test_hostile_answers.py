# File: test_hostile_answers.py
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
"""Answers that are made to cost time or memory, and answers that are not valid HTTP."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tanium_tr.tanium import http as transport
from tanium_tr.tanium.json_limits import needed_memory
from tests.api.conftest import CONNECTIONS, THREAT_RESPONSE, Configure
from tests.conftest import RunAction
from tests.http_server import Answer, ScriptedServer, Seen
from tests.raw_server import RawServer, saying


CONNECT = "/plugin/products/connect/v1"
CONNECTION = "remote:host:1:2"
DELETE = f"{THREAT_RESPONSE}/conns/delete/{CONNECTION}"
LONG_PAGE = 65_000
SECONDS = 5.0  # what took minutes takes less than one
MB = 1024 * 1024


@pytest.fixture
def asset(configure: Configure, scripted: ScriptedServer) -> ScriptedServer:
    configure(base_url=scripted.url, api_token="token-for-these-tests")
    return scripted


# Time


@pytest.mark.parametrize(
    "piece", ["<a ", '<a b="', "<a b='", "<!--", "<![CDATA[", "</", "<?", "<script>", "<x y=z "]
)
@pytest.mark.parametrize("status", [200, 500])
def test_page_of_beginnings_takes_no_time(
    run: RunAction, asset: ScriptedServer, piece: str, status: int
) -> None:
    page = (piece * LONG_PAGE)[:LONG_PAGE]
    asset.on("GET", CONNECTIONS, Answer(status, page, "text/html"))
    started = time.process_time()

    result = run("list connections")

    assert not result.ok
    assert f"HTTP {status} to GET {CONNECTIONS}" in result.message
    assert time.process_time() - started < SECONDS


def test_text_of_a_page(run: RunAction, asset: ScriptedServer) -> None:
    page = """<!DOCTYPE html><head><title>Bad gateway</title><!-- 1 > 0 --><style>a > b {}</style >
    <script>if (1 < 2) {}</script></head><p title="a > b">Fish &amp; 1 < 2 chips</p>"""
    asset.on("GET", CONNECTIONS, Answer(500, page, "text/html"))

    message = run("list connections").message

    assert f"{CONNECTIONS}: Bad gateway Fish & 1 < 2 chips. The error" in message


@pytest.mark.parametrize("moment", ["9" * 400_000, "1 " * 200_000, "1." * 200_000])
def test_time_of_any_length_takes_no_time(
    run: RunAction, asset: ScriptedServer, moment: str
) -> None:
    logs = [{"id": 1, "connectionId": 1, "startTime": moment}]
    asset.on("GET", f"{CONNECT}/logs?limit=500&offset=0", Answer(200, {"data": logs}))
    asset.on("GET", f"{CONNECT}/logs?limit=499&offset=1", Answer(200, {"data": []}))
    asset.on("GET", f"{CONNECT}/logs?limit=500&offset=1", Answer(200, {"data": []}))
    started = time.process_time()

    run("list connection logs", since="2021-01-01")

    assert time.process_time() - started < SECONDS


def test_whole_number_of_any_length_is_none(run: RunAction, asset: ScriptedServer) -> None:
    body = '[{"id": "a", "hostname": ' + "9" * 400_000 + "}]"
    asset.on("GET", CONNECTIONS, Answer(200, body))
    started = time.process_time()

    listed = run("list connections")

    assert listed.ok, listed.message
    assert listed.rows[0].get("hostname") is None
    assert time.process_time() - started < SECONDS


def test_many_shown_secrets_take_no_time(run: RunAction, asset: ScriptedServer) -> None:
    destinations = [
        {
            "id": number,
            "name": f"Destination {number}",
            "type": "http",
            "configuration": {
                "url": f"https://host-{number}.example.com/path",
                "authentication": {"password": f"p4ss!word-{number:06}"},
                "headers": {"Authorization": f"Bearer t0ken-{number:012}"},
            },
        }
        for number in range(800)
    ]
    asset.on("GET", f"{CONNECT}/destinations", Answer(200, {"data": destinations}))
    started = time.process_time()

    listed = run("list destinations")

    assert len(listed.rows) == 800
    assert time.process_time() - started < SECONDS
    assert "p4ss!word" not in json.dumps(listed.result)
    assert "t0ken-" not in json.dumps(listed.result)


# Memory

PACKED = (("Content-Encoding", "gzip"),)


def test_large_answer_that_is_packed_well_is_refused(run: RunAction, asset: ScriptedServer) -> None:
    packed = gzip.compress(b'[{"id": "' + b"a" * (170 * MB) + b'"}]', compresslevel=1)
    asset.on("GET", CONNECTIONS, Answer(200, packed, headers=PACKED))
    tracemalloc.start()

    result = run("list connections")

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert f"its answer has more than {32 * MB} bytes" in result.message
    assert peak < 160 * MB


@pytest.mark.parametrize(
    ("member", "limit"), [(b"[],", transport.BODY_LIMIT), (b"{},", 4 * MB), (b"0,", 4 * MB)]
)
def test_answer_of_many_tiny_members_is_refused(
    run: RunAction,
    asset: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
    member: bytes,
    limit: int,
) -> None:
    monkeypatch.setattr(transport, "BODY_LIMIT", limit)
    count = limit * 15 // 16 // len(member)
    packed = gzip.compress(b'{"data": [' + member * count + b"[]]}", compresslevel=1)
    asset.on("GET", CONNECTIONS, Answer(200, packed, headers=PACKED))
    tracemalloc.start()

    result = run("list connections")

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "its answer has too many members for SOAR's memory" in result.message
    assert peak < 5 * limit


def test_signs_within_a_text_cost_nothing(run: RunAction, asset: ScriptedServer) -> None:
    text = '[{,"' * 4 * MB
    asset.on("GET", CONNECTIONS, Answer(200, [{"id": text[:MB]}]))
    assert run("list connections").ok
    packed = json.dumps([text]).encode()
    assert needed_memory(packed, 8 * len(packed)) < 2 * len(packed)


@pytest.mark.parametrize("end", [b'"', b"\\", b'\\"', b""])
def test_text_without_an_end_takes_no_time(end: bytes) -> None:
    started = time.process_time()
    needed_memory(b'["' + b'\\"[,' * MB + end, 0)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "compress"])
@pytest.mark.parametrize("status", [200, 500])
def test_coding_that_was_not_asked_for_is_refused(
    run: RunAction, asset: ScriptedServer, coding: str, status: int
) -> None:
    headers = (("Content-Encoding", coding),)
    asset.on("GET", CONNECTIONS, Answer(status, gzip.compress(b"[]"), headers=headers))

    message = run("list connections").message

    assert f"HTTP {status} to GET {CONNECTIONS}" in message
    assert "gzip or deflate" in message
    assert asset.seen[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("action", ["list labels", "on poll"])
def test_page_that_is_too_large_is_read_in_parts(
    run: RunAction,
    asset: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
) -> None:
    monkeypatch.setattr(transport, "BODY_LIMIT", 20_000)
    rows = [{"id": number, "x": "y" * 100, "name": f"n{number}"} for number in range(1, 701)]

    def answer(seen: Seen) -> Answer:
        query = {name: values[0] for name, values in parse_qs(urlsplit(seen.path).query).items()}
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 500))
        meta = {"totalCount": len(rows), "filteredCount": len(rows)}
        return Answer(200, {"data": rows[offset : offset + limit], "meta": meta})

    monkeypatch.setattr(asset, "answer", answer)
    result = run(action)

    assert result.ok, result.message
    if action == "list labels":
        assert [row["id"] for row in result.rows] == [*range(1, 701)]
    else:
        assert result.message == "Ingested alerts: 700"


# What is not HTTP


@pytest.fixture(params=["-1", "-8000000000000000", "zz", "ffffffffffffffffffff"])
def malformed(request: pytest.FixtureRequest, configure: Configure) -> Iterator[RawServer]:
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    answer = head + request.param.encode() + b"\r\n[]\r\n0\r\n\r\n"
    with RawServer(saying(answer)) as server:
        configure(base_url=server.url, api_token="token-for-these-tests")
        yield server


@pytest.mark.usefixtures("malformed")
def test_malformed_size_of_a_piece_is_told(run: RunAction) -> None:
    message = run("list connections").message

    assert message.startswith("No answer from http://127.0.0.1:"), message
    assert "unexpected error" not in message


@pytest.mark.usefixtures("malformed")
def test_write_with_a_malformed_answer_is_in_doubt(run: RunAction) -> None:
    message = run("delete connection", connection_id=CONNECTION).message

    assert message.startswith("No answer from http://127.0.0.1:"), message
    assert "The change may have been applied anyway." in message


@pytest.mark.parametrize("password", ["pa[ss", "pa]ss", "[pass]", "pa[ss/word", "p#a[s?s"])
def test_proxy_whose_password_is_not_encoded(
    run: RunAction, configure: Configure, password: str
) -> None:
    proxy = f"http://user:{password}@127.0.0.1:9"
    configure(
        base_url="http://tanium.example.com",
        api_token="token-for-these-tests",
        environment={"http_proxy": proxy, "HTTP_PROXY": proxy},
    )

    message = run("list connections").message

    assert message.startswith("No answer from http://tanium.example.com to GET "), message
    assert password not in message
