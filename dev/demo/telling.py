# File: telling.py
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
"""Runs actions, tells about them, and checks what came."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple

from local_soar import manifest
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dev.interrupts import without_interrupts
from dev.simulator.dialects.choice import PRODUCTION
from dev.simulator.process import SimulatorProcess
from dev.soar.poll_parameters import poll_parameters
from dev.soar.runtime import LocalSoar


PLATFORM_PROGRESS = "Loaded action execution configuration"  # SOAR's own first line of every run
FOLDED = ("Path", "Container")  # columns whose values may be wider than the screen

Row = dict[str, Any]


class WrongResult(Exception):
    """A step's result is not what it must be; the text says what was expected and what came."""


class Found(NamedTuple):
    """What an action's run has returned."""

    rows: list[Row]
    summary: Row
    message: str


class Demo:
    """Runs actions and tells about them; in the second dialect, only what they are and what was
    checked.
    """

    def __init__(
        self, soar: LocalSoar, simulator: SimulatorProcess, screen: Console, dialect: str
    ) -> None:
        self.soar, self.simulator, self.dialect = soar, simulator, dialect
        self._screen, self._brief = screen, dialect != PRODUCTION
        self._interrupted = False
        self._last_progress = ""
        self.steps = 0

    def run(self, action: str, why: str, **parameters: Any) -> Found:
        """One action in a process of its own. Raises WrongResult when it fails."""
        return self._run(action, why, parameters, parameters, "success")

    def run_in_vain(self, action: str, why: str, **parameters: Any) -> Found:
        """One that must fail."""
        return self._run(action, why, parameters, parameters, "failed")

    def poll(self, why: str) -> Found:
        """`on poll`, as SOAR's schedule starts it."""
        return self._run("on poll", why, {}, poll_parameters(), "success")

    def _run(self, action: str, why: str, shown: Row, parameters: Row, ending: str) -> Found:
        self.steps += 1
        self._screen.print(Text.assemble(f"\n{self.steps:2}. ", (action, "bold")))
        self.tell(why)
        if shown and not self._brief:
            secrets = manifest.password_keys(self.soar.app.action(action)["parameters"])
            self._line(
                "  ".join(
                    f"{name}={'***' if name in secrets else value}" for name, value in shown.items()
                ),
                "cyan",
            )
        with without_interrupts():
            run = self.soar.start(action, parameters)
        self._last_progress = ""
        result = run.result(self._progress)
        if self._interrupted:
            raise KeyboardInterrupt
        self.check(
            "the action ended with",
            ending,
            result["status"] if result["status"] == ending else result["message"],
        )
        entry = result["result_data"][0]
        self._line(entry["message"])
        return Found(entry["data"], entry["summary"], entry["message"])

    def tell(self, what: str) -> None:
        if not self._brief:
            self._line(what)

    def show(self, rows: Iterable[Row], **columns: str) -> None:
        """A table of some columns; each is given as key=title."""
        if self._brief:
            return
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for title in columns.values():
            table.add_column(title, overflow="fold", no_wrap=title not in FOLDED)
        for row in rows:
            table.add_row(*(Text("" if row.get(key) is None else str(row[key])) for key in columns))
        self._screen.print(Padding(table, (1, 0, 1, 4), expand=False))

    def check(self, what: str, expected: object, came: object) -> None:
        if came != expected:
            raise WrongResult(
                f"step {self.steps}, {what}\n  expected: {expected!r}\n  actual:   {came!r}"
            )

    def right(self, what: str) -> None:
        """Say what the checks of a step have shown."""
        self._line(f"Checked: {what}", "green")

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Inside, Ctrl-C and SIGTERM cancel the action under way as SOAR does it, and end the demo
        when that has ended.
        """
        before = {
            number: signal.signal(number, self._interrupt)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.default_int_handler)  # a second one does not wait
        try:
            self.soar.cancel()
        except LookupError:  # none is under way
            raise KeyboardInterrupt from None
        self._interrupted = True

    def _progress(self, text: str) -> None:
        if text not in (PLATFORM_PROGRESS, self._last_progress) and not self._brief:
            self._line(f"... {text}", "dim")
        self._last_progress = text

    def _line(self, text: str, style: str = "") -> None:
        self._screen.print(Padding(Text(text, style), (0, 0, 0, 4), expand=False))
