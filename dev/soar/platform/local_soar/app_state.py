# File: app_state.py
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
"""An asset's state, as an app keeps it between its runs: one JSON file, in the app's folder or, for
automation brokers, with SOAR.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from local_soar.installation import Installation


def load(path: Path, app_version: str) -> Any:
    """The state on disk, or a new one; OSError or ValueError when it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"app_version": app_version}


def replace(path: Path, text: str) -> None:
    """Write the whole state or leave the old one; OSError when it cannot be written."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


class SoarUnreachable(Exception):
    """The automation broker has no connection to SOAR."""


def place(installation: Installation, file: Path) -> Path:
    """Where the state of the asset with this file is; OSError or SoarUnreachable where SOAR cannot
    be reached.
    """
    mode = installation.profile.state
    if mode == "file":
        return file
    if mode == "raising":
        raise SoarUnreachable("No connection to SOAR")
    if mode == "unreachable":
        raise OSError("No connection to SOAR")
    return installation.folder("state_in_soar") / file.name


def copy(installation: Installation, file: Path, state: Any) -> None:
    """Leave a copy of what SOAR holds, which no later change reaches."""
    if installation.profile.state == "in_soar" and file.is_absolute() and file.parent.is_dir():
        file.write_text(json.dumps(state), encoding="utf-8")


def folder(installation: Installation, app_id: str) -> str | None:
    """The app's folder, as Profile.state_folder says."""
    mode = installation.profile.state_folder
    if mode == "unnamed":
        return None
    if mode == "missing":
        return str(installation.home / "no_such_folder" / app_id)
    slash = "/" if installation.profile.lenient else ""
    return f"{installation.folder('local_data', 'app_states', app_id)}{slash}"
