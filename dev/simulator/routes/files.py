# File: files.py
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
"""File evidence: requested from an endpoint, listed, downloaded, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from flask import Response

from dev.simulator.dialects import specified as shapes
from dev.simulator.errors import Rejected
from dev.simulator.routes.request import (
    caller,
    done,
    json_body,
    reply,
    sorted_page,
    specified,
    specified_page,
    state,
    threat_response,
)
from dev.simulator.state.files import COLUMNS, Download
from dev.simulator.state.tasks import accepted


PIECE = 1 << 20

routes = threat_response("files")


@routes.post("/conns/<connection_id>/file")
def save_file(connection_id: str) -> Response:
    path = json_body().get("path")
    if not isinstance(path, str) or not path:
        raise Rejected(400, "path is required and must be a string", listed=True)
    task = state.files.fetch(state.connections.to_endpoint(connection_id), path, caller().user.name)
    return reply(
        {"data": shapes.file_download_task(task)}
        if specified("requestFileFromEndpoint")
        else accepted(task)
    )


@routes.get("/filedownload")
def list_files() -> Response:
    rows = state.files.rows()
    if specified("listFileDownloads"):
        page = specified_page(
            rows, shapes.file_download, filters=("hostname", "hash"), columns=shapes.FILE_COLUMNS
        )
        return reply({"data": page})
    return reply({"fileEvidence": sorted_page(rows, COLUMNS), "totalCount": len(rows)})


@routes.get("/filedownload/<file_id>")
def get_file(file_id: str) -> Response:
    row = state.files.get(file_id).row
    return reply(
        {"data": shapes.file_download(row)} if specified("getFileDownload") else {"evidence": row}
    )


@routes.delete("/filedownload/<file_id>")
def delete_file(file_id: str) -> Response:
    state.files.delete(file_id)
    return done() if specified("deleteFileDownload") else reply({})


@routes.get("/filedownload/data/<file_id>")
def download_file(file_id: str) -> Response:
    """The specified reply is a plain octet stream that does not say what the file is called."""
    download = state.files.get(file_id)
    content = download.content()
    headers, content_type = {"Content-Disposition": _disposition(download)}, download.content_type
    if specified("downloadFileContent"):
        headers, content_type = {}, "application/octet-stream"
    if isinstance(content, bytes):
        return Response(content, headers=headers, content_type=content_type)
    headers["Content-Length"] = str(content.stat().st_size)
    return Response(
        _pieces(content), headers=headers, content_type=content_type, direct_passthrough=True
    )


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _disposition(download: Download) -> str:
    plain = (
        download.file_name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    )
    forms = {
        "bare": f"filename={plain}",
        "plain": f'filename="{plain}"',
        "extended": f"filename*=UTF-8''{quote(download.file_name, safe='')}",
    }
    names = ("plain", "extended") if download.disposition == "both" else (download.disposition,)
    wanted = [forms[name] for name in names]
    return "; ".join(["attachment", *wanted])
