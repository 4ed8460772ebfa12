# File: evidence.py
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
"""Evidence and response actions of the past."""

from __future__ import annotations

from typing import NamedTuple

from dev.simulator.seed.computers import FINANCE, WEB_SERVER, Host
from dev.simulator.seed.processes import SUSPICIOUS


class EvidenceSeed(NamedTuple):
    """The event at `position` in the `recording` of one type, kept as evidence under the name
    `event_type`.
    """

    host: Host
    recording: str
    position: int
    event_type: str
    summary: str


EVIDENCE = (
    EvidenceSeed(
        FINANCE, "process", SUSPICIOUS, "ProcessEvent", "Script host started by a text document"
    ),
    EvidenceSeed(WEB_SERVER, "file", 4, "FileEvent", ""),
)
"""Two and three days old."""


SNAPSHOT_ACTION_HOST = FINANCE
"""The one response action there is at the start, number 1: a finished `gatherSnapshot` of this
computer, whose snapshot is in the list.
"""
SNAPSHOT_ACTION_TASK = 1207
"""The task that did it, which the server has forgotten."""
