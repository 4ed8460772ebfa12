# File: test_evidence.py
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
"""Containers, files and tokens on the page, and that nothing in them does anything there."""

from __future__ import annotations

from pathlib import Path

import pytest
from local_soar.containers import save_container
from local_soar.database import writing
from phantom.vault import Vault

from dev.soar.web.pages import containers
from tests.pages.conftest import Site, parsed
from tests.pages.test_runs import store


HOSTILE = "\"'><script>alert(1)</script>{{ 7|add:7 }}\u202egpj.exe"


def add_file(site: Site, name: str, content: bytes = b"<script>alert(1)</script>") -> None:
    with site.soar.active():
        assert Vault.create_attachment(content, 1, name)["succeeded"]


def test_poll_now_and_by_schedule(site: Site) -> None:
    site.soar.update_asset("1", {**site.soar.decrypted(site.soar.asset("1")), "poll_max_alerts": 4})
    form = {"asset": "1", "containers": "2", "artifacts": "3"}
    begun = [
        site.post("/containers", {**form, button: ""}, allow_redirects=False).headers["Location"]
        for button in ("now", "scheduled")
    ]
    runs = [site.ended(int(location.rsplit("/", 1)[-1])) for location in begun]

    assert [run["status"] for run in runs] == ["success", "success"]
    assert [run["parameters"][0]["container_count"] for run in runs] == [2, 4294967295]
    assert "Show the containers" in site.page(begun[0]).get_text()
    rows = site.page("/containers").select("tbody tr")
    assert len(rows) > 2
    page = site.page(f"/containers/{site.soar.containers()[1]['id']}")
    menus = {
        button["data-value"]: button["data-contains"]
        for button in page.select(".artifact button.menu")
    }
    artifact = next(artifact for artifact in site.soar.artifacts() if artifact["container_id"] == 2)
    assert menus[artifact["cef"]["deviceHostname"]] == '["host name"]'
    assert page.select_one("#carry [name=asset]")["value"] == "1"


def test_hostile_values_stay_text(site: Site) -> None:
    soar = site.soar
    artifact = {
        "name": HOSTILE,
        "cef": {"deviceHostname": HOSTILE, HOSTILE: HOSTILE},
        "cef_types": {"x": [HOSTILE]},
        "data": {"raw": HOSTILE},
    }
    saved = save_container(
        soar.installation,
        {"name": HOSTILE, "label": HOSTILE, "description": HOSTILE, "artifacts": [artifact]},
    )
    add_file(site, HOSTILE)
    rows = [{"id": HOSTILE, "name": HOSTILE}]
    runs = [
        store(soar, action, rows, message=HOSTILE, summary={HOSTILE: HOSTILE})
        for action in ("list labels", "list files")
    ]
    with writing(soar.installation) as connection:
        connection.execute(
            "INSERT INTO progress (app_run_id, message, persistent) VALUES (?, ?, 1)",
            (runs[0], HOSTILE),
        )
    soar.create_asset(HOSTILE, {"base_url": HOSTILE})
    soar.create_automation_user(HOSTILE)

    paths = [
        "/",
        "/assets",
        "/assets/2",
        "/assets/new",
        "/runs",
        "/containers",
        f"/containers/{saved.id}",
        "/vault",
        "/users",
    ]
    paths += [f"/actions?search={HOSTILE}", *(f"/runs/{run_id}" for run_id in runs)]
    for path in paths:
        answer = site.get(path)
        scripts = [
            script.get("src") or script.get("type") for script in parsed(answer).select("script")
        ]
        assert (path, answer.status_code, scripts) == (
            path,
            200,
            ["application/json", "/static/context_menu.js", "/static/pages.js"],
        )
        assert "<script>alert" not in answer.text
    carried = site.post(
        "/carry", {"action": "get process tree", "parameter": "process_table_id", "value": HOSTILE}
    )
    assert carried.status_code == 200
    assert "<script>alert" not in carried.text


def test_menu_takes_each_value_of_a_list(site: Site) -> None:
    artifact = {
        "cef": {"hosts": ["one", 'two & "three"', 4], "other": ["x", "y"]},
        "cef_types": {"hosts": ["host name"]},
    }
    saved = save_container(
        site.soar.installation, {"name": "Lists", "label": "events", "artifacts": [artifact]}
    )
    page = site.page(f"/containers/{saved.id}")

    assert [button["data-value"] for button in page.select(".artifact button.menu")] == [
        "one",
        'two & "three"',
        "4",
    ]
    assert [value.get_text() for value in page.select(".artifact bdi.value")] == ['["x", "y"]']


def test_container_shows_its_newest_files_and_runs(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "PAGE_SIZE", 2)
    for number in range(5):
        add_file(site, f"{number}.bin", bytes([number]))
        store(site.soar, "list labels", [])
    page = site.page("/containers/1")

    assert [link.get_text() for link in page.select("a[download]")] == ["4.bin", "3.bin"]
    assert [row.select_one("td").get_text() for row in page.select("tbody tr")] == ["5", "4"]
    assert "3 older files are in the vault." in page.get_text()
    assert "3 older runs are listed under Runs." in page.get_text()


@pytest.mark.parametrize(
    "name", ["page.html", HOSTILE, "two\r\nX-Injected: lines.svg", "../../up.js", "ümlaut.pdf"]
)
def test_file_is_saved_never_shown(site: Site, name: str) -> None:
    add_file(site, name)
    answer = site.get("/vault/1")

    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert "X-Injected" not in answer.headers
    assert "/" not in answer.headers["Content-Disposition"]


def test_uploaded_file_goes_into_the_vault(site: Site) -> None:
    content = b"%PDF" + bytes(3_000_000)  # more than Django keeps in memory
    site.post("/vault", files={"file": ("invoice <1>.pdf", content)})

    (item,) = site.soar.vault_items()
    assert (item["name"], Path(item["path"]).read_bytes()) == ("invoice <1>.pdf", content)
    assert list(site.soar.installation.folder("vault", "tmp").iterdir()) == []
    assert site.page("/vault").select_one("button.menu")["data-value"] == item["vault_id"]
    assert "This field is required." in site.post("/vault").text


def test_token_is_shown_once_and_works(site: Site) -> None:
    shown = parsed(site.post("/users", {"name": "receiver", "allowed": "127.0.0.0/8, ::1"}))
    token = shown.select_one("#token").get_text()

    answer = site.session.get(
        site.server.url + "/rest/container", headers={"ph-auth-token": token}, timeout=60
    )
    assert answer.json()["count"] == 1
    again = site.get("/users").text
    assert "receiver" in again
    assert token not in again
    assert (
        "does not appear to be an IPv4 or IPv6 network"
        in site.post("/users", {"name": "receiver", "allowed": "home"}).text
    )
