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

from typing import Annotated, Any, Optional

from ..declare import LABEL_ID, NUMERIC, WHOLE, Column, Limit, Offset, Output, Param, action
from ..intel.labels import label_explained
from ..parameters.shared import IntelDocId
from ..permissions import LABELS_READ, LABELS_WRITE
from ..services import Services


LabelId = Annotated[int, Param("ID of the label", contains=(LABEL_ID,), examples=(3,))]

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
        self._tanium = services.tanium

    @action(
        read_only=True,
        may_need=(LABELS_READ,),
        columns=LABEL,
        summary=LABELS_SUMMARY,
        message="Labels found: 2",
    )
    def list_intel_doc_labels(self, intel_doc_id: IntelDocId) -> Output:
        """List the labels of an intel document."""
        return _labels(self._tanium.intel.list_intel_labels(intel_doc_id))

    @action(
        type="generic",
        read_only=False,
        permissions=(LABELS_WRITE,),
        may_need=(LABELS_READ,),
        columns=LABEL,
        summary=LABELS_SUMMARY,
        message="Labels found: 2",
    )
    def add_intel_doc_label(self, intel_doc_id: IntelDocId, label_id: LabelId) -> Output:
        """Add a label to an intel document.

        The result lists all labels that the document has afterwards.
        """
        with label_explained(self._tanium, label_id):
            rows = self._tanium.intel.add_intel_label(intel_doc_id, label_id)
        return _labels(rows)

    @action(
        type="generic",
        read_only=False,
        permissions=(LABELS_WRITE,),
        may_need=(LABELS_READ,),
        columns=LABEL,
        summary=LABELS_SUMMARY,
        message="Labels found: 1",
    )
    def remove_intel_doc_label(self, intel_doc_id: IntelDocId, label_id: LabelId) -> Output:
        """Remove a label from an intel document.

        The label itself stays. The result lists all labels that the document has afterwards.
        """
        with label_explained(self._tanium, label_id):
            rows = self._tanium.intel.remove_intel_label(intel_doc_id, label_id)
        return _labels(rows)

    @action(
        read_only=True,
        may_need=(LABELS_READ,),
        columns=LABEL,
        summary=LABELS_SUMMARY,
        message="Labels found: 2",
    )
    def list_labels(self, limit: Limit = 1000, offset: Offset = 0) -> Output:
        """List all labels."""
        return _labels(self._tanium.intel.list_labels(limit=limit, offset=offset).rows)

    @action(
        read_only=True,
        may_need=(LABELS_READ,),
        columns=LABEL,
        summary=(WHOLE,),
        message="Label retrieved",
    )
    def get_label(self, label_id: LabelId) -> Output:
        """Get a label."""
        with label_explained(self._tanium, label_id):
            label = self._tanium.intel.get_label(label_id)
        return Output([label], {}, "Label retrieved")

    @action(
        type="generic",
        read_only=False,
        permissions=(LABELS_WRITE,),
        columns=LABEL,
        summary=(Column("label_id", NUMERIC, contains=(LABEL_ID,), examples=(3,)),),
        message="Label created",
    )
    def create_label(
        self,
        name: Annotated[str, Param("Name of the label", examples=("ransomware",))],
        description: Annotated[Optional[str], Param("Purpose of the label")] = None,
    ) -> Output:
        """Create a label."""
        label = self._tanium.intel.create_label(name=name, description=description or "")
        return Output([label], {"label_id": label.get("id")}, "Label created")


def _labels(rows: list[dict[str, Any]]) -> Output:
    return Output(rows, {"label_count": len(rows)}, f"Labels found: {len(rows)}")
