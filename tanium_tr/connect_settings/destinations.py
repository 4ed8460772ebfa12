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
"""The settings of a destination, each declared once: its parameter, its key in the configuration
that Tanium is sent, and the types of destinations that have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Callable, NamedTuple

from ..declare import BOOLEAN, NUMERIC, PASSWORD, Param, annotations_of
from .declaration import Flag, Number, Text
from .headers import read_headers


HTTP = "http"
TYPES = ("file", "syslog", HTTP, "email", "s3", "sql")
SERVER_TYPES = ("syslog", HTTP, "sql", "email")
METHODS = ("POST", "PUT", "PATCH")
PROTOCOLS = {"syslog": ("TCP", "UDP"), HTTP: ("HTTP", "HTTPS")}
LOGINS = ("none", "basic", "header", "ibm_iam")
LONGEST_SECRET = 2000  # characters


class DestinationSetting(NamedTuple):
    """Where the value of a parameter goes."""

    key: str  # of the configuration; `authentication.` leads into that object
    types: tuple[str, ...] = ()  # of destinations that have it; none means all of them
    encode: Callable[[Any], Any] | None = None
    login: str = ""  # the authentication that needs it


# Without a repr, which would show secrets.
@dataclass(frozen=True, repr=False)
class DestinationSettings:
    """What creating and updating a destination have in common."""

    url: Annotated[
        Text,
        Param(
            "URL that rows are sent to (type http)",
            examples=("https://soar.example.com/receiver",),
            hides=True,
        ),
        DestinationSetting("url", (HTTP,)),
    ] = None
    method: Annotated[
        Text,
        Param("HTTP method (type http); empty is POST for a new destination", choices=METHODS),
        DestinationSetting("method", (HTTP,)),
    ] = None
    headers: Annotated[
        Text,
        Param(
            'HTTP headers as a JSON object (type http), like {"Content-Type":'
            ' "application/json"}; they'
            " replace all that the destination has",
            examples=('{"Content-Type": "application/json"}',),
            hides=True,
        ),
        DestinationSetting("headers", (HTTP,), read_headers),
    ] = None
    authentication: Annotated[
        Text,
        Param(
            "How Connect logs in to the server (type http): none, basic (user_name, password),"
            " header (auth_header_name, auth_secret) or ibm_iam (api_key); empty is none for a new"
            " destination",
            choices=LOGINS,
        ),
        DestinationSetting("authentication.type", (HTTP,)),
    ] = None
    user_name: Annotated[
        Text,
        Param("User name (authentication basic)"),
        DestinationSetting("authentication.userName", (HTTP,), login="basic"),
    ] = None
    password: Annotated[
        Text,
        Param("Password (authentication basic)", PASSWORD, longest=LONGEST_SECRET),
        DestinationSetting("authentication.password", (HTTP,), login="basic"),
    ] = None
    auth_header_name: Annotated[
        Text,
        Param(
            "Name of the header (authentication header); empty is Authorization when none is stored"
        ),
        DestinationSetting("authentication.headerName", (HTTP,), login="header"),
    ] = None
    auth_secret: Annotated[
        Text,
        Param(
            "Whole value of the header, with a scheme such as Bearer where one is needed"
            " (authentication header)",
            PASSWORD,
            longest=LONGEST_SECRET,
        ),
        DestinationSetting("authentication.secret", (HTTP,), login="header"),
    ] = None
    api_key: Annotated[
        Text,
        Param("IBM Cloud API key (authentication ibm_iam)", PASSWORD, longest=LONGEST_SECRET),
        DestinationSetting("authentication.apiKey", (HTTP,), login="ibm_iam"),
    ] = None
    trust_on_first_use: Annotated[
        Flag,
        Param(
            "Trust the certificate that the server shows at the first run, and only that one from"
            " then on (type http)",
            BOOLEAN,
        ),
        DestinationSetting("trustOnFirstUse", (HTTP,)),
    ] = None
    batch_size: Annotated[
        Number,
        Param(
            "Rows per request (type http); 0 sends all rows in one request",
            NUMERIC,
            examples=(500,),
        ),
        DestinationSetting("batchSize", (HTTP,)),
    ] = None
    timeout: Annotated[
        Number,
        Param(
            "Seconds that Connect waits for the server's answer (type http)",
            NUMERIC,
            minimum=1,
            maximum=86400,
            examples=(60,),
        ),
        DestinationSetting("timeout", (HTTP,)),
    ] = None
    host: Annotated[
        Text,
        Param("Host name of the server (types syslog, http, sql and email)"),
        DestinationSetting("host", SERVER_TYPES),
    ] = None
    port: Annotated[
        Number,
        Param(
            "Port of the server (types syslog, http, sql and email)",
            NUMERIC,
            minimum=1,
            maximum=65535,
            examples=(514,),
        ),
        DestinationSetting("port", SERVER_TYPES),
    ] = None
    protocol: Annotated[
        Text,
        Param(
            "Protocol: TCP or UDP (type syslog), HTTP or HTTPS (type http)",
            choices=("TCP", "UDP", "HTTP", "HTTPS"),
        ),
        DestinationSetting("protocol", tuple(PROTOCOLS)),
    ] = None
    path: Annotated[
        Text, Param("Path of the file (type file)"), DestinationSetting("path", ("file",))
    ] = None
    bucket: Annotated[
        Text, Param("Name of the bucket (type s3)"), DestinationSetting("bucket", ("s3",))
    ] = None
    region: Annotated[
        Text,
        Param("AWS region of the bucket (type s3)", examples=("eu-central-1",)),
        DestinationSetting("region", ("s3",)),
    ] = None
    use_tls: Annotated[
        Flag,
        Param("Encrypt the connection to the server with TLS", BOOLEAN),
        DestinationSetting("useTls"),
    ] = None
    configuration: Annotated[
        Text,
        Param(
            "Further settings, which have no parameter here, as a JSON object with Tanium's names"
            ' for them, like {"database": "audit"}',
            examples=('{"database": "audit"}',),
            hides=True,
        ),
    ] = None


@dataclass(frozen=True, repr=False)
class DestinationChanges(DestinationSettings):
    """What updating a destination has besides."""

    forget_certificate: Annotated[
        bool,
        Param(
            "Forget the trusted certificate, so that the next run trusts the one it meets (type"
            " http)",
            BOOLEAN,
            default=False,
        ),
        DestinationSetting("trustedCertificate", (HTTP,), lambda _: None),
    ] = False
    keep_secrets: Annotated[
        bool,
        Param(
            "Update without the secrets that Tanium does not show; only for servers that then"
            " keep the stored ones",
            BOOLEAN,
            default=False,
        ),
    ] = False


def wire_settings() -> Mapping[str, DestinationSetting]:
    """Parameter -> where its value goes."""
    return annotations_of(DestinationChanges, DestinationSetting)


def parameter_of(key: str) -> str | None:
    """The parameter that sets a key of the configuration; of several the first."""
    for name, setting in annotations_of(DestinationSettings, DestinationSetting).items():
        if setting.key.partition(".")[0] == key:
            return name
    return None
