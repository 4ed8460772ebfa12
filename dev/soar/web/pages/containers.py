# File: containers.py
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
"""Containers and artifacts, as polling and the receiver leave them, and polling itself."""

from __future__ import annotations

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from local_soar import containers as stored

from dev.soar.poll_parameters import poll_parameters
from dev.soar.web.pages.forms import PollForm
from dev.soar.web.pages.page import show
from dev.soar.web.pages.tables import Kinds
from dev.soar.web.widgets import menu_candidates


PAGE_SIZE = 50
ARTIFACTS_PAGE = 100


def containers(request: HttpRequest) -> HttpResponse:
    """The newest first; POST polls, as the dialog of Poll Now does or, with `scheduled`, as the
    schedule does.
    """
    poll = PollForm(request.soar, request.POST if request.method == "POST" else None)
    if request.method == "POST" and poll.is_valid():
        given = poll.cleaned_data
        parameters = (
            poll_parameters()
            if "scheduled" in request.POST
            else poll_parameters(given["containers"], given["artifacts"])
        )
        return HttpResponseRedirect(
            f"/runs/{request.server.runs.begin('on poll', parameters, asset=given['asset'])}"
        )
    newest = Paginator(request.soar.containers()[::-1], PAGE_SIZE).get_page(request.GET.get("page"))
    return show(
        request,
        "containers",
        poll=poll if request.soar.app.polls else None,
        containers=newest,
    )


def container(request: HttpRequest, container_id: int) -> HttpResponse:
    found = stored.find_container(request.soar.installation, min(container_id, stored.LARGEST_ID))
    if found is None:
        raise Http404
    _, artifacts = stored.select(
        request.soar.installation, "artifacts", {"container_id": container_id}
    )
    artifacts_page = Paginator(artifacts, ARTIFACTS_PAGE).get_page(request.GET.get("page"))
    files = [
        item for item in request.soar.vault_items()[::-1] if item["container_id"] == container_id
    ]
    runs = [run for run in request.soar.app_runs()[::-1] if run["container_id"] == container_id]
    kinds = Kinds(menu_candidates(request.soar.app))
    return show(
        request,
        "container",
        container=found,
        record=json.dumps(found, indent=2, ensure_ascii=False),
        page=artifacts_page,
        artifacts=[_shown(kinds, artifact) for artifact in artifacts_page],
        files=files[:PAGE_SIZE],
        more_files=files[PAGE_SIZE:],
        runs=runs[:PAGE_SIZE],
        more_runs=runs[PAGE_SIZE:],
    )


def _shown(kinds: Kinds, artifact: dict[str, Any]) -> dict[str, Any]:
    return {
        **artifact,
        "values": kinds.cef(artifact),
        "raw": json.dumps(artifact.get("data") or {}, indent=2, ensure_ascii=False),
    }
