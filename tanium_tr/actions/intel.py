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
"""Intel documents and the scans that look for them."""

from __future__ import annotations

import re
from typing import Any

from ..errors import ApiError, ParameterError
from .services import Services
from .spec import (
    BOOLEAN,
    COMPUTER_GROUP,
    INTEL_DOC,
    INTEL_DOC_ID,
    MD5,
    NUMERIC,
    VAULT_ID,
    WHOLE,
    Column,
    Output,
    Param,
    action,
    shown,
)


# Fields of an intel document, which stand both flat and below `data`.
_FIELDS = (
    Column("alertCount", NUMERIC),
    Column("blobId"),
    Column("compiled"),
    Column("contents"),
    Column("createdAt", examples=("2026-03-24T17:09:22.712Z",)),
    Column("description"),
    Column("disabled", BOOLEAN),
    Column("funnelAllFindingsToConnectSetAt"),
    Column("funnelAllFindingsToConnectSetBy"),
    Column("gatherDegenerateFindingsSetAt"),
    Column("gatherDegenerateFindingsSetBy"),
    Column("id", NUMERIC, examples=(123,)),
    Column("intrinsicId"),
    Column("isSchemaValid", BOOLEAN),
    Column("labelIds.*", NUMERIC),
    Column("md5"),
    Column("mitreAttack"),
    Column("name"),
    Column("platforms"),
    Column("revisionId", NUMERIC),
    Column("size", NUMERIC),
    Column("sourceId", NUMERIC),
    Column("status"),
    Column("suppressionRules"),
    Column("throttledFindingCount", NUMERIC),
    Column("type", examples=("yara",)),
    Column("typeVersion"),
    Column("unresolvedAlertCount", NUMERIC),
    Column("updatedAt", examples=("2026-03-24T17:10:50.682Z",)),
)
_CONTAINS = {"id": (INTEL_DOC_ID,), "md5": (MD5,)}
_TITLES = {"id": "Intel Doc ID", "name": "Name", "type": "Type", "revisionId": "Revision", "createdAt": "Created", "md5": "MD5"}

INTEL_DOCUMENT = (
    *(column._replace(contains=_CONTAINS.get(column.path, ()), title=_TITLES.get(column.path, "")) for column in _FIELDS),
    *(column._replace(path=f"data.{column.path}") for column in _FIELDS),
)

SCAN = (
    Column("id", NUMERIC, title="Scan ID"),
    Column("intel_doc_id", NUMERIC, contains=(INTEL_DOC_ID,), title="Intel Doc ID"),
    Column("computer_group_name", contains=(COMPUTER_GROUP,), title="Computer Group"),
    Column("computerGroupId", NUMERIC, title="Computer Group ID", examples=(123,)),
    Column("meta.deployTask.status", title="Deploy Status", examples=("STARTED",)),
    Column("meta.deployTask.taskId", NUMERIC, title="Deploy Task ID", examples=(29232,)),
    Column("actionExpiration", title="Expires", examples=("2026-01-23T09:33:33.000Z",)),
    Column("actionIdUnix", NUMERIC, examples=(123456,)),
    Column("actionIdWindows", NUMERIC, examples=(123456,)),
    Column("alertCount", NUMERIC),
    Column("createdAt"),
    Column("endpointMatchCount", NUMERIC),
    Column("intelDocId", NUMERIC, examples=(123,)),
    Column("questionId", NUMERIC),
    Column("revisionId", NUMERIC),
    Column("updatedAt"),
    Column("userId", NUMERIC),
    Column("data.actionExpiration"),
    Column("data.actionIdUnix"),
    Column("data.actionIdWindows"),
    Column("data.alertCount", NUMERIC),
    Column("data.computerGroupId", NUMERIC),
    Column("data.createdAt"),
    Column("data.endpointMatchCount", NUMERIC),
    Column("data.id", NUMERIC),
    Column("data.intelDocId", NUMERIC),
    Column("data.questionId", NUMERIC),
    Column("data.revisionId", NUMERIC),
    Column("data.updatedAt"),
    Column("data.userId", NUMERIC),
)

MAX_DOCUMENT = 100 * 1024 * 1024  # bytes; a document is held in memory while it is sent

_UNKNOWN_GROUP = (400, 404)


class IntelActions:
    def __init__(self, services: Services) -> None:
        self._threat_response, self._platform, self._soar = services.threat_response, services.platform, services.soar

    @action(
        "Upload intel document to Tanium Threat Response",
        type="generic",
        read_only=False,
        params={
            "file_name": Param("The target file name of the intel document; its extension (.ioc, .stix, .yara) is the document's type"),
            "intel_doc": Param("The text of the intel document", contains=(INTEL_DOC,), longest=MAX_DOCUMENT),
            "vault_id": Param("Vault ID", contains=(VAULT_ID,)),
        },
        columns=INTEL_DOCUMENT,
        summary=(WHOLE,),
        message="Uploaded intel document to Tanium Threat Response",
        verbose="This action requires the 'threat response intels write' permission. Give either the text and a file name, or a vault id, "
        "whose file brings its own name. Uploading a document again makes a new revision of it.",
    )
    def upload_intel_doc(self, file_name: str | None, intel_doc: str | None, vault_id: str | None) -> Output:
        """Upload an OpenIOC, STIX 1.x or YARA document."""
        content, name = self._document(file_name, intel_doc, vault_id)
        document = self._threat_response.upload_intel(file_name=_checked_name(name), content=content)
        return Output([{**document, "data": document}], {}, "Uploaded intel document to Tanium Threat Response")

    def _document(self, file_name: str | None, intel_doc: str | None, vault_id: str | None) -> tuple[bytes, str]:
        if bool(intel_doc) == bool(vault_id):
            given = "both" if intel_doc else "neither"
            raise ParameterError(f"Of the parameters 'intel_doc' and 'vault_id', {given} came: give exactly one of them.")
        if intel_doc:
            if not file_name:
                raise ParameterError("Parameter 'file_name' is required with 'intel_doc': its extension says the type, like rule.yara.")
            return intel_doc.encode("utf-8"), file_name
        path, vault_name = self._soar.vault_file(vault_id or "")
        if path.stat().st_size > MAX_DOCUMENT:
            raise ParameterError(
                f"Parameter 'vault_id' names a file of {path.stat().st_size} bytes: an intel document has at most {MAX_DOCUMENT}."
            )
        return path.read_bytes(), file_name or vault_name

    @action(
        "Scan a computer group for hashes in intel document",
        type="investigate",
        read_only=False,
        params={
            "intel_doc_id": Param("ID of the intel document to scan", NUMERIC, required=True, contains=(INTEL_DOC_ID,), examples=(1,)),
            "computer_group_name": Param(
                "Name or ID of a Tanium computer group to scan", required=True, contains=(COMPUTER_GROUP,), examples=("All Computers",)
            ),
        },
        columns=SCAN,
        summary=(WHOLE,),
        message="Quick scan started",
        verbose="This action requires the 'threat response on demand scans write' permission. A number is taken for the ID of a computer "
        "group first, and for a name when there is no group with that ID. The ID of a deleted group still scans. The ID of a group stands "
        "in the address of its page in Tanium under Administration, Computer Groups.",
    )
    def start_quick_scan(self, intel_doc_id: int, computer_group_name: str) -> Output:
        """Start an on-demand scan of a computer group for one intel document."""
        group_id = self._group_id(computer_group_name)
        scan = self._threat_response.start_scan(intel_doc_id=intel_doc_id, computer_group_id=group_id)
        row = {**scan["data"], **scan, "intel_doc_id": intel_doc_id, "computer_group_name": computer_group_name}
        return Output([row], {}, "Quick scan started")

    def _group_id(self, name_or_id: str) -> int:
        group = self._group(name_or_id)
        if not isinstance(group.get("id"), int):
            raise ParameterError(f"Tanium gave no id for the computer group {shown(name_or_id)}: give the group's ID instead of its name.")
        return group["id"]

    def _group(self, name_or_id: str) -> dict[str, Any]:
        if re.fullmatch(r"[0-9]{1,18}", name_or_id):
            try:
                return self._platform.get_group(int(name_or_id))
            except ApiError as error:
                if error.status not in _UNKNOWN_GROUP:
                    raise
                self._soar.progress(f"No computer group has the ID {name_or_id}; looking for one of that name.")
        try:
            return self._platform.get_group_by_name(name_or_id)
        except ApiError as error:
            if error.status not in _UNKNOWN_GROUP:
                raise
            raise ParameterError(
                f"Tanium knows no computer group {shown(name_or_id)}: check the name, or give the group's ID, which stands in the address of "
                "its page under Administration, Computer Groups; a deleted group is found by its ID only."
            ) from error


def _checked_name(name: str) -> str:
    if not name.isprintable():
        raise ParameterError(f"Parameter 'file_name' is {shown(name)}: give a name without control characters.")
    if "." not in name.strip("."):
        raise ParameterError(
            f"Parameter 'file_name' is {shown(name)}: give a name with the extension .ioc, .stix or .yara, which says the type."
        )
    return name
