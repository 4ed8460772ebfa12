# File: rest.py
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
"""SOAR's REST API, as far as those who bring containers and artifacts use it."""

from __future__ import annotations

import json
import math
from functools import wraps
from typing import Any, NoReturn

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import re_path
from local_soar import containers
from local_soar.containers import Outcome, Refused, Saved

from dev.soar.runtime import LocalSoar
from dev.soar.web.authentication import View, authenticated
from dev.soar.web.replies import refused


PAGE_SIZE = 10
ROOT = r"^rest/(?:broker/api_proxy/)?"  # automation brokers come by the longer way
FILTER = "_filter_"
EXPECTED = "a single text, number or Boolean"
NOT_FOUND = "Requested item not found"


def view_of(view: View, *methods: str) -> View:
    """For known callers and these methods; what is refused becomes SOAR's JSON."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any) -> HttpResponse:
        if request.method not in methods:
            return refused(f"Method {request.method} is not allowed", 405)
        try:
            return view(request, *args)
        except Refused as error:
            return refused(str(error))
        except RecursionError:
            return refused("The body is nested too deeply")

    return authenticated(answer)


def container_list(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, "containers")
    container = body_of(request)
    if not isinstance(container, dict):
        raise Refused("The container is not an object")
    _check_asset(request.soar, container.get("asset_id"))
    saved = containers.save_container(request.soar.installation, container)
    key = "existing_container_id" if saved.duplicate else "id"
    return JsonResponse(
        {
            **_success(saved),
            key: saved.id,
            "artifacts": [_artifact_reply(artifact) for artifact in saved.artifacts],
        }
    )


def artifact_list(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, "artifacts")
    body = body_of(request)
    if not isinstance(body, list):
        return JsonResponse(
            _artifact_reply(containers.save_artifacts(request.soar.installation, [body])[0])
        )
    atomic = request.soar.installation.profile.artifact_list_is_atomic
    save = containers.save_artifacts if atomic else containers.save_each_artifact
    return JsonResponse(
        [_artifact_reply(outcome) for outcome in save(request.soar.installation, body)], safe=False
    )


def asset_list(request: HttpRequest) -> HttpResponse:
    filters = _filters(request)
    if set(filters) - {"id", "name"}:
        raise Refused("Assets are found by id and name")
    assets = [request.soar.asset(asset_id) for asset_id in request.soar.assets()]
    matching = [
        asset for asset in assets if all(asset[field] == value for field, value in filters.items())
    ]
    page, size = _paging(request)
    return _listed(len(matching), matching[page * size :][: size or None], size)


def container(request: HttpRequest, container_id: str) -> HttpResponse:
    if request.method == "GET":
        return _one(request, "containers", container_id)
    changes = body_of(request)
    if not isinstance(changes, dict) or set(changes) != {"status"}:
        raise Refused("Of a container that exists, only its status can be changed here")
    number = min(int(container_id), containers.LARGEST_ID)
    if not containers.set_status(request.soar.installation, number, changes["status"]):
        return refused(NOT_FOUND, 404)
    return JsonResponse({"success": True, "id": number})


def artifact(request: HttpRequest, artifact_id: str) -> HttpResponse:
    return _one(request, "artifacts", artifact_id)


def asset(request: HttpRequest, asset_id: str) -> HttpResponse:
    if asset_id not in request.soar.assets():
        return refused(NOT_FOUND, 404)
    return JsonResponse(request.soar.asset(asset_id))


def unknown(_request: HttpRequest) -> HttpResponse:
    return refused(NOT_FOUND, 404)


def _page(request: HttpRequest, table: str) -> HttpResponse:
    page, size = _paging(request)
    count, records = containers.select(
        request.soar.installation, table, _filters(request), page, size
    )
    return _listed(count, records, size)


def _listed(count: int, records: list[dict[str, Any]], size: int) -> HttpResponse:
    return JsonResponse(
        {"count": count, "num_pages": math.ceil(count / size) if size else 1, "data": records}
    )


def _one(request: HttpRequest, table: str, record_id: str) -> HttpResponse:
    number = int(record_id)
    _, records = containers.select(
        request.soar.installation, table, {"id": min(number, containers.LARGEST_ID)}
    )
    return JsonResponse(records[0]) if records else refused(NOT_FOUND, 404)


def _paging(request: HttpRequest) -> tuple[int, int]:
    """Number of the page, from 0 on, and its size, 0 for all on one."""
    page, size = request.GET.get("page", "0"), request.GET.get("page_size", str(PAGE_SIZE))
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in (page, size)):
        raise Refused("page and page_size must be whole numbers")
    return int(page), int(size)


def _filters(request: HttpRequest) -> dict[str, Any]:
    """Values by field from `_filter_name="x"` and `_filter_name__in=["x", "y"]`: each value is
    JSON, so text stands in quotation marks.
    """
    return {
        key[len(FILTER) :]: _filter_value(key, text)
        for key, text in request.GET.items()
        if key.startswith(FILTER)
    }


def _filter_value(key: str, text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        str(value).encode("utf-8")  # half a surrogate pair is nothing that could be there
    except ValueError as error:
        raise Refused(f"{key}: {text} is not a value; put text in quotation marks") from error
    several = key.endswith(containers.IN)
    if several != isinstance(value, list):
        raise Refused(f"{key}: expected {'a list' if several else EXPECTED}")
    for each in value if several else (value,):
        if isinstance(each, (list, dict)) or (
            isinstance(each, int) and abs(each) > containers.LARGEST_ID
        ):
            raise Refused(f"{key}: expected {EXPECTED}")
    return value


def body_of(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body, parse_constant=_refuse_constant)
    except ValueError as error:
        raise Refused(f"The body is not valid JSON: {error}") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not valid JSON")


def _check_asset(soar: LocalSoar, asset_id: Any) -> None:
    if asset_id is not None and str(asset_id) not in soar.assets():
        raise Refused(f"Unknown asset {asset_id!r}")


def _artifact_reply(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Refused):
        return {"failed": True, "message": str(outcome)}
    return {**_success(outcome), "existing_artifact_id" if outcome.duplicate else "id": outcome.id}


def _success(saved: Saved) -> dict[str, bool]:
    # Whether SOAR calls a duplicate a success or a failure is not known, so it is called neither.
    return {} if saved.duplicate else {"success": True}


# Longer numbers are no ids, and Python refuses to read some thousand digits.
urls = [
    re_path(ROOT + r"container/?$", view_of(container_list, "GET", "POST")),
    re_path(ROOT + r"container/([0-9]{1,99})/?$", view_of(container, "GET", "POST")),
    re_path(ROOT + r"artifact/?$", view_of(artifact_list, "GET", "POST")),
    re_path(ROOT + r"artifact/([0-9]{1,99})/?$", view_of(artifact, "GET")),
    re_path(ROOT + r"asset/?$", view_of(asset_list, "GET")),
    re_path(ROOT + r"asset/([0-9]{1,99})/?$", view_of(asset, "GET")),
    re_path(r"^rest/", authenticated(unknown)),
]
