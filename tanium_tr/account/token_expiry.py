# File: token_expiry.py
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
"""When the asset's API token expires, in a sentence: for test connectivity always, for scheduled
polls once a day when it is soon.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ..errors import TaniumError
from ..words import counted


if TYPE_CHECKING:
    from ..services import Services


DAY = 86400.0  # seconds
WARNING_DAYS = 14


class TokenExpiry:
    """What the server says about the token in use."""

    def __init__(self, services: Services) -> None:
        self._tanium, self._soar, self._stored = services.tanium, services.soar, services.token_look

    def sentence(self, within: int | None = None) -> str:
        """Empty for a login, where the server does not say, or where more than `within` days are
        left.
        """
        try:
            expires = self._tanium.token_expiry()
        except TaniumError:  # the actions work without
            return ""
        now = datetime.fromtimestamp(self._soar.time(), timezone.utc)
        days = (expires - now).days if expires else -1
        # A token that was just accepted has not expired: the time means something else, such as
        # never.
        if not expires or days < 0 or (within is not None and days >= within):
            return ""
        return f"The API token expires on {expires:%Y-%m-%d}, in {counted(days, 'day')}."

    def daily_warning(self) -> str:
        """A sentence when fewer than WARNING_DAYS are left; the server is asked once a day."""
        if not self._tanium.credentials.uses_token:
            return ""
        now = self._soar.time()
        # Where nothing can be remembered, every poll would ask.
        with suppress(OSError):
            if 0 <= now - self._stored.read() < DAY:
                return ""
            warning = self.sentence(within=WARNING_DAYS)
            self._stored.write(now)
            if warning:
                self._soar.progress(warning)
            return warning
        return ""
