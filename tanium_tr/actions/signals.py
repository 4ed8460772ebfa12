# File: signals.py
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
"""Tanium signals."""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..declare import INTEL_DOC, INTEL_DOC_ID, NUMERIC, Column, Output, Param, action
from ..errors import ParameterError, TaniumError, TaskError
from ..intel.documents import STORED_DOCUMENT, documents_named
from ..intel.signals import SIGNAL, combined_signal, is_same_signal
from ..numbers import natural_number
from ..parameters.shared import IntelDocId
from ..permissions import INTEL_READ, INTELS_WRITE
from ..services import Services
from ..tasks.lost_answers import made_or_found
from ..words import shown


Signal = Annotated[
    str,
    Param(
        "Text of the signal, or a JSON object with contents and any of name, description and"
        " platforms; a parameter of its own overrides what the object says",
        contains=(INTEL_DOC,),
        examples=("process.name contains 'psexec'",),
    ),
]
Name = Annotated[str, Param("Name of the signal", examples=("PsExec started",))]
Description = Annotated[str, Param("Description of the signal")]
Platforms = Annotated[
    list[str],
    Param(
        "Operating systems of the endpoints that look for it; several are separated by commas",
        choices=("windows", "linux", "mac"),
        examples=("windows,linux",),
    ),
]
SIGNAL_SUMMARY = (Column("intel_doc_id", NUMERIC, contains=(INTEL_DOC_ID,), examples=(501,)),)


class SignalActions:
    """Signals, which are intel documents of a JSON object."""

    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium

    @action(
        type="generic",
        read_only=False,
        permissions=(INTELS_WRITE,),
        may_need=(INTEL_READ,),
        columns=STORED_DOCUMENT,
        summary=SIGNAL_SUMMARY,
        message="Signal created",
        view="display_intel",
    )
    def create_signal(
        self,
        name: Name,
        signal: Signal,
        platforms: Platforms,
        description: Optional[Description] = None,
        source_name: Annotated[
            str, Param("Intel source of the signal; it is created if Tanium has none of this name")
        ] = "Splunk SOAR",
        skip_existing: Annotated[
            bool, Param("Do not create the signal if the same one is in Tanium")
        ] = False,
    ) -> Output:
        """Create a Tanium signal.

        Endpoints look for the signal once intel is deployed.

        Tanium accepts the same signal several times, each as a document of its own.
        """
        given = {"name": name, "platforms": platforms, "description": description}
        new = combined_signal({"description": ""}, signal, given)
        earlier = self._same_signals(new)
        if earlier and skip_existing:
            return _output(earlier[0], "The signal is already in Tanium")
        source_id, is_new_source = self._source(source_name)
        source_note = f"The intel source {shown(source_name)} was created" if is_new_source else ""
        try:
            document = made_or_found(
                lambda: self._tanium.intel.create_signal(source_id, new),
                lambda: self._new_since(new, [each.get("id") for each in earlier]),
            )
        except TaniumError as error:
            if not source_note:
                raise
            raise TaskError(f"{source_note}, but not the signal: {error}") from error
        return _output(
            document, f"Signal created. {source_note} for it" if source_note else "Signal created"
        )

    def _same_signals(self, signal: dict[str, Any]) -> list[dict[str, Any]]:
        stored = documents_named(self._tanium, signal["name"])
        return [each for each in stored if is_same_signal(each, signal)]

    def _new_since(self, signal: dict[str, Any], earlier: list[Any]) -> dict[str, Any] | None:
        return next(
            (each for each in self._same_signals(signal) if each.get("id") not in earlier), None
        )

    def _source(self, name: str) -> tuple[int, bool]:
        """The id of the intel source of this name, and whether it had to be created."""
        source, is_new = self._listed_source(name), False
        if source is None:
            description = "Intel that playbooks of Splunk SOAR create"
            source, is_new = (
                made_or_found(
                    lambda: self._tanium.intel.create_source(name=name, description=description),
                    lambda: self._listed_source(name),
                ),
                True,
            )
        source_id = natural_number(source.get("id"))
        if source_id is None:
            raise ParameterError(f"Tanium returned no ID for the intel source {shown(name)}.")
        return source_id, is_new

    def _listed_source(self, name: str) -> dict[str, Any] | None:
        rows = self._tanium.intel.list_sources()
        return next((row for row in rows if row.get("name") == name), None)

    @action(
        type="generic",
        read_only=False,
        permissions=(INTELS_WRITE,),
        may_need=(INTEL_READ,),
        columns=STORED_DOCUMENT,
        summary=(*SIGNAL_SUMMARY, Column("revision_id", NUMERIC, examples=(2,))),
        message="Signal updated",
        view="display_intel",
    )
    def update_signal(
        self,
        intel_doc_id: IntelDocId,
        signal: Optional[Signal] = None,
        name: Optional[Name] = None,
        platforms: Optional[Platforms] = None,
        description: Optional[Description] = None,
    ) -> Output:
        """Update a Tanium signal.

        What is not specified stays as it is stored. A signal that is already as specified is not
        sent to Tanium, so that it gets no new revision. Endpoints look for the new signal once
        intel is deployed.
        """
        given = {"name": name, "platforms": platforms, "description": description}
        if not signal and not any(given.values()):
            raise ParameterError(f"Specify at least one of signal, {', '.join(given)}.")
        stored = self._tanium.intel.get_intel(intel_doc_id)
        if stored.get("type") != SIGNAL:
            raise ParameterError(
                f"Intel document {intel_doc_id} is of type {shown(stored.get('type'))}, not a"
                " Tanium signal: use update intel doc."
            )
        new = combined_signal(stored, signal, given)
        if is_same_signal(stored, new):
            return _update_output(stored, "The signal is already as specified")
        document = made_or_found(
            lambda: self._tanium.intel.update_signal(intel_doc_id, new),
            lambda: self._stored_as(new, intel_doc_id),
        )
        if not is_same_signal(document, new):
            document = self._stored_as(new, intel_doc_id) or {}
        if not document:
            raise TaskError("Tanium accepted the update but did not make it.", [stored])
        return _update_output(document, "Signal updated")

    def _stored_as(self, signal: dict[str, Any], intel_doc_id: int) -> dict[str, Any] | None:
        stored = self._tanium.intel.get_intel(intel_doc_id)
        return stored if is_same_signal(stored, signal) else None


def _output(document: dict[str, Any], message: str) -> Output:
    return Output([document], {"intel_doc_id": document.get("id")}, message)


def _update_output(document: dict[str, Any], message: str) -> Output:
    output = _output(document, message)
    return output._replace(summary={**output.summary, "revision_id": document.get("revisionId")})
