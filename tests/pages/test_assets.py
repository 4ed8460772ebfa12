# File: test_assets.py
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
"""Assets on the page: what is kept, what is shown, and that secrets are only written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.pages.conftest import Site, parsed


def config(site: Site, asset: str = "1") -> dict[str, Any]:
    return site.soar.decrypted(site.soar.asset(asset))


def test_new_asset_is_stored_with_types_and_defaults_and_can_be_used(
    site: Site, tanium: SimulatorServer
) -> None:
    fields: dict[str, Any] = {
        box["name"]: box.get("value", "on" if box["type"] == "checkbox" else "")
        for box in site.page("/assets/new").select("form.manifest input")
        if box["name"] != "csrfmiddlewaretoken"
        and (box["type"] != "checkbox" or box.has_attr("checked"))
    }
    answer = site.post(
        "/assets/new",
        {**fields, "name": "second", "config-base_url": tanium.url, "config-api_token": seed.TOKEN},
    )

    stored = config(site, "second")
    assert answer.url.endswith("/assets")
    assert stored["base_url"] == tanium.url
    assert stored["api_token"] == seed.TOKEN
    assert stored["request_timeout"] == 60
    assert stored["verify_server_cert"] is True
    begun = site.post("/assets/2/test", allow_redirects=False)
    assert site.ended(int(begun.headers["Location"].rsplit("/", 1)[-1]))["status"] == "success"


def test_asset_needs_its_address_and_a_name_of_its_own(site: Site) -> None:
    answer = site.post("/assets/new", {"name": "tanium"})

    assert "An asset with this name already exists." in answer.text
    assert parsed(answer).select_one("label[for=id_name] abbr")
    assert "This field is required." in answer.text
    assert list(site.soar.assets().values()) == ["tanium"]


def test_secret_in_a_form_with_a_mistake_is_asked_for_again(site: Site) -> None:
    page = parsed(
        site.post(
            "/assets/1", {"config-request_timeout": "long", "config-api_token": "placeholder"}
        )
    )

    wrong = {
        error.find_parent(class_="field").find("label").get_text().split()[0]: error.get_text()
        for error in page.select(".error")
    }
    assert set(wrong) == {"base_url", "request_timeout", "api_token"}
    assert wrong["api_token"].startswith("Enter it again")
    assert not page.select_one("[name='config-api_token']").get("value")
    assert page.select_one("[name='config-request_timeout']")["value"] == "long"


def test_stored_secret_stays_unless_it_is_replaced_or_removed(site: Site) -> None:
    site.soar.update_asset(
        "1",
        {**config(site), "password": "obviously-fake"},
        {"HTTPS_PROXY": "http://user:placeholder@proxy"},
    )
    environment = site.soar.request("list labels")["environment_variables"]
    url = config(site)["base_url"]

    site.post("/assets/1", {"config-base_url": url, "config-domain": "corp"})
    assert (config(site)["api_token"], config(site)["password"], config(site)["domain"]) == (
        seed.TOKEN,
        "obviously-fake",
        "corp",
    )

    site.post(
        "/assets/1",
        {"config-base_url": url, "config-api_token": "placeholder", "config-password.remove": "on"},
    )
    assert config(site)["api_token"] == "placeholder"
    assert "password" not in config(site)
    assert "domain" not in config(site)
    assert site.soar.request("list labels")["environment_variables"] == environment


def test_form_says_which_secrets_are_stored_without_them(site: Site) -> None:
    page = site.page("/assets/1")
    boxes = {box["name"]: box for box in page.select("input[type=password]")}

    assert "stored" in boxes["config-api_token"]["placeholder"]
    assert not boxes["config-password"]["placeholder"]
    assert not any(box.get("value") for box in boxes.values())
    assert page.select_one("[name='config-api_token.remove']")
    assert not page.select_one("[name='config-password.remove']")


def test_no_secret_in_any_page_address_or_log(site: Site) -> None:
    secrets = {
        "api_token": seed.TOKEN,
        "password": "fake-asset-secret",
        "ingest_key": "fake-ingest-secret",
    }  # pragma: allowlist secret
    given, in_text = "fake-parameter-secret", "fake-header-secret"
    site.soar.update_asset("1", {**config(site), **secrets})
    login = {"authentication": "basic", "user_name": "u", "password": given}
    headers = json.dumps({"X-Api-Key": in_text})
    run_id = site.begin(
        "create_destination",
        name="x",
        type="http",
        url="https://example.com",
        headers=headers,
        **login,
    )
    assert site.ended(run_id)["parameters"] == [
        {"name": "x", "type": "http", "authentication": "basic", "user_name": "u"}
    ]
    refused = site.post(
        "/actions/create_destination", {"parameter-password": given, "asset": "1", "container": "1"}
    )

    paths = [
        "",
        "assets",
        "assets/1",
        "actions",
        "runs",
        f"runs/{run_id}",
        f"runs/{run_id}/result.json",
        "containers",
        "containers/1",
        "vault",
    ]
    paths += ["users", f"actions/create_destination?again={run_id}"]
    texts = [refused.text, refused.url, *(site.get(f"/{path}").text for path in paths)]
    texts += [
        path.read_text(encoding="utf-8")
        for path in site.soar.installation.folder("var").rglob("*.log")
    ]
    encrypted = [
        value for name, value in site.soar.asset("1")["configuration"].items() if name in secrets
    ]
    for secret in [*secrets.values(), given, in_text, *encrypted]:
        assert not [text for text in texts if secret in text]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/7",
        "/actions/no_such",
        "/runs/7",
        f"/runs/{2**70}",
        "/containers/7",
        f"/containers/{2**70}",
        "/vault/7",
    ],
)
def test_what_is_not_there(site: Site, path: str) -> None:
    answer = site.get(path)

    assert answer.status_code == 404
    assert parsed(answer).select_one("h1").get_text() == "Page not found"
    assert parsed(answer).select_one("nav a[href='/actions']")
