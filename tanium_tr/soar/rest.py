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
"""Containers and artifacts through SOAR's REST API: for the receiver, which runs in SOAR's web
process, where there is no connector, and for polls, which ask it what SOAR has already.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import clear_frames
from typing import Any, NamedTuple

import requests
from urllib3 import disable_warnings
from urllib3.exceptions import InsecureRequestWarning, NewConnectionError

from ..errors import TaniumError
from ..network.limited_http import LimitedAdapter
from ..network.time_limit import time_limit
from ..numbers import id_in_text, natural_number
from ..redaction import Redaction
from ..storable import storable
from ..words import printable


TOKEN = "ph-auth-token"
CONNECT_TIMEOUT, TIMEOUT = 10, 60  # seconds to connect, and for a request with its whole answer
REASON_LIMIT = 200  # characters of SOAR's own words
ASKED_AT_ONCE = 50  # identifiers in an address, which some web servers take 8,000 characters of
MOST_PAGES = 20  # of as many records; a container with more copies of an artifact is beyond help
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


class ContainerStatus(NamedTuple):
    """A container's id and its status, in lower case."""

    id: int
    status: str


class SoarRest:
    """SOAR_PLATFORM A18. All methods raise NotAllowed, Unavailable, and Refused when SOAR refuses
    what was asked for.
    """

    def __init__(self, base_url: str, session: requests.Session, root: str = "rest") -> None:
        """`base_url` with or without the API's own `/rest`; `session` brings the authentication and
        the verification of certificates; `root` is the path below which the API answers.
        """
        self._root = root
        self._base_url = re.sub(r"(/rest)?/*$", "", base_url)
        self._session = session
        session.mount(self._base_url, LimitedAdapter())
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
        answer = self._save("container", container)
        found = _id_in(answer, "id", "existing_container_id")
        if found is None:
            raise Refused(self._reason(answer))
        return SavedContainer(found, _id_in(answer, "existing_container_id") is None)

    def containers(self, asset_id: int, identifiers: list[str]) -> dict[str, int]:
        """Ids of the asset's containers that have these source_data_identifiers."""
        return {
            row["source_data_identifier"]: row["id"]
            for row in self._rows("container", {"_filter_asset": str(asset_id)}, identifiers)
            if _id_in(row, "asset", "asset_id") == asset_id and _id_in(row, "id") is not None
        }

    def statuses(self, asset_id: int, identifiers: list[str]) -> dict[str, ContainerStatus]:
        """Of the asset's containers that have these source_data_identifiers."""
        return {
            row["source_data_identifier"]: ContainerStatus(row["id"], row["status"].casefold())
            for row in self._rows("container", {"_filter_asset": str(asset_id)}, identifiers)
            if _id_in(row, "asset", "asset_id") == asset_id
            and _id_in(row, "id") is not None
            and isinstance(row.get("status"), str)
        }

    def set_status(self, container_id: int, status: str) -> None:
        """Change the status of a container, whatever it is."""
        answer = self._call("POST", f"container/{container_id}", {"status": status})
        if not isinstance(answer, dict) or answer.get("success") is not True:
            raise Refused(self._reason(answer))

    def known_artifacts(self, container_id: int, identifiers: list[str]) -> set[str]:
        """Those of the source_data_identifiers that the container's artifacts have."""
        owner = {"_filter_container_id": str(container_id)}
        return {
            row["source_data_identifier"]
            for row in self._rows("artifact", owner, identifiers)
            if _id_in(row, "container", "container_id") == container_id
        }

    def _rows(
        self, table: str, owner: dict[str, str], identifiers: list[str]
    ) -> Iterator[dict[str, Any]]:
        """The records with these source_data_identifiers. Several may have the same one, so that
        they may fill more than one page.
        """
        for start in range(0, len(identifiers), ASKED_AT_ONCE):
            asked = identifiers[start : start + ASKED_AT_ONCE]
            filters = {**owner, "_filter_source_data_identifier__in": json.dumps(asked)}
            for page in range(MOST_PAGES):
                paging = {"page": str(page), "page_size": str(len(asked))}
                answer = self._call("GET", table, params={**filters, **paging})
                rows = answer.get("data") if isinstance(answer, dict) else None
                if not isinstance(rows, list):
                    raise Refused(self._reason(answer))
                yield from (
                    row
                    for row in rows
                    if isinstance(row, dict) and row.get("source_data_identifier") in asked
                )
                if len(rows) < len(asked):
                    break

    def close(self) -> None:
        self._session.close()

    def save_artifacts(self, artifacts: list[dict[str, Any]]) -> list[Saved]:
        """What became of each, in the same order. Refused when SOAR takes none of them because of
        one.
        """
        answer = self._save("artifact", artifacts)
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
            with time_limit(TIMEOUT):
                answer = self._session.get(
                    address, timeout=(CONNECT_TIMEOUT, TIMEOUT), verify=self._session.verify
                )
        except (requests.RequestException, OSError, ValueError):
            return
        token = answer.cookies.get("csrftoken") or ""
        self._session.headers.update({"X-CSRFToken": token, "Referer": address})

    def create_findings(self, findings: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
        """SOAR's answer, whose `errors` name those that were not created by their `index`."""
        path = "enterprise_security/findings/bulk_create"
        answer = self._call("POST", path, findings, seconds=seconds)
        if not isinstance(answer, dict):
            raise Unavailable("SOAR's REST API returned an answer that is not an object.")
        if answer.get("failed") is True:  # else it is a number
            raise Refused(self._reason(answer))
        return answer

    def _saved(self, answer: Any) -> Saved:
        if _id_in(answer, "existing_artifact_id") is not None:
            return Saved(known=True)
        if _id_in(answer, "id") is not None:
            return Saved(known=False)
        return Saved(known=False, problem=self._reason(answer))

    def _save(self, path: str, content: Any) -> Any:
        return self._call("POST", path, storable(content))

    def _call(
        self,
        method: str,
        path: str,
        content: Any = None,
        params: dict[str, str] | None = None,
        seconds: float | None = None,
    ) -> Any:
        """The answer's JSON, a refusal's too: SOAR may report what it knows already as one."""
        data = None if content is None else json.dumps(content, allow_nan=False)
        try:
            with time_limit(seconds or TIMEOUT):
                response = self._session.request(
                    method,
                    f"{self._base_url}/{self._root}/{path}",
                    params=params,
                    data=data,
                    headers={"Content-Type": "application/json"},
                    auth=_as_it_is,
                    timeout=(CONNECT_TIMEOUT, seconds or TIMEOUT),
                    verify=self._session.verify,
                    allow_redirects=False,
                )
        except (requests.RequestException, OSError, ValueError) as error:
            kind = NotDone if _was_never_sent(error) else Unavailable
            _release(error)
            raise kind(
                f"SOAR's REST API at {self._base_url} gave no answer ({type(error).__name__})."
            ) from error
        return self._answer(response)

    def _answer(self, response: requests.Response) -> Any:
        try:
            answer = response.json()
        except (ValueError, RecursionError):  # a web server in front of SOAR answers in HTML
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
        text = " ".join(self._redaction.redact(str(storable(message))).split())
        return printable(text, REASON_LIMIT)


@contextmanager
def on_this_host(scheme: str, port: str, token: str) -> Iterator[SoarRest]:
    """The REST API of the SOAR that runs this process, as the user of an automation token."""
    # The certificate, if there is one, is for the name that people call SOAR by, and never for
    # 127.0.0.1.
    with own_session(False, {TOKEN: token}) as session:
        yield SoarRest(f"{scheme}://127.0.0.1:{port}", session)


def own_session(verify: bool | str, headers: dict[str, str]) -> requests.Session:
    """For SOAR's own address: neither a proxy nor a .netrc file has any business with it."""
    session = requests.Session()
    session.trust_env = False
    session.headers.update(headers)
    session.verify = verify
    if not verify:
        disable_warnings(InsecureRequestWarning)
    return session


def _was_never_sent(error: Exception) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, (requests.ConnectTimeout, ValueError)) or isinstance(
        reason, NewConnectionError
    )


def _release(error: BaseException | None) -> None:
    """urllib3's errors refer to frames that refer to them, and these to what the callers hold: a
    page of alerts would stay in memory.
    """
    while error:
        clear_frames(error.__traceback__)
        error = error.__context__


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The session's own authentication; without any, requests would look into a .netrc file."""
    return request


def _secrets(session: requests.Session) -> Iterator[str]:
    """What authenticates the session, in its headers or among its cookies."""
    for name in (TOKEN, "Authorization", "Cookie"):
        value = str(session.headers.get(name) or "").removeprefix("Bearer ")
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
