# File: conftest.py
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
"""The local SOAR's pages over HTTP, as a browser without scripts sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from dev.soar import LocalSoar
from dev.soar.web.server import SoarServer
from tests.conftest import eventually


def parsed(answer: requests.Response) -> Any:
    """The page. What is looked for in it may be missing, at which a test fails anyway."""
    return BeautifulSoup(answer.text, "html.parser")


class Site:
    """Pages of a served SOAR; `post` sends the CSRF token as the pages' forms do."""

    def __init__(self, server: SoarServer) -> None:
        self.server, self.soar = server, server.soar
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.server.url + path, timeout=30)

    def page(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return parsed(answer)

    def post(
        self, path: str, data: dict[str, Any] | None = None, **keywords: Any
    ) -> requests.Response:
        if "csrftoken" not in self.session.cookies:
            self.get("/")
        sent = {"csrfmiddlewaretoken": self.session.cookies["csrftoken"], **(data or {})}
        return self.session.post(self.server.url + path, data=sent, timeout=30, **keywords)

    def begin(self, action: str, **parameters: Any) -> int:
        """Fill in an action's form; the id of its run."""
        fields = {f"parameter-{name}": value for name, value in parameters.items()}
        answer = self.post(
            f"/actions/{action}", {"asset": "1", "container": "1", **fields}, allow_redirects=False
        )
        assert answer.status_code == 302, answer.text
        return int(answer.headers["Location"].rsplit("/", 1)[-1])

    def ended(self, run_id: int) -> dict[str, Any]:
        """The run, when it has ended."""
        assert eventually(lambda: self.soar.app_run(run_id)["ended"] is not None), (
            f"Run {run_id} goes on: {self.soar.progress(run_id)}"
        )
        return self.soar.app_run(run_id)


@pytest.fixture
def site(soar: LocalSoar) -> Iterator[Site]:
    with SoarServer(soar) as server:
        yield Site(server)
