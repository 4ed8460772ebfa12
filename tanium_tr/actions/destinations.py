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
"""Connect's destinations: where data connections deliver to."""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..connect_settings.configuration import (
    LOST,
    NOT_COPIED,
    build_configuration,
    warnings_about,
)
from ..connect_settings.declaration import given_values
from ..connect_settings.destinations import (
    HTTP,
    TYPES,
    DestinationChanges,
    DestinationSettings,
)
from ..connect_settings.references import DestinationId, reference_of
from ..connect_settings.rules import report_warnings, require_new_name
from ..connect_settings.users import (
    USERS_UNKNOWN,
    are_numbered_by_type,
    connections_of,
    name_connections,
    references_to,
)
from ..declare import (
    BOOLEAN,
    DATA_CONNECTION_ID,
    DESTINATION_ID,
    NUMERIC,
    WHOLE,
    Column,
    Output,
    Param,
    action,
)
from ..errors import ApiError, ConflictError, ParameterError, TaskError
from ..permissions import CONNECT_READ, CONNECT_WRITE
from ..services import Services
from ..tanium.connect.references import REFERENCE, Reference, read_reference
from ..tanium.reply import part
from ..words import printable


CONFIGURATION = (
    Column("configuration.url", title="URL", examples=("https://soar.example.com/receiver",)),
    Column("configuration.method", title="Method", examples=("POST",)),
    Column("configuration.headers"),
    Column("configuration.authentication.type", title="Authentication", examples=("header",)),
    Column("configuration.authentication.userName"),
    Column("configuration.authentication.headerName", examples=("Authorization",)),
    Column("configuration.trustOnFirstUse", BOOLEAN),
    Column("configuration.trustedCertificate"),
    Column("configuration.batchSize", NUMERIC, examples=(500,)),
    Column("configuration.timeout", NUMERIC, examples=(60,)),
    Column("configuration.host", title="Host"),
    Column("configuration.port", NUMERIC),
    Column("configuration.protocol", examples=("TCP",)),
    Column("configuration.path", title="Path"),
    Column("configuration.bucket", title="Bucket"),
    Column("configuration.region"),
    Column("configuration.useTls", BOOLEAN),
)
REFERENCE_COLUMN = Column(
    "reference", contains=(DESTINATION_ID,), title="Reference", examples=("http/3", "https/3")
)
# Of types whose settings have no parameter, as the vendor's servers name them.
OTHER_SETTINGS = tuple(
    Column(f"configuration.{name}")
    for name in (
        *("compressionType", "database", "emailFrom", "emailSubject", "emailTo", "schema"),
        *("table", "useAuthentication", "username"),
    )
)
DESTINATION = (
    Column("id", NUMERIC, contains=(DESTINATION_ID,), title="Destination ID", examples=(3,)),
    Column("name", title="Name", examples=("SOAR",)),
    Column("type", title="Type", examples=TYPES),
    REFERENCE_COLUMN,
    *CONFIGURATION,
    Column("createdAt"),
    Column("updatedAt", title="Updated"),
)
AFFECTED = (
    Column(
        "affected_connections.*.id",
        NUMERIC,
        contains=(DATA_CONNECTION_ID,),
        title="Affected Data Connection ID",
    ),
    Column("affected_connections.*.name", title="Affected Data Connection"),
)


class DestinationActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        read_only=True,
        may_need=(CONNECT_READ,),
        columns=(*DESTINATION, *OTHER_SETTINGS),
        summary=(Column("destination_count", NUMERIC, examples=(3,)),),
        message="Destinations found: 3",
    )
    def list_destinations(self) -> Output:
        """List Connect's destinations."""
        rows = self._tanium.destinations.list_destinations()
        return Output(rows, {"destination_count": len(rows)}, f"Destinations found: {len(rows)}")

    @action(
        read_only=True,
        may_need=(CONNECT_READ,),
        columns=(*DESTINATION, *OTHER_SETTINGS),
        summary=(WHOLE,),
        message="Destination retrieved",
    )
    def get_destination(self, destination_id: DestinationId) -> Output:
        """Get a destination of Connect."""
        row = self._tanium.destinations.get_destination(read_reference(destination_id))
        return Output([row], {}, "Destination retrieved")

    @action(
        type="generic",
        read_only=False,
        may_need=(CONNECT_READ, CONNECT_WRITE),
        columns=DESTINATION,
        summary=(Column("destination_id", NUMERIC, contains=(DESTINATION_ID,), examples=(7,)),),
        message="Destination created",
    )
    def create_destination(
        self,
        name: Annotated[str, Param("Unique name of the destination", examples=("SOAR",))],
        type: Annotated[
            Optional[str],
            Param(
                "Type of the destination, which cannot change later; if empty, http or the type of"
                " the copied destination",
                choices=TYPES,
            ),
        ] = None,
        copy_from: Annotated[
            Optional[str],
            Param(
                "ID of a destination to copy, like 3 or https/3; its settings apply where this"
                " action specifies none",
                contains=(DESTINATION_ID,),
                pattern=REFERENCE,
                form="a whole number, or one with its type like https/3",
            ),
        ] = None,
        *,
        settings: DestinationSettings,
    ) -> Output:
        """Create a destination for data connections.

        Secrets are sent to Tanium and never appear in results, messages or logs. A secret header is
        masked in results. Secrets that Tanium does not show cannot be copied and must be entered.
        Form data is not supported. The name must not exist yet.
        """
        if copy_from is None:
            kind, configuration = type or HTTP, build_configuration(type or HTTP, settings, {})
        else:
            kind, configuration = self._copy(read_reference(copy_from), type, settings)
        require_new_name(name, self._tanium.destinations.list_destinations(), "destination")
        warnings = self._report_warnings(configuration)
        created = self._tanium.destinations.create_destination(
            {"name": name, "type": kind, "configuration": configuration}
        )
        return Output(
            [created], {"destination_id": created["id"]}, f"Destination created{warnings}"
        )

    def _copy(
        self, original: Reference, kind: str | None, settings: DestinationSettings
    ) -> tuple[str, dict[str, Any]]:
        """The type and the configuration of another destination, with what is given over it; its
        trusted certificate is not copied.
        """
        stored, masked = self._tanium.destinations.stored_destination(original)
        kind = _type_of(stored, kind, original)
        base = {
            key: value
            for key, value in part(stored, "configuration").items()
            if key != "trustedCertificate"
        }
        return kind, build_configuration(kind, settings, base, masked, NOT_COPIED)

    @action(
        type="generic",
        read_only=False,
        may_need=(CONNECT_READ, CONNECT_WRITE),
        columns=(*DESTINATION, *AFFECTED),
        summary=(
            Column("destination_id", NUMERIC, contains=(DESTINATION_ID,), examples=(3,)),
            Column("affected_connection_count", NUMERIC, examples=(2,)),
        ),
        message=(
            "Destination updated, used by data connections 1 'Alerts to SOAR' and 4 'Audit to SOAR'"
        ),
    )
    def update_destination(
        self,
        destination_id: DestinationId,
        name: Annotated[Optional[str], Param("New name of the destination")] = None,
        type: Annotated[
            Optional[str],
            Param(
                "Expected type of the destination; the action fails if it has another type,"
                " because a type cannot change",
                choices=TYPES,
            ),
        ] = None,
        *,
        settings: DestinationChanges,
    ) -> Output:
        """Change a destination, and with it all data connections that use it.

        Settings that are not specified stay unchanged; headers are replaced as a whole. The whole
        destination is sent to Tanium, so a secret that Tanium does not show must be entered again.
        Secrets are sent to Tanium and never appear in results, messages or logs. A secret header is
        masked in results.
        """
        if not name and not set(given_values(settings)) - {"keep_secrets"}:
            raise ParameterError(
                "Nothing to change: specify a name or a setting of the destination."
            )
        stored, masked = self._tanium.destinations.stored_destination(
            read_reference(destination_id)
        )
        reference = reference_of({"id": read_reference(destination_id).id, **stored})
        kind = _type_of(stored, type, reference)
        configuration = build_configuration(
            kind, settings, part(stored, "configuration"), masked, LOST
        )
        if name:
            require_new_name(
                name, self._tanium.destinations.list_destinations(), "destination", reference
            )
        rows = self._tanium.data_connections.list_data_connections()
        warnings = self._report_warnings(configuration)
        body = {
            key: value
            for key, value in stored.items()
            if key not in ("id", "reference", "createdAt", "updatedAt")
        }
        body.update(name=name or stored.get("name"), type=kind, configuration=configuration)
        updated = self._tanium.destinations.update_destination(reference, body)
        return _updated(reference, updated, rows, warnings)

    def _report_warnings(self, configuration: dict[str, Any]) -> str:
        warnings = warnings_about(
            configuration, self._tanium.destinations.holds_secrets(configuration)
        )
        return report_warnings(self._soar, warnings)

    @action(
        type="generic",
        read_only=False,
        may_need=(CONNECT_READ, CONNECT_WRITE),
        columns=(WHOLE, *AFFECTED),
        summary=(WHOLE,),
        message="Destination deleted",
    )
    def delete_destination(self, destination_id: DestinationId) -> Output:
        """Permanently delete a destination.

        A destination that is used by enabled data connections is not deleted; the failed result
        names them.
        """
        reference = read_reference(destination_id)
        connections = self._tanium.data_connections.list_data_connections()
        if not reference.kind and are_numbered_by_type(connections):
            reference = reference_of(self._tanium.destinations.get_destination(reference))
        users = connections_of(reference, connections)
        rows = [{"affected_connections": references_to(users)}]
        if any(row.get("enabled") is not False for row in users):
            raise TaskError(
                f"Destination {reference} was not deleted because it is used by"
                f" {name_connections(users)}.",
                rows,
            )
        try:
            self._tanium.destinations.delete_destination(reference)
        except ApiError as refusal:
            if users and (refusal.status == 400 or isinstance(refusal, ConflictError)):
                raise TaskError(
                    f"{refusal} It is used by {name_connections(users)}.", rows
                ) from refusal
            raise
        left = (
            f". Disabled data connections that used it: {name_connections(users)}" if users else ""
        )
        return Output([], {}, f"Destination deleted{left}")


def _type_of(stored: dict[str, Any], expected: str | None, reference: Reference) -> str:
    """The type that a destination has; `expected` where Tanium does not report it.

    Raises ParameterError for another one than expected.
    """
    kind = stored.get("type") or expected
    if not kind:
        raise ParameterError(
            "Parameter 'type' is required because Tanium does not report the type of destination"
            f" {reference}."
        )
    if expected not in (None, kind):
        raise ParameterError(
            f"Parameter 'type' is '{expected}', but destination {reference} is of the type"
            f" {printable(kind)}, which cannot change."
        )
    return str(kind)


def _updated(
    reference: Reference, updated: dict[str, Any], connections: list[dict[str, Any]], warnings: str
) -> Output:
    """The updated destination with the data connections that use it, where Tanium says which do."""
    affected = references_to(connections_of(reference, connections))
    known = bool(affected) or all("id" in part(row, "destination") for row in connections)
    if known:
        users = f", used by {name_connections(affected) if affected else 'no data connection'}"
    else:
        users = f". {USERS_UNKNOWN}"
    return Output(
        [{**updated, "affected_connections": affected}],
        {
            "destination_id": reference.id,
            "affected_connection_count": len(affected) if known else None,
        },
        f"Destination updated{users}{warnings}",
    )
