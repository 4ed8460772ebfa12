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

from typing import Annotated, Any, Optional

from ..declare import (
    INTEL_DOC,
    LABEL_ID,
    NUMERIC,
    VAULT_ID,
    WHOLE,
    Column,
    Limit,
    Offset,
    Output,
    Param,
    action,
)
from ..errors import ParameterError, TaskError
from ..intel.documents import INTEL_DOCUMENT, STORED_DOCUMENT, same_document
from ..intel.signals import SIGNAL, updated_signal
from ..numbers import LONG_ID
from ..parameters.shared import OR_SEVERAL, IntelDocId, without_blanks
from ..permissions import INTEL_READ, INTELS_WRITE
from ..services import Services
from ..tanium.xml_documents import root_id
from ..words import printable, shown


MAX_DOCUMENT = 100 * 1024 * 1024  # bytes; a document is held in memory while it is sent

# Where a document comes from: exactly one of the two.
IntelDoc = Annotated[
    Optional[str],
    Param("The text of the intel document", contains=(INTEL_DOC,), longest=MAX_DOCUMENT),
]
VaultId = Annotated[Optional[str], Param("Vault ID", contains=(VAULT_ID,))]


class IntelActions:
    """Intel documents on the Tanium server."""

    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        type="generic",
        read_only=False,
        permissions=(INTELS_WRITE,),
        may_need=(INTEL_READ,),
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
                "Description of the document; only for servers that follow the API specification"
            ),
        ] = None,
        skip_existing: Annotated[
            bool,
            Param(
                "Do not upload if a document with this name and contents exists; a server that"
                " does not show contents receives it anyway"
            ),
        ] = False,
    ) -> Output:
        """Upload intel document to Tanium Threat Response.

        Specify either the text and a file name, or a vault ID, whose file already has a name.
        Uploading a document again creates a new revision of it.
        """
        content, name = self._document(file_name, intel_doc, vault_id)
        name = _checked_name(name)
        document = same_document(self._tanium, content, name) if skip_existing else None
        message = (
            "Intel document is already in Tanium Threat Response"
            if document
            else "Uploaded intel document to Tanium Threat Response"
        )
        document = document or self._tanium.intel.upload_intel(
            file_name=name, content=content, description=description or ""
        )
        return Output([{**document, "data": document}], {}, message)

    def _document(
        self, file_name: str | None, intel_doc: str | None, vault_id: str | None
    ) -> tuple[bytes, str]:
        if bool(intel_doc) == bool(vault_id):
            raise ParameterError("Specify either 'intel_doc' or 'vault_id', not both.")
        if intel_doc:
            if not file_name:
                raise ParameterError(
                    "Parameter 'file_name' is required with 'intel_doc': its extension determines"
                    " the type, as in rule.yara."
                )
            return intel_doc.encode("utf-8"), file_name
        path, vault_name = self._soar.vault_file(vault_id or "")
        if path.stat().st_size > MAX_DOCUMENT:
            raise ParameterError(
                f"Parameter 'vault_id' names a file of {path.stat().st_size} bytes: an intel"
                f" document can have at most {MAX_DOCUMENT}."
            )
        return path.read_bytes(), file_name or vault_name

    @action(
        read_only=True,
        may_need=(INTEL_READ,),
        columns=STORED_DOCUMENT,
        summary=(Column("intel_doc_count", NUMERIC, examples=(4,)),),
        message="Intel documents found: 4",
        view="display_intel",
    )
    def list_intel_docs(
        self,
        name: Annotated[
            Optional[list[str]], Param(f"Only documents whose name contains this{OR_SEVERAL}")
        ] = None,
        description: Annotated[
            Optional[list[str]],
            Param(f"Only documents whose description contains this{OR_SEVERAL}"),
        ] = None,
        type: Annotated[
            Optional[list[str]],
            Param(
                f"Only documents of this type (openioc, stix, yara, tanium-signal, ...){OR_SEVERAL}"
            ),
        ] = None,
        label_id: Annotated[
            Optional[list[str]],
            Param(
                f"Only documents with the label of this ID{OR_SEVERAL}",
                pattern=LONG_ID,
                form="a whole number",
                contains=(LABEL_ID,),
            ),
        ] = None,
        mitre_technique_id: Annotated[
            Optional[list[str]],
            Param(
                f"Only documents about this MITRE ATT&CK technique{OR_SEVERAL}",
                examples=("T1059",),
            ),
        ] = None,
        limit: Limit = 1000,
        offset: Offset = 0,
    ) -> Output:
        """List intel documents."""
        filters = without_blanks(
            {
                "name": name,
                "description": description,
                "type": type,
                "label_id": label_id,
                "mitre_technique_id": mitre_technique_id,
            }
        )
        page = self._tanium.intel.list_intel(**filters, limit=limit, offset=offset)
        rows = page.rows
        return Output(rows, {"intel_doc_count": len(rows)}, f"Intel documents found: {len(rows)}")

    @action(
        read_only=True,
        may_need=(INTEL_READ,),
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
        may_need=(INTEL_READ,),
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
                "File name of the document; if empty, the name of the vault file, or for a text,"
                " of the stored document"
            ),
        ] = None,
    ) -> Output:
        """Replace the contents of an intel document.

        Tanium updates a document in place only if the new contents have the same ID as the stored
        ones: the ID of the XML root for OpenIOC and STIX, the file name for YARA. With a different
        ID, Tanium would create a second document, so the action fails before it sends anything.

        A Tanium signal carries no ID: specify its new text, or a JSON object with contents and any
        of name, description and platforms. What is not specified stays as it is stored.
        """
        stored = self._tanium.intel.get_intel(intel_doc_id)
        if stored.get("type") == SIGNAL:
            content, _ = self._document(file_name or SIGNAL, intel_doc, vault_id)
            body = updated_signal(stored, content)
            return self._updated(intel_doc_id, self._tanium.intel.update_signal(intel_doc_id, body))
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
                f" has the id {shown(stored_id)}: Tanium would create a second document. Use the"
                " stored ID, or use upload intel doc."
            )
        document = self._tanium.intel.update_intel(intel_doc_id, file_name=name, content=content)
        return self._updated(intel_doc_id, document)

    @staticmethod
    def _updated(intel_doc_id: int, document: dict[str, Any]) -> Output:
        if document.get("id") not in (intel_doc_id, None):
            raise TaskError(
                f"Tanium has created a second document, {printable(document.get('id'))}, instead of"
                f" updating {intel_doc_id}.",
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
        """Permanently delete an intel document.

        The document is deleted from Tanium and cannot be restored. Endpoints no longer look for it
        once intel is deployed.
        """
        self._tanium.intel.delete_intel(intel_doc_id)
        return Output([], {}, "Intel document deleted")


def _stored_id(stored: dict[str, Any]) -> str:
    """The id that a stored document carries. Raises ParameterError where the server does not say
    it.
    """
    found = stored.get("intrinsicId") or (
        stored.get("name") if stored.get("type") == "yara" else ""
    )
    if not found:
        raise ParameterError(
            "This Tanium server does not report the ID in the stored intel document, so an update"
            " might create a second document: use upload intel doc."
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
    return root_id(content)


def _checked_name(name: str) -> str:
    if not name.isprintable():
        raise ParameterError(
            f"Parameter 'file_name' is {shown(name)}: use a name without control characters."
        )
    if "." not in name.strip("."):
        raise ParameterError(
            f"Parameter 'file_name' is {shown(name)}: use a name with the extension .ioc, .stix or"
            " .yara, which determines the type."
        )
    return name
