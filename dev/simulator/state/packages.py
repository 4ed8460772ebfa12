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
"""The packages, and the clones that actions are issued with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.questions.model import text_hash
from dev.simulator.state.parameter_definitions import definition
from dev.simulator.times import DAY, iso_seconds


Row = dict[str, Any]

NOT_FOUND = "PackageNotFound"
FIRST_CLONE = 5001


class Packages:
    """`all` is a plain list: a test may add to it, or replace one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._started = clock()
        self._cloned_at: dict[int, float] = {}
        self.all = list(seed.PACKAGES)

    def seen_by(self, user: seed.User) -> list[seed.PackageSeed]:
        return [each for each in self.all if user.sees(each.content_set)]

    def by_id(self, number: int, user: seed.User) -> seed.PackageSeed:
        return self._found([each for each in self.seen_by(user) if each.id == number], number)

    def by_name(self, name: str, user: seed.User) -> seed.PackageSeed:
        """A clone has the name of its package, and is not found by it."""
        same = [
            each
            for each in self.seen_by(user)
            if each.name.casefold() == name.casefold() and not each.hidden
        ]
        return self._found(same, name)

    def clone(self, package: seed.PackageSeed, given: list[Row]) -> seed.PackageSeed:
        """The hidden package of one action. The parameters are not compared with the definition."""
        number = max(FIRST_CLONE, *(each.id + 1 for each in self.all))
        made = package._replace(
            id=number,
            hidden=True,
            source_id=package.source_id or package.id,
            given=tuple({"key": each["key"], "value": each.get("value")} for each in given),
        )
        self._cloned_at[number] = self._clock()
        self.all.append(made)
        return made

    def row(self, package: seed.PackageSeed) -> Row:
        made = iso_seconds(self._cloned_at.get(package.id, self._started - 200 * DAY))
        row: Row = {
            "id": package.id,
            "name": package.name,
            "display_name": package.name,
            "command": package.command,
            "command_timeout": package.command_timeout,
            "expire_seconds": package.expire_seconds,
            "content_set": {
                "id": package.content_set,
                "name": seed.CONTENT_SETS[package.content_set],
            },
            "files": [_file(package, name, made) for name in package.files],
            "parameter_definition": self._definition(package),
            "source_id": package.source_id,
            "source_hash": _digest(package.name) if package.source_id else "",
            "source_hash_changed_flag": False,
            "hidden_flag": package.hidden,
            "skip_lock_flag": False,
            "process_group_flag": True,
            "verify_group": {"id": package.verify_group},
            "verify_group_id": package.verify_group,
            "verify_expire_seconds": package.verify_expire_seconds,
            **_history(made),
            "metadata": [],
        }
        if package.given:
            row["parameters"] = [{**each, "type": 0} for each in package.given]
        if package.exit_code_criteria is not None:
            row["exit_code_criteria"] = package.exit_code_criteria
        return row

    def specified_row(self, package: seed.PackageSeed) -> Row:
        """The object of the OpenAPI file, whose parameters are a list."""
        row = self.row(package)
        names = ("id", "name", "display_name", "command", "command_timeout", "expire_seconds")
        return {
            **{name: row[name] for name in (*names, "content_set")},
            "files": [
                {name: each[name] for name in ("id", "name", "hash", "size")}
                for each in row["files"]
            ],
            "parameters": [
                {"key": each.key, "default_value": each.default, "label": each.label}
                for each in package.parameters
                if each.key is not None
            ],
            "mod_time": row["modification_time"],
            "creation_time": row["creation_time"],
        }

    @staticmethod
    def _definition(package: seed.PackageSeed) -> str:
        if package.definition is not None:
            return package.definition
        return definition(package.parameters)

    @staticmethod
    def _found(found: list[seed.PackageSeed], wanted: object) -> seed.PackageSeed:
        if not found:
            raise PlatformError(404, NOT_FOUND, f"no package '{wanted}'")
        return found[0]


def _history(made: str) -> Row:
    user = seed.ANALYST
    return {
        "creation_time": made,
        "modification_time": made,
        "last_update": made,
        "available_time": made,
        "deleted_flag": False,
        "last_modified_by": user.name,
        "mod_user": {
            "id": user.id,
            "name": user.name,
            "domain": user.domain,
            "display_name": user.name.title(),
        },
    }


def _file(package: seed.PackageSeed, name: str, moment: str) -> Row:
    """Its size and hash are made of its name."""
    number = text_hash(f"{package.name}/{name}")
    size = 2000 + number % 90_000
    return {
        "id": number % 100_000,
        "name": name,
        "hash": _digest(name),
        "size": size,
        "source": "",
        "status": 200,
        "cache_status": "CACHED",
        "bytes_total": size,
        "bytes_downloaded": size,
        "download_seconds": 0,
        "download_start_time": moment,
        "last_download_progress_time": moment,
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
