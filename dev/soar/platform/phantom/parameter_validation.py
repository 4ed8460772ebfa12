# File: parameter_validation.py
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
"""Whether the parameters of an action are what their `contains` says."""

from __future__ import annotations

from typing import Any, Callable

from local_soar import installation

from phantom.utils import CONTAINS_VALIDATORS


class ParameterValidation:
    """The validators of one run by their `contains` type; the app may replace and add some."""

    def __init__(self) -> None:
        self.validators: dict[str, Callable[[str], bool]] = dict(CONTAINS_VALIDATORS)

    def error(self, declared: dict[str, dict[str, Any]], param: dict[str, Any]) -> str:
        """The first value that is wrong, or an empty text; `declared` are the manifest's
        parameters.
        """
        for name, field in declared.items():
            if param.get(name) not in (None, "") and not self._is_valid(field, str(param[name])):
                kinds = " or ".join(kind for kind in field["contains"] if kind in self.validators)
                return f"Parameter '{name}' failed validation: not a valid {kinds}"
        return ""

    def _is_valid(self, field: dict[str, Any], value: str) -> bool:
        kinds = field.get("contains", [])
        tests = [self.validators[kind] for kind in kinds if kind in self.validators]
        lenient = installation.current().profile.lenient
        if not tests or (lenient and len(tests) < len(kinds)):
            return True
        if installation.current().profile.several_contains == "first":
            tests = tests[:1]
        items = [item.strip() for item in value.split(",")] if field.get("allow_list") else [value]
        return all(any(test(item) for test in tests) for item in items)
