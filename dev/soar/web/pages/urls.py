# File: urls.py
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
"""The addresses of the pages. They need no login: only the loopback interface serves them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.static import serve

from dev.soar.web.pages import actions, assets, containers, findings, home, runs, users, vault
from dev.soar.web.pages.page import page
from dev.soar.web.widgets import STATIC


LOGOS = {"light": "logo", "dark": "logo_dark"}


def logo(request: HttpRequest, theme: str) -> HttpResponse:
    """The app's logo for a light or a dark page."""
    if theme not in LOGOS:
        raise Http404
    app = request.soar.app
    name = app.manifest.get(LOGOS[theme]) or app.manifest.get(LOGOS["light"])
    if not name:
        raise Http404
    return serve(request, name, document_root=app.directory)


urls = [
    path("", page(home.home)),
    path("assets", page(assets.assets)),
    path("assets/new", page(assets.new, "GET", "POST")),
    path("assets/<str:asset_id>", page(assets.asset, "GET", "POST")),
    path("assets/<str:asset_id>/test", page(assets.test, "POST")),
    path("actions", page(actions.actions)),
    path("actions/<str:identifier>", page(actions.action, "GET", "POST")),
    path("carry", page(actions.carry, "POST")),
    path("runs", page(runs.runs)),
    path("runs/<int:run_id>", page(runs.run)),
    path("runs/<int:run_id>/progress", page(runs.progress)),
    path("runs/<int:run_id>/cancel", page(runs.cancel, "POST")),
    path("runs/<int:run_id>/result.json", page(runs.result_json)),
    path("containers", page(containers.containers, "GET", "POST")),
    path("containers/<int:container_id>", page(containers.container)),
    path("findings", page(findings.findings)),
    path("vault", page(vault.vault, "GET", "POST")),
    path("vault/<int:item_id>", page(vault.download)),
    path("users", page(users.users, "GET", "POST")),
    path("logo/<str:theme>", page(logo)),
    path("static/<path:path>", serve, {"document_root": STATIC}),
]
