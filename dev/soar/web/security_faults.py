# File: security_faults.py
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
"""The Enterprise Security behind the local SOAR, and the faults that it can be told to have."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from local_soar import findings
from local_soar.containers import Refused


@dataclass
class EnterpriseSecurity:
    """What this SOAR's Enterprise Security does; tests and people set it.

    paired: otherwise every call is refused. refused: reasons by a part of the risk object or title
    of those findings that it refuses. refuses_whole_calls: one bad finding refuses all of its call.
    lost_answers: so many next calls are carried out and answered with 504. failures: statuses of
    the next calls, which are not carried out. sizes: how many findings each call had.
    """

    paired: bool = True
    refused: dict[str, str] = field(default_factory=dict)
    refuses_whole_calls: bool = False
    lost_answers: int = 0
    failures: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, finding: Any) -> None:
        findings.check(finding)
        named = f"{finding['rule_title']}\n{finding.get('risk_object')}"
        for part, reason in self.refused.items():
            if part in named:
                raise Refused(reason)
