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
"""The local SOAR's routes for findings: what is kept, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from dev.soar import LocalSoar
from dev.soar.web.server import SoarServer
from tests.soar.conftest import MakeSoar, Rest


BULK = "enterprise_security/findings/bulk_create"
FINDING: dict[str, Any] = {"rule_title": "Evil on host", "security_domain": "endpoint"}


@pytest.fixture
def soar(make_soar: MakeSoar) -> LocalSoar:
    return make_soar(
        """
        def handle_action(self, param):
            import requests
            base = self.get_phantom_base_url().rstrip("/")
            return self.succeed(param, {"status": requests.get(base + "/login").status_code})
        """
    )


def test_findings_are_kept_each_with_a_container(rest: Rest, soar: LocalSoar) -> None:
    answer = rest.post(BULK, [FINDING, {**FINDING, "risk_score": 80}]).json()

    stored = soar.findings()
    assert answer == {
        "status": "success",
        "created": 2,
        "failed": 0,
        "findings": [finding["finding_id"] for finding in stored],
        "container_ids": [finding["container_id"] for finding in stored],
        "errors": [],
    }
    assert [container["name"] for container in soar.containers()[1:]] == ["Evil on host"] * 2


def test_findings_are_not_told_apart(rest: Rest, soar: LocalSoar) -> None:
    rest.post(BULK, [FINDING])
    rest.post(BULK, [FINDING])

    assert len(soar.findings()) == 2


def test_containers_that_are_there_are_linked(rest: Rest, soar: LocalSoar) -> None:
    body = {"findings": [FINDING, FINDING], "container_ids": [1, None]}

    assert rest.post(BULK, body).json()["container_ids"] == [1, 2]
    assert len(soar.containers()) == 2


def test_a_bad_finding_costs_the_others_nothing(rest: Rest, soar: LocalSoar) -> None:
    bad = [{**FINDING, "guid": "x"}, {"rule_title": "no domain"}, {"security_domain": "x"}]
    answer = rest.post(BULK, [FINDING, *bad]).json()

    assert (answer["status"], answer["created"], answer["failed"]) == ("partial", 1, 3)
    assert answer["errors"] == [
        {"index": 1, "error": "Unknown finding field: guid"},
        {"index": 2, "error": "The finding has no security_domain"},
        {"index": 3, "error": "The finding has no rule_title"},
    ]
    assert len(soar.findings()) == 1


def test_a_call_may_be_refused_for_one_bad_finding(
    server: SoarServer, rest: Rest, soar: LocalSoar
) -> None:
    server.enterprise_security.refuses_whole_calls = True

    assert rest.post(BULK, [FINDING, {}]).status_code == 400
    assert soar.findings() == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ([FINDING] * 26, "At most 25 findings are created at once"),
        ([], "The body has no list of findings"),
        ({"findings": [FINDING], "container_ids": []}, "container_ids has another length"),
        ({"findings": [FINDING], "container_ids": ["1"]}, "container_ids holds ids"),
        ({"findings": [FINDING], "more": 1}, "The body has findings and container_ids only"),
    ],
)
def test_calls_that_are_refused(rest: Rest, soar: LocalSoar, body: Any, reason: str) -> None:
    answer = rest.post(BULK, body)

    assert (answer.status_code, answer.json()["failed"]) == (400, True)
    assert reason in answer.json()["message"]
    assert soar.findings() == []


@pytest.mark.parametrize(
    "field",
    [
        {"risk_score": "80"},
        {"source": "one"},
        {"annotations": {"mitre_attack": "T1055"}},
        {"drilldown_searches": [{"name": "x"}]},
        {"additional_fields": []},
        {"launch_automation": "true"},
    ],
)
def test_values_of_other_types_are_refused(rest: Rest, field: dict[str, Any]) -> None:
    answer = rest.post(BULK, [{**FINDING, **field}]).json()

    (name,) = field
    assert answer["errors"] == [{"index": 0, "error": f"The finding's {name} is not valid"}]


def test_single_finding_with_a_file(rest: Rest, soar: LocalSoar) -> None:
    finding_id = rest.post("enterprise_security/findings", FINDING).json()["finding_id"]
    file = {"file_name": "a.eml", "data": "YQ==", "source_type": "Incident", "is_raw_email": True}

    assert rest.post(f"enterprise_security/findings/{finding_id}/files", file).status_code == 200
    wrong = {**file, "data": "?"}
    assert rest.post(f"enterprise_security/findings/{finding_id}/files", wrong).status_code == 400
    assert [finding["finding_id"] for finding in soar.findings()] == [finding_id]


def test_unpaired(server: SoarServer, rest: Rest) -> None:
    server.enterprise_security.paired = False

    assert rest.post(BULK, [FINDING]).status_code == 400
    assert rest.post("enterprise_security/findings", FINDING).status_code == 400


def test_page_of_findings(server: SoarServer, rest: Rest) -> None:
    rest.post(BULK, [{**FINDING, "risk_object": "<b>host</b>", "risk_score": 80}])

    page = requests.get(server.url + "/findings", timeout=60).text

    assert "Evil on host" in page
    assert "&lt;b&gt;host&lt;/b&gt;" in page


def test_system_info_names_the_address(server: SoarServer, rest: Rest) -> None:
    assert rest.get("system_info").json() == {"base_url": server.url}


def test_a_run_finds_the_rest_api_and_has_a_session(server: SoarServer, soar: LocalSoar) -> None:
    assert soar.run("do it")["result_data"][0]["data"] == [{"status": 200}]
    assert soar.run_in_process("do it")["result_data"][0]["data"] == [{"status": 200}]

    session = requests.Session()
    session.cookies.set("sessionid", soar.request("do it")["user_session_token"])
    asset = f"{server.url}/rest/asset/1"
    assert session.get(asset, timeout=60).json()["name"] == "toy"
    address = f"{server.url}/rest/{BULK}"
    assert session.post(address, json=[FINDING], timeout=60).status_code == 403
    token = session.get(server.url + "/login", timeout=60).cookies["csrftoken"]
    headers = {"X-CSRFToken": token, "Referer": address}
    assert session.post(address, json=[FINDING], headers=headers, timeout=60).status_code == 200


def test_a_run_without_the_rest_api_has_no_session(soar: LocalSoar) -> None:
    assert soar.request("do it")["user_session_token"] is None
