# File: saved_action_columns.py
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
"""The data paths of an action that deploys a package: the saved action as Tanium answers it, whose
paths are those of the published app, and beside them those of this app.
"""

from __future__ import annotations

from ..declare import (
    BOOLEAN,
    CLIENT_ID,
    COMPUTER_GROUP,
    DOMAIN,
    NUMERIC,
    QUESTION_ID,
    SHA256,
    WHOLE,
    Column,
)
from .approval import APPROVALS
from .outcome import ENDPOINT, SUMMARY as OUTCOME


_PACKAGE = "package_spec"
_FILE = f"{_PACKAGE}.files.*"

PUBLISHED = (
    Column("id", NUMERIC, (QUESTION_ID,), (482,), "Action ID"),
    Column("name", title="Name", examples=("Stop service [0d41b7c2a9]",)),
    Column("expire_seconds", NUMERIC, title="Expire Seconds", examples=(600,)),
    Column("start_time", title="Start Time"),
    Column("issue_seconds", NUMERIC, title="Issue Seconds", examples=(0,)),
    Column("distribute_seconds", NUMERIC, title="Distribute Seconds", examples=(0,)),
    Column("end_time", title="End Time"),
    Column(f"{_PACKAGE}.source_id", NUMERIC, title="Package ID", examples=(500,)),
    Column(f"{_PACKAGE}.name", title="Package Name", examples=("Stop Windows Service",)),
    Column("action_group_id", NUMERIC, examples=(151,)),
    Column("approved_flag", BOOLEAN),
    Column("approver.id", NUMERIC, examples=(1,)),
    Column("approver.name"),
    Column("comment"),
    Column("creation_time"),
    Column("issue_count", NUMERIC, examples=(0,)),
    Column("last_action.id", NUMERIC, examples=(272568,)),
    Column("last_action.start_time"),
    Column("last_action.target_group.id", NUMERIC, examples=(3614,)),
    Column("last_start_time"),
    Column("next_start_time"),
    Column(f"{_PACKAGE}.available_time"),
    Column(f"{_PACKAGE}.command"),
    Column(f"{_PACKAGE}.command_timeout", NUMERIC, examples=(600,)),
    Column(f"{_PACKAGE}.content_set.id", NUMERIC, examples=(2,)),
    Column(f"{_PACKAGE}.content_set.name"),
    Column(f"{_PACKAGE}.creation_time"),
    Column(f"{_PACKAGE}.deleted_flag", BOOLEAN),
    Column(f"{_PACKAGE}.display_name"),
    Column(f"{_PACKAGE}.expire_seconds", NUMERIC, examples=(3600,)),
    Column(f"{_FILE}.bytes_downloaded", NUMERIC),
    Column(f"{_FILE}.bytes_total", NUMERIC, examples=(39221,)),
    Column(f"{_FILE}.cache_status"),
    Column(f"{_FILE}.download_seconds", NUMERIC),
    Column(f"{_FILE}.download_start_time"),
    Column(f"{_FILE}.hash"),
    Column(f"{_FILE}.id", NUMERIC, examples=(73,)),
    Column(f"{_FILE}.last_download_progress_time"),
    Column(f"{_FILE}.name"),
    Column(f"{_FILE}.size", NUMERIC, examples=(39221,)),
    Column(f"{_FILE}.source"),
    Column(f"{_FILE}.status", NUMERIC, examples=(200,)),
    Column(f"{_PACKAGE}.hidden_flag", BOOLEAN),
    Column(f"{_PACKAGE}.id", NUMERIC, examples=(559,)),
    Column(f"{_PACKAGE}.last_modified_by"),
    Column(f"{_PACKAGE}.last_update"),
    Column(f"{_PACKAGE}.mod_user.display_name"),
    Column(f"{_PACKAGE}.mod_user.domain", contains=(DOMAIN,)),
    Column(f"{_PACKAGE}.mod_user.id", NUMERIC),
    Column(f"{_PACKAGE}.mod_user.name"),
    Column(f"{_PACKAGE}.modification_time"),
    Column(f"{_PACKAGE}.parameter_definition"),
    Column(f"{_PACKAGE}.parameters.*.key", examples=("$1",)),
    Column(f"{_PACKAGE}.parameters.*.type", NUMERIC, examples=(0,)),
    Column(f"{_PACKAGE}.parameters.*.value"),
    Column(f"{_PACKAGE}.process_group_flag", BOOLEAN),
    Column(f"{_PACKAGE}.skip_lock_flag", BOOLEAN),
    Column(f"{_PACKAGE}.source_hash", contains=(SHA256,)),
    Column(f"{_PACKAGE}.source_hash_changed_flag", BOOLEAN),
    Column(f"{_PACKAGE}.verify_expire_seconds", NUMERIC, examples=(3600,)),
    Column(f"{_PACKAGE}.verify_group.id", NUMERIC, examples=(0,)),
    Column(f"{_PACKAGE}.verify_group_id", NUMERIC, examples=(0,)),
    Column("policy_flag", BOOLEAN),
    Column("public_flag", BOOLEAN),
    Column("start_now_flag", BOOLEAN),
    Column("status", NUMERIC, examples=(0,)),
    Column("target_group.id", NUMERIC, examples=(3614,)),
    Column("user.id", NUMERIC, examples=(1,)),
    Column("user.name"),
    Column("user_start_time"),
)

# What servers tell beside it, and as specified.
_FURTHER = (
    Column("action_group.id", NUMERIC, examples=(4,)),
    Column("action_group.name", examples=("Default - All Computers",)),
    Column("action_group.and_flag", BOOLEAN),
    Column("expiration_time"),
    Column(f"{_PACKAGE}.exit_code_criteria"),
    Column(f"{_PACKAGE}.metadata.*"),
    Column("target_group.name", contains=(COMPUTER_GROUP,), examples=("Servers",)),
    Column("target_group.and_flag", BOOLEAN),
    Column("target_group.not_flag", BOOLEAN),
    Column("target_group.filters"),
    Column("target_group.sub_groups"),
)
ENDPOINTS = (
    *(column._replace(path=f"endpoints.*.{column.path}", title="") for column in ENDPOINT),
    Column("endpoints.*.computer_id", contains=(CLIENT_ID,), examples=("2029311007",)),
    Column("endpoints.*.platform", examples=("Windows",)),
    Column("endpoints.*.online", BOOLEAN),
)
PREVIEW = (
    Column("dry_run", BOOLEAN),
    Column("command_line", examples=("net stop Spooler",)),
    Column("parameters.*.key", examples=("$1",)),
    Column("parameters.*.label", examples=("Service",)),
    Column("parameters.*.value", examples=("Spooler",)),
)
DEPLOYMENT = (WHOLE, *PUBLISHED, *_FURTHER, *ENDPOINTS, *PREVIEW)

SUMMARY = (
    WHOLE,
    Column("saved_action_id", NUMERIC, examples=(482,)),
    Column("action_name", examples=("Stop service [0d41b7c2a9]",)),
    Column("approval", examples=APPROVALS),
    Column("dry_run", BOOLEAN),
    *OUTCOME,
)
