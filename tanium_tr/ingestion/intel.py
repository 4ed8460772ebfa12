# File: intel.py
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
"""What an alert's intel is called: its document, its labels. Read once for all alerts of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import ApiError, ListError, TaniumError
from .cursor import Alert


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium
    from ..tanium.pagination import Page

EVERY_LABEL = 100_000
MEMBERS = ("id", "name", "type", "labelIds", "mitreAttack")


class IntelNames:
    """With `required` an alert cannot be judged without the names, so that an error in reading them
    is raised; else it is only reported.
    """

    def __init__(self, tanium: Tanium, soar: SoarPlatform, *, required: bool) -> None:
        self._tanium, self._soar, self._required = tanium, soar, required
        # By ids as text: some servers write them as numbers, some as strings of digits.
        self._documents: dict[str, dict[str, Any]] = {}
        self._pages: Iterator[Page] | None = None  # of the list of documents
        self._has_more = True
        self._labels: dict[str, str] | None = None

    def labels_of(self, alert: Alert) -> list[str]:
        """The labels of the alert's intel. Its document is put into an alert that came without."""
        self._complete(alert)
        document = alert.get("intelDoc")
        ids = document.get("labelIds") if isinstance(document, dict) else None
        if not isinstance(ids, list) or not ids:
            return []
        if self._labels is None:
            self._labels = self._read_labels()
        return [self._labels[str(label_id)] for label_id in ids if str(label_id) in self._labels]

    def _complete(self, alert: Alert) -> None:
        document_id = alert.get("intelDocId")
        if "intelDoc" in alert or document_id is None:
            return
        while str(document_id) not in self._documents and self._has_more:
            self._has_more = self._read_documents()
        alert["intelDoc"] = self._documents.get(str(document_id))

    def _read_documents(self) -> bool:
        """Read the next page of the list; whether another one may follow."""
        if self._pages is None:
            self._pages = self._tanium.intel.intel_pages()
        try:
            page = next(self._pages, None)
        except (ApiError, ListError) as error:
            self._report("intel documents", error)
            return False
        for row in page.rows if page else ():
            self._documents[str(row.get("id"))] = {name: row.get(name) for name in MEMBERS}
        return page is not None

    def _read_labels(self) -> dict[str, str]:
        try:
            rows = self._tanium.intel.list_labels(limit=EVERY_LABEL, offset=0).rows
        except (ApiError, ListError) as error:
            self._report("labels", error)
            return {}
        return {str(row.get("id")): row["name"] for row in rows if isinstance(row.get("name"), str)}

    def _report(self, what: str, error: TaniumError) -> None:
        """Raise the error where the asset filters by label: without names all would be skipped."""
        if self._required:
            raise error
        self._soar.progress(f"The ingested alerts lack the names of their {what}. {error}")
