# File: login.py
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
"""Logging in and out with a browser, or as the customary main() of an app file does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_protect, ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST
from local_soar import accounts

from dev.soar.web.authentication import SESSION_COOKIE


@require_http_methods(["GET", "POST"])
@ensure_csrf_cookie
@csrf_protect
def log_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, "login.html")
    account = accounts.by_password(
        request.soar.installation,
        request.POST.get("username", ""),
        request.POST.get("password", ""),
    )
    if account is None:
        return render(request, "login.html", {"failed": True}, status=401)
    # A program looks for the cookie in this very answer, while a browser wants to get on.
    browser = "text/html" in request.headers.get("Accept", "")
    response: HttpResponse = (
        HttpResponseRedirect("/") if browser else JsonResponse({"success": True})
    )
    set_session(request, response, accounts.begin_session(request.soar.installation, account.name))
    return response


@require_POST
@csrf_protect
def log_out(request: HttpRequest) -> HttpResponse:
    accounts.end_session(request.soar.installation, request.COOKIES.get(SESSION_COOKIE, ""))
    response = HttpResponseRedirect("/login")
    response.delete_cookie(SESSION_COOKIE)
    return response


def set_session(request: HttpRequest, response: HttpResponse, session: str) -> None:
    """Give the browser its session: no script reads it, and no other site's form sends it."""
    response.set_cookie(
        SESSION_COOKIE, session, httponly=True, samesite="Lax", secure=request.is_secure()
    )


urls = [path("login", log_in), path("logout", log_out)]
