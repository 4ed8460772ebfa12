# File: reputation.py
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
"""Tanium's reputation service: the one route that clients use."""

from __future__ import annotations

from flask import Blueprint, Response, request

from dev.simulator.routes.request import reply, state


routes = Blueprint("reputation", __name__)


@routes.post("/plugin/products/reputation/v3/reputations/custom/upload")
def upload_reputations() -> Response:
    """What the service answers is not public."""
    append = request.args.get("append") == "true"
    state.reputation.upload(request.get_json(force=True, silent=True), append=append)
    return reply({})
