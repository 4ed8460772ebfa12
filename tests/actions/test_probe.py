# File: test_probe.py
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
"""probe: what it reports of healthy and of failing servers, with how many requests, and that
nothing of the server's owner is in it.
"""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from typing import Any

import pytest

from dev.environments import ROOT
from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer, _Handler
from dev.soar.runtime import LocalSoar
from tanium_tr.account.probe_report import STATEMENTS
from tanium_tr.tanium.probe import LEARNED, MOST_REQUESTS, READS
from tests.actions.conftest import asked
from tests.conftest import ASSET, Run, RunAction, run_on, state_of
from tests.variants import ACTIONS


CURRENT, LOGIN = "/api/v2/session/current", "/api/v2/session/login"
GATEWAY, CONNECT = "/plugin/products/gateway/graphql", "/plugin/products/connect/v1/status"
DIRECT_CONNECT = "/plugin/products/dec/v1/endpoints"
ACCOUNT = {
    "username": seed.ANALYST.name,
    "password": seed.ANALYST.password,
    "domain": seed.ANALYST.domain,
}

Results = dict[tuple[str, str], str]


def results(probed: Run) -> Results:
    return {(row["part"], row["item"]): row["result"] for row in probed.rows}


def details(probed: Run) -> Results:
    return {(row["part"], row["item"]): row["detail"] for row in probed.rows}


def missing(probed: Run) -> dict[str, list[str]]:
    return {row["item"]: row["missing"] for row in probed.rows if row["part"] == "action"}


def configure(soar: LocalSoar, tanium: SimulatorServer, **login: str) -> None:
    soar.update_asset(ASSET, {"base_url": tanium.url, **login})


def test_healthy_server(tanium: SimulatorServer, run: RunAction) -> None:
    probed = run("probe")

    assert probed.ok, probed.message
    found = results(probed)
    assert [
        name for (part, name), result in found.items() if (part, result) == ("module", "present")
    ] == [
        *("Platform REST API", "Threat Response", "Connect", "Direct Connect", "API gateway"),
    ]
    assert found["version", "Threat Response"] == "4.8.112"
    assert found["version", "Connect"] == "5.20.84"
    assert found["version", "API gateway"] == "2.4.31"
    assert found["gateway", "Direct Connect fields"] == "present"
    assert {name: found["dialect", name] for name in READS} == {
        **dict.fromkeys(READS, "production"),
        "list_data_connections": "specified",
    }
    assert found["permission", "threat response alerts read"] == "held"
    assert found["action", "list alerts"] == "held"
    assert found["action", "list connections"] == "none declared"
    assert found["token", "expiry"] == probed.summary["token_expires"][:10]
    assert found["clock", "difference"] in ("0 s", "1 s", "-1 s")
    assert probed.summary["requests"] == len(tanium.log) == 15
    assert probed.summary["parts_failed"] == 0
    assert "Threat Response 4.8.112, Connect 5.20.84, API gateway 2.4.31." in probed.message
    assert all(request.status == 200 for request in tanium.log)


def test_small_reads_are_asked_for(tanium: SimulatorServer, run: RunAction) -> None:
    run("probe")

    for request in asked(tanium):
        if any(
            path in request for path in ("/alerts?", "/intels?", "/filedownload?", "/snapshot?")
        ):
            assert "limit=1&" in request


def test_server_of_the_specification(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.dialect = "specified"

    probed = run("probe")

    assert probed.ok, probed.message
    assert {results(probed)["dialect", name] for name in READS} == {"specified"}
    assert probed.summary["requests"] == len(tanium.log) <= MOST_REQUESTS
    statement = details(probed)["statement", "which servers follow the API specification"]
    assert statement.startswith("specified for 8 operations")


def test_dialects_that_runs_have_learned(
    tanium: SimulatorServer, soar: LocalSoar, run: RunAction, connection: str
) -> None:
    tanium.settings.dialect = "specified"
    run("get events", connection_id=connection, event_type="dns", limit=5)

    probed = run("probe")

    assert results(probed)["dialect", "list_events"] == "specified"
    assert results(probed)["dialect", "get_evidence"] == "not asked"
    assert set(state_of(soar)["dialects"]["operations"]) <= {*READS, *LEARNED}


def test_every_action_says_which_permissions_are_missing(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    configure(soar, tanium, api_token=seed.TOKEN_READER)

    probed = run_on(soar, "probe")

    assert probed.ok, probed.message
    assert set(missing(probed)) == set(ACTIONS)
    for name, spec in ACTIONS.items():
        lacking = {
            *("threat response intels write", seed.SCANS_WRITE, seed.DEFINE_QUESTION),
            *(seed.WRITE_ACTION, seed.LABELS_WRITE),
        }
        lacks = lacking & set(spec.permissions)
        assert bool(missing(probed)[name]) is bool(lacks)
    assert missing(probed)["start quick scan"] == ["threat response on demand scans write"]
    assert missing(probed)["upload intel doc"] == ["threat response intel write"]
    assert results(probed)["permission", "threat response intel write"] == "missing"
    assert probed.summary["actions_lacking_permissions"] == len(
        list(filter(None, missing(probed).values()))
    )


def test_user_without_permissions(tanium: SimulatorServer, soar: LocalSoar) -> None:
    configure(soar, tanium, api_token=seed.TOKEN_WITHOUT_PERMISSIONS)

    probed = run_on(soar, "probe")

    assert probed.ok, probed.message
    found = results(probed)
    assert found["module", "Threat Response"] == found["module", "Connect"] == "not permitted"
    assert found["version", "Connect"] == "unknown"
    assert found["dialect", "list_alerts"] == "failed"
    assert details(probed)["dialect", "list_alerts"].startswith("HTTP 403 to GET /plugin/")
    assert asked(tanium).count(f"GET {CURRENT}") == 1
    assert len(tanium.log) <= MOST_REQUESTS


HELD = ["threat response use api", "threat response alerts read", "corp.example secrets read"]


@pytest.mark.parametrize(
    "listed",
    [
        {"effective_privileges": [{"name": name} for name in HELD]},
        {"effectivePrivileges": HELD},
        {"user": {"permissions": HELD}},
        {"privileges": ["Threat Response Use API", "Threat Response - Alerts - Read"]},
    ],
)
def test_permissions_in_whatever_form(
    tanium: SimulatorServer, run: RunAction, listed: dict[str, Any]
) -> None:
    tanium.faults.add(
        Fault("json", times=None, path_contains=CURRENT, value=lambda _: {"data": listed})
    )

    probed = run("probe")

    found = results(probed)
    assert found["permission", "threat response alerts read"] == "held"
    assert found["action", "list alerts"] == "held"
    assert found["action", "start quick scan"] == "missing"
    assert "secrets" not in json.dumps(probed.rows)


@pytest.mark.parametrize(
    "current", [{}, {"data": {}}, {"data": {"privileges": [1, 2]}}, {"data": {"privileges": 7}}]
)
def test_permissions_that_are_not_listed_are_unknown(
    tanium: SimulatorServer, run: RunAction, current: Any
) -> None:
    tanium.faults.add(Fault("json", times=None, path_contains=CURRENT, value=lambda _: current))

    probed = run("probe")

    assert probed.ok
    assert results(probed)["action", "list alerts"] == "unknown"
    assert results(probed)["permission", "threat response alerts read"] == "unknown"
    assert probed.summary["permissions_held"] is None
    assert "does not list the permissions" in probed.message


def test_empty_list_of_permissions(tanium: SimulatorServer, run: RunAction) -> None:
    empty: dict[str, Any] = {"data": {"effective_privileges": []}}
    tanium.faults.add(Fault("json", times=None, path_contains=CURRENT, value=lambda _: empty))

    probed = run("probe")

    assert results(probed)["action", "list alerts"] == "missing"
    assert probed.summary["permissions_held"] == 0


@pytest.mark.parametrize("seconds", [-86_400, -90, 90, 3600])
def test_clock_difference(monkeypatch: pytest.MonkeyPatch, run: RunAction, seconds: int) -> None:
    def dated(_handler: Any, _timestamp: Any = None) -> str:
        return formatdate(time.time() + seconds, usegmt=True)

    monkeypatch.setattr(_Handler, "date_time_string", dated)

    probed = run("probe")

    assert abs(probed.summary["clock_difference"] - seconds) <= 5
    assert f"differs by {probed.summary['clock_difference']} s" in probed.message


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_clock_that_is_not_told(monkeypatch: pytest.MonkeyPatch, run: RunAction, date: str) -> None:
    monkeypatch.setattr(_Handler, "date_time_string", lambda *_: date)

    probed = run("probe")

    assert (probed.ok, probed.summary["clock_difference"]) == (True, None)
    assert results(probed)["clock", "difference"] == "unknown"


def test_token_that_is_refused(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.settings.dialect = "specified"
    tanium.settings.login_status = 404
    configure(soar, tanium, api_token=seed.TOKEN_EXPIRED, **ACCOUNT)

    probed = run_on(soar, "probe")

    assert probed.ok, probed.message
    assert results(probed)["token", "login"] == "user name"
    assert "because Tanium refused the token" in probed.message
    assert results(probed)["statement", "login through `POST /auth` for a user with a domain"] == (
        "settled"
    )
    assert len(tanium.log) == probed.summary["requests"] <= MOST_REQUESTS


@pytest.mark.parametrize("status", [401, 403, 500])
def test_refused_login_is_not_tried_again(
    tanium: SimulatorServer, soar: LocalSoar, status: int
) -> None:
    tanium.faults.add(Fault("status", times=None, path_contains=LOGIN, status=status))
    configure(soar, tanium, **ACCOUNT)

    failed = run_on(soar, "probe")

    assert not failed.ok
    assert asked(tanium) == [f"POST {LOGIN}"]
    assert f"HTTP {status} to POST {LOGIN}" in failed.message
    assert "test connectivity" in failed.message
    assert results(failed)["module", "Connect"] == "not asked"


def test_refused_token_alone(tanium: SimulatorServer, soar: LocalSoar) -> None:
    configure(soar, tanium, api_token=seed.TOKEN_REVOKED)

    failed = run_on(soar, "probe")

    assert not failed.ok
    assert {request.path for request in tanium.log} == {CURRENT, "/api/v2/session/validate"}
    assert results(failed)["token", "login"] == "failed"


def test_server_that_is_not_there(soar: LocalSoar, closed_port: int) -> None:
    base_url = f"http://127.0.0.1:{closed_port}"
    soar.update_asset(ASSET, {"base_url": base_url, "api_token": seed.TOKEN})

    failed = run_on(soar, "probe")

    assert not failed.ok
    assert "the connection was refused" in failed.message
    assert "127.0.0.1" not in json.dumps(failed.result["result_data"])
    assert results(failed)["module", "API gateway"] == "not asked"


OF_THE_OWNER = (
    "jane.doe@corp.example on ws-finance-07 (10.20.1.17), see https://tanium.corp.example"
)
ANSWERS: dict[str, dict[str, Any]] = {
    "400": {"kind": "status", "status": 400, "body": json.dumps({"text": OF_THE_OWNER})},
    "401": {"kind": "status", "status": 401, "body": json.dumps({"text": OF_THE_OWNER})},
    "403": {"kind": "status", "status": 403, "body": json.dumps({"text": OF_THE_OWNER})},
    "404": {"kind": "status", "status": 404, "body": json.dumps({"text": OF_THE_OWNER})},
    "429": {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}},
    "500": {"kind": "status", "status": 500, "body": OF_THE_OWNER},
    "503": {"kind": "status", "status": 503, "body": json.dumps({"errors": [OF_THE_OWNER]})},
    "redirect": {"kind": "redirect"},
    "hang up": {"kind": "reset_before"},
    "cut off": {"kind": "cut_off"},
    "login page": {"kind": "html_login"},
    "text": {"kind": "json", "value": OF_THE_OWNER},
    "null": {"kind": "json", "value": None},
    "error object": {"kind": "json", "value": {"errors": [{"message": OF_THE_OWNER}]}},
    "number": {"kind": "json", "value": 42},
    "empty": {"kind": "empty_body"},
    "broken": {"kind": "broken_json"},
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("token", [seed.TOKEN, seed.TOKEN_EXPIRED])
def test_failing_server_costs_no_more_requests(
    tanium: SimulatorServer, soar: LocalSoar, answer: str, token: str
) -> None:
    tanium.settings.dialect = "specified"
    tanium.settings.login_status = 404
    configure(soar, tanium, api_token=token, **ACCOUNT)
    tanium.faults.add(Fault(times=None, path_contains="/plugin/", **ANSWERS[answer]))

    probed = run_on(soar, "probe")

    assert probed.ok, probed.message
    assert len(tanium.log) == probed.summary["requests"] <= MOST_REQUESTS
    assert probed.summary["modules_present"] == 1
    assert nothing_of_the_owner(tanium, probed)


PARTS = {
    ("module", "Threat Response"): "/threat-response/api/v1/status",
    ("module", "Connect"): CONNECT,
    ("module", "Direct Connect"): DIRECT_CONNECT,
    ("module", "API gateway"): GATEWAY,
    ("dialect", "list_alerts"): "/alerts",
    ("dialect", "list_connections"): "/conns",
    ("dialect", "list_intel"): "/intels",
    ("dialect", "list_files"): "/filedownload",
    ("dialect", "list_snapshots"): "/snapshot",
    ("dialect", "list_evidence"): "/api/v1/evidence",
    ("dialect", "list_evidence_properties"): "/event-evidence/properties",
    ("dialect", "list_data_connections"): "/plugin/products/connect/",
}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part[1])
def test_part_that_fails_costs_only_itself(
    tanium: SimulatorServer, run: RunAction, part: tuple[str, str]
) -> None:
    """All parts are asked alike: each meets every third of the answers, in turn."""
    path = PARTS[part]
    shared = {("module", "Connect")} if path == "/plugin/products/connect/" else set()
    healthy = results(run("probe"))
    for answer in list(ANSWERS.values())[list(PARTS).index(part) % 3 :: 3]:
        tanium.faults.clear()
        tanium.faults.add(Fault(times=None, path_contains=path, **answer))

        probed = run("probe")

        assert probed.ok, probed.message
        found = results(probed)
        changed = {
            key
            for key in found
            if found[key] != healthy.get(key) and key[0] in ("module", "dialect", "permission")
        }
        assert changed == {part} | shared
        assert found[part] in ("failed", "not permitted", "missing")
        assert details(probed)[part]
        assert nothing_of_the_owner(tanium, probed)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part[1])
def test_module_that_is_not_installed(
    tanium: SimulatorServer, run: RunAction, part: tuple[str, str]
) -> None:
    tanium.faults.add(Fault("status", times=None, path_contains=PARTS[part], status=404))

    probed = run("probe")

    assert probed.ok, probed.message
    assert results(probed)[part] == ("missing" if part[0] == "module" else "failed")
    assert details(probed)[part].startswith("HTTP 404 to ")


@pytest.mark.parametrize("status", [404, 500])
def test_login_of_which_nothing_is_told(
    tanium: SimulatorServer, run: RunAction, status: int
) -> None:
    tanium.faults.add(Fault("status", times=None, path_contains=CURRENT, status=status))

    probed = run("probe")

    assert probed.ok, probed.message
    assert results(probed)["dialect", "list_alerts"] == "production"
    assert results(probed)["action", "list alerts"] == "unknown"
    assert results(probed)["token", "expiry"] == "unknown"


def test_nothing_is_repeated(tanium: SimulatorServer, run: RunAction, connection: str) -> None:
    assert connection
    tanium.faults.add(Fault("status", times=None, path_contains="/threat-response/", status=503))

    run("probe")

    paths = [path for path in asked(tanium) if GATEWAY not in path]
    assert sorted(paths) == sorted(set(paths))
    assert [each.name for each in tanium.log.operations()] == ["Now", "Status"]


def test_rate_limit_and_task_states_are_settled(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.faults.add(
        Fault("status", path_contains="/snapshot", status=429, headers={"Retry-After": "1"})
    )
    tasks = {"data": [{"id": 1, "status": "PAUSED"}, {"id": 2, "status": OF_THE_OWNER}]}
    tanium.faults.add(Fault("json", path_contains="/tasks", value=lambda _: tasks))

    probed = run("probe")

    assert results(probed)["statement", "rate limiting (429)"] == "settled"
    assert details(probed)["statement", "rate limiting (429)"] == "429 came with Retry-After"
    assert details(probed)["statement", "names of task states"] == "the newest tasks have PAUSED"
    assert nothing_of_the_owner(tanium, probed)


def owners_words(tanium: SimulatorServer) -> set[str]:
    """Names, addresses and secrets that the server knows."""
    users = [seed.ANALYST, seed.READER, seed.VISITOR]
    return {
        *(host.hostname for host in seed.HOSTS),
        *(host.ip for host in seed.HOSTS),
        *(host.client_id for host in seed.HOSTS),
        *(user.name for user in users),
        *(user.password for user in users),
        *tanium.state.accounts.tokens,
        *tanium.state.accounts.sessions,
        *(row["computerName"] for row in tanium.state.alerts.rows()),
        *(row["computerIpAddress"] for row in tanium.state.alerts.rows()),
        *("127.0.0.1", "localhost", "corp.example", "jane.doe", "ws-finance"),
    } - {""}


def nothing_of_the_owner(tanium: SimulatorServer, probed: Run) -> bool:
    """Whether no word of the server's owner is in the result."""
    shown = json.dumps(probed.result["result_data"]) + probed.message
    # `reader` and `visitor` are words of English, too.
    found = {word for word in owners_words(tanium) if word in shown} - {"analyst"}
    assert found == set()
    return True


@pytest.mark.parametrize("dialect", ["production", "specified"])
def test_nothing_of_the_owner_is_reported(
    tanium: SimulatorServer, soar: LocalSoar, connection: str, dialect: str
) -> None:
    assert connection
    tanium.settings.dialect = dialect
    configure(soar, tanium, **ACCOUNT)

    probed = run_on(soar, "probe")

    assert probed.ok, probed.message
    assert nothing_of_the_owner(tanium, probed)
    assert seed.ANALYST.name not in json.dumps(probed.result["result_data"])


@pytest.mark.parametrize("version", ["ws-finance-07", OF_THE_OWNER, "", 7, None, ["4.8"], "4.8\n"])
def test_version_that_is_none_is_not_repeated(
    tanium: SimulatorServer, run: RunAction, version: Any
) -> None:
    tanium.faults.add(
        Fault("json", path_contains=CONNECT, value=lambda _: {"data": {"version": version}})
    )
    tanium.faults.add(
        Fault(
            "json",
            path_contains=GATEWAY,
            value=lambda body: body,
            headers={"tanium-gateway-version": str(version).strip()},
        )
    )

    probed = run("probe")

    assert probed.summary["connect_version"] is None
    assert results(probed)["version", "Connect"] == "unknown"
    assert nothing_of_the_owner(tanium, probed)


def test_statements_are_those_of_the_documents() -> None:
    prose = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    section = prose.partition("## Unverified behavior")[2].partition("\n## ")[0]
    bullets = [" ".join(text.split()) for text in section.split("\n- ")[1:]]

    assert len(bullets) == len(STATEMENTS)
    for bullet, statement in zip(bullets, STATEMENTS):
        assert bullet.startswith(statement)
