# File: test_findings.py
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
"""Polling into Enterprise Security: each alert becomes one finding, whatever happens."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from local_soar.profile import BROKER, OLDER_BROKER, Profile

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.times import DAY, iso
from dev.soar import LocalSoar
from dev.soar.poll_parameters import poll_parameters
from dev.soar.web.security_faults import EnterpriseSecurity
from dev.soar.web.server import SoarServer
from tanium_tr.ingestion import finding_memory
from tests.conftest import ASSET, Run, run_on


ALERTS = 60
SEARCH = {"name": "Host", "search": "index=main", "earliest": "-1d", "latest": "now"}
DASHBOARD = {"app": "search", "dashboard_id": "d1", "name": "Host", "tokens": {"a": "b"}}
INGEST = {
    "container_label": "events",
    "use_es_ingest": True,
    "es_security_domain": "endpoint",
    "es_drilldown_searches": [SEARCH],
}
IDLE = {"container_label": "events", "use_es_ingest": False}


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(alerts=ALERTS) as server:
        for row in server.state.alerts.rows():
            row["state"] = "unresolved"
        yield server


@pytest.fixture
def soar(tmp_path: Path, tanium: SimulatorServer) -> LocalSoar:
    local = LocalSoar(tmp_path / "soar")
    local.create_asset(ASSET, config_of(tanium))
    return local


@pytest.fixture
def security(soar: LocalSoar) -> Iterator[EnterpriseSecurity]:
    with SoarServer(soar) as server:
        yield server.enterprise_security


def config_of(tanium: SimulatorServer, **changes: Any) -> dict[str, Any]:
    return {
        "base_url": tanium.url,
        "api_token": seed.TOKEN,
        "poll_lookback_days": 365,
        "ingest": INGEST,
        **changes,
    }


def scheduled(soar: LocalSoar, action: str = "on poll") -> Run:
    return run_on(soar, action, **poll_parameters())


def guids(soar: LocalSoar) -> list[str]:
    return [finding["additional_fields"]["taniumAlertGuid"] for finding in soar.findings()]


def all_guids(tanium: SimulatorServer) -> list[str]:
    return sorted(row["guid"].lower() for row in tanium.state.alerts.rows())


def containers(soar: LocalSoar) -> list[dict[str, Any]]:
    """Those that the app made; SOAR makes one for each finding."""
    return [each for each in soar.containers()[1:] if each.get("source_data_identifier")]


def test_on_poll_creates_findings_where_the_asset_ingests_them(
    soar: LocalSoar, tanium: SimulatorServer, security: EnterpriseSecurity
) -> None:
    polled = scheduled(soar)

    assert (polled.ok, polled.message) == (True, f"Created findings: {ALERTS}")
    assert sorted(guids(soar)) == all_guids(tanium)
    assert containers(soar) == []
    assert security.sizes == [25, 25, 10]
    assert scheduled(soar).message == "Created findings: 0"
    assert len(soar.findings()) == ALERTS


@pytest.mark.usefixtures("security")
def test_findings_dated_in_the_future_are_told(soar: LocalSoar, tanium: SimulatorServer) -> None:
    tanium.state.alerts.add(state="unresolved", createdAt=iso(time.time() + 3 * DAY))

    polled = scheduled(soar)

    assert polled.message.startswith(
        f"Created findings: {ALERTS + 1}. Dated in the future: 1 alert, up to "
    )


def test_on_es_poll_does_the_same_and_shares_the_cursor(
    soar: LocalSoar,
    security: EnterpriseSecurity,  # noqa: ARG001
) -> None:
    assert run_on(soar, "on es poll", container_count=4294967295).message == (
        f"Created findings: {ALERTS}"
    )
    assert scheduled(soar).message == "Created findings: 0"


@pytest.mark.parametrize("profile", [BROKER, OLDER_BROKER])
def test_findings_from_an_automation_broker(
    tmp_path: Path, tanium: SimulatorServer, profile: Profile
) -> None:
    soar = LocalSoar(tmp_path / "broker", profile)
    soar.create_asset(ASSET, config_of(tanium))

    with SoarServer(soar):
        assert scheduled(soar).message == f"Created findings: {ALERTS}"
        assert scheduled(soar).message == "Created findings: 0"

    assert sorted(guids(soar)) == all_guids(tanium)


@pytest.mark.parametrize("ingest", [IDLE, {"container_label": "events"}, None])
def test_other_assets_ingest_containers(
    soar: LocalSoar,
    tanium: SimulatorServer,
    security: EnterpriseSecurity,
    ingest: dict[str, Any] | None,
) -> None:
    config = config_of(tanium, ingest=ingest)
    if ingest is None:
        del config["ingest"]
    soar.update_asset(ASSET, config)

    assert scheduled(soar).message == f"Ingested alerts: {ALERTS}"
    assert (len(containers(soar)), soar.findings(), security.sizes) == (ALERTS, [], [])


def test_without_an_answer_of_soar_alerts_become_containers(soar: LocalSoar) -> None:
    polled = scheduled(soar)  # nothing serves the REST API

    assert polled.message == f"Ingested alerts: {ALERTS}"
    assert not [line for line in polled.progress if "findings" in line]
    failed = scheduled(soar, "on es poll")
    assert not failed.ok
    assert failed.message.startswith("SOAR did not return the asset's settings for findings.")


def test_an_asset_that_had_findings_gets_no_containers_while_soar_does_not_say(
    soar: LocalSoar, tanium: SimulatorServer
) -> None:
    with SoarServer(soar):
        scheduled(soar)
    tanium.state.alerts.add(state="unresolved")
    before = soar.containers()

    polled = scheduled(soar)

    assert not polled.ok
    assert polled.message.startswith(
        "SOAR did not say whether this asset still ingests findings, so nothing was ingested;"
    )
    assert soar.containers() == before
    with SoarServer(soar):
        assert scheduled(soar).message == "Created findings: 1"


def test_finding_has_what_the_alert_and_the_asset_say(
    soar: LocalSoar, tanium: SimulatorServer, security: EnterpriseSecurity
) -> None:
    del security
    more = {
        "es_run_threat_analysis": True,
        "es_launch_automation": False,
        "es_investigation_type": "malware",
        "es_drilldown_dashboards": json.dumps([DASHBOARD]),
    }
    soar.update_asset(ASSET, config_of(tanium, ingest={**INGEST, **more}))
    scheduled(soar)

    by_guid = {each["additional_fields"]["taniumAlertGuid"]: each for each in soar.findings()}
    scores = {"low": 20, "medium": 50, "high": 80}
    with_techniques = 0
    for row in tanium.state.alerts.rows():
        finding = by_guid[row["guid"].lower()]
        assert (finding["risk_object"], finding["risk_object_type"]) == (
            row["computerName"],
            "system",
        )
        assert finding["risk_score"] == scores[finding["urgency"]]
        assert finding["urgency"] == str(row["priority"]).lower()
        assert row["computerName"] in finding["rule_title"]
        assert finding["security_domain"] == "endpoint"
        assert finding["drilldown_searches"] == [SEARCH]
        assert finding["drilldown_dashboards"] == [DASHBOARD]
        assert (finding["run_threat_analysis"], finding["launch_automation"]) == (True, False)
        assert finding["investigation_type"] == "malware"
        assert finding["finding_source"] == f"Tanium Threat Response and Connect - {ASSET}"
        assert len(json.dumps(finding["additional_fields"])) <= 8_000
        assert all(isinstance(value, str) for value in finding["additional_fields"].values())
        techniques = finding.get("annotations", {}).get("mitre_attack", [])
        assert all(each.startswith("T") for each in techniques)
        with_techniques += bool(techniques)
    assert with_techniques


def test_the_urgency_of_the_asset_wins(
    soar: LocalSoar,
    tanium: SimulatorServer,
    security: EnterpriseSecurity,  # noqa: ARG001
) -> None:
    soar.update_asset(ASSET, config_of(tanium, ingest={**INGEST, "es_urgency": "critical"}))
    scheduled(soar)

    assert {finding["urgency"] for finding in soar.findings()} == {"critical"}


def test_hostile_alerts_become_findings_that_can_be_stored(
    soar: LocalSoar, tanium: SimulatorServer, security: EnterpriseSecurity
) -> None:
    del security
    rows = tanium.state.alerts.rows()
    rows[0].update(details="x" * 50_000, computerName="\0host\u20ac" * 50)
    rows[1].update(details="{" + "\u20ac" * 50_000)
    rows[2].update(details=None, computerName=None, computerIpAddress=None, priority="?")

    assert scheduled(soar).message == f"Created findings: {ALERTS}"
    assert len(guids(soar)) == ALERTS
    for finding in soar.findings():
        assert len(json.dumps(finding["additional_fields"])) <= 8_000


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"es_security_domain": ""},
            "The asset's ingest settings have no security domain for findings"
            " (es_security_domain). Choose one there.",
        ),
        (
            {"es_drilldown_searches": [{"name": "x"}]},
            "The asset's ingest setting 'es_drilldown_searches' must be a list of entries with"
            " name, search, earliest, latest.",
        ),
        (
            {"es_launch_automation": "yes"},
            "The asset's ingest setting 'es_launch_automation' must be true or false.",
        ),
        ({"es_urgency": 3}, "The asset's ingest setting 'es_urgency' must be text."),
    ],
)
def test_settings_that_are_wrong(
    soar: LocalSoar,
    tanium: SimulatorServer,
    security: EnterpriseSecurity,
    settings: dict[str, Any],
    message: str,
) -> None:
    soar.update_asset(ASSET, config_of(tanium, ingest={**INGEST, **settings}))
    polled = scheduled(soar)

    assert (polled.ok, polled.message) == (False, message)
    assert (security.sizes, containers(soar)) == ([], [])


@pytest.mark.parametrize("whole", [False, True])
def test_a_refused_finding_is_named_and_tried_again(
    soar: LocalSoar, tanium: SimulatorServer, security: EnterpriseSecurity, whole: bool
) -> None:
    security.refuses_whole_calls = whole
    row = tanium.state.alerts.rows()[3]
    row["computerName"] = "REFUSED-HOST"
    security.refused["REFUSED-HOST"] = "No such asset"
    guid = row["guid"].lower()

    polled = scheduled(soar)

    assert polled.ok
    assert polled.message.startswith(
        f"Created findings: {ALERTS - 1}. Enterprise Security refused 1, which the next scheduled"
        f" poll tries again: {guid} (No such asset"
    )
    assert sorted(guids(soar)) == [each for each in all_guids(tanium) if each != guid]
    again = scheduled(soar)
    assert not again.ok
    assert guid in again.message
    security.refused.clear()
    assert scheduled(soar).message == "Created findings: 1"
    assert sorted(guids(soar)) == all_guids(tanium)


@pytest.mark.parametrize("created", [True, False])
def test_a_call_without_an_answer_is_neither_done_nor_repeated(
    soar: LocalSoar, tanium: SimulatorServer, security: EnterpriseSecurity, created: bool
) -> None:
    if created:
        security.lost_answers = 1
    else:
        security.failures.append(503)

    lost = scheduled(soar)

    assert not lost.ok
    assert "HTTP 50" in lost.message
    assert "It is not known whether Enterprise Security has a finding for " in lost.message
    assert security.sizes == [25]
    there = 25 if created else 0
    assert len(soar.findings()) == there
    following = scheduled(soar)
    assert following.ok
    assert following.message.startswith(f"Created findings: {ALERTS - 25}. It is not known whether")
    assert "and 20 more" in following.message
    assert len(soar.findings()) == ALERTS - 25 + there
    assert len(set(guids(soar))) == len(guids(soar))
    if not created:
        missing = sorted(set(all_guids(tanium)) - set(guids(soar)))
        asked = run_on(soar, "on poll", container_count=25, container_id=",".join(missing))
        assert asked.message == "Created findings: 25"
        assert sorted(guids(soar)) == all_guids(tanium)


def test_doubts_are_named_for_a_week_and_never_created(
    soar: LocalSoar, security: EnterpriseSecurity, monkeypatch: pytest.MonkeyPatch
) -> None:
    security.lost_answers = 1
    scheduled(soar)
    monkeypatch.setattr(finding_memory, "DOUBT_SECONDS", 0)

    assert scheduled(soar).message == f"Created findings: {ALERTS - 25}, already in" + (
        " Enterprise Security: 25"
    )
    assert len(set(guids(soar))) == len(guids(soar)) == ALERTS


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_call_that_was_surely_not_carried_out_is_repeated_by_the_next_poll(
    soar: LocalSoar, security: EnterpriseSecurity, status: int
) -> None:
    security.failures.append(status)
    failed = scheduled(soar)

    assert not failed.ok
    assert f"HTTP {status}" in failed.message
    assert "not known" not in failed.message
    assert scheduled(soar).message == f"Created findings: {ALERTS}"


def test_an_unpaired_soar_says_so_and_nothing_is_lost(
    soar: LocalSoar, security: EnterpriseSecurity
) -> None:
    security.paired = False
    failed = scheduled(soar)

    assert not failed.ok
    assert "Enterprise Security is not paired with this SOAR" in failed.message
    security.paired = True
    assert scheduled(soar).message == f"Created findings: {ALERTS}"


@pytest.mark.parametrize("action", ["on poll", "on es poll"])
def test_poll_now_leaves_the_cursor_alone_and_creates_nothing_twice(
    soar: LocalSoar,
    security: EnterpriseSecurity,
    action: str,
) -> None:
    del security
    count = {"container_count": 7}

    assert run_on(soar, action, **count).message == "Created findings: 7"
    assert run_on(soar, action, **count).message == (
        "Created findings: 0, already in Enterprise Security: 7"
    )
    assert scheduled(soar).message == (
        f"Created findings: {ALERTS - 7}, already in Enterprise Security: 7"
    )
    assert len(set(guids(soar))) == len(guids(soar)) == ALERTS


def test_poll_now_by_source_ids(
    soar: LocalSoar, tanium: SimulatorServer, security: EnterpriseSecurity
) -> None:
    del security
    wanted = all_guids(tanium)[:2]
    polled = run_on(
        soar, "on poll", container_count=9, container_id=",".join([*wanted, "no-such-alert"])
    )

    assert not polled.ok
    assert polled.message == "Tanium has no alert no-such-alert. Created findings: 2"
    assert sorted(guids(soar)) == wanted


def test_limits_and_filters_are_those_of_on_poll(
    soar: LocalSoar, tanium: SimulatorServer, security: EnterpriseSecurity
) -> None:
    del security
    tanium.state.alerts.rows()[0]["state"] = "resolved"
    soar.update_asset(ASSET, config_of(tanium, poll_max_alerts=40))

    messages = [scheduled(soar).message for _ in range(2)]

    assert sorted(messages) == [
        f"Created findings: {count}{skipped}"
        for count, skipped in ((ALERTS - 41, ", skipped by the asset's filters: 1"), (40, ""))
    ] or sorted(messages) == [
        f"Created findings: {count}{skipped}"
        for count, skipped in ((ALERTS - 41, ""), (40, ", skipped by the asset's filters: 1"))
    ]


def test_nothing_is_created_while_the_state_cannot_be_saved(
    soar: LocalSoar, security: EnterpriseSecurity, monkeypatch: pytest.MonkeyPatch
) -> None:
    from local_soar import app_state

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(app_state, "replace", full)
        failed = scheduled(soar)

    assert not failed.ok
    assert failed.message.startswith("SOAR did not save which findings are about to be created")
    assert (soar.findings(), security.sizes) == ([], [])
    assert scheduled(soar).message == f"Created findings: {ALERTS}"


def test_what_a_poll_has_created_before_it_fails_is_in_no_doubt(
    soar: LocalSoar, security: EnterpriseSecurity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its outcome is saved together with what is pending next, or by itself where that fails."""
    from local_soar import app_state

    replace = app_state.replace
    unsaved: list[dict[str, Any]] = []

    def full_once(path: Path, text: str) -> None:
        if security.sizes and not unsaved:
            unsaved.append(json.loads(text)["findings"])
            raise OSError(28, "No space left on device")
        replace(path, text)

    monkeypatch.setattr(app_state, "replace", full_once)
    failed = scheduled(soar)

    assert failed.message.startswith("SOAR did not save which findings are about to be created")
    assert len(unsaved[0]["created"]) == 25 * finding_memory.LENGTH
    assert len(unsaved[0]["pending"]) == 25
    assert security.sizes == [25]
    assert scheduled(soar).message == (
        f"Created findings: {ALERTS - 25}, already in Enterprise Security: 25"
    )
    assert len(set(guids(soar))) == len(guids(soar)) == ALERTS


def test_two_polls_at_once_create_nothing_twice(
    soar: LocalSoar, security: EnterpriseSecurity
) -> None:
    with security.lock:
        child = soar.start("on poll", poll_parameters())
        while not security.sizes and child.is_running() and not _announced(soar):
            pass
        other = run_on(soar, "on poll", **poll_parameters(5))
    child.result()

    assert not other.ok
    assert other.message.startswith("Another poll of this asset is creating findings, since ")
    assert other.message.endswith(" Poll again when it has ended.")
    assert len(set(guids(soar))) == len(guids(soar)) == ALERTS


def _announced(soar: LocalSoar) -> bool:
    try:
        state = json.loads(soar.state_file(ASSET).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(state.get("findings", {}).get("pending"))


def test_the_session_of_the_run_is_shown_nowhere(
    soar: LocalSoar, security: EnterpriseSecurity
) -> None:
    security.failures.append(500)
    request = soar.request("on poll", poll_parameters())
    lines: list[str] = []
    result = soar.run_request(request, lines.append)

    assert request["user_session_token"] not in json.dumps(result) + "".join(lines)


def test_the_memory_is_bounded(
    soar: LocalSoar, security: EnterpriseSecurity, monkeypatch: pytest.MonkeyPatch
) -> None:
    del security
    monkeypatch.setattr(finding_memory, "MOST_CREATED", 30)
    scheduled(soar)
    state = json.loads(soar.state_file(ASSET).read_text(encoding="utf-8"))

    assert len(state["findings"]["created"]) == 30 * finding_memory.LENGTH
    assert len(soar.findings()) == ALERTS


@pytest.mark.parametrize("name", ["start_time", "end_time", "container_count"])
@pytest.mark.parametrize("blank", ["", None, "  "])
def test_blank_parameters_are_as_good_as_none(
    soar: LocalSoar,
    security: EnterpriseSecurity,  # noqa: ARG001
    name: str,
    blank: str | None,
) -> None:
    assert run_on(soar, "on es poll", **{name: blank}).message == f"Created findings: {ALERTS}"
