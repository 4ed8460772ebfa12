# File: response_effects.py
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
"""What a response action brings from its endpoint, beside running a package there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from dev.simulator import seed
from dev.simulator.state.connections import Connections
from dev.simulator.state.files import Files
from dev.simulator.state.snapshots import Snapshots


Row = dict[str, Any]
Effect = Callable[[], "Row | None"]


class ResponseEffects:
    def __init__(self, connections: Connections, files: Files, snapshots: Snapshots) -> None:
        self._connections = connections
        self._files = files
        self._snapshots = snapshots

    def begin(self, kind: str, options: Row, host: seed.Host, user: seed.User) -> Effect:
        """The endpoint begins; what is returned ends it, and gives what the action's results say
        about it, or None when the endpoint could not do it.
        """
        if kind == "gatherSnapshot":
            capture = self._snapshots.capture(self._connections.reach(host, user), user.name)
            return lambda: capture().results
        if kind == "downloadFile":
            connection = self._connections.reach(host, user)
            return lambda: _stored(
                self._files.fetched(connection, options["filePath"], user.name).results
            )
        return dict


def _stored(results: Row) -> Row | None:
    """Where a fetched file is, in the words of response actions."""
    for fetched in results["fileResults"]:
        stored = PurePosixPath(fetched["finalPath"])
        return {"fileName": stored.name, "uuid": stored.stem}
    return None
