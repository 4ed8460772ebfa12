# File: connect_delivery.py
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
"""Connect's HTTP destination: real requests, but only to this machine."""

from __future__ import annotations

import hashlib
import socket
import ssl
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from dev.simulator.settings import Settings


Row = dict[str, Any]

LOOPBACK = ("127.0.0.1", "localhost")

_DEFAULT_TIMEOUT = 30.0


class Undeliverable(Exception):
    """The reason why no request of this run can succeed."""


class _PinnedAdapter(HTTPAdapter):
    """Accepts one certificate, whoever signed it."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, assert_fingerprint=self._fingerprint, **options)


class Sender:
    """The requests of one run, over one connection. Opening it may fetch a token or trust a
    certificate; all may raise `Undeliverable`.

    `certificate` is the SHA-256 fingerprint (hexadecimal) that is trusted now, None where the
    authority decides.
    """

    def __init__(self, configuration: Row, content_type: str, settings: Settings) -> None:
        self._configuration = configuration
        self._settings = settings
        self._timeout = float(configuration.get("timeout", _DEFAULT_TIMEOUT))
        self._url = _local(configuration["url"])
        self._session = requests.Session()
        self._session.trust_env = False
        given = {name: value.encode() for name, value in configuration.get("headers", {}).items()}
        self._headers: CaseInsensitiveDict[str | bytes] = CaseInsensitiveDict(
            {"Content-Type": content_type, **given}
        )
        self._session.verify = settings.connect_ca_file or True
        self.certificate: str | None = None

    def __enter__(self) -> Sender:
        try:
            # A token comes from another server, which neither gets these headers nor has that
            # certificate.
            self._authenticate(self._configuration.get("authentication", {"type": "none"}))
            if self._url.scheme == "https" and self._configuration.get("trustOnFirstUse"):
                self._pin()
        except BaseException:
            self._session.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def send(self, body: bytes) -> int:
        """The status of the reply to one batch; redirects are not followed."""
        method = self._configuration.get("method", "POST")
        return self._request(method, self._url.url, data=body, headers=self._headers).status_code

    def _authenticate(self, authentication: Row) -> None:
        if authentication["type"] == "basic":
            self._session.auth = (
                authentication["userName"].encode(),
                authentication["password"].encode(),
            )
        elif authentication["type"] == "header":
            self._headers[authentication["headerName"]] = authentication["secret"].encode()
        elif authentication["type"] == "ibm_iam":
            self._headers["Authorization"] = f"Bearer {self._token(authentication['apiKey'])}"

    def _token(self, api_key: str) -> str:
        if not self._settings.connect_token_url:
            return f"simulated-iam-{hashlib.sha256(api_key.encode()).hexdigest()[:16]}"
        form = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": api_key}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        reply = self._request(
            "POST", _local(self._settings.connect_token_url).url, data=form, headers=headers
        )
        if reply.status_code != 200:
            raise Undeliverable(f"IBM Cloud IAM refused the API key with {reply.status_code}")
        try:
            return str(reply.json()["access_token"])
        except (ValueError, KeyError, TypeError) as error:
            raise Undeliverable("IBM Cloud IAM answered without an access token") from error

    def _pin(self) -> None:
        """The certificate that was trusted before, or that the server presents now, is the only
        one.
        """
        self.certificate = self._configuration.get("trustedCertificate") or self._presented()
        self._session.verify = False
        self._session.mount("https://", _PinnedAdapter(self.certificate))

    def _presented(self) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        try:
            with (
                socket.create_connection(
                    (self._url.host, self._url.port or 443), self._timeout
                ) as raw,
                context.wrap_socket(raw) as secured,
            ):
                return hashlib.sha256(secured.getpeercert(binary_form=True) or b"").hexdigest()
        except OSError as error:
            raise Undeliverable(
                f"no certificate could be fetched: {type(error).__name__}"
            ) from error

    def _request(self, method: str, url: str, **options: Any) -> requests.Response:
        """An error says what went wrong in words that hold no part of the request."""
        try:
            return self._session.request(
                method, url, timeout=self._timeout, allow_redirects=False, **options
            )
        except requests.exceptions.SSLError as error:
            raise Undeliverable(
                "the certificate was refused"
                + (", it is not the trusted one" if self.certificate else "")
            ) from error
        except requests.exceptions.Timeout as error:
            raise Undeliverable(f"no answer within {self._timeout:g} s") from error
        except requests.exceptions.ConnectionError as error:
            raise Undeliverable("the destination could not be reached, or hung up") from error
        except requests.exceptions.RequestException as error:
            raise Undeliverable(f"the request failed: {type(error).__name__}") from error


def _local(text: str) -> Url:
    """The URL as `requests` will read it; one that leads to another machine is refused."""
    try:
        url = parse_url(text)
    except LocationParseError as error:
        raise Undeliverable("the URL cannot be read") from error
    if url.host not in LOOPBACK:
        raise Undeliverable(
            f"the simulator delivers to {' and '.join(LOOPBACK)} only, not to '{url.host}'"
        )
    return url
