# File: readme.py
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
"""The README: the handwritten prose, and the reference of configuration and actions that is made
from the manifest.
"""

from __future__ import annotations

import re
from typing import Any


def readme(app: dict[str, Any], prose: str) -> str:
    """The README from the manifest and the handwritten part, laid out as SOAR's generator does."""
    blocks = [
        f"# {app['name']}",
        _lines(
            f"Publisher: {app['publisher']}",
            f"Connector Version: {app['app_version']}",
            f"Product Vendor: {app['product_vendor']}",
            f"Product Name: {app['product_name']}",
            f"Minimum Product Version: {app['min_phantom_version']}",
        ),
        app["description"],
        prose.strip(),
        "### Configuration variables",
        (
            f"This table lists the configuration variables of an asset for {app['product_name']} in"
            " Splunk SOAR."
        ),
        _table(
            "VARIABLE | REQUIRED | TYPE | DESCRIPTION",
            [_variable_row(name, of) for name, of in app["configuration"].items()],
        ),
        "### Supported Actions",
        _lines(
            *(
                f"[{of['action']}](#action-{of['action'].replace(' ', '-')}) -"
                f" {escaped(of['description'])}"
                for of in app["actions"]
            )
        ),
        *(block for of in app["actions"] for block in _action_blocks(of)),
        "______________________________________________________________________",
        app["license"],
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _lines(*lines: str) -> str:
    return " \\\n".join(lines)


def _action_blocks(action: dict[str, Any]) -> list[str]:
    parameters = [_parameter_row(name, of) for name, of in action["parameters"].items()]
    output = [_output_row(entry) for entry in action["output"]]
    return [
        f"## action: '{action['action']}'",
        escaped(action["description"]),
        _lines(f"Type: **{action['type']}**", f"Read only: **{action['read_only']}**"),
        escaped(action.get("verbose", "")),
        "#### Action Parameters",
        _table("PARAMETER | REQUIRED | DESCRIPTION | TYPE | CONTAINS", parameters)
        or "No parameters are required for this action",
        "#### Action Output",
        _table("DATA PATH | TYPE | CONTAINS | EXAMPLE VALUES", output) or "No Output",
    ]


def _variable_row(name: str, of: dict[str, Any]) -> list[str]:
    return [f"**{name}**", _needed(of), of["data_type"], _described(of)]


def _parameter_row(name: str, of: dict[str, Any]) -> list[str]:
    return [f"**{name}**", _needed(of), _described(of), of["data_type"], _code(of)]


def _output_row(entry: dict[str, Any]) -> list[str]:
    examples = " ".join(escaped(value) for value in entry.get("example_values", []))
    return [escaped(entry["data_path"]), entry["data_type"], _code(entry), examples]


def _needed(of: dict[str, Any]) -> str:
    return "required" if of["required"] else "optional"


def _described(of: dict[str, Any]) -> str:
    return escaped(of["description"]) + (
        f" (Default: {escaped(of['default'])})" if "default" in of else ""
    )


def _code(of: dict[str, Any]) -> str:
    return " ".join(f"`{name}`" for name in of.get("contains", []))


def _table(heading: str, rows: list[list[str]]) -> str:
    """Empty without rows. An empty cell is one blank wide, as SOAR's generator leaves it."""
    if not rows:
        return ""
    rule = " | ".join("-" * len(cell) for cell in heading.split(" | "))
    return "\n".join(
        [heading, rule, *(re.sub(" +", " ", " | ".join([*row, ""])).rstrip() for row in rows)]
    )


def escaped(value: Any) -> str:
    """Text on one line in which Markdown sees nothing but text."""
    text = " ".join(str(value).split())
    text = re.sub(r"([\\`*\[\]<>|~]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", text)
    return re.sub(r"&(?=#?\w+;)", "&amp;", text)
