# File: http.py
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
"""HTTP to one server: address, TLS, proxy, time-outs, retries; what went wrong in words; no secret
in any of them.
"""

from __future__ import annotations

import json
import math
import re
import socket
import ssl
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from typing import Any, NamedTuple
from urllib.parse import unquote
from urllib.request import getproxies

import requests
from requests.adapters import HTTPAdapter
from urllib3 import disable_warnings
from urllib3.exceptions import (
    HTTPError,
    IncompleteRead,
    InsecureRequestWarning,
    InvalidHeader,
    LocationParseError,
    MaxRetryError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.util import Retry
from urllib3.util.ssl_match_hostname import CertificateError

from ..errors import ResponseError, TransportError, bounded, error_for_status
from ..redaction import Redaction


ERROR_BODY_LIMIT = 64 * 1024
DETAIL_LIMIT = 300
# Characters; no token, password or session is longer, however it is encoded.
SECRET_LIMIT = 4 * 1024
CHUNK = 256 * 1024  # bytes; each piece of an answer has to come within request_timeout
# Bytes, unpacked, of an answer that is held in memory; pages of a thousand rows have a few.
BODY_LIMIT = 256 * 1024 * 1024


class BoundedRetry(Retry):
    """urllib3's retry for calls that are safe to repeat, none of which begins after `deadline`
    (seconds of the monotonic clock).
    """

    def __init__(self, *args: Any, deadline: float = math.inf, **options: Any) -> None:
        super().__init__(*args, **options)
        self.deadline = deadline

    def new(self, **options: Any) -> BoundedRetry:
        return super().new(**{"deadline": self.deadline, **options})

    def get_retry_after(self, response: Any) -> float | None:
        try:
            return super().get_retry_after(response)
        except (InvalidHeader, ValueError):  # no reason to lose the answer that came with it
            return None

    def increment(
        self,
        method: Any = None,
        url: Any = None,
        response: Any = None,
        error: Any = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> BoundedRetry:
        if isinstance(error, ReadTimeoutError):
            raise error  # it has cost the whole time-out already
        following = super().increment(method, url, response, error, _pool, _stacktrace)
        wait = (
            following.get_retry_after(response) if response else None
        ) or following.get_backoff_time()
        # So compared, a wait may have any number of digits.
        if wait > self.deadline - time.monotonic():
            raise MaxRetryError(_pool, url, error)
        return following


# A connection that was never made is safe to try again for any verb; everything else only for
# reads. Other errors (TLS) do not pass.
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
        return objects(self.members(*envelopes))

    def members(self, *envelopes: str) -> list[Any]:
        """The list with whatever its members are; pages are counted by them."""
        found = self._unwrapped(envelopes)
        if not isinstance(found, list):
            raise self.unexpected("a list")
        return found

    def object(self, *envelopes: str) -> dict[str, Any]:
        found = self._unwrapped(envelopes)
        if not isinstance(found, dict):
            raise self.unexpected("an object")
        return found

    def made(self) -> dict[str, Any]:
        """What a server has made: it has an id, and an answer without one shows nothing of the
        kind.
        """
        if "id" not in self.object():
            raise self.unexpected("an object with an id")
        return self.object()

    def number(self, *keys: str) -> int | None:
        """A whole number at a path of keys, also one in a string of up to 20 digits; None where
        there is none.
        """
        found = self.body
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        found = as_number(found)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def unexpected(self, wanted: str) -> ResponseError:
        kind = {dict: "an object", list: "a list", str: "text", type(None): "nothing"}.get(
            type(self._unwrapped(())), "a number"
        )
        return ResponseError(
            self.status, self.method, self.path, f"{wanted} was expected, {kind} came"
        )

    def _unwrapped(self, envelopes: tuple[str, ...]) -> Any:
        if isinstance(self.body, dict):
            for name in (*envelopes, "data"):
                if name in self.body:
                    return self.body[name]
        return self.body


def objects(members: list[Any]) -> list[dict[str, Any]]:
    """Without the malformed members of a list, which must not cost the others."""
    return [member for member in members if isinstance(member, dict)]


class Explanation(NamedTuple):
    """Why a request was refused: a sentence without its period, bounded and without secrets, and
    the start of the body it was found in.
    """

    text: str
    body: bytes


class Transport:
    """One `requests.Session` to `base_url`; a path given to it starts with a slash and is
    percent-encoded by its caller.

    `setting` is the name of the asset's setting that the address comes from.
    """

    def __init__(
        self,
        base_url: str,
        *,
        verify: bool,
        timeout: float,
        redaction: Redaction,
        setting: str = "base_url",
    ) -> None:
        self.base_url, self._setting = base_url, setting
        self.protect, self._redact = redaction.add, redaction.redact
        self._verify, self._timeout = verify, timeout
        self.protect(*_proxy_credentials())
        if not verify:
            # The administrator's choice, not news for every request.
            disable_warnings(InsecureRequestWarning)
        self._last: requests.Response | None = None
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "User-Agent": "tanium-soar"})
        self._adapter = HTTPAdapter()
        self._session.mount("https://", self._adapter)
        self._session.mount("http://", self._adapter)

    def close(self) -> None:
        if self._last is not None:
            self._last.close()  # an answer that nobody has read to its end
        self._session.close()

    def exchange(self, method: str, path: str, *, auth: Any, **content: Any) -> requests.Response:
        """Send one request; the answer, whatever its status, with its body not read yet. Raises
        TransportError.

        `auth` is always given: requests would otherwise look for the host in a .netrc file.
        Redirects are not followed, so that no credential reaches another host.
        """
        self._adapter.max_retries = RETRIES.new(deadline=time.monotonic() + self._timeout)
        try:
            self._last = self._session.request(
                method,
                self.base_url + path,
                auth=auth,
                verify=self._verify,
                timeout=(min(self._timeout, 15), self._timeout),
                allow_redirects=False,
                stream=True,
                **content,
            )
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
            raise self._transport_error(method, path, error) from error
        return self._last

    def check(self, response: requests.Response, method: str, path: str, advice: str = "") -> None:
        """Raise the error of the response's status, with the server's own words, unless it is a
        success.
        """
        if 200 <= response.status_code < 300:
            return
        raise error_for_status(response.status_code)(
            response.status_code, method, path, self.explanation(response).text, advice
        )

    def explanation(self, response: requests.Response) -> Explanation:
        """The server's own words to an unsuccessful response, which is done with then."""
        if response.is_redirect:
            detail, body = f"it redirects to {response.headers.get('Location', '')}", b""
        else:
            detail, body = self._error_text(response)
        wait = self._redact(response.headers.get("Retry-After", ""))[:40]
        if wait:
            detail = f"{self._redact(detail)[:DETAIL_LIMIT]} (Retry-After: {wait})"
        response.close()
        return Explanation(self._sentence(detail), body)

    def dismiss(self, response: requests.Response) -> None:
        """Be done with an answer; reading a short body keeps the connection for the next request."""
        # Where nothing follows there is nothing to watch, and a watch is a thread.
        watch = (
            nullcontext()
            if response.raw.length_remaining == 0
            else _HangUp(response, self._timeout)
        )
        with suppress(Exception), watch:
            response.raw.read(ERROR_BODY_LIMIT)
        response.close()

    def reply(self, response: requests.Response, method: str, path: str) -> Reply:
        """The JSON of a successful response; None for an empty body, plain text where the server
        says it is text.
        """
        raw = self.body(response, method, path)
        if not raw.strip():
            return Reply(response.status_code, method, path, None)
        try:
            body = json.loads(raw, parse_constant=lambda _: None, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            if response.headers.get("Content-Type", "text/plain").startswith(
                "text/plain"
            ) and not raw.lstrip().startswith(b"<"):
                return Reply(response.status_code, method, path, raw.decode("utf-8", "replace"))
            detail = f"its answer is no JSON but: {self._start_of(raw)}"
            raise ResponseError(
                response.status_code, method, path, self._sentence(detail)
            ) from error
        if isinstance(body, dict) and body.get("errors"):
            raise ResponseError(
                response.status_code, method, path, self._sentence(_message_in(body["errors"]))
            )
        return Reply(response.status_code, method, path, body)

    def body(self, response: requests.Response, method: str, path: str) -> bytes:
        """The whole body of a successful response. Raises ResponseError for one above `BODY_LIMIT`,
        else what `chunks` raises.
        """
        pieces, size = [], 0
        for piece in self.chunks(response, method, path):
            size += len(piece)
            if size > BODY_LIMIT:
                response.close()
                detail = (
                    f"its answer has more than {BODY_LIMIT} bytes; ask for less where the action"
                    " has a limit or a filter"
                )
                raise ResponseError(response.status_code, method, path, detail)
            pieces.append(piece)
        return b"".join(pieces)

    def chunks(self, response: requests.Response, method: str, path: str) -> Iterator[bytes]:
        """The body in pieces of `CHUNK` bytes, each within the time-out.

        Raises TransportError when the connection breaks, ends too early or stalls.
        """
        pieces = response.iter_content(CHUNK)
        while True:
            watch = _HangUp(response, self._timeout)
            try:
                with watch:
                    piece = next(pieces, None)
                if watch.hung_up:
                    # A body without a length just ends when the connection does.
                    raise socket.timeout
            except (requests.RequestException, OSError) as error:
                response.close()
                raise self._transport_error(
                    method, path, socket.timeout() if watch.hung_up else error
                ) from error
            if piece is None:
                break
            yield piece
        # urllib3 1.26 takes a body that ends too early for a whole one.
        missing = response.raw.length_remaining
        if missing:
            raise self._transport_error(method, path, IncompleteRead(response.raw.tell(), missing))

    def _error_text(self, response: requests.Response) -> tuple[str, bytes]:
        try:
            watch = _HangUp(response, self._timeout)
            with watch:
                raw = response.raw.read(ERROR_BODY_LIMIT, decode_content=True)
        except Exception as error:
            return f"(its explanation could not be read: {type(error).__name__})", b""
        if watch.hung_up or (response.raw.length_remaining and len(raw) < ERROR_BODY_LIMIT):
            return "(its explanation broke off)", b""  # it may end with the first half of a secret
        return self._start_of(raw), raw

    def _start_of(self, answer: bytes) -> str:
        """Readable, and without the end of a long answer, which may be the first half of a secret."""
        text = answer[:ERROR_BODY_LIMIT].decode("utf-8", "replace")
        return _readable(
            self._redact(text if len(answer) < ERROR_BODY_LIMIT else text[:-SECRET_LIMIT])
        )

    def _sentence(self, text: str) -> str:
        # SOAR stores no half of a character (a lone surrogate), which JSON can carry.
        text = self._redact(text).encode("utf-8", "replace").decode("utf-8")
        text = " ".join(text.split()).rstrip(".")
        return text if len(text) <= DETAIL_LIMIT else text[:DETAIL_LIMIT] + "..."

    def _transport_error(self, method: str, path: str, error: BaseException) -> TransportError:
        problem = _transport_problem(error, self._setting)
        advice = " Check the server and any proxy on the way to it." if problem.sent else ""
        sentence = (
            f"No answer from {self.base_url} to {method} {bounded(self._redact(path))}:"
            f" {self._sentence(problem.reason)}.{advice}"
        )
        return TransportError(sentence, problem.sent, problem.lasting)


class _HangUp:
    """Ends a connection that is not done with something in time: the socket's own time-out starts
    anew with every byte.
    """

    def __init__(self, response: requests.Response, seconds: float) -> None:
        self._response, self.hung_up = response, False
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _hang_up(self) -> None:
        self.hung_up = True
        connection = getattr(self._response.raw, "connection", None)
        # A connection that ends with this answer has given its socket to the file that the answer
        # is read from.
        file = getattr(getattr(self._response.raw, "_fp", None), "fp", None)
        sock = getattr(connection, "sock", None) or getattr(
            getattr(file, "raw", None), "_sock", None
        )
        if sock:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _proxy_credentials() -> Iterator[str]:
    """User and password of the environment's proxies, which errors about their addresses repeat."""
    for address in getproxies().values():
        login, at, _ = address.rpartition("@")
        if at:
            login = login.partition("//")[2] or login
            yield from (
                login,
                unquote(login),
                login.partition(":")[2],
                unquote(login.partition(":")[2]),
            )


def as_number(value: Any) -> Any:
    """The number that a string of up to 20 digits is; anything else as it is."""
    return int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,20}", value) else value


def _finite(text: str) -> float | None:
    """A number of JSON; None for one like 1e400, which JSON can write and SOAR cannot store."""
    number = float(text)
    return number if math.isfinite(number) else None


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
        for key in (
            "text",
            "message",
            "Message",
            "description",
            "error",
            "errors",
            "title",
            "detail",
        ):
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
    19: (
        "it was issued by an authority that SOAR does not trust; add that authority's certificate"
        " to SOAR's trusted certificates"
    ),
    20: (
        "it was issued by an authority that SOAR does not trust; add that authority's certificate"
        " to SOAR's trusted certificates"
    ),
    21: "its chain is incomplete; the server must send its intermediate certificates",
    23: "it was revoked",
    62: "it is for another host name than the one in {setting}",
    64: "it is for another address than the one in {setting}",
}


class _Problem(NamedTuple):
    """What stood in the way of an answer; `sent`: the request may have reached the server,
    `lasting`: trying again does not help.
    """

    reason: str
    sent: bool
    lasting: bool = False


def _transport_problem(error: BaseException, setting: str) -> _Problem:
    """From the exceptions that urllib3 and requests wrap around each other; `setting` holds the
    server's address.
    """
    chain = list(_causes(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            problem = (
                _CERTIFICATE_PROBLEMS.get(cause.verify_code, "").format(setting=setting)
                or cause.verify_message
            )
            return _Problem(f"its TLS certificate was refused: {problem}", sent=False, lasting=True)
    # Urllib3 1.26 compares the host name itself.
    if any(isinstance(cause, CertificateError) for cause in chain):
        problem = f"it is for another host than the one in {setting} ({_innermost(chain)})"
        return _Problem(f"its TLS certificate was refused: {problem}", sent=False, lasting=True)
    if any(isinstance(cause, requests.exceptions.ProxyError) for cause in chain):
        said, proxies = _innermost(chain), "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
        is_forbidden = bool(re.search(r"Tunnel connection failed: 40[137]\b", said))
        return _Problem(
            f"the proxy of SOAR's environment did not let it through ({said}); {proxies}",
            sent=False,
            lasting=is_forbidden,
        )
    if any(
        isinstance(cause, (requests.exceptions.InvalidURL, LocationParseError)) for cause in chain
    ):
        # Without the address: half a password may be what cannot be parsed.
        return _Problem(
            f"an address is malformed; check {setting}, HTTP_PROXY and HTTPS_PROXY",
            sent=False,
            lasting=True,
        )
    for kinds, reason, sent in _REASONS:
        if any(isinstance(cause, kinds) for cause in chain):
            return _Problem(f"{reason.format(setting=setting)} ({_innermost(chain)})", sent)
    return _Problem(_innermost(chain), sent=True)


_REASONS: tuple[tuple[tuple[type[BaseException], ...], str, bool], ...] = (
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), "the connection broke off", True),
    ((ssl.SSLError,), "TLS could not be agreed on; {setting} may name a port without TLS", False),
    ((socket.gaierror,), "its host name is unknown to DNS; check {setting}", False),
    (
        (ConnectionRefusedError,),
        "the connection was refused; check host and port of {setting} and the firewall",
        False,
    ),
    (
        (requests.exceptions.ConnectTimeout,),
        "it could not be reached in time; check host and port of {setting} and the firewall",
        False,
    ),
    (
        (requests.exceptions.Timeout, ReadTimeoutError, socket.timeout),
        "it did not answer within the asset's request_timeout",
        True,
    ),
    ((IncompleteRead,), "the answer broke off before its end", True),
    ((ConnectionError, ProtocolError), "the connection broke off", True),
)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [
                cause.__context__,
                cause.__cause__,
                getattr(cause, "reason", None),
                *cause.args,
            ]


def _innermost(chain: list[BaseException]) -> str:
    return f"{type(chain[-1]).__name__}: {chain[-1]}".rstrip(": ")
