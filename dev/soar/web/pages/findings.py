# File: findings.py
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
"""Findings, as polling leaves them in Enterprise Security."""

from __future__ import annotations

import json

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from local_soar import findings as stored

from dev.soar.web.pages.page import show


PAGE_SIZE = 50


def findings(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    newest = [
        {**finding, "json": json.dumps(finding, indent=2, ensure_ascii=False)}
        for finding in stored.all_findings(request.soar.installation)[::-1]
    ]
    page = Paginator(newest, PAGE_SIZE).get_page(request.GET.get("page"))
    return show(request, "findings", findings=page)
