# File: page.py
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
"""What every page has: its methods, protection against other sites, and headers that keep browsers
from doing more than they should.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from dev.soar.web.authentication import View
from dev.soar.web.widgets import menu_candidates


POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors"
    " 'none'; object-src 'none'"
)
POLICY_IN_FRAME = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
# Widgets are made for SOAR: they bring their style, and open menus by attributes. Scripts among
# their elements stay forbidden.
POLICY_WITH_WIDGET = f"{POLICY}; style-src 'self' 'unsafe-inline'; script-src-attr 'unsafe-inline'"
# What Django refuses by itself, in words for the person who sees it.
REFUSED = {
    403: (
        "The form did not come from a page of this SOAR, or the browser did not keep the page's"
        " cookie. Allow cookies for this address, reload the page, and fill in the form again."
    ),
    405: "This address only accepts a submitted form. Open the page with the form first.",
}


def page(view: View, *methods: str) -> View:
    """The view for these methods (GET when none is named)."""
    protected = require_http_methods(methods or ["GET"])(csrf_protect(view))

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = protected(request, *args, **kwargs)
        if response.status_code in REFUSED:
            response.content = show(
                request, "refused", reason=REFUSED[response.status_code]
            ).content
            response.headers["Content-Type"] = "text/html; charset=utf-8"
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def show(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page from templates/pages/."""
    app = request.soar.app
    return render(
        request,
        f"pages/{template}.html",
        {
            "app": app.manifest,
            "candidates": menu_candidates(app),
            "path": request.path,
            **context,
        },
    )


def asset_or_404(request: HttpRequest, asset_id: str) -> dict[str, Any]:
    if asset_id not in request.soar.assets():
        raise Http404
    asset: dict[str, Any] = request.soar.asset(asset_id)
    return asset
