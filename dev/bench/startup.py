# File: startup.py
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
"""Start-up of an app run: the app's import and initialize() in a fresh interpreter, beside `import
requests` in another.

Both have SOAR's platform loaded, so that nothing it shares with either counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable

from dev.bench.measure import Line, in_turn, shown
from dev.simulator import seed
from dev.soar import LocalSoar


ROUNDS = 15
LIMIT = 0.025  # seconds above the floor


def measure(say: Callable[[str], None]) -> list[Line]:
    say(f"start-up: {ROUNDS} rounds")
    with tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder:
        soar = LocalSoar(Path(folder))
        soar.create_asset(
            "tanium", {"base_url": "https://tanium.example.com", "api_token": seed.TOKEN}
        )
        # Compiled modules are kept, as on SOAR, whatever the caller's environment says.
        environment = {
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        }
        environment["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "compiled")

        def child(*arguments: str) -> float:
            command = [sys.executable, "-m", "dev.bench.startup_child", *arguments]
            return float(
                subprocess.run(
                    command, env=environment, check=True, stdout=subprocess.PIPE, text=True
                ).stdout
            )

        child("app", folder), child("floor")  # these compile them
        medians = in_turn(ROUNDS, lambda: child("app", folder), lambda: child("floor"))
    above = medians.app - medians.floor
    return [
        Line(
            "start-up, over import requests",
            shown(medians.app),
            shown(medians.floor),
            f"{above * 1000:.0f} of {LIMIT * 1000:.0f} ms more",
            above <= LIMIT,
        )
    ]
