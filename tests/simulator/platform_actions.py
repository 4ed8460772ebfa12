# File: platform_actions.py
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
"""Issuing actions on the simulator, for the tests of the platform's part."""

from __future__ import annotations

from typing import Any

from dev.simulator import seed
from tests.simulator.platform_questions import Asker, condition


def of(*hosts: seed.Host) -> dict[str, Any]:
    """A target group that pins computers by their client ids."""
    filters = [condition("Computer ID", "Equal", host.client_id) for host in hosts]
    return {"and_flag": False, "filters": filters}


def order(package: seed.PackageSeed, **more: Any) -> dict[str, Any]:
    """The body of a saved action that reaches everybody."""
    return {
        "name": "test",
        "package_spec": {"source_id": package.id},
        "action_group": {"id": seed.DEFAULT_ALL.id},
        "expire_seconds": 600,
        **more,
    }


class Issuer(Asker):
    """Actions of one credential."""

    def saved(self, package: seed.PackageSeed, **more: Any) -> Any:
        """The reply to a new saved action."""
        reply = self.post("/saved_actions", order(package, **more))
        assert reply.status_code == 200, reply.text
        return reply.json()["data"]

    def issue(self, package: seed.PackageSeed, *hosts: seed.Host, **more: Any) -> int:
        """The number of an action on some computers."""
        number: int = self.saved(package, target_group=of(*hosts), **more)["last_action"]["id"]
        return number

    def action(self, number: int) -> Any:
        return self.get(f"/actions/{number}")

    def words(self, number: int) -> dict[str, str]:
        """What each computer reports, as it is written."""
        (result,) = self.get(f"/result_data/action/{number}")["result_sets"]
        rows = [[cell[0]["text"] for cell in row["data"]] for row in result["rows"]]
        return {name: word for name, word, _ in rows}

    def word(self, number: int, host: seed.Host) -> str | None:
        """The word alone, without number and full stop."""
        text = self.words(number).get(host.hostname)
        return None if text is None else text.partition(":")[2].rstrip(".")
