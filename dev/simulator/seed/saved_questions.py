# File: saved_questions.py
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
"""The saved questions that exist at the start."""

from __future__ import annotations

from typing import NamedTuple


class SavedQuestionSeed(NamedTuple):
    id: int
    name: str
    query_text: str
    issue_seconds: int = 120
    expire_seconds: int = 600
    content_set: int = 1
    issue_never: bool = False


COMPUTER_ADDRESSES = SavedQuestionSeed(
    101, "Computer Addresses", "Get Computer Name and IP Address from all machines"
)
OPERATING_SYSTEMS = SavedQuestionSeed(
    102, "Operating Systems / Count", "Get Operating System from all machines", issue_seconds=60
)
NEVER_ISSUED = SavedQuestionSeed(
    103, "Load (never reissued)", "Get CPU Consumption from all machines", issue_never=True
)
INCIDENT_PROCESSES = SavedQuestionSeed(
    104,
    "Incident Processes",
    "Get Computer Name and Running Processes from all machines"
    " with Computer Name equals srv-web-01",
    content_set=4,
)
SAVED_QUESTIONS = (COMPUTER_ADDRESSES, OPERATING_SYSTEMS, NEVER_ISSUED, INCIDENT_PROCESSES)
