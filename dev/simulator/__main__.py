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
"""`python -m dev.simulator`: a Tanium server to try things on. One line of JSON on standard output
says where it is and how to log in.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from typing import Any

from dev.simulator import seed
from dev.simulator.dialects.choice import PRODUCTION, SPECIFIED
from dev.simulator.dialects.connect import VENDOR
from dev.simulator.faults import KINDS, Fault
from dev.simulator.log import Request
from dev.simulator.server import SimulatorServer
from dev.simulator.settings import QUICK


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    if options.stop_with_parent:
        threading.Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
    settings: dict[str, Any] = {
        "alerts": options.alerts,
        "dialect": options.dialect,
        "connect_dialect": options.connect_dialect,
        **(QUICK if options.quick else {}),
    }
    with SimulatorServer(tls=not options.http, port=options.port, **settings) as server:
        for fault in options.fault:
            server.faults.add(fault)
        if options.verbose:
            server.log.watch = _print_request
        server.keep_schedules()
        print(json.dumps(_how_to_use(server)), flush=True)
        stop.wait(options.stop_after)
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    return _parser().parse_args(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dev.simulator",
        description="A simulated Tanium server on the loopback interface.",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="port to listen on (default: a free one)"
    )
    parser.add_argument("--http", action="store_true", help="plain HTTP instead of HTTPS")
    parser.add_argument(
        "--quick", action="store_true", help="connections and tasks take tenths of a second"
    )
    parser.add_argument("--alerts", type=int, default=120, help="number of alerts (default: 120)")
    _add_dialects(parser)
    kinds = ", ".join(KINDS)
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="KIND[:PATH]",
        help=(
            "what goes wrong with every request whose path contains PATH; may be given more than"
            f" once; kinds: {kinds}"
        ),
    )
    parser.add_argument(
        "--stop-after", type=float, metavar="SECONDS", help="stop after so many seconds"
    )
    parser.add_argument(
        "--stop-with-parent", action="store_true", help="stop when standard input is closed"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="print every request on standard error"
    )
    return parser


def _add_dialects(parser: argparse.ArgumentParser) -> None:
    for option, speaker, dialects in (
        ("--dialect", "it", (PRODUCTION, SPECIFIED)),
        ("--connect-dialect", "its Connect", (SPECIFIED, VENDOR)),
    ):
        parser.add_argument(
            option,
            choices=dialects,
            default=dialects[0],
            help=f"which dialect {speaker} speaks (default: {dialects[0]})",
        )


def _fault(text: str) -> Fault:
    kind, _, path = text.partition(":")
    return Fault(kind, path_contains=path, times=None)


def _how_to_use(server: SimulatorServer) -> dict[str, str | None]:
    return {
        "url": server.url,
        "ca_file": server.ca_file,
        "username": seed.ANALYST.name,
        "password": seed.ANALYST.password,
        "domain": seed.ANALYST.domain,
        "token": seed.TOKEN,
    }


def _wait_for_end_of_input(stop: threading.Event) -> None:
    while sys.stdin.buffer.read(65536):
        continue
    stop.set()


def _print_request(request: Request) -> None:
    query = f"?{request.query}" if request.query else ""
    print(
        f"{request.method} {request.path}{query} -> {request.status}", file=sys.stderr, flush=True
    )


if __name__ == "__main__":
    sys.exit(main())
