# File: __main__.py
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
"""The local SOAR from a shell.

python -m dev.soar run "list alerts" limit=5 --asset asset.json
    run one action; the exit status is 0 for success, 1 for a failed action, 2 for incorrect usage
python -m dev.soar poll [--count 5] --asset asset.json
    poll as the schedule does, or with --count as Poll Now does
python -m dev.soar actions
    list the actions and their parameters
python -m dev.soar vault [--save ID FILE]
    list the vault, or save one of its files
python -m dev.soar exec test.json
    run the app's own file directly, as SOAR's developers do
python -m dev.soar serve [--url https://...]
    serve the local SOAR's page, with the simulator or a real server
python -m dev.soar token webhook
    create a token for the local SOAR's REST API and show it once
python -m dev.soar make-token --base-url https://... --username ... --trusted 10.0.0.5
    create a Tanium API token

`name=value` sets a parameter, `name=@file` sets it to the text of a file, and `name=@@x` sets it to
the text `@x`. If the configuration has no password or api_token, TANIUM_PASSWORD and
TANIUM_API_TOKEN are used.
"""

from __future__ import annotations

import argparse
import getpass
import json
import math
import os
import runpy
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import urllib3
from local_soar.installation import default_home
from phantom.utils import isfloat
from urllib3.exceptions import InsecureRequestWarning

from dev.soar import PLATFORM, LocalSoar
from dev.soar.application import NoSuchAppError
from dev.soar.make_token import TokenError, clean_base_url, make_token, trusted_addresses
from dev.soar.runtime import REPOSITORY, poll_parameters


FAILED, USAGE, INTERRUPTED = 1, 2, 130
SECRETS_IN_ENVIRONMENT = {
    "password": "TANIUM_PASSWORD",
    "api_token": "TANIUM_API_TOKEN",
}  # pragma: allowlist secret
UNNAMED_ASSET = "command line"


class UsageError(Exception):
    """The command line asks for something that is not there; the text says what is."""


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        status: int = options.command(options)
    except (UsageError, NoSuchAppError) as error:
        return _complain(str(error), USAGE)
    except TokenError as error:
        return _complain(str(error), FAILED)
    except KeyboardInterrupt:
        return _complain("Interrupted", INTERRUPTED)
    return status


def _complain(text: str, status: int) -> int:
    print(text, file=sys.stderr)
    return status


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    # argparse takes no second batch of parameters after an option.
    if rest and (options.command is not _run or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.parameters += rest
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.soar", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
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
        "--app", type=Path, default=REPOSITORY, help="the app's directory (this repository)"
    )

    _add_runs(commands, common)
    commands.add_parser("actions", parents=[common], help="list the actions").set_defaults(
        command=_actions
    )

    vault = commands.add_parser(
        "vault", parents=[common], help="list the vault, or save one of its files"
    )
    vault.add_argument(
        "--save", nargs=2, metavar=("ID", "FILE"), help="ID or vault ID, and the file to write"
    )
    vault.set_defaults(command=_vault)

    execute = commands.add_parser(
        "exec", parents=[common], help="run the app's own file with a test JSON file"
    )
    execute.add_argument("arguments", nargs=argparse.REMAINDER)
    execute.set_defaults(command=_exec)

    _add_serve(commands)
    _add_tokens(commands, common)
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

    run = commands.add_parser("run", parents=[common, running], help="run an action")
    run.add_argument("action", help="name or identifier")
    run.add_argument("parameters", nargs="*", metavar="NAME=VALUE")
    run.add_argument("--container", type=int, default=1, metavar="ID")
    run.set_defaults(command=_run)

    poll = commands.add_parser(
        "poll",
        parents=[common, running],
        help="poll as the schedule does, or as Poll Now with --count",
    )
    poll.add_argument("--count", type=int, help="maximum containers")
    poll.add_argument(
        "--artifacts", type=int, help="maximum artifacts per container; with --count or --ids"
    )
    poll.add_argument(
        "--ids",
        action="append",
        default=[],
        metavar="ID",
        help="source ID of an alert; repeat for several; ingests only these",
    )
    poll.set_defaults(command=_poll)


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
        "--app", type=Path, default=REPOSITORY, help="the app's directory (this repository)"
    )
    page.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    page.add_argument("--no-browser", action="store_true", help="do not open a browser")
    page.set_defaults(command=_serve)


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
    automation.set_defaults(command=_token)

    token = commands.add_parser(
        "make-token",
        help="create a Tanium API token; the password comes from TANIUM_PASSWORD or a prompt",
    )
    token.add_argument("--base-url", required=True)
    token.add_argument("--username", required=True)
    token.add_argument("--domain", default="")
    token.add_argument("--days", type=int, default=365, help="lifetime in days (default: 365)")
    token.add_argument("--notes", default="Splunk SOAR")
    token.add_argument(
        "--trusted",
        action="append",
        required=True,
        metavar="ADDRESS",
        help="addresses or networks from which it works",
    )
    certificate = token.add_mutually_exclusive_group()
    certificate.add_argument("--ca-file", type=Path)
    certificate.add_argument("--no-verify", action="store_true")
    token.set_defaults(command=_make_token)


def _run(options: argparse.Namespace) -> int:
    soar = LocalSoar(options.home, app_dir=options.app)
    action = soar.app.action(options.action)
    return _execute(
        soar, action, _parameters(action, options.parameters), options, options.container
    )


def _poll(options: argparse.Namespace) -> int:
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

    asset = _asset(soar, options)

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


def _actions(options: argparse.Namespace) -> int:
    from dev.soar.display import console, show_actions

    show_actions(console(), LocalSoar(options.home, app_dir=options.app).app.manifest)
    return 0


def _vault(options: argparse.Namespace) -> int:
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


def _exec(options: argparse.Namespace) -> int:
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


def _serve(options: argparse.Namespace) -> int:
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


def _token(options: argparse.Namespace) -> int:
    try:
        print(
            LocalSoar(options.home, app_dir=options.app).create_automation_user(
                options.user, options.allow
            )
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    return 0


def _make_token(options: argparse.Namespace) -> int:
    try:
        base_url, trusted = clean_base_url(options.base_url), trusted_addresses(options.trusted)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if options.days < 1:
        raise UsageError("--days must be at least 1")
    if base_url.startswith("http:"):
        print("Warning: http:// sends the password unencrypted", file=sys.stderr)
    if options.no_verify:
        print("Warning: the server's certificate is not verified", file=sys.stderr)
        urllib3.disable_warnings(InsecureRequestWarning)  # said once, above
    token = make_token(
        base_url,
        options.username,
        os.environ.get("TANIUM_PASSWORD") or getpass.getpass(f"Password of {options.username}: "),
        options.domain,
        days=options.days,
        notes=options.notes,
        trusted=trusted,
        verify=str(options.ca_file) if options.ca_file else not options.no_verify,
    )
    print(f"Expires: {token.expires or f'in {options.days} days'}", file=sys.stderr)
    print(token.text)
    return 0


def _parameters(action: dict[str, Any], words: list[str]) -> dict[str, Any]:
    """Parameters from `name=value`; what SOAR's form would refuse is sent with a warning, as a
    playbook could send it.
    """
    declared = {
        name: field
        for name, field in action.get("parameters", {}).items()
        if field.get("data_type") != "ph"
    }
    parameters = _values(words, declared, f"Parameters of {action['action']}")
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


def _asset(soar: LocalSoar, options: argparse.Namespace) -> str:
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
    config.update(_values(options.set, declared, "Keys of the configuration"))
    for key, variable in SECRETS_IN_ENVIRONMENT.items():
        if key in declared and not config.get(key) and os.environ.get(variable):
            config[key] = os.environ[variable]
    for key, field in declared.items():
        if field.get("required") and config.get(key) in (None, ""):
            print(f"Warning: the configuration's {key} is required", file=sys.stderr)
    return config


def _values(words: list[str], declared: dict[str, Any], what: str) -> dict[str, Any]:
    values = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or name not in declared:
            raise UsageError(
                f"{name!r} is not valid here; use name=value. {what}:"
                f" {', '.join(declared) or 'none'}"
            )
        values[name] = _converted(name, _text(text), declared[name].get("data_type"))
    return values


def _text(text: str) -> str:
    if text.startswith("@@"):
        return text[1:]
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"{text[1:]}: {error}") from error


def _converted(name: str, text: str, data_type: str | None) -> Any:
    if data_type == "numeric" and isfloat(text) and math.isfinite(float(text)):
        return int(float(text)) if float(text).is_integer() else float(text)
    if data_type == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if data_type in ("numeric", "boolean"):
        print(f"Warning: {name} is {data_type}; {text!r} is sent as text", file=sys.stderr)
    return text


if __name__ == "__main__":
    sys.exit(main())
