# File: packages.py
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
"""Packages, which actions run on endpoints."""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..declare import NUMERIC, PACKAGE_NAME, Column, Limit, Output, Param, action
from ..deployment.columns import PACKAGE
from ..deployment.package_parameters import package_parameters, sensor_sourced
from ..deployment.status_words import Rules
from ..errors import NotFoundError, TaniumError
from ..numbers import id_in_text
from ..parameters.definitions import allowed
from ..parameters.shared import OR_SEVERAL, contains_any
from ..permissions import READ_PACKAGE
from ..services import Services
from ..tanium.reply import objects
from ..words import counted


_NOT_SHOWN = ("parameter_definition", "metadata")


class PackageActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium

    @action(
        read_only=True,
        permissions=(READ_PACKAGE,),
        columns=PACKAGE,
        summary=(Column("package_count", NUMERIC, examples=(17,)),),
        message="Packages found: 17",
    )
    def list_packages(
        self,
        name: Annotated[
            Optional[list[str]],
            Param(f"Only packages whose name contains this{OR_SEVERAL}", contains=(PACKAGE_NAME,)),
        ] = None,
        limit: Limit = 1000,
    ) -> Output:
        """List packages with their parameters.

        Only packages that the account may read are listed, without those that Tanium makes for each
        action.
        """
        is_named = contains_any(name)
        found = self._tanium.packages.list_packages(
            limit=limit,
            keep=lambda row: not row.get("hidden_flag") and is_named(row.get("name")),
        )
        rows = [_decoded(row) for row in found]
        return Output(rows, {"package_count": len(rows)}, f"Packages found: {len(rows)}")

    @action(
        read_only=True,
        permissions=(READ_PACKAGE,),
        columns=(*PACKAGE, Column("parameters.*.value", examples=("1",))),
        summary=(
            Column("name", contains=(PACKAGE_NAME,)),
            Column("parameter_count", NUMERIC, examples=(1,)),
        ),
        message="Package with 1 parameter",
    )
    def get_package(
        self,
        name: Annotated[
            str,
            Param(
                "Name of the package, or its ID, also of one that Tanium made for an action",
                contains=(PACKAGE_NAME,),
                examples=("Apply Windows IPsec Quarantine",),
            ),
        ],
    ) -> Output:
        """Get a package with its command and its parameters.

        Each parameter has its key, label, kind, default and what is allowed. Use the key or the
        label in package_parameters of execute action.
        """
        row = _decoded(self._package(name))
        count = len(row["parameters"])
        summary = {"name": row.get("name"), "parameter_count": count}
        error = row.get("parameters_error")
        return Output([row], summary, error or f"Package with {counted(count, 'parameter')}")

    def _package(self, name: str) -> dict[str, Any]:
        """By its id, where the name is one; else by its name."""
        packages, number = self._tanium.packages, id_in_text(name)
        if number is not None:
            try:
                return packages.get_package_by_id(number)
            except NotFoundError:
                pass  # a package may be called by a number
        return packages.get_package(name)


def _decoded(package: dict[str, Any]) -> dict[str, Any]:
    """A package with its parameters decoded; a definition that cannot be read costs only them. The
    package of an action has the values that it was issued with.
    """
    row = {name: value for name, value in package.items() if name not in _NOT_SHOWN}
    rules = Rules.of(package)
    row["verifies"], row["judges_exit_code"] = rules
    row["sensor_sourced"] = sensor_sourced(package)
    try:
        parameters = package_parameters(package)
    except TaniumError as error:
        return {**row, "parameters": [], "parameters_error": str(error)}
    given = package.get("parameters")
    values = {
        each.get("key"): each["value"]
        for each in objects(given if isinstance(given, list) else [])
        if "value" in each
    }
    row["parameters"] = [
        {
            **each.as_row(),
            "allowed": allowed(each),
            **({"value": values[each.key]} if each.key in values else {}),
        }
        for each in parameters
    ]
    return row
