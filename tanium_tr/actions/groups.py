# File: groups.py
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
"""Computer groups, to which questions are limited."""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..declare import BOOLEAN, COMPUTER_GROUP, NUMERIC, Column, Limit, Output, Param, action
from ..numbers import natural_number
from ..parameters.shared import OR_SEVERAL, contains_any
from ..permissions import READ_COMPUTER_GROUP
from ..services import Services


KINDS = {0: "filter", 1: "action group", 2: "policy", 3: "ad hoc", 4: "manual"}


class GroupActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium

    @action(
        read_only=True,
        permissions=(READ_COMPUTER_GROUP,),
        columns=(
            Column("id", NUMERIC, title="Group ID", examples=(415,)),
            Column("name", contains=(COMPUTER_GROUP,), title="Name", examples=("All Computers",)),
            Column("kind", title="Kind", examples=tuple(KINDS.values())),
            Column("text", title="Definition", examples=('Computer Name starts with "ws-"',)),
            Column("type", NUMERIC, examples=(0,)),
            Column("and_flag", BOOLEAN),
            Column("not_flag", BOOLEAN),
            Column("filter_flag", BOOLEAN),
            Column("management_rights_flag", BOOLEAN),
            Column("deleted_flag", BOOLEAN),
            Column("content_set.id", NUMERIC),
            Column("content_set.name"),
            Column("filters"),
            Column("sub_groups"),
        ),
        summary=(Column("group_count", NUMERIC, examples=(8,)),),
        message="Computer groups found: 8",
    )
    def list_computer_groups(
        self,
        name: Annotated[
            Optional[list[str]],
            Param(f"Only groups whose name contains this{OR_SEVERAL}", contains=(COMPUTER_GROUP,)),
        ] = None,
        limit: Limit = 1000,
    ) -> Output:
        """List computer groups with their definitions.

        Only groups that the account may read are listed.
        """
        is_named = contains_any(name)
        found = self._tanium.groups.list_groups(
            limit=limit, keep=lambda row: is_named(row.get("name"))
        )
        rows = [{**row, "kind": _kind(row)} for row in found]
        return Output(rows, {"group_count": len(rows)}, f"Computer groups found: {len(rows)}")


def _kind(row: dict[str, Any]) -> str:
    number = natural_number(row.get("type"))
    return KINDS.get(number, "unknown") if number is not None else "unknown"
