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
"""Intel documents and on-demand scans."""

from __future__ import annotations

import re

from flask import Response, request
from werkzeug.http import parse_options_header

from dev.simulator import seed
from dev.simulator.dialects import specified as shapes
from dev.simulator.errors import Rejected
from dev.simulator.routes.request import (
    caller,
    enveloped,
    json_body,
    page_of,
    reply,
    require,
    require_unspecified,
    specified,
    specified_page,
    state,
    threat_response,
)
from dev.simulator.state.intel import FIRST_SOURCE, decoded, mitre_ids
from dev.simulator.state.queries import Row
from dev.simulator.state.quick_add import openioc


routes = threat_response("intel")

_BLANKS = re.compile(r"(;\s*filename\*?)\s*=\s*", re.IGNORECASE)


@routes.get("/intels/", strict_slashes=False)
def list_intel() -> Response:
    if specified("listIntelDocuments"):
        filters = ("name", "description", "type", "label_id", "mitre_technique_id")
        rows = [row for row in state.intel.rows() if _passes(row, *filters[3:])]
        return reply({"data": specified_page(rows, shapes.intel_document, others=filters)})
    rows = [row for row in state.intel.rows() if _passes(row, "labelId", "mitreTechniqueId")]
    return reply(
        {
            "data": page_of(rows, 100),
            "meta": {"totalCount": len(state.intel.all), "filteredCount": len(rows)},
        }
    )


@routes.post("/intels/", strict_slashes=False)
def upload_intel() -> Response:
    require(seed.INTELS_WRITE)
    if specified("uploadIntelDocument"):
        return reply({"data": shapes.intel_document(_specified_upload())})
    return enveloped(_uploaded())


@routes.post("/intels/quick-add")
def quick_add() -> Response:
    """A document for the client to look at and to post; nothing is stored here."""
    require_unspecified("quickAddIntel")
    require(seed.INTELS_WRITE)
    return Response(openioc(json_body()), content_type="application/xml; charset=utf-8")


@routes.get("/sources/", strict_slashes=False)
def list_sources() -> Response:
    require_unspecified("intelSources")
    return reply({"data": page_of(state.intel_sources.rows())})


@routes.post("/sources/", strict_slashes=False)
def create_source() -> Response:
    require_unspecified("intelSources")
    require(seed.INTELS_WRITE)
    return enveloped(state.intel_sources.create(json_body()))


@routes.post("/sources/<int:source_id>/intels")
def post_to_source(source_id: int) -> Response:
    """A signal is a JSON object, anything else the document itself with its type in a header."""
    require_unspecified("intelSources")
    require(seed.INTELS_WRITE)
    state.intel_sources.get(source_id)
    if request.mimetype == "application/json":
        return enveloped(state.intel.add_signal(json_body(), source_id))
    return enveloped(_posted(source_id))


@routes.get("/intels/<int:doc_id>")
def get_intel(doc_id: int) -> Response:
    row = state.intel.get(doc_id)
    return (
        reply({"data": shapes.intel_document(row)})
        if specified("getIntelDocument")
        else enveloped(row)
    )


@routes.put("/intels/<int:doc_id>")
def update_intel(doc_id: int) -> Response:
    """A signal is the JSON object that it was posted as. Of other documents the id in the path must
    be known and has no other meaning: which one is updated follows from the new one's own id.
    """
    require_unspecified("updateIntelDocument")
    require(seed.INTELS_WRITE)
    state.intel.get(doc_id)
    if request.mimetype == "application/json":
        return enveloped(state.intel.update_signal(doc_id, json_body()))
    return enveloped(_uploaded())


@routes.delete("/intels/", strict_slashes=False)
def delete_intel() -> Response:
    require_unspecified("deleteIntelDocument")
    require(seed.INTELS_WRITE)
    ids = request.args.getlist("id")
    if not all(map(str.isdecimal, ids)):
        raise Rejected(400, "id must be a number", listed=True)
    state.intel.delete([int(doc_id) for doc_id in ids])
    return reply({})


@routes.post("/intel/deploy")
def deploy_intel() -> Response:
    require_unspecified("deployIntel")
    require(seed.INTELS_WRITE)
    return reply({"data": {"taskId": state.deployment.start()["id"]}})


@routes.get("/intel/status")
def get_deployment() -> Response:
    require_unspecified("deployIntel")
    return reply({"data": state.deployment.status()})


@routes.post("/on-demand-scans/", strict_slashes=False)
def start_scan() -> Response:
    """Older servers answer with more columns and without the task."""
    require(seed.SCANS_WRITE)
    body = json_body()
    doc = state.intel.get(body.get("intelDocId"))
    group_id = body.get("computerGroupId")
    if not isinstance(group_id, int):
        raise Rejected(400, "computerGroupId is required and must be a number", listed=True)
    scan, task = state.scans.start(doc, state.groups.row_by_id(group_id), caller().user.id)
    if not state.settings.intel_envelope:
        return reply(scan)
    older = {"intelDocId", "revisionId", "questionId", "alertCount", "endpointMatchCount"}
    data = {key: value for key, value in scan.items() if key not in older}
    return reply(
        {"data": data, "meta": {"deployTask": {"taskId": task["id"], "status": "STARTED"}}}
    )


def _uploaded() -> Row:
    """The row of the document that is the request's body; Content-Disposition says what its file is
    called.
    """
    if request.mimetype == "application/json":
        raise Rejected(415, "The document itself is expected as the request's body", listed=True)
    file_name = _file_name(request.headers.get("Content-Disposition", ""))
    if not file_name and "type" in request.headers:
        return _posted(FIRST_SOURCE)
    if not file_name:
        raise Rejected(
            400, "A Content-Disposition with the document's file name is required", listed=True
        )
    return state.intel.upload(file_name, request.get_data())


def _file_name(disposition: str) -> str:
    """Clients write `filename = a.ioc`, too, with blanks that the parser does not know."""
    _, options = parse_options_header(_BLANKS.sub(r"\1=", disposition))
    return options.get("filename", "")


def _posted(source_id: int) -> Row:
    """The row of the document that is the request's body; headers say what it is."""
    headers = request.headers
    return state.intel.store(
        headers.get("type", ""),
        decoded(request.get_data()),
        name=headers.get("name", ""),
        description=headers.get("description"),
        source_id=source_id,
    )


def _specified_upload() -> Row:
    """A JSON object of name, description, type (in any case) and content, of which the file
    requires none; this server needs the last two.
    """
    if request.mimetype != "application/json":
        raise Rejected(415, "The document is expected in a JSON object", listed=True)
    body = json_body()
    name, description, kind, content = (
        body.get(key) for key in ("name", "description", "type", "content")
    )
    if not isinstance(kind, str) or not isinstance(content, str):
        raise Rejected(400, "type and content are expected as strings", listed=True)
    return state.intel.store(
        kind.lower(), content, name=str(name or "unnamed"), description=description
    )


def _passes(row: Row, label: str, technique: str) -> bool:
    arguments = request.args
    return (
        arguments.get("name", "").lower() in row["name"].lower()
        and arguments.get("description", "").lower() in (row["description"] or "").lower()
        and arguments.get("type", row["type"]) == row["type"]
        and (label not in arguments or arguments[label] in map(str, row["labelIds"]))
        and (technique not in arguments or arguments[technique] in mitre_ids(row))
    )
