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
"""Whether a label that Tanium did not take exists: servers answer HTTP 500 for one that they do not
know, as they do for faults of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..errors import ServerError, TaniumError
from ..numbers import natural_number
from ..tanium.listing import EVERYTHING


if TYPE_CHECKING:
    from ..tanium.clients import Tanium


@contextmanager
def label_explained(tanium: Tanium, label_id: int) -> Iterator[None]:
    """When a call with a label ends with HTTP 500, say so if there is no such label; the list of
    labels is read only then.
    """
    try:
        yield
    except ServerError as error:
        problem = error.status == HTTPStatus.INTERNAL_SERVER_ERROR and _problem(tanium, label_id)
        if not problem:
            raise
        raise TaniumError(f"{problem} ({error.reason})") from error


def _problem(tanium: Tanium, label_id: int) -> str:
    """What is wrong with the label and what to do; empty when it exists."""
    try:
        labels = tanium.intel.list_labels(limit=EVERYTHING, offset=0).rows
    except TaniumError as error:
        return (
            f"Label {label_id} may not exist; the list of labels, which would tell, cannot be read:"
            f" {error.reason} Check the label and the document in Tanium before you run the action"
            " again."
        )
    if label_id in [natural_number(row.get("id")) for row in labels]:
        return ""
    return (
        f"Label {label_id} does not exist: it is not in Tanium's list of labels. Run list labels to"
        " find the ID."
    )
