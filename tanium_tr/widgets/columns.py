# File: columns.py
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
"""The columns of the tables, and what their values' context menus offer."""

from __future__ import annotations

from ..declare import (
    ALERT_ID,
    CLIENT_ID,
    CONNECTION_ID,
    DATA_CONNECTION_ID,
    DATA_SOURCE_ID,
    DESTINATION_ID,
    FILE_HASH,
    FILE_ID,
    FILE_NAME,
    FILE_PATH,
    HOST_NAME,
    INTEL_DOC_ID,
    IP,
    LABEL_ID,
    MD5,
    PROCESS_TABLE_ID,
    SCHEDULE_ID,
    SHA1,
    SHA256,
    SNAPSHOT_ID,
    TASK_ID,
    USER_NAME,
    VAULT_ID,
)
from .parts import (
    badge,
    code,
    console_link,
    digest,
    duration,
    duration_of_seconds,
    file_path,
    note,
    number,
    size,
    techniques,
    timestamp,
    timestamp_of_seconds,
)
from .tables import column, stack


# Of the parameters, those that say what the result is about.
PARAMETERS = (
    column("Connection", "connection_id", contains=(CONNECTION_ID,)),
    column(
        "Endpoint",
        "destination",
        contains=(
            CLIENT_ID,
            HOST_NAME,
            IP,
        ),
    ),
    column("Process Table ID", "process_table_id", contains=(PROCESS_TABLE_ID,)),
    column("Type of event", "event_type"),
    column("Query", "query"),
    column("Host", "hostname", contains=(HOST_NAME,)),
    column("IP", "ip", contains=(IP,)),
    column("Directory", "directory_path", contains=(FILE_PATH,)),
    column("Path", "file_path", contains=(FILE_PATH,)),
    column("File ID", "file_id", contains=(FILE_ID,)),
    column("Hash", "hash", contains=(FILE_HASH,)),
    column("Intel Doc ID", "intel_doc_id", contains=(INTEL_DOC_ID,)),
    column("Alert ID", "alert_id", contains=(ALERT_ID,)),
    column("Label ID", "label_id", contains=(LABEL_ID,)),
    column("Data connection", "data_connection_id", contains=(DATA_CONNECTION_ID,)),
    column("Data source", "data_source_id", contains=(DATA_SOURCE_ID,)),
    column("Destination", "destination_id", contains=(DESTINATION_ID,)),
    column(
        "Vault ID",
        "vault_id",
        contains=(
            VAULT_ID,
            SHA1,
        ),
    ),
)

ALERTS = (
    column("Priority", "priority", show=badge),
    column("State", "state", show=badge),
    stack(
        "Alert",
        column("", "id", contains=(ALERT_ID,)),
        column("", "console_link", show=console_link),
    ),
    column("Updated", "updated", show=badge),
    column("Message", "message"),
    column("Time (UTC)", "alertedAt", "createdAt", show=timestamp),
    stack(
        "Host",
        column("", "computerName", contains=(HOST_NAME,)),
        column("", "computerIpAddress", contains=(IP,)),
    ),
    stack(
        "File, event",
        column("", "path", show=file_path, contains=(FILE_NAME, FILE_PATH)),
        column("", "event_type", "matchType", show=note),
    ),
    stack(
        "Intel",
        column("", "intelDoc.name"),
        column("Document", "intelDocId", contains=(INTEL_DOC_ID,)),
    ),
    stack(
        "Hashes",
        column("MD5", "md5", show=digest, contains=(MD5,)),
        column("SHA1", "sha1", show=digest, contains=(SHA1,)),
        column("SHA256", "sha256", show=digest, contains=(SHA256,)),
    ),
)

FILES = (
    column("File", "path", show=file_path, contains=(FILE_NAME, FILE_PATH)),
    column("Requested", "taskInfo.metadata.paths", show=code, contains=(FILE_PATH,)),
    column("Host", "hostname", contains=(HOST_NAME,)),
    column("Size", "size", show=size),
    column("Downloaded (UTC)", "downloaded", show=timestamp),
    column("Created (UTC)", "process_creation_time", show=timestamp),
    column("Modified (UTC)", "last_modified", show=timestamp),
    column("User", "username", contains=(USER_NAME,)),
    column("Status", "taskInfo.status", "status", show=badge),
    column("Started (UTC)", "taskInfo.startTime", show=timestamp),
    column("Hash", "hash", show=digest, contains=(FILE_HASH,)),
    column("Task ID", "taskInfo.id", contains=(TASK_ID,)),
    column("Connection ID", "taskInfo.metadata.connection", show=code, contains=(CONNECTION_ID,)),
    column("File ID", "uuid", "file_id", show=code, contains=(FILE_ID,)),
    column("Comments", "comments"),
)

VAULT_FILES = (
    column("File", "name", "file_name", contains=(FILE_NAME,)),
    column("Size", "size", show=size),
    column("Added", "create_time", show=timestamp),
    column("Vault ID", "vault_id", show=code, contains=(SHA1, VAULT_ID)),
    column("SHA1", "hash", show=code, contains=(SHA1,)),
    column("SHA256", "metadata.sha256", show=code, contains=(SHA256,)),
    column("Task ID", "task_id", contains=(TASK_ID,)),
    column("Connection ID", "connection_id", show=code, contains=(CONNECTION_ID,)),
    column("File ID", "file_id", show=code, contains=(FILE_ID,)),
)

ENDPOINT_FILES = (
    column("Name", "name", contains=(FILE_NAME,)),
    column("Type", "type", show=badge),
    column("Size", "size", show=size),
    column("Modified (UTC)", "modifiedDate", show=timestamp),
    column("Created (UTC)", "createdDate", show=timestamp),
    column("Path", "path", show=code, contains=(FILE_PATH,)),
    column("Canonical path", "canonicalPath", show=code, contains=(FILE_PATH,)),
)

SNAPSHOTS = (
    column("Snapshot", "name"),
    column("Host", "hostname", contains=(HOST_NAME,)),
    column("Size", "size", show=size),
    column("Created (UTC)", "created", show=timestamp),
    column("Completed (UTC)", "completed", show=timestamp),
    column("User", "username", contains=(USER_NAME,)),
    column("Status", "taskInfo.status", "status", show=badge),
    column("Started (UTC)", "taskInfo.startTime", show=timestamp),
    column("Task ID", "taskInfo.id", contains=(TASK_ID,)),
    column(
        "Connection ID",
        "connectionId",
        "taskInfo.metadata.connection",
        show=code,
        contains=(CONNECTION_ID,),
    ),
    column("Snapshot ID", "uuid", show=code, contains=(SNAPSHOT_ID,)),
)

CONNECTIONS = (
    column("Status", "status", show=badge),
    stack("Host", column("", "hostname", contains=(HOST_NAME,)), column("", "ip", contains=(IP,))),
    column("Platform", "platform"),
    column("Started (UTC)", "initiatedAt", show=timestamp),
    column("Connected (UTC)", "connectedAt", show=timestamp),
    column("Message", "message"),
    column("Client ID", "clientId", contains=(CLIENT_ID,)),
    column("Connection ID", "id", show=code, contains=(CONNECTION_ID,)),
)

INTEL = (
    column("Name", "name"),
    column("Type", "type", show=badge),
    stack(
        "Intel Doc ID",
        column("", "id", contains=(INTEL_DOC_ID,)),
        column("revision", "revisionId", show=note),
    ),
    stack(
        "Alerts",
        column("", "alertCount", show=number),
        column("unresolved", "unresolvedAlertCount", show=number),
    ),
    column("MITRE ATT&CK", "mitreAttack", show=techniques),
    column("Label IDs", "labelIds", contains=(LABEL_ID,)),
    column("Description", "description"),
    column("Size", "size", show=size),
    column("Created (UTC)", "createdAt", show=timestamp),
    column("Updated (UTC)", "updatedAt", show=timestamp),
    column("MD5", "md5", show=digest, contains=(MD5,)),
)

DATA_CONNECTIONS = (
    stack(
        "Data connection", column("", "name"), column("ID", "id", contains=(DATA_CONNECTION_ID,))
    ),
    column("Enabled", "enabled", show=badge),
    column("Last run", "lastRunStatus", "schedule.lastRunStatus", show=badge),
    column("Last run at (UTC)", "lastRunTime", "schedule.lastRunTime", show=timestamp),
    column("Next run at (UTC)", "schedule.nextRunTime", show=timestamp),
    stack(
        "Source",
        column("", "source.name"),
        column("Source", "source.id", contains=(DATA_SOURCE_ID,)),
    ),
    stack(
        "Destination",
        column("", "destination.name"),
        column("", "destination.configuration.url", show=note),
        column("Destination", "destination.id", contains=(DESTINATION_ID,)),
    ),
    column("Format", "format.type"),
    stack(
        "Schedule",
        column("", "schedule.cron", show=code),
        column("every", "schedule.intervalSeconds", show=duration_of_seconds),
        column("Schedule", "schedule.id", contains=(SCHEDULE_ID,)),
    ),
)

CONNECTION_LOGS = (
    column("Status", "log.status", "status", show=badge),
    column("Data connection", "connectionName", "log.connectionName"),
    column("ID", "connectionId", "data_connection_id", contains=(DATA_CONNECTION_ID,)),
    column("Rows", "rowCount", "log.rowCount", show=number),
    column("Started (UTC)", "startTime", "log.startTime", show=timestamp),
    column("Ended (UTC)", "endTime", "log.endTime", show=timestamp),
    column("Took", "duration", "log.duration", show=duration),
    column("Message", "message", "log.message"),
    column("Run", "runId", show=code),
)

OUTCOME = (
    column("Records delivered", "records", show=number),
    column("Bytes", "bytes", show=size),
    column("Bytes as sent", "sent_bytes", show=size),
    column("Requests", "requests", show=number),
    column("Refused", "refused", show=number),
    column("Records over 500 KB", "large", show=number),
    column("Set aside", "set_aside", show=number),
    column("Undelivered", "undelivered", show=number),
)

BATCHES = (
    column("Batch", "batch_id"),
    column("State", "state", show=badge),
    column("Records", "records", show=number),
    column("Bytes", "bytes", show=size),
    column("Created (UTC)", "created", show=timestamp_of_seconds),
    column("Attempts", "attempts", show=number),
    column("Reason", "reason"),
)
