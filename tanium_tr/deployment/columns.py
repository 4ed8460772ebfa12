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
"""The data paths of packages and actions."""

from __future__ import annotations

from typing import Any

from ..declare import BOOLEAN, NUMERIC, PACKAGE_NAME, PLATFORM_ACTION_ID, Column
from ..parameters.definitions import parameter_columns
from ..tanium.reply import objects, part
from ..tasks.outcomes import OUTCOMES, RUNNING, UNKNOWN
from .outcome import ACTION_STATES, APPROVAL, OPEN, PENDING


_TIMES = ("available_time", "creation_time", "last_update", "modification_time")
_FILE = (
    *(Column(f"files.*.{name}") for name in ("cache_status", "download_start_time", "hash")),
    *(Column(f"files.*.{name}") for name in ("last_download_progress_time", "name", "source")),
    *(Column(f"files.*.{name}", NUMERIC) for name in ("bytes_downloaded", "bytes_total", "id")),
    *(Column(f"files.*.{name}", NUMERIC) for name in ("download_seconds", "size", "status")),
)
PARAMETERS = (
    *parameter_columns(key="$1", label="Allow All DNS"),
    Column("parameters.*.allowed", examples=("1 or 0", "a number from 1 to 100")),
    Column("parameters_error"),
    Column("sensor_sourced.*", examples=("Installed Applications_Version",)),
)
PACKAGE = (
    Column("id", NUMERIC, title="Package ID", examples=(501,)),
    Column(
        "name",
        contains=(PACKAGE_NAME,),
        title="Name",
        examples=("Apply Windows IPsec Quarantine",),
    ),
    Column("command", title="Command", examples=('cmd.exe /d /c clean.cmd "$1"',)),
    Column("command_timeout", NUMERIC, title="Command timeout (s)", examples=(600,)),
    Column("expire_seconds", NUMERIC, title="Expire seconds", examples=(3600,)),
    Column("verifies", BOOLEAN, title="Verified"),
    Column("judges_exit_code", BOOLEAN, title="Exit code judged"),
    Column("display_name"),
    Column("content_set.id", NUMERIC),
    Column("content_set.name"),
    Column("source_id", NUMERIC),
    Column("source_hash"),
    *(
        Column(f"{name}_flag", BOOLEAN)
        for name in ("deleted", "hidden", "process_group", "skip_lock", "source_hash_changed")
    ),
    Column("verify_group.id", NUMERIC),
    Column("verify_group_id", NUMERIC),
    Column("verify_expire_seconds", NUMERIC),
    Column("exit_code_criteria"),
    *map(Column, (*_TIMES, "mod_time", "last_modified_by")),
    Column("mod_user.id", NUMERIC),
    *(Column(f"mod_user.{name}") for name in ("display_name", "domain", "name")),
    *_FILE,
    *PARAMETERS,
)
ACTION = (
    Column("id", NUMERIC, (PLATFORM_ACTION_ID,), (9001,), "Action ID"),
    Column("name", title="Name", examples=("Clean the caches",)),
    Column("state", title="State", examples=ACTION_STATES),
    Column("outcome", title="Outcome", examples=OUTCOMES),
    Column("package_spec.name", contains=(PACKAGE_NAME,), title="Package"),
    Column("start_time", title="Start", examples=("2026-03-01T10:00:00Z",)),
    Column("expiration_time", title="Expires", examples=("2026-03-01T10:10:00Z",)),
    Column("user.name", title="Issued by"),
    Column("status", examples=("Pending", "Open", "Stopped", "Closed")),
    Column("stopped_flag", BOOLEAN),
    Column("comment"),
    Column("creation_time"),
    Column("expire_seconds", NUMERIC, examples=(600,)),
    Column("distribute_seconds", NUMERIC, examples=(0,)),
    Column("action_group.id", NUMERIC, examples=(4,)),
    Column("action_group.name", examples=("Default - All Computers",)),
    Column("target_group.id", NUMERIC),
    Column("target_group.name"),
    Column("target_group.text", examples=("Computer ID equals 2029390007",)),
    Column("package_spec.id", NUMERIC),
    Column("package_spec.source_id", NUMERIC),
    Column("package_spec.command"),
    Column("package_spec.parameters.*.key", examples=("$1",)),
    Column("package_spec.parameters.*.value"),
    Column("saved_action.id", NUMERIC),
    Column("history_saved_question.id", NUMERIC),
    Column("user.id", NUMERIC),
    Column("approver.id", NUMERIC),
    Column("approver.name"),
)


def action_row(action: dict[str, Any], state: str) -> dict[str, Any]:
    """An action with what ACTION declares of it."""
    outcome = RUNNING if state in (PENDING, APPROVAL, OPEN) else UNKNOWN
    row: dict[str, Any] = {"state": state, "outcome": outcome}
    for column in ACTION:
        name, _, key = column.path.partition(".")
        value = action.get(name)
        if not key and name in action:
            row[name] = value
        elif isinstance(value, dict) and key in value:
            row.setdefault(name, {})[key] = value[key]
    given = part(action, "package_spec").get("parameters")
    if isinstance(given, list):
        row["package_spec"]["parameters"] = [
            {"key": each.get("key"), "value": each.get("value")} for each in objects(given)
        ]
    return row
