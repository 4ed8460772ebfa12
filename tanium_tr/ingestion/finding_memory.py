# File: finding_memory.py
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
"""Which alerts have findings in Enterprise Security, remembered so that none gets a second one.

Enterprise Security keeps two findings of one alert apart, and cannot be asked for one. So what is
about to be created is written down before the call, as pending, and its outcome after it: together
with what is pending next, or at the end of a page. A run that is killed in between, or whose call
gets no answer, leaves alerts of which nobody can tell, never more than those of one call: they are
in doubt, are never sent again by themselves, and are named in the messages of the polls until
somebody has looked.

    saved                                     then
    created: -          pending: 1 to 25      1 to 25 are sent and answered
    created: 1 to 25    pending: 26 to 50     26 to 50 are sent and answered
    created: 1 to 50    pending: -            the page is done

An alert is known by its source id. The ids of the last MOST_CREATED findings are kept, as digests
of one length in one text, which costs least to read and write.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..errors import PlatformError
from ..soar.state import CHECK_STATE
from .values import text_of


if TYPE_CHECKING:
    from ..soar.state import StoredFindings

MOST_CREATED = 10_000
MOST_IN_DOUBT = 500
DOUBT_SECONDS = 7 * 86400  # that a doubt is named
LENGTH = 16  # characters of a digest
NOT_SAVED = (
    "SOAR did not save which findings are about to be created, so none was created. " + CHECK_STATE
)


class FindingMemory:
    def __init__(self, stored: StoredFindings, now: float) -> None:
        """The caller holds `stored.alone()`: what is pending was left by a run that is dead."""
        self._stored = stored
        memory = stored.read()
        memory = memory if isinstance(memory, dict) else {}
        digests = text_of(memory.get("created"))
        self._created = dict.fromkeys(
            digests[start : start + LENGTH] for start in range(0, len(digests), LENGTH)
        )
        self._now = now
        self._in_doubt: dict[str, float] = dict.fromkeys(_texts(memory.get("pending")), now)
        for source_id, since in _pairs(memory.get("in_doubt")):
            if now - since < DOUBT_SECONDS:
                self._in_doubt[source_id] = since
            else:
                self._created[_digest(source_id)] = None
        self._pending: list[str] = []
        self._is_saved = True
        if memory.get("pending"):
            self._save()  # the time of the doubt

    @property
    def in_doubt(self) -> list[str]:
        return list(self._in_doubt)

    def has(self, source_id: str) -> bool:
        """Whether the alert has a finding."""
        return _digest(source_id) in self._created

    def is_in_doubt(self, source_id: str) -> bool:
        return source_id in self._in_doubt

    def announce(self, source_ids: Iterable[str]) -> None:
        """These are about to be created. Raises PlatformError when SOAR does not keep that: they
        are not created then.
        """
        self._pending, is_kept = list(source_ids), False
        try:
            is_kept = self._stored.holds(self._save())
        finally:
            if not is_kept:
                self._pending, self._is_saved = [], False
        if not is_kept:
            raise PlatformError(NOT_SAVED)

    def settle(self, created: Iterable[str]) -> None:
        """Of those announced these are created and the others are not. That is saved with the next
        ones, or by `keep`.
        """
        self._created.update(dict.fromkeys(map(_digest, created)))
        for source_id in self._pending:
            self._in_doubt.pop(source_id, None)
        self._pending, self._is_saved = [], False

    def keep(self) -> None:
        """Save what is settled."""
        if not self._is_saved:
            self._save()

    def withdraw(self) -> None:
        """None of those announced is created; what was in doubt before stays so."""
        self._pending = []
        self._save()

    def doubt(self) -> None:
        """Nobody knows which of those announced are created."""
        self._in_doubt.update(dict.fromkeys(self._pending, self._now))
        self.withdraw()

    def _save(self) -> dict[str, Any]:
        for source_id in _oldest(self._in_doubt, MOST_IN_DOUBT):
            del self._in_doubt[source_id]
            self._created[_digest(source_id)] = None
        for digest in _oldest(self._created, MOST_CREATED):
            del self._created[digest]
        memory = {
            "created": "".join(self._created),
            "pending": self._pending,
            "in_doubt": [[source_id, since] for source_id, since in self._in_doubt.items()],
        }
        self._stored.write(memory)
        self._is_saved = True
        return memory


def _oldest(remembered: dict[str, Any], most: int) -> list[str]:
    """What is more than `most`."""
    return list(islice(remembered, max(0, len(remembered) - most)))


def _digest(source_id: str) -> str:
    digest = hashlib.sha256(source_id.encode("utf-8", "replace")).digest()
    return base64.b64encode(digest[: LENGTH * 3 // 4]).decode("ascii")


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _pairs(value: Any) -> list[tuple[str, float]]:
    return [
        (each[0], float(each[1]))
        for each in (value if isinstance(value, list) else [])
        if isinstance(each, list)
        and len(each) == 2
        and isinstance(each[0], str)
        and isinstance(each[1], (int, float))
    ]
