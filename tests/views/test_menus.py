# File: test_menus.py
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
"""Every value that another action accepts has SOAR's context menu, with the `contains` of its
declaration.
"""

from __future__ import annotations

from typing import Any

import pytest

import tanium_tr_view
from dev.manifest import declared_actions, manifest
from dev.soar.web.widgets import menu_candidates, render_widget
from tests.views.page import APP, Menu, result, shown


ACTIONS = {action["action"]: action for action in manifest(declared_actions())["actions"]}
WITH_VIEW = [
    name for name, action in ACTIONS.items() if action.get("render", {}).get("type") == "custom"
]
ROW, SUMMARY, PARAMETER = (
    "action_result.data.*.",
    "action_result.summary.",
    "action_result.parameter.",
)
# A menu holds one value: neither several of them nor the text of a document is one; the rows have
# them one by one.
WITHOUT_MENU = {"alert_ids", "intel_doc", "records", "signal", "values"}


def _with_contains(action: str, prefix: str) -> list[tuple[str, list[str]]]:
    return [
        (entry["data_path"][len(prefix) :], entry["contains"])
        for entry in ACTIONS[action]["output"]
        if "contains" in entry and entry["data_path"].startswith(prefix)
    ]


def row_at(path: str, value: Any) -> dict[str, Any]:
    """The smallest row that has the value at the path."""
    for key in reversed(path.split(".")):
        value = [value] if key == "*" else {key: value}
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize("action", WITH_VIEW)
def test_view_exists(action: str) -> None:
    module, _, function = ACTIONS[action]["render"]["view"].partition(".")

    assert module == tanium_tr_view.__name__
    assert callable(getattr(tanium_tr_view, function))
    assert ACTIONS[action]["render"]["title"][0].isupper()


def test_views_are_all_used() -> None:
    used = {ACTIONS[action]["render"]["view"].partition(".")[2] for action in WITH_VIEW}

    assert {name for name in vars(tanium_tr_view) if name.startswith("display_")} == used


@pytest.mark.parametrize("action", WITH_VIEW)
def test_value_of_a_row_has_its_menu(action: str) -> None:
    for path, contains in _with_contains(action, ROW):
        value = f"value of {path}"
        for page in (
            shown(action, [row_at(path, value)]),
            shown(action, [row_at(path, value), row_at(path, "another")]),
        ):
            assert [
                menu
                for menu in page.menus
                if menu.value == value and menu.contains.issuperset(contains)
            ], path


@pytest.mark.parametrize("action", WITH_VIEW)
def test_value_of_a_parameter_has_its_menu(action: str) -> None:
    for name, contains in _with_contains(action, PARAMETER):
        if name not in WITHOUT_MENU:
            # A vault id is a SHA1 too, which not every action says.
            offered = [
                menu.contains
                for menu in shown(action, [], **{name: "given"}).menus
                if menu.value == "given"
            ]
            assert [each for each in offered if each.issuperset(contains)], name


@pytest.mark.parametrize("action", WITH_VIEW)
def test_values_of_the_summary_are_those_of_the_rows(action: str) -> None:
    kinds = {kind for _, contains in _with_contains(action, ROW) for kind in contains}

    assert kinds.issuperset(
        kind for _, contains in _with_contains(action, SUMMARY) for kind in contains
    )


# Published data paths stay as they were published, without `contains`; the widgets know better.
@pytest.mark.parametrize(
    ("action", "path", "contains"),
    [
        ("list alerts", "id", "threatresponse alert id"),
        ("list alerts", "intelDocId", "threatresponse intel doc id"),
        ("get process tree", "process_table_id", "threatresponse process table id"),
        ("get process tree", "user_name", "user name"),
        ("get events", "query", "domain"),
        ("get events", "parent_pid", "pid"),
        ("list snapshots", "username", "user name"),
        ("upload intel doc", "labelIds.*", "threatresponse label id"),
        ("create snapshot", "taskInfo.id", "threatresponse task id"),
        ("save file", "taskInfo.id", "threatresponse task id"),
        ("get file", "metadata.sha256", "sha256"),
        ("save file", "taskInfo.metadata.connection", "threatresponse connection id"),
    ],
)
def test_value_that_is_published_without_contains_has_a_menu(
    action: str, path: str, contains: str
) -> None:
    assert Menu(frozenset([contains]), "4711") in shown(action, [row_at(path, "4711")]).menus


@pytest.mark.parametrize(
    ("action", "path"),
    [
        ("get process tree", "process_path"),
        ("get events", "path"),
        ("get events", "parent_path"),
        ("get events", "ImageLoaded"),
    ],
)
def test_path_is_both_a_name_and_what_can_be_collected(action: str, path: str) -> None:
    assert (
        Menu(frozenset(["file name", "file path"]), "C:\\x.exe")
        in shown(action, [row_at(path, "C:\\x.exe")]).menus
    )


@pytest.mark.parametrize("action", ["get process", "get process events", "get events"])
@pytest.mark.parametrize(
    ("kind", "detail", "menus"),
    [
        (
            "Process",
            "412: C:\\x.exe",
            [
                Menu(frozenset(["file name", "file path"]), "C:\\x.exe"),
                Menu(frozenset(["pid"]), "412"),
            ],
        ),
        ("File", "C:\\x.tmp", [Menu(frozenset(["file name", "file path"]), "C:\\x.tmp")]),
        ("DNS", "a.example.net", [Menu(frozenset(["domain"]), "a.example.net")]),
        (
            "Network",
            "10.0.0.1 -> 192.0.2.7:443",
            [Menu(frozenset(["ip"]), "10.0.0.1"), Menu(frozenset(["ip"]), "192.0.2.7")],
        ),
        ("Registry", "HKEY_LOCAL_MACHINE\\Software", []),
        ("Security", "412", []),
    ],
)
def test_menus_of_a_detail_are_those_of_its_type(
    action: str, kind: str, detail: str, menus: list[Menu]
) -> None:
    page = shown(action, [{"type": kind, "detail": detail}])

    assert page.menus == menus


def test_menu_offers_only_what_some_action_takes_or_soar_knows() -> None:
    of_soar = {
        "host name",
        "ip",
        "domain",
        "pid",
        "user name",
        "file name",
        "file path",
        "md5",
        "sha1",
        "sha256",
        "vault id",
    }
    taken = {
        kind
        for action in ACTIONS.values()
        for of in action["parameters"].values()
        for kind in of.get("contains", [])
    }
    offered = {
        kind
        for action in WITH_VIEW
        for path, _ in _with_contains(action, ROW)
        for menu in shown(action, [row_at(path, "1")]).menus
        for kind in menu.contains
    }

    assert offered <= taken | of_soar


def test_candidates_of_the_local_menu() -> None:
    candidates = menu_candidates(APP)

    assert {"action": "get process tree", "parameter": "process_table_id"} in candidates[
        "threatresponse process table id"
    ]
    assert {"action": "list connections", "parameter": "hostname"} in candidates["host name"]


def test_action_without_a_view_has_no_widget() -> None:
    assert render_widget(APP, "get service status", [result([])]) is None
