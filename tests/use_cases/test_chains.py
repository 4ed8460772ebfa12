# File: test_chains.py
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
"""The chains on the page of use cases do what the page says, with the very data paths that stand
there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, NamedTuple

import pytest
from local_soar import containers

from dev.demo import questions
from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.settings import QUICK
from dev.soar.runtime import LocalSoar
from dev.soar.web.server import SoarServer
from tanium_tr.ingestion.cef import CONTAINS
from tests.conftest import ASSET
from tests.containment.containing import quickly
from tests.ingest.conftest import configuration, ingest_fault, trusting
from tests.use_cases.chains import PATH, Chain, chains
from tests.use_cases.playbook import APP, FORMATTED, Playbook, datapath, declared


HOST = seed.FINANCE_12
PUSHED = seed.MAC.hostname


class World(NamedTuple):
    """A SOAR that has polled, its receiver, and the server."""

    soar: LocalSoar
    tanium: SimulatorServer
    receiver: SoarServer

    def alert(self) -> dict[str, Any]:
        """The newest about a process of the host."""
        found = [
            row
            for row in self.tanium.state.alerts.rows()
            if row["computerName"] == HOST.hostname and row["matchType"] == "process"
        ]
        return found[-1]

    def container(self) -> int:
        """That of the alert."""
        return self.container_of(self.alert()["guid"])

    def container_of(self, guid: str) -> int:
        found = self.soar.containers()
        (number,) = (row["id"] for row in found if row.get("source_data_identifier") == guid)
        return int(number)


class Case(NamedTuple):
    """How a chain is run: on which container each part runs (the alert's, unless it says another),
    what the playbook's inputs are, what happens outside before a step, and what must have come of
    it on the servers.
    """

    check: Callable[[World, Playbook], None]
    container: Callable[[World], int] = World.container
    inputs: Callable[[World], dict[str, str]] = lambda _: {}
    before: Callable[[World], dict[str, Callable[[], object]]] = lambda _: {}


def _taken_on(world: World, _: Playbook) -> None:
    assert world.tanium.state.alerts.get(world.alert()["id"])["state"] == "inprogress"


def _found(world: World, playbook: Playbook) -> None:
    asked = playbook.values("run_query_1:action_result.data.*.records.*.computer_name")
    (md5,) = playbook.values("filtered-data:filter_1:condition_1:artifact:*.cef.fileHashMd5")
    assert sorted(asked) == questions.computers_with(world.tanium, md5)
    details = playbook.values("get_endpoint_details_1:action_result.data.*.computer_name")
    named = {name.partition(".")[0] for name in details if name}
    assert named == {*asked}  # also the one that the gateway does not list


def _about_file(world: World) -> int:
    """The container of an alert about a file that is on its endpoint."""
    alerts = world.tanium.state.alerts.rows()
    return world.container_of(next(row["guid"] for row in alerts if row["matchType"] == "file"))


def _collected(world: World, playbook: Playbook) -> None:
    (vault_id,) = playbook.values("collect_file_1:action_result.data.*.vault_id")
    (file_id,) = playbook.values("collect_file_1:action_result.data.*.file_id")
    (item,) = [each for each in world.soar.vault_items() if each["vault_id"] == vault_id]
    assert Path(item["path"]).read_bytes()
    assert (item["name"], item["container_id"]) == ("invoice-viewer.exe", _about_file(world))
    assert file_id not in world.tanium.state.files.all


def _is_quarantined(world: World) -> bool:
    return HOST.client_id in questions.quarantined(world.tanium)


def _released(world: World, playbook: Playbook) -> None:
    issued = playbook.values("quarantine_device_2:action_result.data.*.action_id")
    issued += playbook.values("unquarantine_device_1:action_result.data.*.action_id")
    assert set(issued) <= set(questions.issued(world.tanium))
    assert not _is_quarantined(world)


def _during_containment(world: World) -> dict[str, Callable[[], object]]:
    return {
        "quarantine_device_2": lambda: _must(not _is_quarantined(world)),
        "unquarantine_device_1": lambda: _must(_is_quarantined(world)),
    }


def _must(holds: bool) -> None:
    assert holds


def _newest(world: World) -> int:
    """The container of the newest alert."""
    return world.container_of(world.tanium.state.alerts.rows()[-1]["guid"])


def _raise(world: World) -> dict[str, Callable[[], object]]:
    """An alert that nobody polls: only Connect can bring it."""
    add = world.tanium.state.alerts.add
    return {"run_data_connection_1": lambda: add(computerName=PUSHED, state="unresolved")}


def _receiver(world: World) -> dict[str, str]:
    token = world.soar.create_automation_user("Tanium Connect")
    return {"receiver_url": world.receiver.webhook_url(ASSET), "token": token}


def _answered(world: World, _: Playbook) -> None:
    pushed = world.tanium.state.alerts.rows()[-1]
    assert (pushed["computerName"], pushed["state"]) == (PUSHED, "inprogress")
    assert "trustedCertificate" in questions.destination(world.tanium, "SOAR")


def _outage(world: World) -> dict[str, Callable[[], object]]:
    fault = ingest_fault("status", status=402, times=None)
    return {
        "forward_alerts_1": lambda: world.tanium.faults.add(fault),
        "resend_undelivered_1": world.tanium.faults.clear,
    }


def _delivered(world: World, _: Playbook) -> None:
    assert questions.forwarded(world.tanium) == [world.alert()["guid"]]


def _foreign(world: World) -> int:
    """A container of another tool."""
    events = world.tanium.state.computers.recording(HOST).events("network")
    peer = next(row["remote_address"] for row in events if "remote_address" in row)
    cef = {"sourceAddress": HOST.ip, "destinationAddress": peer}
    artifact = {"name": "Traffic", "label": "event", "cef": cef}
    container = {"name": "Firewall", "label": "events", "artifacts": [artifact]}
    return containers.save_container(world.soar.installation, container).id


def _looked_at(world: World, playbook: Playbook) -> None:
    (connection_id,) = playbook.values("create_connection_1:action_result.data.*.id")
    assert questions.connections(world.tanium)[connection_id] == "disconnected"
    (wanted,) = playbook.values("artifact:*.cef.destinationAddress")
    peers = playbook.values("get_events_1:action_result.data.*.remote_address")
    assert set(peers) == {wanted}
    assert playbook.values("create_connection_1:action_result.data.*.hostname") == [HOST.hostname]


def _ended(world: World, playbook: Playbook) -> None:
    (name,) = playbook.values("filtered-data:filter_1:condition_1:artifact:*.cef.sourceProcessName")
    assert name not in {each.name for each in world.tanium.state.live_processes.of(HOST)}
    saved = world.tanium.log.requests(method="POST", path_contains="/saved_actions")
    sent = json.loads(saved[-1].body or b"")["package_spec"]
    assert [each["value"] for each in sent["parameters"]] == [name]


def _scanned(world: World, playbook: Playbook) -> None:
    (document,) = playbook.values("quick_add_intel_1:action_result.data.*.id")
    assert document in questions.intel(world.tanium)
    scans = [(intel, group) for _, intel, group in questions.scans(world.tanium)]
    assert scans == [(document, seed.WINDOWS_GROUP.id)]


def _kept(world: World, playbook: Playbook) -> None:
    stored = "filtered-data:filter_2:condition_1:list_snapshots_1:action_result.data.*.uuid"
    (snapshot,) = playbook.values(stored)
    assert questions.snapshots(world.tanium)[snapshot]
    (evidence,) = [
        row for row in questions.evidence(world.tanium) if row[2] == world.alert()["guid"]
    ]
    assert evidence[1] == HOST.hostname
    assert set(questions.connections(world.tanium).values()) != {"connected"}


CASES = {
    "Triage an alert": Case(_taken_on),
    "Find everyone who has a hash": Case(_found),
    "Collect a file": Case(_collected, _about_file),
    "Contain an endpoint and release it": Case(_released, before=_during_containment),
    "Push alerts from Connect and act on them": Case(_answered, _newest, _receiver, _raise),
    "Hand an alert on and resend what failed": Case(_delivered, before=_outage),
    "Ask all endpoints and connect to one": Case(_looked_at, _foreign),
    "End a process after a look": Case(
        _ended, inputs=lambda _: {"package_name": seed.TERMINATE_PROCESS.name}
    ),
    "Make intel of an indicator and scan for it": Case(
        _scanned, inputs=lambda _: {"computer_group": seed.WINDOWS_GROUP.name}
    ),
    "Keep evidence and a snapshot": Case(_kept),
}


def test_every_chain_is_run() -> None:
    assert [*chains()] == [*CASES]


@pytest.mark.parametrize("chain", chains().values(), ids=lambda chain: chain.title)
def test_data_paths_are_declared_and_fit(chain: Chain) -> None:
    actions = {
        step.name: step.action for part in chain.parts for step in part if step.action in APP
    }
    for path in chain.paths:
        source, keys = datapath(path)
        step = source.rpartition(":")[2]
        assert step in ("artifact", "playbook_input") or keys == (FORMATTED,) or actions[step]
        if step in actions:
            declared(actions[step], keys)

    unfit = [
        (step.name, name, value)
        for part in chain.parts
        for step in part
        if step.action in APP
        for name, value in step.values.items()
        if PATH.fullmatch(value) and not _fits(APP[step.action]["parameters"][name], value, actions)
    ]
    assert not unfit


def _fits(parameter: dict[str, Any], path: str, actions: dict[str, str]) -> bool:
    """Whether SOAR offers what the path has for the parameter."""
    source, keys = datapath(path)
    step = source.rpartition(":")[2]
    if step in actions:
        offered = declared(actions[step], keys).get("contains", [])
    elif step == "artifact":
        offered = CONTAINS.get(keys[-1], [])
    else:
        return True
    wanted = set(parameter.get("contains", []))
    return not wanted or bool(wanted & set(offered))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with SimulatorServer(tls=True, **{**QUICK, "alerts": 12}) as tanium:
        quickly(tanium)
        tanium.settings.connect_seconds = tanium.settings.connect_run_seconds = 0.0
        soar = LocalSoar(tmp_path_factory.mktemp("use-cases"))
        soar.create_asset(ASSET, configuration(tanium), trusting(tanium))
        assert soar.poll()["status"] == "success"
        with SoarServer(soar, tls=True) as receiver:
            yield World(soar, tanium, receiver)


@pytest.mark.parametrize("chain", chains().values(), ids=lambda chain: chain.title)
def test_chain_does_what_it_says(
    chain: Chain, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanium_tr.tasks.waiting.FIRST_INTERVAL", 0.02)
    monkeypatch.setattr("tanium_tr.questions.waiting.FIRST_INTERVAL", 0.02)
    case = CASES[chain.title]
    playbooks = []
    for part in chain.parts:
        playbook = Playbook(
            world.soar, case.container(world), case.inputs(world), case.before(world)
        )
        playbook.run(part)
        assert playbook.last[-1]["status"] == "success", playbook.last
        playbooks.append(playbook)

    for claim in chain.claims:
        playbook = next(each for each in reversed(playbooks) if each.has(claim.path))
        found = set(playbook.values(claim.path))
        if claim.value is None:
            assert found - {None}, claim
        else:
            assert found == {playbook.typed(claim.path, claim.value)}, claim
    assert any(claim.value for claim in chain.claims)
    case.check(world, playbooks[0])
