# File: authentication.py
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
"""How Connect logs in to the server of a destination."""

from __future__ import annotations

from typing import Any

from ..errors import ParameterError
from ..parameters.header_names import is_header_name
from ..parameters.json_values import misplaced
from ..words import printable, shown
from .destinations import LOGINS, wire_settings
from .headers import is_header_value


STANDARD_HEADER = "Authorization"


def build_authentication(
    given: dict[str, Any], stored: dict[str, Any], reason: str
) -> dict[str, Any]:
    """The authentication to send; empty when there is none. What is stored of the same login stays.

    `reason` is why stored credentials have to be given again.
    """
    login = given.get("authentication") or stored.get("type") or "none"
    _require_own_credentials(login, given)
    if login not in LOGINS or (login == "none" and "authentication" not in given):
        return stored  # one that only the server knows stays as it is
    base = stored if stored.get("type") == login else {}
    keys = _credentials(login)
    found = {
        **base,
        "type": login,
        **{key: given[name] for name, key in keys.items() if name in given},
    }
    if login == "header":
        found.setdefault("headerName", STANDARD_HEADER)
    for name, key in keys.items():
        if found.get(key) in (None, "") and not (base and given.get("keep_secrets")):
            raise ParameterError(
                f"Parameter '{name}' is required for the authentication"
                f" {login}{f': {reason}' if base else ''}."
            )
    _require_valid(found)
    return found


def _credentials(login: str) -> dict[str, str]:
    """Parameter -> key in the authentication, of all that a login needs."""
    return {
        name: setting.key.partition(".")[2]
        for name, setting in wire_settings().items()
        if setting.login == login
    }


def _require_own_credentials(login: str, given: dict[str, Any]) -> None:
    for name, setting in wire_settings().items():
        if name in given and setting.login not in ("", login):
            raise ParameterError(
                f"Parameter '{name}' is for the authentication {setting.login}, but this"
                f" destination has {printable(str(login))}."
            )


def _require_valid(authentication: dict[str, Any]) -> None:
    if ":" in str(authentication.get("userName", "")):
        raise ParameterError(
            "Parameter 'user_name' contains a colon, which ends the user name in basic"
            " authentication."
        )
    if not is_header_name(str(authentication.get("headerName", STANDARD_HEADER))):
        raise ParameterError(
            f"Parameter 'auth_header_name' is {shown(authentication['headerName'])}, which is not a"
            " valid HTTP header name."
        )
    if not is_header_value(str(authentication.get("secret", "x"))):
        raise ParameterError(
            "Parameter 'auth_secret' is not a valid HTTP header value; enter it again."
        )


def require_no_collision(headers: Any, authentication: dict[str, Any]) -> None:
    """Raises ParameterError for a header that the login sends itself."""
    if authentication.get("type") not in LOGINS or authentication["type"] == "none":
        return
    name = str(authentication.get("headerName", STANDARD_HEADER))
    if name.lower() in (
        str(header).lower() for header in (headers if isinstance(headers, dict) else ())
    ):
        raise misplaced(
            "headers",
            f"headers[{shown(name)}]",
            f"is also sent by the authentication {authentication['type']}: remove one of the two",
        )
