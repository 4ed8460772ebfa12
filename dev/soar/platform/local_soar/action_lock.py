# File: action_lock.py
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
"""The lock that the manifest asks for, which a run holds while the app handles one parameter."""

from __future__ import annotations

from typing import IO, Any, Callable

from phantom.consts import DEFAULT_LOCK_TIMEOUT

from local_soar import installation, locks
from local_soar.run_request import RunRequest


class ActionLock:
    """The lock of one run, taken again for each of its parameters."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None

    def acquire(
        self, request: RunRequest, param: dict[str, Any], cancelled: Callable[[], bool]
    ) -> bool:
        """Wait for the lock; whether the run holds it, or needs none."""
        wanted = _wanted(request.action)
        if self._file or not wanted.get("enabled"):
            return True
        self._file = locks.acquire(
            installation.current(),
            lock_name(request, param),
            shared=bool(wanted.get("concurrency")),
            timeout=float(wanted.get("timeout", DEFAULT_LOCK_TIMEOUT)),
            cancelled=cancelled,
        )
        return self._file is not None

    def release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


def lock_name(request: RunRequest, param: dict[str, Any]) -> str:
    """What the lock's `data_path` leads to, or the asset's id: `parameters.host`,
    `configuration.url`, or a name as it is.
    """
    data_path = str(_wanted(request.action).get("data_path", ""))
    sources = {"parameters": param, "configuration": request.config}
    source, _, key = data_path.partition(".")
    value = sources[source].get(key) if source in sources else data_path
    return str(value or request.asset_id)


def _wanted(action: dict[str, Any]) -> dict[str, Any]:
    by_default = installation.current().profile.default_lock == "asset" and not action["read_only"]
    wanted: dict[str, Any] = action.get("lock", {"enabled": by_default})
    return wanted
