# File: poll_parameters.py
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
"""The parameters that SOAR gives to `on poll`."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from phantom.consts import MAX_COUNT_VALUE


SCHEDULE_SECONDS = 300


def poll_parameters(
    count: int | None = None,
    artifacts: int | None = None,
    source_ids: Iterable[str] = (),
    now: float | None = None,
) -> dict[str, Any]:
    """What SOAR gives to `on poll` at `now`: by its schedule, or with a count of containers by the
    dialog of Poll Now.
    """
    end = time.time() if now is None else now
    window = {"start_time": int((end - SCHEDULE_SECONDS) * 1000), "end_time": int(end * 1000)}
    return {
        **(window if count is None else {}),
        "container_id": ",".join(source_ids),
        "container_count": MAX_COUNT_VALUE if count is None else count,
        "artifact_count": MAX_COUNT_VALUE if artifacts is None else artifacts,
    }
