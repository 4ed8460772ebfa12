# File: runs.py
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
"""App runs: what they do while they do it, and their results."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from dev.soar.application import NoSuchAppError
from dev.soar.runtime import LocalSoar
from dev.soar.web.pages.page import POLICY_IN_FRAME, POLICY_WITH_WIDGET, show
from dev.soar.web.pages.tables import Kinds
from dev.soar.web.replies import log_exception, plain
from dev.soar.web.widgets import menu_candidates, render_widget


PAGE_SIZE = 50
SHOWN_JSON = 200_000  # characters
LOOK_SECONDS = 0.25
# Browsers have six connections to a server, of which a run of hours must not keep one for good.
FRAME_SECONDS = 60


def runs(request: HttpRequest) -> HttpResponse:
    newest = Paginator(request.soar.app_runs()[::-1], PAGE_SIZE)
    return show(request, "runs", runs=newest.get_page(request.GET.get("page")))


def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """A run. While it is under way the page holds a frame with its progress, and asks for itself
    again when that has come to its end.
    """
    found = _run(request, run_id)
    action = _action(request, found)
    kinds = Kinds(menu_candidates(request.soar.app))
    entries = request.soar.action_results(run_id) if found["ended"] else []
    result = {**(found["result"] or {}), "result_data": entries}
    widget = _widget(request, found, result) if entries else None
    in_json = json.dumps(result, indent=2, ensure_ascii=False)
    response = show(
        request,
        "run",
        run=found,
        cancelled="cancelled" in request.GET,
        asset=request.soar.assets().get(found["asset_id"], ""),
        progress=request.soar.progress(run_id) if found["ended"] else [],
        given=[
            named
            for each in found["parameters"] or []
            for named in kinds.summary(action, each, "parameter")
        ],
        results=[_shown(kinds, action, entry, with_table=widget is None) for entry in entries],
        widget=widget,
        # What polling has saved is counted for the whole run.
        totals=(
            kinds.summary({}, result.get("result_summary") or {}, "summary")
            if action.get("type") == "ingest"
            else []
        ),
        json=in_json[:SHOWN_JSON],
        json_omitted=len(in_json) > SHOWN_JSON,
    )
    if widget:
        response.headers["Content-Security-Policy"] = POLICY_WITH_WIDGET
    return response


def progress(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    """The frame: one document that grows until the run has ended, or for FRAME_SECONDS."""
    _run(request, run_id)
    headers = {"X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": POLICY_IN_FRAME}
    return StreamingHttpResponse(_growing(request.soar, run_id), headers=headers)


def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    if _run(request, run_id)["ended"] is None:
        try:
            request.soar.cancel(run_id)
        except LookupError:
            return plain("Another program is running this action; cancel it there", 409)
    return HttpResponseRedirect(f"/runs/{run_id}?cancelled=yes")


def result_json(request: HttpRequest, run_id: int) -> HttpResponse:
    """The whole result, to be saved."""
    result = {
        **(_run(request, run_id)["result"] or {}),
        "result_data": request.soar.action_results(run_id),
    }
    return JsonResponse(
        result, headers={"Content-Disposition": f'attachment; filename="run-{run_id}.json"'}
    )


def _growing(soar: LocalSoar, run_id: int) -> Iterator[str]:
    """The beginning of a page, and the list of the messages each time that it has changed; the page
    shows the last one.
    """
    yield render_to_string("pages/progress.html")
    shown, until = None, time.monotonic() + FRAME_SECONDS
    while time.monotonic() < until:
        ended = soar.app_run(run_id)["ended"]  # first, because the last message may come meanwhile
        messages = soar.progress(run_id)
        # Without a change something is sent as well, which fails when nobody listens any more.
        yield (
            render_to_string("pages/progress_list.html", {"progress": messages})
            if messages != shown
            else "\n"
        )
        if ended:
            return
        shown = messages
        time.sleep(LOOK_SECONDS)


def _run(request: HttpRequest, run_id: int) -> dict[str, Any]:
    try:
        found: dict[str, Any] = request.soar.app_run(run_id)
    except (LookupError, OverflowError) as error:
        raise Http404 from error
    return found


def _action(request: HttpRequest, found: dict[str, Any]) -> dict[str, Any]:
    try:
        action: dict[str, Any] = request.soar.app.action(found["identifier"])
    except NoSuchAppError:  # the app had it once
        return {"action": found["action"], "identifier": found["identifier"]}
    return action


def _widget(request: HttpRequest, found: dict[str, Any], result: dict[str, Any]) -> str | None:
    """HTML of the custom view; None where there is none, or where it fails: then the table shows
    what there is.
    """
    try:
        html = render_widget(
            request.soar.app, found["identifier"], [result], container_id=found["container_id"]
        )
    except Exception:
        log_exception(request)
        return None
    # The widget's own template has escaped what is in it.
    return mark_safe(html) if html else None


def _shown(
    kinds: Kinds, action: dict[str, Any], entry: dict[str, Any], *, with_table: bool
) -> dict[str, Any]:
    return {
        "status": entry["status"],
        "message": entry["message"],
        # A widget says itself why there is nothing in it.
        "in_widget": not with_table and (entry["status"] != "success" or not entry["data"]),
        "summary": kinds.summary(action, entry["summary"], "summary"),
        "table": kinds.table(action, entry["data"]) if with_table and entry["data"] else None,
    }
