# File: authentication.py
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
"""SOAR's authentication: an automation user's token, HTTP Basic, or a session cookie."""

from __future__ import annotations

import base64
from functools import wraps
from typing import Any, Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from local_soar import accounts
from local_soar.accounts import Account

from dev.soar.web.replies import refused


TOKEN_HEADER = "ph-auth-token"
PROXY_PATH = "/rest/broker/api_proxy/"
LOOPBACK = ("127.0.0.0/8", "::1/128")
SESSION_COOKIE = "sessionid"

View = Callable[..., HttpResponse]


def caller(request: HttpRequest) -> Account | None:
    """Who calls. The first proof that is there decides, so that a wrong one is not made good by
    another.
    """
    installation = request.soar.installation
    way = installation.profile.rest_for_apps
    token = request.headers.get(TOKEN_HEADER)
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if request.path.startswith(PROXY_PATH):
        known = way == "broker_proxy" and scheme == "Bearer"
        return accounts.by_session(installation, credentials) if known else None
    if token is not None:
        run = accounts.by_session(installation, token) if way == "broker" else None
        return run or accounts.by_token(installation, token, request.META["REMOTE_ADDR"])
    if scheme.lower() == "basic":
        name_and_password = _decoded(credentials)
        return accounts.by_password(installation, *name_and_password) if name_and_password else None
    session = request.COOKIES.get(SESSION_COOKIE)
    if session:
        return accounts.by_session(installation, session)
    return Account("app run") if way == "open" and _asks_the_rest_api(request) else None


def _asks_the_rest_api(request: HttpRequest) -> bool:
    """From this host, for what is there."""
    return (
        request.method == "GET"
        and request.path.startswith("/rest/")
        and bool(accounts.address_in(request.META["REMOTE_ADDR"], LOOPBACK))
    )


def authenticated(view: View) -> View:
    """The view for known callers, whom it finds as `request.account`; 401 for others, 403 for a
    session's change without a CSRF token.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = caller(request)
        if account is None:
            return refused("Authentication failed", 401)
        request.account = account
        return (protected if account.by_cookie else view)(request, *args, **kwargs)

    return answer


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    return refused(f"CSRF verification failed. {reason}", 403)


def _decoded(credentials: str) -> tuple[str, str] | None:
    try:
        name, colon, password = (
            base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")
        )
    except ValueError:
        return None
    return (name, password) if colon else None
