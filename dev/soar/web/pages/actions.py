# File: actions.py
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
"""The actions: found by name, filled in, and begun."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from dev.soar.application import NoSuchAppError
from dev.soar.subjects import subjects
from dev.soar.web.pages.forms import ManifestForm, WhereForm
from dev.soar.web.pages.page import show
from dev.soar.web.pages.seen import seen_values


PREFIX = "parameter"


def actions(request: HttpRequest) -> HttpResponse:
    words, kind = request.GET.get("search", "").lower().split(), request.GET.get("type", "")
    declared = request.soar.app.manifest["actions"]
    found = [
        subject._replace(
            actions=[action for action in subject.actions if _matches(action, words, kind)]
        )
        for subject in subjects(request.soar.app)
    ]
    return show(
        request,
        "actions",
        subjects=[subject for subject in found if subject.actions],
        types=sorted({action["type"] for action in declared}),
        chosen_type=kind,
        search=request.GET.get("search", ""),
    )


def _matches(action: dict[str, Any], words: list[str], kind: str) -> bool:
    text = f"{action['action']} {action.get('description', '')}".lower()
    return kind in ("", action["type"]) and all(word in text for word in words)


def action(request: HttpRequest, identifier: str) -> HttpResponse:
    """An action's form; POST begins a run. `?again=` is the run whose parameters it starts with."""
    entry = _action(request, identifier)
    if request.method == "GET":
        return _form(request, entry, *_as_in_run(request, entry))
    where = WhereForm(request.soar, request.POST)
    parameters = ManifestForm(entry.get("parameters", {}), request.POST, prefix=PREFIX)
    if not (where.is_valid() and parameters.is_valid()):
        return _shown(request, entry, where, parameters)
    target = {"asset": where.cleaned_data["asset"], "container_id": where.cleaned_data["container"]}
    return HttpResponseRedirect(
        f"/runs/{request.server.runs.begin(entry['identifier'], parameters.values(), **target)}"
    )


def carry(request: HttpRequest) -> HttpResponse:
    """The form of an action with a value that a context menu brings.

    It also takes over what the run that showed the value was about, where that fits: the
    connection, beside one of its processes.
    """
    entry = _action(request, request.POST.get("action", ""))
    declared, name = entry.get("parameters", {}), request.POST.get("parameter", "")
    if name not in declared:
        raise Http404
    around = _of_run(request, request.POST.get("run", ""))
    known = {
        other: around["parameters"][other]
        for other, field in declared.items()
        if field.get("contains")
        and other in around["parameters"]
        and field["contains"] == around["declared"].get(other, {}).get("contains")
    }
    initial = {
        "asset": around["asset"] or request.POST.get("asset"),
        "container": request.POST.get("container") or around["container"],
    }
    return _form(request, entry, {**known, name: request.POST.get("value", "")}, initial)


def _form(
    request: HttpRequest, entry: dict[str, Any], values: dict[str, Any], where: dict[str, Any]
) -> HttpResponse:
    parameters = ManifestForm(entry.get("parameters", {}), initial=values, prefix=PREFIX)
    return _shown(request, entry, WhereForm(request.soar, initial=where), parameters)


def _shown(
    request: HttpRequest, entry: dict[str, Any], where: WhereForm, parameters: ManifestForm
) -> HttpResponse:
    parameters.offer(seen_values(request.soar, entry.get("parameters", {})))
    return show(request, "action", action=entry, where=where, parameters=parameters)


def _action(request: HttpRequest, name: str) -> dict[str, Any]:
    try:
        entry: dict[str, Any] = request.soar.app.action(name)
    except NoSuchAppError as error:
        raise Http404 from error
    return entry


def _as_in_run(
    request: HttpRequest, entry: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    run = _of_run(request, request.GET.get("again", ""))
    same = run["identifier"] == entry["identifier"]
    where = {
        "asset": request.GET.get("asset") or run["asset"],
        "container": request.GET.get("container") or run["container"],
    }
    return (run["parameters"] if same else {}), where


def _of_run(request: HttpRequest, run_id: str) -> dict[str, Any]:
    """What a run was about: `identifier`, `declared` parameters, `parameters`, `asset`,
    `container`; nothing without a run.
    """
    try:
        run = request.soar.app_run(int(run_id))
        declared = request.soar.app.action(run["identifier"]).get("parameters", {})
    except (LookupError, OverflowError, ValueError):
        return {"identifier": "", "declared": {}, "parameters": {}, "asset": None, "container": 1}
    parameters = (run["parameters"] or [{}])[0]
    return {
        **run,
        "declared": declared,
        "parameters": parameters,
        "asset": run["asset_id"],
        "container": run["container_id"],
    }
