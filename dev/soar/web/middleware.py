# File: middleware.py
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
"""What every request passes: it gets its SOAR, and its errors go to that SOAR's log."""

from __future__ import annotations

import re
from typing import Callable

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError

from dev.soar.web.replies import UNEXPECTED, log_exception, plain, refused
from dev.soar.web.server import SERVER_KEY


LONGEST_LENGTH = 9  # digits: what is taken is held in memory
# Django itself answers these, with 404 and 400.
ANSWERED = (Http404, BadRequest, MultiPartParserError, SuspiciousOperation)


class PlatformMiddleware:
    """Sets `request.server` (SoarServer) and `request.soar` (LocalSoar)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.server = request.META[SERVER_KEY]
        request.soar = request.server.soar
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            # Django reads bodies by their length only. SOAR has a web server in front that finds it
            # out.
            return plain("Send the body with a Content-Length", 411)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not re.fullmatch("[0-9]+", length):
            return plain("The Content-Length is not a number of bytes", 400)
        if len(length) > LONGEST_LENGTH:
            return plain("The body is too large", 413)
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ANSWERED):
            return None
        log_exception(request)
        return (
            refused(UNEXPECTED, 500)
            if request.path.startswith("/rest/")
            else plain(UNEXPECTED, 500)
        )
