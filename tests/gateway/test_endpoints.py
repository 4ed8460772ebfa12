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
"""Get endpoint details and list endpoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tanium_tr.tanium import gateway_endpoints
from tests.conftest import RunAction
from tests.gateway.conftest import FINANCE, PATH, operations, spoil
from tests.variants import grant


NAME = "ws-finance-07.corp.example"


def test_details_are_one_screen(tanium: SimulatorServer, run: RunAction) -> None:
    details = run("get endpoint details", **FINANCE)

    assert details.ok, details.message
    (row,) = details.rows
    assert operations(tanium) == ["Systems", "Details"]
    assert (row["computer_name"], row["computer_id"]) == (NAME, seed.FINANCE.client_id)
    assert (row["os"]["platform"], row["os"]["windows"]["type"]) == ("Windows", "Workstation")
    assert row["primary_user"]["email"].endswith(".example")
    assert row["disks"][0]["used_percentage"]
    assert row["system_uuid"]
    assert row["missing"] == []
    assert row["data_source"] == "stored"
    seen = datetime.fromisoformat(row["last_seen"].replace("Z", "+00:00"))
    age = (datetime.now(timezone.utc) - seen).total_seconds()
    assert abs(row["age_seconds"] - age) < 60
    assert details.message == (
        f"{NAME} (Windows 11 Enterprise), last seen {row['last_seen']}; stored data"
    )


@pytest.mark.parametrize(
    ("destination", "kind", "client_id"),
    [
        ("WS-FINANCE-07", "hostname", seed.FINANCE.client_id),
        (NAME, "hostname", seed.FINANCE.client_id),
        (seed.WEB_SERVER.ip, "ip_address", seed.WEB_SERVER.client_id),
        (seed.MAC.client_id, "client_id", seed.MAC.client_id),
        (str(seed.endpoint_id(seed.OFFLINE)), "eid", seed.OFFLINE.client_id),
        ("kiosk-lobby", "hostname", seed.KIOSK_NEWEST.client_id),
    ],
)
def test_endpoint_is_found_by(
    tanium: SimulatorServer, run: RunAction, destination: str, kind: str, client_id: str
) -> None:
    details = run("get endpoint details", destination=destination, destination_type=kind)

    assert details.ok, details.message
    assert details.rows[0]["computer_id"] == client_id
    # What came from the user stands in the variables only.
    assert (
        destination.encode()
        not in (tanium.log.requests()[0].body or b"").partition(b'"variables"')[0]
    )


def test_name_that_only_begins_alike_is_another_endpoint(
    tanium: SimulatorServer, run: RunAction
) -> None:
    failed = run("get endpoint details", destination="ws-finance")

    assert failed.message.startswith("Tanium knows no endpoint with hostname 'ws-finance'.")
    assert "No endpoint with hostname 'ws-finance' has answered question" in failed.message
    assert operations(tanium) == ["Systems"]


@pytest.mark.parametrize("optional", ["null", "fails"])
def test_missing_module_costs_only_its_part(
    tanium: SimulatorServer, run: RunAction, optional: str
) -> None:
    tanium.settings.missing_modules = ("Comply", "Core AD Query Content")
    tanium.settings.missing_optional = optional

    details = run(
        "get endpoint details", **FINANCE, include="compliance,services", sensors="Uptime,No Such"
    )

    assert details.ok, details.message
    (row,) = details.rows
    assert set(row["missing"]) >= {"primary user", "sensors"}
    assert ("compliance" in row["missing"]) is (optional == "fails")
    assert row["serial_number"]
    assert row["services"][0]["display_name"]
    assert "; without primary user: endpoints: " in details.message


def test_missing_sensor_costs_no_list(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.missing_sensors = ("Operating System", "OS Platform")

    listed = run("list endpoints")
    details = run("get endpoint details", **FINANCE)

    assert listed.ok, listed.message
    assert len(listed.rows) >= 10
    assert "must refer to an existing sensor" in listed.message
    assert "os" not in listed.rows[0]
    assert details.rows[0]["missing"] == ["operating system"]


@pytest.mark.usefixtures("_small_pages")
def test_list_of_several_pages_says_what_is_missing(
    tanium: SimulatorServer, run: RunAction
) -> None:
    spoil(tanium, "json", "Systems(", value=_with_error("a sensor failed"), after=1)
    partial = run("list endpoints", limit=9)
    tanium.settings.missing_sensors = ("Operating System",)
    tanium.log.clear()
    without = run("list endpoints", limit=7)

    assert partial.message == "Endpoints found: 9; a sensor failed"
    assert without.ok, without.message
    assert len({row["endpoint_id"] for row in without.rows}) == 7
    assert "must refer to an existing sensor" in without.message
    assert operations(tanium) == ["Systems", *["Identities"] * 3]


@pytest.mark.parametrize(
    ("endpoints", "words"),
    [
        (None, "expected a list of endpoints, which is missing"),
        (
            {"edges": [], "pageInfo": {"hasNextPage": True, "endCursor": "1"}},
            "a page without endpoints after 0 of them",
        ),
    ],
)
def test_answer_without_endpoints_is_not_an_empty_list(
    tanium: SimulatorServer, run: RunAction, endpoints: Any, words: str
) -> None:
    value = {"data": {"endpoints": endpoints}}
    tanium.faults.add(Fault("json", path_contains=PATH, value=value, times=3))

    failed = run("list endpoints")

    assert not failed.ok
    assert words in failed.message
    assert len(operations(tanium)) < 3


def test_details_with_gaps_say_so(at_once: SimulatorServer, run: RunAction) -> None:
    at_once.settings.answer_seconds = 0.0
    for name in ("Details(", "Hardware("):
        spoil(at_once, "json", name, value=_with_error("Model timed out"))
    live = run("get endpoint details", **FINANCE, live=True)
    spoil(at_once, "json", "Services(", value={"data": {"endpoints": {"edges": []}}})
    stored = run("get endpoint details", **FINANCE, include="services")

    assert live.rows[0]["data_source"] == "live"
    assert live.rows[0]["missing"] == ["hardware"]
    assert live.message.endswith("; without hardware: Model timed out")
    assert live.rows[0]["serial_number"]
    assert stored.rows[0]["missing"] == ["services"]
    assert "without services: Tanium returned nothing for this endpoint" in stored.message


def test_endpoint_without_a_name_and_a_client(at_once: SimulatorServer, run: RunAction) -> None:
    def nameless(answer: Any) -> Any:
        answer["data"]["endpoints"]["edges"][0]["node"].update(name="", computerID="")
        return answer

    spoil(at_once, "json", "Systems(", value=nameless)
    eid = run("list endpoints", name=seed.FINANCE.hostname).rows[0]["endpoint_id"]
    spoil(at_once, "json", "Systems(", value=nameless)

    details = run("get endpoint details", destination=eid, destination_type="eid")

    assert details.rows[0]["serial_number"]
    assert details.message.startswith(f"{eid} (Windows 11 ")


def test_more_endpoints_than_are_looked_at(
    tanium: SimulatorServer, run: RunAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_endpoints, "MOST_MATCHES", 2)

    failed = run("get endpoint details", destination=seed.KIOSK_OLD.hostname)

    assert failed.message.startswith("More than 2 endpoints may be meant by 'kiosk")
    assert operations(tanium) == ["Systems"]


def _with_error(message: str) -> Callable[[Any], Any]:
    return lambda answer: {**answer, "errors": [{"message": message}]}


def test_live_asks_the_endpoint(at_once: SimulatorServer, run: RunAction) -> None:
    at_once.settings.answer_seconds = 1.0

    details = run(
        "get endpoint details",
        **FINANCE,
        live=True,
        include="applications",
        sensors="Computer Name",
    )

    assert details.ok, details.message
    (row,) = details.rows
    assert (row["data_source"], row["age_seconds"]) == ("live", 0)
    assert row["installed_applications"][0]["version"]
    assert row["sensors"] == [
        {"sensor": "Computer Name", "column": "Computer Name", "values": [NAME]}
    ]
    stored, *asked = (each.variables for each in at_once.log.operations())
    assert "source" not in stored
    assert all("ts" in each["source"] for each in asked)
    assert any(each.get("refresh") for each in asked)


@pytest.mark.usefixtures("at_once")
def test_offline_endpoint_has_stored_data(run: RunAction) -> None:
    details = run("get endpoint details", destination=seed.OFFLINE.hostname, live=True, timeout=1)

    assert details.ok, details.message
    assert details.rows[0]["data_source"] == "stored"
    assert details.rows[0]["age_seconds"] > 8 * 86400
    assert "stored data, because the endpoint did not answer within 1 s" in details.message


def test_details_without_a_gateway_come_from_a_question(
    at_once: SimulatorServer, run: RunAction
) -> None:
    at_once.settings.gateway = "missing"

    details = run("get endpoint details", **FINANCE, include="services", timeout=20)
    offline = run("get endpoint details", destination=seed.OFFLINE.hostname, timeout=20)

    assert details.ok, details.message
    assert len(details.rows) == 1
    assert details.rows[0]["ip_address"] == seed.FINANCE.ip
    assert details.rows[0]["os"]["name"]
    assert "by a question, because there is no API gateway; without services" in details.message
    assert "only endpoints that are online can be found" in offline.message


def test_endpoint_that_the_gateway_does_not_list_is_asked_for(
    at_once: SimulatorServer, run: RunAction
) -> None:
    unlisted = seed.HR_WITHOUT_EID

    details = run("get endpoint details", destination=unlisted.hostname, sensors="Uptime")
    by_eid = run(
        "get endpoint details", destination=str(seed.endpoint_id(unlisted)), destination_type="eid"
    )
    grant(at_once, {seed.USE_API, seed.GATEWAY_USE})
    refused = run("get endpoint details", destination=unlisted.hostname)

    assert details.ok, details.message
    (row,) = details.rows
    assert (row["computer_id"], row["ip_address"]) == (unlisted.client_id, unlisted.ip)
    assert (row["data_source"], row["missing"]) == ("question", ["sensors"])
    assert "by a question, because the API gateway does not list it; without" in details.message
    assert by_eid.message.startswith("Tanium knows no endpoint with eid ")
    assert "question" not in by_eid.message
    assert refused.message.startswith("Tanium knows no endpoint with hostname 'ws-hr-04'.")
    assert "A question could not find it either: Tanium answered HTTP 403" in refused.message


def test_list_endpoints_filters(tanium: SimulatorServer, run: RunAction) -> None:
    listed = run(
        "list endpoints",
        name="finance,hr",
        ip_address="10.20.",
        operating_system="windows",
        computer_group="Finance / Accounting (100%)",
        seen_within_hours=24,
        filter='{"path": "isVirtual", "value": "true", "negated": true}',
    )

    assert listed.ok, listed.message
    assert {row["computer_id"] for row in listed.rows} == {
        seed.FINANCE.client_id,
        seed.FINANCE_12.client_id,
    }
    (asked,) = tanium.log.operations()
    assert len(asked.variables["filter"]["filters"]) == 6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "use an object in { }"),
        ('{"paths": "name"}', "has 'paths', which no filter has"),
        ('{"filters": [{"path": "name", "op": "IS"}]}', "at filter.filters[0].op is 'IS'"),
        ('{"path": "name", "value": 5}', "at filter.value is 5: use text"),
        ('{"op": "EQ"}', "names nothing to compare"),
    ],
)
def test_free_filter_is_checked(
    tanium: SimulatorServer, run: RunAction, text: str, words: str
) -> None:
    failed = run("list endpoints", filter=text)

    assert words in failed.message
    assert len(tanium.log) == 0


@pytest.fixture
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_endpoints, "ENDPOINTS_PAGE", 3)


@pytest.mark.usefixtures("_small_pages")
def test_cursor_that_dies_loses_and_doubles_nothing(
    tanium: SimulatorServer, run: RunAction
) -> None:
    whole = run("list endpoints")
    pages = len(operations(tanium))
    tanium.log.clear()
    spoil(tanium, "json", "Systems(", value=DEAD, after=2, times=1)

    listed = run("list endpoints")

    assert listed.ok, listed.message
    assert [row["endpoint_id"] for row in listed.rows] == [row["endpoint_id"] for row in whole.rows]
    assert len(operations(tanium)) == pages + 3
    starts = [each.variables.get("after") for each in tanium.log.operations()]
    assert starts.count(None) == 2


@pytest.mark.usefixtures("_small_pages")
def test_cursor_that_always_dies_ends_the_action(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.faults.add(Fault("json", body_contains=b'"after": ', value=DEAD, times=None))

    failed = run("list endpoints")

    assert not failed.ok
    assert "cursor is not valid any more" in failed.message
    assert len(operations(tanium)) < 6


DEAD: dict[str, Any] = {
    "data": {"endpoints": None},
    "errors": [{"message": "the cursor is not valid any more"}],
}


@pytest.mark.usefixtures("_small_pages")
def test_limit_is_kept(tanium: SimulatorServer, run: RunAction) -> None:
    listed = run("list endpoints", limit=4)

    assert (len(listed.rows), listed.summary["endpoint_count"]) == (4, 4)
    assert len(operations(tanium)) == 2


def test_list_without_a_gateway_comes_from_the_system_status(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.gateway = "missing"

    listed = run("list endpoints", name="ws-finance", seen_within_hours=24)
    failed = run("list endpoints", computer_group="Servers")

    assert {row["computer_id"] for row in listed.rows} == {
        seed.FINANCE.client_id,
        seed.FINANCE_12.client_id,
    }
    assert listed.message.endswith("from the system status, because there is no API gateway")
    assert failed.message.startswith("Parameter 'computer_group' needs an API gateway")


def test_partial_data_is_used_and_said(tanium: SimulatorServer, run: RunAction) -> None:
    node = {"id": "7", "name": "ws-1", "computerID": "1"}
    value = {
        "data": {"endpoints": {"edges": [{"node": node}], "pageInfo": {"hasNextPage": False}}},
        "errors": [{"message": "a sensor failed", "path": ["endpoints"]}],
    }
    spoil(tanium, "json", "Systems(", value=value)

    listed = run("list endpoints")

    assert listed.ok, listed.message
    assert listed.rows == [{"endpoint_id": "7", "computer_name": "ws-1", "computer_id": "1"}]
    assert listed.message == "Endpoints found: 1; a sensor failed"
