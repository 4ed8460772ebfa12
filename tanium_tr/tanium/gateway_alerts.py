# File: gateway_alerts.py
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
"""Alerts as the API gateway has them: it resolves one by its guid, and can do nothing else."""

from __future__ import annotations

from .gateway import Gateway
from .gateway_documents import RESOLVE


class GatewayAlerts:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def resolve_alert(self, guid: str) -> bool:
        """`threatResponseAlertResolve`: whether it is resolved. Raises as `Gateway.execute`."""
        value = self._gateway.execute(RESOLVE, {"guid": guid}).value
        return isinstance(value, dict) and value.get("resolved") is True
