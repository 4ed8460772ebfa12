# File: run_access.py
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
"""How a run of the app reaches SOAR's REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable
from urllib.parse import urlsplit

import requests

from ..errors import TaniumError
from .rest import TOKEN, NotAllowed, SoarRest, Unavailable, own_session


if TYPE_CHECKING:
    from .platform import RunProof

BROKER_ROOT = "rest/broker/api_proxy"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NO_WAY = "This run has no safe way to SOAR's REST API."


class RunAccess:
    """The ways in which a run may use it; the first that works is kept."""

    def __init__(self, ways: list[SoarRest]) -> None:
        self._ways = ways
        # Not the error itself, which holds on to all that its callers had in memory.
        self._problem: tuple[type[TaniumError], str] = Unavailable, NO_WAY

    @property
    def way(self) -> SoarRest:
        """The one in use. Raises NotAllowed or Unavailable when there is none left."""
        if not self._ways:
            kind, text = self._problem
            raise kind(text)
        return self._ways[0]

    def ask(self, question: Callable[[SoarRest], Any]) -> Any:
        """The answer to what changes nothing, in one way after the other. Raises what the last one
        raised.
        """
        while True:
            way = self.way
            try:
                return question(way)
            except (NotAllowed, Unavailable) as error:
                self._problem = type(error), str(error)
                self._ways.remove(way)
                way.close()

    def close(self) -> None:
        for way in self._ways:
            way.close()


def run_access(base_url: str, proof: RunProof, ca_bundle: Callable[[], str]) -> RunAccess:
    """By what SOAR started the run with: on an automation broker its token, through the proxy path
    or, on older ones, directly; on SOAR itself the user's session, or nothing, because SOAR knows
    its own runs by their address.
    """
    address = urlsplit(base_url)
    is_local = address.hostname in LOOPBACK
    if not is_local and address.scheme != "https":
        return RunAccess([])  # no secret crosses a network in clear

    def session(**headers: str) -> requests.Session:
        return own_session(False if is_local else ca_bundle() or True, headers)

    if token := proof.broker_token:
        by_proxy = SoarRest(base_url, session(Authorization=f"Bearer {token}"), BROKER_ROOT)
        return RunAccess([by_proxy, SoarRest(base_url, session(**{TOKEN: token}))])
    own = session()
    if proof.session:
        own.cookies.set("sessionid", proof.session)
    return RunAccess([SoarRest(base_url, own)])
