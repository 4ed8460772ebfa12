# File: widgets.py
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
"""The widget of 1,000 alerts and of 1,000 events, view and template, beside a bare table:
Django rendering the columns that SOAR's own table would have, with their context menus and
nothing else.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable

from django.template import Context, Engine

from dev.bench.measure import Line, at_most, in_turn, seconds, shown
from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.settings import QUICK
from dev.soar import LocalSoar
from dev.soar.web.settings import configure
from dev.soar.web.widgets import render_widget


ROUNDS = 7
ROWS = 1000
FACTOR = 4.0
LIMIT = 1.0  # seconds
BARE = """
<table>{% for row in rows %}<tr>{% for value, kinds in row %}<td>{% if kinds %}<a
href="javascript:;" onclick="context_menu(this, [{
'contains': [{% for kind in kinds %}'{{ kind|escapejs }}', {% endfor %}],
'value': '{{ value|escapejs }}' }], 0, {{ container.id }},
null, false);">
{{ value }}</a>{% else %}{{ value }}{% endif %}</td>{% endfor %}</tr>{% endfor %}</table>
"""


def measure(say: Callable[[str], None]) -> list[Line]:
    say(f"widgets: {ROUNDS} rounds of {ROWS} rows")
    configure()
    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        SimulatorServer(**QUICK, alerts=ROWS) as tanium,
    ):
        soar = LocalSoar(Path(folder))
        soar.create_asset(
            "tanium", {"base_url": tanium.url, "api_token": seed.TOKEN, "console_url": seed.CONSOLE}
        )
        live = {"connection_id": tanium.state.connections.open(seed.FINANCE.hostname)}
        alerts = soar.run("list alerts", {"limit": ROWS})
        events = soar.run("get events", {**live, "event_type": "combined", "limit": ROWS - 1})
        return [
            *_lines(f"widget of {ROWS:,} alerts", soar, "list alerts", alerts),
            *_lines(f"widget of {ROWS:,} events", soar, "get events", events),
        ]


def _lines(name: str, soar: LocalSoar, action: str, result: dict[str, Any]) -> list[Line]:
    data = result["result_data"][0]["data"]
    assert len(data) == ROWS
    titled = [entry for entry in soar.app.action(action)["output"] if "column_name" in entry]
    columns = [
        (entry["data_path"].rpartition(".")[2], entry.get("contains", [])) for entry in titled
    ]
    rows = [[(row[key], kinds) for key, kinds in columns if key in row] for row in data]
    context = {"rows": rows, "container": SimpleNamespace(id=1)}
    bare = Engine().from_string(BARE)
    medians = in_turn(
        ROUNDS,
        lambda: seconds(lambda: render_widget(soar.app, action, [result])),
        lambda: seconds(lambda: bare.render(Context(context))),
    )
    return [
        at_most(f"{name}, over a bare table", FACTOR, medians),
        Line(f"{name}: time", shown(medians.app), "", f"{LIMIT:.1f} s", medians.app <= LIMIT),
    ]
