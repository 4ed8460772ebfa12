# File: seen.py
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
"""Values that earlier results have shown, for the fields that take the same kind (`contains`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from local_soar import manifest

from dev.soar.application import NoSuchAppError
from dev.soar.columns import values_at
from dev.soar.runtime import LocalSoar
from dev.soar.web.pages.tables import text


RUNS, VALUES, VALUES_OF_A_PATH, LONGEST = 30, 20, 200, 200
RESULT, PARAMETER = "action_result.", "action_result.parameter."


def seen_values(soar: LocalSoar, declared: dict[str, Any]) -> dict[str, list[str]]:
    """For each of the parameters, the newest first; nothing that has an asset's secret in it."""
    kinds = {name: set(field.get("contains", [])) for name, field in declared.items()}
    found: dict[str, dict[str, None]] = {name: {} for name in kinds if kinds[name]}
    secrets = _secrets(soar) if found else []
    for run in soar.app_runs()[: -RUNS - 1 : -1]:
        wanting = [name for name in found if len(found[name]) < VALUES]
        of_interest = set[str]().union(*(kinds[name] for name in wanting))
        paths = [each for each in _paths(soar, run["identifier"]) if of_interest & each[1]]
        for entry in soar.action_results(run["id"]) if paths else []:
            for path, shown in paths if entry["status"] == "success" else []:
                values = list(_texts(values_at(entry, path), secrets))
                for name in wanting:
                    if kinds[name] & shown:
                        found[name].update(dict.fromkeys(values))
    return {name: list(values)[:VALUES] for name, values in found.items()}


def _paths(soar: LocalSoar, identifier: str) -> list[tuple[str, set[str]]]:
    """The data paths of an action below its result, each with its kinds."""
    try:
        action = soar.app.action(identifier)
    except NoSuchAppError:  # the app had it once
        return []
    parameters = action.get("parameters", {})
    # A list as it was entered is no value that another action takes.
    left_out = {
        *manifest.password_keys(parameters),
        *(name for name, field in parameters.items() if field.get("allow_list")),
    }
    return [
        (output["data_path"][len(RESULT) :], set(output["contains"]))
        for output in action.get("output", [])
        if output.get("contains")
        and output["data_path"].startswith(RESULT)
        and output.get("data_type") != "password"
        and output["data_path"] not in {PARAMETER + name for name in left_out}
    ]


def _texts(values: Iterable[Any], secrets: list[str]) -> Iterator[str]:
    single = (each for value in values for each in (value if isinstance(value, list) else [value]))
    for each in islice(single, VALUES_OF_A_PATH):
        shown = text(each)
        if (
            isinstance(each, (str, int))
            and shown.isprintable()
            and len(shown) <= LONGEST
            and not any(secret in shown for secret in secrets)
        ):
            yield shown


def _secrets(soar: LocalSoar) -> list[str]:
    names = manifest.password_keys(soar.app.manifest.get("configuration", {}))
    configurations = [soar.decrypted(soar.asset(asset_id)) for asset_id in soar.assets()]
    return [str(config[name]) for config in configurations for name in names if config.get(name)]
