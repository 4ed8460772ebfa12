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

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Callable, NamedTuple, TypeVar

import requests
from urllib3 import disable_warnings
from urllib3.exceptions import HTTPError, IncompleteRead, InsecureRequestWarning, ProtocolError

from ..errors import CutOffError, ResponseError, TooLargeError, TransportError, error_for_status
from ..network.limited_http import LimitedAdapter
from ..network.time_limit import remaining_seconds, time_limit
from ..redaction import MASK, Redaction
from ..words import LONGEST_PATH, LONGEST_SENTENCE, counted, printable
from .call import Params
from .coding import CODINGS, decoded
from .environment import authorities, proxies, proxies_for, proxy_credentials
from .json_limits import DEEPEST, needed_memory, parsed
from .problems import message_in, readable, transport_problem
from .reply import Reply
from .retries import READ_RETRIES, WRITE_RETRIES, BoundedRetry


ERROR_BODY_LIMIT = 64 * 1024
# Characters; no token, password or session is longer, however it is encoded.
SECRET_LIMIT = 4 * 1024
CHUNK = 256 * 1024  # bytes; so many of a download have to come within each request_timeout
# Bytes, unpacked, of an answer that is held in memory; pages of a thousand rows have a few. The
# other is for what no page divides: large documents, the status of every endpoint.
BODY_LIMIT, LARGE_BODY_LIMIT = 32 * 1024 * 1024, 256 * 1024 * 1024
BODY_CHUNK = 64 * 1024  # bytes at once of an answer that is held in memory
# Bytes of memory for each byte of JSON that an answer may need as Python's objects.
MEMORY_FACTOR = 8


Result = TypeVar("Result")

# Puts credentials into a request that is about to be sent.
Authenticate = Callable[[requests.PreparedRequest], requests.PreparedRequest]


_TIMEOUTS = {"request_timeout": "the asset's request_timeout", "timeout": "the parameter timeout"}


class Explanation(NamedTuple):
    """Why a request was refused: a sentence without its period, bounded and without secrets, and
    the start of the body it was found in.
    """

    text: str
    body: bytes


class Transport:
    """One `requests.Session` to `base_url`; a path given to it starts with a slash and is
    percent-encoded by its caller.

    A request, with its repeats and its whole answer, takes at most `timeout` seconds, whatever the
    server does meanwhile. Only a download, which may rightly take longer, has them for each CHUNK.

    `setting` is the name of the asset's setting that the address comes from. The environment's
    proxies and certificates are read once, here; a .netrc file is never looked at.
    """

    def __init__(
        self,
        base_url: str,
        *,
        verify: bool,
        timeout: int,
        redaction: Redaction,
        setting: str = "base_url",
    ) -> None:
        self.base_url, self._setting = base_url, setting
        self._redact = redaction.redact
        self._verify, self._timeout = verify and authorities(), timeout
        self._limit = "request_timeout"  # the name of the setting or parameter for it
        known_proxies = proxies()
        redaction.add(*proxy_credentials(known_proxies))
        if not verify:
            # The administrator's choice, not news for every request.
            disable_warnings(InsecureRequestWarning)
        self._last: requests.Response | None = None
        self._masks_sessions = False
        self._deadline = 0.0  # of the last request, in seconds of the monotonic clock
        self._session = _Session()
        self._session.trust_env = False
        self._session.proxies = proxies_for(base_url, known_proxies)
        self._session.headers.update({"Accept": "application/json", "User-Agent": "tanium-soar"})
        self._session.headers["Accept-Encoding"] = "gzip, deflate"
        self.memory = 0  # bytes that the answers of this run have needed as Python's objects
        self._adapter = LimitedAdapter()
        self._session.mount("https://", self._adapter)
        self._session.mount("http://", self._adapter)

    def close(self) -> None:
        if self._last is not None:
            self._last.close()  # an answer that nobody has read to its end
        self._session.close()

    def exchange(
        self,
        method: str,
        path: str,
        *,
        auth: Authenticate,
        params: Params | None = None,
        json: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        retries: BoundedRetry | None = None,
    ) -> requests.Response:
        """Send one request; the answer, whatever its status, with its body not read yet. Raises
        TransportError. `retries` are by default those of a read for GET, else those of a write.

        Redirects are not followed, so that no credential reaches another host.
        """
        retries = retries or (READ_RETRIES if method == "GET" else WRITE_RETRIES)
        self._deadline = time.monotonic() + self._timeout
        self._adapter.max_retries = retries.new(deadline=self._deadline)
        try:
            with time_limit(self._timeout):
                self._last = self._session.request(
                    method,
                    self.base_url + path,
                    auth=auth,
                    verify=self._verify,
                    timeout=(min(self._timeout, 15), self._timeout),
                    allow_redirects=False,
                    stream=True,
                    params=params,
                    json=json,
                    data=data,
                    headers=headers,
                )
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise self._transport_error(method, path, error) from error
        return self._last

    def check(
        self,
        response: requests.Response,
        method: str,
        path: str,
        advice: str = "",
        *,
        is_read: bool = False,
    ) -> None:
        """Raise the error of the response's status, with the server's own words, unless it is a
        success.
        """
        status = response.status_code
        if not 200 <= status < 300:
            detail = self.explanation(response).text
            raise error_for_status(status)(status, method, path, detail, advice, is_read=is_read)

    def explanation(self, response: requests.Response) -> Explanation:
        """The server's own words to an unsuccessful response, which is done with then."""
        if response.is_redirect:
            detail, body = f"it redirects to {response.headers.get('Location', '')}", b""
        else:
            detail, body = self._error_text(response)
        wait = self._sentence(response.headers.get("Retry-After", ""))[:40]
        response.close()
        sentence = self._sentence(detail)
        return Explanation(f"{sentence} (Retry-After: {wait})" if wait else sentence, body)

    @contextmanager
    def unknown_session(self) -> Iterator[None]:
        """For a login: inside it, whatever a server says that looks like a session is masked, also
        in an error, because nobody knows the session yet.
        """
        self._masks_sessions = True
        try:
            yield
        finally:
            self._masks_sessions = False

    def dismiss(self, response: requests.Response) -> None:
        """Be done with an answer; a short body is read, which keeps the connection for the next."""
        with suppress(HTTPError, OSError, ValueError), self._time_left():
            response.raw.read(ERROR_BODY_LIMIT)
        response.close()

    def reply(
        self,
        response: requests.Response,
        method: str,
        path: str,
        *,
        is_read: bool = False,
        is_large: bool = False,
        has_errors: bool = False,
    ) -> Reply:
        """The JSON of a successful response; None for an empty body, plain text where the server
        says it is text. `is_large`: more than `BODY_LIMIT` may rightly come. `has_errors`: an
        answer that tells of errors is no error by itself.
        """
        limit = LARGE_BODY_LIMIT if is_large else BODY_LIMIT
        raw = self.body(response, method, path, limit, is_read=is_read)
        reply = Reply(response.status_code, method, path, None, is_read)
        self._require_memory(raw, limit, reply)
        if not raw.strip():
            return reply
        try:
            body = parsed(raw)
        except RecursionError as error:
            detail = f"its answer is nested more than {DEEPEST} levels deep"
            raise reply.refused(detail) from error
        except ValueError as error:
            if response.headers.get("Content-Type", "text/plain").startswith(
                "text/plain"
            ) and not raw.lstrip().startswith(b"<"):
                return reply._replace(body=raw.decode("utf-8", "replace"))
            detail = f"its answer is not JSON but: {self._start_of(raw)}"
            raise reply.refused(self._sentence(detail)) from error
        if isinstance(body, dict) and body.get("errors") and not has_errors:
            raise reply.refused(self._sentence(message_in(body["errors"])))
        return reply._replace(body=body)

    def body(
        self,
        response: requests.Response,
        method: str,
        path: str,
        limit: int | None = None,
        *,
        is_read: bool = False,
    ) -> bytes:
        """The whole body of a successful response. Raises TooLargeError for one above `limit` bytes
        (BODY_LIMIT), else what `chunks` raises.
        """
        pieces, size, limit = [], 0, limit or BODY_LIMIT
        for piece in self.chunks(response, method, path, is_download=False):
            size += len(piece)
            if size > limit:
                response.close()
                detail = (
                    f"its answer has more than {limit} bytes; ask for less where the action"
                    " has a limit or a filter"
                )
                status = response.status_code
                raise TooLargeError(status, method, path, detail, is_read=is_read)
            pieces.append(piece)
        return b"".join(pieces)

    def _require_memory(self, raw: bytes, limit: int, reply: Reply) -> None:
        """Raise TooLargeError for JSON whose many small members need far more memory than they have
        bytes.
        """
        needed = needed_memory(raw, MEMORY_FACTOR * limit)
        if needed > MEMORY_FACTOR * limit:
            detail = (
                "its answer has too many members for SOAR's memory; ask for less where the action"
                " has a limit or a filter"
            )
            raise TooLargeError(
                reply.status, reply.method, reply.path, detail, is_read=reply.is_read
            )
        self.memory += needed

    def repeat_cut_off(self, read: Callable[[], Result]) -> Result:
        """What a read gives; it is done once more when its answer breaks off, as a lost answer is,
        in what is left of the time-out.
        """
        deadline = time.monotonic() + self._timeout
        try:
            return read()
        except CutOffError:
            if time.monotonic() >= deadline:
                raise
            with time_limit(deadline - time.monotonic()):
                return read()

    def chunks(
        self, response: requests.Response, method: str, path: str, *, is_download: bool = True
    ) -> Iterator[bytes]:
        """The body in pieces. Raises ResponseError for one that is coded as nobody asked for.

        Raises CutOffError when the connection breaks, or the body or its coding ends too early,
        TransportError when it takes too long.
        """
        coding = _coding(response)
        if coding.lower() not in CODINGS:
            response.close()
            detail = f"its answer has the encoding {self._sentence(coding)}, not gzip or deflate"
            raise ResponseError(response.status_code, method, path, detail)
        pieces = _pieces(response, CHUNK if is_download else BODY_CHUNK)
        left = self._timeout if is_download else self._deadline - time.monotonic()
        received = 0
        while True:
            began = time.monotonic()
            try:
                with time_limit(left):
                    piece = next(pieces, None)
            except (requests.RequestException, HTTPError, OSError) as error:
                response.close()
                raise self._transport_error(method, path, error) from error
            except ValueError as error:  # such as a piece of -1 bytes
                response.close()
                malformed = ProtocolError(f"The answer is not valid HTTP: {error}")
                raise self._transport_error(method, path, malformed) from error
            if piece is None:
                return
            left, received = left - (time.monotonic() - began), received + len(piece)
            if is_download and received >= CHUNK:
                left, received = self._timeout, 0
            yield piece

    def _time_left(self) -> AbstractContextManager[None]:
        """For what belongs to the last request."""
        return time_limit(self._deadline - time.monotonic())

    def _error_text(self, response: requests.Response) -> tuple[str, bytes]:
        if _coding(response).lower() not in CODINGS:
            return "(its explanation could not be read: it is not packed as gzip or deflate)", b""
        raw = b""
        try:
            with self._time_left():
                for piece in _pieces(response, BODY_CHUNK):
                    raw += piece
                    if len(raw) >= ERROR_BODY_LIMIT:
                        break
        except (HTTPError, OSError, ValueError) as error:
            problem = transport_problem(error, self._setting, "")
            if problem.cut_off or problem.timed_out:
                # It may end with the first half of a secret.
                return "(its explanation is incomplete)", b""
            return f"(its explanation could not be read: {type(error).__name__})", b""
        return self._start_of(raw), raw[:ERROR_BODY_LIMIT]

    def _start_of(self, answer: bytes) -> str:
        """Readable, without the end of a long answer: it may be the first half of a secret."""
        text = answer[:ERROR_BODY_LIMIT].decode("utf-8", "replace")
        return readable(
            self._redact(text if len(answer) < ERROR_BODY_LIMIT else text[:-SECRET_LIMIT])
        )

    def _sentence(self, text: str) -> str:
        text = self._redact(text)
        if self._masks_sessions:
            text = re.sub(_LIKE_A_SESSION, _masked_session, text)
        return printable(" ".join(text.split()).rstrip("."), LONGEST_SENTENCE)

    def _transport_error(self, method: str, path: str, error: BaseException) -> TransportError:
        has_own_limit = remaining_seconds() > 0  # else its caller had less time
        patience = (
            f"{_TIMEOUTS[self._limit]} ({counted(self._timeout, 'second')})"
            if has_own_limit
            else "the time that was left for it"
        )
        problem = transport_problem(error, self._setting, patience)
        advice = " Check the server and any proxy on the way to it" if problem.sent else ""
        if advice and problem.timed_out and has_own_limit:
            advice += f", or raise {self._limit}"
        sentence = (
            f"No answer from {self.base_url} to {method}"
            f" {printable(self._redact(path), LONGEST_PATH)}:"
            f" {self._sentence(problem.reason)}.{advice and advice + '.'}"
        )
        kind = CutOffError if problem.cut_off else TransportError
        return kind(sentence, problem.sent, problem.lasting)


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: requests would read the whole body of a redirect that is not followed."""
        return None


# Without the signs that divide an address, which a redirect has to show.
_LIKE_A_SESSION = r"[\w.~+=-]{16,}"


def _masked_session(found: re.Match[str]) -> str:
    return MASK if not set("0123456789").isdisjoint(found[0]) else found[0]


def _coding(response: requests.Response) -> str:
    return response.headers.get("Content-Encoding", "").strip()


def _pieces(response: requests.Response, size: int) -> Iterator[bytes]:
    """The whole body, unpacked, in pieces of about `size` bytes. Raises an HTTPError when it ends
    too early.
    """
    raw = response.raw
    # Where neither is told, a body ends with the connection, for whatever reason that does.
    is_bounded = raw.length_remaining is not None or raw.chunked
    packed = raw.stream(size, decode_content=False)
    yield from decoded(packed, _coding(response).lower(), size, may_be_empty=is_bounded)
    if raw.length_remaining:  # urllib3 1.26 takes a body that ends too early for a whole one
        raise IncompleteRead(raw.tell(), raw.length_remaining)
