# File: test_manifest.py
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
"""The manifest, the README and the permissions follow from the declarations; SOAR's rules."""

from __future__ import annotations

import copy
import inspect
import re
from pathlib import Path
from typing import Any, Callable
from xml.etree import ElementTree

import pytest

from dev import manifest
from dev.action_specs import ActionSpec
from dev.environments import ROOT, SOAR_PYTHONS
from dev.manifest_rules import problems
from dev.permissions import PAGE
from tanium_tr import declare
from tanium_tr.actions.index import ACTIONS
from tanium_tr.declare import Column, Output, Param, parameters_of, signature_of
from tanium_tr.permissions import READ_SENSOR


HANDLERS = manifest.handlers()
APP = manifest.manifest(manifest.declared_actions())


@pytest.mark.parametrize(
    "name", [manifest.INDEX, manifest.MENUS, manifest.MANIFEST, manifest.README, PAGE]
)
def test_committed_file_is_the_generated_one(name: str) -> None:
    is_current = (ROOT / name).read_text(encoding="utf-8") == manifest.generated()[name]
    assert is_current, "run `make manifest`"


def test_manifest_keeps_the_rules_of_soar() -> None:
    assert problems(APP) == []


def test_test_connectivity_comes_first_and_has_no_output() -> None:
    assert (APP["actions"][0]["action"], APP["actions"][0]["output"]) == ("test connectivity", [])


def test_license_matches_the_header_of_the_files() -> None:
    assert f"# {manifest.COPYRIGHT}\n" in Path(__file__).read_text(encoding="utf-8")
    assert APP["license"].startswith(manifest.COPYRIGHT)


@pytest.mark.parametrize("name", HANDLERS)
def test_docstring_of_a_handler_starts_with_one_sentence(name: str) -> None:
    """Which is the action's description. What follows is a paragraph of its own."""
    first, *_ = (HANDLERS[name].__doc__ or "").split("\n\n")

    assert re.fullmatch(r"[A-Z][^.!?\n]*\.", first.rstrip())


@pytest.mark.parametrize("name", HANDLERS)
def test_every_parameter_of_a_handler_is_declared(name: str) -> None:
    """One with stars would be left out."""
    _, *parameters = inspect.signature(HANDLERS[name]).parameters

    assert parameters == list(signature_of(HANDLERS[name]))


def test_defaults_are_not_written_twice() -> None:
    """The manifest adds the default to the description."""
    descriptions = [
        param.description
        for handler in HANDLERS.values()
        for param in parameters_of(signature_of(handler)).values()
    ]

    assert not [text for text in descriptions if "default:" in text.lower()]


@pytest.mark.parametrize(
    ("action", "path", "contains"),
    [
        ("get alert", "id", "threatresponse alert id"),
        ("get alert", "intelDocId", "threatresponse intel doc id"),
        ("list intel docs", "labelIds.*", "threatresponse label id"),
        ("list evidence", "recorderId", "threatresponse process table id"),
        ("list data connections", "schedule.id", "tanium schedule id"),
    ],
)
def test_id_that_another_action_takes_says_so(action: str, path: str, contains: str) -> None:
    outputs = {
        entry["data_path"]: entry
        for of in APP["actions"]
        if of["action"] == action
        for entry in of["output"]
    }

    assert outputs[f"action_result.data.*.{path}"].get("contains") == [contains]


def test_index_has_every_action() -> None:
    assert set(ACTIONS) == set(HANDLERS)


@pytest.mark.parametrize("key", ["logo", "logo_dark"])
def test_logo_has_a_size_and_no_entities(key: str) -> None:
    text = (ROOT / APP[key]).read_text(encoding="utf-8")
    svg = ElementTree.fromstring(text)

    assert int(svg.attrib["width"]) > 0
    assert int(svg.attrib["height"]) > 0
    assert "<!" not in text


def test_every_python_of_soar_has_its_wheel() -> None:
    for version in (*SOAR_PYTHONS, "3.15"):
        (wheel,) = APP[f"pip{version.replace('.', '')}_dependencies"]["wheel"]
        assert wheel["module"] == "fast_zip_decryption"
        assert "-abi3-" in wheel["input_file"]


def test_settings_stand_in_the_groups_of_soar() -> None:
    assert {setting["category"] for setting in APP["configuration"].values()} == {
        "connectivity",
        "action",
        "ingest",
    }


def _remove(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda app: app.pop(key)


def _set(*path: Any) -> Callable[[dict[str, Any]], object]:
    """Set the value that the path ends with."""
    *parents, key, value = path

    def change(app: dict[str, Any]) -> None:
        target: Any = app
        for parent in parents:
            target = target[parent]
        target[key] = value

    return change


def _first_of(action: str) -> int:
    return next(at for at, of in enumerate(APP["actions"]) if of["action"] == action)


SNAPSHOT = _first_of("create snapshot")
BREACHES = [
    (_remove("fips_compliant"), "The manifest lacks fips_compliant"),
    (_set("version", "1"), "must not have version"),
    (_set("app_version", "1.0"), "app_version is '1.0'"),
    (_set("python_version", "3"), "python_version is '3'"),
    (_set("appid", "tanium"), "is no UUID"),
    (_set("type", "edr"), "type is 'edr'"),
    (_set("pip39_dependencies", "pypi", []), "wheels only"),
    (_set("configuration", "password", "default", "x"), "neither a default nor a value list"),
    (_set("configuration", "api_token", "data_type", "string"), "must be a password"),
    (_set("configuration", "domain", "order", 0), "orders of its fields"),
    (_set("actions", 0, "type", "generic"), "called test connectivity"),
    (_set("actions", SNAPSHOT, "description", "capture a snapshot"), "starts with a small letter"),
    (_set("actions", SNAPSHOT, "description", "Capture a snapshot."), "ends in a period"),
    (
        _set("actions", SNAPSHOT, "identifier", "list_connections"),
        "'list_connections' stands there twice",
    ),
    (_set("actions", SNAPSHOT, "read_only", "false"), "neither true nor false"),
    (
        _set("actions", SNAPSHOT, "parameters", "connection_id", "contains", ["ip"]),
        "differ in what they contain",
    ),
    (
        _set(
            "actions",
            SNAPSHOT,
            "parameters",
            "ph",
            {"data_type": "string", "description": "X", "order": 99},
        ),
        "no data path for its parameter ph",
    ),
    (
        _set("actions", SNAPSHOT, "output", 0, "data_type", "boolean"),
        "lacks the data path action_result.status",
    ),
    (_set("actions", SNAPSHOT, "output", 0, "column_order", 7), "not numbered"),
    (
        _set("actions", SNAPSHOT, "output", 1, "data_path", "action_result.parameter.ph"),
        "which is no parameter",
    ),
]


@pytest.mark.parametrize(
    ("breach", "sentence"), BREACHES, ids=[sentence for _, sentence in BREACHES]
)
def test_rule_is_noticed_when_broken(
    breach: Callable[[dict[str, Any]], object], sentence: str
) -> None:
    broken = copy.deepcopy(APP)
    breach(broken)

    assert sentence in " ".join(problems(broken))


def test_action_says_which_permissions_it_needs() -> None:
    def forgetful() -> Output:
        raise NotImplementedError

    with pytest.raises(TypeError, match="forgetful does not say which permissions it needs"):
        declare.action(read_only=True)(forgetful)

    for declared in ({"permissions": ()}, {"may_need": (READ_SENSOR,)}):
        handler: Any = declare.action(read_only=True, **declared)(forgetful)
        assert handler.declaration.permissions == ()
        assert handler.declaration.may_need == declared.get("may_need", ())


def test_declaration_becomes_manifest() -> None:
    spec = ActionSpec(
        "get_thing",
        "Get a thing",
        "investigate",
        True,
        {
            "ids": Param(
                "Ids of things",
                required=True,
                contains=("ip", "host name"),
                many=True,
                examples=("1,2",),
            ),
            "kinds": Param("Kinds", choices=("big", "small"), many=True),
            "size": Param("Size", choices=("big", "small"), default="big"),
        },
        (
            Column(""),
            Column("name", examples=("x",), title="Name"),
            Column("tags.*", contains=("ip",)),
        ),
        (Column("count", "numeric", title="Count"),),
        "Got it",
        "",
    )

    ids, kinds, size = manifest.action_entry(spec)["parameters"].values()
    output = {entry["data_path"]: entry for entry in manifest.action_entry(spec)["output"]}

    assert ids == {
        "description": "Ids of things",
        "data_type": "string",
        "required": True,
        "order": 0,
        "primary": True,
        "contains": ["ip", "host name"],
        "allow_list": True,
    }
    assert "value_list" not in kinds
    assert (size["value_list"], size["default"], size["order"]) == (["big", "small"], "big", 2)
    assert list(output) == [
        *(
            "action_result.status",
            "action_result.parameter.ids",
            "action_result.parameter.kinds",
            "action_result.parameter.size",
        ),
        *(
            "action_result.data",
            "action_result.data.*.name",
            "action_result.data.*.tags.*",
            "action_result.summary.count",
        ),
        *("action_result.message", "summary.total_objects", "summary.total_objects_successful"),
    ]
    columns = {
        path: entry["column_order"] for path, entry in output.items() if "column_name" in entry
    }
    assert columns == {
        "action_result.data.*.name": 0,
        "action_result.summary.count": 1,
        "action_result.status": 2,
    }
    assert output["action_result.message"]["example_values"] == ["Got it"]


def test_check_shows_what_is_stale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(manifest, "ROOT", tmp_path)
    monkeypatch.setattr(manifest, "generated", lambda: {"README.md": "new\n"})
    (tmp_path / "README.md").write_text("old\n", encoding="utf-8")

    assert manifest.main(["--check"]) == 1
    assert "-old\n+new\n" in capsys.readouterr().out
    assert manifest.main([]) == 0
    assert manifest.main(["--check"]) == 0
