# File: app.py
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
"""`import phantom.app as phantom`: the one name space that a classic app needs."""

from __future__ import annotations

# This module is the union of the others by contract; a list of names would be a second copy of
# them.
from typing import TYPE_CHECKING

from local_soar import installation as _installation

from phantom.action_result import ActionResult as ActionResult
from phantom.base_connector import BaseConnector as BaseConnector
from phantom.cef import CEF_JSON as CEF_JSON, CEF_NAME_MAPPING as CEF_NAME_MAPPING
from phantom.consts import *  # noqa: F403
from phantom.utils import *  # noqa: F403


if not TYPE_CHECKING:

    def __getattr__(name: str) -> str:
        """SOAR has more names of JSON keys than any app needs; each is its key in capitals."""
        prefix = "APP_JSON_"
        if name.startswith(prefix) and _installation.current().profile.lenient:
            return name[len(prefix) :].lower()
        raise AttributeError(f"phantom.app has no {name}")
