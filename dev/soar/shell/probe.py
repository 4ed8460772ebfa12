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
"""`probe`: the app's report on a Tanium server, in a SOAR that is gone afterwards."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
import tempfile
from typing import Any

from dev.soar.make_token import clean_base_url
from dev.soar.runtime import LocalSoar
from dev.soar.shell.configuration import SECRETS_IN_ENVIRONMENT
from dev.soar.shell.run import FAILED
from dev.soar.shell.usage import UsageError


ACTION, WITHOUT_NEWS = "probe", "none declared"


def probe(options: argparse.Namespace) -> int:
    from dev.soar.display import console, show_result

    environment = {"REQUESTS_CA_BUNDLE": str(options.ca_file)} if options.ca_file else None
    with tempfile.TemporaryDirectory(prefix="tanium-probe-") as home:
        soar = LocalSoar(home, app_dir=options.app)
        soar.create_asset(ACTION, _configuration(options), environment)
        result = soar.run(ACTION, progress=lambda text: print(text, file=sys.stderr))
        action = soar.app.action(ACTION)
    if options.json:
        print(json.dumps(_report(result), indent=4))
    else:
        for entry in result["result_data"]:
            entry["data"] = [row for row in entry["data"] if row["result"] != WITHOUT_NEWS]
        show_result(console(), action, result)
    return 0 if result["status"] == "success" else FAILED


def _configuration(options: argparse.Namespace) -> dict[str, Any]:
    try:
        base_url = clean_base_url(options.base_url)
    except ValueError as error:
        raise UsageError(str(error)) from error
    secrets = {key: os.environ.get(name, "") for key, name in SECRETS_IN_ENVIRONMENT.items()}
    if options.username and not secrets["password"]:
        secrets["password"] = getpass.getpass(f"Password of {options.username}: ")
    if not options.username and not secrets["api_token"]:
        raise UsageError("Set TANIUM_API_TOKEN, or use --username")
    if options.no_verify:
        print("Warning: the server's certificate is not verified", file=sys.stderr)
    config = {
        "base_url": base_url,
        "username": options.username,
        "domain": options.domain,
        "verify_server_cert": not options.no_verify,
        **secrets,
    }
    return {name: value for name, value in config.items() if value != ""}


def _report(result: dict[str, Any]) -> dict[str, Any]:
    """Nothing but what the action hands over: a result also has the asset and the run."""
    entries = result["result_data"]
    if not entries:
        return {"message": result["message"], "summary": {}, "data": []}
    return {name: entries[0][name] for name in ("message", "summary", "data")}
