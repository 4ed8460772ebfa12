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
from typing import Any
from urllib.parse import unquote

from ...redaction import MASK


# Characters; text that is shorter cannot be told from any other, so that it is not looked for in
# texts.
SHORTEST = 4

_SECRET_KEY = re.compile(
    r"pass(word|phrase|wd|code)|(?<!by)pass$|pwd|secret|token|credential|cookie|authorization|^auth$|connection[_-]?string"
    r"|(api|access|private|shared|account|signing|encryption|function|subscription)[_-]?key",
    re.I,
)
_ABOUT_SECRETS = re.compile(r"(url|uri|name|type)$", re.I)
# What stands below such a member is not shown, whatever it is called there: `basicAuth`,
# `authHeader`, `customHeaders`.
_LOGIN_KEY = re.compile(r"auth(?!or(?!iz)|enticated)", re.I)
_HEADERS_KEY = re.compile(r"headers$|(http|custom|request|auth)[_-]?header$", re.I)
# But for these, which say what it is.
_ABOUT_LOGINS = re.compile(r"(url|uri|name|type|method|mode|scheme|enabled)$", re.I)
_NAMES_OF_HEADERS = ("name", "headerName", "header", "key", "field")
_VALUES_OF_HEADERS = {"value", "val", "content", "text", "secret"}
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_PLAIN_HEADER = re.compile(r"content-(type|encoding)|accept(-\w+)?|user-agent|cache-control", re.I)
_SECRET_HEADER = re.compile(
    r"auth(?!or\b)|token|key|secret|passw|pwd|cookie|credential|session|signature", re.I
)
_MASKED = re.compile(
    r"[*\u2022\u25cf\u00b7xX.]+|[<(\[{]?(redacted|hidden|masked|encrypted)[>)\]}]?", re.I
)
_SURELY_MASKED = re.compile(r"[*\u2022\u25cf]{3,}")
_LOGIN_IN_URL = re.compile(r"(?<=://)[^/@\s?#]+(?=@)")
# Webhooks are addresses that whoever knows them may use.
_PATH_IN_URL = re.compile(r"(\bhttps?://[^/\s?#]+/[^/\s?#]+/)([^\s?#\"'<>]+)", re.I)
# Around the words as many characters as names have: without a bound, an address of a few kilobytes
# could take minutes.
_SECRET_IN_QUERY = re.compile(
    r"(?<=[?&])((?:[^=&\s]{0,64}(?:token|key|secret|passw|pwd|credential|sig)[^=&\s]{0,64}|code|auth|session)=)([^&#\s]+)",
    re.I,
)
# What may be a secret looks like one, and not like a word or a name.
_RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z]).{8}")
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


def without_secrets(value: Any) -> Any:
    """A row as people may see it: without the keys that hold secrets, with masks for what stands in
    headers and logins, and in addresses. Everything else is as it was.
    """
    if isinstance(value, dict):
        return {
            key: _shown(key, inner) for key, inner in value.items() if not _holds_secret(key, inner)
        }
    if isinstance(value, list):
        return [without_secrets(inner) for inner in value]
    if isinstance(value, str):
        text = _SECRET_IN_QUERY.sub(rf"\1{MASK}", _LOGIN_IN_URL.sub(MASK, value))
        return _PATH_IN_URL.sub(rf"\1{MASK}", text)
    return value


def _holds_secret(key: Any, value: Any) -> bool:
    return is_secret_key(key) and not isinstance(value, bool)


def _holds_headers(key: Any, value: Any = "") -> bool:
    return bool(_HEADERS_KEY.search(str(key))) or (key == "header" and not _is_scalar(value))


def _holds_login(key: Any) -> bool:
    return bool(_LOGIN_KEY.search(str(key))) and not _ABOUT_LOGINS.search(str(key))


def _shown(key: Any, value: Any) -> Any:
    if _holds_headers(key, value):
        return _masked_headers(value)
    if _holds_login(key):
        return _masked_login(value)
    return without_secrets(value)


def _masked_headers(headers: Any) -> Any:
    """An object of names and values, a list of objects that hold both, or any other form."""
    if isinstance(headers, list):
        return [_masked_headers(header) for header in headers]
    if not isinstance(headers, dict):
        return _mask_of(headers)
    name = _name_in(headers)
    if name:
        about = (name, "type")
        return {key: each if key in about else _mask_of(each) for key, each in headers.items()}
    return {
        key: without_secrets(each) if _PLAIN_HEADER.fullmatch(str(key)) else _mask_of(each)
        for key, each in headers.items()
    }


def _name_in(header: dict[str, Any]) -> str:
    """The member with the name of a header that is an object of its own; empty for an object of
    headers.
    """
    for name in _NAMES_OF_HEADERS:
        if not _VALUES_OF_HEADERS.isdisjoint(header) and _HEADER_NAME.fullmatch(
            str(header.get(name, ""))
        ):
            return name
    return ""


def _masked_login(login: Any) -> Any:
    if isinstance(login, dict):
        return {
            key: each if _is_about_login(key, each) else _masked_login(each)
            for key, each in login.items()
            if not _holds_secret(key, each)
        }
    return [_masked_login(each) for each in login] if isinstance(login, list) else _mask_of(login)


def _is_about_login(key: Any, value: Any) -> bool:
    return bool(_ABOUT_LOGINS.search(str(key))) and _is_scalar(value)


def _mask_of(value: Any) -> Any:
    return value if value in (None, "") or isinstance(value, bool) else MASK


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def secrets_in(value: Any) -> Iterator[str]:
    """Every secret in a row or a body, for the redaction to look for; none that the server has
    masked.
    """
    for found, is_certain in _all_secrets(value):
        text = str(found)
        # A header's value is often a scheme and the secret.
        for secret in (text, text.partition(" ")[2]):
            is_long_enough = len(secret) >= SHORTEST and not is_masked(secret)
            if is_long_enough and (is_certain or _RANDOM.match(secret)):
                yield secret


def _all_secrets(value: Any) -> Iterator[tuple[Any, bool]]:
    """Texts, and whether it is certain that they are secrets."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if _holds_secret(key, inner):
                yield from _hidden(inner, MASK, is_certain=True)
            elif _holds_headers(key, inner) or _holds_login(key):
                yield from _hidden(inner, _shown(key, inner), is_certain=False)
            else:
                yield from _all_secrets(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _all_secrets(inner)
    elif isinstance(value, str):
        yield from _secrets_in_addresses(value)


def _hidden(value: Any, shown: Any, *, is_certain: bool) -> Iterator[tuple[Any, bool]]:
    """The texts that `shown` has masks for, or leaves out; certain below names of secrets."""
    if isinstance(value, dict):
        name = _name_in(value)
        is_certain = is_certain or (bool(name) and is_secret_header(value[name]))
        for key, inner in value.items():
            below = shown.get(key, MASK) if isinstance(shown, dict) else MASK
            certain = is_certain or is_secret_key(key) or is_secret_header(key)
            yield from _hidden(inner, below, is_certain=certain)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            below = shown[index] if isinstance(shown, list) else MASK
            yield from _hidden(inner, below, is_certain=is_certain)
    elif shown == MASK and value is not None and not isinstance(value, bool):
        yield value, is_certain


def _secrets_in_addresses(text: str) -> Iterator[tuple[str, bool]]:
    for login in _LOGIN_IN_URL.findall(text):
        yield from ((login, True), (unquote(login).partition(":")[2], True))
    for _, secret in _SECRET_IN_QUERY.findall(text):
        yield from ((secret, True), (unquote(secret), True))
    for _, path in _PATH_IN_URL.findall(text):
        for segment in path.split("/"):
            yield from ((segment, False), (unquote(segment), False))


def without_masks(value: Any, place: str, masked: list[str]) -> Any:
    """A row without the masks that a server shows instead of secrets, so that none is ever sent
    back as a secret. `masked` gets their places below `place`. A secret that the server leaves out
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
    if _SURELY_MASKED.fullmatch(str(row[key])) and _is_hidden(f"{place}.{key}"):
        return True
    return bool(row[key]) and any(map(is_secret_key, place.split(".")))


def _is_hidden(place: str) -> bool:
    """Whether results show a mask for whatever stands at this place."""
    return any(_holds_headers(key) or _holds_login(key) for key in re.split(r"[.\[]", place))
