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

import hashlib
import re
from typing import Annotated, Any, Optional

from ..declare import (
    BOOLEAN,
    COMPUTER_GROUP,
    INTEL_DOC,
    INTEL_DOC_ID,
    INTELS_WRITE,
    LABEL_ID,
    MD5,
    NUMERIC,
    SCANS_WRITE,
    TASK_ID,
    VAULT_ID,
    WHOLE,
    Column,
    Limit,
    Offset,
    Output,
    Param,
    action,
)
from ..errors import ApiError, ParameterError, TaskError
from ..numbers import id_of
from ..parameters import IntelDocId
from ..services import Services
from ..waiting import State, Timeout, Wait, wait_for_task
from ..words import shown


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
_TITLES = {
    "id": "Intel Doc ID",
    "name": "Name",
    "type": "Type",
    "revisionId": "Revision",
    "createdAt": "Created",
    "md5": "MD5",
}

_FLAT = tuple(
    column._replace(contains=_CONTAINS.get(column.path, ()), title=_TITLES.get(column.path, ""))
    for column in _FIELDS
)

# What `upload intel doc` returns was published, and without `contains` for the labels.
STORED_DOCUMENT = tuple(
    column._replace(contains=(LABEL_ID,)) if column.path == "labelIds.*" else column
    for column in _FLAT
)

INTEL_DOCUMENT = (
    *_FLAT,
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

MAX_DOCUMENTS = 10_000  # of one name, to look for the same one among

# Where a document comes from: exactly one of the two.
IntelDoc = Annotated[
    Optional[str],
    Param("The text of the intel document", contains=(INTEL_DOC,), longest=MAX_DOCUMENT),
]
VaultId = Annotated[Optional[str], Param("Vault ID", contains=(VAULT_ID,))]

_UNKNOWN_GROUP = (400, 404)


class IntelActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        type="generic",
        read_only=False,
        permissions=(INTELS_WRITE,),
        columns=INTEL_DOCUMENT,
        summary=(WHOLE,),
        message="Uploaded intel document to Tanium Threat Response",
        view="display_intel",
    )
    def upload_intel_doc(
        self,
        file_name: Annotated[
            Optional[str],
            Param(
                "The target file name of the intel document; its extension (.ioc, .stix, .yara) is"
                " the document's type"
            ),
        ] = None,
        intel_doc: IntelDoc = None,
        vault_id: VaultId = None,
        description: Annotated[
            Optional[str],
            Param(
                "Description of the document; only servers that follow the API specification"
                " take one"
            ),
        ] = None,
        skip_existing: Annotated[
            bool,
            Param(
                "Upload nothing when a document with this name and contents is there; a server that"
                " does not show contents gets it anyway"
            ),
        ] = False,
    ) -> Output:
        """Upload intel document to Tanium Threat Response.

        Give either the text and a file name, or a vault id, whose file brings its own name.
        Uploading a document again makes a new revision of it.
        """
        content, name = self._document(file_name, intel_doc, vault_id)
        name = _checked_name(name)
        document = self._existing(name, content) if skip_existing else None
        message = (
            "Intel document is already in Tanium Threat Response"
            if document
            else "Uploaded intel document to Tanium Threat Response"
        )
        document = document or self._tanium.intel.upload_intel(
            file_name=name, content=content, description=description or ""
        )
        return Output([{**document, "data": document}], {}, message)

    def _existing(self, name: str, content: bytes) -> dict[str, Any] | None:
        """A stored document of this name with this content, by its text or its hash; none where the
        server tells neither of them.
        """
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        for document in self._tanium.intel.list_intel(
            limit=MAX_DOCUMENTS, offset=0, name=name
        ).rows:
            text = document.get("contents")
            same = (
                text == content.decode("utf-8-sig", "replace")
                if text
                else document.get("md5") == md5
            )
            if name in (document.get("name"), document.get("intrinsicId")) and same:
                return document
        return None

    def _document(
        self, file_name: str | None, intel_doc: str | None, vault_id: str | None
    ) -> tuple[bytes, str]:
        if bool(intel_doc) == bool(vault_id):
            given = "both" if intel_doc else "neither"
            raise ParameterError(
                f"Of the parameters 'intel_doc' and 'vault_id', {given} came: give exactly one of"
                " them."
            )
        if intel_doc:
            if not file_name:
                raise ParameterError(
                    "Parameter 'file_name' is required with 'intel_doc': its extension says the"
                    " type, like rule.yara."
                )
            return intel_doc.encode("utf-8"), file_name
        path, vault_name = self._soar.vault_file(vault_id or "")
        if path.stat().st_size > MAX_DOCUMENT:
            raise ParameterError(
                f"Parameter 'vault_id' names a file of {path.stat().st_size} bytes: an intel"
                f" document has at most {MAX_DOCUMENT}."
            )
        return path.read_bytes(), file_name or vault_name

    @action(
        read_only=True,
        columns=STORED_DOCUMENT,
        summary=(Column("intel_doc_count", NUMERIC, examples=(4,)),),
        message="Intel documents found: 4",
        view="display_intel",
    )
    def list_intel_docs(
        self,
        name: Annotated[Optional[str], Param("Only documents whose name contains this")] = None,
        description: Annotated[
            Optional[str], Param("Only documents whose description contains this")
        ] = None,
        type: Annotated[
            Optional[str],
            Param("Only documents of this type (openioc, stix, yara, tanium-signal, ...)"),
        ] = None,
        label_id: Annotated[
            Optional[int], Param("Only documents with this label", contains=(LABEL_ID,))
        ] = None,
        mitre_technique_id: Annotated[
            Optional[str],
            Param("Only documents on this MITRE ATT&CK technique", examples=("T1059",)),
        ] = None,
        limit: Limit = 1000,
        offset: Offset = 0,
    ) -> Output:
        """List intel documents."""
        page = self._tanium.intel.list_intel(
            name=name or "",
            description=description or "",
            type=type or "",
            label_id=label_id,
            mitre_technique_id=mitre_technique_id or "",
            limit=limit,
            offset=offset,
        )
        rows = page.rows
        return Output(rows, {"intel_doc_count": len(rows)}, f"Intel documents found: {len(rows)}")

    @action(
        read_only=True,
        columns=STORED_DOCUMENT,
        summary=(WHOLE,),
        message="Intel document retrieved",
        view="display_intel",
    )
    def get_intel_doc(self, intel_doc_id: IntelDocId) -> Output:
        """Get an intel document."""
        return Output([self._tanium.intel.get_intel(intel_doc_id)], {}, "Intel document retrieved")

    @action(
        type="generic",
        read_only=False,
        permissions=(INTELS_WRITE,),
        columns=STORED_DOCUMENT,
        summary=(Column("revision_id", NUMERIC, examples=(2,)),),
        message="Intel document updated",
        view="display_intel",
    )
    def update_intel_doc(
        self,
        intel_doc_id: IntelDocId,
        intel_doc: IntelDoc = None,
        vault_id: VaultId = None,
        file_name: Annotated[
            Optional[str],
            Param(
                "File name of the document; when empty, that of the vault's file, or of the stored"
                " document for a text"
            ),
        ] = None,
    ) -> Output:
        """Replace the contents of an intel document.

        Tanium updates a document in place only when the new contents carry the same id as the
        stored ones: the id of the XML root of OpenIOC and STIX, the file name of YARA. With another
        id it would make a second document, so the action fails before anything is sent.
        """
        stored = self._tanium.intel.get_intel(intel_doc_id)
        stored_id = _stored_id(stored)
        content, given_name = self._document(
            file_name or (stored_id if intel_doc else None), intel_doc, vault_id
        )
        name = _checked_name(
            file_name or (given_name if stored.get("type") == "yara" else _stored_name(stored))
        )
        own_id = intrinsic_id(content, name)
        if own_id != stored_id:
            raise ParameterError(
                f"The document carries the id {shown(own_id)}, but intel document {intel_doc_id}"
                f" has the id {shown(stored_id)}: Tanium would make a second document of it. Give"
                " it the stored id, or use upload intel doc."
            )
        document = self._tanium.intel.update_intel(intel_doc_id, file_name=name, content=content)
        if document.get("id") not in (intel_doc_id, None):
            raise TaskError(
                f"Tanium has made a second document, {document.get('id')}, instead of updating"
                f" {intel_doc_id}.",
                [document],
            )
        return Output(
            [document], {"revision_id": document.get("revisionId")}, "Intel document updated"
        )

    @action(
        type="generic",
        read_only=False,
        permissions=(INTELS_WRITE,),
        columns=(WHOLE,),
        summary=(WHOLE,),
        message="Intel document deleted",
    )
    def delete_intel_doc(self, intel_doc_id: IntelDocId) -> Output:
        """Delete an intel document for good.

        The document is deleted from Tanium, endpoints no longer look for it once intel is deployed,
        and it cannot be brought back.
        """
        self._tanium.intel.delete_intel(intel_doc_id)
        return Output([], {}, "Intel document deleted")

    @action(
        type="generic",
        read_only=False,
        permissions=(INTELS_WRITE,),
        columns=(
            Column("taskId", NUMERIC, contains=(TASK_ID,), title="Task ID", examples=(779,)),
            Column("status", title="Status"),
        ),
        summary=(Column("task_id", NUMERIC, contains=(TASK_ID,), examples=(779,)),),
        message="Intel deployment started",
    )
    def deploy_intel(self, wait: Wait = False, timeout: Timeout = 300) -> Output:
        """Deploy intel to the endpoints.

        Sends all intel documents to the endpoints. The deployment goes on after the action unless
        wait is set.
        """
        started = self._tanium.intel.deploy_intel()
        task_id, message = started.get("taskId"), "Intel deployment started"
        if wait:
            task = wait_for_task(
                self._tanium,
                self._soar,
                task_id,
                "deploying intel",
                timeout,
                rows=[started],
                result=lambda task: task,
                outcome=lambda: _tasks_not_told(started),
            )
            started, message = {**started, "status": task["status"]}, "Intel deployed"
        return Output([started], {"task_id": task_id}, message)

    @action(
        read_only=True,
        columns=(
            Column("currentRevision", NUMERIC, title="Revision", examples=(12,)),
            Column("currentSize", NUMERIC, title="Size", examples=(52341,)),
            Column("createdAt", title="Created"),
            Column("modifiedAt", title="Modified"),
        ),
        summary=(Column("current_revision", NUMERIC, examples=(12,)),),
        message="Intel deployment retrieved",
    )
    def get_intel_deployment(self) -> Output:
        """Get the state of the intel on the endpoints."""
        deployment = self._tanium.intel.get_intel_deployment()
        return Output(
            [deployment],
            {"current_revision": deployment.get("currentRevision")},
            "Intel deployment retrieved",
        )

    @action(
        type="investigate",
        read_only=False,
        permissions=(SCANS_WRITE,),
        columns=SCAN,
        summary=(WHOLE,),
        message="Quick scan started",
    )
    def start_quick_scan(
        self,
        intel_doc_id: Annotated[
            int, Param("ID of the intel document to scan", contains=(INTEL_DOC_ID,), examples=(1,))
        ],
        computer_group_name: Annotated[
            str,
            Param(
                "Name or ID of a Tanium computer group to scan",
                contains=(COMPUTER_GROUP,),
                examples=("All Computers",),
            ),
        ],
    ) -> Output:
        """Scan a computer group for hashes in intel document.

        A number is taken for the ID of a computer group first, and for a name when there is no
        group with that ID. A deleted group is found by its ID only. The ID of a group stands in the
        address of its page in Tanium under Administration, Computer Groups.
        """
        group_id = self._group_id(computer_group_name)
        scan = self._tanium.intel.start_scan(intel_doc_id=intel_doc_id, computer_group_id=group_id)
        row = {
            **scan["data"],
            **scan,
            "intel_doc_id": intel_doc_id,
            "computer_group_name": computer_group_name,
        }
        return Output([row], {}, "Quick scan started")

    def _group_id(self, name_or_id: str) -> int:
        group_id = id_of(self._group(name_or_id).get("id"))
        if group_id is None:
            raise ParameterError(
                f"Tanium gave no id for the computer group {shown(name_or_id)}: give the group's ID"
                " instead of its name."
            )
        return group_id

    def _group(self, name_or_id: str) -> dict[str, Any]:
        if re.fullmatch(r"[0-9]{1,18}", name_or_id):
            try:
                return self._tanium.endpoints.get_group(int(name_or_id))
            except ApiError as error:
                if error.status not in _UNKNOWN_GROUP:
                    raise
                self._soar.progress(
                    f"No computer group has the ID {name_or_id}; looking for one of that name."
                )
        try:
            return self._tanium.endpoints.get_group_by_name(name_or_id)
        except ApiError as error:
            if error.status not in _UNKNOWN_GROUP:
                raise
            raise ParameterError(
                f"Tanium knows no computer group {shown(name_or_id)}: check the name, or give the"
                " group's ID, which stands in the address of its page under Administration,"
                " Computer Groups; a deleted group is found by its ID only."
            ) from error


def _stored_id(stored: dict[str, Any]) -> str:
    """The id that a stored document carries. Raises ParameterError where the server does not tell
    it.
    """
    found = stored.get("intrinsicId") or (
        stored.get("name") if stored.get("type") == "yara" else ""
    )
    if not found:
        raise ParameterError(
            f"This Tanium server does not tell the id that intel document {stored.get('id')}"
            " carries, so that an update may make a second document: use upload intel doc."
        )
    return str(found)


def _stored_name(stored: dict[str, Any]) -> str:
    """A file name whose extension is the stored document's type."""
    extension = {"openioc": "ioc"}.get(str(stored.get("type")), str(stored.get("type")))
    name = str(stored.get("name") or stored.get("id"))
    return name if name.endswith(f".{extension}") else f"{name}.{extension}"


def intrinsic_id(content: bytes, file_name: str) -> str:
    """The id that a document carries itself: of YARA its file name, of XML the id of its root
    element (TANIUM_WIRE 2.9).

    Raises ParameterError for XML that is none, or that declares entities.
    """
    if file_name.lower().endswith((".yara", ".yar")):
        return file_name
    from xml.parsers import expat  # imported here: only uploads of XML need it

    parser, found = expat.ParserCreate(), []
    parser.StartElementHandler = lambda _, attributes: found.append(attributes.get("id", ""))
    parser.EntityDeclHandler = _no_entities
    try:
        parser.Parse(content, True)
    except (
        expat.ExpatError,
        LookupError,
        ValueError,
    ) as error:  # the last two for an encoding that Python does not know or expat not read
        raise ParameterError(f"The intel document is not well-formed XML: {error}.") from error
    return found[0]


def _no_entities(*_: Any) -> None:
    raise ParameterError("The intel document declares XML entities, which no intel needs.")


def _tasks_not_told(started: dict[str, Any]) -> State:
    raise TaskError(
        "The deployment was started, but this Tanium server does not tell the state of tasks; see"
        " get intel deployment.",
        [started],
    )


def _checked_name(name: str) -> str:
    if not name.isprintable():
        raise ParameterError(
            f"Parameter 'file_name' is {shown(name)}: give a name without control characters."
        )
    if "." not in name.strip("."):
        raise ParameterError(
            f"Parameter 'file_name' is {shown(name)}: give a name with the extension .ioc, .stix or"
            " .yara, which says the type."
        )
    return name
