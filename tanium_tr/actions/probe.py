# File: probe.py
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
"""A report on the Tanium server itself."""

from __future__ import annotations

import importlib

from ..account.probe_report import Login, ProbeReport
from ..declare import NUMERIC, Column, Output, action
from ..errors import TaskError
from ..services import Services
from ..tanium.credentials import expiry_in
from ..tanium.probe import MOST_REQUESTS, PLATFORM
from .index import ACTIONS


class ProbeActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar
        self._config = services.config

    @action(
        read_only=True,
        permissions=(),
        columns=(
            Column("part", title="Part", examples=("module",)),
            Column("item", title="Item", examples=("Threat Response",)),
            Column("result", title="Result", examples=("present",)),
            Column("detail", title="Detail"),
            Column("missing.*", title="Missing", examples=("threat response alerts read",)),
        ),
        summary=(
            Column("threat_response_version", examples=("4.8.112",)),
            Column("connect_version", examples=("5.20.84",)),
            Column("gateway_version", examples=("2.4.31",)),
            Column("modules_present", NUMERIC, examples=(5,)),
            Column("dialects", examples=("production for 8 operations",)),
            Column("permissions_held", NUMERIC, examples=(42,)),
            Column("actions_lacking_permissions", NUMERIC, examples=(0,)),
            Column("token_expires", examples=("2026-12-31T00:00:00+00:00",)),
            Column("clock_difference", NUMERIC, examples=(0,)),
            Column("statements_settled", NUMERIC, examples=(3,)),
            Column("parts_failed", NUMERIC, examples=(0,)),
            Column("requests", NUMERIC, examples=(14,)),
        ),
        message=(
            "Threat Response 4.8.112, Connect 5.20.84, API gateway 2.4.31. Dialects: production for"
            " 8 operations."
        ),
    )
    def probe(self) -> Output:
        """Report what the Tanium server is like.

        The rows say which versions, modules and permissions there are, which dialect each read
        speaks, which permissions each action lacks, when the token expires, how far the clocks
        differ, and which documented but unverified behavior the server shows. It only reads, with
        at most 25 requests, none of which is repeated. A read that fails affects only its own rows,
        which give the reason. The report holds no secrets and no names or addresses of hosts or
        users, so that it can be attached to a bug report.
        """
        self._soar.progress(f"Asking Tanium, with at most {MOST_REQUESTS} requests")
        probed = self._tanium.probe().look()
        credentials = self._tanium.credentials
        login = Login(
            uses_token=credentials.uses_token,
            was_refused=bool(credentials.fallback_notice),
            has_domain=bool(self._config.domain),
            expires=expiry_in(probed.modules[PLATFORM].body) if credentials.uses_token else None,
        )
        report = ProbeReport(probed, login, _declared_permissions())
        if not report.has_answers():
            reason = probed.refused or probed.modules[PLATFORM].reason
            raise TaskError(
                f"Tanium did not answer, or does not accept the asset's login ({reason}). Run test"
                " connectivity, whose message says what to do.",
                report.rows(),
            )
        return Output(report.rows(), report.summary(), report.message())


def _declared_permissions() -> dict[str, tuple[str, ...]]:
    """Action -> the permissions that it declares."""
    found = {}
    for identifier, (module, name) in ACTIONS.items():
        actions = getattr(importlib.import_module(f".{module}", __package__), name)
        handler = getattr(actions, identifier)
        found[identifier.replace("_", " ")] = handler.declaration.permissions
    return found
