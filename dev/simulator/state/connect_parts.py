# File: connect_parts.py
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
"""Connect's sources and destinations by collection, as its vendor describes them: an id is unique
within its collection only. Every row is also one that the other dialect knows, under another id.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.state.connect_checks import check_unique
from dev.simulator.state.connect_destinations import MASK, Destinations
from dev.simulator.state.connect_sources import Sources
from dev.simulator.state.connect_vendor_checks import check_arguments
from dev.simulator.times import iso
from dev.simulator.values import copied


Row = dict[str, Any]

_SECRETS = ("password", "secret")
_AUTHENTICATIONS = {"": "none", "none": "none", "basic": "basic", "header": "header"}
_NAMES = {
    "https": {
        "url": "url",
        "method": "method",
        "batchSize": "batchSize",
        "batchSizeBytes": "batchSizeBytes",
        "connectionTimeout": "timeout",
        "trustOnFirstUse": "trustOnFirstUse",
        "cert": "trustedCertificate",
    },
    "sockets": {"host": "host", "port": "port", "protocol": "protocol", "secure": "useTls"},
    "smtps": {"host": "host", "port": "port", "secure": "useTls"},
    "sqlservers": {"server": "host", "port": "port"},
    "files": {"path": "path"},
}
"""Members, and what the other dialect calls them in a configuration."""


class Collections:
    """Numbers rows by collection; a number is never given twice."""

    def __init__(self, kind: str, names: list[str]) -> None:
        self.kind = kind
        self._numbers: dict[str, list[int]] = {name: [] for name in names}
        self._collections: dict[int, str] = {}

    @property
    def tables(self) -> list[dict[Any, Any]]:
        return [self._numbers, self._collections]

    def add(self, collection: str, row_id: int) -> None:
        self._numbers[collection].append(row_id)
        self._collections[row_id] = collection

    def holds(self, row_id: int) -> bool:
        return row_id in self._collections

    def collection_of(self, row_id: int) -> str:
        return self._collections[row_id]

    def number_of(self, row_id: int) -> int:
        return self._numbers[self._collections[row_id]].index(row_id) + 1

    def require(self, collection: str) -> None:
        if collection not in self._numbers:
            raise Rejected(404, f"There is no collection {self.kind}/{collection}")

    def row_id(self, collection: str, number: int) -> int | None:
        self.require(collection)
        known = self._numbers[collection]
        return known[number - 1] if 0 < number <= len(known) else None

    def rows(self, collection: str, rows: dict[int, Row]) -> list[Row]:
        self.require(collection)
        return [rows[row_id] for row_id in self._numbers[collection] if row_id in rows]


class VendorSources:
    """The sources; `arguments` is what a stream of a definition has."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self.collections = Collections("sources", list(seed.SOURCE_COLLECTIONS))
        for collection, like in seed.SOURCE_COLLECTIONS.items():
            if like.id:
                self.collections.add(collection, like.id)
        self._arguments = copied(seed.SOURCE_ARGUMENTS)

    @property
    def tables(self) -> list[dict[Any, Any]]:
        """All that changes."""
        return [self.all, self._arguments, *self.collections.tables]

    @property
    def all(self) -> dict[int, Row]:
        return self._sources.all

    def arguments(self, row_id: int) -> Row:
        return copied(self._arguments.get(row_id, {}))

    def shown(self, row: Row) -> Row:
        number = self.collections.number_of(row["id"])
        return {"name": row["name"], **self.arguments(row["id"]), "id": number}

    def create(self, collection: str, arguments: Row) -> Row:
        self.collections.require(collection)
        check_arguments(f"sources/{collection}", arguments)
        like = seed.SOURCE_COLLECTIONS[collection]
        row = self._sources.add(like, _source_name(arguments) or like.name)
        self.collections.add(collection, row["id"])
        self._arguments[row["id"]] = _given(arguments)
        return row

    def update(self, row: Row, arguments: Row) -> Row:
        check_arguments(f"sources/{self.collections.collection_of(row['id'])}", arguments)
        self._arguments[row["id"]] = _given(arguments)
        row["name"] = _source_name(arguments) or row["name"]
        return row

    def listens(self, row_id: int, name: str, sender: str) -> bool:
        """Whether a source of events waits for this one."""
        arguments = self._arguments.get(row_id, {})
        return arguments.get("source") == sender and name in arguments.get("events", [])


class VendorDestinations:
    """The destinations, whose members are `arguments` of a stream, too."""

    def __init__(
        self, settings: Settings, clock: Callable[[], float], destinations: Destinations
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._destinations = destinations
        self.collections = Collections("destinations", list(seed.DESTINATION_COLLECTIONS))
        self._members: dict[int, Row] = copied(seed.DESTINATION_MEMBERS)
        self.settle()

    @property
    def tables(self) -> list[dict[Any, Any]]:
        """All that changes."""
        return [self.all, self._members, *self.collections.tables]

    @property
    def all(self) -> dict[int, Row]:
        return self._destinations.all

    def settle(self) -> None:
        """Numbers what the other dialect has made meanwhile."""
        kinds = {kind: name for name, kind in reversed(seed.DESTINATION_COLLECTIONS.items())}
        for row in self._destinations.all.values():
            if not self.collections.holds(row["id"]):
                self.collections.add(kinds[row["type"]], row["id"])

    def arguments(self, row_id: int) -> Row:
        """The members as replies have them."""
        members = self._current(self._destinations.all[row_id])
        for name in _SECRETS:
            if members.get(name) and self._settings.connect_secrets == "masked":
                members[name] = MASK
            elif self._settings.connect_secrets == "left out":
                members.pop(name, None)
        return members

    def shown(self, row: Row) -> Row:
        number = self.collections.number_of(row["id"])
        times = {name: row[name] for name in ("createdAt", "updatedAt")}
        return {**self.arguments(row["id"]), "id": number, **times}

    def create(self, collection: str, members: Row) -> Row:
        self.collections.require(collection)
        members = self._checked(collection, members, None)
        row = self._destinations.add(
            _destination_name(members, collection),
            seed.DESTINATION_COLLECTIONS[collection],
            _configuration(collection, members),
        )
        self.collections.add(collection, row["id"])
        self._members[row["id"]] = members
        return row

    def update(self, row: Row, members: Row) -> Row:
        """The whole of it; what becomes of secrets that do not come along is a setting."""
        collection = self.collections.collection_of(row["id"])
        members = dict(members)
        if self._settings.connect_keeps_secrets:
            before = self._current(row)
            for name in _SECRETS:
                if before.get(name) and members.get(name, MASK) == MASK:
                    members[name] = before[name]
        members = self._checked(collection, members, row["id"])
        row.update(
            name=_destination_name(members, collection),
            configuration=_configuration(collection, members),
            updatedAt=iso(self._clock()),
        )
        self._members[row["id"]] = members
        return row

    def named(self, collection: str, members: Row) -> Row | None:
        """The destination that has the name of these members already."""
        name = _destination_name(members, collection).lower()
        rows = self.collections.rows(collection, self._destinations.all)
        return next((row for row in rows if row["name"].lower() == name), None)

    def _checked(self, collection: str, members: Row, own_id: int | None) -> Row:
        members = _given(members)
        check_arguments(f"destinations/{collection}", members)
        name = _destination_name(members, collection)
        same = self.collections.rows(collection, self._destinations.all)
        check_unique(name, same, own_id, "destination")
        if self._settings.connect_keeps_secrets:
            for secret in _SECRETS:
                if members.get(secret) == MASK:
                    raise Rejected(400, f"{secret}: this only stands for a secret", listed=True)
        if collection == "https":
            _authentication(members)
        return members

    def _current(self, row: Row) -> Row:
        """The members as they are, with what the other dialect has changed."""
        collection = self.collections.collection_of(row["id"])
        configuration = row["configuration"]
        members = {**self._members.get(row["id"], {}), "name": row["name"]}
        if collection.startswith("pluginConfigurations/"):
            members["config"] = dict(configuration)
        for name, known_as in _NAMES.get(collection, {}).items():
            if known_as in configuration:
                members[name] = configuration[known_as]
            else:
                members.pop(name, None)
        if collection == "https":
            members.setdefault("method", "POST")
            for name in ("username", "password", "authHeader", "secret"):
                members.pop(name, None)
            members["headers"] = [
                {"name": name, "value": value}
                for name, value in configuration.get("headers", {}).items()
            ]
            members.update(_shown_authentication(configuration, members))
        return members


def _given(members: Row) -> Row:
    return {
        name: value
        for name, value in copied(members).items()
        if value is not None and name not in {"id", "createdAt", "updatedAt"}
    }


def _source_name(arguments: Row) -> str:
    return str(arguments.get("name") or arguments.get("savedQuestionName") or "")


def _destination_name(members: Row, collection: str) -> str:
    if members.get("name"):
        return str(members["name"])
    if collection == "sqlservers":
        return f"{members.get('server')}/{members.get('database')}/{members.get('table')}"
    return str(members.get("config", {}).get("name") or collection.rpartition("/")[2])


def _configuration(collection: str, members: Row) -> Row:
    """What the other dialect, and a run, go by."""
    if collection.startswith("pluginConfigurations/"):
        return dict(members.get("config", {}))
    names = _NAMES.get(collection, {})
    configuration = {
        known_as: members[name] for name, known_as in names.items() if members.get(name) is not None
    }
    if collection != "https":
        return configuration
    if configuration.get("trustedCertificate"):
        configuration["trustedCertificate"] = _fingerprint(configuration["trustedCertificate"])
    headers = _headers(members.get("headers", []))
    if headers:
        configuration["headers"] = headers
    return {**configuration, "authentication": _authentication(members)}


def _headers(given: list[Row]) -> dict[str, str]:
    """The members of a header's object are not documented: a name and a value, or one member that
    is both.
    """
    headers = {}
    for header in given:
        name = header.get("name", header.get("key"))
        pairs = header if name is None else {str(name): header.get("value", "")}
        headers.update({str(key): str(value) for key, value in pairs.items()})
    return headers


def _authentication(members: Row) -> Row:
    given = str(members.get("useAuthentication") or "").lower()
    kind = _AUTHENTICATIONS.get(given.replace("authentication", "").strip())
    if kind is None:
        raise Rejected(
            400, f"useAuthentication: '{members['useAuthentication']}' is not known", listed=True
        )
    needed = {"none": (), "basic": ("username", "password"), "header": ("authHeader", "secret")}
    missing = [name for name in needed[kind] if not members.get(name)]
    if missing:
        raise Rejected(400, f"{missing[0]}: is required by useAuthentication", listed=True)
    names = {"basic": ("userName", "password"), "header": ("headerName", "secret")}
    values = {known_as: members[name] for known_as, name in zip(names.get(kind, ()), needed[kind])}
    return {"type": kind, **values}


def _shown_authentication(configuration: Row, members: Row) -> Row:
    """The name of the method as it was given, where that still is the method."""
    authentication = configuration.get("authentication", {"type": "none"})
    kind, given = authentication["type"], str(members.get("useAuthentication", ""))
    shown = {"useAuthentication": given if given.lower().startswith(kind) else kind}
    if kind == "basic":
        return {**shown, "username": authentication["userName"], **_of(authentication, "password")}
    if kind == "header":
        return {
            **shown,
            "authHeader": authentication["headerName"],
            **_of(authentication, "secret"),
        }
    return {**shown, "secret": authentication["apiKey"]} if kind == "ibm_iam" else shown


def _of(row: Row, name: str) -> Row:
    return {name: row[name]}


def _fingerprint(certificate: str) -> str:
    if "BEGIN CERTIFICATE" not in certificate:
        return certificate
    try:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()
    except ValueError as error:
        raise Rejected(400, "cert: cannot be read", listed=True) from error
