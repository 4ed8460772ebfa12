# File: endpoint_files.py
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
"""Files and directories on a connected endpoint. The OpenAPI file has none of this."""

from __future__ import annotations

from urllib.parse import unquote

from flask import Response, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

from dev.simulator import seed
from dev.simulator.log import LOG_ENTRY
from dev.simulator.routes.request import done, reply, require_unspecified, state, threat_response


routes = threat_response("endpoint_files")


class Anything(BaseConverter):
    """The rest of a path with whatever slashes were encoded in it."""

    regex = "(?s:.*)"
    part_isolating = False


@routes.before_request
def _absent_where_specified() -> None:
    require_unspecified("endpointFiles")


@routes.get("/conns/<connection_id>/file/list/<anything:path>")
def list_directory(connection_id: str, path: str) -> Response:
    host = _endpoint(connection_id, path)
    return reply(
        {**_where(connection_id, path), "entries": state.endpoint_files.entries(host, path)}
    )


@routes.get("/conns/<connection_id>/file/info/<anything:path>")
def get_file_info(connection_id: str, path: str) -> Response:
    host = _endpoint(connection_id, path)
    return reply({**_where(connection_id, path), "info": state.endpoint_files.info(host, path)})


@routes.delete("/conns/<connection_id>/file/delete/<anything:path>")
def delete_endpoint_file(connection_id: str, path: str) -> Response:
    state.endpoint_files.delete(_endpoint(connection_id, path), path)
    return done()


def _endpoint(connection_id: str, path: str) -> seed.Host:
    """The connected computer. The server has no route for a `path` with an unencoded slash."""
    sent = request.environ[LOG_ENTRY].path.rpartition("/")[2]
    if not path or unquote(sent) != path:
        raise NotFound
    return state.connections.to_endpoint(connection_id).host


def _where(connection_id: str, path: str) -> dict[str, object]:
    row = state.connections.row(state.connections.get(connection_id))
    return {"sessionId": row["sessionId"], "cid": connection_id, "path": path}
