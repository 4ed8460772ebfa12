# File: activity.py
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
"""What processes did to other processes, in words: who injected code into whom."""

from __future__ import annotations

from typing import Any, NamedTuple

from .lineage import unwrapped
from .values import MAX_PID, base_name, number, object_of, objects_of, scalar_text, text_of


MOST_NAMED = 5  # in a description


class Activity(NamedTuple):
    """`targets` of each acting process, by their names; `technique`, `function` and `address` are
    an injection's.
    """

    targets: dict[str, list[str]]
    technique: str
    function: str
    address: str
    types: set[str]

    @property
    def is_injection(self) -> bool:
        """Not every process that another one acted upon was injected into."""
        return bool(self.targets and (self.technique or self.address))

    @property
    def summary(self) -> str:
        """`a.exe (7) injected code into b.exe (812): technique Thread, LoadLibraryW at 0x7ff1`"""
        verb = "injected code into" if self.is_injection else "acted on"
        sentences = [
            f"{actor} {verb} {', '.join(targets[:MOST_NAMED])}"
            for actor, targets in list(self.targets.items())[:MOST_NAMED]
        ]
        place = " at ".join(filter(None, (self.function, self.address)))
        technique = f"technique {self.technique}" if self.technique else ""
        how = ", ".join(filter(None, (technique, place))) if sentences else ""
        return ": ".join(filter(None, ("; ".join(sentences), how)))

    def description(self, given: str) -> str:
        """The finding's own, unless it only repeats a technique, behind what happened."""
        if not self.targets:
            return given
        own = "" if given in (self.technique, *self.types) else given
        return f"{self.summary}. {own}".rstrip()


def read_activity(properties: dict[str, Any], whats: list[dict[str, Any]]) -> Activity:
    """From the findings' parts; the match's process acts where a finding names none."""
    targets: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    types: set[str] = set()
    for what in whats:
        activity = object_of(what.get("artifact_activity"))
        named = [
            _label(unwrapped(process))
            for action in objects_of(activity.get("relevant_actions"))
            for process in objects_of([object_of(action.get("target")).get("process")])
        ]
        if not any(named):
            continue
        acting = object_of(object_of(activity.get("acting_artifact")).get("process"))
        known = targets.setdefault(_label(acting) or _label(properties) or "A process", [])
        known += [name for name in dict.fromkeys(named) if name and name not in known]
        types.add(text_of(object_of(what.get("security_event")).get("type_identifier")))
        for name, value in object_of(what.get("additional_fields")).items():
            found.setdefault(name, scalar_text(value))
    return Activity(
        targets,
        found.get("technique", ""),
        found.get("execution_target_name", ""),
        found.get("execution_target_address", ""),
        types,
    )


def _label(process: dict[str, Any]) -> str:
    """Its name and id; empty for a process of which nothing is known."""
    file = object_of(object_of(process.get("file")).get("file")) or object_of(process.get("file"))
    path = text_of(file.get("path")) or text_of(file.get("fullpath"))
    name = base_name(path or text_of(process.get("name")))
    pid = number(process.get("pid"), MAX_PID)
    return f"{name or 'process'} ({pid})" if pid else name
