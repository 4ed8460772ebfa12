# File: quick_add.py
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
"""Hashes, addresses and domains become intel."""

from __future__ import annotations

from typing import Annotated, Any, Callable, NamedTuple, Optional

from ..declare import (
    BOOLEAN,
    COMPUTER_GROUP,
    DOMAIN,
    HOST_NAME,
    IP,
    LABEL_ID,
    MD5,
    NUMERIC,
    SHA1,
    SHA256,
    TASK_ID,
    Column,
    Output,
    Param,
    action,
)
from ..errors import ParameterError, TaniumError, TaskError
from ..intel.documents import STORED_DOCUMENT, documents_named, same_document
from ..intel.groups import find_group_id
from ..intel.indicators import FILE_HASHES, NETWORK_INDICATORS, indicators_of, named, without
from ..intel.labels import label_explained
from ..numbers import natural_number
from ..permissions import (
    INTEL_DEPLOY,
    INTEL_READ,
    INTELS_WRITE,
    LABELS_READ,
    LABELS_WRITE,
    READ_COMPUTER_GROUP,
    SCANS_WRITE,
)
from ..services import Services
from ..tanium.reply import part
from ..tanium.xml_documents import texts
from ..tasks.lost_answers import made_or_found
from ..words import shown


INDICATOR = (MD5, SHA1, SHA256, IP, DOMAIN, HOST_NAME)
ADDED_DOCUMENT = (
    *STORED_DOCUMENT,
    Column("indicator_type", title="Indicators", examples=(FILE_HASHES, NETWORK_INDICATORS)),
    Column("indicators.*", contains=INDICATOR, examples=("198.51.100.7",)),
    Column("is_new", BOOLEAN, title="New"),
    Column("deploy_task_id", NUMERIC, contains=(TASK_ID,), examples=(779,)),
    Column("scan_id", NUMERIC, examples=(1000500,)),
    Column("scan_deploy_task_id", NUMERIC, contains=(TASK_ID,), examples=(780,)),
    Column("computer_group_name", contains=(COMPUTER_GROUP,), examples=("All Computers",)),
)

_NAME_ENDS = {FILE_HASHES: " (file hashes)", NETWORK_INDICATORS: " (network indicators)"}


class Draft(NamedTuple):
    """What becomes an intel document; its `row` is empty until it is one."""

    name: str
    kind: str
    values: list[str]
    row: dict[str, Any]
    content: bytes = b""

    @property
    def file_name(self) -> str:
        """Its extension says that the document is OpenIOC."""
        return f"{self.name}.ioc"

    @property
    def id(self) -> int:
        """The number that Tanium has given it."""
        found = natural_number(self.row.get("id"))
        if found is None:
            raise TaskError(f"Tanium returned no ID for the intel document {shown(self.name)}.")
        return found

    def fill(self, stored: dict[str, Any], *, is_new: bool) -> None:
        """Take the row that Tanium returns for the document."""
        self.row.update(stored)
        self.row.update(indicator_type=self.kind, indicators=self.values, is_new=is_new)


class Step(NamedTuple):
    """One change on Tanium, and what it is in words."""

    what: str
    run: Callable[[], None]


class QuickAddActions:
    """Intel that Tanium makes of indicators."""

    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        type="generic",
        read_only=False,
        permissions=(INTELS_WRITE,),
        may_need=(
            *(INTEL_READ, INTEL_DEPLOY, LABELS_READ, LABELS_WRITE),
            *(SCANS_WRITE, READ_COMPUTER_GROUP),
        ),
        columns=ADDED_DOCUMENT,
        summary=(
            Column("intel_doc_count", NUMERIC, examples=(2,)),
            Column("new_intel_doc_count", NUMERIC, examples=(1,)),
            Column("indicator_count", NUMERIC, examples=(5,)),
        ),
        message="Intel documents added: 1, already in Tanium: 1",
        view="display_intel",
    )
    def quick_add_intel(
        self,
        name: Annotated[
            str,
            Param("Name of the intel document", examples=("Campaign of March",)),
        ],
        values: Annotated[
            list[str],
            Param(
                "MD5, SHA-1 and SHA-256 hashes, IP addresses, domains and host names, separated by"
                " commas or one a line",
                contains=INDICATOR,
                longest=1_000_000,
                examples=("198.51.100.7,malware.example",),
            ),
        ],
        skip_existing: Annotated[
            bool,
            Param(
                "Use the document with this name that has all of the values, if there is one; a"
                " server that does not show contents receives a new one anyway"
            ),
        ] = False,
        label_id: Annotated[
            Optional[int], Param("ID of a label to add to the documents", contains=(LABEL_ID,))
        ] = None,
        deploy: Annotated[bool, Param("Deploy intel to the endpoints afterwards")] = False,
        computer_group_name: Annotated[
            Optional[str],
            Param(
                "Name or ID of a Tanium computer group to scan for the documents afterwards",
                contains=(COMPUTER_GROUP,),
            ),
        ] = None,
    ) -> Output:
        """Add hashes, addresses and domains as intel.

        Tanium makes an intel document of them, or two if there are both hashes and addresses or
        domains; in that case, the names say which is which. If one of the values is refused,
        nothing is added. If a later step fails, the error names what was done and what was not, and
        the data contains the documents; run the action again with skip_existing to continue.

        For a scan, the user also needs the permission 'threat response on demand scans write'.
        """
        if not name.isprintable():
            raise ParameterError(
                f"Parameter 'name' is {shown(name)}: use one line without control characters."
            )
        documents = self._stored(_documents(name, indicators_of(values)), skip_existing)
        if label_id is not None:
            with label_explained(self._tanium, label_id):
                self._tanium.intel.get_label(label_id)
        group_id = (
            find_group_id(self._tanium, self._soar, computer_group_name)
            if computer_group_name
            else None
        )
        documents = [each if each.row else self._made(each) for each in documents]
        storing = [self._storing(each) for each in documents if not each.row]
        further = [*self._labelling(documents, label_id), *self._deploying(documents, deploy)]
        if group_id is not None:
            further += self._scanning(documents, group_id, str(computer_group_name))
        _run([*storing, *further], documents)
        return Output(_rows(documents), _summary(documents), _message(documents, further))

    def _stored(self, documents: list[Draft], skip_existing: bool) -> list[Draft]:
        """The documents, with the rows of those that are in Tanium where they shall be used."""
        if skip_existing:
            for document in documents:
                stored = self._with_all(document)
                if stored:
                    document.fill(stored, is_new=False)
        return documents

    def _with_all(self, document: Draft) -> dict[str, Any] | None:
        for row in documents_named(self._tanium, document.name, document.file_name):
            try:
                held = texts(str(row.get("contents") or "").encode("utf-8", "replace"))
            except ParameterError:
                continue  # no XML, so that quick add has not made it
            if not without(document.values, held):
                return row
        return None

    def _made(self, document: Draft) -> Draft:
        """With its content, as Tanium makes it. Nothing is stored yet."""
        content = self._tanium.intel.quick_add(
            name=document.name, kind=document.kind, values=document.values
        )
        missing = without(document.values, texts(content))
        if missing:
            raise ParameterError(
                f"Tanium's quick add left out {named(missing)}. Nothing was added. Run the action"
                " again without them."
            )
        return document._replace(content=content)

    def _storing(self, document: Draft) -> Step:
        def store() -> None:
            row = made_or_found(
                lambda: self._tanium.intel.upload_intel(
                    file_name=document.file_name, content=document.content
                ),
                lambda: same_document(
                    self._tanium, document.content, document.name, document.file_name
                ),
            )
            document.fill(row, is_new=natural_number(row.get("revisionId")) in (1, None))

        return Step(f"storing {shown(document.name)}", store)

    def _labelling(self, documents: list[Draft], label_id: int | None) -> list[Step]:
        def step(document: Draft, label_id: int) -> Step:
            def label() -> None:
                labels = self._labels_after(document.id, label_id)
                document.row["labelIds"] = [each.get("id") for each in labels]

            return Step(f"adding label {label_id} to {shown(document.name)}", label)

        return [] if label_id is None else [step(each, label_id) for each in documents]

    def _labels_after(self, intel_doc_id: int, label_id: int) -> list[dict[str, Any]]:
        def found() -> list[dict[str, Any]] | None:
            labels = self._tanium.intel.list_intel_labels(intel_doc_id)
            is_there = label_id in [natural_number(label.get("id")) for label in labels]
            return labels if is_there else None

        return made_or_found(
            lambda: self._tanium.intel.add_intel_label(intel_doc_id, label_id), found
        )

    def _deploying(self, documents: list[Draft], wanted: bool) -> list[Step]:
        def deploy() -> None:
            before = self._tanium.intel.get_intel_deployment()

            def found() -> dict[str, Any] | None:
                now = self._tanium.intel.get_intel_deployment()
                was_idle = not before.get("pendingRevision")
                return {} if was_idle and _revisions(now) != _revisions(before) else None

            started = made_or_found(self._tanium.intel.deploy_intel, found)
            for document in documents:
                document.row["deploy_task_id"] = started.get("taskId")

        return [Step("starting the deployment of intel", deploy)] if wanted else []

    def _scanning(self, documents: list[Draft], group_id: int, group_name: str) -> list[Step]:
        def step(document: Draft) -> Step:
            def scan() -> None:
                started = self._tanium.intel.start_scan(
                    intel_doc_id=document.id, computer_group_id=group_id
                )
                document.row["scan_id"] = started["data"].get("id")
                document.row["scan_deploy_task_id"] = part(started["meta"], "deployTask").get(
                    "taskId"
                )
                document.row["computer_group_name"] = group_name

            return Step(
                f"starting a quick scan of {shown(group_name)} for {shown(document.name)}", scan
            )

        return [step(each) for each in documents]


def _documents(name: str, indicators: dict[str, list[str]]) -> list[Draft]:
    return [
        Draft(name + (_NAME_ENDS[kind] if len(indicators) > 1 else ""), kind, values, row={})
        for kind, values in indicators.items()
    ]


def _revisions(deployment: dict[str, Any]) -> list[Any]:
    return [deployment.get(name) for name in ("currentRevision", "pendingRevision")]


def _run(steps: list[Step], documents: list[Draft]) -> None:
    """Raises the error of a step: as it is where nothing was done before it, else a TaskError that
    says what was done and what was not.
    """
    for number, step in enumerate(steps):
        try:
            step.run()
        except TaniumError as error:
            if number == 0:
                raise
            left = f" Not tried: {_names(steps[number + 1 :])}." if steps[number + 1 :] else ""
            raise TaskError(
                f"Done: {_names(steps[:number])}. Failed: {step.what}: {error}{left}",
                _rows(documents),
                _summary(documents),
            ) from error


def _names(steps: list[Step]) -> str:
    return ", ".join(step.what for step in steps)


def _rows(documents: list[Draft]) -> list[dict[str, Any]]:
    return [document.row for document in documents if document.row]


def _summary(documents: list[Draft]) -> dict[str, Any]:
    rows = _rows(documents)
    return {
        "intel_doc_count": len(rows),
        "new_intel_doc_count": len([row for row in rows if row["is_new"]]),
        "indicator_count": sum(len(row["indicators"]) for row in rows),
    }


def _message(documents: list[Draft], further: list[Step]) -> str:
    summary = _summary(documents)
    new = summary["new_intel_doc_count"]
    also = f". Done: {_names(further)}" if further else ""
    return (
        f"Intel documents added: {new}, already in Tanium: {summary['intel_doc_count'] - new}{also}"
    )
