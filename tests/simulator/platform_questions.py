# File: platform_questions.py
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
"""Asking the simulator, for the tests of the platform's part."""

from __future__ import annotations

from typing import Any

import requests

from tests.simulator.conftest import Client


PLATFORM = "/api/v2"


class Asker:
    """Questions of one credential. Every method but `post` expects success."""

    def __init__(self, client: Client, token: str | None = None) -> None:
        self.client = client
        self.headers = {"session": token} if token else {}

    def post(self, path: str, body: Any) -> requests.Response:
        return self.client("POST", PLATFORM + path, json=body, headers=self.headers)

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        reply = self.client(
            "GET", PLATFORM + path, params=query, headers={**self.headers, **(headers or {})}
        )
        assert reply.status_code == 200, reply.text
        return reply.json()["data"]

    def ask(self, body: Any) -> int:
        """The number of a question."""
        reply = self.post("/questions", body)
        assert reply.status_code == 200, reply.text
        return int(reply.json()["data"]["id"])

    def ask_text(self, text: str) -> int:
        return self.ask({"query_text": text})

    def result(self, number: int, **query: Any) -> Any:
        (found,) = self.get(f"/result_data/question/{number}", **query)["result_sets"]
        return found

    def info(self, number: int, **query: Any) -> Any:
        (found,) = self.get(f"/result_info/question/{number}", **query)["result_infos"]
        return found

    def rows(self, number: int, **query: Any) -> list[list[list[str]]]:
        """The rows as lists of cells, and cells as lists of texts."""
        return [
            [[each["text"] for each in cell] for cell in row["data"]]
            for row in self.result(number, **query)["rows"]
        ]

    def names(self, body: Any) -> set[str]:
        """The first value of every row of a new question."""
        return {row[0][0] for row in self.rows(self.ask(body))}

    def where(self, group: Any) -> set[str]:
        """The computers in a group."""
        return self.names({"selects": [select("Computer Name")], "group": group})

    def parse(self, text: str) -> Any:
        reply = self.post("/parse_question", {"text": text})
        assert reply.status_code == 200, reply.text
        return reply.json()["data"]


def select(name: str, **values: str) -> dict[str, Any]:
    """A select of a sensor, with values by the bare keys."""
    if not values:
        return {"sensor": {"name": name}}
    parameters = [{"key": f"||{key}||", "value": value} for key, value in values.items()]
    return {"sensor": {"source_name": name, "parameters": parameters}}


def condition(name: str, operator: str, value: str, **more: Any) -> dict[str, Any]:
    """A filter."""
    return {"sensor": {"name": name}, "operator": operator, "value": value, **more}


def refusal(reply: requests.Response) -> tuple[int, str]:
    """Status and text."""
    return reply.status_code, reply.json()["text"]
