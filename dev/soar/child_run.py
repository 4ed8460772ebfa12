# File: child_run.py
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
"""A run in a process of its own, as SOAR runs every action."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from local_soar.installation import Installation
from phantom.app_run import CANCEL_SIGNAL

from dev.environments import ROOT
from dev.soar.app_runs import DIED, AppRuns, Progress


class ChildRun:
    """A run in a process of its own, under way since it was made."""

    def __init__(
        self, installation: Installation, app_dir: Path, runs: AppRuns, request: dict[str, Any]
    ) -> None:
        self.app_run_id: int = request["connector_run_id"]
        self._runs = runs
        order = {
            "home": str(installation.home),
            "profile": asdict(installation.profile),
            "app_dir": str(app_dir),
            "web_url": installation.web.url,
            "request": request,
        }
        python_path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        # The child inherits the blocked signal; so a cancel that comes while it starts waits until
        # the run takes it.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, [CANCEL_SIGNAL])
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dev.soar.spawn"],
                env={**os.environ, "PYTHONPATH": python_path},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        runs.cancels[self.app_run_id] = self.cancel
        assert self._process.stdin
        with self._process.stdin as pipe:
            json.dump(order, pipe)

    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it as a crash of its machine does; `result` raises RuntimeError then."""
        self._process.kill()

    def cancel(self) -> None:
        """Cancel it as SOAR does."""
        self._process.send_signal(CANCEL_SIGNAL)

    def result(self, progress: Progress = None) -> dict[str, Any]:
        """Wait for its end, once; RuntimeError when the process ends without a result."""
        assert self._process.stdout
        result: dict[str, Any] | None = None
        with self._process, self._process.stdout as lines:
            for line in lines:
                report = json.loads(line)
                result = report.get("result", result)
                if progress and "progress" in report:
                    progress(report["progress"])
        self._runs.cancels.pop(self.app_run_id, None)
        if result is None:
            self._runs.fail(self.app_run_id, DIED)
            raise RuntimeError(
                f"The process of the run ended with status {self._process.returncode} and without a"
                " result"
            )
        return result
