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
"""Files on a connected endpoint, where they lie."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated, Any

from ..declare import FILE_NAME, FILE_PATH, NUMERIC, WHOLE, Column, Output, Param, action
from ..errors import NotFoundError, ParameterError, ServerError, TaniumError
from ..live.connections import explained
from ..parameters.shared import ConnectionId
from ..permissions import BROWSE_FILES, DELETE_FILES, LIVE_READ
from ..services import Services
from ..words import shown


FilePath = Annotated[
    str,
    Param(
        "Full path of the file on the endpoint",
        contains=(FILE_PATH,),
        examples=("C:\\Users\\Public\\dropper.exe",),
    ),
]

ENDPOINT_FILE = (
    Column(
        "path", contains=(FILE_PATH,), title="Path", examples=("C:\\Users\\Public\\dropper.exe",)
    ),
    Column("name", contains=(FILE_NAME,), title="Name", examples=("dropper.exe",)),
    Column("type", title="Type", examples=("FILE", "DIRECTORY")),
    Column("size", NUMERIC, title="Size", examples=(48211,)),
    Column("createdDate", NUMERIC, title="Created", examples=(1753000000000,)),
    Column("modifiedDate", NUMERIC, title="Modified", examples=(1753000000000,)),
    Column("permissions", NUMERIC, examples=(438,)),
)


class EndpointFileActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium

    @action(
        read_only=True,
        may_need=(*LIVE_READ, BROWSE_FILES),
        columns=ENDPOINT_FILE,
        summary=(Column("file_count", NUMERIC, examples=(3,)),),
        message="Entries found: 3",
        view="display_endpoint_files",
    )
    def list_endpoint_files(
        self,
        connection_id: ConnectionId,
        directory_path: Annotated[
            str,
            Param(
                "Full path of the directory on the endpoint",
                contains=(FILE_PATH,),
                examples=("C:\\Users\\Public",),
            ),
        ],
    ) -> Output:
        """List a directory on an endpoint."""
        with explained(self._tanium, connection_id):
            entries = self._tanium.files.list_endpoint_files(connection_id, directory_path)
        rows = [
            {**entry, "path": _joined(directory_path, str(entry.get("name", "")))}
            for entry in entries
        ]
        return Output(rows, {"file_count": len(rows)}, f"Entries found: {len(rows)}")

    @action(
        read_only=True,
        may_need=(*LIVE_READ, BROWSE_FILES),
        columns=(*ENDPOINT_FILE, Column("canonicalPath", contains=(FILE_PATH,))),
        summary=(WHOLE,),
        message="File details retrieved",
        view="display_endpoint_files",
    )
    def get_endpoint_file_details(self, connection_id: ConnectionId, file_path: FilePath) -> Output:
        """Get size, times and permissions of a file on an endpoint."""
        with explained(self._tanium, connection_id):
            details = self._tanium.files.get_endpoint_file(connection_id, file_path)
        return Output([{"path": file_path, **details}], {}, "File details retrieved")

    @action(
        type="correct",
        read_only=False,
        may_need=(*LIVE_READ, BROWSE_FILES, DELETE_FILES),
        columns=(WHOLE,),
        summary=(WHOLE,),
        message="File deleted on the endpoint",
    )
    def delete_endpoint_file(self, connection_id: ConnectionId, file_path: FilePath) -> Output:
        """Permanently delete a file on an endpoint.

        The file is deleted from the endpoint's disk and cannot be restored. Specify the full path
        of one file. To keep a copy, run collect file first.
        """
        _require_one_file(file_path)
        try:
            with explained(self._tanium, connection_id):
                self._tanium.files.delete_endpoint_file(connection_id, file_path)
        except ServerError as error:
            if error.status != HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            raise TaniumError(f"{self._reason_left(connection_id, file_path)} ({error})") from error
        return Output([], {}, "File deleted on the endpoint")

    def _reason_left(self, connection_id: str, file_path: str) -> str:
        """Why a file was not deleted: servers answer an error of their own for one that is not
        there, so that it is looked up.
        """
        name = shown(file_path)
        try:
            self._tanium.files.get_endpoint_file(connection_id, file_path)
        except NotFoundError:
            return f"{name} was not found on the endpoint: the file may not exist. Check the path."
        except TaniumError:
            return f"{name} may not exist on the endpoint. Check with list endpoint files."
        return f"{name} is still on the endpoint."


def _require_one_file(path: str) -> None:
    """What could mean another file than the one named, or several, is not left to the endpoint."""
    absolute = re.match(r"/|[A-Za-z]:\\|\\\\", path)
    if (
        not absolute
        or "*" in path
        or ".." in re.split(r"[\\/]", path)
        or path.endswith(("/", "\\"))
    ):
        raise ParameterError(
            f"Parameter 'file_path' is {shown(path)}: specify the full path of one file, without *"
            " and '..'."
        )


def _joined(directory: str, name: Any) -> str:
    separator = "\\" if "\\" in directory or directory[1:2] == ":" else "/"
    return directory.rstrip("\\/") + separator + name
