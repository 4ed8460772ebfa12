# File: run_request.py
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
"""The JSON of one app run, prepared: keys checked, secrets decrypted, parameters cleansed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from local_soar import encryption, manifest
from local_soar.profile import Profile


# Hand-written files may leave out the rest; SOAR sends all of it.
REQUIRED = {"identifier": str, "config": dict, "parameters": list}
TYPES = {
    **REQUIRED,
    "asset_id": str,
    "container_id": int,
    "connector_run_id": int,
    "environment_variables": dict,
}


class RunError(Exception):
    """The run cannot begin; the text is the run's message."""


@dataclass(frozen=True)
class RunRequest:
    """What one app run is about, in plain text; `raw` is the JSON as it came."""

    raw: dict[str, Any]
    action: dict[str, Any]
    config: dict[str, Any]
    parameters: list[dict[str, Any]]
    environment: dict[str, str]
    asset_id: str
    container_id: int
    app_run_id: int


def load(in_json: str, app_json: dict[str, Any], profile: Profile) -> RunRequest:
    """Steps 1 to 4 of a run; RunError when one fails. A JSON without the key `dec_key` is written
    by hand, with plain secrets.
    """
    raw = _parse(in_json)
    action = next(
        (action for action in app_json["actions"] if action["identifier"] == raw["identifier"]),
        None,
    )
    if action is None:
        raise RunError(
            f"Unknown action. Unable to find action info for '{raw['identifier']}' in App JSON"
        )
    asset_id = raw.get("asset_id") or "0"
    salt = raw.get("dec_key") or asset_id
    declared = action.get("parameters", {})
    config, parameters = (
        dict(raw["config"]),
        [dict(parameter) for parameter in raw["parameters"]] or [{}],
    )
    environment = {
        name: dict(entry) for name, entry in (raw.get("environment_variables") or {}).items()
    }
    if "dec_key" in raw:
        _decrypt("config", config, manifest.password_keys(app_json.get("configuration", {})), salt)
        for parameter in parameters:
            _decrypt("parameters", parameter, manifest.password_keys(declared), salt)
        for name, entry in environment.items():
            _decrypt(name, entry, ["value"] if entry.get("type") == "password" else [], salt)
    return RunRequest(
        raw=raw,
        action=action,
        config=config,
        parameters=[
            _cleanse(parameter, declared, profile.empty_parameters) for parameter in parameters
        ],
        environment={name: str(entry["value"]) for name, entry in environment.items()},
        asset_id=asset_id,
        container_id=raw.get("container_id") or 0,
        app_run_id=raw.get("connector_run_id") or 0,
    )


@contextmanager
def applied(environment: dict[str, str]) -> Iterator[None]:
    """The run's environment variables (proxies), for as long as it lasts."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _parse(in_json: str) -> dict[str, Any]:
    try:
        raw = json.loads(in_json)
    except (ValueError, RecursionError) as error:
        raise RunError(f"Failed to load the connector run JSON. {error}") from error
    if not isinstance(raw, dict):
        raise RunError("Failed to load the connector run JSON. It is not an object")
    for key, kind in TYPES.items():
        value = raw.get(key)
        if (value is None and key in REQUIRED) or (
            value is not None and (not isinstance(value, kind) or isinstance(value, bool))
        ):
            raise RunError(f"Failed to load the connector run JSON. Missing or invalid '{key}'")
    if not all(isinstance(parameter, dict) for parameter in raw["parameters"]):
        raise RunError("Failed to load the connector run JSON. Missing or invalid 'parameters'")
    return raw


def _decrypt(dict_name: str, values: dict[str, Any], keys: list[str], salt: str) -> None:
    for key in keys:
        if values.get(key):
            try:
                values[key] = encryption.decrypt(values[key], salt)
            except (TypeError, ValueError) as error:
                raise RunError(f"Unable to decrypt {dict_name} key '{key}'") from error


def _cleanse(parameter: dict[str, Any], declared: dict[str, Any], empty: str) -> dict[str, Any]:
    cleansed = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in parameter.items()
    }
    if empty == "kept":
        return cleansed
    for name in {**cleansed, **declared}:
        if cleansed.get(name) not in (None, "") or declared.get(name, {}).get("required"):
            continue
        if empty == "dropped":
            cleansed.pop(name, None)
        else:
            cleansed[name] = "" if empty == "blank" else None
    return cleansed
