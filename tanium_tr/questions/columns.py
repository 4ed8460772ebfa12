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
"""The data paths of questions and their answers, as the published app declares them, and beside
them those of this app.
"""

from __future__ import annotations

from ..declare import (
    BOOLEAN,
    CLIENT_ID,
    DOMAIN,
    GROUP_DEFINITION,
    HOST_NAME,
    IP,
    NUMERIC,
    QUESTION_ID,
    QUESTION_TEXT,
    Column,
)


_SET = "data.result_sets.*"
_COUNTED = (
    *("age", "archived_question_id", "error_count", "estimated_total", "expiration"),
    *("expire_seconds", "filtered_row_count", "filtered_row_count_machines", "issue_seconds"),
    *("item_count", "mr_passed", "mr_tested", "no_results_count", "passed", "report_count"),
    *("row_count", "row_count_machines", "saved_question_id", "seconds_since_issued"),
    *("select_count", "tested"),
)

# What both forms of a result have.
_RESULTS = (
    Column("data.max_available_age"),
    Column("data.now", examples=("2026/03/01 10:00:00 GMT-0000",)),
    Column(f"{_SET}.cache_id", examples=("3391",)),
    Column(f"{_SET}.columns.*.hash", NUMERIC, examples=(3409330187,)),
    Column(f"{_SET}.columns.*.name", examples=("Computer Name",)),
    Column(f"{_SET}.columns.*.type", NUMERIC, examples=(1,)),
    Column(f"{_SET}.id", NUMERIC, (QUESTION_ID,), examples=(58377,)),
    Column(f"{_SET}.question_id", NUMERIC, (QUESTION_ID,), examples=(58377,)),
    *(Column(f"{_SET}.{name}", NUMERIC) for name in _COUNTED),
    Column(f"{_SET}.rows.*.cid", NUMERIC, examples=(2061,)),
    Column(f"{_SET}.rows.*.id", NUMERIC, examples=(1306085003,)),
)
_RECORDS = (
    Column("records.*.computer_name", contains=(HOST_NAME,), examples=("ws-finance-07",)),
    Column("records.*.ip_address", contains=(IP,), examples=("10.20.0.7",)),
    Column("records.*.computer_id", contains=(CLIENT_ID,), examples=("2029390007",)),
    Column("records.*.count", NUMERIC, examples=(1,)),
    Column("records.*.all_values.ip_address.*", contains=(IP,), examples=("fe80::1",)),
)

FIRST_VALUES = (
    *_RESULTS,
    Column(f"{_SET}.rows.*.data.*.text", examples=("ws-finance-07",)),
    Column(f"{_SET}.rows.*.data.*.values.*", examples=("ws-finance-07",)),
    *_RECORDS,
)
ALL_VALUES = (
    *_RESULTS,
    Column(f"{_SET}.rows.*.data.*.*.text", examples=("ws-finance-07",)),
    *_RECORDS,
)

QUESTIONS = (
    Column("id", NUMERIC, (QUESTION_ID,), (26,), "Question ID"),
    Column("name", title="Question Name", examples=("Computer Addresses",)),
    Column("query_text", contains=(QUESTION_TEXT,), title="Question Text"),
    Column("action_tracking_flag", BOOLEAN),
    Column("archive_enabled_flag", BOOLEAN),
    Column("archive_owner"),
    Column("archive_owner.id", NUMERIC),
    Column("archive_owner.name"),
    Column("content_set.id", NUMERIC),
    Column("content_set.name"),
    Column("context_group.id", NUMERIC),
    Column("expiration"),
    Column("expire_seconds", NUMERIC, examples=(600,)),
    Column("force_computer_id_flag", BOOLEAN),
    Column("group"),
    Column("hidden_flag", BOOLEAN),
    Column("is_expired", BOOLEAN),
    Column("issue_seconds", NUMERIC, examples=(300,)),
    Column("issue_seconds_never_flag", BOOLEAN),
    Column("keep_seconds", NUMERIC),
    Column("management_rights_group.id", NUMERIC),
    Column("management_rights_group.name"),
    Column("metadata.*.admin_flag", BOOLEAN),
    Column("metadata.*.name"),
    Column("metadata.*.value"),
    Column("mod_time"),
    Column("mod_user.display_name"),
    Column("mod_user.domain", contains=(DOMAIN,)),
    Column("mod_user.id", NUMERIC),
    Column("mod_user.name"),
    Column("most_recent_question_id", NUMERIC, (QUESTION_ID,), (56071,)),
    Column("packages.*.id", NUMERIC),
    Column("packages.*.name"),
    Column("priority", NUMERIC),
    Column("public_flag", BOOLEAN),
    Column("question.id", NUMERIC, (QUESTION_ID,), (56071,)),
    Column("row_count_flag", BOOLEAN),
    Column("saved_question.id", NUMERIC, examples=(15,)),
    Column("selects"),
    Column("skip_lock_flag", BOOLEAN),
    Column("sort_column", NUMERIC),
    Column("user.deleted_flag", BOOLEAN),
    Column("user.id", NUMERIC),
    Column("user.name"),
)

_FILTER = "selects.*.filter"
_SENSOR = "selects.*.sensor"
PARSED = (
    Column("question_text", contains=(QUESTION_TEXT,), title="Parsed Question"),
    Column("from_canonical_text", NUMERIC, examples=(0, 1)),
    Column("expire_seconds", NUMERIC, examples=(600,)),
    Column("force_computer_id_flag", NUMERIC),
    Column("group", contains=(GROUP_DEFINITION,)),
    Column("parameter_values.*"),
    Column("score", NUMERIC, examples=(7082,)),
    Column(f"{_FILTER}.all_values_flag", BOOLEAN),
    Column(f"{_FILTER}.delimiter"),
    Column(f"{_FILTER}.delimiter_index", NUMERIC),
    Column(f"{_FILTER}.ignore_case_flag", BOOLEAN),
    Column(f"{_FILTER}.max_age_seconds", NUMERIC),
    Column(f"{_FILTER}.not_flag", BOOLEAN),
    Column(f"{_FILTER}.operator"),
    Column(f"{_FILTER}.sensor.hash", NUMERIC),
    Column(f"{_FILTER}.sensor.name"),
    Column(f"{_FILTER}.substring_flag", BOOLEAN),
    Column(f"{_FILTER}.substring_length", NUMERIC),
    Column(f"{_FILTER}.substring_start", NUMERIC),
    Column(f"{_FILTER}.value"),
    Column(f"{_FILTER}.value_type"),
    Column(f"{_SENSOR}.delimiter"),
    Column(f"{_SENSOR}.hash", NUMERIC, examples=(3867657808,)),
    Column(f"{_SENSOR}.id", NUMERIC, examples=(350,)),
    Column(f"{_SENSOR}.max_age_seconds", NUMERIC, examples=(86400,)),
    Column(f"{_SENSOR}.name", examples=("Computer Name",)),
    Column(f"{_SENSOR}.parameter_definition"),
    Column(f"{_SENSOR}.value_type"),
    Column("sensor_references.*.name"),
    Column("sensor_references.*.real_ms_avg", NUMERIC),
    Column("sensor_references.*.start_char", NUMERIC, examples=(4,)),
    Column("skip_lock_flag", NUMERIC),
)
