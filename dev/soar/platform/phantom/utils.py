# File: utils.py
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
"""Small functions of `phantom.app`, and the validators behind a parameter's `contains`; apps import
them from there.
"""

from __future__ import annotations

import ipaddress
import re
import uuid
from typing import Any, Callable
from urllib.parse import unquote, urlsplit

from local_soar import installation


_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*\.?")
_DOMAIN = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]\.?")
_EMAIL = re.compile(r"[^@\s]+@([^@\s]+)")
_MAC = re.compile(r"[0-9A-Fa-f]{2}([:-]?)([0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}")
_WINDOWS_PATH = re.compile(r"([A-Za-z]:|\\\\[^\\]+\\)[\\/]?.*")


def is_success(status: Any) -> bool:
    return bool(status)


def is_fail(status: Any) -> bool:
    return not status


def is_ip(value: str) -> bool:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    return address.version == 4 or installation.current().profile.ip_means_ipv6_too


def is_hostname(value: str) -> bool:
    return bool(_HOST_NAME.fullmatch(value))


def is_domain(value: str) -> bool:
    return bool(_DOMAIN.fullmatch(value))


def is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https", "ftp", "ftps") and bool(parts.hostname)


def is_email(value: str) -> bool:
    address = _EMAIL.fullmatch(value)
    return address is not None and is_hostname(address[1])


def _is_hex(value: str, digits: int) -> bool:
    return bool(re.fullmatch(rf"[0-9A-Fa-f]{{{digits}}}", value))


def is_md5(value: str) -> bool:
    return _is_hex(value, 32)


def is_sha1(value: str) -> bool:
    return _is_hex(value, 40)


def is_sha256(value: str) -> bool:
    return _is_hex(value, 64)


def is_sha512(value: str) -> bool:
    return _is_hex(value, 128)


def is_hash(value: str) -> bool:
    return is_md5(value) or is_sha1(value) or is_sha256(value) or is_sha512(value)


def is_mac(value: str) -> bool:
    return bool(_MAC.fullmatch(value))


CONTAINS_VALIDATORS: dict[str, Callable[[str], bool]] = {
    "ip": is_ip,
    "domain": is_domain,
    "url": is_url,
    "email": is_email,
    "hash": is_hash,
    "md5": is_md5,
    "sha1": is_sha1,
    "sha256": is_sha256,
    "sha512": is_sha512,
    "host name": is_hostname,
    "mac address": is_mac,
}


def isfloat(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def safe_int(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def to_bool(value: Any) -> bool:
    return (
        value.strip().lower() in ("true", "1", "yes", "y", "on")
        if isinstance(value, str)
        else bool(value)
    )


def get_value(values: dict[str, Any], key: str, default: Any = None) -> Any:
    return values.get(key, default)


def get_str_val(values: dict[str, Any], key: str, default: str | None = None) -> str | None:
    value = values.get(key)
    return default if value is None else str(value).strip()


def get_req_value(values: dict[str, Any], key: str, strip_it: bool = True) -> Any:
    """The value; KeyError when it is missing."""
    value = values[key]
    return value.strip() if strip_it and isinstance(value, str) else value


def get_list_from_string(
    csv: str, drop_blanks: bool = True, remove_duplicates: bool = False
) -> list[str]:
    items = [item.strip() for item in csv.split(",")]
    items = [item for item in items if item or not drop_blanks]
    return list(dict.fromkeys(items)) if remove_duplicates else items


def remove_none_values(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def get_host_from_url(url: str) -> str:
    return urlsplit(url).hostname or ""


def get_file_name_from_url(url: str) -> str:
    return unquote(urlsplit(url).path.rsplit("/", 1)[-1])


def get_valid_file_name(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name)


def is_windows_path(path: str) -> bool:
    return bool(_WINDOWS_PATH.fullmatch(path))


def generate_uuid_string() -> str:
    return str(uuid.uuid4())
