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
connection too. 400, 413 and 422 are about records. Every other answer but a success is about
the endpoint or the way to it, and holds for any batch until somebody has changed something.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
import zlib
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import urlsplit

from ..errors import ConfigurationError, TransportError
from ..numbers import natural_number
from ..redaction import Redaction
from ..tanium.connect.secrets import secrets_in
from ..tanium.http import Transport
from ..tanium.retries import NO_RETRIES


if TYPE_CHECKING:
    import requests

    from ..config import IngestSettings

# What becomes of a batch. Transient: the same request may succeed later; unreachable: not before
# somebody has changed something, whatever the records are; denied: the same for this key; rejected:
# a record in it is bad, or each is.
Verdict = Literal["accepted", "transient", "too large", "denied", "rejected", "unreachable"]

TEST_RECORD = (
    b"Test record of the Tanium app for Splunk SOAR: the connection to this endpoint was tested.\n"
)

_VERDICTS: dict[int, Verdict] = {
    400: "rejected",
    401: "denied",
    403: "denied",
    408: "transient",
    413: "too large",
    422: "rejected",
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
    402: "Check the subscription or license of this endpoint's product.",
    403: (
        "The key is known but no longer valid here, for example because its integration was"
        " deleted: create a new integration, and enter its address and key."
    ),
    404: (
        "Check ingest_url: no endpoint has this address, at least for now. Its integration may have"
        " been deleted, or it may be under maintenance."
    ),
    405: "Check ingest_url: what answers at this address does not take records.",
    407: "Check the user name and password of the proxy.",
    410: "Check ingest_url: the endpoint has been removed. Create a new integration.",
    413: "The record is larger than the endpoint accepts.",
    415: "The endpoint does not accept this type of content: check ingest_url.",
    422: "Check the records, and that ingest_url is what this endpoint expects.",
}
_RECOVERS = "It may recover by itself."
_MOVED = (
    "Check ingest_url; while a login or maintenance page is in the endpoint's place, wait until it"
    " is back."
)
_UNUSUAL = "Check ingest_url, and any proxy or firewall on the way."
_COMPRESSED = "The endpoint may not accept compressed requests: turn off ingest_compression."
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
    6: "The collector could not read the data.",
    7: (
        "The token may not write to this index: check the token's indexes in Splunk, and the index"
        " in ingest_url."
    ),
    10: "The token requires a channel: turn off its indexer acknowledgement in Splunk.",
    11: "The token refuses the channel: turn off its indexer acknowledgement in Splunk.",
    12: "The collector's event endpoint takes records in an envelope only.",
    13: "The collector's event endpoint takes records in an envelope only.",
    14: "The token has indexer acknowledgement turned off.",
}
# Those of them that the raw endpoint, which takes any record, does not give.
_NOT_RAW = (6, 12, 13)
_RAW = re.compile(r"/services/collector/raw(/1\.0)?/?")
_RAW_ADVICE = " Enter the address of the raw endpoint, .../services/collector/raw, as ingest_url."
# Those that are not about the records, whatever the status.
_SETTINGS = (1, 2, 3, 4, 7, 10, 11, 14)


class IngestAnswer(NamedTuple):
    """`text` is a sentence for people, empty for a plain 200; `retry_after` in seconds; `limited`:
    it asked for less at a time; `sent`: the endpoint may have seen the batch; `position` is the
    place of the refused record in the batch, where it says so.
    """

    verdict: Verdict
    text: str = ""
    retry_after: float = 0.0
    limited: bool = False
    sent: bool = True
    position: int | None = None

    @property
    def is_accepted(self) -> bool:
        return self.verdict == "accepted"

    @property
    def may_be_the_batch(self) -> bool:
        """Whether another batch may fare better at this moment."""
        return self.sent and not self.limited


class HttpIngest:
    """`settings` are checked when they are used, so that an asset whose endpoint is wrong still
    runs its other actions.
    """

    def __init__(self, settings: IngestSettings, *, timeout: int, redaction: Redaction) -> None:
        self._settings, self._timeout, self._redaction = settings, timeout, redaction
        self._transport: Transport | None = None
        self._path = ""

    @property
    def endpoint(self) -> str:
        """The address; batches for another one are not for this endpoint. Raises
        ConfigurationError.
        """
        self._transport_to_endpoint()
        return self._settings.url

    @property
    def digest(self) -> str:
        """Stands for address, scheme and key where a refusal of them is remembered. Keys are
        random, so that it does not reveal them.
        """
        return hashlib.sha256(
            "\n".join((self._settings.url, self._settings.scheme, self._settings.key)).encode(
                "utf-8"
            )
        ).hexdigest()

    def post(self, body: bytes, content_type: str, *, compressed: bool) -> IngestAnswer:
        """`POST` of one body to the endpoint, once; one that was compressed before that was turned
        off is sent as it was. Raises ConfigurationError before anything is sent.
        """
        transport = self._transport_to_endpoint()
        if compressed and not self._settings.compression:
            body, compressed = zlib.decompress(body, 31), False
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
            verdict: Verdict = "unreachable" if error.lasting else "transient"
            return IngestAnswer(verdict, str(error), sent=error.sent)
        if 200 <= response.status_code < 300:
            transport.dismiss(response)
            text = (
                ""
                if response.status_code == 200
                else f"The endpoint accepts with HTTP {response.status_code} rather than 200."
            )
            return IngestAnswer("accepted", text)
        return self._refusal(transport, response, compressed)

    def test(self) -> IngestAnswer:
        """`POST` of a record that is marked as a test."""
        return self.post(TEST_RECORD, "text/plain", compressed=False)

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def _refusal(
        self, transport: Transport, response: requests.Response, compressed: bool
    ) -> IngestAnswer:
        status, wait = response.status_code, _retry_after(response)
        explanation = transport.explanation(response)
        detail = f": {explanation.text}" if explanation.text else ""
        collector = _collector_answer(explanation.body)
        verdict = _VERDICTS.get(status, "transient" if status // 100 == 5 else "unreachable")
        if verdict == "rejected" and collector.get("code") in _SETTINGS:
            verdict = "unreachable"
        advice = self._collector_advice(collector) or self._advice(status, verdict, compressed)
        return IngestAnswer(
            verdict,
            f"The HTTP-ingest endpoint answered HTTP {status}{detail}. {advice}",
            wait,
            limited=status == 429,
            position=natural_number(collector.get("invalid-event-number")),
        )

    def _advice(self, status: int, verdict: Verdict, compressed: bool) -> str:
        if status == 415 and compressed:
            return _COMPRESSED
        if verdict == "transient":
            return _RECOVERS
        return _ADVICE.get(status, _MOVED if status // 100 == 3 else _UNUSUAL)

    def _collector_advice(self, answer: dict[str, Any]) -> str:
        code = answer.get("code", -1)
        if code not in _NOT_RAW:
            return _COLLECTOR_ADVICE.get(code, "")
        if _RAW.search(urlsplit(self._settings.url).path):
            return ""
        return _COLLECTOR_ADVICE[code] + _RAW_ADVICE

    def _transport_to_endpoint(self) -> Transport:
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
            digest = hashlib.sha256(self._settings.url.encode("utf-8")).digest()
            request.headers["X-Splunk-Request-Channel"] = str(uuid.UUID(bytes=digest[:16]))
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


def _collector_answer(body: bytes) -> dict[str, Any]:
    """The collector's, which has a `text` beside its `code`; empty for those of other products,
    which number their answers with other meanings.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    is_collector = isinstance(answer, dict) and "text" in answer
    return answer if is_collector and isinstance(answer.get("code"), int) else {}
