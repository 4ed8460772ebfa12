# File: test_hostile_values.py
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
"""Values on endpoints are chosen by attackers: none of them leaves its place in the page."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.views.page import Page, rendered, result, shown
from tests.views.test_menus import ACTIONS, ROW, WITH_VIEW, row_at


HOSTILE = {
    "quotes": "' \" ` \\' \\\" \\",
    "end of the call": "'}], 0, 1, null, false); alert(1); //",
    "entities": "&#x27;); alert(1); //&quot;&lt;",
    "tags": "<script>alert(1)</script><img src=x onerror=alert(1)></td></table></div>",
    "attribute": '" onmouseover="alert(1)" x="',
    "template": "{{ container.id }}{% load x %}{# #}{{",
    "comment": "--><!-- <![CDATA[ ]]>",
    "style": "</style><style>*{display:none}",
    "address": "javascript:alert(1)",
    "data address": "data:text/html,<script>alert(1)</script>",
    "direction": "invoice\u202efdp.exe \u2066\u200f\u061c \u05d0\u05d1",
    "controls": "a\x00b\x07c\x1bd\u2028e\u2029f\u0085g\r\nh",
    "half a character": "\ud83d \udc00",
    "long": "x" * 10_240,
    "long words": "y " * 5_000,
}


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    merged = dict(one)
    for key, value in other.items():
        mine = merged.get(key)
        merged[key] = (
            _merged(mine, value) if isinstance(mine, dict) and isinstance(value, dict) else value
        )
    return merged


def row_of(action: str, value: Any) -> dict[str, Any]:
    """A row that has the value in every declared place."""
    row: dict[str, Any] = {"context": "node", "log": value}
    for entry in ACTIONS[action]["output"]:
        if entry["data_path"].startswith(ROW):
            row = _merged(row, row_at(entry["data_path"][len(ROW) :], value))
    return row


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_value_stays_in_its_place(value: str) -> None:
    whole = (
        value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if "\ud83d" in value
        else value
    )
    for action in {ACTIONS[action]["render"]["view"]: action for action in WITH_VIEW}.values():
        row = row_of(action, value)
        of_result: dict[str, Any] = {
            "message": value,
            "summary": {"status": value},
            "connection_id": value,
            "query": value,
            "file_path": value,
        }
        # As lines, and as a table.
        page = rendered(action, result([row], **of_result), result([row, row], **of_result))

        page.require_harmless()
        assert len(page.soup.select(".tanium-tr")) == 1
        assert len(page.soup.select(".result")) == 2
        assert {menu.value for menu in page.menus} == {whole}
        assert not [
            character
            for character in page.text
            if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        ]


def test_failed_result_with_a_hostile_message() -> None:
    for value in HOSTILE.values():
        shown("list alerts", [], failed=True, message=value).require_harmless()


def test_what_turns_text_around_is_spelled_out() -> None:
    assert (
        "invoice\\u202efdp.exe"
        in shown("list files", [{"path": "C:\\Temp\\invoice\u202efdp.exe"}]).text
    )


def test_long_value_is_cut_and_its_menu_is_not() -> None:
    page = shown("list endpoint files", [{"path": "C:\\" + "x" * 10_000}])

    assert "... (10,003 characters)" in page.text
    assert {len(menu.value) for menu in page.menus} == {10_003}


@pytest.mark.parametrize(
    ("link", "is_link"),
    [
        ("https://tanium.example.com/ui/threatresponse/alerts?guid=1", True),
        ("http://tanium.example.com:8443", True),
        ("https://[2001:db8::1]/x", True),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)//https://tanium.example.com", False),
        ("https://user@tanium.example.com/", False),
        ("https://tanium.example.com/ x", False),
        ("https://tanium.example.com/\u202e", False),
        (" https://tanium.example.com/", False),
        ("//tanium.example.com/", False),
        (["https://tanium.example.com/"], False),
    ],
)
def test_link_leads_to_the_web_or_is_none(link: Any, is_link: bool) -> None:
    assert (
        bool(shown("get alert", [{"id": 1, "console_link": link}]).soup.select("a[target=_blank]"))
        is is_link
    )


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None))
    | st.sampled_from(list(HOSTILE.values())),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "type", "columns"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(action=st.sampled_from(WITH_VIEW), data=st.data())
def test_row_of_anything_is_shown(action: str, data: st.DataObject) -> None:
    paths = [
        entry["data_path"][len(ROW) :].split(".")[0]
        for entry in ACTIONS[action]["output"]
        if entry["data_path"].startswith(ROW)
    ]
    row = st.dictionaries(st.sampled_from([*paths, "log"]), ANYTHING)
    rows = data.draw(st.lists(row | ANYTHING, max_size=3))
    parameter = data.draw(ANYTHING)

    page = shown(
        action,
        rows,
        summary={"more_data": parameter, "records": parameter},
        connection_id=parameter,
    )

    page.require_harmless()


def test_view_tolerates_a_result_without_anything() -> None:
    from dev.soar.web.widgets import render_widget
    from tests.views.page import APP

    entry = {"data": None, "summary": None, "parameter": None, "status": None, "message": None}
    html = render_widget(APP, "get process tree", [{"result_data": [entry], "result_summary": {}}])

    assert html and Page(html).soup.select(".message.failed")


def test_sources_have_no_way_out_of_escaping() -> None:
    from dev.environments import ROOT

    for template in (ROOT / "views").glob("*.html"):
        source = template.read_text(encoding="utf-8")
        assert not [
            word for word in ("|safe", "autoescape", "mark_safe", "<script") if word in source
        ]
        onclicks = [
            str(tag["onclick"]) for tag in BeautifulSoup(source, "html.parser").select("[onclick]")
        ]
        assert onclicks
        for onclick in onclicks:
            holes = [
                hole.strip(" {}")
                for hole in onclick.split("{{")[1:]
                for hole in [hole.partition("}}")[0]]
            ]
            # The kinds are the app's own; tests/views/page.py knows of which characters they are.
            ours = ("kinds", "container_id")
            assert all(hole.endswith("|escapejs") or hole in ours for hole in holes), holes
