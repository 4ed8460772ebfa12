# File: errors.py
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
"""How the simulated server says no."""

from __future__ import annotations

from http import HTTPStatus


class Rejected(Exception):
    """A request that is answered with a status of 4xx, or 500 where production servers do so.

    Production servers use two bodies: `{"text": "404 Not Found: ..."}` and, with `listed`,
    `{"errors": [{"message": ...}]}`.
    """

    def __init__(self, status: int, message: str, *, listed: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.listed = listed

    def body(self) -> dict[str, object]:
        if self.listed:
            return {"errors": [{"message": self.message}]}
        return {"text": f"{self.status} {HTTPStatus(self.status).phrase}: {self.message}"}
