# File: service.py
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
"""The Threat Response service itself."""

from __future__ import annotations

from ..declare import BOOLEAN, Column, Output, action
from ..permissions import USE_API
from ..services import Services


class ServiceActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium

    @action(
        read_only=True,
        permissions=(USE_API,),
        columns=(
            Column("version", title="Version", examples=("4.8.112",)),
            Column("status", title="Status"),
            Column("revision"),
            Column("isDev", BOOLEAN),
        ),
        summary=(Column("version", examples=("4.8.112",)),),
        message="Threat Response 4.8.112",
    )
    def get_service_status(self) -> Output:
        """Get the version and state of the Threat Response service."""
        status = self._tanium.get_status()
        return Output(
            [status],
            {"version": status.get("version")},
            f"Threat Response {status.get('version') or '(version unknown)'}",
        )
