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


class PlatformError(Rejected):
    """A refusal by the platform: its text has the name of the error, and by default the status line
    and the kind of exception before it.
    """

    _REASONS = {
        400: "Bad Request",
        403: "Forbidden",
        404: "Item Not Found: REST Object Not Found Exception",
    }

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(status, message)
        self.name = name

    def body(self, style: str = "full") -> dict[str, object]:
        named = f"{self.name}: {self.message}"
        if style == "name":
            return {"text": named}
        return {"text": f"{self.status} {self._REASONS[self.status]}: {named}"}
