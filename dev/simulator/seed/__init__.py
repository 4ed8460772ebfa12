# File: __init__.py
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
"""The made-up world that a simulator starts with, by subject; every name is also here, for
`seed.FINANCE` and the like.
"""

# ruff: noqa: F401 - these names are for those who import the package

from __future__ import annotations

from dev.simulator.seed.accounts import (
    ALERTS_READ,
    ALL_PERMISSIONS,
    ANALYST,
    COLLECTOR_PATH,
    INGEST_KEY,
    INGEST_PATH,
    INTELS_WRITE,
    READER,
    SCANS_WRITE,
    TOKEN,
    TOKEN_EXPIRED,
    TOKEN_EXPIRING,
    TOKEN_READER,
    TOKEN_REVOKED,
    TOKEN_UNTRUSTED,
    TOKEN_WITHOUT_PERMISSIONS,
    TOKENS,
    USE_API,
    USERS,
    VISITOR,
    TokenSeed,
    User,
)
from dev.simulator.seed.computers import (
    ALL_COMPUTERS,
    DB_SERVER,
    DELETED_GROUP,
    FINANCE,
    FINANCE_12,
    FINANCE_GROUP,
    GROUPS,
    HOSTS,
    HR_WITHOUT_EID,
    KIOSK_MIDDLE,
    KIOSK_NEWEST,
    KIOSK_OLD,
    MAC,
    NAME_OF_ANOTHER_ID,
    NOT_IN_SYSTEM_STATUS,
    NUMBER_AS_NAME,
    OFFLINE,
    RING_ONE,
    WEB_SERVER,
    Group,
    Host,
    endpoint_id,
)
from dev.simulator.seed.connect import (
    CONNECT_CONNECTIONS,
    CONNECT_DESTINATIONS,
    CONNECT_LOGS,
    ConnectLogSeed,
    DestinationSeed,
)
from dev.simulator.seed.connect_sources import (
    ALERT_SOURCE,
    AUDIT_SOURCE,
    CONNECT_SOURCES,
    CONSOLE,
    EMPTY_SOURCE,
    EVENT_SOURCE,
    SAVED_QUESTION_SOURCE,
    SEEN_SOURCE,
    SYSTEM_STATUS_SOURCE,
    SourceSeed,
)
from dev.simulator.seed.endpoint_files import (
    EMPTY_DIRECTORIES,
    ENDPOINT_FILES,
    FILES_NEVER_FETCHED,
    INVOICE_VIEWER,
    UNREADABLE_ON_WINDOWS,
    EndpointFile,
    content_of,
)
from dev.simulator.seed.evidence import (
    EVIDENCE,
    SNAPSHOT_ACTION_HOST,
    SNAPSHOT_ACTION_TASK,
    EvidenceSeed,
)
from dev.simulator.seed.intel import (
    DOCUMENTS_WITH_ALERTS,
    FIRST_INTEL_ID,
    INJECTION_INTEL_ID,
    INTEL,
    INTEL_SOURCES,
    LABEL_DESCRIPTIONS,
    LABELS,
    OPENIOC_INTEL_ID,
    TECHNIQUES,
    IntelSeed,
)
from dev.simulator.seed.processes import (
    EVENT_COUNTS,
    MANY_CHILDREN,
    MORE_CHILDREN_THAN_SIBLINGS_SHOWN,
    PROCESS_BACKBONE,
    PROCESSES,
    SUSPICIOUS,
    process_table_id,
)
