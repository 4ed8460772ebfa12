# File: unfinished.py
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
"""What a run does that must not be done twice, written down for the run that comes after it.

A run that is killed tells nobody what it has done. So it keeps a note in a file that it holds
locked, beside the asset's state. When the same is wanted again, a file that nobody holds is the
note of a run that was cut off.

    run 1   holds `17.action-5e1c.0`, writes `{"name": "x [a81f]"}`, issues the action; is killed
    run 2   holds `17.action-5e1c.0`, finds `{"name": "x [a81f]"}`, and looks for that action

Of runs side by side, each has a file of its own. Where a host has no folder or no locks for them
there are no notes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from .state import private, state_folder, try_lock


LONGEST_LIFE = 7 * 86400.0  # seconds after which nobody comes back to a note
MOST_AT_ONCE = 50  # runs side by side
LONGEST_NOTE = 100_000_000  # bytes; it may name every computer of a large estate


class Notes:
    """Of one run, which has one for each thing that it does."""

    def __init__(self, connector: Any) -> None:
        self._connector = connector
        self._all: list[Unfinished] = []

    def another(self) -> Unfinished:
        note = Unfinished(self._connector)
        self._all.append(note)
        return note

    def close(self) -> None:
        """At the end of the run. Where one thing is in doubt, the notes of the others stay too, so
        that the next run finds all that was done.
        """
        stays = any(note.in_doubt for note in self._all)
        for note in self._all:
            note.close(stays=stays)


class Unfinished:
    """The note of one thing. It is forgotten at the run's end, unless it is in doubt what the run
    has done.
    """

    def __init__(self, connector: Any) -> None:
        self._connector = connector
        self._path, self._file = Path(), -1
        self.in_doubt = False

    def take(self, task: str) -> dict[str, Any] | None:
        """The note of a run that was cut off while it did the same; None when there is none. The
        caller's own note is the next one for this task.
        """
        with suppress(OSError):
            paths = list(self._paths(task))
            for path in filter(Path.exists, paths):
                if self._hold(path):
                    note = self._read()
                    if note is not None:
                        self.in_doubt = True
                        return note
                    self.close(stays=self.in_doubt)
            next(filter(self._hold, paths), None)
        return None

    def write(self, note: dict[str, Any]) -> bool:
        """Write down what is done from now on; whether the next run will find it."""
        self.in_doubt = True
        if self._file < 0:
            return False
        with suppress(OSError):
            text = json.dumps(note).encode("utf-8")
            os.ftruncate(self._file, 0)
            return os.pwrite(self._file, text, 0) == len(text) <= LONGEST_NOTE
        return False

    def settle(self) -> None:
        """Nothing is in doubt any more; the note stays until the run ends, when SOAR has its
        result.
        """
        self.in_doubt = False

    def close(self, *, stays: bool) -> None:
        """Give the note up at the end of a run. It is kept for the next one where something is in
        doubt.
        """
        if self._file < 0:
            return
        with suppress(OSError):
            if not stays:
                self._path.unlink()  # while it is locked, so that nobody holds it
        os.close(self._file)
        self._file = -1

    def _paths(self, task: str) -> Iterator[Path]:
        folder = state_folder(self._connector)
        start = f"{self._connector.get_asset_id()}.action-"
        for path in folder.glob(f"{start}*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > LONGEST_LIFE:
                    path.unlink()
        return (folder / f"{start}{task}.{number}" for number in range(MOST_AT_ONCE))

    def _hold(self, path: Path) -> bool:
        """Open and lock a file, unless it is held, or its last owner has just removed it."""
        handle = private(str(path), os.O_RDWR | os.O_CREAT)
        try:
            if try_lock(handle) and os.fstat(handle).st_ino == path.stat().st_ino:
                self._path, self._file = path, handle
        finally:
            if self._file != handle:
                os.close(handle)
        return self._file == handle

    def _read(self) -> dict[str, Any] | None:
        with suppress(ValueError, RecursionError):
            size = min(os.fstat(self._file).st_size, LONGEST_NOTE)
            note = json.loads(os.pread(self._file, size, 0))
            return note if isinstance(note, dict) else None
        return None
