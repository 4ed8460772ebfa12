# File: retries.py
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
"""Which requests are sent once more, and how long that may take."""

from __future__ import annotations

import math
import time
from typing import Any

from urllib3.exceptions import InvalidHeader, MaxRetryError, ReadTimeoutError
from urllib3.util import Retry

from ..network.time_limit import remaining_seconds


class BoundedRetry(Retry):
    """urllib3's retry, none of which begins after `deadline` (seconds of the monotonic clock).
    Which answers are repeated is `status_forcelist` alone.
    """

    def __init__(self, *args: Any, deadline: float = math.inf, **options: Any) -> None:
        super().__init__(*args, **options)
        self.deadline = deadline

    def new(self, **options: Any) -> BoundedRetry:
        return super().new(**{"deadline": self.deadline, **options})

    def is_retry(self, method: str, status_code: int, *_: Any) -> bool:
        return super().is_retry(method, status_code)

    def get_retry_after(self, response: Any) -> float | None:
        try:
            return super().get_retry_after(response)
        except (InvalidHeader, ValueError):  # no reason to lose the answer that came with it
            return None

    def increment(
        self,
        method: Any = None,
        url: Any = None,
        response: Any = None,
        error: Any = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> BoundedRetry:
        """Raise the error instead of trying again when the wait would outlast the deadline."""
        if isinstance(error, ReadTimeoutError):
            raise error  # it has cost the whole time-out already
        following = super().increment(method, url, response, error, _pool, _stacktrace)
        wait = (
            following.get_retry_after(response) if response else None
        ) or following.get_backoff_time()
        # So compared, a wait may have any number of digits.
        if wait > min(self.deadline - time.monotonic(), remaining_seconds()):
            raise MaxRetryError(_pool, url, error)
        return following


# A connection that was never made is safe to try again for any request, and so is one that was
# refused because there are too many; everything else only for reads. Other errors (TLS) do not
# pass.
READ_RETRIES = BoundedRetry(
    total=3,
    connect=1,
    read=1,
    other=0,
    backoff_factor=0.5,
    allowed_methods=None,
    status_forcelist=(429, 502, 503, 504),
    raise_on_status=False,
)
WRITE_RETRIES = READ_RETRIES.new(read=False, status_forcelist=(429,))
# For a caller that repeats in its own way.
NO_RETRIES = WRITE_RETRIES.new(status_forcelist=())
