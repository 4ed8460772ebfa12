# File: make_token.py
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
"""Creates a Tanium API token: logs in with a user's name and password, then asks the platform for
the token.
"""

from __future__ import annotations

import ipaddress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests


TIMEOUT_SECONDS = (10, 60)
LOGIN = "/api/v2/session/login"
OLD_LOGIN = "/auth"
TOKENS = "/api/v2/api_tokens"
# What servers without the newer login answer to it.
NO_SUCH_LOGIN = (400, 404, 405)


class TokenError(Exception):
    """No token was made; the text says why and holds no secret."""


class Token(NamedTuple):
    """The token, and when it expires in the server's words (empty when it does not say)."""

    text: str
    expires: str


def trusted_addresses(values: list[str]) -> list[str]:
    """Addresses and networks (CIDR) from repeated or comma-separated values; ValueError names the
    first that is neither.
    """
    addresses = [part.strip() for value in values for part in value.split(",") if part.strip()]
    for address in addresses:
        ipaddress.ip_network(address, strict=False)
    if not addresses:
        raise ValueError(
            "at least one trusted address is required: the one from which SOAR connects"
        )
    return addresses


def clean_base_url(text: str) -> str:
    """Scheme and host (and port) of a server; ValueError when there is no scheme."""
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError(
            f"{text!r} is not a valid address; use the form https://tanium.example.com"
        )
    return f"{parts.scheme}://{parts.netloc}"


def make_token(
    base_url: str,
    username: str,
    password: str,
    domain: str,
    *,
    days: int,
    notes: str,
    trusted: list[str],
    verify: bool | str,
) -> Token:
    """Log in and create a token for `days` days; TokenError when the server cannot be reached or
    refuses.
    """
    with requests.Session() as http:
        http.verify = verify
        # An authentication that does nothing keeps requests from looking into ~/.netrc.
        http.auth = _unchanged
        session = _log_in(http, base_url, username, password, domain)
        body = {"expire_in_days": days, "notes": notes, "trusted_ip_addresses": ",".join(trusted)}
        headers = {"session": session}
        reply = _post(http, base_url + TOKENS, json=body, headers=headers)
        if reply.status_code == 400:
            # Servers take one text, as Tanium's own examples show; the published API description
            # asks for a list.
            reply = _post(
                http,
                base_url + TOKENS,
                json={**body, "trusted_ip_addresses": trusted},
                headers=headers,
            )
        _expect_success(reply, "create the token", [password, session])
        data = _data(reply)
        text = data.get("token_string") or data.get("token")
        if not isinstance(text, str) or not text:
            raise TokenError("The server accepted the request, but its reply contains no token")
        return Token(text, str(data.get("expire_time") or data.get("expiration") or ""))


def _log_in(
    http: requests.Session, base_url: str, username: str, password: str, domain: str
) -> str:
    credentials = {
        "username": username,
        "password": password,
        **({"domain": domain} if domain else {}),
    }
    reply = _post(http, base_url + LOGIN, json=credentials)
    if reply.status_code in NO_SUCH_LOGIN:
        full_name = f"{domain}\\{username}" if domain else username
        reply = _post(http, base_url + OLD_LOGIN, auth=(full_name.encode(), password.encode()))
        _expect_success(reply, "log in", [password, f"{full_name}:{password}"])
        session: Any = reply.text.strip().strip('"')
    else:
        _expect_success(reply, "log in", [password])
        session = _data(reply).get("session")
    if (
        not isinstance(session, str)
        or not session
        or not (session.isascii() and session.isprintable())
    ):
        raise TokenError("The server accepted the login, but its reply contains no session")
    return session


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _post(http: requests.Session, url: str, **content: Any) -> requests.Response:
    try:
        # Said for each request: a bundle that the environment names would win over the session's
        # own.
        return http.post(
            url, timeout=TIMEOUT_SECONDS, allow_redirects=False, verify=http.verify, **content
        )
    except (
        OSError
    ) as error:  # as all of requests' errors are, and that of a certificate file that is missing
        raise TokenError(f"No answer from {url}: {error}") from error


def _expect_success(reply: requests.Response, attempt: str, secrets: list[str]) -> None:
    if reply.is_redirect:
        raise TokenError(
            f"Could not {attempt}: the server redirects to another address; use that address as"
            " --base-url"
        )
    if not reply.ok:
        # Imported here: the other commands load the app that they are to run themselves.
        from tanium_tr.redaction import Redaction
        from tanium_tr.words import LONGEST_SENTENCE, printable

        redaction = Redaction()
        redaction.add(*secrets)
        detail = printable(redaction.redact(reply.text), LONGEST_SENTENCE)
        raise TokenError(f"Could not {attempt}: HTTP {reply.status_code} {detail}".strip())


def _data(reply: requests.Response) -> dict[str, Any]:
    """The object under `data`; an empty one when the reply holds none."""
    try:
        content = reply.json()
    except ValueError:
        return {}
    data = content.get("data") if isinstance(content, dict) else None
    return data if isinstance(data, dict) else {}
