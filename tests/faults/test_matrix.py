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
"""Every request of every action against every class of faults: a right result, or one clear
sentence, and nothing done twice, hidden or leaked.

The requests are those that the simulator saw when the action's variants ran undisturbed. The faults
of a class take the same way through the code, so they are dealt out in turn, and every fault meets
many requests of many actions: a request that reads meets one of each class. The first write of an
action meets all of them, a later one every second. But a write whose failure must not cost the
result, and what does not depend on the request (how a login fails, and how the text of an error is
made to do harm), are dealt out as for reads.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.log import Request
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.errors import DOUBT
from tanium_tr.soar.platform import SoarPlatform
from tanium_tr.tanium import page_guard
from tests.conftest import ASSET, Run, eventually, run_on
from tests.faults.conftest import SECRETS, TIME_OUT, leaks, left_in_vault, shorten
from tests.faults.test_messages import HOSTILE, assert_shown_well
from tests.variants import (
    ACTIONS,
    AUTHENTICATION,
    INGEST,
    INGEST_FINDINGS,
    VARIANTS,
    Variant,
    prepared,
    reads_by_post,
    serving,
)


LONGEST_MESSAGE = 900
CPU_SECONDS = 5.0  # of a run, on a machine that has much else to do
LOGIN = "/api/v2/session/login"

RIGHT, DONE = "right", "done, with another result"
FAILS, DOUBTED = "fails", "fails, and may have been carried out"


EVERY, SAMPLES, LISTS = "every request", "samples", "pages of lists"


class Case(NamedTuple):
    """A fault, and what becomes of a request that reads and of one that writes; `status` is what
    the message has to name.

    With `account` the asset has a password and no token; `login` lets the fault strike the login
    and not the action's own request. `strikes` are the requests that meet it: what is the same for
    any answer needs one read, one write and one download of every action.
    """

    name: str
    fault: dict[str, Any]
    read: str
    write: str
    status: int | None = None
    account: bool = False
    login: bool = False
    impatient: bool = False
    strikes: str = EVERY

    @property
    def is_same_for_all(self) -> bool:
        """Whether what becomes of it does not depend on the request that meets it."""
        return self.login or "body" in self.fault or self.fault["kind"] == "big_error"


def status(number: int, read: str = FAILS, write: str = FAILS, **fault: Any) -> Case:
    often = f"{fault['times']} time" if "times" in fault else "always"
    name = " ".join([str(number), often, *fault.get("headers", {}).values()])
    return Case(
        name, {"kind": "status", "status": number, "times": None, **fault}, read, write, number
    )


def wrong(name: str, value: Any, write: str = DOUBTED) -> Case:
    return Case(f"json {name}", {"kind": "json", "value": value, "times": None}, FAILS, write, 200)


def answering(name: str, body: str, content_type: str) -> Case:
    """An explanation of an error that is made to do harm."""
    fault = {"kind": "status", "status": 500, "times": None, "body": body}
    headers = {"headers": {"Content-Type": content_type}}
    return Case(name, {**fault, **headers}, FAILS, DOUBTED, 500, strikes=SAMPLES)


def page(name: str, text: str) -> Case:
    return answering(name, text, "text/html")


def cut_coding(coding: str, *, chunked: bool) -> Case:
    name = f"{coding} cut off, {'chunked' if chunked else 'with a length'}"
    fault = {"kind": "cut_coding", "coding": coding, "chunked": chunked, "times": None}
    return Case(name, fault, FAILS, DOUBTED, strikes=SAMPLES)


def late(name: str, kind: str, seconds: float = 0) -> Case:
    fault = {"kind": kind, "seconds": seconds, "times": None}
    return Case(name, fault, FAILS, DOUBTED, impatient=True)


def login(name: str, number: int | None, **fault: Any) -> Case:
    fault = {"times": None, **fault}
    return Case(name, fault, FAILS, FAILS, number, account=True, login=True)


def endless(name: str, pages: int | None) -> Case:
    fault = {"kind": "endless", "pages": pages, "times": None}
    return Case(name, fault, FAILS, FAILS, strikes=LISTS)


HALVES = (seed.TOKEN[:9], seed.TOKEN[9:])
MARKED_UP = f"<p>{HALVES[0]}<wbr>{HALVES[1]} {'<!-- -->&shy;'.join(HALVES)}</p>"
LONG_PAGE = 65_000
LATE = formatdate(4_000_000_000, usegmt=True)
PAST = formatdate(0, usegmt=True)

CLASSES: tuple[tuple[Case, ...], ...] = (
    # refused, for this dialect or at all
    (status(404),),
    (status(400), status(405), status(415)),
    (status(400, times=1), status(404, times=1)),
    (status(401), status(403)),
    (
        status(409),
        Case("redirect", {"kind": "redirect", "times": None}, FAILS, FAILS, 302),
    ),
    # repeated, with success
    (
        status(429, RIGHT, RIGHT, times=1),
        status(429, RIGHT, RIGHT, times=1, headers={"Retry-After": "2"}),
        status(429, RIGHT, RIGHT, times=1, headers={"Retry-After": PAST}),
    ),
    (
        status(502, RIGHT, DOUBTED, times=2, work=True),
        status(503, RIGHT, DOUBTED, times=1),
        status(504, RIGHT, DOUBTED, times=1, work=True),
        Case("reset before, once", {"kind": "reset_before"}, RIGHT, DOUBTED),
        Case("reset after, once", {"kind": "reset_after"}, RIGHT, DOUBTED),
    ),
    (Case("cut off, once", {"kind": "cut_off"}, RIGHT, DOUBTED),),
    # repeated in vain, or not at all
    (
        status(429),
        status(429, times=1, headers={"Retry-After": "100000"}),
        status(429, times=1, headers={"Retry-After": LATE}),
        status(502, write=DOUBTED),
        status(503, write=DOUBTED),
        status(503, write=DOUBTED, times=1, headers={"Retry-After": LATE}),
        Case("page 502", {"kind": "html_error", "times": None}, FAILS, DOUBTED, 502),
    ),
    (
        Case("reset before, always", {"kind": "reset_before", "times": None}, FAILS, DOUBTED),
        Case("reset after, always", {"kind": "reset_after", "times": None}, FAILS, DOUBTED),
        Case("cut off", {"kind": "cut_off", "times": None}, FAILS, DOUBTED),
    ),
    (
        status(500, write=DOUBTED),
        status(500, write=DOUBTED, times=1, work=True),
        Case("echoed headers", {"kind": "echo_headers", "times": None}, FAILS, DOUBTED, 500),
    ),
    # answered as nobody expects
    (
        Case("login page", {"kind": "html_login", "times": None}, FAILS, DOUBTED, 200),
        Case("broken JSON", {"kind": "broken_json", "times": None}, FAILS, DOUBTED, 200),
        wrong("error object", {"errors": [{"message": "{0} %s the simulator's error"}]}),
    ),
    (
        Case("empty body", {"kind": "empty_body", "times": None}, FAILS, DOUBTED, 200),
        wrong("null", None),
    ),
    (wrong("number", 42), wrong("text", "service unavailable")),
    (wrong("object", {}),),
    (
        Case("wrong content type", {"kind": "content_type", "times": None}, RIGHT, RIGHT),
        Case("slow", {"kind": "slow", "seconds": 0.02, "times": None}, RIGHT, RIGHT),
    ),
    # too late
    (
        late("too slow", "slow", 60),
        late("silent", "silent"),
        late("drip", "drip", TIME_OUT / 3),
    ),
    (late("drip of the head", "drip_head", TIME_OUT / 3)._replace(strikes=SAMPLES),),
    (
        cut_coding("gzip", chunked=False),
        cut_coding("gzip", chunked=True),
        cut_coding("deflate", chunked=False),
        cut_coding("raw", chunked=True),
    ),
    # explained in a text that is made to do harm
    (
        answering(
            "hostile text", json.dumps({"text": f"{HOSTILE}{seed.TOKEN}{HOSTILE}"}), "text/plain"
        ),
        answering(
            "secret in parts", json.dumps({"text": "\u200b".join(HALVES)}), "application/json"
        ),
        answering(
            "secret at the cut", json.dumps({"text": f"{'x' * 275}{seed.TOKEN}"}), "text/plain"
        ),
        page("secret in markup", MARKED_UP),
    ),
    (
        Case(
            "10 MB error",
            {"kind": "big_error", "times": None},
            FAILS,
            DOUBTED,
            500,
            strikes=SAMPLES,
        ),
        page("beginnings of tags", "<a " * (LONG_PAGE // 3)),
        page("beginnings of attributes", '<a b="' * (LONG_PAGE // 6)),
        page("beginnings of comments", "<!--" * (LONG_PAGE // 4)),
    ),
    # lists that do not end
    (endless("same page again", 1), endless("alternating pages", 2)),
    (endless("pages without an end", None),),
    # with an account
    (Case("sessions expire", {"kind": "expire_sessions"}, RIGHT, RIGHT, account=True),),
    (
        status(401)._replace(name="401 with an account", account=True),
        Case(
            "echoed headers of an account",
            {"kind": "echo_headers", "times": None},
            FAILS,
            DOUBTED,
            500,
            account=True,
        ),
    ),
    (
        login("login page at the login", 200, kind="html_login"),
        login("login answers null", 200, kind="json", value=None),
        login("login answers text", 200, kind="json", value="service unavailable", times=1),
        login("login answers nothing", 200, kind="empty_body"),
        login("login is reset", None, kind="reset_after"),
        login("login is broken", 500, kind="status", status=500),
    ),
)
CASES = tuple(itertools.chain.from_iterable(CLASSES))


# Requests whose failure must not cost the result.
UNNEEDED = (
    ("test connectivity", "GET /session/current"),
    ("test connectivity", "POST /plugin/products/gateway/graphql"),
    ("on poll", "GET /session/current"),
    ("on es poll", "GET /session/current"),
    ("list alerts", "GET /intels"),
    ("on poll", "GET /labels"),
    ("on es poll", "GET /labels"),
    ("collect file", "DELETE /conns/close/*"),
    ("get connection", "GET /conns/*"),
    ("get endpoint", "GET /system_status"),
    ("get file", "GET /filedownload/*"),
    ("collect file", "GET /filedownload/*"),
    *(
        ("investigate alert", request)
        for request in (
            *("GET /intels/*", "GET /endpoints"),
            *("GET /conns", "POST /conns/connect", "DELETE /conns/close/*"),
            *("GET /conns/*/processtrees/*", "GET /conns/*/*/events", "GET /conns/*/*/eventsCount"),
        )
    ),
    ("execute action", "GET /saved_action_approvals"),
    ("execute action", "GET /actions"),
    ("terminate process", "GET /saved_action_approvals"),
    ("terminate process", "GET /actions"),
    ("quarantine device", "GET /saved_action_approvals"),
    ("unquarantine device", "GET /saved_action_approvals"),
    ("quarantine device", "GET /actions"),
    ("unquarantine device", "GET /actions"),
)


# These requests meet the faults in the actions that do nothing else, or their path begins another
# one of the action, so that a fault would strike both: test_quick_add.py and test_signals.py in
# tests/actions show what becomes of the rest of the action then.
MET_ELSEWHERE = {
    ("create signal", "POST /sources"),
    *(
        ("quick add intel", name)
        for name in (
            *("GET /labels/*", "GET /groups/by-name/Ring%201", "GET /groups/by-name/*"),
            *("POST /intels", "PUT /intels/*/labels", "GET /intel/status", "POST /intel/deploy"),
            "POST /on-demand-scans",
        )
    ),
}
# What became of a write of these whose answer was lost is looked up.
LOOKED_UP = ("create signal", "update signal")


class Route(NamedTuple):
    """A request of an action, and the variant of the action that makes it. `follows_a_write` when
    the variant has changed something on Tanium before; `is_paged` when it asks for a part of a
    list.
    """

    variant: Variant
    method: str
    path: str
    follows_a_write: bool
    is_paged: bool

    @property
    def writes(self) -> bool:
        return self.method != "GET" and not reads_by_post(self.path)

    @property
    def name(self) -> str:
        """Without the product's root, and with a `*` for what differs between variants."""
        path = re.sub(r"^/plugin/products/[^/]+(/api)?/v1|^/api/v2", "", self.path)
        path = re.sub(r"/views/[^/]+|/[^/]*[0-9][^/]*", "/*", path)
        # Connect's collections are all alike.
        plugin = "(pluginConfigurations/[^/]+/)?"
        path = re.sub(f"/(destinations|sources)/{plugin}[a-z]+", r"/\1/collection", path)
        return f"{self.method} {path}"

    @property
    def is_unneeded(self) -> bool:
        return self.variant.action == "probe" or (self.variant.action, self.name) in UNNEEDED


SAVING = ("on poll", "on es poll", "get file", "collect file", "make request")
"""These leave something in SOAR, so that each of their runs gets a SOAR of its own."""


class Place:
    """A server and a SOAR that are as at their start for every run."""

    def __init__(self, tanium: SimulatorServer, folder: Path, waits: list[float]) -> None:
        self.tanium, self.folder, self.waits = tanium, folder, waits
        self.numbers = itertools.count()

    def log_in(self, login: dict[str, str]) -> None:
        """Makes the asset anew, with this login."""
        self.login = login
        self.soar = LocalSoar(self.folder / str(next(self.numbers)))
        self.soar.create_asset(
            ASSET,
            {
                "base_url": self.tanium.url,
                "allow_make_request": "all",
                "ingest": INGEST_FINDINGS,
                **login,
            },
        )

    def run(self, variant: Variant, *faults: Fault) -> Run:
        self.tanium.reset()
        if variant.action in SAVING:
            self.log_in(self.login)
        state = self.soar.state_file(ASSET)
        for file in (state, *state.parent.glob("*.action-*")):
            file.unlink(missing_ok=True)
        self.waits.clear()
        parameters = prepared(variant, self.tanium)
        for fault in faults:
            self.tanium.faults.add(fault)
        with serving(variant.action, self.soar):
            return run_on(self.soar, variant.action, **parameters)


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    """Whose clock stands still, so that it answers the same after every reset."""
    with SimulatorServer(
        clock=lambda: 1_800_000_000.0,
        alerts=16,
        connect_seconds=0,
        task_seconds=0,
        connect_run_seconds=0,
    ) as server:
        yield server


@pytest.fixture
def place(
    tmp_path: Path, tanium: SimulatorServer, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> Place:
    """Ten seconds of waiting for a task pass in ten milliseconds. As on a real clock, the shortest
    wait takes some time, too.
    """
    waited = [0.0]

    def sleep(_soar: SoarPlatform, seconds: float, *_interrupted: Any) -> None:
        waited[0] += max(seconds, 0.001)
        time.sleep(seconds / 1000)

    monkeypatch.setattr(SoarPlatform, "sleep", sleep)
    monkeypatch.setattr(SoarPlatform, "now", lambda _soar: waited[0])
    return Place(tanium, tmp_path / "soar", waits)


def routes(place: Place, action: str) -> Iterator[tuple[Route, Any]]:
    """Every request of the action once, with what a healthy run of it gives."""
    known = set()
    for variant in VARIANTS:
        if variant.action != action or not variant.succeeds or "dialect" in variant.settings:
            continue
        run = place.run(variant)
        assert run.ok, run.message
        wrote = False
        for request in place.tanium.log.requests():
            is_paged = {"limit", "offset"} <= request.arguments.keys()
            route = Route(variant, request.method, request.path, wrote, is_paged)
            wrote |= route.writes
            is_met = (action, route.name) in MET_ELSEWHERE or route.name in known
            if not is_met and route.path not in AUTHENTICATION:
                known.add(route.name)
                yield route, compared(run)


# Writes that are done with any successful status: the content of the answer is not needed.
SILENT = ("DELETE /", "PUT /alerts/", "POST /event-evidence", "POST /connections/*/stop")
WITHOUT_CONTENT = (
    "empty body",
    "json null",
    "json number",
    "json text",
    "json object",
    "drip",
    "cut off, once",
    "cut off",
)
# What has no body, has none in a coding.
CODED = tuple(case.name for case in CASES if case.fault["kind"] == "cut_coding")
# Which are not repeated once they have begun.
DOWNLOADS = ("GET /filedownload/data/*",)
# Success is all that these are asked for.
STATUSES = ("GET /status",)
# What a task has come to: a wait ends in words of its own.
POLLS = (
    *("GET /tasks/*", "GET /response-actions", "GET /conns", "GET /logs"),
    *("GET /actions/*", "GET /result_data/action/*"),
    "GET /connections/*/runs/*",
)
# The wait for answers goes on without one of these, and each question has an id of its own.
ASKED = (
    "POST /questions",
    *(
        f"GET /{what}/{of}/*"
        for what in ("result_info", "result_data")
        for of in ("question", "saved_question")
    ),
)
ASKING = (
    *("execute action", "run query", "list processes", "terminate process"),
    "get endpoint details",
)
WORDS = re.compile(
    r"is still .+ after [0-9]+ seconds\. .+ is still running on Tanium"
    r"|was started, but its state cannot be read: "
    r"|no computer group 'Ring 1'|the computer group 'Ring 1'"
    r"|deployment was started, but this Tanium server does not report its result"
    r"|Tanium does not say whether the computer carried it out"
    r"|is still .+ without saying whether it succeeded"
    r"|Tanium does not report the type of destination"
    r"|does not report the ID in the stored intel document"
    r"|[0-9] of [0-9] alerts are (?:known to be )?(?:resolved|dismissed)"
    r"|[Tt]his Tanium server does not (?:find|filter) alerts by guid|Tanium has no such alert"
    r"|^This Tanium server(?:'s list does not end| returns the same rows again for another offset)"
    # A probe does not say where the server is.
    r"|Tanium did not answer, or does not accept the asset's login \("
    r"|uestion [0-9]+ was not answered as wanted\."
    r"|Tanium has no results for it: they were deleted"
    r"|has answered question [0-9]+\. By a question, only"
)
REFUSALS = (400, 404, 405, 415)
AS_IT_COMES = ("make request",)
"""These hand over what a server answers, also what it repeats of a request."""
BROKEN = ("cut_off", "cut_coding", "drip", "drip_head")
"""No answer that could be handed over."""
CONTAINMENT = ("quarantine device", "unquarantine device")
PROVED = (
    *("execute action", "stop action", "stop response action", "terminate process"),
    *("delete alerts", *CONTAINMENT),
)
"""These look whether a change was made before they say that its answer was lost."""
WHOLE = ("list connections", "list evidence")
"""Production servers give these lists whole, whatever is asked for."""


def expected(case: Case, route: Route) -> tuple[str, ...]:
    """The outcomes that are right."""
    if case.login:
        return (case.read,)
    if route.is_unneeded:
        return (DONE, case.read)
    if case.strikes == LISTS:
        action = route.variant.action
        # Who looks for something may find it, or has seen enough.
        has_no_end = action.startswith("list ") and action not in WHOLE
        return (FAILS,) if has_no_end else (RIGHT, DONE, FAILS)
    is_handed_over = case.status in (None, 200) and case.fault["kind"] not in BROKEN
    if route.variant.action in AS_IT_COMES and is_handed_over:
        # An answer is handed over, whatever it is.
        return (RIGHT, DONE, case.write) if route.writes else (RIGHT, DONE, case.read)
    if case.status in REFUSALS:
        # The other dialect's request may do instead.
        return (RIGHT, case.write) if route.writes else (RIGHT, DONE, case.read)
    if route.follows_a_write and route.name in POLLS:
        return (case.read, DONE)
    if route.variant.action in ASKING and route.name in ASKED:
        return (case.read, RIGHT, DONE)
    if route.name in DOWNLOADS and case.name == "cut off, once":
        return (FAILS,)
    if route.writes and route.variant.action in PROVED:
        return (DONE, RIGHT, case.write)
    if route.writes and route.name.startswith(SILENT) and case.name in (*WITHOUT_CONTENT, *CODED):
        return (DONE, case.write)
    if route.variant.action == "quick add intel" and case.read == RIGHT:
        return (RIGHT, DONE)  # Tanium gives each document that it makes an id of its own
    if route.writes and route.variant.action in LOOKED_UP and case.write == DOUBTED:
        return (RIGHT, DONE, DOUBTED)
    if case.name == "json object" and (route.writes or route.name in STATUSES):
        return (DONE, case.write)
    return (case.write if route.writes else case.read,)


def compared(run: Run) -> Any:
    """What a run gives, without what differs from one to the next."""
    if run.rows and "vault_id" in run.rows[0]:
        return [(row["name"], row["size"], row["metadata"]["sha256"]) for row in run.rows]
    reported = run.rows, run.summary, run.message
    # Every action has a mark of its own behind its name.
    return json.loads(re.sub(r"\[[0-9a-f]{10}\]", "[mark]", json.dumps(reported)))


def outcome_of(run: Run, healthy: Any) -> tuple[str, ...]:
    if run.ok:
        return (RIGHT, DONE) if compared(run) == healthy else (DONE,)
    is_doubted = DOUBT in run.message or "may have been issued" in run.message
    return (DOUBTED,) if is_doubted else (FAILS,)


def is_named(request: Request, status: int | None, message: str) -> bool:
    found = f"HTTP {status} to " if status else "No answer from "
    return found in message and f" to {request.method} " in message and request.path in message


def assert_clear(run: Run, case: Case, place: Place) -> None:
    """One sentence that names operation and status, and nothing of the program's inside."""
    assert 40 < len(run.message) <= LONGEST_MESSAGE
    assert not (case.name in REPEATING and "not end. Read so far: 20 rows" in run.message)
    if not WORDS.search(run.message):
        refused = [seen for seen in place.tanium.log if seen.fault or (seen.status or 0) >= 400]
        assert any(
            is_named(seen, case.status if seen.fault else seen.status, run.message)
            for seen in refused
        ), run.message
    assert not any(
        word in run.message
        for word in ("Traceback", "Unexpected", "does not expect", "\n", "None", "  ")
    )
    assert re.search(r"[.)]$|\. (?:Ingested alerts|Created findings): [0-9]+$", run.message)
    assert not any("Unexpected" in line for line in run.progress)
    # What has been done or begun is told in the summary of a failure, too.
    assert run.summary == {} or re.search(
        "was not answered as wanted|may have been issued|^Successfully issued|^Action [0-9]+ "
        "|^[0-9]+ of [0-9]+ (endpoints? (quarantined|released)|alerts are)",
        run.message,
    )


def struck(route: Route, case: Case) -> tuple[str, str]:
    """Method and path of the request that meets the fault."""
    return ("POST", LOGIN) if case.login else (route.method, route.path)


def meet(place: Place, route: Route, case: Case, healthy: Any) -> None:
    """One run that meets the fault, and everything that has to hold then."""
    method, path = struck(route, case)
    fault = Fault(method=method, path_contains=path, **case.fault)

    started = time.process_time()

    run = place.run(route.variant, fault)

    assert time.process_time() - started < CPU_SECONDS
    # A client that has given up may be ahead of the server.
    assert eventually(lambda: bool(fault.applied)), "the fault was never met"
    outcomes = set(outcome_of(run, healthy)) & set(expected(case, route))
    assert outcomes, f"{'succeeded' if run.ok else 'failed'}: {run.message}"
    assert sum(place.waits) < 60 or route.name in POLLS
    assert left_in_vault(place.soar) == []
    assert case.strikes != LISTS or fault.applied <= MOST_PAGES or route.name in POLLS
    assert_shown_well(run)
    secrets = SECRETS + tuple(place.tanium.state.accounts.sessions)
    repeats_secrets = case.fault["kind"] == "echo_headers" or "body" in case.fault
    if route.variant.action in AS_IT_COMES and repeats_secrets:
        assert not any(
            secret in text for text in (run.message, *run.progress) for secret in secrets
        )
    else:
        assert leaks(place.soar, run.message, str(run.result), *run.progress, secrets=secrets) == []
    if not run.ok:
        assert_clear(run, case, place)
        assert place.soar.vault_items() == []
    if route.writes and route.is_unneeded:
        assert carried_out(place.tanium, route) <= 1
    elif route.writes:
        works = (fault.works or RIGHT in outcomes) and not case.login
        times = int(works and not (fault.works and case.status in REFUSALS))
        assert eventually(lambda: carried_out(place.tanium, route) == times)


OF_MANY_PARTS = (
    *("probe", "investigate alert", "collect file", "execute action", "terminate process"),
    *("quarantine device", "unquarantine device", "list processes", "get endpoint details"),
    *("run data connection", "start response action", "stop response action"),
)
"""These read what other actions read, all of it in each run."""
OTHERS_PARTS = 8  # of so many classes, each of those reads meets one


class Dealer:
    """Which cases the requests of an action meet. One is a sample when it is the action's first
    read or write, or a download.
    """

    def __init__(self, action: str, *, account: bool, few: bool) -> None:
        """`few`: each request meets a fault of few classes, as in a sample of the tests."""
        self._few = few
        self._classes = [alike for alike in CLASSES if alike[0].account == account]
        self._turns = itertools.count(MET_BY.index(action))
        self._known: set[bool] = set()

    def deal(self, route: Route) -> list[Case]:
        turn = next(self._turns)
        is_sample = route.writes not in self._known or route.name in DOWNLOADS
        self._known.add(route.writes)
        strikes = {EVERY: True, SAMPLES: is_sample, LISTS: route.is_paged}
        classes = [alike for alike in self._classes if strikes[alike[0].strikes]]
        if self._few or (route.variant.action in OF_MANY_PARTS and not route.writes):
            classes = classes[turn % OTHERS_PARTS :: OTHERS_PARTS]
        dealt: list[Case] = []
        for alike in classes:
            is_one = alike[0].is_same_for_all or route.is_unneeded or not route.writes
            if self._few or is_one:
                dealt.append(alike[turn % len(alike)])
            elif is_sample:
                dealt += alike
            else:
                dealt += alike[turn % min(2, len(alike)) :: 2]
        return dealt


PAGE = 4
PAGE_SIZES = {
    *("ALERTS_PAGE", "CONNECTIONS_PAGE", "EVENTS_PAGE", "EVIDENCE_PAGE", "FILES_PAGE"),
    *("INTEL_PAGE", "LABELS_PAGE", "LIST_PAGE", "LOGS_PAGE", "SNAPSHOTS_PAGE", "TASKS_PAGE"),
}
REPEATING = ("same page again", "alternating pages")
MOST_PAGES = 15  # of a list that ends at five, which may be read in more than one way


def scale_down(patched: pytest.MonkeyPatch) -> None:
    """Lists end at five pages, which are small."""
    patched.setattr(page_guard, "MOST_ROWS", 5 * PAGE)
    for name, module in list(sys.modules.items()):
        if name.startswith("tanium_tr."):
            for constant in vars(module).keys() & PAGE_SIZES:
                patched.setattr(module, constant, PAGE)


def carried_out(tanium: SimulatorServer, route: Route) -> int:
    done = tanium.log.requests(method=route.method, path_contains=route.path)
    return sum(request.carried_out for request in done)


MET_BY = sorted(set(ACTIONS) - set(INGEST))


@pytest.mark.parametrize("action", MET_BY)
def test_every_request_meets_every_fault(
    place: Place, capfd: pytest.CaptureFixture[str], request: pytest.FixtureRequest, action: str
) -> None:
    few = bool(request.config.getoption("sample"))
    account = {"username": seed.ANALYST.name, "password": seed.ANALYST.password}
    wrong = []
    for by_account, login in enumerate(({"api_token": seed.TOKEN}, account)):
        place.log_in(login)
        dealer = Dealer(action, account=bool(by_account), few=few)
        for route, healthy in routes(place, action):
            for case in dealer.deal(route):
                method, path = struck(route, case)
                with pytest.MonkeyPatch.context() as patched:
                    if case.impatient:
                        shorten(patched, case.fault["kind"], path, method=method)
                    if case.strikes == LISTS:
                        scale_down(patched)
                    try:
                        meet(place, route, case, healthy)
                    except AssertionError as error:
                        wrong.append(f"{route.name}, {case.name}: {error}")
    assert not wrong, "\n".join(wrong)
    assert leaks(place.soar, *capfd.readouterr()) == []
