# File: test_foreign.py
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
"""The pages show apps that were not written with them in mind: without logos, descriptions and
outputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.soar import LocalSoar
from dev.soar.web.server import SoarServer
from tests.pages.conftest import Site
from tests.pages.test_home import steps
from tests.soar.test_foreign_apps import FOREIGN


@pytest.fixture
def open_site(tmp_path: Path) -> Iterator[Any]:
    servers: list[SoarServer] = []

    def make(app: str, **config: Any) -> Site:
        soar = LocalSoar(tmp_path / app, app_dir=FOREIGN / app)
        soar.create_asset("only", config)
        servers.append(SoarServer(soar))
        servers[-1].__enter__()
        return Site(servers[-1])

    yield make
    for server in servers:
        server.stop()


def subjects(site: Site, search: str = "") -> dict[str, list[str]]:
    sections = site.page(f"/actions?search={search}").select("section")
    return {
        " / ".join(part.get_text() for part in section.select("h2, hgroup p")): [
            link.get_text() for link in section.select("td a")
        ]
        for section in sections
    }


def test_app_in_the_style_of_ten_years_ago(open_site: Any) -> None:
    site = open_site("old_style", base_url="https://old.example")

    assert steps(site.page("/")) == (["Create an asset"], "/assets/1/test")
    assert site.get("/logo/light").status_code == 404
    assert subjects(site) == {
        "Investigate / Find out more.": ["list hosts"],
        "Generic / Everything else that the app does.": ["save report"],
        "Ingest / Turn what the app finds into containers.": ["on poll"],
        "Test / Check that the asset works.": ["test connectivity"],
    }
    assert list(subjects(site, "hosts").values()) == [["list hosts"]]
    form = site.page("/actions/save_report")
    assert form.select_one("small code").get_text() == "ip"
    assert form.select("details.group") == []
    assert "https://old.example" in site.page("/assets").get_text()

    run_id = site.begin("list_hosts")
    assert site.ended(run_id)["status"] == "success"
    shown = site.page(f"/runs/{run_id}")
    assert shown.select_one(".widget b").get_text() == "host-0"
    poll = {"asset": "1", "containers": "2", "artifacts": "10", "now": ""}
    answer = site.post("/containers", poll, allow_redirects=False)
    site.ended(int(answer.headers["Location"].rsplit("/", 1)[-1]))
    assert "incident 1" in site.page("/").get_text()
    assert "incident 1" in site.page("/containers/2").get_text()


def test_app_of_decorated_functions_with_a_guide(open_site: Any) -> None:
    site = open_site("declared", api_key="obviously-fake")

    assert subjects(site) == {
        "Notes / Write notes, and poll them.": ["write note", "on poll"],
        "Test / Check that the asset works.": ["test connectivity"],
    }
    home = site.page("/")
    # It has no read that could be the first.
    assert [step.get_text() for step in home.select(".steps a, .steps button")] == [
        "Create an asset",
        "Test connectivity",
        "Poll",
        "Open a container",
    ]
    assert "Receiver" not in site.page("/assets/1").get_text()
    legends = [legend.get_text() for legend in site.page("/actions/write_note").select("legend")]
    assert legends == ["Required", "More", "Where"]

    run_id = site.begin("write_note", title="Hello You", lines="2")
    assert site.ended(run_id)["message"] == "Title length: 9"
    assert site.page(f"/runs/{run_id}").select_one(".widget i").get_text() == "hello-you"
    for path in ("/runs", "/containers", "/findings", "/vault", "/users", "/assets/new"):
        assert "obviously-fake" not in site.page(path).get_text()
