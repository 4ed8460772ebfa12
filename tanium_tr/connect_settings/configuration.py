# File: configuration.py
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
"""The configuration of a destination as Tanium is sent it, by the rules that hold before anything
is sent.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from ..errors import ParameterError
from ..parameters.json_values import json_value, misplaced
from ..redaction import MASK
from ..tanium.reply import part
from ..words import printable, shown
from .authentication import build_authentication, require_no_collision
from .declaration import given_values
from .destinations import (
    HTTP,
    LOGINS,
    METHODS,
    PROTOCOLS,
    DestinationSettings,
    parameter_of,
    wire_settings,
)


LOST = (
    "Tanium does not show the stored one and an update sends the whole destination, so it could be"
    " lost; keep_secrets leaves it out anyway, for servers that keep what is left out"
)
NOT_COPIED = "Tanium does not show the one of the destination to copy, so it cannot be copied"
_EXAMPLE = "use an address like https://soar.example.com/receiver"


def build_configuration(
    kind: str,
    settings: DestinationSettings,
    stored: dict[str, Any],
    masked: tuple[str, ...] = (),
    reason: str = "",
) -> dict[str, Any]:
    """A destination's configuration: what is given, over what is stored.

    `masked` are places of stored secrets that Tanium does not show; `reason` is why they have to be
    given again. Raises ParameterError for what Tanium would not take, or would lose.
    """
    given = given_values(settings)
    _require_types(kind, given)
    additional = _additional_settings(settings.configuration)
    found = {**stored, **additional, **_plain_settings(given)}
    if kind == HTTP:
        _require_url(found.get("url"))
        found.setdefault("method", METHODS[0])
        authentication = build_authentication(given, part(found, "authentication"), reason)
        if authentication:
            found["authentication"] = authentication
            require_no_collision(found.get("headers"), authentication)
    if not given.get("keep_secrets"):
        login = part(found, "authentication").get("type")
        replaced = {*given, *(["authentication"] if login in LOGINS else [])}
        _require_unmasked(masked, replaced, additional, reason)
    return found


def _require_types(kind: str, given: dict[str, Any]) -> None:
    for name, setting in wire_settings().items():
        if name in given and setting.types and kind not in setting.types:
            raise ParameterError(
                f"Parameter '{name}' is for destinations of the type"
                f" {' or '.join(setting.types)}, but this one is of the type {kind}."
            )
    if "protocol" in given and given["protocol"] not in PROTOCOLS[kind]:
        raise ParameterError(
            f"Parameter 'protocol' is '{given['protocol']}', but a destination of the type {kind}"
            f" has {' or '.join(PROTOCOLS[kind])}."
        )


def _additional_settings(text: str | None) -> dict[str, Any]:
    """The object in the parameter `configuration`."""
    found: dict[str, Any] = json_value("configuration", text or "{}", dict)
    for key in found:
        if parameter_of(key):
            raise misplaced(
                "configuration",
                f"configuration.{key}",
                f"has its own parameter: use '{parameter_of(key)}'",
            )
    return found


def _plain_settings(given: dict[str, Any]) -> dict[str, Any]:
    """Those that need nothing but their own value."""
    return {
        setting.key: setting.encode(given[name]) if setting.encode else given[name]
        for name, setting in wire_settings().items()
        if name in given and "." not in setting.key
    }


def _require_url(url: Any) -> None:
    if not url:
        raise ParameterError(
            f"Parameter 'url' is required for destinations of the type http: {_EXAMPLE}."
        )
    shown_part = str(url).partition("?")[0]  # the rest may hold a key
    try:
        parts = urlsplit(str(url))
        is_address = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if "@" in (parts.netloc if is_address else shown_part):
        # Not shown: what stands before the @ may be a password.
        raise ParameterError(
            "Parameter 'url' contains a user name or password: use the authentication basic"
            " instead."
        )
    if MASK in str(url):
        raise ParameterError(
            "Parameter 'url' contains the mask that results show instead of a secret: enter the"
            " address itself."
        )
    if not is_address or re.search(r"[\s\x00-\x1f\x7f]", str(url)):
        raise ParameterError(f"Parameter 'url' is {shown(shown_part)}: {_EXAMPLE}.")


def _require_unmasked(
    masked: tuple[str, ...], replaced: set[str], additional: dict[str, Any], reason: str
) -> None:
    """No mask was taken over, so each secret behind one has to be given, or belong to what is
    replaced as a whole: `configuration.headers[X-Key]` to headers.
    """
    for place in masked:
        key = re.split(r"[.\[]", place.removeprefix("configuration."))[0]
        name = parameter_of(key)
        if name not in replaced and key not in additional:
            raise ParameterError(
                f"Parameter '{name or 'configuration'}' is required for {printable(place)}:"
                f" {reason}."
            )


def warnings_about(configuration: dict[str, Any], holds_secrets: bool) -> list[str]:
    """What is allowed but should be known."""
    authenticates = part(configuration, "authentication").get("type") not in (None, "none")
    is_plain = str(configuration.get("url", "")).lower().startswith("http://")
    if (authenticates or holds_secrets) and is_plain:
        return [
            "Warning: url starts with http://, so the credentials of the destination cross the"
            " network unencrypted."
        ]
    return []
