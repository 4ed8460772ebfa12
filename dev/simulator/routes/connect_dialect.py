# File: connect_dialect.py
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
"""What the routes of both of Connect's dialects share."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import abort

from dev.simulator.dialects.connect import CONNECT_OPERATIONS, VENDOR
from dev.simulator.dialects.specified import camel_case
from dev.simulator.errors import Rejected
from dev.simulator.routes.request import caller, state


CONNECT = "/plugin/products/connect"


def is_vendors(view_name: str) -> bool:
    """Whether the operation whose view has this name is in the vendor's dialect."""
    operation = camel_case(view_name)
    return CONNECT_OPERATIONS.dialect_of(state.settings.connect_dialect, operation) == VENDOR


def require_any_permission() -> None:
    """Connect's permissions have no known names; a user without any has none of them."""
    if not caller().permissions:
        raise Rejected(403, "The user does not have a permission for Connect", listed=True)


def require_vendors() -> None:
    """A server of the other dialect does not have this route."""
    require_any_permission()
    if not is_vendors((request.endpoint or "").rpartition(".")[2]):
        abort(state.settings.connect_refusal_status)
