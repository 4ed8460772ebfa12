# File: page.py
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
"""A widget's HTML as a browser would see it: its text, tables, and context menus."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import Any, NamedTuple

from bs4 import BeautifulSoup, Tag

from dev.environments import ROOT
from dev.soar.application import Application
from dev.soar.web.widgets import render_widget


APP = Application(ROOT)
TAGS = {
    *(
        "section",
        "header",
        "strong",
        "span",
        "div",
        "style",
        "p",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "bdi",
    ),
    *("svg", "rect", "title"),
}
# The whole of what an onclick may be. Nothing in its strings can end them: escapejs writes quotes,
# tags and the like as \uXXXX.
_STRING = r"""'((?:[^'"<>&\\`\n\r]|\\u[0-9A-F]{4})*)'"""
MENU = re.compile(
    rf"context_menu\(this, \[\{{'contains': \[((?:'[a-z0-9 ]+', )+)\], 'value': {_STRING} \}}\], 0,"
    r" (\d+), null, false\);"
)


class Menu(NamedTuple):
    contains: frozenset[str]
    value: str


class Page:
    def __init__(self, html: str) -> None:
        html.encode("utf-8")  # halves of characters would fail here, as in SOAR's reply
        self.html = html

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, "html.parser")

    @property
    def text(self) -> str:
        return " ".join(self._body.get_text(" ").split())

    @property
    def _body(self) -> Tag:
        (body,) = self.soup.select(".tanium-tr")
        return body

    @property
    def menus(self) -> list[Menu]:
        return [_menu(str(link["onclick"])) for link in self.soup.select("a[onclick]")]

    @property
    def columns(self) -> list[str]:
        return [cell.get_text() for cell in self.soup.select("th[scope=col]")]

    @property
    def rows(self) -> list[Tag]:
        return list(self.soup.select(".rows tbody tr"))

    def cells(self, column: str) -> list[str]:
        """The texts of a column, the parts of a cell joined by blanks."""
        at = self.columns.index(column)
        return [row.select("td")[at].get_text(" ") for row in self.rows]

    def facts(self) -> dict[str, str]:
        lines = [line.select("th[scope=row], td") for line in self.soup.select(".facts tr")]
        return {title.get_text(): value.get_text(" ") for title, value in lines}

    def require_harmless(self) -> None:
        """No tag, attribute or address but those of the template."""
        for tag in self.soup.find_all(True):
            assert tag.name in TAGS, tag
            for name, value in tag.attrs.items():
                assert not name.startswith("on") or (name == "onclick" and MENU.fullmatch(value)), (
                    name,
                    value,
                )
            if "href" in tag.attrs:
                assert tag["href"] == "javascript:;" or re.fullmatch(
                    r"https?://[!-~]+", tag["href"]
                ), tag


def _menu(onclick: str) -> Menu:
    match = MENU.fullmatch(onclick)
    assert match, onclick
    kinds, value, _ = match.groups()
    return Menu(frozenset(re.findall(r"'([^']+)'", kinds)), json.loads(f'"{value}"'))


def result(
    rows: list[Any],
    *,
    summary: dict[str, Any] | None = None,
    failed: bool = False,
    message: str = "Done",
    **parameters: Any,
) -> dict[str, Any]:
    """A result as `LocalSoar.run` returns it."""
    status = "failed" if failed else "success"
    entry = {
        "data": rows,
        "summary": summary or {},
        "parameter": {**parameters, "context": {}},
        "status": status,
        "message": message,
    }
    return {
        "result_data": [entry],
        "result_summary": {"total_objects": 1, "total_objects_successful": int(not failed)},
    }


def shown(action: str, rows: list[Any], **of_result: Any) -> Page:
    return rendered(action, result(rows, **of_result))


def rendered(action: str, *results: dict[str, Any]) -> Page:
    html = render_widget(APP, action, results)
    assert html is not None
    return Page(html)
