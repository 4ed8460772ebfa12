# File: manifest_rules.py
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
"""SOAR's rules for an app's manifest, each as a function that returns a sentence per violation.

Source: the platform's manifest schema and what its app checks add to it (orders without gaps,
mandatory data paths, secrets as passwords).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any


# Of each Python that SOAR has or is about to have.
DEPENDENCIES = ("pip39_dependencies", "pip313_dependencies", "pip315_dependencies")
REQUIRED_KEYS = (
    *(
        "appid",
        "name",
        "description",
        "publisher",
        "package_name",
        "type",
        "license",
        "main_module",
        "app_version",
        "product_vendor",
    ),
    *(
        "product_name",
        "product_version_regex",
        "min_phantom_version",
        "python_version",
        "fips_compliant",
        "logo",
        "logo_dark",
    ),
    *("configuration", "actions", *DEPENDENCIES),
)
FORBIDDEN_KEYS = (
    "copied_from_id",
    "copied_from_version",
    "directory",
    "version",
    "appname",
    "executable",
    "disabled",
    "custom_made",
)
APP_TYPES = (
    *(
        "devops",
        "email",
        "endpoint",
        "identity management",
        "information",
        "network device",
        "network security",
        "reputation",
        "sandbox",
    ),
    *(
        "siem",
        "ticketing",
        "firewall",
        "virtualization",
        "forensic",
        "investigative",
        "threat intel",
        "generic",
        "directory service",
    ),
    *("internal", "vulnerability scanner"),
)
PATTERNS = {
    "main_module": r".+\.py",
    "package_name": r"phantom_[a-z0-9_]+",
    "app_version": r"\d+\.\d+\.\d+",
    "min_phantom_version": r"(\d+\.){2,3}\d+",
    "python_version": r"3\.\d+(, *3\.\d+)*",
    "description": r"[^a-z][\s\S]*",
}
CATEGORIES = ("connectivity", "action", "ingest")  # of the asset's settings
CONFIGURATION_TYPES = (
    "string",
    "numeric",
    "boolean",
    "password",
    "ph",
    "timezone",
    "file",
    "object",
    "array",
)
VALUE_TYPES = ("string", "numeric", "boolean", "password")
ACTION_TYPES = ("generic", "investigate", "contain", "correct", "test", "ingest")
ACTION_KEYS = ("action", "description", "type", "identifier", "read_only", "lock", "versions")
MANDATORY_PATHS = {
    "action_result.status": "string",
    "action_result.message": "string",
    "summary.total_objects": "numeric",
    "summary.total_objects_successful": "numeric",
}
SECRET_WORDS = ("key", "password", "token", "secret")


def problems(manifest: dict[str, Any]) -> list[str]:
    """Every violation; the list is empty for a manifest that SOAR takes."""
    found = [*_top_level(manifest), *_configuration(manifest.get("configuration", {}))]
    actions = manifest.get("actions", [])
    if [action.get("action") for action in actions if action.get("type") == "test"] != [
        "test connectivity"
    ]:
        found.append("The manifest needs one action of the type test, called test connectivity.")
    found += _duplicates("Action", [action.get("identifier") for action in actions])
    for action in actions:
        found += _action(action)
    return found


def _top_level(manifest: dict[str, Any]) -> Iterator[str]:
    for key in REQUIRED_KEYS:
        if key not in manifest:
            yield f"The manifest lacks {key}."
    for key in FORBIDDEN_KEYS:
        if key in manifest:
            yield f"The manifest must not have {key}."
    for key, pattern in PATTERNS.items():
        if not re.fullmatch(pattern, str(manifest.get(key))):
            yield f"The manifest's {key} is {manifest.get(key)!r}."
    if manifest.get("type") not in APP_TYPES:
        yield f"The manifest's type is {manifest.get('type')!r}."
    try:
        uuid.UUID(manifest.get("appid", ""))
    except ValueError:
        yield f"The manifest's appid is {manifest.get('appid')!r}, which is no UUID."
    for key in [key for key in manifest if re.fullmatch(r"pip\d*_dependencies", key)]:
        if set(manifest[key]) != {"wheel"}:
            yield (
                f"The manifest's {key} may hold wheels only: anything else needs the internet while"
                " SOAR installs the app."
            )


def _configuration(settings: dict[str, Any]) -> Iterator[str]:
    yield from _in_order("The configuration", settings)
    for name, setting in settings.items():
        yield from _described(f"Setting {name}", setting)
        if setting.get("data_type") not in CONFIGURATION_TYPES:
            yield f"Setting {name} has the data type {setting.get('data_type')!r}."
        if setting.get("category") not in CATEGORIES:
            yield f"Setting {name} has the category {setting.get('category')!r}."
        if setting.get("data_type") == "password" and (
            setting.get("default") or setting.get("value_list")
        ):
            yield f"Setting {name} is a password and may have neither a default nor a value list."
        if any(word in name for word in SECRET_WORDS) and setting.get("data_type") != "password":
            yield f"Setting {name} holds a secret and must be a password."


def _action(action: dict[str, Any]) -> Iterator[str]:
    name = f"Action {action.get('action')!r}"
    for key in ACTION_KEYS:
        if key not in action:
            yield f"{name} lacks {key}."
    if not re.fullmatch(r"[a-z0-9 ]+", action.get("action", "")):
        yield f"{name} has a name with other than lower-case letters, digits and blanks."
    if action.get("type") not in ACTION_TYPES:
        yield f"{name} has the type {action.get('type')!r}."
    if not isinstance(action.get("read_only"), bool):
        yield f"{name} says neither true nor false for read_only."
    yield from _described(name, action)
    if action.get("description", "").endswith("."):
        yield f"{name} has a description that ends in a period."
    parameters = action.get("parameters", {})
    if action.get("type") != "ingest":
        yield from _in_order(name, parameters)
    for parameter, of in parameters.items():
        yield from _described(f"{name}, parameter {parameter},", of)
        if of.get("data_type") not in VALUE_TYPES:
            yield f"{name}, parameter {parameter}, has the data type {of.get('data_type')!r}."
    if action.get("type") in ("test", "ingest"):
        if action.get("output"):
            yield f"{name} must have no output."
    else:
        yield from _output(name, parameters, action.get("output", []))


def _output(name: str, parameters: dict[str, Any], output: list[dict[str, Any]]) -> Iterator[str]:
    by_path = {entry.get("data_path", ""): entry for entry in output}
    yield from _duplicates(f"{name}: data path", [entry.get("data_path") for entry in output])
    for path, data_type in MANDATORY_PATHS.items():
        if by_path.get(path, {}).get("data_type") != data_type:
            yield f"{name} lacks the data path {path} of the type {data_type}."
    for path, entry in by_path.items():
        if entry.get("data_type") not in VALUE_TYPES:
            yield f"{name}: {path} has the data type {entry.get('data_type')!r}."
        if not isinstance(entry.get("example_values", []), list):
            yield f"{name}: the example values of {path} are no list."
    prefix = "action_result.parameter."
    of_parameters = {
        path[len(prefix) :]: entry for path, entry in by_path.items() if path.startswith(prefix)
    }
    for parameter in sorted({*parameters, *of_parameters}):
        if parameter not in of_parameters:
            yield f"{name} has no data path for its parameter {parameter}."
        elif parameter not in parameters:
            yield f"{name} has a data path for {parameter}, which is no parameter."
        elif parameters[parameter].get("contains") != of_parameters[parameter].get("contains"):
            yield f"{name}: parameter {parameter} and its data path differ in what they contain."
    orders = sorted(
        entry.get("column_order", -1)
        for entry in output
        if "column_name" in entry or "column_order" in entry
    )
    if orders != list(range(len(orders))):
        yield f"{name}: the columns of its table are not numbered 0, 1, 2 and so on."


def _in_order(name: str, fields: dict[str, Any]) -> Iterator[str]:
    if [field.get("order") for field in fields.values()] != list(range(len(fields))):
        yield f"{name}: the orders of its fields are not 0, 1, 2 and so on."


def _described(name: str, of: dict[str, Any]) -> Iterator[str]:
    for key in ("description", "verbose"):
        if of.get(key, "")[:1].islower():
            yield f"{name} has a {key} that starts with a small letter."
    if not of.get("description"):
        yield f"{name} has no description."


def _duplicates(what: str, names: list[Any]) -> list[str]:
    return [
        f"{what} {name!r} stands there twice."
        for name in sorted({str(name) for name in names if names.count(name) > 1})
    ]
