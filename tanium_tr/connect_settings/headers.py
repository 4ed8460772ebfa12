# File: headers.py
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
"""HTTP headers of a destination."""

from __future__ import annotations

import re

from ..parameters.header_names import is_header_name
from ..parameters.json_values import json_value, misplaced
from ..words import shown


FORM_DATA = ("multipart/form-data", "application/x-www-form-urlencoded")

_VALUE = re.compile(r"[\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?")
_MASK = re.compile(r"\*{2,}")


def is_header_value(value: str) -> bool:
    """Printable Latin-1 characters, with no blanks around them."""
    return bool(_VALUE.fullmatch(value))


def read_headers(text: str) -> dict[str, str]:
    """Names and values that HTTP can carry. No error shows a value, which may be a secret."""
    headers = json_value("headers", text, dict)
    seen = set()
    for name, value in headers.items():
        problem = _problem_of(name, value)
        if name.lower() in seen:
            problem = "is there twice; header names are not case-sensitive"
        if problem:
            raise misplaced("headers", f"headers[{shown(name)}]", problem)
        seen.add(name.lower())
    return dict(headers)


def _problem_of(name: str, value: object) -> str:
    if not is_header_name(name):
        return "is not a valid HTTP header name"
    if not (isinstance(value, str) and is_header_value(value)):
        return (
            "does not have a valid value: use printable Latin-1 text without leading or trailing"
            " blanks"
        )
    if _MASK.fullmatch(value):
        return "is only the mask that results show instead of a secret: enter the secret itself"
    if name.lower() == "content-type" and value.split(";")[0].strip().lower() in FORM_DATA:
        return "is form data, which Connect does not send: use application/json"
    return ""
