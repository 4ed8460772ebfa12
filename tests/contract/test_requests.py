# File: test_requests.py
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
"""What actions ask of Tanium: read-only ones only read, and parameters that are wrong are refused
before anything is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.log import Request
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.declare import BOOLEAN, NUMERIC, PASSWORD, Param
from tests.conftest import ASSET, run_on
from tests.variants import (
    ACTIONS,
    AUTHENTICATION,
    INGEST,
    PLAIN,
    READ_BY_POST,
    VARIANTS,
    YARA,
    Variant,
    is_write,
    prepared,
    run_variant,
)


# Where it is more than one request: to connect, save and close; the refused one in the other
# dialect; the source of a signal and the signal; two documents, their labels, scans and deployment.
WRITES = {
    "collect file": 3,
    "create signal": 2,
    "investigate alert": 2,
    "quick add intel": 7,
    "update alert": 2,
}

COMPOSED = ("make request",)
"""What these do is the caller's choice, and no declaration can say it."""

PARAMETERS = [(action, name) for action, spec in ACTIONS.items() for name in spec.params]
# Without its text or its name there is nothing to upload.
OPTIONAL = [
    (action, name)
    for action, name in PARAMETERS
    if not ACTIONS[action].params[name].required and name not in YARA
]
# These take one of two sets of parameters, which is needed whole.
OPTIONAL.remove(("list processes", "destination"))
OPTIONAL = [one for one in OPTIONAL if one[0] != "terminate process"]
# These name something anew each time, need the parameter for the type of their variant, or find
# what an earlier run has made.
NAMES_ANEW = (
    *("create label", "collect file", "create destination", "create data connection"),
    *("create signal", "update signal", "investigate alert"),
)
OPTIONAL = [one for one in OPTIONAL if one[0] not in NAMES_ANEW and one[1] != "package_name"]
# Blanks may be a password.
OPTIONAL = [one for one in OPTIONAL if ACTIONS[one[0]].params[one[1]].type != PASSWORD]
# tests/ingest goes through these, with their endpoint.
OPTIONAL = [one for one in OPTIONAL if one[0] not in INGEST]
# Without its count a poll is a scheduled one, which goes on where the last one ended.
OPTIONAL.remove(("on poll", "container_count"))
# It needs SOAR's REST API, which tests/actions/test_findings.py serves.
OPTIONAL = [one for one in OPTIONAL if one[0] != "on es poll"]
LONG = "x" * 40_000


@pytest.mark.parametrize(
    "variant",
    [variant for variant in VARIANTS if variant.action not in INGEST],
    ids=lambda variant: variant.action,
)
def test_read_only_action_only_reads(
    tanium: SimulatorServer, soar: LocalSoar, variant: Variant
) -> None:
    run_variant(variant, tanium, soar)

    writes = [request for request in tanium.log if is_write(request)]
    assert (
        bool(writes) is not ACTIONS[variant.action].read_only
        or variant.parameters(tanium).keys() & {"dry_run", "reuse", "skip_existing"}
        or not variant.succeeds
        or variant.action in COMPOSED
    )
    # A write in the other dialect that is no route of this server changes nothing.
    known = [each for each in writes if each.status not in (404, 405)]
    assert len(known) <= WRITES.get(variant.action, 1), known
    assert tanium.log.connections() == 1


@pytest.mark.parametrize("action", [action for action, spec in ACTIONS.items() if spec.read_only])
def test_read_only_action_with_a_login_only_logs_in(
    tanium: SimulatorServer, soar: LocalSoar, action: str
) -> None:
    account = {
        "username": seed.ANALYST.name,
        "password": seed.ANALYST.password,
        "domain": seed.ANALYST.domain,
    }
    soar.update_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN_EXPIRED, **account})

    run_variant(PLAIN[action], tanium, soar)

    assert {request.path for request in tanium.log if request.method != "GET"} <= {
        *AUTHENTICATION,
        *READ_BY_POST,
    }


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[SimulatorServer, LocalSoar]]:
    """One server and one SOAR for everything that must not reach the server."""
    folder: Path = tmp_path_factory.mktemp("soar")
    with SimulatorServer() as tanium:
        soar = LocalSoar(folder)
        soar.create_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN})
        yield tanium, soar


def wrong_values(param: Param) -> Iterator[Any]:
    """Values of every kind that the declaration does not allow."""
    if param.type == PASSWORD:
        yield from ("a\nb", "a\x00b", LONG)  # SOAR itself takes nothing but text for one
        return
    if param.required:
        yield from (None, "", " \t\n")
    yield {"a": 1}
    if param.type == NUMERIC:
        yield from (
            True,
            False,
            "five",
            "1.5",
            1.5,
            [1],
            "1e400",
            "-1",
            param.minimum - 1,
            10**30,
            1e300,
            LONG,
            "\ud800",
        )
        if param.maximum is not None:
            yield from (param.maximum + 1, str(param.maximum + 1), float(param.maximum + 1))
    elif param.type == BOOLEAN:
        yield from ("yes", 0, 1, [True], LONG, "\ud800")
    else:
        yield from (True, False, 1.5, 1e300, [1], [None], "a\ud800")
        if param.longest < len(LONG):
            yield LONG
        if not param.many:
            yield ["text"]
        if param.choices:
            yield from ("no such choice", f"{param.choices[0]};", 5)
        if param.identifier and param.many:
            yield from ("a*b", ["a,b"])
        if param.identifier:
            yield from ("..", ".", "../x", "a/b", "a\\b", "a\x00b", "a\tb", "a\x85b")
            if not param.many:  # in a list, each line is an item
                yield "a\nb"
        if param.pattern:
            yield from ("..", "a/b", "a\nb", "a*b", "a?b", "a,b") if param.required else ("a*b",)


@pytest.mark.parametrize(("action", "name"), PARAMETERS)
def test_wrong_parameter_is_refused_by_name_and_before_any_request(
    shared: tuple[SimulatorServer, LocalSoar], action: str, name: str
) -> None:
    tanium, soar = shared
    valid = PLAIN[action].parameters(tanium)
    values = list(wrong_values(ACTIONS[action].params[name]))
    shown: list[str] = []
    tanium.log.clear()

    run = soar.run(action, [{**valid, name: value} for value in values], progress=shown.append)

    assert len(run["result_data"]) == len(values)
    for value, failed in zip(values, run["result_data"]):
        assert failed["status"] == "failed", f"{value!r:.80} was taken"
        assert failed["message"].startswith(f"Parameter '{name}' "), failed["message"]
        assert len(failed["message"]) < 700
        failed["message"].encode()
        assert (failed["data"], failed["summary"]) == ([], {})
    assert not any("Traceback" in line or "Unexpected" in line for line in shown)
    assert len(tanium.log) == 0, "one of the values reached the server"


@pytest.mark.parametrize(
    "action",
    [
        action
        for action, spec in ACTIONS.items()
        if any(param.required for param in spec.params.values())
    ],
)
def test_missing_required_parameter_is_refused_by_name(
    shared: tuple[SimulatorServer, LocalSoar], action: str
) -> None:
    tanium, soar = shared
    required = [name for name, param in ACTIONS[action].params.items() if param.required]

    failed = run_on(soar, action)

    assert failed.message.startswith(f"Parameter '{required[0]}' is required: ")
    assert len(tanium.log) == 0


def _path(request: Request) -> str:
    """Every run asks a question, and issues an action, of its own; the API gateway has one path for
    everything.
    """
    if request.operation:
        return request.operation.name
    return re.sub(r"(question|actions?)/\d+$", r"\1/{id}", request.path)


@pytest.mark.parametrize("action", sorted({action for action, _ in OPTIONAL}))
def test_blank_optional_parameters_are_as_good_as_none(
    tanium: SimulatorServer, soar: LocalSoar, action: str
) -> None:
    """Each of the parameters that the variant has, and all those together that it has not."""
    given = prepared(PLAIN[action], tanium)
    names = [name for of, name in OPTIONAL if of == action]
    left_out = [name for name in names if name not in given]
    groups = [left_out, *([name] for name in names if name in given)]
    for blank_names in filter(None, groups):
        tanium.log.clear()
        results = [
            run_on(soar, action, **{**given, **dict.fromkeys(blank_names, blank)})
            for blank in ("", None, "  ")
        ]

        assert [result.message for result in results if not result.ok] == [], blank_names
        asked = [(request.method, _path(request), request.query) for request in tanium.log]
        # What the first run asks and keeps, the others need not ask.
        assert len(set(asked)) == -(-len(asked) // 3), blank_names
