# File: users.py
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
"""Automation users, whose tokens the REST API, the REST handler and the webhook take."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from local_soar import accounts

from dev.soar.web.pages.forms import UserForm
from dev.soar.web.pages.page import show


def users(request: HttpRequest) -> HttpResponse:
    """POST makes a token, which this one answer shows and nothing else."""
    form = UserForm(request.POST if request.method == "POST" else None)
    token = ""
    if request.method == "POST" and form.is_valid():
        allowed = [
            address.strip()
            for address in form.cleaned_data["allowed"].split(",")
            if address.strip()
        ]
        try:
            token = request.soar.create_automation_user(form.cleaned_data["name"], allowed)
        except ValueError as error:
            form.add_error(None, str(error))
    names = accounts.automation_users(request.soar.installation)
    return show(request, "users", form=form, token=token, names=names, server=request.server)
