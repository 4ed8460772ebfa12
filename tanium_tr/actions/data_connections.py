# File: data_connections.py
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
"""Connect's connections, called data connections here, as Threat Response has connections of its
own.
"""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..connect_settings.data_connections import (
    DataConnectionSettings,
    encode,
    require_schedulable,
    warnings_about,
)
from ..connect_settings.declaration import given_values
from ..connect_settings.references import (
    DataConnectionId,
    DataSourceId,
    DestinationId,
    OtherDataSourceId,
    OtherDestinationId,
    optional_reference,
    require_same_type,
    source_reference,
    with_type,
)
from ..connect_settings.rules import report_warnings, require_new_name
from ..declare import (
    BOOLEAN,
    DATA_CONNECTION_ID,
    DATA_SOURCE_ID,
    DESTINATION_ID,
    NUMERIC,
    SCHEDULE_ID,
    WHOLE,
    Column,
    Limit,
    Offset,
    Output,
    Param,
    action,
)
from ..errors import ParameterError
from ..permissions import CONNECT_READ, CONNECT_WRITE
from ..services import Services
from ..tanium.connect.data_connections import Ends
from ..tanium.connect.references import Reference, read_reference
from ..tanium.reply import part


DATA_CONNECTION = (
    Column(
        "id", NUMERIC, contains=(DATA_CONNECTION_ID,), title="Data Connection ID", examples=(1,)
    ),
    Column("name", title="Name", examples=("Alerts to SOAR",)),
    Column("description"),
    Column("enabled", BOOLEAN, title="Enabled"),
    Column("source.id", NUMERIC, contains=(DATA_SOURCE_ID,)),
    Column("source.name", title="Source"),
    Column("source.type", examples=("threat_response",)),
    Column("source.description"),
    Column("source.savedQuestionId", NUMERIC),
    Column("source.columns.*.name"),
    Column("source.columns.*.type"),
    Column("destination.id", NUMERIC, contains=(DESTINATION_ID,)),
    Column("destination.name", title="Destination"),
    Column("destination.type", examples=("http",)),
    Column("destination.configuration"),
    Column("destination.createdAt"),
    Column("destination.updatedAt"),
    Column("schedule.id", NUMERIC, contains=(SCHEDULE_ID,)),
    Column("schedule.connectionId", NUMERIC),
    Column("schedule.intervalSeconds", NUMERIC),
    Column("schedule.cron"),
    Column("schedule.enabled", BOOLEAN),
    Column("schedule.startTime"),
    Column("schedule.lastRunTime"),
    Column("schedule.lastRunStatus"),
    Column("schedule.nextRunTime", title="Next Run"),
    Column("scheduleTimeZone"),
    Column("format.type", title="Format", examples=("json",)),
    Column("format.options.delimiter"),
    Column("format.options.headerRow", BOOLEAN),
    Column("format.options.timestampFormat"),
    Column("format.options.generateDocument", BOOLEAN),
    Column("format.options.rowSeparator"),
    Column("format.options.surroundWithSource", BOOLEAN),
    Column("filter.enabled", BOOLEAN),
    Column("filter.rules.*.column"),
    Column("filter.rules.*.operator"),
    Column("filter.rules.*.value"),
    Column("columns.*.name"),
    Column("columns.*.renameTo"),
    Column("columns.*.valueType"),
    Column("columns.*.defaultValue", NUMERIC),
    Column("columns.*.dateFormat"),
    Column("logLevel", NUMERIC, examples=(30,)),
    Column("tempLogLevel", NUMERIC),
    Column("tempLogLevelRuns", NUMERIC),
    Column("minimumPassPercentage", NUMERIC),
    Column("maxOldSpaceSize", NUMERIC),
    Column("lastRunStatus", title="Last Status", examples=("success",)),
    Column("lastRunTime", title="Last Run"),
    Column("createdAt"),
    Column("updatedAt"),
)
# What only servers have that speak as the vendor describes Connect today: in each answer, and when
# they are asked for a data connection.
_OF_VENDOR = (
    Column("source.configuration"),
    Column("columns.*.action"),
    Column("columns.*.destination"),
    Column("personaId", NUMERIC),
    Column("destinationType"),
)
_STORED_BY_VENDOR = (
    *_OF_VENDOR,
    Column("source.reference", contains=(DATA_SOURCE_ID,)),
    Column("destination.reference", contains=(DESTINATION_ID,)),
    Column("lastRunDuration", NUMERIC),
    Column("maxRunDuration", NUMERIC),
    Column("totalRunDuration", NUMERIC),
    Column("finishedRunCount", NUMERIC),
    Column("failedRunCount", NUMERIC),
    Column("totalGigabytes", NUMERIC),
    Column("userId", NUMERIC),
)
# What only an exported definition has.
_EXPORTED = (Column("streams"), Column("moduleCallbackUri"))
KeepSecrets = Annotated[
    bool,
    Param(
        "On servers that take a data connection together with its destination, send the"
        " destination without the secrets that Tanium does not show; only for servers that then"
        " keep the stored ones"
    ),
]
_SUMMARY = (Column("data_connection_id", NUMERIC, contains=(DATA_CONNECTION_ID,), examples=(1,)),)


class DataConnectionActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        read_only=True,
        may_need=(CONNECT_READ,),
        columns=(*DATA_CONNECTION, *_STORED_BY_VENDOR),
        summary=(Column("data_connection_count", NUMERIC, examples=(4,)),),
        message="Data connections found: 4",
        view="display_data_connections",
    )
    def list_data_connections(self, limit: Limit = 1000, offset: Offset = 0) -> Output:
        """List Connect's data connections."""
        rows = self._tanium.data_connections.list_data_connections(limit=limit, offset=offset)
        return Output(
            rows, {"data_connection_count": len(rows)}, f"Data connections found: {len(rows)}"
        )

    @action(
        read_only=True,
        may_need=(CONNECT_READ,),
        columns=(*DATA_CONNECTION, *_STORED_BY_VENDOR, *_EXPORTED),
        summary=_SUMMARY,
        message="Data connection retrieved",
        view="display_data_connections",
    )
    def get_data_connection(self, data_connection_id: DataConnectionId) -> Output:
        """Get a data connection with its settings."""
        row = self._tanium.data_connections.get_data_connection(data_connection_id)
        return Output(
            [row], {"data_connection_id": data_connection_id}, "Data connection retrieved"
        )

    @action(
        type="generic",
        read_only=False,
        may_need=(CONNECT_READ, CONNECT_WRITE),
        columns=(*DATA_CONNECTION, *_OF_VENDOR),
        summary=_SUMMARY,
        message="Data connection created",
        view="display_data_connections",
    )
    def create_data_connection(
        self,
        name: Annotated[
            str,
            Param("Unique name of the data connection", examples=("Alerts to SOAR",)),
        ],
        data_source_id: DataSourceId,
        destination_id: DestinationId,
        enabled: Annotated[bool, Param("Run it on its schedule or its events")] = True,
        keep_secrets: KeepSecrets = False,
        *,
        settings: DataConnectionSettings,
    ) -> Output:
        """Create a data connection from a source to a destination.

        A data connection without a schedule runs only when it is started manually. One with an
        event source runs when its event happens, and can be neither scheduled nor run manually. The
        types of source and destination cannot change later. The name must not exist yet.
        """
        encoded = encode(settings, {})
        wanted, destination = read_reference(data_source_id), read_reference(destination_id)
        source = self._tanium.sources.get_data_source(wanted)
        require_schedulable(source.get("type"), settings)
        require_new_name(
            name, self._tanium.data_connections.list_data_connections(), "data connection"
        )
        body = {
            "name": name,
            "enabled": enabled,
            "source": source_reference(wanted, source),
            "destination": {"id": destination.id},
            **encoded,
        }
        warnings = report_warnings(self._soar, warnings_about(encoded))
        ends = Ends(wanted, destination, keep_secrets)
        created = self._tanium.data_connections.create_data_connection(body, ends)
        return Output(
            [created], {"data_connection_id": created["id"]}, f"Data connection created{warnings}"
        )

    @action(
        type="generic",
        read_only=False,
        may_need=(CONNECT_READ, CONNECT_WRITE),
        columns=(*DATA_CONNECTION, *_OF_VENDOR),
        summary=_SUMMARY,
        message="Data connection updated",
        view="display_data_connections",
    )
    def update_data_connection(
        self,
        data_connection_id: DataConnectionId,
        name: Annotated[Optional[str], Param("New name of the data connection")] = None,
        data_source_id: OtherDataSourceId = None,
        destination_id: OtherDestinationId = None,
        enabled: Annotated[Optional[bool], Param("Run it on its schedule or its events")] = None,
        keep_secrets: KeepSecrets = False,
        *,
        settings: DataConnectionSettings,
    ) -> Output:
        """Change the settings of a data connection.

        Settings that are not specified stay unchanged; columns and filters are replaced as a whole.
        The types of source and destination cannot change: create another data connection instead.
        Some servers can only import the changed definition; if one stores it under another ID, the
        action fails and names that ID.
        """
        changes = {
            "name": name,
            "data_source_id": data_source_id,
            "destination_id": destination_id,
            "enabled": enabled,
        }
        if not given_values(settings) and all(value is None for value in changes.values()):
            raise ParameterError(
                "Nothing to change: specify a name or a setting of the data connection."
            )
        stored = self._tanium.data_connections.stored_data_connection(data_connection_id)
        encoded = encode(settings, stored)
        body: dict[str, Any] = {
            key: value for key, value in (("name", name), ("enabled", enabled)) if value is not None
        }
        ends = Ends(
            optional_reference(data_source_id), optional_reference(destination_id), keep_secrets
        )
        source, references = self._references(stored, settings, ends)
        require_schedulable(source.get("type"), settings)
        if name:
            require_new_name(
                name,
                self._tanium.data_connections.list_data_connections(),
                "data connection",
                Reference(data_connection_id),
            )
        warnings = report_warnings(self._soar, warnings_about(encoded))
        updated = self._tanium.data_connections.update_data_connection(
            data_connection_id, {**body, **references, **encoded}, ends
        )
        return Output(
            [updated],
            {"data_connection_id": data_connection_id},
            f"Data connection updated{warnings}",
        )

    def _references(
        self,
        stored: dict[str, Any],
        settings: DataConnectionSettings,
        ends: Ends,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The source as it will be, with its type where that matters, and the references to source
        and destination that change. Raises ParameterError for one of another type.
        """
        references: dict[str, Any] = {}
        source = part(stored, "source")
        if ends.source or settings.schedules:
            source = with_type(source, self._tanium.sources.get_data_source)
        if ends.source:
            new_source = self._tanium.sources.get_data_source(ends.source)
            source = require_same_type("data_source_id", source, new_source)
            references["source"] = source_reference(ends.source, source)
        if ends.destination:
            get_destination = self._tanium.destinations.get_destination
            destination = with_type(part(stored, "destination"), get_destination)
            require_same_type("destination_id", destination, get_destination(ends.destination))
            references["destination"] = {"id": ends.destination.id}
        return source, references

    @action(
        type="generic",
        read_only=False,
        may_need=(CONNECT_READ, CONNECT_WRITE),
        columns=(WHOLE,),
        summary=(WHOLE,),
        message="Data connection deleted",
    )
    def delete_data_connection(self, data_connection_id: DataConnectionId) -> Output:
        """Permanently delete a data connection.

        Its schedule is deleted with it; its source and its destination stay.
        """
        self._tanium.data_connections.delete_data_connection(data_connection_id)
        return Output([], {}, "Data connection deleted")

    @action(
        type="generic",
        read_only=False,
        may_need=(CONNECT_READ, CONNECT_WRITE),
        columns=DATA_CONNECTION,
        summary=_SUMMARY,
        message="Data connection enabled",
        view="display_data_connections",
    )
    def enable_data_connection(self, data_connection_id: DataConnectionId) -> Output:
        """Enable a data connection."""
        row = self._tanium.data_connections.enable_data_connection(data_connection_id)
        return Output([row], {"data_connection_id": data_connection_id}, "Data connection enabled")

    @action(
        type="generic",
        read_only=False,
        may_need=(CONNECT_READ, CONNECT_WRITE),
        columns=DATA_CONNECTION,
        summary=_SUMMARY,
        message="Data connection disabled",
        view="display_data_connections",
    )
    def disable_data_connection(self, data_connection_id: DataConnectionId) -> Output:
        """Disable a data connection."""
        row = self._tanium.data_connections.disable_data_connection(data_connection_id)
        return Output([row], {"data_connection_id": data_connection_id}, "Data connection disabled")
