# File: operations.py
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
"""The operations of the OpenAPI files, as tests/data/ keeps them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dev.simulator.log import Request


def facts(file: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        (Path(__file__).parents[1] / "data" / file).read_text(encoding="utf-8")
    )
    return read


def by_id(operations: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {operation["operationId"]: operation for operation in operations}


def is_of(operation: dict[str, Any], request: Request) -> bool:
    pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(operation["path"]))
    return request.method == operation["method"] and bool(re.fullmatch(pattern, request.path))


def parameters_of(operation: dict[str, Any]) -> set[str]:
    """The names of its query parameters, and the keys of its body."""
    body = operation["body"]["keys"] if operation["body"] else []
    return {parameter["name"] for parameter in [*operation["query_parameters"], *body]}
