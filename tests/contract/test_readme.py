# File: test_readme.py
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
"""The README's reference has the form that Splunk's generator gives it."""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt

from dev import manifest
from dev.readme import escaped, readme


APP = manifest.manifest(manifest.declared_actions())
GET_ALERT: dict[str, Any] = {
    "action": "get alert",
    "description": "Get an alert",
    "verbose": "By its number.",
    "type": "investigate",
    "read_only": True,
    "parameters": {
        "path": {"description": "C:\\x or *all*", "data_type": "string", "required": True},
        "ids": {
            "description": "IDs",
            "data_type": "numeric",
            "required": False,
            "contains": ["a id", "b id"],
        },
    },
    "output": [
        {"data_path": "action_result.data.*._id", "data_type": "numeric", "contains": ["a id"]},
        {"data_path": "a.status", "data_type": "string", "example_values": ["success", 1]},
    ],
}
ON_POLL: dict[str, Any] = {
    "action": "on poll",
    "description": "Poll",
    "type": "ingest",
    "read_only": False,
    "parameters": {},
    "output": [],
}
SMALL = {
    **APP,
    "name": "Name",
    "description": "What it is",
    "app_version": "2.3.4",
    "product_name": "Product",
    "configuration": {
        "base_url": {"description": "Address", "data_type": "string", "required": True}
    },
    "actions": [GET_ALERT, ON_POLL],
}
EXPECTED = """\
# Name

Publisher: The tanium-soar maintainers <br>
Connector Version: 2.3.4 <br>
Product Vendor: Tanium <br>
Product Name: Product <br>
Minimum Product Version: 6.4.0

What it is

Prose.

### Configuration variables

This table lists the configuration variables required to operate Name. These variables are \
specified when configuring a Product asset in Splunk SOAR.

VARIABLE | REQUIRED | TYPE | DESCRIPTION
-------- | -------- | ---- | -----------
**base_url** | required | string | Address |

### Supported Actions

[get alert](#action-get-alert) - Get an alert <br>
[on poll](#action-on-poll) - Poll

## action: 'get alert'

Get an alert

Type: **investigate** <br>
Read only: **True**

By its number.

#### Action Parameters

PARAMETER | REQUIRED | DESCRIPTION | TYPE | CONTAINS
--------- | -------- | ----------- | ---- | --------
**path** | required | C:\\\\x or \\*all\\* | string | |
**ids** | optional | IDs | numeric | `a id` `b id` |

#### Action Output

DATA PATH | TYPE | CONTAINS | EXAMPLE VALUES
--------- | ---- | -------- | --------------
action_result.data.\\*.\\_id | numeric | `a id` | |
a.status | string | | success 1 |

## action: 'on poll'

Poll

Type: **ingest** <br>
Read only: **False**

#### Action Parameters

No parameters are required for this action

#### Action Output

No Output

______________________________________________________________________

Auto-generated Splunk SOAR Connector documentation.

Copyright 2026 The tanium-soar maintainers

Licensed under the Apache License, Version 2.0"""


def test_layout() -> None:
    text, notice = readme(SMALL, "Prose.\n").split(' (the "License");\n')

    assert text == EXPECTED
    assert notice.startswith("you may not use this file except in compliance with the License.")


def test_texts_of_the_manifest_are_shown_as_they_are() -> None:
    """Splunk's generator escapes backslashes and asterisks only, so no text may have more marks."""
    described = [APP, *APP["configuration"].values(), *APP["actions"]]
    texts = {text for of in described for text in (of["description"], of.get("verbose"))}
    for of in APP["actions"]:
        texts.update(parameter["description"] for parameter in of["parameters"].values())
        for entry in of["output"]:
            texts.update(map(str, [entry["data_path"], *entry.get("example_values", [])]))
    rows = sorted(filter(None, texts))
    table = "\n".join(["TEXT |", "--- |", *(f"{escaped(text)} |" for text in rows)])
    cells = [
        "".join(part.content for part in token.children or [])
        for token in MarkdownIt("commonmark").enable("table").parse(table)
        if token.type == "inline"
    ]

    assert cells == ["TEXT", *rows]
