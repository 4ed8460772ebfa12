# File: enterprise_security.py
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
"""SOAR's REST API for findings of Enterprise Security."""

from __future__ import annotations

import base64
from typing import Any, NoReturn

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import re_path
from local_soar import findings
from local_soar.containers import Refused

from dev.soar.web.replies import refused
from dev.soar.web.rest import ROOT, body_of, view_of


FINDINGS = ROOT + "enterprise_security/findings"
NOT_PAIRED = "Enterprise Security is not paired with this SOAR"


def bulk_create(request: HttpRequest) -> HttpResponse:
    body = body_of(request)
    given, container_ids = _parts(body)
    security = request.server.enterprise_security
    with security.lock:
        security.sizes.append(len(given))
        if security.failures:
            return refused("Not now", security.failures.pop(0))
        if not security.paired:
            return refused(NOT_PAIRED)
        if security.refuses_whole_calls:
            for finding in given:
                security.check(finding)
        answer = JsonResponse(_created(request, given, container_ids))
        if security.lost_answers:
            security.lost_answers -= 1
            return refused("The gateway waited too long", 504)
        return answer


def _parts(body: Any) -> tuple[list[Any], list[int | None]]:
    if isinstance(body, dict) and not set(body) <= {"findings", "container_ids"}:
        raise Refused("The body has findings and container_ids only")
    given = body.get("findings") if isinstance(body, dict) else body
    if not isinstance(given, list) or not given:
        raise Refused("The body has no list of findings")
    if len(given) > findings.MOST_FINDINGS:
        raise Refused(f"At most {findings.MOST_FINDINGS} findings are created at once")
    container_ids = body.get("container_ids") if isinstance(body, dict) else None
    if container_ids is None:
        return given, [None] * len(given)
    if not isinstance(container_ids, list) or len(container_ids) != len(given):
        raise Refused("container_ids has another length than findings")
    if not all(each is None or type(each) is int for each in container_ids):
        raise Refused("container_ids holds ids and null only")
    return given, container_ids


def _created(
    request: HttpRequest, given: list[Any], container_ids: list[int | None]
) -> dict[str, Any]:
    made, errors = [], []
    for index, (finding, container_id) in enumerate(zip(given, container_ids)):
        try:
            request.server.enterprise_security.check(finding)
            made.append(findings.create(request.soar.installation, finding, container_id))
        except Refused as error:
            errors.append({"index": index, "error": str(error)})
    return {
        "status": "success" if not errors else "partial" if made else "failed",
        "created": len(made),
        "failed": len(errors),
        "findings": [each.id for each in made],
        "container_ids": [each.container_id for each in made],
        "errors": errors,
    }


def create(request: HttpRequest) -> HttpResponse:
    security = request.server.enterprise_security
    if not security.paired:
        return refused(NOT_PAIRED)
    finding = body_of(request)
    security.check(finding)
    made = findings.create(request.soar.installation, finding)
    return JsonResponse({"finding_id": made.id, "container_id": made.container_id})


def files(request: HttpRequest, finding_id: str) -> HttpResponse:
    body = body_of(request)
    if not isinstance(body, dict) or set(body) != {
        *("file_name", "data", "source_type", "is_raw_email")
    }:
        _refuse_file("needs file_name, data, source_type and is_raw_email")
    if body["source_type"] != "Incident" or not isinstance(body["is_raw_email"], bool):
        _refuse_file("has another source_type or is_raw_email")
    try:
        content = base64.b64decode(body["data"], validate=True)
    except (TypeError, ValueError):
        _refuse_file("is not base64")
    findings.add_file(request.soar.installation, finding_id, str(body["file_name"]), len(content))
    return JsonResponse({"success": True})


def _refuse_file(why: str) -> NoReturn:
    raise Refused(f"The file {why}")


def system_info(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"base_url": request.server.url})


urls = [
    re_path(FINDINGS + r"/bulk_create/?$", view_of(bulk_create, "POST")),
    re_path(FINDINGS + r"/?$", view_of(create, "POST")),
    re_path(FINDINGS + r"/([0-9a-f-]{36})/files/?$", view_of(files, "POST")),
    re_path(r"^rest/system_info/?$", view_of(system_info, "GET")),
]
