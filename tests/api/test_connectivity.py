# File: test_connectivity.py
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
"""What test connectivity says when Tanium cannot be reached: in words that name the cause and what
to do.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from requests.adapters import HTTPAdapter

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.api.conftest import STATUS, Configure
from tests.conftest import RunAction
from tests.http_server import Answer, ScriptedServer


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Connections are made, and nothing is ever answered."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def failure(run: RunAction, configure: Configure, base_url: str, **settings: Any) -> str:
    configure(base_url=base_url, api_token=seed.TOKEN, **settings)
    tested = run("test connectivity")
    assert not tested.ok
    assert f"Connecting to {base_url}" in tested.progress
    assert tested.message.startswith(f"No answer from {base_url} to GET {STATUS}: ")
    assert tested.message.endswith(".")
    return tested.message


def test_success_is_the_published_message(
    run: RunAction, configure: Configure, scripted: ScriptedServer
) -> None:
    configure(base_url=scripted.url, api_token=seed.TOKEN)
    scripted.on("GET", STATUS, Answer(200, {"data": {"version": "4.8.1"}}))
    status = {
        "now": "2026-03-01T10:00:00Z",
        "directConnectConnectionStatus": {"status": "NOT_FOUND"},
    }
    scripted.on("POST", "/plugin/products/gateway/graphql", Answer(200, {"data": status}))
    tested = run("test connectivity")
    assert (tested.ok, tested.message) == (True, "Test Connectivity Passed")
    assert "API gateway (unknown version) answered" in tested.progress
    assert "Threat Response 4.8.1 answered" in tested.progress


def test_unknown_host(run: RunAction, configure: Configure, waits: list[float]) -> None:
    message = failure(run, configure, "https://tanium.invalid")
    assert "its host name is unknown to DNS; check base_url (" in message
    assert len(waits) <= 1


@pytest.mark.parametrize("host", [".invalid", f"{'a' * 64}.invalid"])
def test_name_that_no_host_can_have(run: RunAction, configure: Configure, host: str) -> None:
    assert failure(run, configure, f"http://{host}").endswith(
        ": an address is malformed; check base_url, HTTP_PROXY and HTTPS_PROXY, in whose"
        " passwords special characters are written like %5B."
    )


def test_refused_port(run: RunAction, configure: Configure, closed_port: int) -> None:
    message = failure(run, configure, f"http://127.0.0.1:{closed_port}")
    assert (
        "the connection was refused; check host and port of base_url and the firewall"
        " (ConnectionRefusedError: " in message
    )


CERTIFICATES = (
    ("expired", "its TLS certificate was refused: it has expired."),
    (
        "self_signed",
        (
            "its TLS certificate was refused: it is self-signed; add it to SOAR's trusted"
            " certificates."
        ),
    ),
    (
        "wrong_host",
        "its TLS certificate was refused: it is for another host name than the one in base_url.",
    ),
)


@pytest.mark.parametrize(("certificate", "text"), CERTIFICATES)
def test_bad_certificate_is_final(
    run: RunAction, configure: Configure, waits: list[float], certificate: str, text: str
) -> None:
    with SimulatorServer(tls=True, certificate=certificate) as server:
        trusted = {"REQUESTS_CA_BUNDLE": str(server.ca_file)}
        assert failure(run, configure, server.url, environment=trusted).endswith(text)
        assert (len(server.log), waits) == (0, [])


def test_unknown_authority_and_wrong_address(run: RunAction, configure: Configure) -> None:
    with SimulatorServer(tls=True) as server:
        message = failure(run, configure, server.url)
    assert message.endswith(
        "it was issued by an authority that SOAR does not trust; add that authority's certificate"
        " to SOAR's trusted certificates."
    )
    with SimulatorServer(tls=True, certificate="wrong_host") as server:
        address = f"https://127.0.0.1:{server.port}"
        message = failure(
            run, configure, address, environment={"REQUESTS_CA_BUNDLE": str(server.ca_file)}
        )
    assert message.endswith(
        "its TLS certificate was refused: it is for another address than the one in base_url."
    )


def test_host_name_that_urllib3_compares_itself(
    run: RunAction, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOAR's older urllib3 always does; the one of the tests, when it is given the name."""
    start_pools = HTTPAdapter.init_poolmanager

    def reported(self: HTTPAdapter, *args: Any, **options: Any) -> None:
        start_pools(self, *args, **{**options, "assert_hostname": "tanium.example.com"})

    monkeypatch.setattr(HTTPAdapter, "init_poolmanager", reported)
    with SimulatorServer(tls=True) as server:
        message = failure(
            run, configure, server.url, environment={"REQUESTS_CA_BUNDLE": str(server.ca_file)}
        )
    assert (
        "its TLS certificate was refused: it is for another host than the one in base_url"
        " (CertificateError: " in message
    )


def test_https_to_a_port_without_tls(
    run: RunAction, configure: Configure, scripted: ScriptedServer
) -> None:
    message = failure(run, configure, f"https://{scripted.host}")
    assert "TLS could not be agreed on; base_url may name a port without TLS" in message
    assert scripted.seen == []


@pytest.mark.usefixtures("waits")
def test_http_to_a_port_with_tls(run: RunAction, configure: Configure) -> None:
    with SimulatorServer(tls=True) as server:
        message = failure(run, configure, f"http://127.0.0.1:{server.port}")
    assert "the connection was lost" in message


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("status", [403, 407, 502])
def test_proxy_that_refuses(
    run: RunAction, configure: Configure, scripted: ScriptedServer, status: int
) -> None:
    scripted.on("CONNECT", "tanium.invalid:443", Answer(status))
    message = failure(
        run, configure, "https://tanium.invalid", environment={"HTTPS_PROXY": scripted.url}
    )
    assert "the proxy of SOAR's environment did not let it through (" in message
    assert f"{status}" in message
    assert message.endswith("; check HTTP_PROXY, HTTPS_PROXY and NO_PROXY.")
    assert all("session" not in seen.headers for seen in scripted.seen)
    assert len(scripted.seen) == 1, "trying again does not help"


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_that_is_not_there(
    run: RunAction, configure: Configure, closed_port: int, scheme: str
) -> None:
    proxy = f"http://127.0.0.1:{closed_port}"
    message = failure(
        run, configure, f"{scheme}://tanium.invalid", environment={f"{scheme}_proxy": proxy}
    )
    assert "the proxy of SOAR's environment did not let it through (" in message
    assert "refused" in message


@pytest.mark.usefixtures("waits")
def test_silent_server_is_a_time_out(
    run: RunAction, configure: Configure, silent_port: int
) -> None:
    message = failure(run, configure, f"http://127.0.0.1:{silent_port}", request_timeout=1)
    assert "it did not answer within the asset's request_timeout (" in message


@pytest.mark.usefixtures("waits")
def test_silent_tls_is_a_time_out(run: RunAction, configure: Configure, silent_port: int) -> None:
    message = failure(run, configure, f"https://127.0.0.1:{silent_port}", request_timeout=1)
    assert (
        "it could not be reached in time" in message
        or "it did not answer within the asset's request_timeout" in message
    )


def test_certificate_bundle_that_is_missing(run: RunAction, configure: Configure) -> None:
    message = failure(
        run, configure, "https://127.0.0.1:9", environment={"REQUESTS_CA_BUNDLE": "/nowhere/ca.pem"}
    )
    assert "invalid path: /nowhere/ca.pem" in message


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            Answer(200, "<html><title>Sign in</title><p>Please sign in</p></html>", "text/html"),
            "its answer is not JSON but: Sign in Please sign in",
        ),
        (Answer(200, [1, 2]), "expected an object but received a list"),
        (Answer(200, b""), "expected an object but received nothing"),
        (
            Answer(302, "", headers=(("Location", "https://login.example.com/saml"),)),
            "it redirects to https://login.example.com/saml",
        ),
    ],
)
def test_another_server_than_tanium(
    run: RunAction, configure: Configure, scripted: ScriptedServer, answer: Answer, text: str
) -> None:
    configure(base_url=scripted.url, api_token=seed.TOKEN)
    scripted.on("GET", STATUS, answer)
    message = run("test connectivity").message
    assert (
        message
        == f"Tanium answered HTTP {answer.status} to GET {STATUS}: {text}. Check that base_url is"
        " the address of the Tanium server itself, not of a login page or proxy."
    )
