# File: settings.py
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
"""Django, as the local SOAR uses it: for the pages and addresses it serves and for the widgets'
templates, without a database of its own.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import django
from django.conf import settings


HERE = Path(__file__).resolve().parent


def configure() -> None:
    """Set Django up for this process; calling it again changes nothing."""
    if settings.configured:
        return
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        APPEND_SLASH=False,
        CSRF_FAILURE_VIEW="dev.soar.web.authentication.csrf_failure",
        # The REST API, webhooks and REST handlers decide themselves how much they take.
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
        DEBUG=False,
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            # Refuses foreign host names as well, which another site's page could have made to lead
            # here.
            "django.middleware.common.CommonMiddleware",
            "dev.soar.web.middleware.PlatformMiddleware",
        ],
        ROOT_URLCONF="dev.soar.web.urls",
        SECRET_KEY=secrets.token_urlsafe(),
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
            }
        ],
        USE_TZ=True,
    )
    django.setup()
