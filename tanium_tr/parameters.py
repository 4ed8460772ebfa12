# File: parameters.py
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
"""Parameters that several actions take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from .declare import CONNECTION_ID, INTEL_DOC_ID, PROCESS_TABLE_ID, Param
from .numbers import LONG_ID


# Behind the description of a filter that takes several values.
OR_SEVERAL = "; several are separated by commas"


def chosen(filters: Mapping[str, list[str] | None]) -> dict[str, list[str]]:
    """The values of filters; a comma too many is no value."""
    return {name: [each for each in values or [] if each] for name, values in filters.items()}


ConnectionId = Annotated[
    str,
    Param(
        "Connection ID",
        identifier=True,
        contains=(CONNECTION_ID,),
        examples=("remote:ws-finance-07:2029390007:1",),
    ),
]


ProcessTableId = Annotated[
    str,
    Param(
        "Process Table ID",
        pattern=LONG_ID,
        form="a whole number of up to 20 digits",
        contains=(PROCESS_TABLE_ID,),
        examples=("9905759404395990123",),
    ),
]


IntelDocId = Annotated[
    int, Param("ID of the intel document", contains=(INTEL_DOC_ID,), examples=(11,))
]
