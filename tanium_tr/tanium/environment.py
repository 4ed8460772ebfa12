# File: environment.py
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
"""The proxies and certificates of the environment that SOAR runs in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import unquote
from urllib.request import getproxies

import requests
from requests.utils import get_environ_proxies


def authorities() -> str | bool:
    """The environment's file or folder of certificates to verify a server with; True for those of
    requests.
    """
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def proxies() -> dict[str, str]:
    """The environment's proxies. It is looked through from end to end."""
    return getproxies()


def proxies_for(address: str, known: dict[str, str]) -> dict[str, str]:
    """Those of the environment's proxies that an address needs; none if NO_PROXY exempts it."""
    if not known:
        return {}
    try:
        # NO_PROXY is compared with the host as requests sends it.
        return get_environ_proxies(requests.Request("GET", address).prepare().url or "")
    except ValueError:  # a malformed address; the first request tells what is wrong with it
        return {}


def proxy_credentials(known: dict[str, str]) -> Iterator[str]:
    """User and password of the environment's proxies, which errors about their addresses repeat."""
    for address in known.values():
        login, at, _ = address.rpartition("@")
        if at:
            login = login.partition("//")[2] or login
            yield from (
                login,
                unquote(login),
                login.partition(":")[2],
                unquote(login.partition(":")[2]),
            )
