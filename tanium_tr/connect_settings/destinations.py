# File: destinations.py
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
"""The settings of a destination: as parameters, and as Tanium is sent them, by the rules that hold
before anything is sent.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from ..declare import BOOLEAN, NUMERIC, PASSWORD, Param
from ..errors import ParameterError
from ..tanium.reply import part
from ..structured import json_value, misplaced
from ..words import printable, shown


HTTP = "http"
TYPES = ("file", "syslog", HTTP, "email", "s3", "sql")
METHODS = ("POST", "PUT", "PATCH")
LONGEST_SECRET = 2000  # characters

# Of the authentication methods: parameter -> key, all of which are needed.
AUTHENTICATION = {
    "none": {},
    "basic": {"user_name": "userName", "password": "password"},
    "header": {"auth_header_name": "headerName", "auth_secret": "secret"},
    "ibm_iam": {"api_key": "apiKey"},
}
SECRETS = ("password", "auth_secret", "api_key")
STANDARD_HEADER = "Authorization"
FORM_DATA = ("multipart/form-data", "application/x-www-form-urlencoded")

SETTINGS = {
    "url": Param(
        "URL that rows are sent to (type http)",
        examples=("https://soar.example.com/receiver",),
        hides=True,
    ),
    "method": Param(
        "HTTP method (type http); empty is POST for a new destination", choices=METHODS
    ),
    "headers": Param(
        'HTTP headers as a JSON object (type http), like {"Content-Type": "application/json"}; they'
        " replace all that the destination has",
        examples=('{"Content-Type": "application/json"}',),
        hides=True,
    ),
    "authentication": Param(
        "How Connect logs in to the server (type http): none, basic (user_name, password), header"
        " (auth_header_name, auth_secret) or ibm_iam (api_key); empty is none for a new"
        " destination",
        choices=tuple(AUTHENTICATION),
    ),
    "user_name": Param("User name (authentication basic)"),
    "password": Param("Password (authentication basic)", PASSWORD, longest=LONGEST_SECRET),
    "auth_header_name": Param(
        "Name of the header (authentication header); empty is Authorization when none is stored"
    ),
    "auth_secret": Param(
        "Whole value of the header, with a scheme such as Bearer where one is needed"
        " (authentication header)",
        PASSWORD,
        longest=LONGEST_SECRET,
    ),
    "api_key": Param(
        "IBM Cloud API key (authentication ibm_iam)", PASSWORD, longest=LONGEST_SECRET
    ),
    "trust_on_first_use": Param(
        "Trust the certificate that the server shows at the first run, and only that one from then"
        " on (type http)",
        BOOLEAN,
    ),
    "batch_size": Param(
        "Rows per request (type http); 0 sends all rows in one request", NUMERIC, examples=(500,)
    ),
    "timeout": Param(
        "Seconds that Connect waits for the server's answer (type http)",
        NUMERIC,
        minimum=1,
        maximum=86400,
        examples=(60,),
    ),
    "host": Param("Host name of the server (types syslog, http, sql and email)"),
    "port": Param(
        "Port of the server (types syslog, http, sql and email)",
        NUMERIC,
        minimum=1,
        maximum=65535,
        examples=(514,),
    ),
    "protocol": Param(
        "Protocol: TCP or UDP (type syslog), HTTP or HTTPS (type http)",
        choices=("TCP", "UDP", "HTTP", "HTTPS"),
    ),
    "path": Param("Path of the file (type file)"),
    "bucket": Param("Name of the bucket (type s3)"),
    "region": Param("AWS region of the bucket (type s3)", examples=("eu-central-1",)),
    "use_tls": Param("Encrypt the way to the server with TLS", BOOLEAN),
    "configuration": Param(
        "Further settings, which have no parameter here, as a JSON object with Tanium's names for"
        ' them, like {"database": "audit"}',
        examples=('{"database": "audit"}',),
        hides=True,
    ),
}

_KEYS = {
    "url": "url",
    "method": "method",
    "trust_on_first_use": "trustOnFirstUse",
    "batch_size": "batchSize",
    "timeout": "timeout",
    "host": "host",
    "port": "port",
    "protocol": "protocol",
    "path": "path",
    "bucket": "bucket",
    "region": "region",
    "use_tls": "useTls",
}
_HAVE_PARAMETERS = {
    **{key: name for name, key in _KEYS.items()},
    "headers": "headers",
    "authentication": "authentication",
}
_OF_HTTP = (
    *(
        "url",
        "method",
        "headers",
        "authentication",
        *(name for keys in AUTHENTICATION.values() for name in keys),
    ),
    *("trust_on_first_use", "batch_size", "timeout", "forget_certificate"),
)
_PROTOCOLS = {"syslog": ("TCP", "UDP"), HTTP: ("HTTP", "HTTPS")}
# Parameter -> types that have the setting; those that are not here belong to any type.
_TYPES_OF = {
    **dict.fromkeys(_OF_HTTP, (HTTP,)),
    "host": ("syslog", HTTP, "sql", "email"),
    "port": ("syslog", HTTP, "sql", "email"),
    "protocol": tuple(_PROTOCOLS),
    "path": ("file",),
    "bucket": ("s3",),
    "region": ("s3",),
}

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # a header's name, RFC 9110
_MASK = re.compile(r"\*{2,}")
_HEADER_VALUE = re.compile(r"[\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?")


LOST = (
    "Tanium does not show the stored one, and an update sends the whole destination, so that it may"
    " be lost; keep_secrets leaves it out all the same, for servers that keep what is left out"
)
NOT_COPIED = "Tanium does not show the one of the destination to copy, so that it cannot be copied"


def configuration_of(
    kind: str,
    given: dict[str, Any],
    stored: dict[str, Any],
    masked: tuple[str, ...] = (),
    because: str = "",
) -> dict[str, Any]:
    """A destination's configuration: what is given, over what is stored.

    `masked` are places of stored secrets that Tanium does not show; `because` is why they have to
    be given again. Raises ParameterError for what Tanium would not take, or would lose.
    """
    for name in given:
        if name in _TYPES_OF and kind not in _TYPES_OF[name]:
            raise ParameterError(
                f"Parameter '{name}' is for destinations of the type"
                f" {' or '.join(_TYPES_OF[name])}: this one is of {kind}."
            )
    if "protocol" in given and given["protocol"] not in _PROTOCOLS[kind]:
        raise ParameterError(
            f"Parameter 'protocol' is '{given['protocol']}': a destination of the type {kind} has"
            f" {' or '.join(_PROTOCOLS[kind])}."
        )
    further = _further(given.get("configuration"))
    found = {
        **stored,
        **further,
        **{key: given[name] for name, key in _KEYS.items() if name in given},
    }
    if kind == HTTP:
        _require_address(found.get("url"))
        found.setdefault("method", METHODS[0])
        if "headers" in given:
            found["headers"] = _headers(given["headers"])
        authentication = _authentication(given, part(found, "authentication"), because)
        if authentication:
            found["authentication"] = authentication
            _require_no_collision(found.get("headers"), authentication)
    if given.get("forget_certificate"):
        found["trustedCertificate"] = None
    _require_unmasked(masked, given, further, found, because)
    return found


def _require_unmasked(
    masked: tuple[str, ...],
    given: dict[str, Any],
    further: dict[str, Any],
    found: dict[str, Any],
    because: str,
) -> None:
    """No mask was taken over, so each secret behind one has to be given, or belong to what is
    replaced as a whole.
    """
    if given.get("keep_secrets"):
        return
    method = part(found, "authentication").get("type")
    for place in masked:
        setting = re.split(r"[.\[]", place.removeprefix("configuration."))[0]
        if (
            setting in given
            or setting in further
            or (setting == "authentication" and method in AUTHENTICATION)
        ):
            continue
        name = _HAVE_PARAMETERS.get(setting, "configuration")
        raise ParameterError(f"Parameter '{name}' is required for {printable(place)}: {because}.")


def _further(text: str | None) -> dict[str, Any]:
    found: dict[str, Any] = json_value("configuration", text or "{}", dict)
    for key in found:
        if key in _HAVE_PARAMETERS:
            raise misplaced(
                "configuration",
                f"configuration.{key}",
                f"has a parameter of its own: give it in '{_HAVE_PARAMETERS[key]}'",
            )
    return found


def _require_address(url: Any) -> None:
    if not url:
        raise ParameterError(
            "Parameter 'url' is required for destinations of the type http: give an address like"
            " https://soar.example.com/receiver."
        )
    shown_part = str(url).partition("?")[0]  # the rest may hold a key
    try:
        parts = urlsplit(str(url))
        is_address = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if "@" in (parts.netloc if is_address else shown_part):
        # Not shown: what stands before the @ may be a password.
        raise ParameterError(
            "Parameter 'url' holds a user name or password: give them with the authentication"
            " basic."
        )
    if not is_address or re.search(r"[\s\x00-\x1f\x7f]", str(url)):
        raise ParameterError(
            f"Parameter 'url' is {shown(shown_part)}: give an address like"
            " https://soar.example.com/receiver."
        )


def _headers(text: str) -> dict[str, str]:
    """Names and values that HTTP can carry. No error shows a value, which may be a secret."""
    headers = json_value("headers", text, dict)
    seen = set()
    for name, value in headers.items():
        place = f"headers[{shown(name)}]"
        if not _TOKEN.fullmatch(name):
            raise misplaced("headers", place, "is no name of an HTTP header")
        if not (isinstance(value, str) and _HEADER_VALUE.fullmatch(value)):
            raise misplaced(
                "headers",
                place,
                "has no valid value: give text of printable Latin-1 characters, without blanks"
                " around it",
            )
        if _MASK.fullmatch(value):
            raise misplaced(
                "headers",
                place,
                "is only the mask that results show instead of a secret: give the secret itself",
            )
        if name.lower() in seen:
            raise misplaced(
                "headers",
                place,
                "is there twice: names differ in more than the case of their letters",
            )
        seen.add(name.lower())
        if name.lower() == "content-type" and value.split(";")[0].strip().lower() in FORM_DATA:
            raise misplaced(
                "headers", place, "is form data, which Connect does not send: give application/json"
            )
    return dict(headers)


def _authentication(given: dict[str, Any], before: dict[str, Any], because: str) -> dict[str, Any]:
    """Empty when there is none to send."""
    method = given.get("authentication") or before.get("type") or "none"
    keys = AUTHENTICATION.get(method)
    for other, names in AUTHENTICATION.items():
        for name in names:
            if name in given and other != method:
                raise ParameterError(
                    f"Parameter '{name}' is for the authentication {other}: this destination has"
                    f" {printable(str(method))}."
                )
    if keys is None or (not keys and "authentication" not in given):
        return before  # one that only the server knows stays as it is
    kept = before if before.get("type") == method else {}
    found = {
        **kept,
        "type": method,
        **{key: given[name] for name, key in keys.items() if name in given},
    }
    if method == "header":
        found.setdefault("headerName", STANDARD_HEADER)
    for name, key in keys.items():
        if found.get(key) in (None, "") and not (kept and given.get("keep_secrets")):
            raise ParameterError(
                f"Parameter '{name}' is required for the authentication"
                f" {method}{f': {because}' if kept else ''}."
            )
    _require_valid(found)
    return found


def _require_valid(authentication: dict[str, Any]) -> None:
    if ":" in str(authentication.get("userName", "")):
        raise ParameterError(
            "Parameter 'user_name' holds a colon, which ends the user name in basic authentication."
        )
    if not _TOKEN.fullmatch(str(authentication.get("headerName", STANDARD_HEADER))):
        raise ParameterError(
            f"Parameter 'auth_header_name' is {shown(authentication['headerName'])}, which is no"
            " name of an HTTP header."
        )
    if not _HEADER_VALUE.fullmatch(str(authentication.get("secret", "x"))):
        raise ParameterError(
            "Parameter 'auth_secret' is no valid value of an HTTP header; enter it again."
        )


def _require_no_collision(headers: Any, authentication: dict[str, Any]) -> None:
    if authentication.get("type") not in AUTHENTICATION or authentication["type"] == "none":
        return
    name = str(authentication.get("headerName", STANDARD_HEADER))
    if name.lower() in (
        str(header).lower() for header in (headers if isinstance(headers, dict) else ())
    ):
        raise misplaced(
            "headers",
            f"headers[{shown(name)}]",
            f"is what the authentication {authentication['type']} sends: leave out one of the two",
        )


def warnings_about(configuration: dict[str, Any], holds_secrets: bool) -> list[str]:
    """What is allowed but should be known."""
    authenticates = part(configuration, "authentication").get("type") not in (None, "none")
    if (authenticates or holds_secrets) and str(configuration.get("url", "")).lower().startswith(
        "http://"
    ):
        return [
            "Warning: url starts with http://, so that the credentials of the destination cross the"
            " network unencrypted."
        ]
    return []
