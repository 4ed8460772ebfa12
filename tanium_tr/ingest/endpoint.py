# File: endpoint.py
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
"""The HTTP-ingest endpoint of a security platform, or Splunk's collector: one request, and what its
answer means for the batch in it.

The endpoint's documentation decides what is repeated: 408, 429 and 5xx are transient, a lost
connection too; every other answer that is no success holds until somebody has changed something.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlsplit

from ..errors import ConfigurationError, TransportError
from ..redaction import Redaction
from ..tanium.connect.secrets import secrets_in
from ..tanium.http import NO_RETRIES, Transport


if TYPE_CHECKING:
    import requests

    from ..config import IngestSettings

# What becomes of a batch. Transient: the same request may succeed later; unreachable: not before
# somebody has changed something.
Verdict = Literal["accepted", "transient", "too large", "denied", "refused", "unreachable"]

TEST_RECORD = (
    b"Test record of the Tanium app for Splunk SOAR: the connection to this endpoint was tested.\n"
)

_VERDICTS: dict[int, Verdict] = {
    401: "denied",
    403: "denied",
    408: "transient",
    413: "too large",
    429: "transient",
}
_ADVICE = {
    400: (
        "Check the records, and that ingest_url and ingest_compression are what this endpoint"
        " expects."
    ),
    401: (
        "Check that ingest_key is the key of ingest_url; the product shows a key only once, when"
        " the integration is created."
    ),
    403: (
        "The key is known but no longer valid here, for example because its integration was"
        " deleted: create a new integration, and enter its address and key."
    ),
    413: "The record is larger than the endpoint accepts.",
}
# Splunk's collector numbers its answers (TANIUM_WIRE section 5).
_COLLECTOR_ADVICE = {
    1: "The token is disabled in Splunk: enable it there.",
    2: "The collector received no token: set ingest_auth_scheme to Splunk.",
    3: (
        "The collector did not understand the token: set ingest_auth_scheme to Splunk, and check"
        " ingest_key."
    ),
    4: "Splunk does not recognize this token: check ingest_key.",
    5: "The collector found no data in the request.",
    6: (
        "The collector could not read the data: enter the address of its raw endpoint,"
        " .../services/collector/raw, as ingest_url."
    ),
    7: (
        "The token may not write to this index: check the token's indexes in Splunk, and the index"
        " in ingest_url."
    ),
    10: "The token requires a channel: turn off its indexer acknowledgement in Splunk.",
    11: "The token refuses the channel: turn off its indexer acknowledgement in Splunk.",
    14: "The token has indexer acknowledgement turned off.",
}


class Answer(NamedTuple):
    """`text` is a sentence for people, empty for a plain 200; `retry_after` in seconds; `limited`:
    it asked for less at a time.
    """

    verdict: Verdict
    text: str = ""
    retry_after: float = 0.0
    limited: bool = False

    @property
    def is_accepted(self) -> bool:
        return self.verdict == "accepted"


class HttpIngest:
    """`settings` are checked when they are used, so that an asset whose endpoint is wrong still
    runs its other actions.
    """

    def __init__(self, settings: IngestSettings, *, timeout: float, redaction: Redaction) -> None:
        self._settings, self._timeout, self._redaction = settings, timeout, redaction
        self._transport: Transport | None = None
        self._path = ""

    @property
    def is_configured(self) -> bool:
        return bool(self._settings.url)

    @property
    def endpoint(self) -> str:
        """The address; batches for another one are not for this endpoint. Raises
        ConfigurationError.
        """
        self._connected()
        return self._settings.url

    @property
    def digest(self) -> str:
        """Stands for address, scheme and key where a refusal of them is remembered. Keys are
        random, so that it does not tell them.
        """
        return hashlib.sha256(
            "\n".join((self._settings.url, self._settings.scheme, self._settings.key)).encode(
                "utf-8"
            )
        ).hexdigest()

    def post(self, body: bytes, content_type: str, *, compressed: bool) -> Answer:
        """`POST` of one body to the endpoint, once. Raises ConfigurationError before anything is
        sent.
        """
        transport = self._connected()
        headers = {
            "Content-Type": content_type,
            **({"Content-Encoding": "gzip"} if compressed else {}),
        }
        try:
            response = transport.exchange(
                "POST",
                self._path,
                auth=_Key(self._settings),
                data=body,
                headers=headers,
                retries=NO_RETRIES,
            )
        except TransportError as error:
            return Answer("unreachable" if error.lasting else "transient", str(error))
        if 200 <= response.status_code < 300:
            transport.dismiss(response)
            text = (
                ""
                if response.status_code == 200
                else f"The endpoint accepts with HTTP {response.status_code} rather than 200."
            )
            return Answer("accepted", text)
        return self._refusal(transport, response)

    def test(self) -> Answer:
        """`POST` of a record that is marked as a test."""
        return self.post(TEST_RECORD, "text/plain", compressed=False)

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def _refusal(self, transport: Transport, response: requests.Response) -> Answer:
        status, wait = response.status_code, _retry_after(response)
        explanation = transport.explanation(response)
        said = f": {explanation.text}" if explanation.text else ""
        verdict = _VERDICTS.get(status, "refused" if status < 500 else "transient")
        advice = _COLLECTOR_ADVICE.get(_collector_code(explanation.body)) or _ADVICE.get(status)
        if not advice:
            advice = "It may recover by itself." if verdict == "transient" else "Check ingest_url."
        return Answer(
            verdict,
            f"The HTTP-ingest endpoint answered HTTP {status}{said}. {advice}",
            wait,
            limited=status == 429,
        )

    def _connected(self) -> Transport:
        if self._transport is None:
            origin, self._path = _parts(self._settings)
            # Some endpoints want a signature or a second key in the query.
            self._redaction.add(*secrets_in(self._settings.url))
            self._transport = Transport(
                origin,
                verify=True,
                timeout=self._timeout,
                redaction=self._redaction,
                setting="ingest_url",
            )
        return self._transport


class _Key:
    """Authenticates a request; requests calls it, as it does any callable."""

    def __init__(self, settings: IngestSettings) -> None:
        self._settings = settings

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"{self._settings.scheme} {self._settings.key}"
        if self._settings.scheme == "Splunk":
            # The raw endpoint of some versions wants a channel; any that stays the same will do.
            request.headers["X-Splunk-Request-Channel"] = str(
                uuid.uuid5(uuid.NAMESPACE_URL, self._settings.url)
            )
        return request


def _parts(settings: IngestSettings) -> tuple[str, str]:
    """Origin, and path with query, of the endpoint. Raises ConfigurationError, which never repeats
    the address: it may hold a secret.
    """
    if not settings.url:
        raise ConfigurationError(
            "The asset has no HTTP-ingest endpoint: fill in ingest_url and ingest_key."
        )
    if not settings.key:
        raise ConfigurationError(
            "The asset has no key for its HTTP-ingest endpoint: fill in ingest_key."
        )
    try:
        parts = urlsplit(settings.url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or parts.scheme != "https" or not re.fullmatch(r"[\x21-\x7e]+", settings.url):
        raise ConfigurationError(
            "Asset setting 'ingest_url' is not an https address: copy it from the page of the"
            " endpoint's product."
        )
    if "@" in parts.netloc or settings.key in settings.url:
        raise ConfigurationError(
            "Asset setting 'ingest_url' contains a key or password: enter the key as ingest_key."
        )
    origin = f"https://{f'[{host}]' if ':' in host else host}{'' if port is None else f':{port}'}"
    return origin, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _retry_after(response: requests.Response) -> float:
    """Seconds that the answer asks to wait, 0 for none or nonsense. A date counts from the answer's
    own, whatever this machine's clock says.
    """
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        return float(value)
    until = _timestamp(value)
    if until is None:
        return 0.0
    now = _timestamp(response.headers.get("Date", ""))
    return max(0.0, until - (time.time() if now is None else now))


def _timestamp(text: str) -> float | None:
    try:
        date = parsedate_to_datetime(text)
        # HTTP's dates are in UTC, and the oldest of their forms does not say so.
        return (date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _collector_code(body: bytes) -> int:
    """The collector's, which comes with a `text`; other products number their answers with other
    meanings.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return -1
    code = answer.get("code") if isinstance(answer, dict) and "text" in answer else None
    return code if isinstance(code, int) else -1
