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
"""The README as Splunk's generator writes it: the handwritten prose, and the reference of
configuration and actions that is made from the manifest.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import mdformat


# Of the generator's text, only the owner above it is another one: it would name Splunk.
NOTICE = """\
Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing,
software distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and limitations under the License.
"""


def readme(app: dict[str, Any], prose: str) -> str:
    """The README from the manifest and the handwritten part."""
    blocks = [
        f"# {app['name']}",
        _lines(
            f"Publisher: {app['publisher']}",
            f"Connector Version: {app['app_version']}",
            f"Product Vendor: {app['product_vendor']}",
            f"Product Name: {app['product_name']}",
            f"Minimum Product Version: {app['min_phantom_version']}",
        ),
        escaped(app["description"]),
        prose,
        "### Configuration variables",
        (
            f"This table lists the configuration variables required to operate {app['name']}. These"
            f" variables are specified when configuring a {app['product_name']} asset in Splunk"
            " SOAR."
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
        "Auto-generated Splunk SOAR Connector documentation.",
        app["license"].partition(".")[0].replace(" (c)", ""),
        NOTICE,
    ]
    return _formatted("\n\n".join(blocks))


@lru_cache(maxsize=1)  # it takes a second
def _formatted(text: str) -> str:
    return mdformat.text(text)


def _lines(*lines: str) -> str:
    return " <br>\n".join(lines)


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
    return [f"**{name}**", _needed(of), of["data_type"], escaped(of["description"])]


def _parameter_row(name: str, of: dict[str, Any]) -> list[str]:
    description = escaped(of["description"])
    return [f"**{name}**", _needed(of), description, of["data_type"], _code(of)]


def _output_row(entry: dict[str, Any]) -> list[str]:
    examples = " ".join(escaped(value) for value in entry.get("example_values", []))
    return [escaped(entry["data_path"]), entry["data_type"], _code(entry), examples]


def _needed(of: dict[str, Any]) -> str:
    return "required" if of["required"] else "optional"


def _code(of: dict[str, Any]) -> str:
    return " ".join(f"`{name}`" for name in of.get("contains", []))


def _table(heading: str, rows: list[list[str]]) -> str:
    """Empty without rows."""
    if not rows:
        return ""
    rule = " | ".join("-" * len(cell) for cell in heading.split(" | "))
    return "\n".join([heading, rule, *(" | ".join([*row, ""]) for row in rows)])


def escaped(value: Any) -> str:
    """What the generator escapes; no text of the manifest may have other marks."""
    return re.sub(r"([\\*])", r"\\\1", str(value))
