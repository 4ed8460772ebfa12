# File: assets.py
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
"""Assets: made, changed and tried. Their secrets go in and never come out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from local_soar import manifest

from dev.soar.assets import PLATFORM_KEYS
from dev.soar.web.pages.forms import AssetNameForm, ManifestForm, by_order
from dev.soar.web.pages.page import asset_or_404, show


PREFIX = "config"


def assets(request: HttpRequest) -> HttpResponse:
    declared = _declared(request)
    secret = manifest.password_keys(declared)
    # The app's first setting tells assets apart.
    first = next((name for name in by_order(declared) if name not in secret), "")
    found = [request.soar.asset(asset_id) for asset_id in request.soar.assets()]
    return show(
        request,
        "assets",
        first=first,
        assets=[{**each, "first": each["configuration"].get(first, "")} for each in found],
    )


def new(request: HttpRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    name, config = (
        AssetNameForm(request.soar, sent),
        ManifestForm(_declared(request), sent, prefix=PREFIX),
    )
    if sent is None or not (name.is_valid() and config.is_valid()):
        return show(request, "asset", name=name, config=config)
    request.soar.create_asset(name.cleaned_data["name"], config.values())
    return HttpResponseRedirect("/assets")


def asset(request: HttpRequest, asset_id: str) -> HttpResponse:
    found, declared = asset_or_404(request, asset_id), _declared(request)
    stored = [name for name in manifest.password_keys(declared) if found["configuration"].get(name)]
    shown = {name: value for name, value in found["configuration"].items() if name not in stored}
    sent = request.POST if request.method == "POST" else None
    # A value that is absent is shown as its default, as which the app takes it.
    config = ManifestForm(declared, sent, initial=shown, stored=stored, prefix=PREFIX)
    if sent is None or not config.is_valid():
        return show(
            request,
            "asset",
            asset=found,
            config=config,
            server=request.server,
            webhook_url=request.server.webhook_url(asset_id),
        )
    secrets = request.soar.decrypted(found)
    secrets_to_keep = {name: secrets[name] for name in config.secrets_to_keep()}
    platform = {name: value for name, value in shown.items() if name in PLATFORM_KEYS}
    request.soar.update_asset(asset_id, {**platform, **secrets_to_keep, **config.values()})
    return HttpResponseRedirect("/assets")


def test(request: HttpRequest, asset_id: str) -> HttpResponse:
    """Test connectivity."""
    asset_or_404(request, asset_id)
    return HttpResponseRedirect(
        f"/runs/{request.server.runs.begin('test connectivity', asset=asset_id)}"
    )


def _declared(request: HttpRequest) -> dict[str, Any]:
    declared: dict[str, Any] = request.soar.app.manifest.get("configuration", {})
    return declared
