# File: parser.py
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
"""The commands of `python -m dev.soar` and their options."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from local_soar.installation import default_home

from dev.environments import ROOT
from dev.soar.shell.commands import execute_file, list_actions, list_vault, serve_page
from dev.soar.shell.probe import probe
from dev.soar.shell.run import poll, run
from dev.soar.shell.tokens import create_tanium_token, create_user_token


def parse(arguments: list[str] | None, description: str | None) -> argparse.Namespace:
    parser = _parser(description)
    options, rest = parser.parse_known_args(arguments)
    # argparse takes no second batch of parameters after an option.
    if rest and (options.command is not run or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.parameters += rest
    return options


def _parser(description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.soar",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--home",
        type=Path,
        default=default_home(),
        help="the local SOAR's directory (LOCAL_SOAR_HOME)",
    )
    common.add_argument(
        "--app", type=Path, default=ROOT, help="the app's directory (this repository)"
    )

    _add_runs(commands, common)
    commands.add_parser("actions", parents=[common], help="list the actions").set_defaults(
        command=list_actions
    )

    _add_vault(commands, common)

    execute = commands.add_parser(
        "exec", parents=[common], help="run the app's own file with a test JSON file"
    )
    execute.add_argument("arguments", nargs=argparse.REMAINDER)
    execute.set_defaults(command=execute_file)

    _add_serve(commands)
    _add_tokens(commands, common)
    _add_probe(commands)
    return parser


def _add_runs(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    running = argparse.ArgumentParser(add_help=False)
    running.add_argument(
        "--asset", type=Path, metavar="FILE", help="the asset's configuration as JSON"
    )
    running.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="set one key of the configuration",
    )
    running.add_argument("--json", action="store_true", help="print the whole result as JSON")

    run_parser = commands.add_parser("run", parents=[common, running], help="run an action")
    run_parser.add_argument("action", help="name or identifier")
    run_parser.add_argument("parameters", nargs="*", metavar="NAME=VALUE")
    run_parser.add_argument("--container", type=int, default=1, metavar="ID")
    run_parser.set_defaults(command=run)

    poll_parser = commands.add_parser(
        "poll",
        parents=[common, running],
        help="poll as the schedule does, or as Poll Now with --count",
    )
    poll_parser.add_argument("--count", type=int, help="maximum containers")
    poll_parser.add_argument(
        "--artifacts", type=int, help="maximum artifacts per container; with --count or --ids"
    )
    poll_parser.add_argument(
        "--ids",
        action="append",
        default=[],
        metavar="ID",
        help="source ID of an alert; repeat for several; ingests only these",
    )
    poll_parser.set_defaults(command=poll)


def _add_vault(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    vault = commands.add_parser(
        "vault", parents=[common], help="list the vault, or save one of its files"
    )
    vault.add_argument(
        "--save", nargs=2, metavar=("ID", "FILE"), help="ID or vault ID, and the file to write"
    )
    vault.set_defaults(command=list_vault)


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    page = commands.add_parser(
        "serve", help="serve the local SOAR's page on the loopback interface until Ctrl-C"
    )
    page.add_argument(
        "--url",
        default=os.environ.get("SERVE_URL", ""),
        help="use a real Tanium server instead of the simulator (SERVE_URL)",
    )
    page.add_argument(
        "--home",
        type=Path,
        help=(
            "directory to keep the data in (default: the default home with a real server, a"
            " temporary directory with the simulator)"
        ),
    )
    page.add_argument(
        "--app", type=Path, default=ROOT, help="the app's directory (this repository)"
    )
    page.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    page.add_argument("--no-browser", action="store_true", help="do not open a browser")
    page.set_defaults(command=serve_page)


def _add_tokens(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    automation = commands.add_parser(
        "token", parents=[common], help="create an automation user's token for the local REST API"
    )
    automation.add_argument("user")
    automation.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="address or network from which it works (default: all)",
    )
    automation.set_defaults(command=create_user_token)

    token = commands.add_parser(
        "make-token",
        help="create a Tanium API token; the password comes from TANIUM_PASSWORD or a prompt",
    )
    _add_server(token, username_required=True)
    token.add_argument("--days", type=int, default=365, help="lifetime in days (default: 365)")
    token.add_argument("--notes", default="Splunk SOAR")
    token.add_argument(
        "--trusted",
        action="append",
        required=True,
        metavar="ADDRESS",
        help="addresses or networks from which it works",
    )
    token.set_defaults(command=create_tanium_token)


def _add_probe(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = commands.add_parser(
        "probe",
        help=(
            "report what a Tanium server is like; the token or the password comes from"
            " TANIUM_API_TOKEN, TANIUM_PASSWORD or a prompt"
        ),
    )
    _add_server(report, username_required=False)
    report.add_argument("--json", action="store_true", help="print JSON, for a bug report")
    report.add_argument(
        "--app", type=Path, default=ROOT, help="the app's directory (this repository)"
    )
    report.set_defaults(command=probe)


def _add_server(command: argparse.ArgumentParser, *, username_required: bool) -> None:
    """The options that name a Tanium server and who logs in."""
    command.add_argument("--base-url", required=True)
    command.add_argument("--username", required=username_required, default="")
    command.add_argument("--domain", default="")
    certificate = command.add_mutually_exclusive_group()
    certificate.add_argument("--ca-file", type=Path)
    certificate.add_argument("--no-verify", action="store_true")
