# File: __init__.py
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
"""A local Splunk SOAR: the `phantom` platform, a runtime for programs and tests, and a shell
(`python -m dev.soar`).

Importing this package makes `phantom` importable, as SOAR's own library path does; an app's
directory is on the path only while one of its actions runs. An app file run directly needs
PYTHONPATH=dev/soar/platform, or `python -m dev.soar exec`.
"""

from __future__ import annotations

import sys
from pathlib import Path


PLATFORM = Path(__file__).resolve().parent / "platform"

if str(PLATFORM) not in sys.path:
    sys.path.append(str(PLATFORM))

# Both need the path set above.
from local_soar.profile import (  # noqa: E402
    LENIENT as LENIENT,
    Profile as Profile,
)

from dev.soar.runtime import LocalSoar as LocalSoar  # noqa: E402
