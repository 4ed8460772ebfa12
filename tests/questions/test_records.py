# File: test_records.py
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
"""The rows of a result as records: keys, values, and what is said of columns of any name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tanium_tr.questions.brackets import brackets
from tanium_tr.questions.results import keys_of, tabulated
from tests.questions.conftest import Ask, records


def column(name: Any, number: int = 7) -> dict[str, Any]:
    return {"hash": number, "name": name, "type": 1}


COUNT = column("Count", 0)


@pytest.mark.parametrize(
    ("columns", "keys"),
    [
        ([column("Computer Name"), COUNT], ["computer_name", "count"]),
        ([column("Count"), COUNT], ["count_2", "count"]),
        ([column("Count")], ["count"]),
        ([column("A-b"), column("a b"), column("A (B)")], ["a_b", "a_b_2", "a_b_3"]),
        ([column("a b 2"), column("a b"), column("a-b")], ["a_b_2", "a_b", "a_b_3"]),
        ([column(""), column("\u00fc"), column(None)], ["column_1", "column_2", "column_3"]),
        ([column("Sensor[x, 'y']"), COUNT], ["sensor", "count"]),
        ([column("All Values")], ["all_values_2"]),
        ([], []),
    ],
)
def test_keys_of_columns(columns: list[dict[str, Any]], keys: list[str]) -> None:
    assert keys_of(columns) == keys


@given(st.lists(st.text(max_size=8) | st.sampled_from(["Count", "count 2", "a", "A", "a 2"])))
def test_every_column_has_a_key_of_its_own(names: list[str]) -> None:
    columns = [*map(column, names), COUNT]

    keys = keys_of(columns)

    assert len(set(keys)) == len(columns)
    assert keys[-1] == "count"
    assert keys_of([*columns[:1], COUNT])[0] == keys[0] or keys[0].startswith("count")


@pytest.mark.parametrize(
    ("cells", "record"),
    [
        ([[{"text": "a"}], [{"text": "3"}]], {"name": "a", "count": 3}),
        ([[{"text": "a"}, {"text": "b"}]], {"name": "a", "all_values": {"name": ["a", "b"]}}),
        ([[], [{"text": "many"}]], {"name": None, "count": "many"}),
        ([["bare"], [{"text": None}]], {"name": "bare", "count": None}),
        ("x", {}),
        ([[{"text": "a"}], [{"text": "1"}], [{"text": "extra"}]], {"name": "a", "count": 1}),
    ],
)
def test_record_of_any_row(cells: Any, record: dict[str, Any]) -> None:
    found, _ = tabulated([{"data": cells}], ["name", "count"], in_first_values=True)

    assert found == [record]


@given(st.lists(st.text(max_size=10), min_size=1, max_size=4))
def test_quoted_values_in_brackets_are_read_as_they_are(values: list[str]) -> None:
    listed = ",".join('"{}"'.format(value.replace('"', '""')) for value in values)

    (found,) = brackets(f'Get Sensor[{listed}] from all machines with X contains "[a]"', ["Sensor"])

    assert found == ("Sensor", values)


@pytest.mark.usefixtures("at_once")
def test_hostile_values_stay_what_they_are(ask: Ask) -> None:
    asked = ask("Get Computer Name and Odd Text from all machines")

    record = records(asked)[0]
    assert record["odd_text"] == "<script>alert(1)</script>"
    assert record["all_values"]["odd_text"] == [
        "<script>alert(1)</script>",
        'a "quoted" | barred, text',
        "two\nlines",
        "",
    ]


@pytest.mark.usefixtures("at_once")
def test_sensor_with_columns_of_its_own(ask: Ask) -> None:
    asked = ask(
        "Get Computer Name and Running Process by Hash from all machines",
        sensor_parameters=json.dumps({seed.PROCESS_OF_HASH.name: {"MD5": "0" * 32}}),
    )

    assert asked.ok, asked.message
    assert set(records(asked)[0]) == {"computer_name", "path", "md5_hash", "count"}
    assert asked.summary["rows_without_results"] == 8


@pytest.mark.parametrize("row_ids", [True, False])
@pytest.mark.parametrize("in_columns", [True, False])
def test_forms_of_results(
    at_once: SimulatorServer, ask: Ask, row_ids: bool, in_columns: bool
) -> None:
    at_once.settings.row_ids, at_once.settings.parameters_in_columns = row_ids, in_columns

    asked = ask('Get Computer Name and Custom Text["v"] from all machines')

    assert asked.ok, asked.message
    assert set(records(asked)[0]) == {"computer_name", "custom_text", "count"}
