# File: packages.py
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
"""Packages: list, and one by id or name."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from dev.simulator import seed
from dev.simulator.routes.platform_request import PLATFORM, by_name, listed, need
from dev.simulator.routes.request import caller, reply, require_unspecified, specified, state
from dev.simulator.state.packages import NOT_FOUND


routes = Blueprint("packages", __name__, url_prefix=f"{PLATFORM}/packages")


@routes.before_request
def _may_read() -> None:
    need(seed.READ_PACKAGE, not_found=NOT_FOUND)


@routes.get("")
def list_packages() -> Response:
    """Clones are hidden; the OpenAPI file has no way to ask for them."""
    seen = state.packages.seen_by(caller().user)
    if specified("listPackages"):
        seen = [each for each in seen if not each.hidden]
    return listed([_row(each, "listPackages") for each in seen], "listPackages")


@routes.get("/by-name/<path:name>")
def package_by_name(name: str) -> Response:
    package = state.packages.by_name(name, caller().user)
    return by_name(_row(package, "getPackageByName"), "getPackageByName")


@routes.get("/<int:package_id>")
def get_package(package_id: int) -> Response:
    require_unspecified("packages")
    return reply({"data": state.packages.row(state.packages.by_id(package_id, caller().user))})


def _row(package: seed.PackageSeed, operation: str) -> dict[str, Any]:
    if specified(operation):
        return state.packages.specified_row(package)
    return state.packages.row(package)
