# File: transport.py
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
"""HTTP to one server: address, TLS, proxy, time-outs, retries; what went wrong in words; no secret in any of them."""

from __future__ import annotations

import json
import socket
import ssl
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import unquote
from urllib.request import getproxies

import requests
from requests.adapters import HTTPAdapter
from urllib3 import disable_warnings
from urllib3.exceptions import IncompleteRead, InsecureRequestWarning, InvalidHeader, LocationParseError, ProtocolError, ReadTimeoutError
from urllib3.util import Retry

from ..errors import ResponseError, TransportError, error_for_status
from ..redaction import Redaction


ERROR_BODY_LIMIT = 64 * 1024
DETAIL_LIMIT = 300
SECRET_LIMIT = 4 * 1024  # characters; no token, password or session is longer, however it is encoded
CHUNK = 1024 * 1024


class BoundedRetry(Retry):
    """urllib3's retry for calls that are safe to repeat; a server's Retry-After counts up to `LONGEST_WAIT` seconds."""

    LONGEST_WAIT = 30

    def get_retry_after(self, response: Any) -> float | None:
        try:
            seconds = super().get_retry_after(response)
        except InvalidHeader:  # no reason to lose the answer that came with it
            return None
        return None if seconds is None else min(seconds, self.LONGEST_WAIT)


# A connection that was never made is safe to try again for any verb; everything else only for reads. A read time-out has cost
# request_timeout already; other errors (TLS) do not pass.
RETRIES = BoundedRetry(
    total=3,
    connect=1,
    read=1,
    other=0,
    backoff_factor=0.5,
    allowed_methods=frozenset({"GET", "HEAD"}),
    status_forcelist=(429, 502, 503, 504),
    raise_on_status=False,
)


class Reply(NamedTuple):
    """A successful answer's JSON, with the accessors that know the envelopes servers use.

    Tanium wraps in `data`, in a name of the resource, or not at all (TANIUM_WIRE 2.11).
    """

    status: int
    method: str
    path: str
    body: Any

    def rows(self, *envelopes: str) -> list[dict[str, Any]]:
        """The list of objects; members that are no objects are left out."""
        found = self._unwrapped(envelopes)
        if not isinstance(found, list):
            raise self.unexpected("a list")
        return [row for row in found if isinstance(row, dict)]

    def object(self, *envelopes: str) -> dict[str, Any]:
        found = self._unwrapped(envelopes)
        if not isinstance(found, dict):
            raise self.unexpected("an object")
        return found

    def number(self, *keys: str) -> int | None:
        """A whole number at a path of keys, None where there is none."""
        found = self.body
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def unexpected(self, wanted: str) -> ResponseError:
        kind = {dict: "an object", list: "a list", str: "text", type(None): "nothing"}.get(type(self.body), "a number")
        return ResponseError(self.status, self.method, self.path, f"{wanted} was expected, {kind} came")

    def _unwrapped(self, envelopes: tuple[str, ...]) -> Any:
        if isinstance(self.body, dict):
            for name in (*envelopes, "data"):
                if name in self.body:
                    return self.body[name]
        return self.body


class Transport:
    """One `requests.Session` to `base_url`; a path given to it starts with a slash and is percent-encoded by its caller."""

    def __init__(self, base_url: str, *, verify: bool, timeout: float, redaction: Redaction) -> None:
        self.base_url = base_url
        self.protect, self._redact = redaction.add, redaction.redact
        self._verify, self._timeout = verify, timeout
        self.protect(*_proxy_credentials())
        if not verify:
            disable_warnings(InsecureRequestWarning)  # the administrator's choice, not news for every request
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "User-Agent": "tanium-soar"})
        self._session.mount("https://", HTTPAdapter(max_retries=RETRIES))
        self._session.mount("http://", HTTPAdapter(max_retries=RETRIES))

    def close(self) -> None:
        self._session.close()

    def exchange(self, method: str, path: str, *, auth: Any, **content: Any) -> requests.Response:
        """Send one request; the answer, whatever its status, with its body not read yet. Raises TransportError.

        `auth` is always given: requests would otherwise look for the host in a .netrc file. Redirects are not followed,
        so that no credential reaches another host.
        """
        try:
            return self._session.request(
                method,
                self.base_url + path,
                auth=auth,
                verify=self._verify,
                timeout=(min(self._timeout, 15), self._timeout),
                allow_redirects=False,
                stream=True,
                **content,
            )
        except (requests.RequestException, OSError, UnicodeError) as error:
            raise self._transport_error(method, path, error) from error

    def check(self, response: requests.Response, method: str, path: str, advice: str = "") -> None:
        """Raise the error of the response's status, with the server's own words, unless it is a success."""
        if 200 <= response.status_code < 300:
            return
        detail = f"it redirects to {response.headers.get('Location', '')}" if response.is_redirect else self._error_text(response)
        response.close()
        raise error_for_status(response.status_code)(response.status_code, method, path, self._sentence(detail), advice)

    def dismiss(self, response: requests.Response) -> None:
        """Be done with an answer; reading a short body keeps the connection for the next request."""
        with suppress(Exception):
            response.raw.read(ERROR_BODY_LIMIT)
        response.close()

    def reply(self, response: requests.Response, method: str, path: str) -> Reply:
        """The JSON of a successful response; None for an empty body, plain text where the server says it is text."""
        raw = b"".join(self.chunks(response, method, path))
        if not raw.strip():
            return Reply(response.status_code, method, path, None)
        try:
            body = json.loads(raw, parse_constant=lambda _: None)
        except (ValueError, RecursionError) as error:
            if response.headers.get("Content-Type", "text/plain").startswith("text/plain"):
                return Reply(response.status_code, method, path, raw.decode("utf-8", "replace"))
            detail = f"its answer is no JSON but: {self._start_of(raw)}"
            raise ResponseError(response.status_code, method, path, self._sentence(detail)) from error
        return Reply(response.status_code, method, path, body)

    def chunks(self, response: requests.Response, method: str, path: str) -> Iterator[bytes]:
        """The body in pieces of at most a megabyte. Raises TransportError when the connection breaks or ends too early."""
        try:
            yield from response.iter_content(CHUNK)
        except (requests.RequestException, OSError) as error:
            raise self._transport_error(method, path, error) from error
        # urllib3 1.26 takes a body that ends too early for a whole one.
        missing = response.raw.length_remaining
        if missing:
            raise self._transport_error(method, path, IncompleteRead(response.raw.tell(), missing))

    def _error_text(self, response: requests.Response) -> str:
        try:
            raw = response.raw.read(ERROR_BODY_LIMIT, decode_content=True)
        except Exception as error:
            return f"(its explanation could not be read: {type(error).__name__})"
        return self._start_of(raw)

    def _start_of(self, answer: bytes) -> str:
        """Readable, and without the end of a long answer, which may be the first half of a secret."""
        text = answer[:ERROR_BODY_LIMIT].decode("utf-8", "replace")
        return _readable(self._redact(text if len(answer) < ERROR_BODY_LIMIT else text[:-SECRET_LIMIT]))

    def _sentence(self, text: str) -> str:
        # SOAR stores no half of a character (a lone surrogate), which JSON can carry.
        text = self._redact(text).encode("utf-8", "replace").decode("utf-8")
        text = " ".join(text.split()).rstrip(".")
        return text if len(text) <= DETAIL_LIMIT else text[:DETAIL_LIMIT] + "..."

    def _transport_error(self, method: str, path: str, error: BaseException) -> TransportError:
        reason = self._sentence(_transport_reason(error))
        return TransportError(f"No answer from {self.base_url} to {method} {path}: {reason}.")


def _proxy_credentials() -> Iterator[str]:
    """User and password of the environment's proxies, which errors about their addresses repeat."""
    for address in getproxies().values():
        login, at, _ = address.rpartition("@")
        if at:
            login = login.partition("//")[2] or login
            yield from (login, unquote(login), login.partition(":")[2], unquote(login.partition(":")[2]))


def _readable(text: str) -> str:
    """A server's explanation: the message in its JSON, the text of its HTML, or the text itself."""
    if text.lstrip().startswith("<"):
        from bs4 import BeautifulSoup  # imported here: only proxies and login pages answer in HTML

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # XML is read well enough as HTML
            return BeautifulSoup(text, "html.parser").get_text(" ", strip=True)
    try:
        return _message_in(json.loads(text)) or text
    except (ValueError, RecursionError):
        return text


def _message_in(body: Any) -> str:
    if isinstance(body, dict):
        for key in ("text", "message", "Message", "description", "error", "errors", "title", "detail"):
            if body.get(key):
                return _message_in(body[key])
        return ""
    if isinstance(body, list):
        return "; ".join(filter(None, map(_message_in, body)))
    return str(body)


# OpenSSL's verification results (X509_V_ERR_...), as an administrator would name them.
_CERTIFICATE_PROBLEMS = {
    9: "it is not valid yet; check the clocks",
    10: "it has expired",
    18: "it is self-signed; add it to SOAR's trusted certificates",
    19: "it was issued by an authority that SOAR does not trust; add that authority's certificate to SOAR's trusted certificates",
    20: "it was issued by an authority that SOAR does not trust; add that authority's certificate to SOAR's trusted certificates",
    21: "its chain is incomplete; the server must send its intermediate certificates",
    23: "it was revoked",
    62: "it is for another host name than the one in base_url",
    64: "it is for another address than the one in base_url",
}


def _transport_reason(error: BaseException) -> str:
    """What stood in the way, from the exceptions that urllib3 and requests wrap around each other."""
    chain = list(_causes(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            problem = _CERTIFICATE_PROBLEMS.get(cause.verify_code, cause.verify_message)
            return f"its TLS certificate was refused: {problem}"
    if any(isinstance(cause, requests.exceptions.ProxyError) for cause in chain):
        return f"the proxy of SOAR's environment did not let it through ({_innermost(chain)}); check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
    if any(isinstance(cause, (requests.exceptions.InvalidURL, LocationParseError)) for cause in chain):
        # Without the address: half a password may be what cannot be parsed.
        return "an address is malformed; check base_url, HTTP_PROXY and HTTPS_PROXY"
    for kinds, reason in _REASONS:
        if any(isinstance(cause, kinds) for cause in chain):
            return f"{reason} ({_innermost(chain)})"
    return _innermost(chain)


_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((ssl.SSLError,), "TLS could not be agreed on; base_url may name a port without TLS"),
    ((socket.gaierror,), "its host name is unknown to DNS; check base_url"),
    ((ConnectionRefusedError,), "the connection was refused; check host and port of base_url and the firewall"),
    ((requests.exceptions.ConnectTimeout,), "it could not be reached in time; check host and port of base_url and the firewall"),
    ((requests.exceptions.Timeout, ReadTimeoutError, socket.timeout), "it did not answer within the asset's request_timeout"),
    ((IncompleteRead,), "the answer broke off before its end"),
    ((ConnectionError, ProtocolError), "the connection broke off"),
)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [cause.__context__, cause.__cause__, getattr(cause, "reason", None), *cause.args]


def _innermost(chain: list[BaseException]) -> str:
    return f"{type(chain[-1]).__name__}: {chain[-1]}"
