# File: __main__.py
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
"""`make bench`: every target with what the app and the floor took on this machine; exit status 1
when one is missed.
"""

from __future__ import annotations

import os
import platform
import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dev.bench import (
    alerts,
    findings,
    gateway,
    get_file,
    ingest,
    ingestion,
    pages,
    questions,
    receiver,
    runs,
    startup,
    traffic,
    widgets,
)
from dev.bench.measure import Line


NOTES = (
    "Times are medians; app and floor took turns. get file: the whole run in a warm process; its"
    " memory: of a process of its own. list alerts, get events: the handler, before the platform"
    " serialises; memory beyond the events: its traced peak without its result, the floor's with"
    " 10,000. widgets: view and template; the floor has the context menus too. start-up: import and"
    " initialize() in fresh interpreters with SOAR's platform loaded. Runs over bare requests: from"
    " initialize to finalize. receiver: the whole request;"
    " both times include the local SOAR's work for what is posted to it."
)
VERDICTS = {
    True: Text("met", "green"),
    False: Text("MISSED", "bold red"),
    None: Text("-", "yellow"),
}


def main() -> int:
    screen = Console()
    screen.print(
        f"Measuring the app on Python {platform.python_version()}, {os.cpu_count()} CPUs; about"
        " seven minutes",
        highlight=False,
    )

    def say(text: str) -> None:
        screen.print(f"  {text}", highlight=False)

    lines = [
        line
        for part in (
            traffic,
            startup,
            runs,
            alerts,
            pages,
            questions,
            gateway,
            get_file,
            ingestion,
            findings,
            receiver,
            widgets,
            ingest,
        )
        for line in part.measure(say)
    ]
    screen.print(_table(lines), NOTES, highlight=False)
    missed = sum(line.met is False for line in lines)
    unjudged = sum(line.met is None for line in lines)
    screen.print(
        f"{len(lines)} targets: {len(lines) - missed - unjudged} met, {missed} missed, {unjudged}"
        " not judged",
        highlight=False,
    )
    return 1 if missed else 0


def _table(lines: list[Line]) -> Table:
    table = Table("measured", "app", "floor", "target", "verdict", box=SIMPLE_HEAD)
    table.columns[0].min_width = 30
    for line in lines:
        table.add_row(
            *map(Text, (line.name, line.app, line.floor, line.target)), VERDICTS[line.met]
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
