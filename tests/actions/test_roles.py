# File: test_roles.py
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
"""The role lists of docs/permissions.md, as far as the simulator enforces permissions. That each
action succeeds with what it declares is tests/contract/test_results.py's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from dev.action_specs import ActionSpec
from dev.permissions import granted, roles
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.permissions import server_name
from tests.conftest import run_on
from tests.variants import ACTIONS, INGEST, PLAIN, grant, prepared, run_variant


ROLES = roles(list(ACTIONS.values()))
# Without its permission the first does with less, the second goes another way, the third asks SOAR
# first.
REFUSED_OTHERWISE = ("get action results", "quarantine device", "on es poll")


@pytest.mark.parametrize("role", ROLES)
def test_role_may_do_what_it_is_for_and_no_more(
    tanium: SimulatorServer, soar: LocalSoar, role: str
) -> None:
    names = granted(ROLES[role])
    grant(tanium, names)
    for spec in _one_of_each_need(ROLES[role]):
        run_variant(PLAIN[spec.name], tanium, soar)
        tanium.state.actions.scripts.clear()  # what a variant lets endpoints report

    for spec in _one_of_each_need(each for each in ACTIONS.values() if each not in ROLES[role]):
        missing = [each for each in spec.permissions if server_name(each) not in names]
        if not missing or spec.name in REFUSED_OTHERWISE:
            continue
        parameters = prepared(PLAIN[spec.name], tanium)
        refused = run_on(soar, spec.name, **parameters)

        assert not refused.ok, spec.name
        assert "The login is valid but lacks the permission" in refused.message
        assert all(f"'{each}'" in refused.message for each in missing), refused.message


def _one_of_each_need(specs: Iterable[ActionSpec]) -> Iterable[ActionSpec]:
    """The first action of those that declare the same permissions, and what deletes last. Records
    go elsewhere.
    """
    found: dict[Any, ActionSpec] = {}
    for spec in specs:
        if spec.name not in INGEST:
            found.setdefault(spec.needs, spec)
    return sorted(found.values(), key=lambda spec: spec.name.startswith("delete"))
