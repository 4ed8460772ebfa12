# File: run.py
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
"""`run` and `poll`: an action of the app, its progress and its result."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from types import FrameType
from typing import Any

from dev.soar.poll_parameters import poll_parameters
from dev.soar.runtime import LocalSoar
from dev.soar.shell.configuration import store_asset
from dev.soar.shell.usage import UsageError
from dev.soar.shell.values import parsed_values


FAILED = 1


def run(options: argparse.Namespace) -> int:
    soar = LocalSoar(options.home, app_dir=options.app)
    action = soar.app.action(options.action)
    return _execute(
        soar, action, _parameters(action, options.parameters), options, options.container
    )


def poll(options: argparse.Namespace) -> int:
    if options.artifacts is not None and options.count is None and not options.ids:
        raise UsageError("--artifacts needs --count or --ids: a scheduled poll adds all artifacts")
    soar = LocalSoar(options.home, app_dir=options.app)
    return _execute(
        soar,
        soar.app.action("on poll"),
        poll_parameters(options.count, options.artifacts, options.ids),
        options,
    )


def _execute(
    soar: LocalSoar,
    action: dict[str, Any],
    parameters: dict[str, Any],
    options: argparse.Namespace,
    container: int = 1,
) -> int:
    """Run an action on the asset of the options and show its result; the exit status."""
    from dev.soar.display import console, show_result

    asset = store_asset(soar, options)

    def cancel(_signum: int, _frame: FrameType | None) -> None:
        # Not by print, which fails where the signal came in the middle of another one.
        os.write(2, b"Cancelling the action; press again to stop at once\n")
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            soar.cancel()
        except LookupError:  # it has not begun, or it has ended
            raise KeyboardInterrupt from None

    interrupt = signal.signal(signal.SIGINT, cancel)
    try:
        result = soar.run(
            action["identifier"],
            parameters,
            asset=asset,
            container_id=container,
            progress=lambda text: print(text, file=sys.stderr),
        )
    finally:
        signal.signal(signal.SIGINT, interrupt)
    if options.json:
        print(json.dumps(result, indent=4))
    else:
        show_result(console(), action, result)
    return 0 if result["status"] == "success" else FAILED


def _parameters(action: dict[str, Any], words: list[str]) -> dict[str, Any]:
    """Parameters from `name=value`; what SOAR's form would refuse is sent with a warning, as a
    playbook could send it.
    """
    declared = {
        name: field
        for name, field in action.get("parameters", {}).items()
        if field.get("data_type") != "ph"
    }
    parameters = parsed_values(words, declared, f"Parameters of {action['action']}")
    for name, field in declared.items():
        value = parameters.get(name)
        if field.get("required") and value in (None, ""):
            print(f"Warning: {name} is required", file=sys.stderr)
        if value is not None and field.get("value_list") and value not in field["value_list"]:
            print(
                f"Warning: {name} must be one of {', '.join(map(str, field['value_list']))}",
                file=sys.stderr,
            )
    return parameters
