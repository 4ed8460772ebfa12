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
"""An action's results as its custom view shows them: SOAR's call of the view function, and Django's
templates as SOAR sets them up.

`render_widget` gives a piece of HTML. A page that holds it links static/widgets.css and
static/context_menu.js, says `light` or `dark` in the class of its <html> (without either the
browser's preference decides), and puts `menu_candidates(app)` as JSON into `<script
type="application/json" id="menu-candidates">`, from which the context menus offer their actions.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.template import Context, Engine

from dev.soar.application import Application
from dev.soar.web.settings import HERE, configure


STATIC = HERE / "static"


class StoredResult:
    """An ActionResult as SOAR hands it to a view: read back from an entry of `result_data`."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self._entry = entry

    def get_param(self) -> dict[str, Any]:
        found: dict[str, Any] = self._entry["parameter"]
        return found

    def get_data(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._entry["data"]
        return found

    def get_summary(self) -> dict[str, Any]:
        found: dict[str, Any] = self._entry["summary"]
        return found

    def get_status(self) -> bool:
        return self._entry["status"] == "success"

    def get_message(self) -> str:
        return str(self._entry["message"])


def render_widget(
    app: Application,
    action: str,
    results: Iterable[dict[str, Any]],
    *,
    container_id: int = 1,
    **context: Any,
) -> str | None:
    """HTML of the widget of an action, given by name or identifier; None for one that SOAR shows as
    a table.

    results: those of app runs, as `LocalSoar.run` returns them. Further keywords go into the
    template's context.
    """
    entry = app.action(action)
    render = entry.get("render", {})
    if render.get("type") != "custom":
        return None
    configure()
    values = {
        "QS": {},
        "app": app.manifest["appid"],
        "app_name": app.manifest["name"],
        "container": SimpleNamespace(id=container_id),
        "dark_title_logo": "",
        "google_maps_key": False,
        "no_connection": False,
        "title1": render.get("title", entry["action"].title()),
        "title_logo": "",
        **context,
    }
    runs = [
        (result["result_summary"], [StoredResult(each) for each in result["result_data"]])
        for result in results
    ]
    with app.on_path():
        template = app.function(render["view"])(entry["action"], runs, values)
    return str(_engine(app.directory).get_template(template).render(Context(values)))


@cache
def _engine(directory: Path) -> Engine:
    """Templates of the app in this directory, which are compiled once."""
    return Engine(
        dirs=[HERE / "templates", directory],
        libraries={"custom_template": "dev.soar.web.custom_template"},
    )


def menu_candidates(app: Application) -> dict[str, list[dict[str, str]]]:
    """For each kind of value (`contains`) what takes it: `[{"action": "get process", "parameter":
    "process_table_id"}, ...]`.
    """
    found: dict[str, list[dict[str, str]]] = {}
    for action in app.manifest["actions"]:
        for parameter, declared in action.get("parameters", {}).items():
            for kind in declared.get("contains", []):
                found.setdefault(kind, []).append(
                    {"action": action["action"], "parameter": parameter}
                )
    return found
