# File: labels.py
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
"""The labels of intel documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.state.intel import Intel
from dev.simulator.times import DAY, iso


Row = dict[str, Any]


class Labels:
    """The labels by id. Which documents bear one stands in the documents' `labelIds`."""

    def __init__(self, clock: Callable[[], float], intel: Intel) -> None:
        self._clock = clock
        self._intel = intel
        self.all: dict[int, Row] = {}
        for label_id, name in seed.LABELS.items():
            self._add(label_id, name, seed.LABEL_DESCRIPTIONS.get(label_id), clock() - 90 * DAY)

    def rows(self) -> list[Row]:
        return [self.get(label_id) for label_id in self.all]

    def get(self, label_id: int) -> Row:
        """A label, and of how many documents it is one (signals apart from indicators); 404 for an
        unknown id.
        """
        if label_id not in self.all:
            raise Rejected(404, f"Label {label_id} not found")
        types = [doc["type"] for doc in self._intel.rows() if label_id in doc["labelIds"]]
        signals = types.count("tanium-signal")
        return {
            **self.all[label_id],
            "indicatorCount": len(types) - signals,
            "signalCount": signals,
        }

    def create(self, name: object, description: str | None) -> Row:
        """A new label; its name must be one that no other has."""
        if not isinstance(name, str) or not name.strip():
            raise Rejected(400, "name is required and must be a string", listed=True)
        if any(row["name"].lower() == name.lower() for row in self.all.values()):
            raise Rejected(400, f"There is a label '{name}' already", listed=True)
        return self.get(self._add(max(self.all, default=0) + 1, name, description, self._clock()))

    def of(self, doc: Row) -> list[Row]:
        return [self.get(label_id) for label_id in doc["labelIds"]]

    def attach(self, doc: Row, label_id: int) -> None:
        """No harm done where the document has it already."""
        self.get(label_id)
        if label_id not in doc["labelIds"]:
            doc["labelIds"].append(label_id)

    def detach(self, doc: Row, label_id: int) -> None:
        """No harm done where the document does not have it."""
        self.get(label_id)
        if label_id in doc["labelIds"]:
            doc["labelIds"].remove(label_id)

    def _add(self, label_id: int, name: str, description: str | None, created: float) -> int:
        moment = iso(created)
        self.all[label_id] = {
            "id": label_id,
            "name": name,
            "description": description,
            "createdAt": moment,
            "updatedAt": moment,
        }
        return label_id
