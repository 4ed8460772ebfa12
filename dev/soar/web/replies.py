# File: replies.py
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
"""Replies that several addresses share. The reason of an unexpected error stays in spawn.log."""

from __future__ import annotations

import traceback

from django.http import HttpRequest, HttpResponse, JsonResponse


UNEXPECTED = "Internal server error; the log has the details"


def refused(message: str, status: int = 400) -> JsonResponse:
    """SOAR's JSON for what it does not do."""
    return JsonResponse({"failed": True, "message": message}, status=status)


def plain(message: str, status: int) -> HttpResponse:
    return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")


def log_exception(request: HttpRequest) -> None:
    """The exception that is being handled, with its traceback, into the log of the SOAR that is
    asked.
    """
    request.soar.installation.log(
        f"ERROR {request.method} {request.path}\n{traceback.format_exc()}"
    )
