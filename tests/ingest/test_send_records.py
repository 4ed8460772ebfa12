# File: test_send_records.py
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
"""send records: what arrives for every kind of input, and what is refused."""

from __future__ import annotations

import gzip
import json
import time
from statistics import median
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.ingest import records
from tests.conftest import ASSET, Run, RunAction
from tests.faults.conftest import leaks
from tests.http_server import Answer, ScriptedServer
from tests.ingest.conftest import (
    Configure,
    IntoVault,
    configuration,
    ingest_fault,
    numbers,
    objects,
    spool_file,
)


@pytest.mark.parametrize(
    ("given", "arrived"),
    [
        ('{"a": 1}', [b'{"a": 1}']),
        ('{"a": 1}\n\n{"b": 1.50}\r\n', [b'{"a": 1}', b'{"b": 1.50}\r']),
        ('{\n  "a": [\n    1,\n    "x y"\n  ]\n}', [b'{"a": [1,"x y"]}']),
        ('[{"a": 1e400},\n {"b":\n [2]} ]', [b'{"a": 1e400}', b'{"b":[2]}']),
        ('\ufeff{"a": "\u00fc"}', ['{"a": "\u00fc"}'.encode()]),
        ('{"a": "\\ud800"}', [b'{"a": "\\ud800"}']),
        (f'{{"a": {"7" * 5000}}}', [b'{"a": %s}' % (b"7" * 5000)]),
        (f'[{{"a": {"7" * 5000}}}]', [b'{"a": %s}' % (b"7" * 5000)]),
    ],
)
def test_json_arrives_as_it_was_written_on_one_line_each(
    run: RunAction, tanium: SimulatorServer, given: str, arrived: list[bytes]
) -> None:
    result = run("send records", records=given)

    assert result.ok, result.message
    assert [record.rstrip(b"\r") for record in tanium.state.ingest.records] == [
        record.rstrip(b"\r") for record in arrived
    ]
    (request,) = tanium.state.ingest.requests
    assert (request.content_type, request.compressed, request.records) == (
        "application/json",
        True,
        len(arrived),
    )
    assert (
        result.message == f"Delivered {len(arrived)} record{'s' * (len(arrived) > 1)} in 1 request."
    )
    assert result.rows == [result.summary]
    counts = {
        "records": len(arrived),
        "bytes": request.size,
        "sent_bytes": request.sent_size,
        "requests": 1,
    }
    assert result.summary == {**counts, "refused": 0, "large": 0, "set_aside": 0, "undelivered": 0}


@pytest.mark.parametrize("compress", [True, False])
def test_text_arrives_line_by_line(
    run: RunAction, tanium: SimulatorServer, configure: Configure, compress: bool
) -> None:
    configure(ingest_compression=compress)

    assert run("send records", records="one {\n\n  two \u00fc\nthree", format="text").ok
    assert run("send records", records="four", format="text").ok

    assert tanium.state.ingest.records == [b"one {", "  two \u00fc".encode(), b"three", b"four"]
    assert {
        (request.content_type, request.compressed) for request in tanium.state.ingest.requests
    } == {("text/plain", compress)}
    first, _ = tanium.log.requests(method="POST")
    body = gzip.decompress(first.body or b"") if compress else first.body or b""
    assert body.endswith(b"three\n")
    assert first.headers["Authorization"] == f"Bearer {seed.INGEST_KEY}"


def test_list_of_texts_may_break_and_says_so(run: RunAction, tanium: SimulatorServer) -> None:
    result = run("send records", records=json.dumps(["one\ntwo", "three"]), format="text")

    assert tanium.state.ingest.records == [b"one", b"two", b"three"]
    assert "Texts with line feeds, which arrive as several records: 1 is 2 lines." in result.message


@pytest.mark.parametrize(
    ("given", "format", "arrived", "reasons"),
    [
        (
            b'{"a":1}\n{"a":\n[1]\n"x"\n{"a":NaN}\n{"a":"\xff"}\n{"b":2}',
            "json",
            2,
            ["2 is not JSON", "3 is JSON, but not an object", "5 is not JSON (NaN"],
        ),
        (b'{"a":1}\n{"a":"\xff"}\n', "json", 1, ["2 is not UTF-8"]),
        (
            b'[{"a":1}, 5, {"a":"\xff"}, {"b":2}]',
            "json",
            2,
            ["2 is JSON, but not an object", "3 is not UTF-8"],
        ),
        (
            b'[{"a":1}, {"b":2}, {"c" 3}, {"d":4}]',
            "json",
            2,
            ["3 is not JSON", "so everything after it"],
        ),
        (b'[{"a":1}] {"b":2}', "json", 1, ["2 is not JSON (more follows the array's end)"]),
        (b'{"a":1}\n' + b'{"a":' * 100_000 + b"\n", "json", 1, ["2 is nested too deeply"]),
        (b"one\n\xfe\xff\ntwo\n", "text", 2, ["2 is not UTF-8"]),
        (
            b"\n" * 30 + b"\xff\n" * 30 + b"x",
            "text",
            1,
            ["31 is not UTF-8; 32 is", "; and 10 more."],
        ),
    ],
)
def test_bad_records_are_refused_by_number_and_the_others_go(
    run: RunAction,
    tanium: SimulatorServer,
    into_vault: IntoVault,
    given: bytes,
    format: str,
    arrived: int,
    reasons: list[str],
) -> None:
    result = run("send records", vault_id=into_vault(given), format=format)

    assert result.ok, result.message
    assert len(tanium.state.ingest.records) == arrived
    assert all(reason in result.message for reason in reasons), result.message
    assert result.summary["refused"] > 0
    assert len(result.message) < 2000


@pytest.mark.parametrize(
    ("given", "format"),
    [
        ("5", "json"),
        ("[]", "json"),
        ("{}{}", "json"),
        ("[1", "json"),
        ("nonsense", "json"),
        ("[ ]", "text"),
    ],
)
def test_input_without_any_good_record(
    run: RunAction, tanium: SimulatorServer, given: str, format: str
) -> None:
    result = run("send records", records=given, format=format)

    assert result.ok is (format == "text")
    assert (
        "Nothing was sent: the input contains no record that can be sent." in result.message
    ) is (format == "json")
    assert len(tanium.state.ingest.records) == (format == "text")


@pytest.mark.parametrize("blank", ["", None, "  "])
def test_blank_optional_parameter_is_as_good_as_none(
    run: RunAction, tanium: SimulatorServer, blank: Any
) -> None:
    assert run("send records", records="{}", vault_id=blank, format=blank, timeout=blank).ok
    assert run(
        "forward alerts", query=blank, limit=blank, offset=blank, only_new=blank, timeout=blank
    ).ok
    assert run("resend undelivered", include_set_aside=blank, timeout=blank).ok
    assert len(tanium.state.ingest.records) == 1 + 8


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
@pytest.mark.parametrize("format", ["text", "json"])
def test_utf_16_is_refused_as_a_whole(
    run: RunAction, tanium: SimulatorServer, into_vault: IntoVault, encoding: str, format: str
) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""

    result = run(
        "send records",
        vault_id=into_vault(f'{mark}{{"a": 1}}\n{{"b": 2}}\n'.encode(encoding)),
        format=format,
    )

    assert (
        result.message
        == "Nothing was sent: the input is UTF-16. Save it as UTF-8, which the endpoint requires."
    )
    assert len(tanium.log) == 0


def test_one_of_records_and_vault_id(run: RunAction, tanium: SimulatorServer) -> None:
    for parameters in ({}, {"records": "{}", "vault_id": "x"}):
        assert (
            run("send records", **parameters).message
            == "Specify either 'records' or 'vault_id', not both."
        )
    assert run("send records", vault_id="0" * 40).message.startswith(
        "The vault has no file with the id"
    )
    assert len(tanium.log) == 0


def test_large_record_is_reported_and_a_too_large_one_refused(
    run: RunAction, tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch, into_vault: IntoVault
) -> None:
    monkeypatch.setattr(records, "MAX_RECORD", 900_000)
    monkeypatch.setattr(records, "_CHUNK", 10_000)
    lines = [b"x" * 500_000, b"y" * 600_000, b"z" * 900_000, b"a" * 900_001, b"b" * 2_000_000, b"c"]
    result = run("send records", vault_id=into_vault(b"\n".join(lines)), format="text")

    assert result.ok, result.message
    assert [len(record) for record in tanium.state.ingest.records] == [500_000, 600_000, 900_000, 1]
    assert (result.summary["large"], result.summary["refused"], tanium.state.ingest.large) == (
        2,
        2,
        2,
    )
    assert (
        "over 500 KB, which the platform may truncate: 2 has 600 KB; 3 has 900 KB."
        in result.message
    )
    assert "4 is larger than the 100 MB that the endpoint accepts; 5 is" in result.message


def test_time_for_a_long_line_grows_with_its_length_only(
    run: RunAction, monkeypatch: pytest.MonkeyPatch, into_vault: IntoVault
) -> None:
    monkeypatch.setattr(records, "_CHUNK", 100)
    vault_id = into_vault(b"x" * 12_000_000)
    started = time.process_time()

    assert run("send records", vault_id=vault_id, format="text").ok
    assert time.process_time() - started < 20


@pytest.mark.parametrize("compress", [True, False])
def test_requests_are_about_100_kb_as_sent(
    run: RunAction,
    tanium: SimulatorServer,
    configure: Configure,
    into_vault: IntoVault,
    compress: bool,
) -> None:
    configure(ingest_compression=compress)
    given = objects(6000, 400)

    result = run("send records", vault_id=into_vault("\n".join(given).encode()))

    sizes = [request.sent_size for request in tanium.state.ingest.requests]
    assert numbers(tanium) == list(range(6000))
    assert 90_000 < median(sizes) < 115_000
    assert max(sizes) < 250_000
    assert (result.summary["sent_bytes"], result.summary["requests"]) == (sum(sizes), len(sizes))
    assert tanium.log.connections() == 1


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (
            {"ingest_url": ""},
            "The asset has no HTTP-ingest endpoint: fill in ingest_url and ingest_key.",
        ),
        ({"ingest_key": ""}, "The asset has no key for its HTTP-ingest endpoint"),
        ({"ingest_url": "http://localhost/x"}, "'ingest_url' is not an https address"),
        ({"ingest_url": "https://[/x"}, "'ingest_url' is not an https address"),
        ({"ingest_url": "localhost/x"}, "'ingest_url' is not an https address"),
        (
            {"ingest_url": f"https://localhost/x?token={seed.INGEST_KEY}"},
            "'ingest_url' contains a key or password",
        ),
        (
            {"ingest_url": f"https://a:{seed.INGEST_KEY}@localhost/x"},
            "'ingest_url' contains a key or password",
        ),
    ],
)
def test_endpoint_that_cannot_be_meant(
    run: RunAction,
    tanium: SimulatorServer,
    configure: Configure,
    settings: dict[str, str],
    reason: str,
) -> None:
    configure(**settings)

    for action, parameters in (
        ("send records", {"records": "{}"}),
        ("forward alerts", {}),
        ("resend undelivered", {}),
    ):
        result = run(action, **parameters)
        assert not result.ok
        assert reason in result.message
        assert seed.INGEST_KEY not in str(result)
    assert len(tanium.log) == 0
    assert run("list alerts").ok


def test_secret_in_the_endpoint_s_query_is_not_shown(
    soar: LocalSoar, run: RunAction, tanium: SimulatorServer
) -> None:
    with SimulatorServer(tls=True, certificate="expired", alerts=0) as endpoint:
        settings = {**configuration(endpoint), "base_url": tanium.url}
        settings["ingest_url"] += "?index=main&sig=" + "hidden%2Fsignature"
        soar.update_asset(ASSET, settings, {"REQUESTS_CA_BUNDLE": str(endpoint.ca_file)})
        for result in (run("send records", records="{}"), run("resend undelivered")):
            assert "?index=main&sig=***: its TLS certificate was refused" in result.message
            assert "signature" not in str(result)


@pytest.mark.parametrize("certificate", ["expired", "wrong_host", "self_signed"])
def test_certificate_is_verified_whatever_tanium_s_setting_says(
    soar: LocalSoar, run: RunAction, tanium: SimulatorServer, certificate: str
) -> None:
    with SimulatorServer(tls=True, certificate=certificate, alerts=0) as endpoint:
        settings = {**configuration(endpoint), "base_url": tanium.url, "verify_server_cert": False}
        soar.update_asset(ASSET, settings, {"REQUESTS_CA_BUNDLE": str(endpoint.ca_file)})
        result = run("send records", records="{}")

        assert "its TLS certificate was refused" in result.message
        assert result.rows[0]["undelivered"] == 1
        assert result.rows[0]["requests"] == 1, "trying again does not help"
        assert len(endpoint.log) == 0


def test_proxy_that_forbids_the_endpoint_is_asked_once(soar: LocalSoar, run: RunAction) -> None:
    with ScriptedServer() as proxy:
        proxy.on("CONNECT", "endpoint.invalid:443", Answer(407))
        settings = {
            "base_url": "https://tanium.invalid",
            "api_token": "unused",
            "ingest_key": seed.INGEST_KEY,
        }
        soar.update_asset(
            ASSET,
            {**settings, "ingest_url": "https://endpoint.invalid" + seed.INGEST_PATH},
            {"HTTPS_PROXY": proxy.url},
        )
        result = run("send records", records="{}")

        assert "407" in result.message
        assert "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY" in result.message
        assert result.rows[0]["undelivered"] == 1
        assert len(proxy.seen) == 1, "trying again does not help"


def test_key_is_nowhere_but_in_the_header(
    soar: LocalSoar, run: RunAction, tanium: SimulatorServer, capfd: pytest.CaptureFixture[str]
) -> None:
    results: list[Run] = [run("test connectivity"), run("send records", records="{}")]
    tanium.faults.add(ingest_fault("echo_headers", times=None))
    results += [run("send records", records="{}", timeout=0), run("resend undelivered", timeout=0)]
    tanium.state.ingest.keys.clear()
    tanium.faults.clear()
    results += [run("resend undelivered"), run("send records", records="{}")]

    assert [result.ok for result in results] == [True, True, False, False, False, False]
    assert leaks(soar, *map(str, results), *capfd.readouterr(), secrets=(seed.INGEST_KEY,)) == []
    assert spool_file(soar).stat().st_mode & 0o777 == 0o600


def test_test_connectivity_sends_a_record_that_says_so(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    assert run("test connectivity").ok
    assert [record[:36] for record in tanium.state.ingest.records] == [
        b"Test record of the Tanium app for Sp"
    ]

    tanium.state.ingest.deleted_keys |= {seed.INGEST_KEY}
    result = run("test connectivity")
    assert not result.ok
    assert result.message.startswith(
        "Tanium answered, but not the HTTP-ingest endpoint. The HTTP-ingest endpoint answered HTTP"
        " 403: "
    )
    assert "create a new integration" in result.message

    configure(ingest_url="", ingest_key="")
    assert run("test connectivity").ok
    assert len(tanium.state.ingest.records) == 1


def test_rate_is_kept(
    run: RunAction, tanium: SimulatorServer, configure: Configure, into_vault: IntoVault
) -> None:
    configure(ingest_rate_kb=1000)
    content = "\n".join(objects(1000, 400)).encode()
    vault_id = into_vault(content)
    started = time.monotonic()
    result = run("send records", vault_id=vault_id)

    last = tanium.state.ingest.requests[-1].sent_size
    assert time.monotonic() - started >= (result.summary["sent_bytes"] - last) / 1_000_000


def test_results_name_what_is_left(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    tanium.faults.add(ingest_fault("status", times=None))
    assert not run("send records", records="{}", timeout=0).ok
    tanium.faults.clear()

    result = run("send records", records="{}")

    assert (
        result.message
        == "Delivered 1 record in 1 request. Undelivered in the spool: 1 record; 'resend"
        " undelivered' delivers them."
    )
    configure(ingest_url=f"{tanium.url}/another")
    result = run("resend undelivered")
    assert (
        result.message
        == "There was nothing to deliver. For another ingest_url: 1 record, kept in the spool"
        " until the asset has that address again."
    )
