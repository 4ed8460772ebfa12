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
    ASKING,
    BASE_ANALYST,
    COLLECTOR_PATH,
    DEFINE_QUESTION,
    FINANCE_ANALYST,
    INGEST_KEY,
    INGEST_PATH,
    INTELS_WRITE,
    NOBODYS_ANALYST,
    READ_COMPUTER_GROUP,
    READ_FILTER_GROUP,
    READ_QUESTION_HISTORY,
    READ_SAVED_QUESTION,
    READ_SENSOR,
    READER,
    READING,
    REVOKE_TOKEN,
    ROTATE_TOKEN,
    SCANS_WRITE,
    TOKEN,
    TOKEN_BASE_CONTENT,
    TOKEN_EXPIRED,
    TOKEN_EXPIRING,
    TOKEN_FINANCE,
    TOKEN_NO_COMPUTERS,
    TOKEN_READER,
    TOKEN_REVOKED,
    TOKEN_UNTRUSTED,
    TOKEN_WITHOUT_PERMISSIONS,
    TOKENS,
    USE_API,
    USERS,
    VIEW_TOKEN,
    VISITOR,
    WRITE_COMPUTER_GROUP,
    WRITE_SAVED_QUESTION,
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
    NO_COMPUTERS,
    NOT_IN_SYSTEM_STATUS,
    NUMBER_AS_NAME,
    OFFLINE,
    RESERVED_GROUPS,
    RING_ONE,
    SERVERS_GROUP,
    WEB_SERVER,
    WINDOWS_GROUP,
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
from dev.simulator.seed.connect_vendor import (
    DESTINATION_COLLECTIONS,
    DESTINATION_MEMBERS,
    DESTINATION_TYPES,
    EVENT_SENDER,
    EVENTS,
    SOURCE_ARGUMENTS,
    SOURCE_COLLECTIONS,
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
from dev.simulator.seed.saved_questions import (
    COMPUTER_ADDRESSES,
    INCIDENT_PROCESSES,
    NEVER_ISSUED,
    OPERATING_SYSTEMS,
    SAVED_QUESTIONS,
    SavedQuestionSeed,
)
from dev.simulator.seed.sensors import (
    BROKEN,
    CLIENT_VERSION,
    COMPUTER_ID,
    COMPUTER_NAME,
    CONTENT_SETS,
    CORES,
    CPU_CONSUMPTION,
    CUSTOM_CHECK,
    CUSTOM_CHOICE,
    CUSTOM_DATE,
    CUSTOM_DATE_RANGE,
    CUSTOM_FORM,
    CUSTOM_INTERVAL,
    CUSTOM_LIST,
    CUSTOM_NUMBER,
    CUSTOM_PLUGIN,
    CUSTOM_TEXT,
    CUSTOM_TEXT_AREA,
    DISK_FREE,
    HIDDEN,
    HOSTILE,
    INSTALL_DATE,
    INSTALLED_APPLICATIONS,
    IP_ADDRESS,
    IS_WINDOWS,
    LAST_REBOOT,
    LAST_USER,
    OPEN_PORTS,
    OPERATING_SYSTEM,
    PARTLY_BROKEN,
    PROCESS_OF_HASH,
    PROCESSES_WITH_HASH,
    QUOTED_NAME,
    RUNNING_PROCESSES,
    SENSORS,
    SLOW,
    UPTIME,
    ParameterSeed,
    SensorSeed,
)
