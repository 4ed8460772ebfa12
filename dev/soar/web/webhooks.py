# File: webhooks.py
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
"""The app's webhook: the manifest's `webhook` says who may call it with which headers, and which
function answers.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import requests
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from local_soar import accounts

from dev.soar.web.authentication import SESSION_COOKIE, authenticated
from dev.soar.web.replies import UNEXPECTED, log_exception, plain
from dev.soar.web.rest_handler import path_parts


EVERYWHERE = ("0.0.0.0/0", "::/0")
# How long the session lasts that a handler gets; it ends earlier with the handler.
SESSION_SECONDS = 3600
FIRST_WITH_LISTS = 7
REPLY = {"status_code": int, "headers": list, "content": str, "is_base64_encoded": bool}


class SoarRestClient(NamedTuple):
    """What a handler calls SOAR's REST API with; its session's cookie needs no CSRF token."""

    base_url: str
    asset_id: int
    session: requests.Session


@csrf_exempt
def receive(request: HttpRequest, directory: str, asset_id: str, route: str = "") -> HttpResponse:
    app = request.soar.app
    webhook = app.manifest.get("webhook")
    if webhook is None or directory != app.directory_name or asset_id not in request.soar.assets():
        return plain("No such webhook", 404)
    if not accounts.address_in(
        request.META["REMOTE_ADDR"], webhook.get("ip_allowlist", EVERYWHERE)
    ):
        return plain("This address may not call the webhook", 403)
    answer = _answer_known if webhook.get("requires_auth", True) else _answer
    return answer(request, webhook, asset_id, route)


def _answer(
    request: HttpRequest, webhook: dict[str, Any], asset_id: str, route: str
) -> HttpResponse:
    profile = request.soar.installation.profile
    if len(request.body) < int(request.META.get("CONTENT_LENGTH") or 0):
        return plain("The body is incomplete", 400)
    try:
        body = request.body.decode(
            "utf-8", "replace" if profile.undecodable_body == "replaced" else "strict"
        )
    except UnicodeDecodeError:
        return plain("The body is not UTF-8", 400)
    asset = request.soar.asset(asset_id)
    app = request.soar.app
    try:
        with request.soar.active(), app.on_path(), _rest_client(request, asset["id"]) as client:
            reply = app.function(webhook["handler"])(
                method=request.method,
                headers=_allowed(request, webhook.get("allowed_headers", [])),
                path_parts=path_parts(route),
                query=_query(request),
                body=body or None,
                asset=(
                    asset["configuration"]
                    if profile.webhook_secrets_encrypted
                    else request.soar.decrypted(asset)
                ),
                soar_rest_client=client,
            )
        return _response(reply)
    except (Exception, SystemExit):
        log_exception(request)
        return plain(UNEXPECTED, 500)


_answer_known = authenticated(_answer)


def _allowed(request: HttpRequest, names: list[str]) -> dict[str, str]:
    return {
        name: value
        for name, value in request.headers.items()
        if name.lower() in map(str.lower, names)
    }


def _query(request: HttpRequest) -> dict[str, Any]:
    """Lists of values by key; before SOAR 7 the last value, or None when it is empty."""
    lists = dict(request.GET.lists())
    if int(request.soar.installation.profile.product_version.split(".")[0]) >= FIRST_WITH_LISTS:
        return lists
    return {key: values[-1] or None for key, values in lists.items()}


@contextmanager
def _rest_client(request: HttpRequest, asset_id: int) -> Iterator[SoarRestClient]:
    home, server = request.soar.installation, request.server
    cookie = accounts.begin_session(home, None, SESSION_SECONDS)
    try:
        with requests.Session() as session:
            session.headers["Cookie"] = f"{SESSION_COOKIE}={cookie}"
            # Proxies of the environment do not lead to the loopback interface.
            session.trust_env = False
            session.verify = server.ca_file or True
            yield SoarRestClient(
                f"{server.url}/rest" if home.profile.webhook_url_has_rest else server.url,
                asset_id,
                session,
            )
    finally:
        accounts.end_session(home, cookie)


def _response(reply: Any) -> HttpResponse:
    """The handler's dict as the HTTP response; TypeError or ValueError when it is not exactly what
    SOAR takes.
    """
    if not isinstance(reply, dict) or set(reply) != set(REPLY):
        raise TypeError(f"A webhook's handler must return a dict of {', '.join(REPLY)}")
    for key, kind in REPLY.items():
        if type(reply[key]) is not kind:
            raise TypeError(f"{key} is {type(reply[key]).__name__} instead of {kind.__name__}")
    content = (
        base64.b64decode(reply["content"], validate=True)
        if reply["is_base64_encoded"]
        else reply["content"].encode("utf-8")
    )
    response = HttpResponse(
        content, status=reply["status_code"], content_type="text/plain; charset=utf-8"
    )
    for header in reply["headers"]:
        if not isinstance(header, (list, tuple)) or [type(part) for part in header] != [str, str]:
            raise TypeError("headers must be pairs of a name and a value")
        name, value = header
        response[name] = value
    return response


urls = [
    path("webhook/<str:directory>/<str:asset_id>", receive),
    path("webhook/<str:directory>/<str:asset_id>/", receive),
    path("webhook/<str:directory>/<str:asset_id>/<path:route>", receive),
]
