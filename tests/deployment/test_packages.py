# File: test_packages.py
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
"""Lists of packages, and one package with its parameters."""

from __future__ import annotations

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import RunAction
from tests.questions.conftest import login_as, requests_of


SEEN = [package for package in seed.PACKAGES if not package.hidden]


@pytest.mark.parametrize("dialect", ["production", "specified"])
def test_list_packages_has_no_clones_and_survives_a_broken_definition(
    tanium: SimulatorServer, run: RunAction, dialect: str
) -> None:
    tanium.settings.dialect = dialect

    listed = run("list packages")

    assert listed.summary == {"package_count": len(SEEN)}, listed.message
    assert [row["name"] for row in listed.rows] == [package.name for package in SEEN]
    by_name = {row["name"]: row for row in listed.rows}
    broken = by_name[seed.BROKEN_DEFINITION.name]
    if dialect == "production":
        assert "cannot be read" in broken["parameters_error"]
        assert (broken["parameters"], "parameter_definition" in broken) == ([], False)
    for package in (seed.APPLY_WINDOWS, seed.EVERY_KIND, seed.CLEAN_CACHE):
        taken = [(each.key, each.label) for each in package.parameters if each.key]
        decoded = by_name[package.name]["parameters"]
        assert [(each["key"], each["label"]) for each in decoded] == taken


def test_list_packages_by_name(tanium: SimulatorServer, run: RunAction) -> None:
    some = run("list packages", name="quarantine, CLEAN", limit=3)

    assert [row["id"] for row in some.rows] == [501, 502, 503]
    assert requests_of(tanium) == ["GET /packages"]


def test_get_package_decodes_every_kind_of_parameter(run: RunAction) -> None:
    got = run("get package", name="custom tool - every kind")

    (row,) = got.rows
    assert (got.message, row["id"]) == ("Package with 11 parameters", seed.EVERY_KIND.id)
    assert {each["key"]: (each["kind"], each["allowed"]) for each in row["parameters"]} == {
        "$1": ("text", "text of at most 20 characters"),
        "$2": ("text area", "text of at most 4096 characters"),
        "$3": ("number", "a number from 1 to 100"),
        "$4": ("interval", "a number (of Minutes or Hours)"),
        "$5": ("choice", "one of 'red', 'green', 'blue, light'"),
        "$6": ("list", "one of 'one', 'two', 'three', several joined by |"),
        "$7": ("check box", "1 or 0"),
        "$8": ("date and time", "milliseconds since 1970, or a time like 2026-03-01T10:00:00Z"),
        "$9": (
            "date range",
            "a start and an end joined by |, each in milliseconds since 1970 or a time",
        ),
        "$10": ("plug-in", "text"),
        "$11": ("text", "text of at most 256 characters"),
    }


def test_get_package_says_what_decides_about_success(run: RunAction) -> None:
    found = {
        package.name: run("get package", name=package.name).rows[0]
        for package in (seed.CLEAN_CACHE, seed.SET_VALUE, seed.INSTALL_UPDATE, seed.OF_SENSOR)
    }

    assert [(row["verifies"], row["judges_exit_code"]) for row in found.values()] == [
        (False, False),
        (True, False),
        (False, True),
        (False, False),
    ]
    assert found[seed.OF_SENSOR.name]["sensor_sourced"] == ["Installed Applications_Version"]


def test_get_package_of_an_action_has_its_values(tanium: SimulatorServer, run: RunAction) -> None:
    got = run("get package", name=str(seed.CLONE.id))

    assert requests_of(tanium) == [f"GET /packages/{seed.CLONE.id}"]
    values = [each["value"] for each in got.rows[0]["parameters"]]
    assert values == [each["value"] for each in seed.CLONE.given]
    assert (got.rows[0]["hidden_flag"], got.rows[0]["source_id"]) == (True, seed.APPLY_WINDOWS.id)


def test_packages_that_the_account_may_not_see(
    tanium: SimulatorServer, soar: LocalSoar, run: RunAction
) -> None:
    unknown = run("get package", name="404")
    login_as(soar, tanium, seed.TOKEN_BASE_CONTENT)
    unseen = run("get package", name=seed.APPLY_WINDOWS.name)

    for got in (unknown, unseen):
        assert not got.ok
        assert "please verify that your account has sufficient permissions to access the pack" in (
            got.message
        )
