# File: test_wire_events.py
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
"""Columns of recorded events, as production servers send them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.conftest import Client


OLD_NAMES = {"process_id", "process_name", "username", "domain"}


def events(client: Client, connection: str, kind: str, **query: Any) -> list[dict[str, Any]]:
    rows = client.get(f"/conns/{connection}/views/{kind}/events", limit=20, **query)
    assert isinstance(rows, list)
    assert rows
    return rows


@pytest.mark.parametrize("kind", ["file", "registry", "network", "dns", "image"])
def test_rows_name_their_process_briefly(client: Client, connection: str, kind: str) -> None:
    for row in events(client, connection, kind):
        assert {"pid", "process_path", "user_name", "group_name", "details"} <= row.keys()
        assert not row.keys() & OLD_NAMES
        assert isinstance(row["pid"], int)


def test_process_rows_tell_about_the_parent(client: Client, connection: str) -> None:
    *rows, _ = events(client, connection, "process")
    for row in rows:
        assert {"hash", "parent_hash", "parent_path", "parent_command_line"} <= row.keys()
        assert not row.keys() & OLD_NAMES
    paths = {row["process_table_id"]: row["process_command_line"] for row in rows}
    child = rows[3]
    assert child["parent_command_line"] == paths[child["parent_process_table_id"]]


@pytest.mark.parametrize(
    ("searched", "column"),
    [("process_id", "pid"), ("process_name", "process_path"), ("username", "user_name")],
)
def test_filters_keep_their_own_names(
    client: Client, connection: str, searched: str, column: str
) -> None:
    value = events(client, connection, "file")[0][column]
    rows = events(client, connection, "file", f0=searched, o0="eq", v0=str(value))
    assert {row[column] for row in rows} == {value}
