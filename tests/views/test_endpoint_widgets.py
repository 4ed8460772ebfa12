# File: test_endpoint_widgets.py
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
"""The widgets of one endpoint: its processes as a tree, and itself as a card."""

from __future__ import annotations

from tests.views.page import Menu, shown


SYSTEM = {"pid": 4, "ppid": 0, "process_name": "System"}
SHELL = {
    "pid": 812,
    "ppid": 4,
    "process_name": "cmd.exe",
    "process_path": "C:\\Windows\\System32\\cmd.exe",
    "user_name": "NT\\<b>SYSTEM</b>",
    "memory_bytes": 10485760,
    "computer_name": "ws-1",
}
CHILD = {"pid": 900, "ppid": 812, "process_name": "whoami.exe"}
ORPHAN = {"pid": 77, "ppid": 76, "process_name": "orphan"}


def test_processes_are_a_tree() -> None:
    page = shown("list processes", [CHILD, SHELL, ORPHAN, SYSTEM])

    page.require_harmless()
    assert page.cells("Process") == [
        *("orphan", "System", "cmd.exe C:\\Windows\\System32\\", "whoami.exe"),
    ]
    assert [row["class"] for row in page.rows] == [
        *(["depth-0"], ["depth-0"], ["depth-1"], ["depth-2"]),
    ]
    assert "4 processes" in page.text
    assert "10.0 MB" in page.text
    assert Menu(frozenset(["pid"]), "900") in page.menus


def test_circle_of_parents_is_cut() -> None:
    page = shown(
        "list processes",
        [{"pid": 1, "ppid": 2}, {"pid": 2, "ppid": 1}, {"pid": 3, "ppid": 3}, {"pid": None}],
    )

    assert len(page.rows) == 4


def test_deep_tree_stops_at_the_deepest_level_that_is_drawn() -> None:
    page = shown("list processes", [{"pid": pid, "ppid": pid - 1} for pid in range(1, 1200)])

    assert page.rows[5]["class"] == ["depth-5"]
    assert page.rows[-1]["class"] == ["depth-6"]


def test_end_of_a_process_is_said() -> None:
    assert "gone" in shown("terminate process", [{**SHELL, "terminated": True}]).text
    assert (
        "not proved gone"
        in shown("terminate process", [{**SHELL, "terminated": False}], failed=True).text
    )


def test_endpoint_is_a_card() -> None:
    row = {
        "computer_name": "ws-1.corp.example",
        "ip_address": "10.0.0.4",
        "os": {"name": "Windows 11", "windows": {"release_id": "24H2"}},
        "primary_user": {"name": "<i>Ada</i>", "email": "ada@corp.example"},
        "age_seconds": 9 * 86400,
        "is_encrypted": False,
        "data_source": "stored",
        "missing": ["compliance"],
        "disks": [{"name": "C:", "total": "500 GB", "used_percentage": "61%"}],
        "services": [{"name": "Spooler", "status": "RUNNING"}],
        "sensors": [{"sensor": "Uptime", "column": "Uptime", "values": ["3 days"]}],
    }
    page = shown("get endpoint details", [row])

    page.require_harmless()
    facts = page.facts()
    assert facts["Operating system"] == "Windows 11 24H2"
    assert facts["Encrypted"] == "no"
    assert facts["Age of the data"].startswith("9 days")
    assert "without compliance" in page.text
    assert "500 GB" in page.text
    assert "3 days" in page.text
    assert Menu(frozenset(["host name"]), "ws-1.corp.example") in page.menus


def test_malformed_endpoint_leaves_the_widget_whole() -> None:
    row = {"disks": "C:", "services": [5], "compliance": [], "missing": "x", "sensors": {}}

    shown("get endpoint details", [row, {"computer_name": ["a"]}]).require_harmless()
