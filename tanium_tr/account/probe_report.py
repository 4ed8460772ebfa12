# File: probe_report.py
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
"""What was seen of a server, as the rows of a report that may be attached to a bug report: it has
only words of the app's own, versions, times and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ..permissions import server_name
from ..tanium.call import DIALECTS
from ..tanium.probe import (
    CONNECT,
    FAILED,
    GATEWAY,
    LEARNED,
    NO_STATUS,
    NOT_ASKED,
    PLATFORM,
    PRESENT,
    THREAT_RESPONSE,
    Probed,
    clock_difference,
)
from ..words import counted
from .privileges import KNOWN, lacking, listed


Row = dict[str, Any]

VERSION, MODULE, DIALECT, PERMISSION = "version", "module", "dialect", "permission"
GATEWAY_FIELDS = "gateway"
ACTION, TOKEN, CLOCK, STATEMENT = "action", "token", "clock", "statement"
UNKNOWN, HELD, LACKING, NONE_DECLARED = "unknown", "held", "missing", "none declared"
SETTLED, PARTLY, OPEN = "settled", "partly settled", "open"
KNOWN_STATES = {"COMPLETED", "INCOMPLETE", "ERROR"}
TOO_MANY = 429

_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,5}([.+-][0-9A-Za-z]{1,20})?")
_STATE = re.compile("[A-Z_]{2,30}")


class Login(NamedTuple):
    """How the app is logged in: by its token, which may say when it ends, or with a user name, also
    because the token `was_refused`. `has_domain`: the user has a login domain.
    """

    uses_token: bool
    was_refused: bool
    has_domain: bool
    expires: datetime | None


class ProbeReport:
    """The rows of the report, their summary and their sentence. `needed` are the permissions that
    each action declares.
    """

    def __init__(self, probed: Probed, login: Login, needed: Mapping[str, tuple[str, ...]]) -> None:
        self._probed, self._login, self._needed = probed, login, needed
        self._held = listed(probed.modules[PLATFORM].body)
        self._versions = {
            THREAT_RESPONSE: _version_in(probed.modules[THREAT_RESPONSE].body),
            CONNECT: _version_in(probed.modules[CONNECT].body),
            GATEWAY: _version(probed.modules[GATEWAY].headers.get("tanium-gateway-version")),
        }
        difference = clock_difference(probed.heads)
        self._seconds = None if difference is None else round(difference)

    def rows(self) -> list[Row]:
        """Every row has `part`, `item`, `result` and `detail`; those of actions have `missing`."""
        return [
            *self._version_rows(),
            *(_row(MODULE, *part[:3]) for part in self._probed.modules.values()),
            _row(GATEWAY_FIELDS, *self._probed.direct_connect[:3]),
            *(_row(DIALECT, *part[:3]) for part in self._probed.dialects.values()),
            *self._permission_rows(),
            *self._action_rows(),
            self._token_row(),
            self._clock_row(),
            *self._statement_rows(),
        ]

    def summary(self) -> Row:
        """The numbers and versions of the rows."""
        rows = self.rows()
        return {
            "threat_response_version": self._versions[THREAT_RESPONSE],
            "connect_version": self._versions[CONNECT],
            "gateway_version": self._versions[GATEWAY],
            "modules_present": _count(rows, MODULE, PRESENT),
            "dialects": self._spoken(),
            "permissions_held": None if self._held is None else len(self._held),
            "actions_lacking_permissions": None if self._held is None else self._lacking_actions(),
            "token_expires": self._login.expires.isoformat() if self._login.expires else None,
            "clock_difference": self._seconds,
            "statements_settled": _count(rows, STATEMENT, SETTLED, PARTLY),
            "parts_failed": sum(row["result"] in (FAILED, NOT_ASKED) for row in self._asked(rows)),
            "requests": self._probed.requests,
        }

    def message(self) -> str:
        """The report in a few sentences."""
        found = self.summary()
        versions = ", ".join(
            f"{name} {self._versions[name] or '(unknown)'}" for name in self._versions
        )
        permissions = "Tanium does not list the permissions."
        if self._held is not None:
            lacking_actions = counted(self._lacking_actions(), "action")
            permissions = f"Without a permission that they declare: {lacking_actions}."
        clock = "The clocks could not be compared."
        if self._seconds is not None:
            clock = f"Tanium's clock differs by {self._seconds} s."
        failed, asked = found["parts_failed"], counted(self._probed.requests, "request")
        expiry = self._token_row()["detail"]
        return (
            f"{versions}. Dialects: {found['dialects'] or 'unknown'}. {permissions} {expiry}."
            f" {clock} Failed: {counted(failed, 'read')}; sent: {asked}."
        )

    def has_answers(self) -> bool:
        """Whether any read was answered."""
        return bool(self._probed.heads) and not self._probed.refused

    def _version_rows(self) -> Iterator[Row]:
        for name, version in self._versions.items():
            detail = "" if version else self._probed.modules[name].reason or "it does not say so"
            yield _row(VERSION, name, version or UNKNOWN, detail)
        yield _row(VERSION, PLATFORM, UNKNOWN, "no documented read says so")

    def _permission_rows(self) -> Iterator[Row]:
        declared = {server_name(name) for names in self._needed.values() for name in names}
        for name in sorted({*KNOWN, *declared}):
            if self._held is not None and name in self._held:
                yield _row(PERMISSION, name, HELD)
            elif name in declared:
                result = UNKNOWN if self._held is None else LACKING
                yield _row(PERMISSION, name, result, self._why_unknown())

    def _why_unknown(self) -> str:
        if self._held is not None:
            return ""
        return self._probed.modules[PLATFORM].reason or "Tanium's answer has no list of them"

    def _action_rows(self) -> Iterator[Row]:
        for action, needed in self._needed.items():
            missing = lacking(needed, self._held or set())
            if not needed:
                result = NONE_DECLARED
            elif self._held is None:
                result, missing = UNKNOWN, []
            else:
                result = LACKING if missing else HELD
            yield {**_row(ACTION, action, result), "missing": missing}

    def _lacking_actions(self) -> int:
        held = self._held or set()
        return sum(bool(lacking(needed, held)) for needed in self._needed.values())

    def _token_row(self) -> Row:
        login = self._login
        if self._probed.refused:
            return _row(TOKEN, "login", FAILED, f"The login was refused ({self._probed.refused})")
        if not login.uses_token:
            reason = ", because Tanium refused the token" if login.was_refused else ""
            return _row(TOKEN, "login", "user name", f"Logged in with a user name{reason}")
        if login.expires is None:
            return _row(TOKEN, "expiry", UNKNOWN, "Tanium does not say when the token expires")
        day = f"{login.expires:%Y-%m-%d}"
        return _row(TOKEN, "expiry", day, f"The token expires on {day}")

    def _clock_row(self) -> Row:
        if self._seconds is None:
            return _row(CLOCK, "difference", UNKNOWN, "no answer had a date")
        return _row(CLOCK, "difference", f"{self._seconds} s", "Tanium's clock minus SOAR's")

    def _spoken(self) -> str:
        spoken = [part.result for part in self._probed.dialects.values()]
        return ", ".join(
            f"{name} for {counted(spoken.count(name), 'operation')}"
            for name in DIALECTS
            if name in spoken
        )

    def _asked(self, rows: list[Row]) -> list[Row]:
        return [
            row for row in rows if row["part"] in (MODULE, DIALECT) and row["item"] not in LEARNED
        ]

    def _statement_rows(self) -> Iterator[Row]:
        for statement, look in STATEMENTS.items():
            result, detail = look(self) if look else (OPEN, "a probe cannot tell")
            yield _row(STATEMENT, statement, result, detail)

    def _follows_specification(self) -> tuple[str, str]:
        spoken = self._spoken()
        if not spoken:
            return OPEN, "no read was answered"
        return PARTLY, f"{spoken}; what the specification leaves open is not"

    def _limits_rate(self) -> tuple[str, str]:
        limited = [head for head in self._probed.heads if head.status == TOO_MANY]
        if not limited:
            return OPEN, "no request was refused with 429"
        waits = any("Retry-After" in head.headers for head in limited)
        return SETTLED, f"429 came {'with' if waits else 'without'} Retry-After"

    def _names_states(self) -> tuple[str, str]:
        states = self._probed.task_states
        if states is None:
            return OPEN, "the tasks could not be read"
        others = sorted(filter(_STATE.fullmatch, states - KNOWN_STATES))[:20]
        if not others:
            return OPEN, "the newest tasks have no others"
        return PARTLY, f"the newest tasks have {', '.join(others)}"

    def _answers_tokens(self) -> tuple[str, str]:
        if not self._login.uses_token or self._probed.refused:
            return OPEN, "no token is in use"
        tells = "says" if self._login.expires else "does not say"
        return PARTLY, f"this server {tells} when the token expires"

    def _logs_in_with_domain(self) -> tuple[str, str]:
        logins = [head for head in self._probed.heads if head.path == "/auth"]
        if not logins or not self._login.has_domain:
            return OPEN, "no user with a domain logged in so"
        return SETTLED, f"it was answered with HTTP {logins[-1].status}"

    def _goes_beyond(self) -> tuple[str, str]:
        part = self._probed.modules[CONNECT]
        lists = self._probed.dialects["list_data_connections"]
        if part.result in (FAILED, NOT_ASKED):
            return OPEN, "Connect did not answer"
        is_there = "is there" if part.result == PRESENT else f"is {part.result}"
        if part.reason.startswith(NO_STATUS):
            is_there = "is missing"
        return PARTLY, f"GET /v1/status {is_there}; the list of connections is {lists.result}"


# How each statement under "Unverified behavior" in docs/troubleshooting.md begins, and who
# settles it.
STATEMENTS: dict[str, Callable[[ProbeReport], tuple[str, str]] | None] = {
    "which servers follow the API specification": ProbeReport._follows_specification,
    "rate limiting (429)": ProbeReport._limits_rate,
    "names of task states": ProbeReport._names_states,
    "the time after which idle connections close": None,
    "the answer to a token from an untrusted address": ProbeReport._answers_tokens,
    "login through `POST /auth` for a user with a domain": ProbeReport._logs_in_with_domain,
    "events of a time": None,
    "the port and scheme that SOAR's web server reports": None,
    "how SOAR reports a known container": None,
    "the form of the REST API's answers": None,
    "the receiver's two addresses": None,
    "how Connect resends a batch after 503": None,
    "findings": None,
    "questions": None,
    "actions": None,
    "the API gateway": None,
    "containment": None,
    "alerts": None,
    "the form in which SOAR's REST API answers a change": None,
    "Connect's API beyond its specification": ProbeReport._goes_beyond,
}


def _row(part: str, item: str, result: str, detail: str = "") -> Row:
    return {"part": part, "item": item, "result": result, "detail": detail}


def _count(rows: list[Row], part: str, *results: str) -> int:
    return sum(row["part"] == part and row["result"] in results for row in rows)


def _version_in(body: Mapping[str, Any]) -> str | None:
    data = body.get("data", body)
    return _version(data.get("version")) if isinstance(data, dict) else None


def _version(text: Any) -> str | None:
    """A version; None for any other text, which may be anything."""
    return text if isinstance(text, str) and _VERSION.fullmatch(text) else None
