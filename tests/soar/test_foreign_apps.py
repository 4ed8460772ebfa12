# File: test_foreign_apps.py
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
"""Apps in other styles than ours run unchanged: one as they were written ten years ago, one whose
actions are decorated functions. What they do is refused where the local SOAR is strict.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, Callable

import pytest

from dev.environments import ROOT
from dev.soar import LENIENT, LocalSoar, Profile
from dev.soar.poll_parameters import poll_parameters
from dev.soar.web.widgets import render_widget


FOREIGN = ROOT / "tests" / "data" / "foreign"
OpenSoar = Callable[..., LocalSoar]


@pytest.fixture
def open_soar(tmp_path: Path) -> OpenSoar:
    def make(app: str, profile: Profile | None = None, **config: Any) -> LocalSoar:
        soar = LocalSoar(tmp_path / app, profile, FOREIGN / app)
        soar.create_asset("only", config)
        return soar

    return make


@pytest.fixture
def old(open_soar: OpenSoar) -> LocalSoar:
    return open_soar("old_style", base_url="https://old.example", undeclared="kept")


@pytest.fixture
def declared(open_soar: OpenSoar) -> LocalSoar:
    return open_soar("declared", api_key="hidden")  # pragma: allowlist secret


def test_foreign_apps_meet_the_lenient_profile_and_ours_the_strict_one(
    tmp_path: Path, old: LocalSoar
) -> None:
    assert old.installation.profile == LENIENT
    assert LocalSoar(tmp_path / "own").installation.profile == Profile()


# In the style of ten years ago


def test_old_style_result_of_the_connector_alone(old: LocalSoar) -> None:
    for result in (old.run("test connectivity"), old.run_in_process("test connectivity")):
        assert (result["status"], result["message"]) == ("success", "Connectivity test passed")
        assert result["result_data"] == []
    assert "Connecting to https://127.0.0.1/rest/version..." in old.progress(1)


def test_old_style_several_results_and_their_widget(old: LocalSoar) -> None:
    result = old.run("list hosts")

    assert result["status"] == "success", result["message"]
    assert [entry["message"] for entry in result["result_data"]] == ["Num hosts: 1", "Num hosts: 2"]
    assert result["result_data"][1]["data"] == [{"host": "host-1", "own": "kept"}]
    html = render_widget(old.app, "list hosts", [result])
    assert html is not None
    assert "List Hosts" in html
    assert "<b>host-0</b>" in html


def test_old_style_vault(old: LocalSoar) -> None:
    for result in (
        old.run("save report", {"asset_or_ip": "a name"}),
        old.run_in_process("save report", {"asset_or_ip": "192.0.2.1"}),
    ):
        (entry,) = result["result_data"]
        assert (entry["status"], result["status"]) == ("success", "success")
        assert entry["message"] == f"Saved report.txt of {entry['data'][0]['size']}"
    assert [item["name"] for item in old.vault_items()] == ["report.txt"] * 2
    (stored,) = old.installation.home.rglob("reports.json")
    assert stored.parent == old.state_file("only").parent


def test_old_style_polling(old: LocalSoar) -> None:
    results = [
        old.poll(),
        old.poll(poll_parameters(2)),
        old.poll(poll_parameters(2)),
        old.poll(),
    ]

    assert [result["status"] for result in results] == ["success"] * 4
    names = [container["name"] for container in old.containers()[1:]]
    assert names == [f"incident {number}" for number in (1, 2, 3, 4)]
    assert len(old.artifacts()) == 8
    assert [result["result_summary"]["containers_duplicate"] for result in results] == [0, 0, 2, 2]


# With decorated functions


def test_declared_app_tests_connectivity(declared: LocalSoar) -> None:
    result = declared.run("test connectivity")

    assert (result["status"], result["message"]) == ("success", "Nothing to show")


def test_declared_app_writes_to_the_vault_and_shows_it(declared: LocalSoar) -> None:
    result = declared.run("write note", {"title": "Hello You", "lines": 2})
    in_process = declared.run_in_process("write note", {"title": "Hello You", "lines": 2})

    assert [entry["message"] for entry in result["result_data"]] == ["Title length: 9"]
    assert in_process["status"] == "success"
    (item,) = declared.vault_items()
    assert Path(item["path"]).read_text(encoding="utf-8") == "Hello You\nHello You"
    assert "<i>hello-you</i>" in str(render_widget(declared.app, "write note", [result]))
    failed = declared.run("write note", {"title": "x", "lines": 0})
    assert failed["result_data"][0]["message"] == "lines: at least 1"


def test_declared_app_polls(declared: LocalSoar) -> None:
    for _ in range(2):
        assert declared.poll(poll_parameters(2))["status"] == "success"

    assert [container["name"] for container in declared.containers()[1:]] == ["note 0", "note 1"]
    assert len(declared.artifacts()) == 2


# What the strict profile says


def test_strict_soar_takes_neither_undeclared_keys_nor_own_attributes(
    tmp_path: Path, open_soar: OpenSoar
) -> None:
    with pytest.raises(ValueError, match="no configuration key undeclared"):
        open_soar("old_style", Profile(), base_url="x", undeclared="kept")
    soar = LocalSoar(tmp_path / "strict", Profile(), FOREIGN / "old_style")
    soar.create_asset("only", {"base_url": "x"})
    with pytest.raises(AttributeError, match="SOAR's own attribute"):
        soar.run("test connectivity")


def test_lenient(make_soar: Callable[..., LocalSoar]) -> None:
    """Each point by itself, strict and lenient."""
    methods = """
        def handle_action(self, param):
            result = self.add_action_result(phantom.ActionResult(dict(param)))
            result.update_summary({"total_found": 3})
            result.set_status(phantom.APP_SUCCESS)
            seen = {"folder": self.get_state_dir()[-1], "key": None, "own": None}
            try:
                seen["key"] = phantom.APP_JSON_NO_SUCH_KEY
            except AttributeError:
                pass
            try:
                self.status = "mine"
                seen["own"] = self.status
            except AttributeError:
                pass
            result.add_data(seen)
            return result.get_status()
    """
    shown = {}
    for profile in (Profile(), dataclasses.replace(Profile(), lenient=True)):
        result = make_soar(methods, profile).run("do it", {"ip": "192.0.2.1"})
        (entry,) = result["result_data"]
        shown[profile.lenient] = (entry["message"], entry["data"][0])
    assert json.loads(json.dumps(shown[False])) == [
        "Action execution succeeded",
        {"folder": "1", "key": None, "own": None},
    ]
    assert shown[True] == ("Total found: 3", {"folder": "/", "key": "no_such_key", "own": "mine"})


@pytest.mark.parametrize(("lenient", "status"), [(False, "failed"), (True, "success")])
@pytest.mark.parametrize("results", [0, 2])
def test_number_of_results(
    make_soar: Callable[..., LocalSoar], results: int, lenient: bool, status: str
) -> None:
    soar = make_soar(
        f"""
        def handle_action(self, param):
            for _ in range({results}):
                self.succeed(param)
            self.set_status(phantom.APP_SUCCESS)
        """,
        Profile(lenient=lenient),
    )
    assert soar.run("do it")["status"] == status


@pytest.mark.parametrize(("lenient", "status"), [(False, "failed"), (True, "success")])
def test_type_without_a_validator(
    make_soar: Callable[..., LocalSoar], lenient: bool, status: str
) -> None:
    soar = make_soar(
        "def handle_action(self, param): return self.succeed(param)",
        Profile(lenient=lenient),
        action={"parameters": {"x": {"data_type": "string", "contains": ["ip", "own type"]}}},
    )
    assert soar.run("do it", {"x": "no address"})["status"] == status
