# File: rest_handler.py
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
"""The app's REST handler: the manifest's `rest_handler` is called with Django's request and the
parts of the path.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from dev.soar.web.authentication import authenticated
from dev.soar.web.replies import UNEXPECTED, log_exception, plain


@authenticated
def handle(request: HttpRequest, app_name: str, rest: str = "") -> HttpResponse:
    app = request.soar.app
    if app_name != app.directory_name or "rest_handler" not in app.manifest:
        return plain("No such REST handler", 404)
    try:
        with request.soar.active(), app.on_path():
            return _checked(app.function(app.manifest["rest_handler"])(request, path_parts(rest)))
    except (Exception, SystemExit):
        log_exception(request)
        return plain(UNEXPECTED, 500)


def _checked(response: Any) -> HttpResponse:
    if not isinstance(response, HttpResponse):
        raise TypeError(
            f"The REST handler returned {type(response).__name__} instead of an HttpResponse"
        )
    return response


def path_parts(rest: str) -> list[str]:
    """What an address holds after the app, without empty parts."""
    return [part for part in rest.split("/") if part]


urls = [
    path("rest/handler/<str:app_name>", handle),
    path("rest/handler/<str:app_name>/", handle),  # a slash alone is no <path> for Django
    path("rest/handler/<str:app_name>/<path:rest>", handle),
]
