# File: test_package_parameters.py
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
"""The values of a package's parameters: in which forms they come, what is refused, and what Tanium
is sent.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.state.packages import Packages
from tanium_tr.deployment.package_parameters import prepare, prepare_values
from tanium_tr.errors import ParameterError, TaniumError


GIVEN: dict[str, Any] = {
    "$1": "a",
    "$2": "line\nline",
    "$3": 7,
    "$4": 5.0,
    "$5": "blue, light",
    "$6": ["one", "three"],
    "$7": True,
    "$8": "2026-03-01T10:00:00Z",
    "$9": "0|2026-03-01T10:00:00Z",
    "$10": None,
    "$11": "",
}
SENT = {
    "$1": "a",
    "$2": "line\nline",
    "$3": "7",
    "$4": "5",
    "$5": "blue, light",
    "$6": "one|three",
    "$7": "1",
    "$8": "1772359200000",
    "$9": "0|1772359200000",
    "$10": "",
    "$11": "",
}


def row(package: seed.PackageSeed, **other: Any) -> dict[str, Any]:
    return {**Packages(lambda: 1_800_000_000.0).row(package), **other}


def test_every_kind_of_value_is_sent_as_text_in_order() -> None:
    backwards = dict(reversed(list(GIVEN.items())))

    prepared = prepare(row(seed.EVERY_KIND), json.dumps(backwards))

    assert prepared.sent == [{"key": key, "value": value} for key, value in SENT.items()]
    assert prepared.package_spec == {"source_id": seed.EVERY_KIND.id, "parameters": prepared.sent}
    assert prepared.command == (
        "tool.exe a line\nline 7 5 blue, light one|three 1 1772359200000 0|1772359200000  "
    )
    assert prepared.rows[2] == {"key": "$3", "label": "Number", "value": "7"}


@pytest.mark.parametrize(
    "text",
    [
        '{"$1": "it\'s", "$2": true}',
        '{"user": "it\'s", "ALLOW DNS": 1}',
        "{'$1': \"it's\", 'Allow DNS': True}",
        '[{"key": "$2", "value": "yes"}, {"key": "User", "value": "it\'s"}]',
    ],
)
def test_values_by_key_or_label_in_the_published_forms(text: str) -> None:
    package = row(
        seed.APPLY_LINUX._replace(
            command='run "$1" $2 $3 ||Computer Name||',
            parameters=(
                seed.ParameterSeed(None, "SeparatorParameter"),
                seed.ParameterSeed("$1", "TextInputParameter", "User"),
                seed.ParameterSeed(None, "SeparatorParameter"),
                seed.ParameterSeed("$2", "CheckBoxParameter", "Allow DNS"),
            ),
        )
    )

    prepared = prepare(package, text)

    assert prepared.values == ["it's", "1"]
    assert prepared.command == 'run "it\'s" 1 $3 ||Computer Name||'


BAD = [
    ({"$3": 0}, "'$3' (Number) of 'Custom Tool - Every Kind' is 0: use a number from 1 to 100."),
    ({"$3": 101}, "'$3' (Number) of 'Custom Tool - Every Kind' is 101: use a number from 1 to"),
    ({"$3": "ten"}, "is 'ten': use a number from 1 to 100."),
    ({"$4": "soon"}, "'$4' (Interval) of 'Custom Tool - Every Kind' is 'soon': use a number (of M"),
    ({"$5": "purple"}, "'$5' (Choice) of 'Custom Tool - Every Kind' is 'purple': use one of 'red'"),
    ({"$6": ["four"]}, "'$6' (List) of 'Custom Tool - Every Kind' is ['four']: use one of 'one'"),
    ({"$6": ""}, "is '': a value is required, one of 'one', 'two', 'three', several joined by |."),
    ({"$7": "maybe"}, "'$7' (Check) of 'Custom Tool - Every Kind' is 'maybe': use 1 or 0."),
    ({"$8": "whenever"}, "'$8' (Date) of 'Custom Tool - Every Kind' is 'whenever': use millisec"),
    ({"$9": "9|5"}, "'$9' (Range) of 'Custom Tool - Every Kind' is '9|5': the end is before the"),
    ({"$1": "x" * 21}, "use at most 20 characters."),
    ({"$1": {}}, "'$1' (Text) of 'Custom Tool - Every Kind' is {}: use text or a number."),
    (
        {"$12": 1, "no": 2},
        "The following key(s) are incorrect: '$12', 'no'. Please provide correct",
    ),
    ({"Number": 1}, "Parameter 'package_parameters' cannot be used: '$3' (Number) has two values"),
    ({"text": 1}, "'text' is the name of several parameters: use a key ('$1', '$11')."),
]


@pytest.mark.parametrize(("changed", "reported"), BAD)
def test_value_that_does_not_fit_is_named_by_its_label(
    changed: dict[str, Any], reported: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        prepare(row(seed.EVERY_KIND), json.dumps({**GIVEN, **changed}))

    assert reported in str(refused.value)


def test_missing_parameters_are_named_with_what_is_allowed() -> None:
    with pytest.raises(ParameterError) as none:
        prepare(row(seed.APPLY_MAC), None)
    with pytest.raises(ParameterError) as one:
        prepare(row(seed.APPLY_MAC), '{"Use Custom Rules": 0, "$3": "", "Message to the User": ""}')

    assert str(none.value).startswith(
        "Please provide all the required package parameters in 'package_parameters' parameter: the"
        " package 'Apply Mac PF Quarantine' also needs '$1' (Use Custom Rules), 1 or 0, by default"
        " '0'; '$2' (Allow DNS), 1 or 0, by default '1'; '$3' (Custom PF Rules), text of at most"
    )
    assert "also needs '$2' (Allow DNS), 1 or 0, by default '1'. An empty text" in str(one.value)


def test_defaults_fill_what_is_missing_where_that_is_wanted() -> None:
    given = {"notification message": "Call us", "$3": False}

    prepared = prepare_values(row(seed.APPLY_WINDOWS), given, with_defaults=True)

    assert prepared.values == ["0", "1", "0", "1", "1", "Call us", "", "", ""]


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ('{"$1": 1', "is not valid JSON"),
        ("5", "is JSON of the wrong kind: use an object in { }."),
        ("{'$1': 1, '$1': 2}", "is not valid JSON"),
        ('{"$1": 1, "$1": 2}', "an object has the key '$1' twice"),
        ("{'$1': __import__('os')}", "is not valid JSON"),
        ("[1]", 'package_parameters[0] is not an object like {"key": "$1", "value": "..."}.'),
        ('[{"key": "$1", "valeu": 1}]', "package_parameters[0].valeu is not known: use value."),
        ('[{"key": "$1"}, {"key": "$1"}]', "package_parameters[1] has the key '$1' a second time"),
        ("{" * 500, "is not valid JSON"),
    ],
)
def test_text_that_cannot_be_read_is_refused(text: str, reported: str) -> None:
    with pytest.raises(ParameterError) as refused:
        prepare(row(seed.INSTALL_UPDATE), text)

    assert str(refused.value).startswith("Parameter 'package_parameters' ")
    assert reported in str(refused.value)


def test_package_without_parameters_ignores_them_as_published() -> None:
    prepared = prepare(row(seed.CLEAN_CACHE), "anything")

    assert prepared.package_spec == {"source_id": seed.CLEAN_CACHE.id}
    assert prepared.command == seed.CLEAN_CACHE.command
    assert prepared.note == "The package takes no parameters: package_parameters is ignored."


def test_definition_that_cannot_be_read_is_named() -> None:
    for definition in ("{", "[]", '{"parameters": 5}'):
        with pytest.raises(TaniumError) as refused:
            prepare(row(seed.BROKEN_DEFINITION, parameter_definition=definition), "{}")

        assert str(refused.value).startswith(
            "The parameter definition of the package 'Imported With Errors' cannot be read"
        )
