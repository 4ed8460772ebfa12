# File: test_fuzz.py
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
"""Whatever a server sends: a run ends in time and within its memory, its messages are printable and
without any part of a secret, SOAR's database takes its result, and that is right or failed.

The examples are the same in every run; their numbers in `GROUPS` bound the time that they take.
"""

from __future__ import annotations

import json
import resource
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from dev.simulator import seed
from dev.simulator.faults import Fault, Reply
from dev.simulator.server import SimulatorServer
from dev.soar import LocalSoar, Profile
from dev.soar.web.server import SoarServer
from tanium_tr.errors import DOUBT
from tests.conftest import ASSET, Run, run_on
from tests.faults import mutations
from tests.faults.conftest import left_in_vault
from tests.faults.mutations import COSTLY, Sent, json_changes, wire_changes
from tests.faults.test_matrix import Place, Route, compared, place, tanium
from tests.faults.test_messages import assert_shown_well, assert_storable
from tests.ingest.conftest import configuration, trusting
from tests.receiver.test_entry_points import ALERT, AUDIT, Sender, counts, soar_with, stored
from tests.variants import (
    ACTIONS,
    AUTHENTICATION,
    INGEST,
    PLAIN,
    VARIANTS,
    Variant,
    fixed,
    reads_by_post,
)


__all__ = ["place", "tanium"]

MEMORY = 400 * 1024  # KB of runs and simulator together
CPU_SECONDS, SECONDS = 10.0, 60.0
TOKEN = {"api_token": seed.TOKEN}
ACCOUNT = {"username": seed.ANALYST.name, "password": seed.ANALYST.password}


def bounded(examples: int) -> settings:
    """So many, and none of them is made smaller when it fails, which takes minutes."""
    return settings(
        max_examples=examples,
        phases=(Phase.explicit, Phase.generate),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )


class Group(NamedTuple):
    examples: int
    variants: list[Variant]
    login: dict[str, str] = TOKEN


RAW = ("probe", "make request")
USUAL = [
    variant for variant in VARIANTS if variant.succeeds and variant.action not in (*INGEST, *RAW)
]
SPECIFIED = [
    each._replace(settings={**each.settings, "dialect": "specified"})
    for each in USUAL
    if "dialect" not in each.settings
]
BOTH = [*USUAL, *SPECIFIED]
POLL = Variant("on poll", fixed(container_count=1000))
GROUPS = {
    "reads": Group(30, [each for each in BOTH if ACTIONS[each.action].read_only]),
    "writes": Group(30, [each for each in BOTH if not ACTIONS[each.action].read_only]),
    "downloads": Group(15, [each for each in USUAL if each.action in ("get file", "collect file")]),
    "polls": Group(12, [each for each in BOTH if each.action == POLL.action]),
    "raw requests": Group(10, [each for each in VARIANTS if each.action in RAW]),
    "logins": Group(12, [PLAIN["list labels"], PLAIN["delete connection"]], ACCOUNT),
}


def most_memory() -> int:
    """KB that this process has had at once so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Healthy(NamedTuple):
    """An undisturbed run of a variant: what it gives, and its requests."""

    run: Run
    routes: list[Route]


def assert_harmless(run: Run, soar: LocalSoar, *secrets: str) -> None:
    assert_shown_well(run, *secrets)
    assert_storable(run.result)
    assert "unexpected error" not in run.message, run.message
    assert not any("Unexpected" in line for line in run.progress)
    for each in (*soar.containers(), *soar.artifacts()):
        assert_storable(each)
    assert left_in_vault(soar) == []


class Fuzzed:
    """Runs of which one request, or all from it on, are answered in another way."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._healthy: dict[int, Healthy] = {}
        self._memory = most_memory()

    def healthy(self, variant: Variant) -> Healthy:
        found = self._healthy.get(id(variant))
        if not found:
            run = self.place.run(variant)
            routes = [
                Route(variant, each.method, each.path, False, False)
                for each in self.place.tanium.log
            ]
            found = self._healthy[id(variant)] = Healthy(run, routes)
        return found

    def run(
        self,
        variant: Variant,
        number: int,
        is_lasting: bool,
        change: Any,
        works: bool = True,
    ) -> Run:
        after = number % len(self.healthy(variant).routes)
        times = None if is_lasting else 1
        fault = Fault("edit", after=after, times=times, work=works, value=change)
        started, cpu = time.monotonic(), time.process_time()
        run = self.place.run(variant, fault)
        assert time.monotonic() - started < SECONDS
        assert time.process_time() - cpu < CPU_SECONDS
        assert most_memory() - self._memory < MEMORY
        assert fault.applied
        sessions = self.place.tanium.state.accounts.sessions
        has_token = "api_token" in self.place.login
        assert seed.ANALYST.password not in run.message
        # With an account the app does not know the token, nor is there one to hide.
        secrets = (seed.TOKEN,) if has_token else (*sessions, "0123456789abcdef")
        assert_harmless(run, self.place.soar, *secrets)
        self._assert_done_once(variant, run)
        return run

    def _assert_done_once(self, variant: Variant, run: Run) -> None:
        if ACTIONS[variant.action].read_only:
            assert DOUBT not in run.message
        usual = Counter((each.method, each.path) for each in self.healthy(variant).routes)
        done = Counter(
            (each.method, each.path)
            for each in self.place.tanium.log
            if each.carried_out
            and each.method != "GET"
            and not reads_by_post(each.path)
            and each.path not in AUTHENTICATION
        )
        assert all(done[each] <= max(usual[each], 1) for each in done), done


@pytest.fixture
def fuzzed(place: Place) -> Iterator[Fuzzed]:
    place.log_in(TOKEN)
    mutations.over.clear()
    yield Fuzzed(place)
    mutations.over.set()


@pytest.mark.parametrize("group", GROUPS)
def test_json_of_any_shape(fuzzed: Fuzzed, group: str) -> None:
    examples, variants, login = GROUPS[group]
    fuzzed.place.log_in(login)

    @bounded(examples)
    @given(st.sampled_from(variants), st.integers(0, 9), st.booleans(), json_changes())
    def holds(variant: Variant, number: int, is_lasting: bool, change: Any) -> None:
        fuzzed.run(variant, number, is_lasting, change)

    holds()


@pytest.mark.parametrize("group", GROUPS)
def test_answers_sent_in_any_way(fuzzed: Fuzzed, group: str) -> None:
    how = wire_changes(lossy=group == "downloads")
    examples, variants, login = GROUPS[group]
    fuzzed.place.log_in(login)

    @bounded(examples)
    @given(st.sampled_from(variants), st.integers(0, 9), st.booleans(), how)
    def holds(variant: Variant, number: int, is_lasting: bool, sent: Sent) -> None:
        run = fuzzed.run(variant, number, is_lasting, sent.change, not sent.refuses)
        healthy = fuzzed.healthy(variant)
        route = healthy.routes[number % len(healthy.routes)]
        if sent.keeps:
            assert compared(run) == compared(healthy.run), (sent.name, run.message)
        if sent.loses and not route.writes and not route.is_unneeded and run.ok:
            assert compared(run) == compared(healthy.run), (sent.name, run.message)

    holds()


@pytest.mark.parametrize("sent", COSTLY, ids=lambda sent: sent.name)
@pytest.mark.parametrize("action", ["on poll", "create label"])
def test_costly_answers(fuzzed: Fuzzed, action: str, sent: Sent) -> None:
    fuzzed.place.log_in({**TOKEN, "request_timeout": "2"})
    fuzzed.run(PLAIN[action], 0, True, sent.change)


def taken(soar: LocalSoar) -> Counter[str]:
    return Counter(each["source_data_identifier"] for each in soar.containers()[1:])


def test_poll_takes_what_a_lost_answer_kept_from_the_last_one(fuzzed: Fuzzed) -> None:
    assert fuzzed.healthy(POLL).run.ok
    everything = taken(fuzzed.place.soar)
    assert len(everything) > 10

    @bounded(20)
    @given(st.integers(0, 9), st.booleans(), wire_changes(lossy=True))
    def holds(number: int, is_lasting: bool, sent: Sent) -> None:
        fuzzed.run(POLL, number, is_lasting, sent.change)
        fuzzed.place.tanium.faults.clear()

        polled = run_on(fuzzed.place.soar, "on poll", container_count=1000)

        assert polled.ok, polled.message
        assert taken(fuzzed.place.soar) == everything, sent.name

    holds()


# The endpoint for records


class SendingPlace(Place):
    def log_in(self, login: dict[str, Any]) -> None:
        self.login = login
        self.soar = LocalSoar(self.folder / str(next(self.numbers)))
        self.soar.create_asset(
            ASSET, {**login, **configuration(self.tanium)}, trusting(self.tanium)
        )


RECORDS = [f'{{"n": {number}}}' for number in range(3)]


@pytest.mark.usefixtures("place")
def test_records_are_delivered_or_kept(tmp_path: Path) -> None:
    with SimulatorServer(tls=True, alerts=3) as server:
        sending = SendingPlace(server, tmp_path / "sending", [])

        @bounded(25)
        @given(st.integers(1, 3), st.booleans(), wire_changes())
        def holds(times: int, is_lasting: bool, sent: Sent) -> None:
            server.reset()
            sending.log_in(TOKEN)
            answered = []

            def change(reply: Reply) -> Reply:
                answered.append(sent.change(reply))
                return answered[-1]

            fault = Fault("edit", times=None if is_lasting else times, work=False, value=change)
            server.faults.add(fault)
            run = run_on(sending.soar, "send records", records="\n".join(RECORDS), timeout=5)
            assert fault.applied
            assert_harmless(run, sending.soar)
            server.faults.clear()
            resent = run_on(sending.soar, "resend undelivered", include_set_aside=True)
            assert_harmless(resent, sending.soar)
            if not any(each.status.startswith("2") for each in answered):
                known = {record.decode().strip() for record in server.state.ingest.records}
                assert known >= set(RECORDS), (sent.name, run.message, resent.message)

        holds()


# The receiver


def test_receiver_takes_the_good_rows(tmp_path: Path) -> None:
    soar = soar_with(tmp_path / "soar", Profile())
    with SoarServer(soar) as server:
        senders = [Sender(server, "webhook"), Sender(server, "REST handler")]
        senders[0].headers.update(senders[1].headers)

        @bounded(50)
        @given(st.sampled_from(senders), st.integers(0, 10**6), st.booleans(), json_changes())
        def holds(sender: Sender, number: int, is_packed: bool, change: Any) -> None:
            first, last = {**ALERT, "Alert Id": f"guid-{number}"}, {**AUDIT, "id": number}
            row = change(Reply("200 OK", [], [json.dumps(AUDIT).encode()])).body()
            body = b"[%b, %b, %b]" % (json.dumps(first).encode(), row, json.dumps(last).encode())
            reply = sender.send_packed(body) if is_packed else sender.send(body)
            content = json.loads(reply.text)
            assert reply.status_code in (200, 400, 413), content
            assert (reply.status_code == 200) != ("error" in content), content
            assert reply.text.strip().isprintable()
            assert len(reply.text) < 4000
            if reply.status_code == 200:
                assert sum(counts(reply)) >= 2
                assert f"guid-{number}" in stored(soar)
            for each in (*soar.containers()[-3:], *soar.artifacts()[-3:]):
                assert_storable(each)

        holds()
