# File: test_endpoints.py
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
"""Finding the one endpoint that is meant: by name, address or client id, of several the one that
is ready or registered last.
"""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tests.conftest import Run, RunAction


LOOK_UP = "/plugin/products/dec/v1/endpoints"
ENDPOINT_KEYS = {
    "clientId",
    "hostname",
    "ip",
    "platform",
    "configured",
    "installed",
    "ready",
    "status",
    "count",
}

AddHosts = Callable[..., None]


@pytest.fixture
def add_hosts(tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> AddHosts:
    """`add_hosts("web", "web.corp.example")` adds computers, each registered a day before its
    predecessor, to a server whose look-up matches parts of names in both directions, as a look-up
    might.
    """
    rows = tanium.state.computers.look_up

    def look_up(
        hostname: str | None, ip: str | None, client_id: str | None
    ) -> list[dict[str, Any]]:
        if hostname is None:
            return rows(None, ip, client_id)
        return [
            row
            for row in rows(None, None, None)
            if hostname in row["hostname"] or row["hostname"] in hostname
        ]

    def add(*names: str) -> None:
        for days, name in enumerate(names, 1):
            tanium.state.computers.hosts.append(
                seed.Host(name, str(8_000_000 + days), f"10.77.0.{days}", "Linux", float(days))
            )

    monkeypatch.setattr(tanium.state.computers, "look_up", look_up)
    return add


@pytest.mark.parametrize(
    ("destination_type", "destination", "pair"),
    [
        ("hostname", "ws-finance-07", ("hostname", "ws-finance-07")),
        ("HOSTNAME", "WS-FINANCE-07", ("hostname", "WS-FINANCE-07")),
        ("ip_address", "10.20.1.17", ("ip", "10.20.1.17")),
        ("client_id", "2029311007", ("clientId", "2029311007")),
        ("client_id", 2029311007, ("clientId", "2029311007")),
    ],
)
def test_get_endpoint_is_one_request(
    tanium: SimulatorServer,
    run: RunAction,
    destination_type: str,
    destination: Any,
    pair: tuple[str, str],
) -> None:
    found = run("get endpoint", destination=destination, destination_type=destination_type)

    (request,) = tanium.log
    assert (request.method, request.path, request.pairs) == ("GET", LOOK_UP, [pair])
    assert (found.ok, found.message) == (True, "Endpoint information fetched successfully")
    assert [set(row) for row in found.rows] == [ENDPOINT_KEYS]
    assert found.rows[0]["clientId"] == "2029311007"
    assert found.summary == {"hostname": "ws-finance-07", "ip": "10.20.1.17"}


@pytest.mark.parametrize(
    ("destination_type", "destination", "advice"),
    [
        ("hostname", "10.20.1.17", "It looks like an IP address: use destination_type ip_address."),
        ("hostname", "2029311007", "It looks like a client ID: use destination_type client_id."),
        ("ip_address", "büro-01", "It looks like a host name: use destination_type hostname."),
        ("ip_address", "10.20.1.17/32", "It is not a valid IP address."),
        ("client_id", "#2029311007", "It is not a whole number."),
        ("hostname", "ws-finance-07\nws-hr-04", "Specify one endpoint."),
        ("hostname", "'ws-hr-04'", "It contains quotes or invisible characters: enter it without"),
        ("hostname", "ws-hr-04\u200b", "It contains quotes or invisible characters: enter it"),
        ("hostname", "nobody", "Check the name, or that it is online."),
    ],
)
def test_get_endpoint_says_what_strikes_in_a_destination(
    run: RunAction, destination_type: str, destination: str, advice: str
) -> None:
    failed = run("get endpoint", destination=destination, destination_type=destination_type)

    assert not failed.ok
    assert f"'. {advice}" in failed.message


def hosts_named(tanium: SimulatorServer, name: str, **changes: Any) -> None:
    """Change all computers of a name."""
    hosts = tanium.state.computers.hosts
    hosts[:] = [host._replace(**changes) if host.hostname == name else host for host in hosts]


@pytest.mark.parametrize(
    ("destination_type", "destination", "in_order"),
    [
        ("hostname", "kiosk-lobby", [seed.KIOSK_NEWEST, seed.KIOSK_OLD, seed.KIOSK_MIDDLE]),
        ("ip_address", "10.40.0.8", [seed.KIOSK_MIDDLE, seed.KIOSK_OLD]),
    ],
)
def test_get_endpoint_has_all_of_several_the_one_that_registered_last_first(
    tanium: SimulatorServer,
    run: RunAction,
    destination_type: str,
    destination: str,
    in_order: list[seed.Host],
) -> None:
    found = run("get endpoint", destination=destination, destination_type=destination_type)

    assert [row["clientId"] for row in found.rows] == [host.client_id for host in in_order]
    assert found.summary == {"hostname": "kiosk-lobby", "ip": in_order[0].ip}
    assert [request.path for request in tanium.log] == [LOOK_UP, "/api/v2/system_status"]
    assert any(f"{in_order[0].client_id} registered last" in line for line in found.progress)
    assert tanium.log.connections() == 1


def test_registrations_are_asked_for_of_these_endpoints_alone(
    tanium: SimulatorServer, run: RunAction
) -> None:
    run("create connection", destination="10.40.0.8", destination_type="ip_address")

    (asked,) = tanium.log.requests(path_contains="system_status")
    (wanted,) = json.loads(asked.headers["tanium-options"])["cache_filters"]
    assert wanted == {
        "and_flag": False,
        "sub_filters": [
            {"field": "computer_id", "operator": "Equal", "value": host.client_id}
            for host in (seed.KIOSK_OLD, seed.KIOSK_MIDDLE)
        ],
    }


def test_server_that_refuses_the_filter_is_asked_for_all_registrations(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(Fault("status", path_contains="system_status", status=400))

    created = run("create connection", destination="kiosk-lobby", destination_type="hostname")

    assert created.summary == {
        "connection_id": f"remote:kiosk-lobby:{seed.KIOSK_NEWEST.client_id}:1"
    }
    filtered, whole = tanium.log.requests(path_contains="system_status")
    assert "tanium-options" in filtered.headers
    assert "tanium-options" not in whole.headers


def test_create_connection_takes_the_one_that_registered_last(run: RunAction) -> None:
    created = run("create connection", destination="kiosk-lobby", destination_type="hostname")

    assert created.summary == {
        "connection_id": f"remote:kiosk-lobby:{seed.KIOSK_NEWEST.client_id}:1"
    }


def test_the_one_that_is_ready_is_taken_before_one_that_registered_later(
    tanium: SimulatorServer, run: RunAction
) -> None:
    hosts = tanium.state.computers.hosts
    hosts[:] = [host._replace(answers=host.client_id == seed.KIOSK_OLD.client_id) for host in hosts]
    destination = {"destination": "kiosk-lobby", "destination_type": "hostname"}

    created, found = run("create connection", **destination), run("get endpoint", **destination)

    assert created.summary == {"connection_id": f"remote:kiosk-lobby:{seed.KIOSK_OLD.client_id}:1"}
    assert [row["clientId"] for row in found.rows] == ["1620000001", "1620000003", "1620000002"]
    assert any("1620000001 is the only one that is ready" in line for line in found.progress)
    assert not tanium.log.requests(path_contains="system_status")


def test_when_none_is_ready_the_one_that_registered_last_is_taken(
    tanium: SimulatorServer, run: RunAction
) -> None:
    hosts_named(tanium, "kiosk-lobby", answers=False)

    created = run("create connection", destination="kiosk-lobby", destination_type="hostname")

    assert seed.KIOSK_NEWEST.client_id in created.summary["connection_id"]


def refused(run: RunAction) -> Run:
    """`create connection` to one of several that nothing tells apart; get endpoint lists all."""
    destination = {"destination": "kiosk-lobby", "destination_type": "hostname"}
    failed, found = run("create connection", **destination), run("get endpoint", **destination)
    assert not failed.ok
    assert (found.ok, len(found.rows)) == (True, 3)
    assert any("Create connection could not choose one" in line for line in found.progress)
    return failed


def test_endpoints_without_known_times_are_named(tanium: SimulatorServer, run: RunAction) -> None:
    hosts_named(tanium, "kiosk-lobby", in_system_status=False)

    failed = refused(run)

    assert all(
        client_id in failed.message for client_id in ("1620000001", "1620000002", "1620000003")
    )
    assert "client_id" in failed.message


def test_endpoints_that_registered_at_the_same_time_are_named(
    tanium: SimulatorServer, run: RunAction
) -> None:
    hosts_named(tanium, "kiosk-lobby", days_since_registration=1.0)

    assert "3 endpoints match" in refused(run).message


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00Z", "", None, "never", 10**30, "99999999999999999999"]
)
def test_endpoints_with_useless_times_are_named(
    tanium: SimulatorServer, run: RunAction, monkeypatch: pytest.MonkeyPatch, time: Any
) -> None:
    rows = [
        {"computer_id": host.client_id, "last_registration": time}
        for host in tanium.state.computers.hosts
    ]
    monkeypatch.setattr(tanium.state.computers, "system_status", lambda: rows)

    assert "3 endpoints match" in refused(run).message


def test_endpoints_whose_times_cannot_be_read_are_named(
    tanium: SimulatorServer, run: RunAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_for_you() -> list[dict[str, Any]]:
        raise Rejected(403, "System status is not for you")

    monkeypatch.setattr(tanium.state.computers, "system_status", not_for_you)

    failed = refused(run)

    assert "1620000002" in failed.message
    assert "System status is not for you" in failed.message


def test_get_endpoint_that_is_in_no_system_status(run: RunAction) -> None:
    found = run("get endpoint", destination="lab-isolated-01", destination_type="hostname")

    assert found.rows[0]["clientId"] == seed.NOT_IN_SYSTEM_STATUS.client_id


@pytest.mark.parametrize("action", ["get endpoint", "create connection"])
@pytest.mark.parametrize(
    ("destination", "destination_type"),
    [("ws-finance-7", "hostname"), ("10.20.1.1", "ip_address"), ("202931100", "client_id")],
)
def test_unknown_endpoint_is_an_error_and_starts_nothing(
    tanium: SimulatorServer, run: RunAction, action: str, destination: str, destination_type: str
) -> None:
    failed = run(action, destination=destination, destination_type=destination_type)

    assert not failed.ok
    assert f"no endpoint with {destination_type} '{destination}'" in failed.message
    assert [request.method for request in tanium.log] == ["GET"]


@pytest.mark.parametrize("action", ["get endpoint", "create connection"])
@pytest.mark.parametrize("wanted", ["web", "web-1", "web-0", "eb-01", "web-01.corp", "web-01x"])
def test_similar_name_is_never_taken(
    tanium: SimulatorServer, run: RunAction, add_hosts: AddHosts, action: str, wanted: str
) -> None:
    add_hosts("web-01.corp.example", "xweb-01", "web-011")

    failed = run(action, destination=wanted, destination_type="hostname")

    assert not failed.ok
    assert f"no endpoint with hostname '{wanted}'" in failed.message
    assert not tanium.log.requests(method="POST")


def test_similar_names_are_suggested(run: RunAction, add_hosts: AddHosts) -> None:
    add_hosts(*(f"web-{number}" for number in range(30)))

    failed = run("get endpoint", destination="web-", destination_type="hostname")

    assert (
        "Similar: srv-web-01 10.30.0.11 client id 3104477901; web-0 10.77.0.1 client id 8000001; "
        in failed.message
    )
    assert "; and 21 more. Check" in failed.message


@pytest.mark.parametrize(
    ("known", "wanted"), [("web-01.corp.example", "WEB-01"), ("web-01", "Web-01.corp.example")]
)
def test_host_name_may_be_given_with_its_domain_or_without(
    run: RunAction, add_hosts: AddHosts, known: str, wanted: str
) -> None:
    add_hosts(known, "web-02", "web-01x")
    # The server compares with regard to case here.
    found = run("get endpoint", destination=wanted.lower(), destination_type="hostname")

    assert [row["hostname"] for row in found.rows] == [known]


def test_name_with_a_domain_is_found_where_the_server_compares_whole_names(
    tanium: SimulatorServer, run: RunAction
) -> None:
    found = run(
        "get endpoint", destination="WS-FINANCE-07.corp.example", destination_type="hostname"
    )

    assert [row["hostname"] for row in found.rows] == ["ws-finance-07"]
    assert [request.pairs for request in tanium.log] == [
        [("hostname", "WS-FINANCE-07.corp.example")],
        [("hostname", "WS-FINANCE-07")],
    ]


def test_exact_name_wins_over_one_with_a_domain_that_registered_later(
    run: RunAction, add_hosts: AddHosts
) -> None:
    add_hosts("web-01.other.example", "web-01")

    found = run("get endpoint", destination="web-01", destination_type="hostname")

    assert [row["hostname"] for row in found.rows] == ["web-01"]


def test_another_domain_is_another_computer(run: RunAction, add_hosts: AddHosts) -> None:
    add_hosts("web-01.corp.example")

    assert not run(
        "get endpoint", destination="web-01.other.example", destination_type="hostname"
    ).ok


@pytest.mark.parametrize(
    "name", ["ws 07", "a/b", "50%", "Büro-Ä", "..", "a&ip=10.20.1.17", "a#b", "a+b", "例え"]
)
def test_destination_reaches_the_server_exactly(
    tanium: SimulatorServer, run: RunAction, name: str
) -> None:
    tanium.state.computers.hosts.append(seed.Host(name, "8000001", "10.77.0.1", "Linux"))

    found = run("get endpoint", destination=name, destination_type="hostname")

    assert tanium.log[0].pairs == [("hostname", name)]
    assert (found.ok, found.summary["hostname"]) == (True, name)


@pytest.mark.parametrize("braces", ["{}", "{0}", "{name}", "{", "%s"])
def test_messages_with_braces_are_no_templates(run: RunAction, braces: str) -> None:
    failed = run("get endpoint", destination=braces, destination_type="hostname")

    assert f"'{braces}'" in failed.message
