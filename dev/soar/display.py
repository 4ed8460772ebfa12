# File: display.py
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
"""What the shell shows: a run's rows as a table with the manifest's column names, lists of actions
and vault items.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dev.soar.columns import Column, columns, values_at


WIDEST_VALUE = 60
NARROWEST_COLUMN = 10
# Without a terminal nobody wraps lines, and a pipe can take them.
WIDTH_WITHOUT_TERMINAL = 200


def console() -> Console:
    return Console(width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)


def show_result(screen: Console, action: dict[str, Any], result: dict[str, Any]) -> None:
    """Rows, summary and messages of a run."""
    rows = [row for entry in result["result_data"] for row in entry["data"]]
    if rows:
        _show_rows(screen, columns(action, rows), rows)
    for entry in result["result_data"]:
        for name, value in entry["summary"].items():
            screen.print(Text.assemble((name, "bold"), ": ", _printable(value)))
        screen.print(
            Text(
                _printable(entry["message"]),
                style="green" if entry["status"] == "success" else "red",
            )
        )
    if not result["result_data"] or result["exception_occured"] or result["status"] != "success":
        screen.print(Text(_printable(result["message"]), style="red"))


def show_actions(screen: Console, manifest: dict[str, Any]) -> None:
    """Every action with its parameters; required ones are marked with a star."""
    table = Table("action", "parameters (* required)", "description", box=SIMPLE_HEAD)
    for action in manifest["actions"]:
        parameters = [
            name + ("*" if declared.get("required") else "")
            for name, declared in action.get("parameters", {}).items()
            if declared.get("data_type") != "ph"
        ]
        table.add_row(
            Text(action["action"]), Text(", ".join(parameters)), Text(action["description"])
        )
    screen.print(table)


def show_vault(screen: Console, items: list[dict[str, Any]]) -> None:
    _show_rows(
        screen,
        [
            Column(name, name)
            for name in ("id", "vault_id", "name", "size", "container_id", "create_time")
        ],
        items,
    )


def _show_rows(screen: Console, shown: list[Column], rows: list[dict[str, Any]]) -> None:
    wide_enough = screen.width >= NARROWEST_COLUMN * len(shown)
    if len(rows) == 1 or not wide_enough:
        for row in rows:
            _show_record(screen, shown, row)
        return
    table = Table(box=SIMPLE_HEAD)
    for column in shown:
        if column.is_id:
            longest = max(len(_value(row, column.path)) for row in rows)
            table.add_column(
                column.title, overflow="fold", min_width=min(longest, screen.width // 2)
            )
        else:
            table.add_column(
                column.title, overflow="ellipsis", no_wrap=True, max_width=WIDEST_VALUE
            )
    for row in rows:
        table.add_row(*(Text(_value(row, column.path)) for column in shown))
    screen.print(table)


def _show_record(screen: Console, shown: list[Column], row: dict[str, Any]) -> None:
    table = Table("", "", box=None, show_header=False)
    for column in shown:
        value = _value(row, column.path)
        if value:
            table.add_row(Text(column.title, style="bold"), Text(value, overflow="fold"))
    screen.print(table)
    screen.print()


def _value(row: dict[str, Any], path: str) -> str:
    """Everything at a data path (`a.*.b`) of a row, as one line."""
    return ", ".join(_printable(value) for value in values_at(row, path))


def _printable(value: Any) -> str:
    """Text on one line; control characters are spelled out, for names on endpoints must not steer
    the terminal.
    """
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "".join(
        character if character.isprintable() else repr(character)[1:-1] for character in text
    )
