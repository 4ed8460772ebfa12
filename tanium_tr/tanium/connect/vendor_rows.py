# File: vendor_rows.py
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
"""Destinations and sources of the vendor's Connect under the names that the specification has, and
back (CONNECT_VENDOR).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ...errors import UnsupportedError
from ..reply import part
from .references import DESTINATIONS, PLUGINS, SOURCES, route_of, streams_of


Row = dict[str, Any]

# Members of a collection -> keys of a configuration, where the two differ.
_LOGIN = {
    "useAuthentication": "authentication.type",
    "username": "authentication.userName",
    "password": "authentication.password",  # pragma: allowlist secret - a path
    "authHeader": "authentication.headerName",
    "secret": "authentication.secret",  # pragma: allowlist secret - a path
}
_RENAMED: Mapping[str, Mapping[str, str]] = {
    "https": {**_LOGIN, "connectionTimeout": "timeout", "cert": "trustedCertificate"},
    "sockets": {"secure": "useTls", "cert": "trustedCertificate"},
    "smtps": {"secure": "useTls"},
    "sqlservers": {"server": "host", "encrypt": "useTls"},
}
# What the vendor names of the settings that have a parameter. Of files it names nothing.
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "https": (
        *("url", "method", "headers", "authentication", "trustOnFirstUse", "trustedCertificate"),
        *("batchSize", "timeout"),
    ),
    "sockets": ("host", "port", "protocol", "useTls", "trustOnFirstUse", "trustedCertificate"),
    "smtps": ("host", "port", "useTls", "timeout"),
    "sqlservers": ("host", "useTls", "batchSize"),
    "files": ("path",),
}
_SETTINGS = {key for keys in _KNOWN.values() for key in keys} | {"bucket", "region"}
_METHODS = ("POST", "PUT")
_LOGINS = {"none": "none", "basic": "basic", "header": "header"}
# Of each login; others have a password where they have a user name.
_SECRETS = {"basic": "password", "header": "secret", "none": "", "false": "", "": ""}
_DESTINATION_TYPES = {
    "https": "http",
    "sockets": "socket",
    "files": "file",
    "smtps": "email",
    "sqlservers": "sqlserver",
    "elasticsearches": "elasticsearch",
}
_ABOUT = ("id", "name", "type", "reference", "createdAt", "updatedAt")
_NAMES_OF_HEADERS = ("name", "key", "header")


def destination(row: Row, collection: str) -> Row:
    """A row of a collection, with its other members as a configuration."""
    renamed = _RENAMED.get(collection, {})
    configuration: Row = {}
    for key, value in row.items():
        if key not in _ABOUT:
            _put(configuration, renamed.get(key, key), value)
    login = part(configuration, "authentication")
    if "type" in login:
        login["type"] = _login_type(login["type"])
    headers = _headers(configuration.get("headers"))
    if headers is not None:
        configuration["headers"] = headers
    about = {key: row[key] for key in _ABOUT if key in row}
    kind = DESTINATIONS.type_of(collection)
    return {**about, **_identity(row, kind, collection), "configuration": configuration}


def destination_body(body: Row, collection: str, seen: Collection[str]) -> Row:
    """The members to send for a destination under the specified names. Raises UnsupportedError for
    a setting that the collection does not have; the server has those that were `seen` in it.
    """
    configuration = part(body, "configuration")
    _require_supported(configuration, collection, seen)
    renamed = {key: member for member, key in _RENAMED.get(collection, {}).items()}
    found: Row = {"name": body.get("name")}
    for key, value in configuration.items():
        if key == "authentication":
            found.update({renamed.get(f"{key}.{name}", name): each for name, each in value.items()})
        else:
            found[renamed.get(key, key)] = value
    if isinstance(found.get("headers"), dict):
        headers = found["headers"].items()
        found["headers"] = [{"name": name, "value": value} for name, value in headers]
    return found


def source(row: Row, collection: str) -> Row:
    """A row of a collection of sources."""
    kind = SOURCES.type_of(collection)
    about = {key: row[key] for key in (*_ABOUT, "description") if key in row}
    name = row.get("name") or row.get("savedQuestionName") or row.get("source") or kind
    settings = {key: value for key, value in row.items() if key not in about}
    return {
        **about,
        **_identity(row, kind, collection),
        "name": name,
        "configuration": settings,
    }


def source_arguments(row: Row, collection: str) -> Row:
    """What a definition has of a row of a source; only action logs have a name there, which is a
    filter.
    """
    about = ("id", "createdAt", "updatedAt", *(() if collection == "actionlogs" else ("name",)))
    return {key: value for key, value in row.items() if key not in about}


def destination_type(collection: str) -> str:
    """What a data connection calls destinations of this collection. Raises UnsupportedError where
    the vendor does not say it.
    """
    found = _DESTINATION_TYPES.get(collection)
    if found is None:
        raise UnsupportedError(
            f"This server's Connect does not say how data connections name {collection}: create"
            " the data connection in Tanium."
        )
    return found


def lacks_secret(members: Row) -> bool:
    """Whether a destination's login is shown without what it logs in with."""
    login = str(_login_type(members.get("useAuthentication", True))).lower()
    usual = "password" if members.get("username") else ""
    needed = _SECRETS.get(login, usual)
    return bool(needed) and not members.get(needed)


def without_empty(definition: Row) -> Row:
    """A definition whose destination has no members that are null or empty text, which stand for
    no secret.
    """
    streams = [
        {**stream, "arguments": without_empty_members(part(stream, "arguments"))}
        if isinstance(stream, dict) and DESTINATIONS.reference_in(route_of(stream))
        else stream
        for stream in streams_of(definition)
    ]
    return {**definition, "streams": streams}


def without_empty_members(row: Row) -> Row:
    """A row without members that are null or empty text."""
    return {key: value for key, value in row.items() if value not in (None, "")}


def creatable_collection(kind: str) -> str:
    """The collection for a new destination of a type. Raises UnsupportedError for plug-ins."""
    collection = DESTINATIONS.collection_of(kind)
    if collection not in DESTINATIONS.collections and not collection.startswith(PLUGINS):
        raise UnsupportedError(
            f"Parameter 'type' is '{kind}', which is a plug-in on this server: create the"
            " destination in Tanium."
        )
    return collection


def _identity(row: Row, kind: str, collection: str) -> Row:
    return {"type": kind, "reference": f"{collection}/{row.get('id')}"}


def _put(configuration: Row, key: str, value: Any) -> None:
    head, _, name = key.partition(".")
    if name:
        configuration.setdefault(head, {})[name] = value
    else:
        configuration[head] = value


def _login_type(value: Any) -> Any:
    """The vendor does not list the values: `Basic Authentication` may stand for basic."""
    text = str(value).lower()
    return next((login for word, login in _LOGINS.items() if word in text), value)


def _headers(headers: Any) -> Row | None:
    """Headers by name; None for any form but a list of objects with a name and a value."""
    if not isinstance(headers, list):
        return None
    found: Row = {}
    for header in headers:
        names = [key for key in _NAMES_OF_HEADERS if isinstance(header, dict) and key in header]
        if not names or "value" not in header:
            return None
        found[str(header[names[0]])] = header["value"]
    return found


def _require_supported(configuration: Row, collection: str, seen: Collection[str]) -> None:
    known = _KNOWN.get(collection)
    for key in configuration:
        if known is not None and key in _SETTINGS and key not in (*known, *seen):
            raise _unsupported(f"the setting '{key}' for {collection}")
    if collection == "https":
        if configuration.get("method", "POST") not in _METHODS:
            raise _unsupported(f"the method {configuration['method']}, only POST and PUT")
        login = part(configuration, "authentication").get("type", "none")
        if login == "ibm_iam":
            raise _unsupported("the authentication ibm_iam")


def _unsupported(what: str) -> UnsupportedError:
    return UnsupportedError(f"This server's Connect does not have {what}. Nothing was changed.")
