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
"""The columns of the tables. What the context menus of their values offer follows from the actions'
declarations; `contains` stands here only for data paths that were published without it.
"""

from __future__ import annotations

from ..declare import CONNECTION_ID, SHA256, TASK_ID, USER_NAME
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
from .tables import column, columns_of, stack


# Of the parameters, those that say what the result is about.
PARAMETERS = columns_of(
    "parameters",
    column("Connection", "connection_id"),
    column("Endpoint", "destination"),
    column("PID", "pid"),
    column("Process", "process_name"),
    column("Process Table ID", "process_table_id"),
    column("Type of event", "event_type"),
    column("Sensor", "sensor"),
    column("Query", "query"),
    column("Question", "query_text"),
    column("Question ID", "question_id"),
    column("Action ID", "action_id"),
    column("Computer group", "group_name"),
    column("Host", "hostname"),
    column("IP", "ip"),
    column("Directory", "directory_path"),
    column("Path", "file_path"),
    column("File ID", "file_id"),
    column("Hash", "hash"),
    column("Intel Doc ID", "intel_doc_id"),
    column("Computer group", "computer_group_name"),
    column("Alert ID", "alert_id", "alert"),
    column("Around alert", "around_alert"),
    column("Label ID", "label_id"),
    column("Data connection", "data_connection_id"),
    column("Data source", "data_source_id"),
    column("Destination", "destination_id"),
    column("Vault ID", "vault_id"),
)

ALERTS = columns_of(
    "alerts",
    column("Priority", "priority", show=badge),
    column("State", "state", show=badge),
    stack(
        "Alert",
        column("", "id"),
        column("", "guid", show=code),
        column("", "console_link", show=console_link),
    ),
    column("Updated", "updated", show=badge),
    column("Message", "message"),
    column("Time (UTC)", "alertedAt", "createdAt", show=timestamp),
    stack(
        "Host",
        column("", "computerName"),
        column("", "computerIpAddress"),
    ),
    stack(
        "File, event",
        column("", "path", show=file_path),
        column("", "event_type", "matchType", show=note),
    ),
    stack(
        "What happened",
        column("", "description", show=note),
        column("Threat", "threat_name"),
        column("Action", "action_type"),
        column("By", "process_name", show=file_path),
    ),
    stack(
        "Target",
        column("", "target_path", show=file_path),
        column("PID", "target_pid"),
        column("Process Table ID", "target_process_table_id", show=code),
        column("MD5", "target_md5", show=digest),
        column("SHA1", "target_sha1", show=digest),
        column("SHA256", "target_sha256", show=digest),
    ),
    stack(
        "Intel",
        column("", "intelDoc.name", "intel_name"),
        column("Document", "intelDocId"),
    ),
    stack(
        "Hashes",
        column("MD5", "md5", show=digest),
        column("SHA1", "sha1", show=digest),
        column("SHA256", "sha256", show=digest),
    ),
)

FILES = columns_of(
    "files",
    column("File", "path", show=file_path),
    column("Requested", "taskInfo.metadata.paths", show=code),
    column("Host", "hostname"),
    column("Size", "size", show=size),
    column("Downloaded (UTC)", "downloaded", show=timestamp),
    column("Created (UTC)", "process_creation_time", show=timestamp),
    column("Modified (UTC)", "last_modified", show=timestamp),
    column("User", "username"),
    column("Status", "taskInfo.status", "status", show=badge),
    column("Started (UTC)", "taskInfo.startTime", show=timestamp),
    column("Hash", "hash", show=digest),
    column("Task ID", "taskInfo.id", contains=(TASK_ID,)),
    column("Connection ID", "taskInfo.metadata.connection", show=code, contains=(CONNECTION_ID,)),
    column("File ID", "uuid", "file_id", show=code),
    column("Comments", "comments"),
)

VAULT_FILES = columns_of(
    "vault_files",
    column("File", "name", "file_name"),
    column("Size", "size", show=size),
    column("Added", "create_time", show=timestamp),
    column("Vault ID", "vault_id", show=code),
    column("SHA1", "hash", show=code),
    column("SHA256", "metadata.sha256", show=code, contains=(SHA256,)),
    column("Task ID", "task_id"),
    column("Connection ID", "connection_id", show=code),
    column("File ID", "file_id", show=code),
)

ENDPOINT_FILES = columns_of(
    "endpoint_files",
    column("Name", "name"),
    column("Type", "type", show=badge),
    column("Size", "size", show=size),
    column("Modified (UTC)", "modifiedDate", show=timestamp),
    column("Created (UTC)", "createdDate", show=timestamp),
    column("Path", "path", show=code),
    column("Canonical path", "canonicalPath", show=code),
)

SNAPSHOTS = columns_of(
    "snapshots",
    column("Snapshot", "name"),
    column("Host", "hostname"),
    column("Size", "size", show=size),
    column("Created (UTC)", "created", show=timestamp),
    column("Completed (UTC)", "completed", show=timestamp),
    column("User", "username", contains=(USER_NAME,)),
    column("Status", "taskInfo.status", "status", show=badge),
    column("Started (UTC)", "taskInfo.startTime", show=timestamp),
    column("Task ID", "taskInfo.id", contains=(TASK_ID,)),
    column("Connection ID", "connectionId", "taskInfo.metadata.connection", show=code),
    column("Snapshot ID", "uuid", show=code),
)

CONNECTIONS = columns_of(
    "connections",
    column("Status", "status", show=badge),
    stack("Host", column("", "hostname"), column("", "ip")),
    column("Platform", "platform"),
    column("Started (UTC)", "initiatedAt", show=timestamp),
    column("Connected (UTC)", "connectedAt", show=timestamp),
    column("Message", "message"),
    column("Client ID", "clientId"),
    column("Connection ID", "id", show=code),
)

INTEL = columns_of(
    "intel",
    column("Name", "name"),
    column("Type", "type", show=badge),
    stack(
        "Intel Doc ID",
        column("", "id"),
        column("revision", "revisionId", show=note),
    ),
    stack(
        "Alerts",
        column("", "alertCount", show=number),
        column("unresolved", "unresolvedAlertCount", show=number),
    ),
    column("MITRE ATT&CK", "mitreAttack", show=techniques),
    column("Label IDs", "labelIds"),
    column("Indicators", "indicators"),
    column("Deploy task", "deploy_task_id"),
    stack(
        "Scan",
        column("", "scan_id"),
        column("group", "computer_group_name", show=note),
        column("task", "scan_deploy_task_id"),
    ),
    column("Description", "description"),
    column("Size", "size", show=size),
    column("Created (UTC)", "createdAt", show=timestamp),
    column("Updated (UTC)", "updatedAt", show=timestamp),
    column("MD5", "md5", show=digest),
)

DATA_CONNECTIONS = columns_of(
    "data_connections",
    stack("Data connection", column("", "name"), column("ID", "id")),
    column("Enabled", "enabled", show=badge),
    column("Last run", "lastRunStatus", "schedule.lastRunStatus", show=badge),
    column("Last run at (UTC)", "lastRunTime", "schedule.lastRunTime", show=timestamp),
    column("Next run at (UTC)", "schedule.nextRunTime", show=timestamp),
    stack(
        "Source",
        column("", "source.name"),
        column("Source", "source.reference", "source.id"),
    ),
    stack(
        "Destination",
        column("", "destination.name"),
        column("", "destination.configuration.url", show=note),
        column("Destination", "destination.reference", "destination.id"),
    ),
    column("Format", "format.type"),
    stack(
        "Schedule",
        column("", "schedule.cron", show=code),
        column("every", "schedule.intervalSeconds", show=duration_of_seconds),
        column("Schedule", "schedule.id"),
    ),
)

CONNECTION_LOGS = columns_of(
    "connection_logs",
    column("Status", "log.status", "status", show=badge),
    column("Data connection", "connectionName", "log.connectionName"),
    column("ID", "connectionId", "data_connection_id"),
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
    column("Record numbers", "numbers"),
    column("Bytes", "bytes", show=size),
    column("Created (UTC)", "created", show=timestamp_of_seconds),
    column("Attempts", "attempts", show=number),
    column("Reason", "reason"),
)
