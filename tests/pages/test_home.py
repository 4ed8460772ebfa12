# File: test_home.py
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
"""The start page: what is stored leads a new user on, and the latest of it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from local_soar import findings

from dev.soar import LocalSoar
from dev.soar.poll_parameters import poll_parameters
from dev.soar.web.server import SoarServer
from tests.pages.conftest import Site
from tests.pages.test_runs import store


def steps(page: Any) -> tuple[list[str], str]:
    """The steps that are done, and what the next one leads to."""
    items = page.select(".steps li")
    done = [item.select_one("a, button").get_text() for item in items if item.select(".status")]
    following = page.select_one(".steps [aria-current=step]")
    if following is None:
        return done, ""
    link = following.select_one("a[href]")
    return done, link["href"] if link else following.select_one("form")["action"]


def test_first_run_leads_on_by_what_is_stored(site: Site) -> None:
    soar, done = site.soar, ["Create an asset"]
    assert steps(site.page("/")) == (done, "/assets/1/test")

    soar.run("list alerts", {"limit": -1})  # it fails
    soar.run("test connectivity")
    done.append("Test connectivity")
    assert steps(site.page("/")) == (done, "/actions/list_alerts")

    soar.run("list alerts", {"limit": 1})
    done.append("Run list alerts")
    assert steps(site.page("/")) == (done, "/containers")

    soar.poll(poll_parameters(2))
    done.append("Poll")
    assert steps(site.page("/")) == (done, "/containers/3")
    assert site.page("/").select_one("details.first-run").has_attr("open")

    soar.run("get alert", {"alert_id": "1"}, container_id=3)
    page = site.page("/")
    assert steps(page) == ([*done, "Open a container"], "")
    assert not page.select_one("details.first-run").has_attr("open")


def test_without_an_asset_the_first_step_is_to_create_one(tmp_path: Path) -> None:
    with SoarServer(LocalSoar(tmp_path)) as server:
        page = Site(server).page("/")

    assert steps(page) == ([], "/assets/new")
    assert [form["action"] for form in page.select("main form")] == []


def test_latest_runs_containers_and_findings(site: Site) -> None:
    page = site.page("/")
    assert "No runs yet." in page.get_text()
    assert "No findings yet." in page.get_text()

    for _ in range(7):
        store(site.soar, "list labels", [])
    for number in range(7):
        findings.create(
            site.soar.installation,
            {"rule_title": f"<b>{number}</b>", "security_domain": "endpoint"},
        )
    page = site.page("/")

    first_cells = {
        table["aria-label"]: [
            row.select_one("td").get_text().strip() for row in table.select("tbody tr")
        ]
        for table in page.select(".rows")
    }
    assert first_cells == {
        "Runs": ["7", "6", "5", "4", "3"],
        "Containers": ["8", "7", "6", "5", "4"],
        "Findings": [f"<b>{number}</b>" for number in (6, 5, 4, 3, 2)],
    }
