# File: spawn.py
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
"""One app run in a process of its own: reads the run as JSON from standard input, reports progress
and result as JSON lines.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
from typing import Any

from dev.soar import LocalSoar, Profile


def main() -> None:
    order = json.load(sys.stdin)
    # What the app prints must not get between the reports.
    reports = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def report(**content: Any) -> None:
        print(json.dumps(content), file=reports, flush=True)

    soar = LocalSoar(order["home"], Profile(**order["profile"]), order["app_dir"])
    soar.installation.web.url = order["web_url"]
    with reports:
        report(result=soar.run_request(order["request"], lambda message: report(progress=message)))
    if threading.active_count() == 1:
        _end()


def _end() -> None:
    """At once: to free all that was loaded, piece by piece, takes a tenth of a run."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
