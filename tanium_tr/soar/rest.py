# File: rest.py
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
"""Containers and artifacts through SOAR's REST API, for the receiver: it runs in SOAR's web
process, where there is no connector.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from urllib3 import disable_warnings
from urllib3.exceptions import InsecureRequestWarning, NewConnectionError

from ..errors import TaniumError
from ..numbers import id_in_text, natural_number
from ..redaction import Redaction
from ..words import printable


TIMEOUT = (10, 60)  # seconds to connect, and between two pieces of an answer
THIS_HOST = ("127.0.0.1", "localhost", "::1")
REASON_LIMIT = 200  # characters of SOAR's own words
ASKED_AT_ONCE = 50  # identifiers in an address, which some web servers take 8,000 characters of
TOO_MANY = 429
LATER = (408, TOO_MANY)  # with 5xx: the same request may succeed another time


class Refused(TaniumError):
    """SOAR does not take this record, and will not take it another time either; the text is SOAR's
    reason.
    """


class NotAllowed(TaniumError):
    """SOAR does not let this caller do it."""


class Unavailable(TaniumError):
    """SOAR's REST API did not do its work; the same request may succeed later."""


class NotDone(Unavailable):
    """The request was surely not carried out."""


class Saved(NamedTuple):
    """What became of one artifact: `known` when it was there before; `problem` is SOAR's reason, if
    it was refused.
    """

    known: bool
    problem: str = ""


class SavedContainer(NamedTuple):
    """`is_new` unless it was there before."""

    id: int
    is_new: bool


class SoarRest:
    """SOAR_PLATFORM A18. All methods raise NotAllowed, Unavailable, and Refused when SOAR refuses
    what was asked for.
    """

    def __init__(self, base_url: str, session: requests.Session) -> None:
        """`base_url` with or without the API's own `/rest`; `session` brings the authentication and
        the verification of certificates.
        """
        self._base_url = re.sub(r"(/rest)?/*$", "", base_url)
        self._session = session
        self._redaction = Redaction()
        self._redaction.add(*_secrets(session))

    def asset(self, name: str) -> dict[str, Any]:
        """The asset with this id, or else this name: at least `id` and `configuration`, whose
        secrets are encrypted.
        """
        if id_in_text(name) is not None:
            try:
                return _asset_in([self._call("GET", f"asset/{name}")])
            except Refused:
                pass  # it may be a name made of digits
        found = self._call(
            "GET", "asset", params={"_filter_name": json.dumps(name, ensure_ascii=False)}
        )
        rows = found.get("data") if isinstance(found, dict) else None
        return _asset_in(
            [row for row in rows or [] if isinstance(row, dict) and row.get("name") == name]
        )

    def save_container(self, container: dict[str, Any]) -> SavedContainer:
        """One with the same asset and source_data_identifier stays as it is."""
        answer = self._call("POST", "container", container)
        found = _id_in(answer, "id", "existing_container_id")
        if found is None:
            raise Refused(self._reason(answer))
        return SavedContainer(found, _id_in(answer, "existing_container_id") is None)

    def known_artifacts(self, container_id: int, identifiers: list[str]) -> set[str]:
        """Those of the source_data_identifiers that the container's artifacts have."""
        known: set[str] = set()
        for start in range(0, len(identifiers), ASKED_AT_ONCE):
            asked = identifiers[start : start + ASKED_AT_ONCE]
            parameters = {
                "_filter_container_id": str(container_id),
                "_filter_source_data_identifier__in": json.dumps(asked),
                "page_size": str(len(asked)),
            }
            answer = self._call("GET", "artifact", params=parameters)
            rows = answer.get("data") if isinstance(answer, dict) else None
            known.update(
                row["source_data_identifier"]
                for row in (rows if isinstance(rows, list) else [])
                if isinstance(row, dict)
                and row.get("source_data_identifier") in asked
                and _id_in(row, "container", "container_id") == container_id
            )
        return known

    def save_artifacts(self, artifacts: list[dict[str, Any]]) -> list[Saved]:
        """What became of each, in the same order. Refused when SOAR takes none of them because of
        one.
        """
        answer = self._call("POST", "artifact", artifacts)
        if isinstance(answer, dict) and len(artifacts) == 1:
            answer = [answer]
        if not isinstance(answer, list):
            raise Refused(self._reason(answer))
        if len(answer) != len(artifacts):
            raise Unavailable(
                f"SOAR's REST API answered for {len(answer)} of {len(artifacts)} artifacts."
            )
        return [self._saved(each) for each in answer]

    def get_csrf_token(self) -> None:
        """Changes with a session need one; without it SOAR refuses the change by itself."""
        address = f"{self._base_url}/login"
        try:
            answer = self._session.get(address, timeout=TIMEOUT, verify=self._session.verify)
        except (requests.RequestException, OSError, ValueError):
            return
        token = answer.cookies.get("csrftoken") or ""
        self._session.headers.update({"X-CSRFToken": token, "Referer": address})

    def create_findings(
        self, findings: list[dict[str, Any]], timeout: tuple[float, float]
    ) -> dict[str, Any]:
        """SOAR's answer, whose `errors` name those that were not created by their `index`."""
        path = "enterprise_security/findings/bulk_create"
        answer = self._call("POST", path, findings, timeout=timeout)
        if not isinstance(answer, dict):
            raise Unavailable("SOAR's REST API gave an answer that is no object.")
        if answer.get("failed") is True:  # else it is a number
            raise Refused(self._reason(answer))
        return answer

    def _saved(self, answer: Any) -> Saved:
        if _id_in(answer, "existing_artifact_id") is not None:
            return Saved(known=True)
        if _id_in(answer, "id") is not None:
            return Saved(known=False)
        return Saved(known=False, problem=self._reason(answer))

    def _call(
        self,
        method: str,
        path: str,
        content: Any = None,
        params: dict[str, str] | None = None,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> Any:
        """The answer's JSON, a refusal's too: SOAR may report what it knows already as one."""
        try:
            data = None if content is None else json.dumps(content, allow_nan=False)
        except (ValueError, RecursionError):
            raise Refused("It cannot be written as JSON.") from None
        try:
            response = self._session.request(
                method,
                f"{self._base_url}/rest/{path}",
                params=params,
                data=data,
                headers={"Content-Type": "application/json"},
                auth=_as_it_is,
                timeout=timeout,
                verify=self._session.verify,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError, ValueError) as error:
            kind = NotDone if _was_never_sent(error) else Unavailable
            raise kind(
                f"SOAR's REST API at {self._base_url} gave no answer ({type(error).__name__})."
            ) from error
        return self._answer(response)

    def _answer(self, response: requests.Response) -> Any:
        try:
            answer = response.json()
        except ValueError:  # a web server in front of SOAR explains itself in HTML
            answer = None
        status = response.status_code
        if status in (401, 403):
            raise NotAllowed(f"SOAR's REST API answered HTTP {status}: {self._reason(answer)}")
        if status == 413:
            raise Refused("It is larger than SOAR's web server accepts.")
        if answer is None or status >= 500 or status in LATER or 300 <= status < 400:
            kind = NotDone if status == TOO_MANY or 300 <= status < 400 else Unavailable
            raise kind(
                f"SOAR's REST API at {self._base_url} answered HTTP {status}:"
                f" {self._reason(answer)}"
            )
        return answer

    def _reason(self, answer: Any) -> str:
        message = answer.get("message") if isinstance(answer, dict) else None
        if not message:
            return "SOAR gave no reason."
        text = " ".join(self._redaction.redact(str(message)).split())
        return printable(text, REASON_LIMIT)


@contextmanager
def on_this_host(scheme: str, port: str, token: str) -> Iterator[SoarRest]:
    """The REST API of the SOAR that runs this process, as the user of an automation token."""
    base_url = f"{scheme}://127.0.0.1:{port}"
    with _own_session(base_url) as session:
        session.headers["ph-auth-token"] = token
        yield SoarRest(base_url, session)


def run_session(base_url: str, cookie: str) -> requests.Session:
    """For the REST API of the SOAR that started this run; `cookie` is the run's own session, empty
    where it has none.
    """
    session = _own_session(base_url)
    if cookie:
        session.cookies.set("sessionid", cookie)
    return session


def _own_session(base_url: str) -> requests.Session:
    session = requests.Session()
    # Neither a proxy nor a .netrc file has any business with what does not leave the host.
    session.trust_env = False
    if urlsplit(base_url).hostname in THIS_HOST:
        # The certificate, if there is one, is for the name that people call SOAR by.
        session.verify = False
        disable_warnings(InsecureRequestWarning)
    return session


def _was_never_sent(error: Exception) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, (requests.ConnectTimeout, ValueError)) or isinstance(
        reason, NewConnectionError
    )


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The session's own authentication; without any, requests would look into a .netrc file."""
    return request


def _secrets(session: requests.Session) -> Iterator[str]:
    """What authenticates the session, in its headers or among its cookies."""
    for name in ("ph-auth-token", "Cookie"):
        value = str(session.headers.get(name) or "")
        yield from (part.partition("=")[2] or part for part in value.split("; "))
    yield from (cookie.value or "" for cookie in session.cookies)


def _asset_in(found: list[Any]) -> dict[str, Any]:
    for asset in found:
        if _id_in(asset, "id") is not None and isinstance(asset.get("configuration"), dict):
            return dict(asset)
    raise Refused("SOAR has no such asset.")


def _id_in(answer: Any, *names: str) -> int | None:
    for name in names:
        found = natural_number(answer.get(name)) if isinstance(answer, dict) else None
        if found is not None:
            return found
    return None
