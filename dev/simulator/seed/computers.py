# File: computers.py
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
"""The computers that Tanium knows, and their groups."""

from __future__ import annotations

from typing import NamedTuple


class Host(NamedTuple):
    """A computer. `eid` False: its connection ids end in a colon; `answers` False: connections to
    it time out.
    """

    hostname: str
    client_id: str
    ip: str
    platform: str
    days_since_registration: float = 0.01
    eid: bool = True
    answers: bool = True
    in_system_status: bool = True
    status: str = "Normal"
    quarantined: bool = False


FINANCE = Host("ws-finance-07", "2029311007", "10.20.1.17", "Windows", status="Leader")
FINANCE_12 = Host("ws-finance-12", "2029311012", "10.20.1.22", "Windows")
HR_WITHOUT_EID = Host("ws-hr-04", "1775420604", "10.20.2.14", "Windows", eid=False)
WEB_SERVER = Host("srv-web-01", "3104477901", "10.30.0.11", "Linux", status="Slow link")
DB_SERVER = Host("srv-db-02", "3104477902", "10.30.0.12", "Linux")
MAC = Host("mac-design-03", "1460912203", "10.20.4.33", "Mac")
OFFLINE = Host(
    "ws-offline-09", "2029311099", "10.20.1.99", "Windows", 9.0, answers=False, status="Blocked"
)
NOT_IN_SYSTEM_STATUS = Host(
    "lab-isolated-01", "1999000101", "10.99.0.5", "Windows", in_system_status=False
)
KIOSK_OLD = Host("kiosk-lobby", "1620000001", "10.40.0.8", "Windows", 120.0)
KIOSK_NEWEST = Host("kiosk-lobby", "1620000003", "10.40.0.9", "Windows", 0.5)
KIOSK_MIDDLE = Host("kiosk-lobby", "1620000002", "10.40.0.8", "Windows", 31.0)
HOSTS = (
    FINANCE,
    FINANCE_12,
    HR_WITHOUT_EID,
    WEB_SERVER,
    DB_SERVER,
    MAC,
    OFFLINE,
    NOT_IN_SYSTEM_STATUS,
    KIOSK_OLD,
    KIOSK_NEWEST,
    KIOSK_MIDDLE,
)


class Group(NamedTuple):
    """A computer group: a filter by its `text`, or manual with the client ids of its `members`.
    A group with neither has the computers whose name contains its own.
    """

    id: int
    name: str
    deleted: bool = False
    text: str = ""
    members: tuple[str, ...] | None = None
    content_set: int = 2


ALL_COMPUTERS = Group(1, "All Computers")
"""Every computer, without a text."""
NO_COMPUTERS = Group(2, "No Computers")
RING_ONE = Group(77, "Ring 1", members=(FINANCE.client_id, WEB_SERVER.client_id))
FINANCE_GROUP = Group(
    414, "Finance / Accounting (100%)", text='Computer Name starts with "ws-finance"'
)
WINDOWS_GROUP = Group(415, "Windows Computers", text="Is Windows equals True")
SERVERS_GROUP = Group(
    416,
    "Servers",
    text='(Computer Name starts with "srv-web" or Computer Name starts with "srv-db")'
    " and not Is Windows equals True",
)
NUMBER_AS_NAME = Group(812, "2024")
"""No group has the id 2024, so `2024` can only be this name."""
NAME_OF_ANOTHER_ID = Group(905, "77")
"""`77` is RING_ONE by id and this group by name."""
DELETED_GROUP = Group(633, "Retired laptops", deleted=True)
GROUPS = (
    *(ALL_COMPUTERS, NO_COMPUTERS, RING_ONE, FINANCE_GROUP, WINDOWS_GROUP, SERVERS_GROUP),
    *(NUMBER_AS_NAME, NAME_OF_ANOTHER_ID, DELETED_GROUP),
)
QUARANTINED_GROUP = Group(9001, "", text='"Custom Isolation Check" equals "isolated"')
UP_TO_DATE_GROUP = Group(9002, "", text='"Tanium Client Version" starts with "7.6"')
OUTDATED_GROUP = Group(9003, "", text='"Tanium Client Version" starts with "9."')
VERIFY_GROUPS = (QUARANTINED_GROUP, UP_TO_DATE_GROUP, OUTDATED_GROUP)
"""Groups without a name, for the verification of packages."""
RESERVED_GROUPS = (1, 2, 3, 4)
"""These ids belong to All Computers, No Computers, and the two default action groups."""


def endpoint_id(host: Host) -> int:
    """The `eid` of a computer in alerts and response actions; connections count otherwise."""
    return int(host.client_id) % 1000 + 1
