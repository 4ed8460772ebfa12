# File: commands.py
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
"""`actions`, `vault`, `exec` and `serve`: what is there, and what runs the app otherwise."""

from __future__ import annotations

import argparse
import os
import runpy
import shutil
import sys

from dev.soar import PLATFORM, LocalSoar
from dev.soar.shell.configuration import SECRETS_IN_ENVIRONMENT
from dev.soar.shell.usage import UsageError


def list_actions(options: argparse.Namespace) -> int:
    from dev.soar.display import console, show_actions

    show_actions(console(), LocalSoar(options.home, app_dir=options.app).app.manifest)
    return 0


def list_vault(options: argparse.Namespace) -> int:
    from dev.soar.display import console, show_vault

    items = LocalSoar(options.home, app_dir=options.app).vault_items()
    if not options.save:
        show_vault(console(), items)
        return 0
    wanted, target = options.save
    item = next((item for item in items if wanted in (str(item["id"]), item["vault_id"])), None)
    if item is None:
        raise UsageError(f"The vault has no item {wanted}")
    try:
        shutil.copyfile(item["path"], target)
    except OSError as error:
        raise UsageError(str(error)) from error
    return 0


def execute_file(options: argparse.Namespace) -> int:
    app = LocalSoar(options.home, app_dir=options.app).app
    main_module = app.directory / app.manifest["main_module"]
    os.environ["LOCAL_SOAR_HOME"] = str(options.home)
    # Processes that the app starts need the platform as well.
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(PLATFORM), os.environ.get("PYTHONPATH")])
    )
    sys.argv = [str(main_module), *options.arguments]
    with app.on_path():
        runpy.run_path(str(main_module), run_name="__main__")
    return 0


def serve_page(options: argparse.Namespace) -> int:
    from dev.soar.serve import serve

    secrets = {
        key: os.environ[variable]
        for key, variable in SECRETS_IN_ENVIRONMENT.items()
        if os.environ.get(variable)
    }
    serve(
        options.app,
        options.home,
        url=options.url,
        secrets=secrets,
        port=options.port,
        browser=not options.no_browser,
    )
    return 0
