# File: manifest.py
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
"""The app's manifest, found as SOAR finds it: the JSON file that names a main module beside it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any


def find(folder: Path, main_module: str = "") -> dict[str, Any] | None:
    """The manifest in `folder` whose `main_module` is the given file name (any, when empty).
    Shared: callers do not change it.
    """
    for path in _candidates(folder, folder.stat().st_mtime_ns):
        manifest = _read(path, path.stat().st_mtime_ns)
        if manifest and manifest["main_module"] == (main_module or manifest["main_module"]):
            return manifest
    return None


def password_keys(fields: dict[str, Any]) -> list[str]:
    """Names of the parameters or configuration keys whose values SOAR keeps encrypted."""
    return [name for name, field in fields.items() if field.get("data_type") == "password"]


# Every run looks for the manifest several times. A folder changes when its files come and go.
@lru_cache(maxsize=8)
def _candidates(folder: Path, _modified: int) -> list[Path]:
    return sorted(folder.glob("*.json"))


@lru_cache(maxsize=8)
def _read(path: Path, _modified: int) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return content if isinstance(content, dict) and "main_module" in content else None
