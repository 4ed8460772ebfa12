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
"""Labels, and which of them an intel document has."""

from __future__ import annotations

from typing import Any

from ..declare import (
    INTEL_DOC_ID,
    LABEL_ID,
    LIMIT,
    NUMERIC,
    OFFSET,
    WHOLE,
    Column,
    Output,
    Param,
    action,
)
from ..services import Services


INTEL_DOC_PARAM = Param(
    "ID of the intel document", NUMERIC, required=True, contains=(INTEL_DOC_ID,), examples=(11,)
)
LABEL_PARAM = Param("ID of the label", NUMERIC, required=True, contains=(LABEL_ID,), examples=(3,))

LABEL = (
    Column("id", NUMERIC, contains=(LABEL_ID,), title="Label ID", examples=(3,)),
    Column("name", title="Name", examples=("ransomware",)),
    Column("description", title="Description"),
    Column("indicatorCount", NUMERIC),
    Column("signalCount", NUMERIC),
    Column("createdAt"),
    Column("updatedAt"),
)
LABELS_SUMMARY = (Column("label_count", NUMERIC, examples=(2,)),)


class LabelActions:
    def __init__(self, services: Services) -> None:
        self._threat_response = services.threat_response

    @action(
        "List the labels of an intel document",
        read_only=True,
        params={"intel_doc_id": INTEL_DOC_PARAM},
        columns=LABEL,
        summary=LABELS_SUMMARY,
        message="Labels found: 2",
    )
    def list_intel_doc_labels(self, intel_doc_id: int) -> Output:
        """Read the labels that a document has."""
        return _labels(self._threat_response.list_intel_labels(intel_doc_id))

    @action(
        "Add a label to an intel document",
        type="generic",
        read_only=False,
        params={"intel_doc_id": INTEL_DOC_PARAM, "label_id": LABEL_PARAM},
        columns=LABEL,
        summary=LABELS_SUMMARY,
        message="Labels found: 2",
        verbose="The result has all labels of the document as they are then.",
    )
    def add_intel_doc_label(self, intel_doc_id: int, label_id: int) -> Output:
        """Put an existing label on a document."""
        return _labels(self._threat_response.add_intel_label(intel_doc_id, label_id))

    @action(
        "Remove a label from an intel document",
        type="generic",
        read_only=False,
        params={"intel_doc_id": INTEL_DOC_PARAM, "label_id": LABEL_PARAM},
        columns=LABEL,
        summary=LABELS_SUMMARY,
        message="Labels found: 1",
        verbose=(
            "The label itself stays. The result has all labels of the document as they are then."
        ),
    )
    def remove_intel_doc_label(self, intel_doc_id: int, label_id: int) -> Output:
        """Take a label off a document."""
        return _labels(self._threat_response.remove_intel_label(intel_doc_id, label_id))

    @action(
        "List all labels",
        read_only=True,
        params={"limit": LIMIT, "offset": OFFSET},
        columns=LABEL,
        summary=LABELS_SUMMARY,
        message="Labels found: 2",
    )
    def list_labels(self, limit: int, offset: int) -> Output:
        """List the labels that documents can have."""
        return _labels(self._threat_response.list_labels(limit=limit, offset=offset).rows)

    @action(
        "Get a label",
        read_only=True,
        params={"label_id": LABEL_PARAM},
        columns=LABEL,
        summary=(WHOLE,),
        message="Label retrieved",
    )
    def get_label(self, label_id: int) -> Output:
        """Read one label."""
        return Output([self._threat_response.get_label(label_id)], {}, "Label retrieved")

    @action(
        "Create a label",
        type="generic",
        read_only=False,
        params={
            "name": Param("Name of the label", required=True, examples=("ransomware",)),
            "description": Param("What the label is for"),
        },
        columns=LABEL,
        summary=(Column("label_id", NUMERIC, contains=(LABEL_ID,), examples=(3,)),),
        message="Label created",
    )
    def create_label(self, name: str, description: str | None) -> Output:
        """Make a new label."""
        label = self._threat_response.create_label(name=name, description=description or "")
        return Output([label], {"label_id": label.get("id")}, "Label created")


def _labels(rows: list[dict[str, Any]]) -> Output:
    return Output(rows, {"label_count": len(rows)}, f"Labels found: {len(rows)}")
