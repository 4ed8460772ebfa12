# File: test_matrix.py
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
"""Every request of every action against every fault: a right result, or one clear sentence, and
nothing done twice, hidden or leaked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any, NamedTuple

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.errors import DOUBT
from tests.conftest import ASSET, Run, eventually, run_on
from tests.faults.conftest import SECRETS, TIME_OUT, leaks, left_in_vault
from tests.faults.routes import READS, WRITES, Route


LONGEST_MESSAGE = 900
LOGIN = "/api/v2/session/login"

RIGHT, FAILS, DOUBTED, IN_OTHER_WORDS = (
    "right",
    "fails",
    "fails, and may have been carried out",
    "fails in the action's words",
)


class Case(NamedTuple):
    """A fault, and what becomes of a request that reads and of one that writes; `status` is what
    the message has to name.

    With `account` the asset has a password and no token; `login` lets the fault strike the login
    and not the action's own request.
    """

    name: str
    fault: dict[str, Any]
    read: str
    write: str
    status: int | None = None
    account: bool = False
    login: bool = False
    impatient: bool = False


def status(number: int, read: str = FAILS, write: str = FAILS, **fault: Any) -> Case:
    often = f"{fault['times']} time" if "times" in fault else "always"
    name = " ".join([str(number), often, *fault.get("headers", {}).values()])
    return Case(
        name, {"kind": "status", "status": number, "times": None, **fault}, read, write, number
    )


def wrong(name: str, value: Any, write: str = DOUBTED) -> Case:
    return Case(f"json {name}", {"kind": "json", "value": value, "times": None}, FAILS, write, 200)


LATE = formatdate(4_000_000_000, usegmt=True)
PAST = formatdate(0, usegmt=True)

CASES = (
    *(status(number) for number in (400, 401, 403, 404, 405, 409, 415)),
    *(status(number, times=1) for number in (400, 404)),
    status(429),
    status(429, RIGHT, times=1),
    status(429, RIGHT, times=1, headers={"Retry-After": "2"}),
    status(429, RIGHT, times=1, headers={"Retry-After": PAST}),
    status(429, times=1, headers={"Retry-After": "100000"}),
    status(429, times=1, headers={"Retry-After": LATE}),
    status(500, write=DOUBTED),
    status(500, write=DOUBTED, times=1, work=True),
    status(502, write=DOUBTED),
    status(502, RIGHT, DOUBTED, times=2, work=True),
    status(503, write=DOUBTED),
    status(503, RIGHT, DOUBTED, times=1),
    status(503, write=DOUBTED, times=1, headers={"Retry-After": LATE}),
    status(504, RIGHT, DOUBTED, times=1, work=True),
    Case(
        "401 with an account",
        {"kind": "status", "status": 401, "times": None},
        FAILS,
        FAILS,
        401,
        account=True,
    ),
    Case("page 502", {"kind": "html_error", "times": None}, FAILS, DOUBTED, 502),
    Case("login page", {"kind": "html_login", "times": None}, FAILS, DOUBTED, 200),
    Case("10 MB error", {"kind": "big_error", "times": None}, FAILS, DOUBTED, 500),
    Case("echoed headers", {"kind": "echo_headers", "times": None}, FAILS, DOUBTED, 500),
    Case(
        "echoed headers of an account",
        {"kind": "echo_headers", "times": None},
        FAILS,
        DOUBTED,
        500,
        account=True,
    ),
    Case("redirect", {"kind": "redirect", "times": None}, FAILS, FAILS, 302),
    Case("reset before, once", {"kind": "reset_before"}, RIGHT, DOUBTED),
    Case("reset before, always", {"kind": "reset_before", "times": None}, FAILS, DOUBTED),
    Case("reset after, once", {"kind": "reset_after"}, RIGHT, DOUBTED),
    Case("reset after, always", {"kind": "reset_after", "times": None}, FAILS, DOUBTED),
    Case("cut off", {"kind": "cut_off", "times": None}, FAILS, DOUBTED),
    Case("broken JSON", {"kind": "broken_json", "times": None}, FAILS, DOUBTED, 200),
    Case("empty body", {"kind": "empty_body", "times": None}, FAILS, DOUBTED, 200),
    wrong("null", None),
    wrong("number", 42),
    wrong("text", "service unavailable"),
    wrong("error object", {"errors": [{"message": "{0} %s the simulator's error"}]}),
    wrong("object", {}),
    Case("wrong content type", {"kind": "content_type", "times": None}, RIGHT, RIGHT),
    Case("sessions expire", {"kind": "expire_sessions"}, RIGHT, RIGHT, account=True),
    Case("slow", {"kind": "slow", "seconds": 0.02, "times": None}, RIGHT, RIGHT),
    Case(
        "too slow", {"kind": "slow", "seconds": 60, "times": None}, FAILS, DOUBTED, impatient=True
    ),
    Case("silent", {"kind": "silent", "times": None}, FAILS, DOUBTED, impatient=True),
    Case(
        "drip",
        {"kind": "drip", "seconds": TIME_OUT / 3, "times": None},
        FAILS,
        DOUBTED,
        impatient=True,
    ),
    Case(
        "login page at the login",
        {"kind": "html_login", "times": None},
        FAILS,
        FAILS,
        200,
        account=True,
        login=True,
    ),
    Case(
        "login answers null",
        {"kind": "json", "value": None, "times": None},
        FAILS,
        FAILS,
        200,
        account=True,
        login=True,
    ),
    Case(
        "login answers text",
        {"kind": "json", "value": "service unavailable"},
        FAILS,
        FAILS,
        200,
        account=True,
        login=True,
    ),
    Case(
        "login answers nothing",
        {"kind": "empty_body", "times": None},
        FAILS,
        FAILS,
        200,
        account=True,
        login=True,
    ),
    Case(
        "login is reset",
        {"kind": "reset_after", "times": None},
        FAILS,
        FAILS,
        account=True,
        login=True,
    ),
    Case(
        "login is broken",
        {"kind": "status", "status": 500, "times": None},
        FAILS,
        FAILS,
        500,
        account=True,
        login=True,
    ),
)


# A group that is not there is told in the action's words, and so is one without an id. A status
# that holds nothing is one.
READ_DIFFERS = {
    **{
        ("/groups/by-name/", name): IN_OTHER_WORDS
        for name in ("400 always", "400 1 time", "404 always", "404 1 time", "json object")
    },
    ("/status", "json object"): RIGHT,
}
HARMLESS_WITHOUT_ANSWER = (
    "empty body",
    "json null",
    "json number",
    "json text",
    "json object",
    "drip",
)


def expected(case: Case, route: Route) -> str:
    if route.effect is None:
        return READ_DIFFERS.get((route.path, case.name), case.read)
    # Only the content of the answer is missing, where no content is needed. Connections are closed
    # and deleted without any.
    if route.silent_success and (
        case.name in HARMLESS_WITHOUT_ANSWER or (case.name == "cut off" and "/conns/" in route.path)
    ):
        return RIGHT
    return case.write


def compared(run: Run) -> Any:
    """What a run gives, without what differs from one to the next."""
    if run.rows and "vault_id" in run.rows[0]:
        return [(row["name"], row["size"], row["metadata"]["sha256"]) for row in run.rows]
    if run.message == "Quick scan started":
        return [row["computerGroupId"] for row in run.rows]
    return run.rows, run.summary, run.message


@pytest.fixture(scope="module")
def shared() -> Iterator[SimulatorServer]:
    """A server for requests that change nothing on it."""
    with SimulatorServer(alerts=8, idle_minutes=1000) as server:
        yield server


@pytest.fixture
def tanium(request: pytest.FixtureRequest, route: Route) -> Iterator[SimulatorServer]:
    """A new server for every write, so that what was done on it can be counted."""
    if route.effect:
        with SimulatorServer(alerts=1) as server:
            yield server
    else:
        server = request.getfixturevalue("shared")
        yield server
        server.faults.clear()
        server.log.clear()


def assert_clear(run: Run, case: Case, route: Route) -> None:
    """One sentence that names operation and status, and nothing of the program's inside."""
    assert not run.ok
    assert 40 < len(run.message) <= LONGEST_MESSAGE
    assert (
        f"HTTP {case.status} to " in run.message
        if case.status
        else "No answer from " in run.message
    )
    assert (
        f"POST {LOGIN}" in run.message
        if case.login
        else f" to {route.method} " in run.message and route.path in run.message
    )
    assert not any(
        word in run.message
        for word in ("Traceback", "Unexpected", "does not expect", "\n", "None", "  ")
    )
    assert run.message.endswith((".", ")"))
    assert not any("Unexpected" in line for line in run.progress)
    assert run.summary == {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("route", READS + WRITES, ids=lambda route: route.id)
def test_every_request_meets_every_fault(
    request: pytest.FixtureRequest,
    tanium: SimulatorServer,
    soar: LocalSoar,
    waits: list[float],
    capfd: pytest.CaptureFixture[str],
    route: Route,
    case: Case,
) -> None:
    if case.account:
        soar.update_asset(
            ASSET,
            {
                "base_url": tanium.url,
                "username": seed.ANALYST.name,
                "password": seed.ANALYST.password,
            },
        )
    parameters = route.parameters(tanium)
    method, path = ("POST", LOGIN) if case.login else (route.method, route.path)
    if case.impatient:
        request.getfixturevalue("impatient")(case.fault["kind"], path)
    fault = tanium.faults.add(Fault(method=method, path_contains=path, **case.fault))

    started = time.monotonic()
    run = run_on(soar, route.action, **parameters)
    took = time.monotonic() - started

    outcome = expected(case, route)
    # A client that has given up may be ahead of the server.
    assert eventually(lambda: bool(fault.applied)), "the fault was never met"
    assert took < 20
    assert sum(waits) < 60
    assert left_in_vault(soar) == []
    sessions = tuple(tanium.state.accounts.sessions)
    assert (
        leaks(
            soar,
            run.message,
            str(run.result),
            *run.progress,
            *capfd.readouterr(),
            secrets=SECRETS + sessions,
        )
        == []
    )
    if outcome == RIGHT:
        assert run.ok, run.message
    elif outcome == IN_OTHER_WORDS:
        assert (
            "the computer group 'Ring 1'" in run.message
            or "no computer group 'Ring 1'" in run.message
        )
    else:
        assert_clear(run, case, route)
        assert (DOUBT in run.message) == (outcome == DOUBTED), run.message
        assert soar.vault_items() == []
    if route.effect:
        sent = [
            seen
            for seen in tanium.log.requests(method=method, path_contains=path)
            if seen.status not in (400, 401, 404, 405, 415)
        ]
        assert len(sent) <= 1 or case.login, "a write was sent again"
        effect, times = route.effect, (fault.works or outcome == RIGHT) * (not case.login)
        assert eventually(lambda: effect(tanium) == times)
    elif outcome == RIGHT:
        # The healthy run comes second, so that the first one does not profit from what the asset
        # has learned.
        tanium.faults.clear()
        assert compared(run) == compared(run_on(soar, route.action, **parameters))
