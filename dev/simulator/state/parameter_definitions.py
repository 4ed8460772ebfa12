# File: parameter_definitions.py
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
"""Definitions of parameters, as the objects of sensors and packages carry them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dev.simulator import seed


PARAMETER_TYPES = "com.tanium.components.parameters::"


def definition(parameters: Sequence[seed.ParameterSeed]) -> str:
    """JSON inside JSON; empty where there are no parameters."""
    if not parameters:
        return ""
    return json.dumps(
        {
            "parameters": [_parameter(each) for each in parameters],
            "model": f"{PARAMETER_TYPES}ParametersArray",
            "parameterType": f"{PARAMETER_TYPES}ParametersArray",
        }
    )


def _parameter(given: seed.ParameterSeed) -> dict[str, Any]:
    separator = given.type == "SeparatorParameter"
    return {
        "key": given.key,
        "label": given.label,
        "value": "" if separator else given.default,
        "defaultValue": given.default,
        "helpString": "" if separator else f"Value of {given.label}",
        "promptText": "",
        "restrict": None,
        "validationExpressions": (
            [{"expression": r"\S", "helpString": "Value must be entered"}]
            if given.more.get("requireSelection")
            else []
        ),
        "parameterType": f"{PARAMETER_TYPES}{given.type}",
        **given.more,
    }
