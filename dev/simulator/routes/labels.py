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
"""Labels, and those of an intel document."""

from __future__ import annotations

from flask import Response

from dev.simulator import seed
from dev.simulator.dialects import specified as shapes
from dev.simulator.errors import Rejected
from dev.simulator.routes.request import (
    enveloped,
    json_body,
    number_argument,
    reply,
    require,
    require_method,
    require_unspecified,
    specified,
    specified_page,
    state,
    threat_response,
)
from dev.simulator.state.queries import Row


DEFAULT_LIMIT = 100
MAXIMUM_LIMIT = 500

routes = threat_response("labels")


@routes.get("/labels/", strict_slashes=False)
def list_labels() -> Response:
    rows = state.labels.rows()
    if specified("listLabels"):
        return reply({"data": specified_page(rows, shapes.label, at_most=MAXIMUM_LIMIT)})
    offset = number_argument("offset", 0)
    limit = min(number_argument("limit", DEFAULT_LIMIT), MAXIMUM_LIMIT)
    return reply(
        {
            "data": rows[offset : offset + limit],
            "meta": {"totalCount": len(rows), "filteredCount": len(rows)},
        }
    )


@routes.post("/labels/", strict_slashes=False)
def create_label() -> Response:
    require_unspecified("createLabel")
    require(seed.LABELS_WRITE)
    body = json_body()
    description = body.get("description")
    if not isinstance(description, (str, type(None))):
        raise Rejected(400, "description must be a string", listed=True)
    return enveloped(state.labels.create(body.get("name"), description))


@routes.get("/labels/<int:label_id>")
def get_label(label_id: int) -> Response:
    if specified("getLabel"):
        return reply({"data": shapes.label(state.labels.get(label_id))})
    _require_label(label_id)
    return enveloped(state.labels.get(label_id))


@routes.get("/intels/<int:doc_id>/labels")
def list_intel_labels(doc_id: int) -> Response:
    doc = state.intel.get(doc_id)
    return (
        _specified_labels(doc)
        if specified("listIntelDocumentLabels")
        else enveloped(state.labels.of(doc))
    )


@routes.route("/intels/<int:doc_id>/labels", methods=["PUT", "POST"])
def add_intel_label(doc_id: int) -> Response:
    as_specified = specified("addLabelToIntelDocument")
    require_method("POST" if as_specified else "PUT")
    require(seed.LABELS_WRITE)
    doc = state.intel.get(doc_id)
    name = "label_id" if as_specified else "id"
    label_id = json_body().get(name)
    if not as_specified and str(label_id).isdecimal():
        label_id = int(str(label_id))  # clients send it as a text, too
    # True and False are numbers to Python.
    if type(label_id) is not int:
        raise Rejected(400, f"{name} is required and must be a number", listed=True)
    if not as_specified:
        _require_label(label_id)
    state.labels.attach(doc, label_id)
    return _specified_labels(doc) if as_specified else enveloped(state.labels.of(doc))


@routes.delete("/intels/<int:doc_id>/labels/<int:label_id>")
def remove_intel_label(doc_id: int, label_id: int) -> Response:
    require_unspecified("removeLabelFromIntelDocument")
    require(seed.LABELS_WRITE)
    doc = state.intel.get(doc_id)
    _require_label(label_id)
    state.labels.detach(doc, label_id)
    return enveloped(state.labels.of(doc))


def _require_label(label_id: int) -> None:
    """Production does not expect a label to be unknown."""
    if label_id not in state.labels.all:
        raise Rejected(500, "internal server error")


def _specified_labels(doc: Row) -> Response:
    return reply(
        {
            "data": {
                "intelDocId": doc["id"],
                "labels": [shapes.label(row) for row in state.labels.of(doc)],
            }
        }
    )
