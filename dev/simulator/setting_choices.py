# File: setting_choices.py
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
"""Settings that take one of a few words."""

from __future__ import annotations

from collections.abc import Mapping


def require_choices(settings: object, choices: Mapping[str, tuple[str, ...]]) -> None:
    """Raise ValueError for a setting whose value is none of its choices, by setting."""
    for name, words in choices.items():
        if getattr(settings, name) not in words:
            raise ValueError(f"{name}: {getattr(settings, name)!r} is none of {', '.join(words)}")
