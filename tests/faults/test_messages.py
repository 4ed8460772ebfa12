# File: test_messages.py
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
"""Whatever text a server sends: messages and progress are printable, short and without any part of
a secret, and SOAR's database takes the result.
"""

from __future__ import annotations

import json
import math
from typing import Any, Callable

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET, Run, RunAction, run_on
from tests.variants import INGEST, PLAIN, Variant, fixed, live, prepared, ready, run_variant


HOSTILE = "\x1b[2K\x07\x00\r\n\u2028\u202e\u200b\ud800\ufeff"
DEEP = json.loads("[" * 150 + "]" * 150)
BROAD = {"half \ud800": HOSTILE, "big": 2**70, "small": -(2**90), "deep": DEEP, "\x00": {"a": 1.5}}
LONGEST = 4000
LONG = "y" * 100_000
SAYING = ("status", "state", "error", "message", "text", "lastRunStatus", "version")


def hostile_members(value: Any) -> Any:
    """The same with members in every object that no database takes."""
    if isinstance(value, dict):
        return {**BROAD, **{name: hostile_members(item) for name, item in value.items()}}
    return [hostile_members(item) for item in value] if isinstance(value, list) else value


def hostile_texts(value: Any) -> Any:
    """The same with the token and characters that steer terminals in every text."""
    if isinstance(value, dict):
        return {name: hostile_texts(item) for name, item in value.items()}
    if isinstance(value, list):
        return [hostile_texts(item) for item in value]
    return f"{value}{HOSTILE}{'x' * 80}{seed.TOKEN}" if isinstance(value, str) else value


def long_texts(value: Any) -> Any:
    """The same, and what it says about states and errors never ends."""
    if isinstance(value, dict):
        return {
            name: LONG if name in SAYING and isinstance(item, str) else long_texts(item)
            for name, item in value.items()
        }
    return [long_texts(item) for item in value] if isinstance(value, list) else value


def assert_storable(value: Any, depth: int = 0) -> None:
    assert depth <= 110
    if isinstance(value, dict):
        for name, item in value.items():
            assert_storable(name)
            assert_storable(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            assert_storable(item, depth + 1)
    elif isinstance(value, str):
        value.encode()
        assert "\0" not in value
    elif isinstance(value, int):
        assert -(2**63) <= value < 2**64
    elif isinstance(value, float):
        assert math.isfinite(value)


def assert_shown_well(result: Run, *secrets: str) -> None:
    """`secrets` are by default the token."""
    for text in (result.message, *result.progress):
        assert text.isprintable(), text
        assert len(text) <= LONGEST
        # What stands between these is an ordinary word.
        for secret in secrets or (seed.TOKEN,):
            assert secret[:8].lower() not in text.lower(), text
            assert secret[-8:].lower() not in text.lower(), text


@pytest.mark.parametrize("spoil", [hostile_members, hostile_texts, long_texts])
@pytest.mark.parametrize("variant", PLAIN.values(), ids=PLAIN)
def test_hostile_answers(
    tanium: SimulatorServer, soar: LocalSoar, variant: Variant, spoil: Callable[[Any], Any]
) -> None:
    tanium.faults.add(Fault("json", value=spoil, times=None))

    if variant.action in INGEST:
        result = run_variant(variant, tanium, soar)
    else:
        with ready(variant.action, tanium, soar):
            result = run_on(soar, variant.action, **prepared(variant, tanium))

    assert_shown_well(result)
    assert_storable(result.result)
    assert "unexpected error" not in result.message
    for case in (*soar.containers(), *soar.artifacts()):
        assert_storable(case)
    # Updates send back what they were given, which the server refuses.
    if spoil is hostile_members and not variant.action.startswith("update d"):
        assert result.ok == variant.succeeds, result.message


def deep_value(levels: int) -> Any:
    value: Any = "a"
    for _ in range(levels):
        value = [value]
    return value


GIVEN = {
    "NUL": "a\x00b",
    "half": "a\ud800",
    "deep text": "[" * 990 + "]" * 990,
    "deeper text": '{"a":' * 9000 + "1" + "}" * 9000,
    "deep value": deep_value(400),
    "large number": 2**200,
    "object": {"a\x00": ["\ud800", 2**90]},
}


@pytest.mark.parametrize("variant", PLAIN.values(), ids=PLAIN)
def test_hostile_parameters(tanium: SimulatorServer, soar: LocalSoar, variant: Variant) -> None:
    """The parameters of all actions are read alike: each is given half of the values, in turn."""
    given = {} if variant.action in INGEST else prepared(variant, tanium)
    values = list(GIVEN.values())
    for turn, name in enumerate(given, list(PLAIN).index(variant.action)):
        for value in values[turn % 2 :: 2]:
            result = run_on(soar, variant.action, **{**given, name: value})

            assert_shown_well(result)
            assert_storable(result.result)
            assert "unexpected error" not in result.message, (name, value)
            assert "cannot be stored" not in result.message


SAVE: Callable[[SimulatorServer], dict[str, Any]] = live(file_path="C:\\x", wait=True, timeout=1)
OPEN = fixed(destination=seed.FINANCE.hostname, destination_type="hostname", wait=True, timeout=1)
RUN = fixed(data_connection_id=1, wait=True, timeout=1)
# What a server says, where; 27 of 43 characters of a token stood at the end of what was shown.
ANSWERS = (
    *(f"{'x' * length}{seed.TOKEN}" for length in (60, 80, 90, 95, 280, 290)),
    *(f"{'x ' * length}{seed.TOKEN} y" for length in (30, 40, 45, 140, 145)),
    seed.TOKEN.upper(),
    HOSTILE,
    "y" * 1_000_000,
    f"{seed.TOKEN[:9]}\u200b{seed.TOKEN[9:]}",
)


def failed_task(**members: Any) -> Callable[[str], tuple[str, Any]]:
    """A task with these members; `{}` in them is what the server says."""

    def answer(text: str) -> tuple[str, Any]:
        task = {
            name: json.loads(json.dumps(value).replace("{}", json.dumps(text)[1:-1]))
            for name, value in members.items()
        }
        return "/tasks/", {"data": task}

    return answer


def rows_with(path: str, **members: Any) -> Callable[[str], tuple[str, Any]]:
    """Every row of the answers of a path has these members."""

    def answer(text: str) -> tuple[str, Any]:
        replaced = {name: text if value == "{}" else value for name, value in members.items()}

        def edit(body: Any) -> Any:
            if isinstance(body, dict):
                return {**body, "data": edit(body["data"])} if "data" in body else body
            return [{**row, **replaced} for row in body] if isinstance(body, list) else body

        return path, edit

    return answer


PLACES: dict[str, tuple[str, Callable[[SimulatorServer], dict[str, Any]], Any]] = {
    "state of a task": ("save file", SAVE, failed_task(status="{}")),
    "error of a task": ("save file", SAVE, failed_task(status="ERROR", error="{}")),
    "error object of a task": ("save file", SAVE, failed_task(status="ERROR", error={"a": "{}"})),
    "path of a task": (
        "save file",
        SAVE,
        failed_task(status="FAILED", results={"failed": ["{}", "{}"]}),
    ),
    "state of a connection": (
        "create connection",
        OPEN,
        rows_with("/conns", status="{}", message="{}"),
    ),
    "message of a log": (
        "run data connection",
        RUN,
        rows_with("/v1/logs", status="failure", message="{}"),
    ),
    "version": (
        "test connectivity",
        fixed(),
        lambda text: ("/status", {"data": {"version": text}}),
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_server_words_are_masked_then_cut(
    tanium: SimulatorServer, soar: LocalSoar, place: str
) -> None:
    action, parameters, answer = PLACES[place]
    given = parameters(tanium)
    for text in ANSWERS:
        path, value = answer(text)
        fault = tanium.faults.add(Fault("json", path_contains=path, value=value, times=None))

        result = run_on(soar, action, **given)

        tanium.faults.clear()
        assert fault.applied
        assert_shown_well(result)
        assert len(result.message) < 1000


@pytest.mark.parametrize("between", ["<wbr>", "<b></b>", "&#8203;", "\n", "&shy;", "<!-- -->"])
def test_token_in_parts_is_hidden_whole(
    tanium: SimulatorServer, run: RunAction, between: str
) -> None:
    page = f"<html><p>was {seed.TOKEN[:9]}{between}{seed.TOKEN[9:]} here</p></html>"
    tanium.faults.add(Fault("status", path_contains="/conns", status=400, body=page))

    assert "was *** here" in run("list connections").message


@pytest.mark.parametrize(
    ("password", "is_told"), [("a", True), ("http", True), ("splunk7", True), ("splunk78", False)]
)
def test_connectivity_tells_of_a_short_password(
    tanium: SimulatorServer, soar: LocalSoar, password: str, is_told: bool
) -> None:
    asset = {"base_url": tanium.url, "api_token": seed.TOKEN, "username": "ana"}
    soar.update_asset(ASSET, {**asset, "password": password})

    result = run_on(soar, "test connectivity")

    assert result.ok, result.message
    assert ("password has fewer than 8 characters, too short" in result.message) == is_told


@pytest.mark.parametrize(
    ("explanation", "shown"),
    [
        ("the password was http", "the password was ***"),
        ("https and xhttp stay", "https and xhttp stay"),
        ("?p=http&x%3Dhttp", "?p=***&x%3D***"),
    ],
)
def test_short_password_is_a_word_of_its_own(
    tanium: SimulatorServer, soar: LocalSoar, explanation: str, shown: str
) -> None:
    asset = {"base_url": tanium.url, "api_token": seed.TOKEN, "username": "ana"}
    soar.update_asset(ASSET, {**asset, "password": "http"})
    body = json.dumps({"text": explanation})
    tanium.faults.add(Fault("status", path_contains="/conns", status=400, body=body))

    assert f": {shown}." in run_on(soar, "list connections").message
