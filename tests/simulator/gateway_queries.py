# File: gateway_queries.py
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
"""Asking the simulated API gateway."""

from __future__ import annotations

from typing import Any

import requests

from dev.simulator import seed
from dev.simulator.gateway.operation import PATH
from tests.simulator.conftest import Client


class Graph:
    """Queries of one credential."""

    def __init__(self, client: Client, token: str = seed.TOKEN) -> None:
        self._client = client
        self._token = token

    def post(self, query: Any, variables: Any = None) -> requests.Response:
        body = {"query": query, "variables": variables}
        return self._client("POST", PATH, json=body, headers={"session": self._token})

    def reply(self, query: str, **variables: Any) -> Any:
        """The body of an answer with status 200."""
        reply = self.post(query, variables)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def data(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        body = self.reply(query, **variables)
        assert "errors" not in body, body["errors"]
        return body["data"]

    def refusal(self, query: str, **variables: Any) -> str:
        """What a query that fails as a whole is told, with the error of its argument."""
        body = self.reply(query, **variables)
        assert not any((body.get("data") or {}).values()), body
        (error,) = body["errors"]
        details = error.get("extensions", {}).get("argumentErrors", [])
        return " ".join([error["message"], *(each["message"] for each in details)])
