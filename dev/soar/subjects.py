# File: subjects.py
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
"""What an app's actions are about: by its own guide where it has one, otherwise by SOAR's types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from dev.soar.application import Application


# In the app's directory: Markdown in which each heading of the second level is a subject. The first
# paragraph below it is its purpose, and it has the actions to which links below it are named.
GUIDE = "docs/actions.md"
HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)
LINK = re.compile(r"\[([^\]\n]+)\]\(")
TYPES = {
    "investigate": ("Investigate", "Find out more."),
    "contain": ("Contain", "Keep a threat from spreading."),
    "correct": ("Correct", "Undo or repair."),
    "generic": ("Generic", "Everything else that the app does."),
    "ingest": ("Ingest", "Turn what the app finds into containers."),
    "test": ("Test", "Check that the asset works."),
}


class Subject(NamedTuple):
    """`actions` are entries of the manifest."""

    name: str
    purpose: str
    actions: list[dict[str, Any]]


def subjects(app: Application) -> list[Subject]:
    """Every action stands in one of them; none is empty."""
    found, rest = [], {action["action"]: action for action in app.manifest["actions"]}
    for name, purpose, actions in _in_guide(app):
        taken = [rest.pop(action) for action in dict.fromkeys(actions) if action in rest]
        found.append(Subject(name, purpose, taken))
    kinds = dict.fromkeys([*TYPES, *(action["type"] for action in rest.values())])
    for kind in kinds:
        name, purpose = TYPES.get(kind, (kind.capitalize(), ""))
        found.append(
            Subject(name, purpose, [action for action in rest.values() if action["type"] == kind])
        )
    return [subject for subject in found if subject.actions]


def _in_guide(app: Application) -> Iterator[tuple[str, str, list[str]]]:
    guide = app.directory / GUIDE
    if not guide.is_file():
        return
    _, *parts = HEADING.split(guide.read_text(encoding="utf-8"))
    for name, body in zip(parts[::2], parts[1::2]):
        purpose = " ".join(body.strip().partition("\n\n")[0].split())
        yield name, "" if LINK.search(purpose) else purpose, LINK.findall(body)
