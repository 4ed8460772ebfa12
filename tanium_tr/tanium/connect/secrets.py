# File: secrets.py
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
"""Which of Connect's settings are secrets, whatever the server calls them, and rows without them.

A destination's secrets stand below `configuration.authentication`, in headers, in the login and the
query of an address, and under names of their own for the other types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Callable
from urllib.parse import unquote


MASK = "***"
# Characters; text that is shorter cannot be told from any other, so that it is not looked for in
# texts.
SHORTEST = 4

_SECRET_KEY = re.compile(
    r"pass(word|phrase|wd|code)|(?<!by)pass$|pwd|secret|token|credential|cookie|authorization|^auth$|connection[_-]?string"
    r"|(api|access|private|shared|account|signing|encryption|function|subscription)[_-]?key",
    re.I,
)
_ABOUT_SECRETS = re.compile(r"(url|uri|name|type)$", re.I)
_SECRET_HEADER = re.compile(
    r"auth(?!or\b)|token|key|secret|passw|pwd|cookie|credential|session|signature", re.I
)
_MASKED = re.compile(
    r"[*\u2022\u25cf\u00b7xX.]+|[<(\[{]?(redacted|hidden|masked|encrypted)[>)\]}]?", re.I
)
_LOGIN_IN_URL = re.compile(r"(?<=://)[^/@\s?#]+(?=@)")
# Around the words as many characters as names have: without a bound, an address of a few kilobytes
# could take minutes.
_SECRET_IN_QUERY = re.compile(
    r"(?<=[?&])((?:[^=&\s]{0,64}(?:token|key|secret|passw|pwd|credential|sig)[^=&\s]{0,64}|code|auth|session)=)([^&#\s]+)",
    re.I,
)
_HEADER_IN_LIST = re.compile(r"\.headers\[\d+\]$")


def is_masked(value: Any) -> bool:
    """Whether a server shows this instead of a secret that it has."""
    return value in (None, "") or (isinstance(value, str) and bool(_MASKED.fullmatch(value)))


def is_secret_key(key: Any) -> bool:
    """Whether a member of this name holds a secret."""
    return bool(_SECRET_KEY.search(str(key))) and not _ABOUT_SECRETS.search(str(key))


def is_secret_header(name: Any) -> bool:
    """Whether a header of this name holds a secret."""
    return bool(_SECRET_HEADER.search(str(name)))


def without_secrets(value: Any, redact: Callable[[str], str] = str) -> Any:
    """A row as people may see it: without the keys that hold secrets, with secret headers and
    addresses masked; `redact` does the texts.
    """
    if isinstance(value, dict):
        return {
            key: _shown(key, inner, redact)
            for key, inner in value.items()
            if not _holds_secret(key, inner)
        }
    if isinstance(value, list):
        return [without_secrets(inner, redact) for inner in value]
    if isinstance(value, str):
        return redact(_SECRET_IN_QUERY.sub(rf"\1{MASK}", _LOGIN_IN_URL.sub(MASK, value)))
    return value


def _holds_secret(key: Any, value: Any) -> bool:
    return is_secret_key(key) and not isinstance(value, bool)


def _shown(key: Any, value: Any, redact: Callable[[str], str]) -> Any:
    if key == "headers":
        return _masked_headers(value, redact)
    return without_secrets(value, redact)


def _masked_headers(headers: Any, redact: Callable[[str], str]) -> Any:
    """Headers, an object or a list of objects of a name and a value, with a mask for the values
    that are secrets.
    """
    if isinstance(headers, dict):
        return {
            name: MASK if is_secret_header(name) else without_secrets(value, redact)
            for name, value in headers.items()
        }
    if isinstance(headers, list):
        return [
            (
                {**header, "value": MASK}
                if _is_secret_in_list(header)
                else without_secrets(header, redact)
            )
            for header in headers
        ]
    return without_secrets(headers, redact)


def _secret_headers(headers: Any) -> list[Any]:
    """The values that `_masked_headers` masks."""
    if isinstance(headers, dict):
        return [value for name, value in headers.items() if is_secret_header(name)]
    return (
        [header.get("value") for header in headers if _is_secret_in_list(header)]
        if isinstance(headers, list)
        else []
    )


def _is_secret_in_list(header: Any) -> bool:
    return isinstance(header, dict) and is_secret_header(header.get("name"))


def secrets_in(value: Any) -> Iterator[str]:
    """Every secret in a row or a body, for the redaction to look for; none that the server has
    masked.
    """
    for found in _all_secrets(value):
        text = str(found)
        # A header's value is often a scheme and the secret.
        for secret in (text, text.partition(" ")[2]):
            if len(secret) >= SHORTEST and not is_masked(secret):
                yield secret


def _all_secrets(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if _holds_secret(key, inner):
                yield from _texts(inner)
            elif key == "headers":
                yield from _secret_headers(inner)
            else:
                yield from _all_secrets(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _all_secrets(inner)
    elif isinstance(value, str):
        for login in _LOGIN_IN_URL.findall(value):
            yield from (login, unquote(login).partition(":")[2])
        for _, secret in _SECRET_IN_QUERY.findall(value):
            yield from (secret, unquote(secret))


def _texts(value: Any) -> Iterator[Any]:
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool):
        yield value


def without_masks(value: Any, place: str, masked: list[str]) -> Any:
    """A row without the masks that a server shows instead of secrets, so that none is ever sent
    back as a secret. `masked` gets their places below `place`; a secret that the server leaves out
    cannot be found.
    """
    if isinstance(value, list):
        return [
            without_masks(inner, f"{place}[{index}]", masked) for index, inner in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, inner in value.items():
        if _is_masked_secret(value, key, place):
            masked.append(f"{place}.{key}")
        else:
            found[key] = without_masks(inner, f"{place}.{key}", masked)
    return found


def _is_masked_secret(row: dict[str, Any], key: str, place: str) -> bool:
    """Whether a mask stands at a key of a row: under a secret's name, in a secret header, or
    anywhere below a secret's name.
    """
    if not is_masked(row[key]):
        return False
    if _HEADER_IN_LIST.search(place):
        return key == "value" and is_secret_header(row.get("name"))
    if is_secret_key(key) or (place.endswith(".headers") and is_secret_header(key)):
        return True
    return bool(row[key]) and any(map(is_secret_key, place.split(".")))
