# File: probe.py
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
"""A look at a server itself: what is there, which dialect its reads speak, and what it says about
the login and the time. Only reads, each of which may fail by itself.

What is told of a failure is in the app's own words: a server's words may hold names of hosts and
users, and the report is made to be attached to a bug report.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from ..errors import (
    ApiError,
    AuthenticationError,
    ListError,
    PermissionDeniedError,
    ResponseError,
    TaniumError,
    TransportError,
)
from .call import VENDOR, Call
from .connect.logs import OPERATIONS
from .connect.rows import connect_call
from .gateway import now_call
from .json_limits import parsed
from .page_guard import PageGuard
from .problems import transport_problem
from .restrictions import BudgetError, Head
from .session import LOGIN_REFUSALS, Answer, RawAnswer, TaniumSession


if TYPE_CHECKING:
    from .clients import Tanium


MOST_REQUESTS = 25
LIMIT = 4 * 1024 * 1024  # bytes of an answer
TASKS = 50
SILENT = 3  # requests in a row without an answer, after which a server is not asked any more
NO_HOST = "probe.invalid"  # no host has such a name (RFC 6761)

PLATFORM, THREAT_RESPONSE, CONNECT = "Platform REST API", "Threat Response", "Connect"
DIRECT_CONNECT, GATEWAY = "Direct Connect", "API gateway"
GATEWAY_CONNECT, OLDER = "Direct Connect fields", "older fields"
PRESENT, MISSING, FORBIDDEN, FAILED = "present", "missing", "not permitted", "failed"
NOT_ASKED = "not asked"
NO_STATUS = "it lists data connections but reports no status"

READS: dict[str, Callable[[Tanium], object]] = {
    "list_alerts": lambda tanium: tanium.alerts.alerts_page(offset=0, limit=1),
    "list_connections": lambda tanium: tanium.connections.list_connections(),
    "list_intel": lambda tanium: tanium.intel.list_intel(limit=1, offset=0),
    "list_files": lambda tanium: tanium.files.list_files(limit=1, offset=0, sort=""),
    "list_snapshots": lambda tanium: tanium.snapshots.list_snapshots(limit=1, offset=0, sort=""),
    "list_evidence": lambda tanium: tanium.evidence.list_evidence(
        limit=1, offset=0, sort="", hostname=(), type=()
    ),
    "list_evidence_properties": lambda tanium: tanium.evidence.list_evidence_properties(),
    "list_data_connections": lambda tanium: tanium.data_connections.list_data_connections(limit=1),
}
# These need the ID of something; what earlier runs of the asset have learned is told.
LEARNED = (
    *("list_events", "count_events", "list_process_events", "get_process_tree"),
    *("get_evidence", "get_data_connection"),
)


def module_calls() -> dict[str, Call]:
    """Module -> the cheapest read that shows whether it is there."""
    endpoints = "/plugin/products/dec/v1/endpoints"
    return {
        PLATFORM: Call("GET", "/api/v2/session/current", root=""),
        THREAT_RESPONSE: Call("GET", "/status"),
        CONNECT: connect_call("GET", "/v1/status"),
        DIRECT_CONNECT: Call("GET", endpoints, root="", params={"hostname": NO_HOST}),
        GATEWAY: now_call(),
    }


class ProbedRead(NamedTuple):
    """What came of one read: a state or a dialect, and the reason of a failure."""

    name: str
    result: str
    reason: str = ""
    headers: Mapping[str, str] = {}
    body: Mapping[str, Any] = {}


class Probed(NamedTuple):
    """`task_states` is None where they cannot be read; `refused` says why the login is of no use,
    and is empty where it is accepted.
    """

    modules: dict[str, ProbedRead]
    dialects: dict[str, ProbedRead]
    task_states: set[str] | None
    heads: list[Head]
    requests: int
    refused: str
    direct_connect: ProbedRead


class ProbeSession(TaniumSession):
    """Remembers the dialect of each answer, takes no second page of any list, and does not ask
    whether a login is valid that has been accepted already.
    """

    def __init__(self, session: TaniumSession) -> None:
        super().__init__(
            session.transport,
            session.credentials,
            session.dialects,
            stop_if_cancelled=session.stop_if_cancelled,
        )
        self.answered: dict[str, str] = {}
        self.is_accepted = False

    def answer(self, call: Call, limit: int) -> RawAnswer:
        """See TaniumSession."""
        raw = super().answer(call, limit)
        self.is_accepted = self.is_accepted or raw.status not in LOGIN_REFUSALS
        return raw

    def either(self, name: str, *production: Any, **options: Any) -> Answer:
        """See TaniumSession."""
        answer = super().either(name, *production, **options)
        self.answered[name] = answer.dialect
        return answer

    def learn(self, name: str, dialect: str) -> None:
        """See TaniumSession."""
        super().learn(name, dialect)
        self.answered[name] = dialect

    def page_guard(self) -> PageGuard:
        """See TaniumSession."""
        return _OnePage(self.stop_if_cancelled)

    def _recover(self, refusal: ApiError) -> None:
        if self.is_accepted and isinstance(refusal, PermissionDeniedError):
            raise refusal
        super()._recover(refusal)


class _EnoughError(ListError):
    """The first page of a list was read."""


class _OnePage(PageGuard):
    def before_page(self) -> None:
        super().before_page()
        if self._pages:
            raise _EnoughError("The first page was read.")


class Probe:
    """One look at a server, with at most MOST_REQUESTS requests."""

    def __init__(self, session: ProbeSession, tanium: Tanium) -> None:
        self._session, self._tanium = session, tanium
        self._silent = 0
        self._refused = ""

    def look(self) -> Probed:
        """Ask for everything once."""
        transport = self._session.transport
        with transport.bounded(MOST_REQUESTS):
            modules = {name: self._read_module(name, call) for name, call in module_calls().items()}
            dialects = {name: self._dialect(name, read) for name, read in READS.items()}
            states = self._task_states()
            direct_connect = self._direct_connect(modules[GATEWAY])
            heads, requests = transport.heads, transport.requests
        dialects.update({name: self._dialect_learned(name) for name in LEARNED})
        known = [name for name in OPERATIONS if self._session.dialects.get(name)]
        dialects.update({name: self._dialect_learned(name) for name in known if name not in READS})
        modules[CONNECT] = _connect(modules[CONNECT], dialects["list_data_connections"])
        return Probed(modules, dialects, states, heads, requests, self._refused, direct_connect)

    def _read_module(self, name: str, call: Call) -> ProbedRead:
        found: list[RawAnswer] = []
        reason = self._tried(lambda: found.append(self._session.answer(call, LIMIT)))
        if not found:
            return _failed_read(name, reason)
        raw = found[0]
        if raw.refusal and not _is_of(raw.refusal, call):
            self._refused = reason_of(raw.refusal)
        answered = f"HTTP {raw.status} to {call.method} {call.path}"
        if not 200 <= raw.status < 300:
            return ProbedRead(name, _state_of(raw.status), answered)
        body = _body_of(raw.body)
        if body is None or not _is_expected(name, body):
            return ProbedRead(name, FAILED, f"{answered}, but not with what was asked for")
        return ProbedRead(name, PRESENT, headers=raw.headers, body=body)

    def _dialect(self, name: str, read: Callable[[Tanium], object]) -> ProbedRead:
        reason = self._tried(lambda: read(self._tanium))
        return (
            _failed_read(name, reason) if reason else ProbedRead(name, self._session.answered[name])
        )

    def _dialect_learned(self, name: str) -> ProbedRead:
        known = self._session.dialects.get(name)
        if known:
            return ProbedRead(name, known, "learned by earlier runs of the asset")
        return ProbedRead(name, NOT_ASKED, "it needs an ID; the first run of its action learns it")

    def _direct_connect(self, gateway: ProbedRead) -> ProbedRead:
        """Which fields the gateway has for live connections to endpoints."""
        if gateway.result != PRESENT:
            return ProbedRead(GATEWAY_CONNECT, NOT_ASKED, f"the API gateway is {gateway.result}")
        current: list[bool] = []
        reason = self._tried(lambda: current.append(self._tanium.direct_connect.is_current()))
        if reason:
            return _failed_read(GATEWAY_CONNECT, reason)
        return ProbedRead(GATEWAY_CONNECT, PRESENT if current[0] else OLDER)

    def _task_states(self) -> set[str] | None:
        states: list[Any] = []

        def read() -> None:
            page = self._tanium.tasks.list_tasks(limit=TASKS, offset=0)
            states.extend(row.get("status") for row in page.rows)

        failed = self._tried(read)
        return None if failed else {state for state in states if isinstance(state, str)}

    def _tried(self, read: Callable[[], object]) -> str:
        """Why a read failed; empty if it did not."""
        self._session.stop_if_cancelled("Cancelled while Tanium was asked.")
        if self._refused:
            return f"{_NOT_SENT}: Tanium does not accept the asset's login"
        if self._silent >= SILENT:
            return f"{_NOT_SENT}: {SILENT} requests in a row had no answer"
        try:
            read()
        except _EnoughError:
            self._silent = 0
        except TaniumError as error:
            is_silent = isinstance(error, TransportError) and not isinstance(error, BudgetError)
            self._silent = self._silent + 1 if is_silent else 0
            # A login is not tried again and again: Tanium may lock the account.
            is_of_login = isinstance(error, ApiError) and error.method == "POST"
            if isinstance(error, AuthenticationError) or (
                is_of_login and not self._session.is_accepted
            ):
                self._refused = reason_of(error)
            return reason_of(error)
        else:
            self._silent = 0
        return ""


_NOT_SENT = "not sent"


def _connect(status: ProbedRead, connections: ProbedRead) -> ProbedRead:
    """Connect, which the vendor's servers have without a status."""
    if status.result == PRESENT or connections.result != VENDOR:
        return status
    return status._replace(result=PRESENT, reason=f"{NO_STATUS}: {status.reason}")


def _failed_read(name: str, reason: str) -> ProbedRead:
    return ProbedRead(name, NOT_ASKED if reason.startswith(_NOT_SENT) else FAILED, reason)


def reason_of(error: TaniumError) -> str:
    """Why a read failed, without any word of the server's."""
    if isinstance(error, BudgetError):
        return f"{_NOT_SENT}: a probe sends at most {MOST_REQUESTS} requests"
    if isinstance(error, TransportError):
        cause = error.__cause__
        if cause is None:
            return "the answer was cut off"
        return transport_problem(cause, "base_url", "the asset's request_timeout").plain
    if isinstance(error, ListError):
        return "its list cannot be read"
    if not isinstance(error, ApiError):
        return "its answer cannot be used"
    answered = f"HTTP {error.status} to {error.method} {error.path}"
    is_nonsense = isinstance(error, ResponseError) and error.status < 300
    return f"{answered}, but not with what was asked for" if is_nonsense else answered


def clock_difference(heads: list[Head]) -> float | None:
    """Seconds by which the server's clock is ahead, from the first date that it sent, which has no
    fractions.
    """
    for head in heads:
        try:
            date = parsedate_to_datetime(head.headers.get("Date", ""))
            return date.timestamp() + 0.5 - head.at
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
    return None


def _is_expected(name: str, body: dict[str, Any]) -> bool:
    if body.get("errors"):
        return False
    data = body.get("data", body)
    return isinstance(data, list) if name == DIRECT_CONNECT else bool(data)


def _is_of(refusal: TaniumError, call: Call) -> bool:
    """Whether a valid login lacks the permission for a call; else the login itself was refused."""
    return isinstance(refusal, PermissionDeniedError) and refusal.path == call.path


def _state_of(status: int) -> str:
    if status in LOGIN_REFUSALS:
        return FORBIDDEN
    return MISSING if status == HTTPStatus.NOT_FOUND else FAILED


def _body_of(raw: bytes) -> dict[str, Any] | None:
    """The JSON object, also for a list of rows; None for what is neither."""
    try:
        body = parsed(raw)
    except (ValueError, RecursionError):
        return None
    if isinstance(body, list):
        return {"data": body}
    return body if isinstance(body, dict) else None
