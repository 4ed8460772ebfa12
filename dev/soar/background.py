# File: background.py
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
"""App runs that go on while nobody waits for them: what they do stands in the database."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

from dev.interrupts import without_interrupts
from dev.soar.child_run import ChildRun
from dev.soar.runtime import LocalSoar, Parameters


class BackgroundRuns:
    """Runs in processes of their own; `LocalSoar.cancel`, `progress` and `app_run` know them by
    their ids.
    """

    def __init__(self, soar: LocalSoar) -> None:
        self._soar = soar
        self._under_way: dict[int, tuple[ChildRun, threading.Thread]] = {}

    def begin(self, action: str, parameters: Parameters = None, **where: Any) -> int:
        """Start a run and return its id; `where` are the asset and container_id of
        `LocalSoar.start`.
        """
        with without_interrupts():  # runs end when they are cancelled
            run = self._soar.start(action, parameters, **where)
        thread = threading.Thread(target=self._wait, args=(run,))
        self._under_way[run.app_run_id] = run, thread
        thread.start()
        return run.app_run_id

    def close(self, seconds: float = 5.0) -> None:
        """Cancel what is under way, and kill what goes on for longer than `seconds` after that."""
        runs = list(self._under_way.values())
        for run, _ in runs:
            run.cancel()
        deadline = time.monotonic() + seconds
        for run, thread in runs:
            thread.join(max(deadline - time.monotonic(), 0))
            if thread.is_alive():
                run.kill()
                thread.join()

    def _wait(self, run: ChildRun) -> None:
        with suppress(RuntimeError):  # it died, as the database says
            run.result()
        self._under_way.pop(run.app_run_id, None)
