# File: peak_memory.py
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
"""`python -m dev.bench.peak_memory HOME ACTION PARAMETERS` runs an action, its parameters in JSON,
and prints the peak memory of its process in kilobytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from dev.soar import LocalSoar


def main(home: str, action: str, parameters: str) -> None:
    result = LocalSoar(home).run(action, json.loads(parameters))
    if result["status"] != "success":
        sys.exit(result["message"])
    # What the process itself has used; getrusage would count its parent's memory at the fork, too.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


if __name__ == "__main__":
    main(*sys.argv[1:])
