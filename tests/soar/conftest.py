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
"""Toy apps: a manifest and a connector of a few lines, written into the test's own directory."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
import requests

from dev.soar import LocalSoar, Profile
from dev.soar.web.server import SoarServer


SOURCE = """
import os
import time
from pathlib import Path

import phantom.app as phantom
import phantom.rules as ph_rules
from phantom.vault import Vault


class Toy(phantom.BaseConnector):
    def succeed(self, param, *rows):
        result = self.add_action_result(phantom.ActionResult(dict(param)))
        for row in rows:
            result.add_data(row)
        return result.set_status(phantom.APP_SUCCESS)

"""

MANIFEST: dict[str, Any] = {
    "appid": "5d6b7ae4-8c0a-4f3c-9e4c-4f5d3a3f7b11",
    "name": "Toy",
    "package_name": "phantom_toy",
    "app_version": "1.2.3",
    "main_module": "toy_connector.py",
    "product_name": "Toy product",
    "product_vendor": "Toy vendor",
    "product_version_regex": ".*",
    "configuration": {
        "url": {"data_type": "string", "description": "Address", "required": True},
        "password": {"data_type": "password", "description": "Password"},
        "retries": {"data_type": "numeric", "description": "Retries"},
    },
}

PARAMETERS: dict[str, Any] = {
    "name": {"data_type": "string", "description": "Name", "value_list": ["a", "b"]},
    "limit": {"data_type": "numeric", "description": "Limit"},
    "deep": {"data_type": "boolean", "description": "Deep"},
    "secret": {"data_type": "password", "description": "Secret"},
    "ip": {
        "data_type": "string",
        "description": "Address",
        "contains": ["ip", "host name"],
        "allow_list": True,
    },
    "needed": {"data_type": "string", "description": "Needed", "required": True},
}

MakeSoar = Callable[..., LocalSoar]


@pytest.fixture
def make_soar(tmp_path: Path) -> MakeSoar:
    """`make_soar(methods, profile, action={...})`: a SOAR of its own with a toy app of those
    methods, an action "do it", an asset "toy".
    """

    def make(
        methods: str,
        profile: Profile | None = None,
        action: dict[str, Any] | None = None,
        **asset: Any,
    ) -> LocalSoar:
        place = tmp_path / f"soar{len(list(tmp_path.iterdir()))}"
        folder = place / "app"
        folder.mkdir(parents=True)
        entry = {
            "action": "do it",
            "identifier": "do_it",
            "description": "Do it",
            "type": "investigate",
            "read_only": True,
        }
        actions = [{**entry, "parameters": PARAMETERS, "output": [], **(action or {})}]
        (folder / "toy.json").write_text(
            json.dumps({**MANIFEST, "actions": actions}), encoding="utf-8"
        )
        (folder / "toy_connector.py").write_text(
            SOURCE + textwrap.indent(textwrap.dedent(methods), "    "), encoding="utf-8"
        )
        soar = LocalSoar(place / "home", profile or Profile(), folder)
        soar.create_asset("toy", asset or {"url": "https://toy.example"})
        return soar

    return make


class Rest(requests.Session):
    """Calls a local SOAR's REST API as an automation user."""

    def __init__(self, server: SoarServer) -> None:
        super().__init__()
        self._root = server.url + "/rest/"
        self.token = server.soar.create_automation_user("rest client")
        self.headers["ph-auth-token"] = self.token
        self.trust_env = False  # or a bundle named in the environment would win over the next line
        self.verify = server.ca_file or True

    def get(self, path: str, **query: Any) -> requests.Response:  # type: ignore[override]
        return super().get(self._root + path, params=query, timeout=60)

    def post(self, path: str, body: Any) -> requests.Response:  # type: ignore[override]
        content = json.dumps(body) if isinstance(body, (dict, list)) else body
        return super().post(self._root + path, data=content, timeout=60)


@pytest.fixture
def server(soar: LocalSoar) -> Iterator[SoarServer]:
    with SoarServer(soar) as running:
        yield running


@pytest.fixture
def rest(server: SoarServer) -> Iterator[Rest]:
    with Rest(server) as client:
        yield client
