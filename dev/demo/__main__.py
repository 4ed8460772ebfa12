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
"""`make demo`: an investigation and the answer to an alert in each dialect, alerts that come in by
themselves and go on, a question to every endpoint, and a quarantine.

Each result is held against what the simulated server and the local SOAR hold. Every action runs in
a process of its own, as on SOAR. The exit status is 0 only if each result is right.
"""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable, NamedTuple

from rich.console import Console
from rich.text import Text

from dev.demo import ingestion
from dev.demo.alert import answer_alert
from dev.demo.containment import contain
from dev.demo.hunt import hunt
from dev.demo.investigation import investigate
from dev.demo.telling import Demo, WrongResult
from dev.simulator import seed
from dev.simulator.dialects.choice import PRODUCTION, SPECIFIED
from dev.simulator.dialects.connect import VENDOR
from dev.simulator.process import SimulatorProcess
from dev.simulator.settings import QUICK
from dev.soar import LocalSoar


INTERRUPTED = 130


class Story(NamedTuple):
    """Told by `tell` with a server that begins anew, with so many alerts; `connect` is the dialect
    of its Connect.
    """

    title: str
    dialect: str
    tell: Callable[[Demo], None]
    alerts: int = 120
    connect: str = SPECIFIED


def investigate_and_answer(demo: Demo) -> None:
    answer_alert(demo, investigate(demo))


STORIES = (
    Story(
        "An investigation and an alert, on a server as production servers are",
        PRODUCTION,
        investigate_and_answer,
    ),
    Story(
        "The same on a server that follows the vendor's API specification",
        SPECIFIED,
        investigate_and_answer,
    ),
    # The receiver and the endpoint are the same in each dialect.
    Story(
        "Alerts arrive in SOAR and are forwarded", PRODUCTION, ingestion.ingest, ingestion.ALERTS
    ),
    Story(
        "Alerts arrive from a Connect as its vendor describes it today",
        PRODUCTION,
        ingestion.ingest_from_vendor,
        ingestion.ALERTS,
        VENDOR,
    ),
    Story("Who has this process hash?", PRODUCTION, hunt),
    Story("A machine is quarantined, with proof, and released", PRODUCTION, contain),
)


def main() -> int:
    screen, started = Console(highlight=False), time.monotonic()
    try:
        with SimulatorProcess() as simulator:
            steps = sum(run_story(screen, story, simulator) for story in STORIES)
        ending, style, status = f"All {steps} steps had the expected result", "bold green", 0
    except WrongResult as wrong:
        ending, style, status = f"WRONG RESULT in {wrong}\nEnded", "bold red", 1
    except KeyboardInterrupt:
        ending, style, status = "Interrupted", "bold red", INTERRUPTED
    # A console of its own: an interrupt may have left the other one within a line, which then holds
    # back all that follows.
    Console(highlight=False).print(
        Text(f"\n{ending} after {time.monotonic() - started:.1f} seconds.", style)
    )
    return status


def run_story(screen: Console, story: Story, simulator: SimulatorProcess) -> int:
    """The number of steps, all of them right."""
    screen.print(
        Text(
            f"\n{story.title}\nTanium app, local SOAR (Python {platform.python_version()}),"
            " simulated server",
            "bold",
        )
    )
    settings = {**QUICK, "dialect": story.dialect, "connect_dialect": story.connect}
    simulator.reset(**settings, alerts=story.alerts)
    with tempfile.TemporaryDirectory(prefix="tanium-demo-") as folder:
        soar = LocalSoar(Path(folder))
        soar.create_asset(
            "tanium", {"base_url": simulator.url, "api_token": seed.TOKEN}, simulator.environment
        )
        demo = Demo(soar, simulator, screen, story.dialect)
        with demo.interruptible():
            story.tell(demo)
        return demo.steps


if __name__ == "__main__":
    sys.exit(main())
