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

import math
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Callable, NamedTuple, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3 import disable_warnings
from urllib3.exceptions import (
    HTTPError,
    IncompleteRead,
    InsecureRequestWarning,
    InvalidHeader,
    MaxRetryError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.util import Retry

from ..errors import CutOffError, ResponseError, TooLargeError, TransportError, error_for_status
from ..redaction import Redaction
from ..words import LONGEST_PATH, LONGEST_SENTENCE, printable
from .call import Params
from .environment import authorities, proxies, proxy_credentials
from .json_limits import DEEPEST, needed_memory, parsed
from .problems import REQUEST_TIMEOUT, message_in, readable, transport_problem
from .reply import Reply


ERROR_BODY_LIMIT = 64 * 1024
# Characters; no token, password or session is longer, however it is encoded.
SECRET_LIMIT = 4 * 1024
CHUNK = 256 * 1024  # bytes; each piece of an answer has to come within request_timeout
# Bytes, unpacked, of an answer that is held in memory; pages of a thousand rows have a few. The
# other is for what no page divides: large documents, the status of every endpoint.
BODY_LIMIT, LARGE_BODY_LIMIT = 32 * 1024 * 1024, 256 * 1024 * 1024
# Bytes at once of an answer that is held in memory: packed, a thousand times as many may be in
# them.
BODY_CHUNK = 16 * 1024
# Bytes of memory for each byte of JSON that an answer may need as Python's objects.
MEMORY_FACTOR = 8
# The codings that requests asks for; others, or several of them, may hold any number of bytes.
CODINGS = ("", "identity", "gzip", "x-gzip", "deflate")


class BoundedRetry(Retry):
    """urllib3's retry, none of which begins after `deadline` (seconds of the monotonic clock).
    Which answers are repeated is `status_forcelist` alone.
    """

    def __init__(self, *args: Any, deadline: float = math.inf, **options: Any) -> None:
        super().__init__(*args, **options)
        self.deadline = deadline

    def new(self, **options: Any) -> BoundedRetry:
        return super().new(**{"deadline": self.deadline, **options})

    def is_retry(self, method: str, status_code: int, *_: Any) -> bool:
        return super().is_retry(method, status_code)

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


# A connection that was never made is safe to try again for any request, and so is one that was
# refused because there are too many; everything else only for reads. Other errors (TLS) do not
# pass.
READ_RETRIES = BoundedRetry(
    total=3,
    connect=1,
    read=1,
    other=0,
    backoff_factor=0.5,
    allowed_methods=None,
    status_forcelist=(429, 502, 503, 504),
    raise_on_status=False,
)
WRITE_RETRIES = READ_RETRIES.new(read=False, status_forcelist=(429,))
# For a caller that repeats in its own way.
NO_RETRIES = WRITE_RETRIES.new(status_forcelist=())


# Puts credentials into a request that is about to be sent.
Authenticate = Callable[[requests.PreparedRequest], requests.PreparedRequest]


class Explanation(NamedTuple):
    """Why a request was refused: a sentence without its period, bounded and without secrets, and
    the start of the body it was found in.
    """

    text: str
    body: bytes


class Transport:
    """One `requests.Session` to `base_url`; a path given to it starts with a slash and is
    percent-encoded by its caller.

    `setting` is the name of the asset's setting that the address comes from. The environment's
    proxies and certificates are read once, here; a .netrc file is never looked at.
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
        self._redact = redaction.redact
        self._verify, self._timeout = verify and authorities(), timeout
        self._limit = REQUEST_TIMEOUT
        redaction.add(*proxy_credentials())
        if not verify:
            # The administrator's choice, not news for every request.
            disable_warnings(InsecureRequestWarning)
        self._last: requests.Response | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.proxies = proxies(base_url)
        self._session.headers.update({"Accept": "application/json", "User-Agent": "tanium-soar"})
        self._session.headers["Accept-Encoding"] = "gzip, deflate"
        self.memory = 0  # bytes that the answers of this run have needed as Python's objects
        self._adapter = HTTPAdapter()
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
        self._adapter.max_retries = retries.new(deadline=time.monotonic() + self._timeout)
        try:
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
            said = self.explanation(response).text
            raise error_for_status(status)(status, method, path, said, advice, is_read=is_read)

    def explanation(self, response: requests.Response) -> Explanation:
        """The server's own words to an unsuccessful response, which is done with then."""
        if response.is_redirect:
            detail, body = f"it redirects to {response.headers.get('Location', '')}", b""
        else:
            detail, body = self._error_text(response)
        wait = printable(self._redact(response.headers.get("Retry-After", "")))[:40]
        response.close()
        said = self._sentence(detail)
        return Explanation(f"{said} (Retry-After: {wait})" if wait else said, body)

    def dismiss(self, response: requests.Response) -> None:
        """Be done with an answer; a short body is read, which keeps the connection for the next."""
        with suppress(Exception), _HangUp(response, self._timeout):
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
    ) -> Reply:
        """The JSON of a successful response; None for an empty body, plain text where the server
        says it is text. `is_large`: more than `BODY_LIMIT` may rightly come.
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
        if isinstance(body, dict) and body.get("errors"):
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
        for piece in self.chunks(response, method, path, BODY_CHUNK):
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

    def chunks(
        self, response: requests.Response, method: str, path: str, size: int = CHUNK
    ) -> Iterator[bytes]:
        """The body in pieces that take `size` bytes to send, each within the time-out. Raises
        ResponseError for one that is coded as nobody asked for.

        Raises CutOffError when the connection breaks or ends too early, TransportError when it
        stalls.
        """
        coding = _unusual_coding(response)
        if coding:
            response.close()
            detail = f"its answer has the encoding {self._sentence(coding)}, not gzip or deflate"
            raise ResponseError(response.status_code, method, path, detail)
        pieces = response.iter_content(size)
        while True:
            try:
                with _HangUp(response, self._timeout):
                    piece = next(pieces, None)
            except (requests.RequestException, HTTPError, OSError) as error:
                response.close()
                raise self._transport_error(method, path, error) from error
            except ValueError as error:  # such as a piece of -1 bytes
                response.close()
                malformed = ProtocolError(f"The answer is not valid HTTP: {error}")
                raise self._transport_error(method, path, malformed) from error
            if piece is None:
                break
            yield piece
        # urllib3 1.26 takes a body that ends too early for a whole one.
        missing = response.raw.length_remaining
        if missing:
            raise self._transport_error(method, path, IncompleteRead(response.raw.tell(), missing))

    def _error_text(self, response: requests.Response) -> tuple[str, bytes]:
        if _unusual_coding(response):
            return "(its explanation could not be read: it is not packed as gzip or deflate)", b""
        broken_off = "(its explanation is incomplete)"  # it may end with the first half of a secret
        try:
            with _HangUp(response, self._timeout):
                raw = response.raw.read(ERROR_BODY_LIMIT, decode_content=True)
        except ReadTimeoutError:
            return broken_off, b""
        except Exception as error:
            return f"(its explanation could not be read: {type(error).__name__})", b""
        if response.raw.length_remaining and len(raw) < ERROR_BODY_LIMIT:
            return broken_off, b""
        return self._start_of(raw), raw

    def _start_of(self, answer: bytes) -> str:
        """Readable, without the end of a long answer: it may be the first half of a secret."""
        text = answer[:ERROR_BODY_LIMIT].decode("utf-8", "replace")
        return readable(
            self._redact(text if len(answer) < ERROR_BODY_LIMIT else text[:-SECRET_LIMIT])
        )

    def _sentence(self, text: str) -> str:
        return printable(" ".join(self._redact(text).split()).rstrip("."), LONGEST_SENTENCE)

    def _transport_error(self, method: str, path: str, error: BaseException) -> TransportError:
        problem = transport_problem(error, self._setting, self._limit)
        advice = " Check the server and any proxy on the way to it." if problem.sent else ""
        sentence = (
            f"No answer from {self.base_url} to {method}"
            f" {printable(self._redact(path), LONGEST_PATH)}:"
            f" {self._sentence(problem.reason)}.{advice}"
        )
        kind = CutOffError if problem.cut_off else TransportError
        return kind(sentence, problem.sent, problem.lasting)


Result = TypeVar("Result")


def repeat_cut_off(read: Callable[[], Result]) -> Result:
    """What a read gives; it is done once more when its answer breaks off, as a lost answer is."""
    try:
        return read()
    except CutOffError:
        return read()


class _HangUp:
    """Gives up on an answer that does not come within `seconds`, however many reads it takes: the
    socket's own time-out starts anew with every byte.

    Each read of the file that the answer comes from waits at most for what is left of the time, and
    the socket has its own time-out again afterwards. What is buffered already costs nothing.
    """

    def __init__(self, response: requests.Response, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        # An answer that has been read to its end has no file any more.
        file = getattr(getattr(response.raw, "_fp", None), "fp", None)
        self._file: Any = getattr(file, "raw", None)

    def __enter__(self) -> None:
        if isinstance(self._file, socket.SocketIO):
            vars(self._file)["readinto"] = self._readinto

    def __exit__(self, *_: object) -> None:
        if isinstance(self._file, socket.SocketIO):
            del vars(self._file)["readinto"]

    def _readinto(self, buffer: Any) -> int | None:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise socket.timeout("timed out")
        sock = self._file._sock
        usual = sock.gettimeout()
        sock.settimeout(min(remaining, usual or remaining))
        try:
            return socket.SocketIO.readinto(self._file, buffer)
        finally:
            sock.settimeout(usual)


def _unusual_coding(response: requests.Response) -> str:
    """How a response is coded, when it is none of the ways that were asked for."""
    coding = response.headers.get("Content-Encoding", "").strip()
    return "" if coding.lower() in CODINGS else coding
