# File: test_forms.py
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
"""Forms made from the manifest: what they show, and what becomes of what is filled in."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.soar.web.pages import seen
from dev.soar.web.pages.forms import ManifestForm
from dev.soar.web.settings import configure
from tests.pages.conftest import Site, parsed
from tests.pages.test_runs import store


TYPED: dict[str, tuple[str, Any]] = {
    "string": ("text", "text"),
    "numeric": ("7", 7),
    "password": ("hidden", "hidden"),
    "boolean": ("true", True),
}


def field(page: Any, name: str) -> Any:
    return page.find(attrs={"name": f"parameter-{name}"})


def values(declared: dict[str, Any], sent: str) -> Any:
    """What becomes of `sent` for one parameter; the errors when it is refused."""
    configure()  # no server may have done it in this process yet
    form = ManifestForm({"it": {"description": "It", **declared}}, {"p-it": sent}, prefix="p")
    return form.values().get("it") if form.is_valid() else form.errors["it"]


def test_every_action_has_a_form_that_gives_its_parameters(site: Site) -> None:
    for action in site.soar.app.manifest["actions"]:
        page = site.page(f"/actions/{action['identifier']}")
        sent, expected = {}, {}
        for name, declared in action.get("parameters", {}).items():
            shown = field(page, name)
            options = [option["value"] for option in shown.find_all("option")]
            choices = declared.get("value_list", [])
            assert options in ([], ["", *choices], ["", "true", "false"]), name
            label = page.find("label", attrs={"for": shown["id"]})
            assert bool(label.find("abbr")) == bool(declared.get("required"))
            assert all(kind in str(shown.parent) for kind in declared.get("contains", []))
            if isinstance(declared.get("default"), (str, int)) and not isinstance(
                declared.get("default"), bool
            ):
                chosen = shown.find("option", selected=True)
                assert str(declared["default"]) == (chosen["value"] if chosen else shown["value"])
            text, value = (choices[0], choices[0]) if choices else TYPED[declared["data_type"]]
            sent[f"parameter-{name}"], expected[name] = text, value
        form = ManifestForm(action.get("parameters", {}), sent, prefix="parameter")
        assert form.is_valid(), form.errors
        assert form.values() == expected


@pytest.mark.parametrize(
    "sent, value",
    [
        ("5", 5),
        ("5.0", 5),
        ("-0.25", -0.25),
        ("12345678901234567", 12345678901234567),
        (" 8 ", 8),
        ("", None),
    ],
)
def test_number(sent: str, value: Any) -> None:
    came = values({"data_type": "numeric"}, sent)
    assert (came, type(came)) == (value, type(value))


@pytest.mark.parametrize("sent", ["NaN", "inf", "1e999999", "five", "1_0" * 20])
def test_what_is_no_number_is_refused(sent: str) -> None:
    assert isinstance(values({"data_type": "numeric"}, sent), list)


@pytest.mark.parametrize("sent, value", [("", None), ("true", True), ("false", False)])
def test_truth_value_without_default_may_be_left_open(sent: str, value: bool | None) -> None:
    assert values({"data_type": "boolean"}, sent) is value


@pytest.mark.parametrize("default", [True, False])
def test_box_that_is_not_ticked_says_no(default: bool) -> None:
    form = ManifestForm({"it": {"data_type": "boolean", "default": default}}, {}, prefix="p")
    assert form.is_valid()
    assert form.values() == {"it": False}


def test_text_keeps_its_lines_as_they_were_typed() -> None:
    assert values({"data_type": "string"}, "one\r\ntwo\n{three}") == "one\ntwo\n{three}"


@pytest.mark.parametrize(
    "value, tag", [("one", "input"), ("one\ntwo", "textarea"), ("x" * 200, "textarea")]
)
def test_field_has_room_for_its_value(value: str, tag: str) -> None:
    form = ManifestForm(
        {"it": {"data_type": "string", "description": "It"}}, initial={"it": value}, prefix="p"
    )
    assert f"<{tag}" in str(form["it"])


def test_what_is_wrong_stands_beside_its_field_and_nothing_runs(site: Site) -> None:
    data = {
        "asset": "1",
        "container": "77",
        "parameter-limit": "many",
        "parameter-process_table_id": "7",
    }
    page = parsed(site.post("/actions/get_process_tree", data))

    wrong = {
        error.find_parent(class_="field").find("label").get_text().split()[0]
        for error in page.select(".error")
    }
    assert wrong == {"connection_id", "limit", "Container"}
    assert field(page, "process_table_id")["value"] == "7"
    assert site.soar.app_runs() == []


def groups(page: Any) -> dict[str, list[str]]:
    """The names of the parameters by the title of their group."""
    return {
        group.select_one("legend, summary").get_text(): [
            box["name"].partition("-")[2] for box in group.select("[name^='parameter-']")
        ]
        for group in page.select(".group")
        if group.select("[name^='parameter-']")
    }


def test_parameters_stand_in_groups_of_which_the_rest_is_folded(site: Site) -> None:
    page = site.page("/actions/create_destination")
    shown = groups(page)
    assert list(shown) == ["Required", "Usual", "More (21)"]
    assert (shown["Required"], shown["Usual"]) == (["name"], ["copy_from"])
    assert not page.select_one("details.group").has_attr("open")

    wrong = {"asset": "1", "container": "1", "parameter-name": "x", "parameter-port": "many"}
    folded = parsed(site.post("/actions/create_destination", wrong)).select_one("details.group")
    assert folded.has_attr("open")
    assert "port" in folded.select_one(".error").find_parent(class_="field").get_text()
    changed = parsed(site.post("/carry", {"action": "get events", "parameter": "sort"}))
    assert not changed.select_one("details.group").has_attr("open")
    carried = {"action": "get events", "parameter": "sort", "value": "pid"}
    changed = parsed(site.post("/carry", carried))
    assert changed.select_one("details.group").has_attr("open")
    # Three are not worth a click, and need no title.
    page = site.page("/actions/list_alerts")
    assert len(page.select_one("fieldset.group").select(".field")) == 3
    assert not page.select("details.group")


def offered(page: Any, name: str) -> list[str]:
    box = field(page, name)
    listed = page.find("datalist", id=box.get("list")) if box.get("list") else None
    return [option["value"] for option in listed.select("option")] if listed else []


def test_fields_offer_what_earlier_results_have_shown(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = [{"computerName": name} for name in ("one", 'two & "three"', "", "x" * 300, "a\nb")]
    store(site.soar, "list alerts", hosts, parameter={"query": "five"})
    store(site.soar, "list alerts", [{"computerName": "four"}], status="failed")
    secret = {"computerName": f"https://{seed.TOKEN}@host"}
    store(site.soar, "list alerts", [{"computerName": "five"}, {"computerName": "one"}, secret])

    page = site.page("/actions/create_connection")
    assert offered(page, "destination") == ["five", "one", 'two & "three"']
    assert seed.TOKEN not in str(page)
    assert not field(page, "timeout").has_attr("list")
    wrong = parsed(site.post("/actions/create_connection", {"parameter-destination": ""}))
    assert offered(wrong, "destination") == ["five", "one", 'two & "three"']
    monkeypatch.setattr(seen, "VALUES", 2)
    assert offered(site.page("/actions/create_connection"), "destination") == ["five", "one"]
    monkeypatch.setattr(seen, "RUNS", 2)
    monkeypatch.setattr(seen, "VALUES", 9)
    assert offered(site.page("/actions/create_connection"), "destination") == ["five", "one"]


def test_actions_stand_below_their_subjects(site: Site) -> None:
    sections = {
        section.select_one("h2").get_text(): section
        for section in site.page("/actions").select("section")
    }

    assert [link["href"] for link in site.page("/actions").select(".subjects a")] == [
        f"#{section.select_one('h2')['id']}" for section in sections.values()
    ]
    assert next(iter(sections)) == "Alerts"
    assert all(section.select_one("hgroup p").get_text() for section in sections.values())
    containment = [link.get_text() for link in sections["Containment"].select("td a")]
    assert containment == ["quarantine device", "unquarantine device"]


def test_actions_are_found_by_words_and_type(site: Site) -> None:
    def found(query: str) -> list[str]:
        return [link.get_text() for link in site.page(f"/actions?{query}").select("td a")]

    assert found("search=Process+TREE") == ["investigate alert", "get process tree"]
    assert found("type=ingest") == ["on poll", "on es poll"]
    assert found("search=nothing+is+like+this") == []
    assert len(found("")) == len(site.soar.app.manifest["actions"])
