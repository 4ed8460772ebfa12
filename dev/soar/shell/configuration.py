# File: configuration.py
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
"""The asset that the options of a command describe."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from dev.soar.runtime import LocalSoar
from dev.soar.shell.usage import UsageError
from dev.soar.shell.values import parsed_values


SECRETS_IN_ENVIRONMENT = {
    "password": "TANIUM_PASSWORD",
    "api_token": "TANIUM_API_TOKEN",
}  # pragma: allowlist secret
UNNAMED_ASSET = "command line"


def store_asset(soar: LocalSoar, options: argparse.Namespace) -> str:
    """Create or update the asset that the options describe; its name is the file's path, so that
    its state is found again.
    """
    config = _configuration(soar.app.manifest.get("configuration", {}), options)
    name = str(options.asset.resolve()) if options.asset else UNNAMED_ASSET
    try:
        if name in soar.assets().values():
            soar.update_asset(name, config)
        else:
            soar.create_asset(name, config)
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from error
    return name


def _configuration(declared: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    """From the file, the command line, and for secrets that neither has, the environment."""
    config: dict[str, Any] = {}
    if options.asset:
        try:
            config = json.loads(options.asset.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UsageError(f"{options.asset}: {error}") from error
        if not isinstance(config, dict):
            raise UsageError(f"{options.asset}: the configuration must be a JSON object")
    config.update(parsed_values(options.set, declared, "Keys of the configuration"))
    for key, variable in SECRETS_IN_ENVIRONMENT.items():
        if key in declared and not config.get(key) and os.environ.get(variable):
            config[key] = os.environ[variable]
    for key, field in declared.items():
        if field.get("required") and config.get(key) in (None, ""):
            print(f"Warning: the configuration's {key} is required", file=sys.stderr)
    return config
