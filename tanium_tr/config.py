# File: config.py
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
"""The asset's configuration: declared once for the manifest, and parsed once a run."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .actions.spec import BOOLEAN, NUMERIC, PASSWORD, Param, parse, shown
from .errors import ConfigurationError, ParameterError


CONFIGURATION = {
    "base_url": Param("Address of the Tanium server (e.g. https://tanium.example.com)", required=True),
    "verify_server_cert": Param("Verify the server's certificate", BOOLEAN, default=True),
    "username": Param("User name"),
    "password": Param("Password", PASSWORD),
    "api_token": Param("API token; used before user name and password", PASSWORD),
    "domain": Param("Login domain of the user"),
    "request_timeout": Param("Seconds to wait for an answer of the server", NUMERIC, default=60, minimum=1, maximum=3600),
    "max_file_size": Param("Largest file, in MB, that an action may write to the vault", NUMERIC, default=4096, minimum=1),
}


class AssetConfig(NamedTuple):
    """`base_url` is scheme, host and port only; `request_timeout` in seconds; `max_file_bytes` in bytes."""

    base_url: str
    verify: bool
    username: str
    password: str
    api_token: str
    domain: str
    request_timeout: int
    max_file_bytes: int

    @classmethod
    def parse(cls, given: dict[str, Any]) -> AssetConfig:
        """From SOAR's decrypted asset configuration. Raises ConfigurationError that names the setting."""
        token = given.get("api_token")
        if isinstance(token, str):  # pasted with a line's end, while a password may really end in a blank
            given = {**given, "api_token": token.strip()}
        try:
            values = parse(CONFIGURATION, given, "Asset setting")
        except ParameterError as error:
            raise ConfigurationError(str(error)) from error
        if not values["api_token"] and not (values["username"] and values["password"]):
            raise ConfigurationError("The asset has neither an API token nor a username and password: fill in api_token, or both of the others.")
        if not re.fullmatch(r"[\x21-\x7e]*", values["api_token"] or ""):
            raise ConfigurationError("Asset setting 'api_token' holds a blank or a character outside ASCII, which no token has: enter it again.")
        return cls(
            base_url=_origin(values["base_url"]),
            verify=values["verify_server_cert"],
            username=values["username"] or "",
            password=values["password"] or "",
            api_token=values["api_token"] or "",
            domain=values["domain"] or "",
            request_timeout=values["request_timeout"],
            max_file_bytes=values["max_file_size"] * 1024 * 1024,
        )

    @property
    def has_password_login(self) -> bool:
        return bool(self.username and self.password)


def _origin(base_url: str) -> str:
    # Looked for first, and anywhere: a password with a slash ends up in the path, and no other error may show it.
    if "@" in base_url:
        raise ConfigurationError("Asset setting 'base_url' holds a user name or password: enter them in their own settings.")
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError(f"Asset setting 'base_url' is {shown(base_url)}: give an address like https://tanium.example.com.") from None
    if parts.scheme not in ("https", "http") or not host:
        raise ConfigurationError(
            f"Asset setting 'base_url' is {shown(base_url)}: give the address with its scheme, like https://tanium.example.com."
        )
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{'' if port is None else f':{port}'}"
