# File: test_soar_rest.py
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
"""What the receiver asks of SOAR's REST API, and what it makes of answers good and bad."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from tanium_tr.soar.rest import NotAllowed, Refused, SoarRest, Unavailable, on_this_host
from tests.http_server import Answer
from tests.receiver.conftest import Call, RestApi, received, usual_way


def audits(*days: int, each: int = 1) -> bytes:
    """Audit rows: `each` of them for every day of November."""
    row = {"table": "LiveConnection", "state": "{}", "action": "create", "userName": "ann"}
    rows = [
        {**row, "id": number, "createdAt": f"2026-11-{day:02}T10:00:00Z"}
        for day in days
        for number in range(each)
    ]
    return json.dumps(rows).encode()


def counts(reply: Any) -> tuple[int, int, int]:
    return reply.content["created"], reply.content["known"], reply.content["refused"]


def test_calls_are_few_and_the_last_artifact_of_a_container_starts_playbooks(
    api: RestApi, soar_rest: SoarRest
) -> None:
    received(audits(1, 2, 3, each=70), soar_rest)

    sent = [call.body for call in api.calls if call.path == "/rest/artifact"]
    assert api.paths().count("container") == 3
    assert [len(batch) for batch in sent] == [100, 100, 10]
    starts = [
        (artifact["container_id"], artifact["run_automation"])
        for batch in sent
        for artifact in batch
    ]
    assert [place for place, (_, start) in enumerate(starts) if start] == [69, 139, 209]
    assert {
        call.body["run_automation"] for call in api.calls if call.path == "/rest/container"
    } == {False}
    assert {call.headers["ph-auth-token"] for call in api.calls} == {"token-abc"}


def test_last_new_artifact_starts_playbooks_when_the_last_one_is_known(
    api: RestApi, soar_rest: SoarRest
) -> None:
    received(audits(1, each=1), soar_rest)
    first = len(api.calls)
    rows = json.loads(audits(1, each=120))

    reply = received(json.dumps(rows[1:] + rows[:1]).encode(), soar_rest)

    assert counts(reply) == (119, 1, 0)
    sent = [
        artifact
        for call in api.calls[first:]
        if call.path == "/rest/artifact"
        for artifact in call.body
    ]
    assert [artifact["data"]["id"] for artifact in sent if artifact["run_automation"]] == [119]
    assert len(sent) == 119


def test_rows_that_are_all_known_start_nothing(api: RestApi, soar_rest: SoarRest) -> None:
    received(audits(1, 2, each=3), soar_rest)
    first = len(api.calls)

    assert counts(received(audits(1, 2, each=3), soar_rest)) == (0, 6, 0)
    assert "/rest/artifact" not in {call.path for call in api.calls[first:]}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, {"failed": True, "message": "Unknown lookup"}),
        Answer(200, {"count": 1, "data": [{"source_data_identifier": "x"}, 7]}),
        Answer(200, []),
    ],
)
def test_without_an_answer_to_what_is_known_everything_is_sent(
    answer: Answer, api: RestApi, soar_rest: SoarRest
) -> None:
    received(audits(1), soar_rest)
    api.script = lambda call: answer if "?" in call.path else None

    assert counts(received(audits(1, each=3), soar_rest)) == (2, 1, 0)


def test_duplicates_are_known_however_soar_reports_them(api: RestApi, soar_rest: SoarRest) -> None:
    """The container's duplicate comes as HTTP 400 here; the artifact's too, one by one."""
    received(audits(1), soar_rest)
    existing = Answer(400, {"failed": True, "message": "already exists", "existing_artifact_id": 4})
    api.script = lambda call: existing if call.path.startswith("/rest/artifact") else None

    assert counts(received(audits(1), soar_rest)) == (0, 1, 0)


def refuse_row(number: int) -> Any:
    def script(call: Call) -> Answer | None:
        hit = call.path == "/rest/artifact" and any(
            artifact["data"]["id"] == number for artifact in call.body
        )
        return (
            Answer(400, {"failed": True, "message": f"  Bad\nvalue {'x' * 500}"}) if hit else None
        )

    return script


def test_refused_artifact_never_costs_the_others_of_its_batch(
    api: RestApi, soar_rest: SoarRest
) -> None:
    api.script = refuse_row(30)

    reply = received(audits(1, each=100), soar_rest)

    assert (reply.status, counts(reply)) == (200, (99, 0, 1))
    assert reply.content["refusals"][0]["row"] == 31
    assert reply.content["refusals"][0]["reason"].startswith("Bad value xxx")
    assert len(reply.content["refusals"][0]["reason"]) < 250
    assert api.paths().count("artifact") < 20


def test_artifacts_refused_in_the_list_are_refused_rows(api: RestApi, soar_rest: SoarRest) -> None:
    api.script = lambda call: (
        Answer(200, [{"success": True, "id": 1}, {"failed": True}])
        if call.path == "/rest/artifact"
        else None
    )

    reply = received(audits(1, each=2), soar_rest)

    assert counts(reply) == (1, 0, 1)
    assert reply.content["refusals"] == [{"row": 2, "reason": "SOAR gave no reason."}]


def test_refused_container_costs_its_own_rows_only(api: RestApi, soar_rest: SoarRest) -> None:
    refusal = Answer(400, {"failed": True, "message": "No such label"})
    api.script = lambda call: (
        refusal
        if "2026-11-02"
        in str(call.body.get("source_data_identifier") if call.path == "/rest/container" else "")
        else None
    )

    reply = received(audits(1, 2, 3, each=2), soar_rest)

    assert counts(reply) == (4, 0, 2)
    assert reply.content["refusals"] == [
        {"row": 3, "reason": "No such label"},
        {"row": 4, "reason": "No such label"},
    ]


def hang_up(_: Call) -> Answer:
    raise ConnectionError


TROUBLE = {
    "500": lambda _: Answer(500, {"failed": True, "message": "Internal error"}),
    "502 in HTML": lambda _: Answer(502, b"<html>Bad gateway</html>"),
    "429": lambda _: Answer(429, {"failed": True, "message": "Slow down"}),
    "hangs up": hang_up,
    "a login page": lambda _: Answer(200, b"<html>Log in</html>"),
    "a redirect": lambda _: Answer(302, {}, headers=(("Location", "http://127.0.0.1:1/"),)),
    "too few answers": lambda _: Answer(200, []),
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_trouble_in_the_middle_is_503_and_sending_again_doubles_nothing(
    trouble: str, api: RestApi, soar_rest: SoarRest
) -> None:
    """Connect then sends the batch again."""
    api.script = lambda call: TROUBLE[trouble](call) if api.paths().count("artifact") == 2 else None
    first = received(audits(1, each=250), soar_rest)
    api.script = usual_way

    again = received(audits(1, each=250), soar_rest)

    assert (first.status, counts(first)) == (503, (100, 0, 0))
    assert first.content["error"].startswith("SOAR's REST API")
    assert (again.status, counts(again)) == (200, (150, 100, 0))
    assert len(api.memory.artifacts) == 250


@pytest.mark.parametrize("status", [401, 403])
def test_caller_whom_soar_does_not_let_in_gets_403(
    status: int, api: RestApi, soar_rest: SoarRest
) -> None:
    api.script = lambda _: Answer(status, {"failed": True, "message": "You may not"})

    reply = received(audits(1), soar_rest)

    assert (reply.status, counts(reply)) == (403, (0, 0, 0))
    assert "You may not" in reply.content["error"]
    assert len(api.calls) == 1


def test_secrets_that_soar_repeats_stay_secret(api: RestApi) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Cookie"] = "sessionid=cookie-abc; csrftoken=csrf-abc"
        session.cookies["other"] = "jar-abc"
        api.script = lambda _: Answer(
            400, {"failed": True, "message": "not for cookie-abc, csrf-abc, jar-abc"}
        )

        reply = received(audits(1), SoarRest(api.url, session))

    assert reply.content["refusals"][0]["reason"] == "not for ***, ***, ***"


@pytest.mark.parametrize("ending", ["", "/", "/rest", "/rest/"])
def test_base_url_with_or_without_rest(ending: str, api: RestApi) -> None:
    with requests.Session() as session:
        session.trust_env = False
        received(audits(1), SoarRest(api.url + ending, session))

    assert api.paths() == ["container", "artifact"]


def test_redirect_takes_nothing_elsewhere(api: RestApi, soar_rest: SoarRest) -> None:
    api.script = lambda call: (
        None
        if call.path == "/elsewhere"
        else Answer(307, {}, headers=(("Location", f"{api.url}/elsewhere"),))
    )

    assert received(audits(1), soar_rest).status == 503
    assert "elsewhere" not in api.paths()


def test_session_that_the_platform_made_gets_no_login_of_a_netrc_file(
    api: RestApi, soar_rest: SoarRest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password sesame\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    soar_rest._session.trust_env = True

    received(audits(1), soar_rest)

    assert [call for call in api.calls if "authorization" in call.headers] == []


def test_own_rest_api_is_reached_past_any_proxy(
    api: RestApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with on_this_host("http", api.url.rpartition(":")[2], "token-abc") as soar:
        reply = received(audits(1), soar)

    assert reply.status == 200


def assets(*names: str) -> Answer:
    return Answer(
        200,
        {
            "count": len(names),
            "data": [
                {"id": 3 + place, "name": name, "configuration": {}}
                for place, name in enumerate(names)
            ],
        },
    )


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("3", ["/rest/asset/3"]),
        ("prod", ["/rest/asset?_filter_name=%22prod%22"]),
        ("a/../b", ["/rest/asset?_filter_name=%22a%2F..%2Fb%22"]),
        ('say "hi"&x=1', ["/rest/asset?_filter_name=%22say+%5C%22hi%5C%22%26x%3D1%22"]),
        ("2024", ["/rest/asset/2024", "/rest/asset?_filter_name=%222024%22"]),
    ],
)
def test_asset_is_found_by_id_or_name(
    name: str, asked: list[str], api: RestApi, soar_rest: SoarRest
) -> None:
    def script(call: Call) -> Answer:
        if call.path == "/rest/asset/3":
            return Answer(200, {"id": 3, "name": "x", "configuration": {}})
        return (
            assets("other", name)
            if "?" in call.path
            else Answer(404, {"failed": True, "message": "No asset"})
        )

    api.script = script

    assert soar_rest.asset(name)["id"] == (3 if name == "3" else 4)
    assert [call.path for call in api.calls] == asked


@pytest.mark.parametrize(
    "answer", [assets(), assets("other"), Answer(200, {"count": 0}), Answer(200, [])]
)
def test_unknown_asset_is_refused(answer: Answer, api: RestApi, soar_rest: SoarRest) -> None:
    api.script = lambda _: answer

    with pytest.raises(Refused, match="no such asset"):
        soar_rest.asset("prod")


def test_asset_that_cannot_be_asked_for_is_no_unknown_one(
    api: RestApi, soar_rest: SoarRest
) -> None:
    api.script = lambda call: Answer(403 if "filter" in call.path else 500, {"failed": True})

    with pytest.raises(Unavailable):
        soar_rest.asset("3")
    with pytest.raises(NotAllowed):
        soar_rest.asset("production")


def test_what_json_cannot_write_is_sent_cleaned(api: RestApi, soar_rest: SoarRest) -> None:
    nested: Any = []
    for _ in range(100_000):
        nested = [nested]

    for value in (float("nan"), nested, "a\0\ud800", {"\0": 2**90}):
        soar_rest.save_container(
            {"asset_id": 7, "source_data_identifier": "x", "data": {"a": value}}
        )

    sent = [call.body["data"]["a"] for call in api.calls]
    assert sent[0] == "nan"
    assert "nested too deeply" in json.dumps(sent[1])
    assert sent[2:] == ["a\ufffd\ufffd", {"\ufffd": hex(2**90)}]
