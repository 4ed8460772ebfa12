# File: test_protection.py
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
"""What keeps other sites out of the pages, and the pages from doing more than they should."""

from __future__ import annotations

import pytest

from dev.soar.web.pages.urls import urls
from tests.pages.conftest import Site, parsed
from tests.pages.test_runs import store


EXAMPLES = {
    "<str:asset_id>": "1",
    "<str:identifier>": "list_labels",
    "<int:run_id>": "1",
    "<int:container_id>": "1",
    "<int:item_id>": "1",
}
PAGES = [
    "",
    "assets",
    "assets/new",
    "assets/1",
    "actions",
    "actions/list_labels",
    "runs",
    "runs/1",
    "containers",
    "containers/1",
    "findings",
    "vault",
    "users",
]


def addresses() -> list[str]:
    found = []
    for pattern in urls:
        path = str(pattern.pattern)
        for placeholder, example in EXAMPLES.items():
            path = path.replace(placeholder, example)
        if "<" not in path:
            found.append(f"/{path}")
    return found


def test_no_change_without_a_csrf_token(site: Site) -> None:
    store(site.soar, "list labels", [])
    site.get("/")
    before = site.soar.app_runs(), site.soar.assets()
    for path in addresses():
        answer = site.session.post(
            site.server.url + path,
            data={"name": "x", "config-base_url": "https://x", "asset": "1", "container": "1"},
            timeout=60,
        )
        assert answer.status_code in (403, 405), path
    assert (site.soar.app_runs(), site.soar.assets()) == before


def test_no_change_from_another_site(site: Site) -> None:
    answer = site.post("/assets/1/test", headers={"Origin": "http://127.0.0.1:1"})
    assert answer.status_code == 403
    assert "reload the page" in parsed(answer).select_one("main").get_text()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert site.soar.app_runs() == []


def test_address_of_a_form_without_the_form(site: Site) -> None:
    answer = site.get("/carry")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "only accepts a submitted form" in parsed(answer).select_one("main").get_text()


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "testserver"]
)
def test_foreign_host_name_is_refused(site: Site, host: str) -> None:
    assert (
        site.session.get(
            site.server.url + "/assets", headers={"Host": host}, timeout=60
        ).status_code
        == 400
    )


def test_headers_of_every_page(site: Site) -> None:
    store(site.soar, "list labels", [])
    for path in PAGES:
        headers = site.get(f"/{path}").headers
        assert "default-src 'self'" in headers["Content-Security-Policy"], path
        assert "unsafe-inline" not in headers["Content-Security-Policy"], path
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"


def test_page_with_a_widget_allows_its_style_and_menus_but_no_script_of_its_own(site: Site) -> None:
    run_id = store(site.soar, "list alerts", [{"id": 1}])
    policy = [
        part.strip()
        for part in site.get(f"/runs/{run_id}").headers["Content-Security-Policy"].split(";")
    ]

    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src-attr 'unsafe-inline'" in policy
    assert "default-src 'self'" in policy
    assert not [part for part in policy if part.startswith(("script-src ", "script-src-elem"))]


def test_only_what_belongs_to_the_pages_is_served(site: Site) -> None:
    assert site.get("/static/pico.min.css").headers["Content-Type"] == "text/css"
    for path in (
        "/static/../pages/page.py",
        "/static/%2e%2e/server.py",
        "/static/",
        "/logo/../tanium_tr.json",
        "/logo/tanium_tr.json",
    ):
        assert site.get(path).status_code in (400, 404), path
    assert site.get("/logo/dark").headers["Content-Type"] == "image/svg+xml"
