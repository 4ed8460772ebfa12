# File: home.py
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
"""The start page: a guided first run, and the latest runs, containers and findings."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse

from dev.soar.runtime import LocalSoar
from dev.soar.subjects import subjects
from dev.soar.web.pages.page import show


NEWEST = 5

# An action in the manifest, and a run of it.
Run = tuple[dict[str, Any], dict[str, Any]]


class Step(NamedTuple):
    """`address` is a page, or with `posts` what a button there is sent to."""

    title: str
    text: str
    address: str
    done: bool
    posts: bool = False


def home(request: HttpRequest) -> HttpResponse:
    steps = first_steps(request.soar)
    return show(
        request,
        "home",
        steps=steps,
        next=next((step for step in steps if not step.done), None),
        runs=_newest(request.soar.app_runs()),
        containers=_newest(request.soar.containers()),
        findings=_newest(request.soar.findings()),
    )


def first_steps(soar: LocalSoar) -> list[Step]:
    """What to try first, as far as this app has it. What is stored tells what was done."""
    succeeded, read = _succeeded(soar), _first_read(soar)
    steps = _with_an_asset(soar, succeeded)
    if read:
        text, address = read.get("description", ""), f"/actions/{read['identifier']}"
        done = any(_is_read(action) for action, _ in succeeded)
        steps.append(Step(f"Run {read['action']}", text, address, done))
    if soar.app.polls:
        steps += _with_a_poll(soar, succeeded)
    return steps


def _with_an_asset(soar: LocalSoar, succeeded: list[Run]) -> list[Step]:
    assets = soar.assets()
    asset_id = next(iter(assets), "")
    create = Step(
        "Create an asset",
        ", ".join(assets.values()) or "a server's address and credentials",
        "/assets" if assets else "/assets/new",
        bool(assets),
    )
    test = Step(
        "Test connectivity",
        f"on the asset {assets.get(asset_id, 'that you create')}",
        f"/assets/{asset_id}/test" if asset_id else "/assets",
        any(action["type"] == "test" for action, _ in succeeded),
        posts=bool(asset_id),
    )
    return [create, test]


def _with_a_poll(soar: LocalSoar, succeeded: list[Run]) -> list[Step]:
    polled = [each["id"] for each in soar.containers() if each.get("source_data_identifier")]
    poll = Step(
        "Poll",
        "with Poll Now, which makes containers",
        "/containers",
        any(action["type"] == "ingest" for action, _ in succeeded),
    )
    look = Step(
        "Open a container",
        "and run an action for it, from the menu of a value that is marked with ▾",
        f"/containers/{polled[-1]}" if polled else "/containers",
        any(
            run["container_id"] in polled for action, run in succeeded if action["type"] != "ingest"
        ),
    )
    return [poll, look]


def _succeeded(soar: LocalSoar) -> list[Run]:
    actions = {action["identifier"]: action for action in soar.app.manifest["actions"]}
    return [
        (actions[run["identifier"]], run)
        for run in soar.app_runs()
        if run["status"] == "success" and run["identifier"] in actions
    ]


def _first_read(soar: LocalSoar) -> dict[str, Any] | None:
    """The first one in the app's own order that can be run without knowing anything."""
    reads = [
        action
        for subject in subjects(soar.app)
        for action in subject.actions
        if _is_read(action)
        and not any(field.get("required") for field in action.get("parameters", {}).values())
    ]
    return next(iter(reads), None)


def _is_read(action: dict[str, Any]) -> bool:
    return bool(action.get("read_only")) and action["type"] not in ("test", "ingest")


def _newest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return rows[: -NEWEST - 1 : -1]
