# File: test_runs.py
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
"""Runs on the page: live, cancelled, dead, repeated, and their results."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from local_soar.database import writing

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar import LocalSoar
from dev.soar.app_runs import AppRuns
from dev.soar.background import BackgroundRuns
from dev.soar.web.pages import runs
from tests.conftest import eventually
from tests.pages.conftest import Site, parsed


def begin_slowly(site: Site, tanium: SimulatorServer) -> int:
    """A run that goes on until somebody ends it, and has said so."""
    tanium.settings.connect_timeout_seconds = 600
    run_id = site.begin(
        "create_connection",
        destination=seed.OFFLINE.hostname,
        destination_type="hostname",
        wait="on",
        timeout="600",
    )
    assert eventually(
        lambda: any("is waiting" in message for message in site.soar.progress(run_id))
    ), site.soar.progress(run_id)
    return run_id


def store(soar: LocalSoar, action: str, rows: list[dict[str, Any]], **entry: Any) -> int:
    """A run with this result, which no action has made."""
    app_run_id: int = soar.request(action)["connector_run_id"]
    whole = {
        "status": "success",
        "message": "Done",
        "parameter": {},
        "data": rows,
        "summary": {},
        "extra_data": [],
        "context": {},
        **entry,
    }
    outline = {
        "identifier": "",
        "status": whole["status"],
        "message": "Done",
        "result_summary": {"total_objects": 1},
    }
    AppRuns(soar.installation).record_result(app_run_id, {**outline, "result_data": [whole]})
    return app_run_id


def test_run_is_followed_until_it_is_cancelled(site: Site, tanium: SimulatorServer) -> None:
    run_id = begin_slowly(site, tanium)
    page = site.page(f"/runs/{run_id}")
    refresh = page.select_one("meta[http-equiv=refresh]")
    assert refresh["content"] == "1"
    assert page.select_one("h1 .status").get_text() == "running"
    assert seed.OFFLINE.hostname in page.select_one("table.facts").get_text()
    with site.session.get(
        site.server.url + page.select_one("iframe")["src"], stream=True, timeout=30
    ) as frame:
        pieces = frame.iter_content(None)
        assert any(b"is waiting" in piece for piece in pieces)

        assert "Cancelling" not in page.get_text()
        assert "Cancelling" in site.page(f"/runs/{run_id}?cancelled=yes").get_text()
        assert site.post(f"/runs/{run_id}/cancel").url.endswith(f"/runs/{run_id}?cancelled=yes")

        assert site.ended(run_id)["result"]["action_cancelled"] is True
        list(pieces)  # it comes to its end, at which the browser asks for the page again
    page = site.page(f"/runs/{run_id}")
    assert page.select_one("meta[http-equiv=refresh]") is None
    assert page.select_one(f"form[action='/runs/{run_id}/cancel']") is None
    assert site.post(f"/runs/{run_id}/cancel").status_code == 200  # too late is no error


def test_run_whose_process_dies_has_failed(site: Site, tanium: SimulatorServer) -> None:
    run_id = begin_slowly(site, tanium)
    os.kill(site.soar.app_run(run_id)["pid"], signal.SIGKILL)

    assert site.ended(run_id)["status"] == "failed"
    assert "The process of the run died" in site.page(f"/runs/{run_id}").get_text()


def test_end_of_the_server_cancels_what_is_under_way_and_ends_its_frame(
    site: Site, tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BackgroundRuns.close, "__defaults__", (60.0,))
    run_id = begin_slowly(site, tanium)
    with site.session.get(
        f"{site.server.url}/runs/{run_id}/progress", stream=True, timeout=30
    ) as frame:
        next(frame.iter_content(None))
        site.server.stop()
    assert site.soar.app_run(run_id)["result"]["action_cancelled"] is True


def test_frame_keeps_no_connection_for_good(
    site: Site, tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "FRAME_SECONDS", 0.5)
    run_id = begin_slowly(site, tanium)
    assert eventually(lambda: "is waiting" in site.page(f"/runs/{run_id}/progress").get_text())
    assert site.soar.app_run(run_id)["ended"] is None


def test_frame_has_the_last_message_and_is_shown_by_the_pages_only(site: Site) -> None:
    run_id = store(site.soar, "list labels", [])
    with writing(site.soar.installation) as connection:
        connection.execute(
            "INSERT INTO progress (app_run_id, message, persistent) VALUES (?, '<b>the"
            " last</b>', 1)",
            (run_id,),
        )
    frame = site.get(f"/runs/{run_id}/progress")

    assert [item.get_text() for item in parsed(frame).select("li")] == ["<b>the last</b>"]
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]


def test_runs_that_a_crash_has_left_are_ended(soar: LocalSoar) -> None:
    soar.run("list labels")
    lost, begun = (soar.request("list labels")["connector_run_id"] for _ in range(2))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with writing(soar.installation) as connection:
        connection.execute(
            "UPDATE app_runs SET status = 'running', pid = ? WHERE id = ?", (gone.pid, lost)
        )

    soar.end_lost_runs()

    assert [soar.app_run(run_id)["status"] for run_id in (1, lost, begun)] == [
        "success",
        "failed",
        "pending",
    ]


def test_result_is_a_widget_or_a_table_beside_its_json(site: Site) -> None:
    with_table, with_widget = site.begin("list_labels"), site.begin("list_alerts", limit="3")
    site.ended(with_table)
    site.ended(with_widget)

    table = site.page(f"/runs/{with_table}")
    assert [title.get_text() for title in table.select(".rows th")] == [
        "Label ID",
        "Name",
        "Description",
    ]
    assert table.select_one("button.menu")["data-contains"] == '["threatresponse label id"]'
    assert table.select_one(".widget") is None
    widget = site.page(f"/runs/{with_widget}")
    assert widget.select_one(".widget") is not None
    assert widget.select_one(".rows button.menu") is None
    question = store(site.soar, "run query", [{"computerName": "host"}])
    assert site.page(f"/runs/{question}").select_one(".widget") is not None
    for run_id in (with_table, with_widget):
        result = site.get(f"/runs/{run_id}/result.json")
        assert result.json()["result_data"] == site.soar.action_results(run_id)
        assert result.headers["Content-Disposition"].startswith("attachment")


def test_message_stands_on_the_page_once(site: Site) -> None:
    failed = store(site.soar, "list alerts", [], status="failed", message="Nobody is there.")
    empty = store(site.soar, "list alerts", [], message="Nothing was found.")
    full = store(site.soar, "list alerts", [{"id": 1}], message="One was found.")

    shown = [
        [message.get_text().strip() for message in site.page(f"/runs/{run_id}").select(".message")]
        for run_id in (failed, empty, full)
    ]
    assert shown == [["Nobody is there."], ["Nothing was found."], ["One was found."]]


def test_widget_that_fails_leaves_the_table_and_a_log_entry(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> str:
        raise KeyError("gone")

    monkeypatch.setattr(runs, "render_widget", broken)
    run_id = store(site.soar, "list alerts", [{"id": 5, "computerName": "host"}])

    assert "host" in site.page(f"/runs/{run_id}").select_one(".rows").get_text()
    assert "KeyError" in (
        site.soar.installation.folder("var", "log", "phantom") / "spawn.log"
    ).read_text(encoding="utf-8")


def test_long_result_is_cut_and_says_so(site: Site) -> None:
    run_id = store(
        site.soar, "list labels", [{"id": number, "name": "x" * 300} for number in range(1500)]
    )
    page = site.page(f"/runs/{run_id}")

    assert len(page.select(".rows tbody tr")) == 1000
    assert "500 more rows are in the JSON." in page.get_text()
    assert "only the beginning is shown here" in page.get_text()


def test_action_runs_again_with_the_same_parameters(site: Site) -> None:
    run_id = store(site.soar, "list labels", [])
    with writing(site.soar.installation) as connection:
        connection.execute(
            "UPDATE app_runs SET parameters = ? WHERE id = ?", ('[{"limit": 3}]', run_id)
        )

    link = site.page(f"/runs/{run_id}").select_one("a[href*=again]")["href"]

    assert site.page(link).select_one("[name=parameter-limit]")["value"] == "3"


def test_stored_parameters_have_no_secrets(site: Site) -> None:
    request = site.soar.request(
        "create destination", {"name": "x", "password": "obviously-fake", "batch_size": 3}
    )
    assert site.soar.app_run(request["connector_run_id"])["parameters"] == [
        {"name": "x", "batch_size": 3}
    ]


def test_menu_brings_a_value_and_what_it_belongs_to(site: Site) -> None:
    run_id = site.soar.request(
        "get events",
        {"connection_id": "remote:host:1:1", "event_type": "process", "limit": 4},
        container_id=5,
    )["connector_run_id"]
    carried = {
        "action": "get process tree",
        "parameter": "process_table_id",
        "value": "<77>\n",
        "container": "5",
        "run": str(run_id),
    }

    form = parsed(site.post("/carry", carried)).select_one("form.manifest")

    assert form["action"] == "/actions/get_process_tree"
    assert form.select_one("[name=parameter-process_table_id]").get_text().strip() == "<77>"
    assert form.select_one("[name=parameter-connection_id]")["value"] == "remote:host:1:1"
    # Another limit than that of the events.
    assert form.select_one("[name=parameter-limit]")["value"] == "100"
    assert form.select_one("[name=container]")["value"] == "5"
    assert (
        site.post("/carry", {"action": "get process tree", "parameter": "no such"}).status_code
        == 404
    )


def test_history_has_the_newest_first(site: Site) -> None:
    for action in ("list labels", "list tasks"):
        store(site.soar, action, [])
    assert [row.select("td")[1].get_text() for row in site.page("/runs").select("tbody tr")] == [
        "list tasks",
        "list labels",
    ]
