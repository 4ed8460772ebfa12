# File: startup_child.py
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
"""What start-up takes in a fresh interpreter that has SOAR's platform loaded, in seconds.

`python -m dev.bench.startup_child app HOME` for the app's import and its initialize(), `... floor`
for `import requests`.
"""

from __future__ import annotations

import sys
import time

import phantom.action_result
import phantom.app
import phantom.base_connector
import phantom.rules
import phantom.vault  # noqa: F401 - all of the platform that the app imports

from dev.soar import LocalSoar


def app(home: str) -> float:
    soar = LocalSoar(home)
    request = soar.request("list connections")
    with soar.app.on_path():
        started = time.perf_counter()
        from tanium_tr_connector import TaniumConnector

        imported = time.perf_counter() - started
    initialize, initialized = TaniumConnector.initialize, []

    def timed(self: TaniumConnector) -> bool:
        started = time.perf_counter()
        if initialize(self):
            initialized.append(time.perf_counter() - started)
        return False  # the action itself is not wanted

    TaniumConnector.initialize = timed  # type: ignore[method-assign]
    soar.run_request(request)
    return imported + initialized[0]


def floor() -> float:
    started = time.perf_counter()
    import requests  # noqa: F401

    return time.perf_counter() - started


if __name__ == "__main__":
    print(app(sys.argv[2]) if sys.argv[1] == "app" else floor())
