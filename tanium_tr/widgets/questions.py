# File: questions.py
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
"""The answers to a question: a table with the question's columns, below how complete they are and,
where they are counted, a chart of the counts.
"""

from __future__ import annotations

from typing import Any

from ..declare import FILE_NAME, FILE_PATH, IP, MD5, SHA1, SHA256, USER_NAME
from ..questions.results import ALL_VALUES, COUNT, NO_RESULTS, columns_of, first_set, keys_of
from .chart import counts_by_answer
from .menus import MENUS
from .parts import Part, number, part, plain
from .tables import (
    Row,
    Section,
    TableColumn,
    badges,
    column,
    columns_of as with_kinds,
    facts,
    section,
    table,
)
from .values import float_of, text


QUESTION = with_kinds(
    "question_results",
    column(
        "Question ID",
        *("data.result_sets.question_id", "data.result_sets.id"),
        "data.result_sets.archived_question_id",
    ),
)
IP_COLUMN = 5  # the type of a column of addresses
# Of columns that are not data paths of their own, by the key that their name makes.
_KINDS = {
    "hash": (MD5, SHA1, SHA256),
    "md5_hash": (MD5,),
    "sha1_hash": (SHA1,),
    "sha256_hash": (SHA256,),
    "path": (FILE_PATH, FILE_NAME),
    "file_path": (FILE_PATH, FILE_NAME),
    "process_path": (FILE_PATH, FILE_NAME),
    "user_name": (USER_NAME,),
    "last_logged_in_user": (USER_NAME,),
}
_ERROR = "TSE-Error:"


def question_results(rows: list[Row], summary: Row) -> list[Section]:
    """Sections of each result, which is one row with all of its answers."""
    return [each for row in rows for each in _answers(row, summary)]


def records_of(row: Row) -> list[Row]:
    """The answers in a row of a result."""
    found = row.get("records")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _answers(row: Row, summary: Row) -> list[Section]:
    data = row.get("data")
    found = first_set(data) if isinstance(data, dict) else {}
    found = found if isinstance(found, dict) else {}
    records = records_of(row)
    columns = _columns(columns_of(found), records)
    shown = [{**record, **_all_values(record)} for record in records]
    asked = {"data": {"result_sets": found}}
    return [
        section(facts(asked, QUESTION), kind="facts"),
        badges(_completeness(summary)),
        section([], chart=counts_by_answer(_counted(records, columns))),
        table(shown, columns),
    ]


def _all_values(record: Row) -> Row:
    found = record.get(ALL_VALUES)
    return found if isinstance(found, dict) else {}


def _columns(columns: list[Row], records: list[Row]) -> list[TableColumn]:
    """Those of the question in their order, then whatever else the records have."""
    keys = keys_of(columns)
    titles = {key: text(each.get("name")) or key for key, each in zip(keys, columns)}
    for record in records:
        for key in (*record, *_all_values(record)):
            if key != ALL_VALUES:
                titles.setdefault(key, key)
    addresses = {key for key, each in zip(keys, columns) if each.get("type") == IP_COLUMN}
    taken: dict[str, int] = {}
    found = []
    for key, title in titles.items():
        taken[title] = taken.get(title, 0) + 1
        unique = title if taken[title] == 1 else f"{title} ({taken[title]})"
        show = number if key == COUNT else values
        found.append(TableColumn(unique, (key,), show, _kinds(key, key in addresses)))
    return found


def _kinds(key: str, is_address: bool) -> tuple[str, ...]:
    declared = MENUS["question_results"].get(f"records.{key}", ())
    return declared or _KINDS.get(key, ()) or ((IP,) if is_address else ())


def values(value: Any, contains: Any) -> list[Part]:
    """The values of a cell, below each other; what says that there is none is no value."""
    if isinstance(value, str) and (value == NO_RESULTS or value.startswith(_ERROR)):
        return [part(text(value), value, (), "note")]
    shown = plain(value, contains)
    if len(shown) < 2:
        return shown
    return [each._replace(style=f"{each.style} line".lstrip()) for each in shown]


def _completeness(summary: Row) -> list[Part]:
    """How complete the answers are, as far as the summary says."""
    complete = summary.get("complete")
    if not isinstance(complete, bool):
        return []
    counted = {name: float_of(value) or 0 for name, value in summary.items()}
    answered, expected = (counted.get(f"endpoints_{name}", 0) for name in ("answered", "expected"))
    share = counted.get("percentage", 0)
    notes = {
        "endpoints_missing": "endpoints have not answered",
        "endpoints_hidden": "endpoints hidden by rights",
        "rows_unavailable": "rows still to come",
        "rows_with_errors": "rows with errors",
        "rows_without_results": "rows without results",
    }
    return [
        Part("Complete" if complete else "Incomplete", f"badge {'good' if complete else 'warn'}"),
        Part(
            f"{answered:,.0f} of {expected:,.0f} endpoints answered ({share:.0f} %)", "quiet badge"
        ),
        Part(f"{counted.get('number_of_rows', 0):,.0f} rows", "quiet badge"),
        *(
            Part(f"{counted[name]:,.0f} {words}", "warn badge")
            for name, words in notes.items()
            if counted.get(name)
        ),
    ]


def _counted(records: list[Row], columns: list[TableColumn]) -> list[tuple[str, float]]:
    """Each answer with how many computers gave it, where any is of several."""
    names = [each.paths[0] for each in columns if each.paths[0] != COUNT]
    found = [
        (", ".join(text(record.get(name), 40) for name in names), float_of(record.get(COUNT)) or 0)
        for record in records
    ]
    return found if any(count > 1 for _, count in found) else []
