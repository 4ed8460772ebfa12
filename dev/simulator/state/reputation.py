# File: reputation.py
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
"""The custom list of reputations, by which files are judged."""

from __future__ import annotations

import re
from typing import Any

from dev.simulator.errors import Rejected


Row = dict[str, Any]

_HASHES = {"MD5": 32, "SHA-1": 40, "SHA-256": 64}


class Reputation:
    """The rows of the custom list, in the order of their arrival."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def upload(self, given: object, *, append: bool) -> None:
        """Takes the place of what is there, unless it shall be appended."""
        if not isinstance(given, list) or not given:
            raise Rejected(400, "A list of reputations is expected", listed=True)
        for row in given:
            _check(row)
        self.rows = [*(self.rows if append else []), *given]


def _check(row: object) -> None:
    """A row names a list and at least one hash; a hash that is not known is an empty text."""
    if not isinstance(row, dict) or row.get("list") not in {"blacklist", "whitelist"}:
        raise Rejected(400, "list must be blacklist or whitelist", listed=True)
    for name, digits in _HASHES.items():
        if not re.fullmatch(f"([0-9a-fA-F]{{{digits}}})?", str(row.get(name))):
            raise Rejected(400, f"{name} must be {digits} hexadecimal digits or empty", listed=True)
    if not any(row[name] for name in _HASHES) or not row.get("uploadedHash"):
        raise Rejected(400, "uploadedHash must be one of the hashes", listed=True)
