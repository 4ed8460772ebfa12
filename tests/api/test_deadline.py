# File: test_deadline.py
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
"""A request ends within request_timeout, whatever the server does meanwhile."""

from __future__ import annotations

import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from dev.loopback.certificates import server_context
from dev.soar.runtime import LocalSoar
from tanium_tr.errors import DOUBT
from tanium_tr.soar import rest
from tanium_tr.soar.rest import SoarRest, Unavailable
from tests.api.conftest import CONNECTIONS, Configure
from tests.conftest import Run, RunAction
from tests.raw_server import PATIENCE, RawServer, Talk, deaf, dripping, hard_of_hearing


TOKEN = "token-for-these-tests"
SECONDS = 15.0  # of a request with 1 second, on a machine that has much else to do
LATE = "it did not answer within the asset's request_timeout (1 second)"

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
JSON, FILE = b"application/json", b"application/octet-stream"
HEADS = {
    "head": dripping(b"HTTP/1.1 200 OK\r\nX-Name: ", b"x"),
    "lines of a head": dripping(b"HTTP/1.1 200 ", b"O"),
    "100 Continue": dripping(b"", b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"),
}


def bodies(kind: bytes) -> dict[str, Talk]:
    """Answers that begin well."""
    return {
        "one-byte pieces": dripping(CHUNKED % kind, b"1\r\n \r\n"),
        "body": dripping(HEAD % kind + b"Content-Length: 90000\r\n\r\n", b" "),
        "body without a length": dripping(HEAD % kind + b"Connection: close\r\n\r\n", b" "),
        "size of a piece": dripping(CHUNKED % kind, b"0"),
        "trailers": dripping(CHUNKED % kind + b"2\r\n[]\r\n0\r\n", b"X: y\r\n"),
    }


READS = {**HEADS, **bodies(JSON)}
DOWNLOADS = {**HEADS, **bodies(FILE)}


def timed(run: RunAction, action: str, **parameters: Any) -> Run:
    """A failed run that ended in time."""
    started = time.monotonic()
    result = run(action, **parameters)
    assert time.monotonic() - started < SECONDS
    assert not result.ok
    return result


@pytest.mark.parametrize("drip", READS)
def test_read_ends_in_time(run: RunAction, configure: Configure, drip: str) -> None:
    with RawServer(READS[drip]) as server:
        configure(base_url=server.url, api_token=TOKEN, request_timeout=1)
        failed = timed(run, "list connections")

    assert failed.message == (
        f"No answer from {server.url} to GET {CONNECTIONS}: {LATE}. Check the server and any proxy"
        " on the way to it, or raise request_timeout."
    )
    assert server.connections == 1


@pytest.mark.parametrize("drip", READS)
def test_write_ends_in_time_and_in_doubt(run: RunAction, configure: Configure, drip: str) -> None:
    with RawServer(READS[drip]) as server:
        configure(base_url=server.url, api_token=TOKEN, request_timeout=1)
        failed = timed(run, "delete connection", connection_id="remote:host:1:2")

    assert f"{LATE}. Check the server" in failed.message
    assert failed.message.endswith(DOUBT)
    assert server.connections == 1


@pytest.mark.parametrize("drip", DOWNLOADS)
def test_download_ends_in_time(run: RunAction, configure: Configure, drip: str) -> None:
    with RawServer(DOWNLOADS[drip]) as server:
        configure(base_url=server.url, api_token=TOKEN, request_timeout=1)
        failed = timed(run, "get file", file_id="some-id")

    assert f"{LATE}. Check the server" in failed.message
    assert failed.rows == []


def test_download_that_takes_longer_than_the_time_out_but_goes_on(
    run: RunAction, configure: Configure
) -> None:
    """Each 256 KB have the time-out; two MB with a pause behind each 128 KB take twice as long."""
    piece, pieces = b"x" * 128 * 1024, 16

    def talk(connection: Any, over: threading.Event) -> None:
        connection.recv(65536)
        length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % (len(piece) * pieces)
        connection.sendall(HEAD % FILE + length)
        for _ in range(pieces):
            connection.sendall(piece)
            over.wait(0.25)

    with RawServer(talk) as server:
        configure(base_url=server.url, api_token=TOKEN, request_timeout=2)
        result = run("get file", file_id="some-id")

    assert result.ok, result.message
    assert result.rows[0]["size"] == len(piece) * pieces


def test_cancel_ends_a_download_that_stands_still(
    soar: LocalSoar, configure: Configure, run: RunAction
) -> None:
    def talk(connection: Any, over: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(HEAD % FILE + b"Content-Length: 90000\r\n\r\nsome")
        over.wait(0.5)
        soar.cancel()
        over.wait(PATIENCE)

    with RawServer(talk) as server:
        configure(base_url=server.url, api_token=TOKEN)
        failed = timed(run, "get file", file_id="some-id")

    explanation = "Cancelled while the file was downloaded; nothing is in the vault."
    assert failed.message == explanation
    assert soar.vault_items() == []


@pytest.mark.parametrize("status", [b"302 Found\r\nLocation: /other", b"400 Bad", b"500 Error"])
def test_error_page_ends_in_time(run: RunAction, configure: Configure, status: bytes) -> None:
    start = b"HTTP/1.1 " + status + b"\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwait\r\n"
    with RawServer(dripping(start, b"1\r\n \r\n")) as server:
        configure(base_url=server.url, api_token=TOKEN, request_timeout=1)
        failed = timed(run, "list connections")

    code = status[:3].decode()
    assert failed.message.startswith(f"Tanium answered HTTP {code} to GET {CONNECTIONS}: ")
    explanation = "it redirects to /other" if code == "302" else "(its explanation is incomplete)"
    assert explanation in failed.message


def test_repeats_end_in_time(run: RunAction, configure: Configure) -> None:
    start = b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n"
    with RawServer(dripping(start, b"1\r\n \r\n")) as server:
        configure(base_url=server.url, api_token=TOKEN, request_timeout=1)
        timed(run, "list connections")


def test_agreement_on_tls_ends_in_time_and_without_doubt(
    run: RunAction, configure: Configure
) -> None:
    # The head of a record that never gets whole.
    with RawServer(dripping(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x00")) as server:
        url = f"https://{server.host}"
        configure(base_url=url, api_token=TOKEN, request_timeout=1)
        failed = timed(run, "delete connection", connection_id="remote:host:1:2")

    assert "it could not be reached in time; check host and port of base_url" in failed.message
    assert DOUBT not in failed.message


def test_answer_through_tls_ends_in_time(
    run: RunAction, configure: Configure, tmp_path: Path
) -> None:
    context, ca_file = server_context("valid", tmp_path)
    with RawServer(over_tls(context, READS["head"])) as server:
        configure(
            base_url=f"https://{server.host}",
            api_token=TOKEN,
            request_timeout=1,
            environment={"REQUESTS_CA_BUNDLE": str(ca_file)},
        )
        failed = timed(run, "list connections")

    assert LATE in failed.message


@pytest.mark.parametrize("server_does", [deaf, hard_of_hearing])
@pytest.mark.parametrize("tls", [False, True])
def test_upload_that_is_not_read_ends_in_time(
    run: RunAction, configure: Configure, tmp_path: Path, tls: bool, server_does: Talk
) -> None:
    context, ca_file = server_context("valid", tmp_path)
    with RawServer(over_tls(context, server_does) if tls else server_does) as server:
        configure(
            base_url=f"https://{server.host}" if tls else server.url,
            api_token=TOKEN,
            request_timeout=1,
            environment={"REQUESTS_CA_BUNDLE": str(ca_file)},
        )
        text = "x" * 6_000_000
        failed = timed(run, "upload intel doc", intel_doc=text, file_name="a.yara")

    assert LATE in failed.message
    assert failed.message.endswith(DOUBT)


@pytest.mark.parametrize("drip", [*READS, "not read"])
def test_sending_of_records_ends_in_time(
    run: RunAction, configure: Configure, tmp_path: Path, drip: str
) -> None:
    context, ca_file = server_context("valid", tmp_path)
    talk = over_tls(context, {**READS, "not read": deaf}[drip])
    with RawServer(talk) as server:
        configure(
            base_url="http://127.0.0.1:9",
            api_token=TOKEN,
            request_timeout=1,
            ingest_url=f"https://{server.host}/ingest",
            ingest_key="key-for-these-tests",
            environment={"REQUESTS_CA_BUNDLE": str(ca_file)},
        )
        started = time.monotonic()
        result = run("send records", records='{"a": 1}', timeout=1)

    assert time.monotonic() - started < SECONDS
    # The status is the endpoint's answer; what follows is of no interest.
    assert result.ok == (drip in bodies(JSON)), result.message


def test_call_of_soars_own_api_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "TIMEOUT", 1)
    for drip in ("head", "100 Continue", "one-byte pieces", "body"):
        with RawServer(READS[drip]) as server, requests.Session() as session:
            started = time.monotonic()
            with pytest.raises(Unavailable, match="gave no answer"):
                SoarRest(server.url, session).asset("tanium")
            assert time.monotonic() - started < SECONDS


def test_proxy_that_drips_ends_in_time(run: RunAction, configure: Configure) -> None:
    with RawServer(dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x")) as proxy:
        configure(
            base_url="https://tanium.example.com",
            api_token=TOKEN,
            request_timeout=1,
            environment={"HTTPS_PROXY": proxy.url},
        )
        failed = timed(run, "delete connection", connection_id="remote:host:1:2")

    assert failed.message.startswith("No answer from https://tanium.example.com to DELETE ")
    assert DOUBT not in failed.message


@pytest.mark.parametrize("start", [CHUNKED % JSON + b"2;", CHUNKED % JSON + b"2\r\n[]\r\n0\r\nX: "])
def test_line_of_a_body_has_an_end(run: RunAction, configure: Configure, start: bytes) -> None:
    def talk(connection: Any, over: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(start)
        while not over.is_set():
            connection.sendall(b"x" * 65536)

    with RawServer(talk) as server:
        configure(base_url=server.url, api_token=TOKEN, request_timeout=PATIENCE)
        failed = timed(run, "list connections")

    assert "the connection was lost" in failed.message


def over_tls(context: ssl.SSLContext, talk: Talk) -> Talk:
    """The same through TLS."""

    def talk_over_tls(connection: Any, over: threading.Event) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            talk(secured, over)

    return talk_over_tls
