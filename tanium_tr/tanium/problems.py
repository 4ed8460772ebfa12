# File: problems.py
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
"""What stood in the way of an answer, in words: from exceptions, and from a server's own words."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Iterator
from typing import Any, NamedTuple

import requests
from urllib3.exceptions import IncompleteRead, LocationParseError, ProtocolError, ReadTimeoutError
from urllib3.util.ssl_match_hostname import CertificateError

from .coding import UnfinishedCodingError


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


# Each alternative matches whatever follows, so that no page takes longer than its length.
_MARKUP = (
    r"(?is)<(?:!--.*?(?:-->|\Z)|(script|style)\b.*?(?:</\1[^<>]*>?|\Z)"
    r"""|[a-z/!?](?:[^<>"']|"[^"<]*"|'[^'<]*'|["'])*>?)"""
)
LONGEST_TEXT = 4 * 1024  # characters of an explanation, of which a message shows the start


_REFUSED_CERTIFICATE = "its TLS certificate was refused"
_REFUSED_BY_PROXY = "the proxy of SOAR's environment did not let it through"


class Problem(NamedTuple):
    """What stood in the way of an answer; `sent`: the request may have reached the server,
    `lasting`: trying again does not help, `cut_off`: the connection ended before the answer did,
    `timed_out`: the answer took too long, `plain`: the reason without a word from elsewhere, which
    may name hosts and addresses.
    """

    reason: str
    sent: bool
    lasting: bool = False
    cut_off: bool = False
    timed_out: bool = False
    plain: str = "no answer came"


def transport_problem(error: BaseException, setting: str, patience: str) -> Problem:
    """From the exceptions that urllib3 and requests wrap around each other; `setting` holds the
    server's address, `patience` says how long the answer was waited for.
    """
    chain = list(_causes(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            known = _CERTIFICATE_PROBLEMS.get(cause.verify_code, "").format(setting=setting)
            reason = f"{_REFUSED_CERTIFICATE}: {known or cause.verify_message}"
            plain = reason if known else _REFUSED_CERTIFICATE
            return Problem(reason, sent=False, lasting=True, plain=plain)
    # Urllib3 1.26 compares the host name itself.
    if any(isinstance(cause, CertificateError) for cause in chain):
        problem = f"it is for another host than the one in {setting} ({_innermost(chain)})"
        reason = f"{_REFUSED_CERTIFICATE}: {problem}"
        return Problem(reason, sent=False, lasting=True, plain=_REFUSED_CERTIFICATE)
    if any(isinstance(cause, requests.exceptions.ProxyError) for cause in chain):
        cause_text, proxies = _innermost(chain), "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
        is_forbidden = bool(re.search(r"Tunnel connection failed: 40[137]\b", cause_text))
        return Problem(
            f"{_REFUSED_BY_PROXY} ({cause_text}); {proxies}",
            sent=False,
            lasting=is_forbidden,
            plain=_REFUSED_BY_PROXY,
        )
    if type(error) is ValueError or any(  # of Python's own reader of addresses
        isinstance(cause, (requests.exceptions.InvalidURL, LocationParseError)) for cause in chain
    ):
        # Without the address: half a password may be what cannot be parsed.
        return Problem(
            f"an address is malformed; check {setting}, HTTP_PROXY and HTTPS_PROXY, in whose"
            " passwords special characters are written like %5B",
            sent=False,
            lasting=True,
            plain="an address is malformed",
        )
    for kinds, reason, sent in _REASONS:
        if any(isinstance(cause, kinds) for cause in chain):
            plain = reason.format(setting=setting, patience=patience)
            if reason == _LATE:
                return Problem(plain, sent, timed_out=True, plain=plain)
            reason_text = f"{plain} ({_innermost(chain)})"
            return Problem(reason_text, sent, cut_off=reason in (_LOST, _CUT_OFF), plain=plain)
    return Problem(_innermost(chain), sent=True)


_LOST, _CUT_OFF = "the connection was lost", "the answer was cut off"
_LATE = "it did not answer within {patience}"
_REASONS: tuple[tuple[tuple[type[BaseException], ...], str, bool], ...] = (
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), _LOST, True),
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
        _LATE,
        True,
    ),
    ((IncompleteRead, UnfinishedCodingError), _CUT_OFF, True),
    ((ConnectionError, ProtocolError), _LOST, True),
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


def readable(text: str) -> str:
    """A server's explanation: the message in its JSON, the text of its HTML, or the text itself."""
    if text.lstrip().startswith("<"):
        import html  # imported here: few answers need its long table

        return " ".join(html.unescape(re.sub(_MARKUP, " ", text)).split())[:LONGEST_TEXT]
    try:
        return message_in(json.loads(text)) or text
    except (ValueError, RecursionError):
        return text


def message_in(body: Any) -> str:
    """The text with which a body explains a failure; empty for an object without one."""
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
                return message_in(body[key])
        return ""
    if isinstance(body, list):
        return "; ".join(filter(None, map(message_in, body)))
    return str(body)
