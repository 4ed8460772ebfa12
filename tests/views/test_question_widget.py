# File: test_question_widget.py
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
"""The widget of the answers to a question."""

from __future__ import annotations

from typing import Any

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.conftest import RunAction
from tests.views.page import Menu, Page, result, shown


def column(name: str, number: int = 7, kind: int = 1) -> dict[str, Any]:
    return {"hash": number, "name": name, "type": kind}


COUNT = column("Count", 0, 3)


def answers(columns: list[dict[str, Any]], records: list[dict[str, Any]], **summary: Any) -> Page:
    data = {"result_sets": [{"question_id": 88, "columns": columns}]}
    return shown("run query", [{"data": data, "records": records}], summary=summary)


def test_answers_of_a_real_run(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.answer_seconds = tanium.settings.estimate_seconds = 0.0
    text = "Get Computer Name and IP Address from all machines"

    ran = run("run query", query_text=text, timeout_seconds=20)
    page = shown("run query", ran.rows, summary=ran.summary, query_text=text)

    page.require_harmless()
    assert page.columns == ["Computer Name", "IP Address", "Count"]
    assert len(page.cells("Computer Name")) == 8
    assert "Complete" in page.text
    assert "8 of 8 endpoints answered (100 %)" in page.text
    assert Menu(frozenset(["host name"]), seed.FINANCE.hostname) in page.menus
    assert Menu(frozenset(["ip"]), seed.FINANCE.ip) in page.menus
    assert Menu(frozenset(["taniumrest question text"]), text) in page.menus
    assert not page.soup.select("svg"), "nothing is counted"


def test_several_values_are_lines_with_a_menu_each() -> None:
    page = answers(
        [column("IP Address", kind=5), COUNT],
        [
            {
                "ip_address": "10.0.0.4",
                "count": 1,
                "all_values": {"ip_address": ["10.0.0.4", "fe80::1"]},
            }
        ],
    )

    assert {menu.value for menu in page.menus if "ip" in menu.contains} == {"10.0.0.4", "fe80::1"}
    assert len(page.soup.select("td > a.line")) == 2


def test_columns_are_named_as_in_the_question() -> None:
    page = answers(
        [column("Path"), column("MD5 Hash"), column("Path"), column("Last Logged In User"), COUNT],
        [
            {
                "path": "C:\\x.exe",
                "md5_hash": "0f" * 16,
                "path_2": "[no results]",
                "last_logged_in_user": "corp\\a",
                "count": 3,
            }
        ],
    )

    assert page.columns == ["Path", "MD5 Hash", "Path (2)", "Last Logged In User", "Count"]
    assert {(menu.value, *sorted(menu.contains)) for menu in page.menus} >= {
        ("C:\\x.exe", "file name", "file path"),
        ("0f" * 16, "md5"),
        ("corp\\a", "user name"),
    }
    assert "[no results]" not in {menu.value for menu in page.menus}


def test_counts_have_a_chart() -> None:
    page = answers(
        [column("Operating System"), COUNT],
        [
            {"operating_system": "Linux", "count": 2},
            {"operating_system": "Windows", "count": 40},
            {"operating_system": "Mac", "count": 1},
        ],
    )

    (chart,) = page.soup.select("svg")
    assert chart["aria-label"] == (
        "Computers by answer, from 40 Windows to 1 Mac: each bar one answer of 3, at most 40"
        " computers"
    )
    assert [title.text for title in chart.select("title")] == ["40 Windows", "2 Linux", "1 Mac"]


def test_thousand_answers_are_shown_and_the_rest_is_told() -> None:
    records = [{"computer_name": f"pc-{number}", "count": 1} for number in range(1500)]

    page = answers([column("Computer Name"), COUNT], records)

    assert len(page.cells("Computer Name")) == 1000
    assert "Showing the first 1,000 of 1,500 rows. The result itself contains all of" in page.text


def test_incomplete_answers_say_so() -> None:
    page = answers(
        [column("Computer Name"), COUNT],
        [{"computer_name": "ws1", "count": 1}],
        complete=False,
        percentage=75,
        endpoints_expected=8,
        endpoints_answered=6,
        endpoints_missing=2,
        endpoints_hidden=3,
        rows_unavailable=1,
        number_of_rows=1,
    )

    for words in (
        "Incomplete",
        "6 of 8 endpoints answered (75 %)",
        "2 endpoints have not answered",
        "3 endpoints hidden by rights",
        "1 rows still to come",
    ):
        assert words in page.text


def test_any_shape_of_data_is_shown() -> None:
    rows: list[dict[str, Any]] = [
        {"data": "x", "records": "y"},
        {"data": {"result_sets": ["x"]}, "records": [1, {"all_values": 2}]},
        {"data": {"result_sets": {}}, "records": [{"a": [1, None], "all_values": {"a": {}}}]},
        {"records": [{}]},
    ]
    for row in rows:
        shown("get question results", [row]).require_harmless()


def test_time_out_shows_what_there_is() -> None:
    row = {
        "data": {"result_sets": [{"columns": [column("Computer Name")]}]},
        "records": [{"computer_name": "ws1"}],
    }

    page = shown("run query", [row], failed=True)

    assert "This is what it did or found before the failure." in page.text
    assert page.cells("Computer Name") == ["ws1"]
    assert result([row])
