# File: page_guard.py
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
"""What is looked at between the pages of any list: whether the run was cancelled, whether a page
came before, and whether the list is longer than any real one.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, Callable

from ..errors import ListError, TaskError
from ..words import counted


# No server has so many rows in a list, or gives them in so many pages.
MOST_ROWS, MOST_PAGES = 1_000_000, 20_000
# Bytes that the rows of a list may take which is held in memory as a whole.
MOST_MEMORY = 512 * 1024 * 1024

_NO_IDS = (None, None, None)


class PageGuard:
    """For one list. `stop_if_cancelled` raises a TaskError of its argument once the run is
    cancelled; `memory` tells how many bytes the run's answers have taken so far.
    """

    def __init__(
        self,
        stop_if_cancelled: Callable[[str], None] = lambda _message: None,
        memory: Callable[[], int] = lambda: 0,
    ) -> None:
        self._stop_if_cancelled, self._memory = stop_if_cancelled, memory
        self._memory_before = memory()
        self._rows = self._pages = 0
        self._seen: dict[int, list[array[int]]] = {}  # pages, by how they begin

    def before_page(self) -> None:
        """Raise ListError when the run was cancelled, or for a list without an end."""
        try:
            self._stop_if_cancelled(f"Cancelled while a list was read. {self._so_far}")
        except TaskError as error:
            raise ListError(str(error)) from error
        if self._rows >= MOST_ROWS or self._pages >= MOST_PAGES:
            raise ListError(
                f"This Tanium server's list does not end. {self._so_far} Ask for less with a limit"
                " or a filter, and check the server and any proxy on the way to it."
            )

    def require_memory(self) -> None:
        """Raise ListError when the rows, which are all held, take more memory than there is for
        them.
        """
        if self._memory() - self._memory_before > MOST_MEMORY:
            raise ListError(
                f"This Tanium server's list is too long for SOAR's memory. {self._so_far} Ask for"
                " less with a limit or a filter."
            )

    def came_before(self, rows: Sequence[Any]) -> bool:
        """Whether the page repeats an earlier one of this list, or the beginning of one; else it is
        remembered.
        """
        if not rows:
            return False
        names = array("q", map(_fingerprint, rows))
        # A single row that has no id may rightly be like another one.
        is_certain = len(rows) > 1 or _ids(rows[0]) is not None
        for earlier in self._seen.get(names[0], ()):
            shorter = min(len(earlier), len(names))
            if (is_certain or len(earlier) == 1) and earlier[:shorter] == names[:shorter]:
                return True
        self._seen.setdefault(names[0], []).append(names)
        self._rows += len(rows)
        self._pages += 1
        return False

    def forget_pages(self) -> None:
        """For a reader that has reason to ask for the same page once more."""
        self._seen.clear()

    def refuse_repeat(self) -> ListError:
        """The error for a page that came before."""
        return ListError(
            "This Tanium server returns the same rows again for another offset, so the rest of its"
            f" list cannot be read. {self._so_far}"
        )

    @property
    def _so_far(self) -> str:
        return f"Read so far: {counted(self._rows, 'row')}."


def _ids(row: Any) -> tuple[Any, ...] | None:
    if not isinstance(row, dict):
        return None
    ids = (row.get("guid"), row.get("id"), row.get("uuid"))
    return None if ids == _NO_IDS else ids


def _fingerprint(row: Any) -> int:
    """What a row is recognized by, without keeping it in memory."""
    ids = _ids(row)
    try:
        return hash(ids or str(row))
    except TypeError:  # an id that is a list or an object
        return hash(str(ids))
