# File: parameters.py
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
"""Parameters of actions that deploy packages."""

from __future__ import annotations

from typing import Annotated, Optional

from ..declare import Param


DistributeSeconds = Annotated[
    Optional[int], Param("Spread the start over this many seconds", examples=(60,))
]
IssueSeconds = Annotated[
    Optional[int],
    Param("Interval at which Tanium reissues the action, in seconds", examples=(30,)),
]
DryRun = Annotated[bool, Param("Show what would be issued and to whom, without issuing anything")]
