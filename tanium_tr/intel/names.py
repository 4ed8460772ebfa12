# File: names.py
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
"""What the intel documents of alerts are called, where alerts come without their documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..errors import ApiError, ListError, TransportError
from ..services import Services
from ..tanium.intel import INTEL_PAGE
from ..words import printable


if TYPE_CHECKING:
    from ..soar.state import StoredIntelNames

DAY = 86400
MOST_NAMES, LONGEST_NAME = 1000, 200  # that are kept


class IntelDocumentNames:
    """Read with one request, and kept for a day: also that a document has no name there."""

    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar
        self._stored: StoredIntelNames = services.intel_names

    def of(self, document_ids: Iterable[Any]) -> dict[str, str]:
        """By the ids as text; those without a known name are missing or empty."""
        wanted = {str(each) for each in document_ids if each is not None}
        if not wanted:
            return {}
        now = self._soar.time()
        since, names = self._stored.read()
        if not 0 <= now - since < DAY:
            since, names = now, {}
        if not wanted <= names.keys():
            read = self._read()
            if read is not None:
                names = {**names, **dict.fromkeys(wanted, ""), **read}
                self._stored.write(since, dict(list(names.items())[-MOST_NAMES:]))
        return names

    def _read(self) -> dict[str, str] | None:
        try:
            rows = self._tanium.intel.list_intel(limit=INTEL_PAGE, offset=0).rows
        except (ApiError, ListError, TransportError) as error:
            self._soar.progress(f"The alerts lack the names of their intel documents. {error}")
            return None
        return {str(row.get("id")): printable(row.get("name") or "", LONGEST_NAME) for row in rows}
