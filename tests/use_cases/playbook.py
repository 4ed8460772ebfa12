# File: playbook.py
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
"""Runs a chain as SOAR runs a playbook: data paths become rows, and rows become the parameters of
an action's run.

An action runs once for each row. Values of one source keep their rows together; several sources
are combined, each row with each, as the code does that SOAR's editor writes.
"""

from __future__ import annotations

import itertools
from typing import Any, Callable, NamedTuple

from dev.manifest import declared_actions, manifest
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET
from tests.use_cases.chains import PATH, Step


APP = {action["action"]: action for action in manifest(declared_actions())["actions"]}
FORMATTED = "formatted_data"
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: bool(left == right),
    ">": lambda left, right: left is not None and left > right,
}

Row = dict[str, Any]


class Datapath(NamedTuple):
    """`filtered-data:filter_1:condition_1:artifact:*.cef.x` has the source up to `artifact`.

    The source of `action_result.data.*.x` is a list of results: its keys are `*.data.*.x`.
    """

    source: str
    keys: tuple[str, ...]


def datapath(text: str) -> Datapath:
    source, _, path = text.rpartition(":")
    first, *others = path.split(".")
    return Datapath(source, ("*" if first == "action_result" else first, *others))


class Playbook:
    """One run of a chain's part on a container. `before` has what happens outside, by the step that
    it precedes.
    """

    def __init__(
        self,
        soar: LocalSoar,
        container_id: int,
        inputs: dict[str, str],
        before: dict[str, Callable[[], object]],
    ) -> None:
        self._soar, self._container_id, self._before = soar, container_id, before
        artifacts = [row for row in soar.artifacts() if row["container_id"] == container_id]
        self._sources: dict[str, Any] = {"artifact": artifacts, "playbook_input": inputs}
        self._actions: dict[str, str] = {}
        self.last: list[Row] = []
        """The results of the last action."""

    def run(self, steps: list[Step]) -> None:
        kinds = {"filter": self._filter, "decision": self._decide, "format": self._format}
        for step in steps:
            self._before.get(step.name, lambda: None)()
            kinds.get(step.action, self._act)(step)

    def values(self, path: str) -> list[Any]:
        """As `collect2` gives them, one a row, None for what is missing."""
        source, keys = datapath(path)
        return [row[0] for row in rows(self._sources[source], [keys])]

    def has(self, path: str) -> bool:
        """Whether its step has run."""
        return datapath(path).source in self._sources

    def _act(self, step: Step) -> None:
        parameters = APP[step.action]["parameters"]
        bound = {name: value for name, value in step.values.items() if PATH.fullmatch(value)}
        fixed = {
            name: literal(value, parameters[name]["data_type"])
            for name, value in step.values.items()
            if name not in bound
        }
        required = {name for name, of in parameters.items() if of["required"]}
        runs = [
            {**fixed, **{name: value for name, value in row.items() if value is not None}}
            for row in self._bound_rows(bound)
            if all(row[name] is not None for name in required & set(row))
        ]
        assert runs, f"{step.name} would not run"
        for run in runs:
            assert not [name for name, value in run.items() if isinstance(value, (list, dict))]
        result = self._soar.run(step.action, runs, asset=ASSET, container_id=self._container_id)
        self.last = self._sources[step.name] = result["result_data"]
        self._actions[step.name] = step.action

    def _bound_rows(self, bound: dict[str, str]) -> list[Row]:
        by_source: dict[str, dict[str, tuple[str, ...]]] = {}
        for name, text in bound.items():
            source, keys = datapath(text)
            by_source.setdefault(source, {})[name] = keys
        tables = [
            [dict(zip(keys, row)) for row in rows(self._sources[source], [*keys.values()])]
            for source, keys in by_source.items()
        ]
        return [
            {name: value for row in together for name, value in row.items()}
            for together in itertools.product(*tables)
        ]

    def _filter(self, step: Step) -> None:
        ((path, comparison),) = step.values.items()
        source, keys = datapath(path)
        holds = self._comparison(path, comparison)
        if source == "artifact":
            stored: Any = [row for row in self._sources[source] if holds(_get(row, keys[1:]))]
        else:
            column = keys[3:]  # behind action_result.data.*
            assert "*" not in column, "SOAR is not known to take apart a list within a row"
            stored = [
                {**each, "data": [row for row in each["data"] if holds(_get(row, column))]}
                for each in self._sources[source]
            ]
        self._sources[f"filtered-data:{step.name}:condition_1:{source}"] = stored

    def _decide(self, step: Step) -> None:
        ((path, comparison),) = step.values.items()
        holds = self._comparison(path, comparison)
        found = self.values(path)
        assert any(holds(value) for value in found), f"{step.name} ends the chain: {found}"

    def _comparison(self, path: str, comparison: str) -> Callable[[Any], bool]:
        """Whether a value at the path compares so with the literal, or with a value of the path, to
        the right.
        """
        operator, _, right = comparison.partition(" ")
        others = self.values(right) if PATH.fullmatch(right) else [self.typed(path, right)]
        return lambda left: any(_OPERATORS[operator](left, other) for other in others)

    def typed(self, path: str, text: str) -> Any:
        """A literal that is compared with what the path has, in its declared type."""
        source, keys = datapath(path)
        action = self._actions.get(source.rpartition(":")[2])
        return literal(text, declared(action, keys)["data_type"] if action else "string")

    def _format(self, step: Step) -> None:
        template, *arguments = step.values.values()
        texts = [", ".join(str(value) for value in self.values(path)) for path in arguments]
        self._sources[step.name] = {FORMATTED: template.format(*texts)}


def declared(action: str, keys: tuple[str, ...]) -> Row:
    """The manifest's entry for a path of an action's result."""
    entries = {entry["data_path"]: entry for entry in APP[action]["output"]}
    entry: Row = entries[".".join(("action_result", *keys[1:]))]
    return entry


def literal(text: str, data_type: str) -> Any:
    if data_type == "boolean":
        return {"True": True, "False": False}[text]
    return int(text) if data_type == "numeric" else text


def rows(value: Any, paths: list[tuple[str, ...]]) -> list[list[Any]]:
    """One row for each way through the lists where `*` stands, with a value for each path; what
    lies outside a list is in each row of it.
    """
    heads: dict[str, list[int]] = {}
    for number, path in enumerate(paths):
        heads.setdefault(path[0] if path else "", []).append(number)
    tables = []
    for head, numbers in heads.items():
        tails = [paths[number][1:] for number in numbers]
        if not head:
            found = [[value] * len(numbers)]
        elif head == "*":
            items = value if isinstance(value, list) else []
            found = [row for item in items or [None] for row in rows(item, tails)]
        else:
            found = rows(value.get(head) if isinstance(value, dict) else None, tails)
        tables.append([dict(zip(numbers, row)) for row in found])
    merged = [
        {number: each for part in together for number, each in part.items()}
        for together in itertools.product(*tables)
    ]
    return [[row[number] for number in range(len(paths))] for row in merged]


def _get(row: Any, keys: tuple[str, ...]) -> Any:
    return rows(row, [keys])[0][0]
