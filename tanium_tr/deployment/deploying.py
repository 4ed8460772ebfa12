# File: deploying.py
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
"""Deploying a package: whom it reaches, the preview of a dry run, and the saved action that issues
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from ..declare import Output
from ..errors import NotFoundError, PermissionDeniedError, TaskError
from ..numbers import natural_number
from ..tasks.outcomes import SUCCEEDED
from ..tasks.waiting import NOT_LOOKED_AT, State, wait_for
from ..words import first_few, printable, shown
from .approval import SENTENCES, WAITING, approval_expected, approval_of
from .destinations import Computer
from .host_names import ByHost
from .issuing import Issued, Issuing, issued_action, last_action_id, task_of
from .outcome import ActionReport, Target
from .package_parameters import PreparedPackage
from .reading import ActionReader
from .targets import ComputerLimit, Targets, Wish, as_target, find_targets
from .waiting import ActionWait, AwaitedAction


if TYPE_CHECKING:
    from ..services import Services


Row = dict[str, Any]

SHOWN_TARGETS = 100
_DAY = 86400.0
UNSTARTED = "It stays in Tanium, which may start it at any time. Do not run the action again."


class Order(NamedTuple):
    """What is wanted: a package with its values, for whom, and for how long. `life` is for how many
    seconds the action is open, over how many of them its start is `spread`, and after how many
    Tanium issues it again (`repeat`, 0 for once).
    """

    title: str
    action_group: str
    package: PreparedPackage
    wish: Wish
    life: int
    spread: int = 0
    repeat: int = 0
    limit: Optional[ComputerLimit] = None
    ends: float = 0  # the time until which it was asked for, which `life` follows from

    @property
    def task(self) -> str:
        """The same for two runs that want the same."""
        return task_of(
            {
                "title": self.title,
                "action_group": self.action_group,
                "wish": self.wish.as_row(),
                "package": self.package.package_spec,
                "life": self.ends or self.life,
                "spread": self.spread,
                "repeat": self.repeat,
            }
        )


class Deployment:
    """One order on its way."""

    def __init__(self, services: Services, order: Order) -> None:
        self._services, self._order = services, order
        self._tanium, self._soar = services.tanium, services.soar
        self._issuing = Issuing(services.tanium, services.soar, services.open_note(), order.task)

    def preview(self) -> Output:
        """What would be issued, and to whom; nothing is."""
        action_group, targets = self.resolved()
        approval = approval_expected(self._tanium)
        row = {**self._body(action_group, targets), "name": self._order.title}
        named = {name: self._order.package.package.get(name) for name in ("id", "name", "command")}
        row["package_spec"] = {**named, **row["package_spec"]}
        command = self._order.package.command
        sentences = (
            f"Dry run: nothing was issued. {shown(named['name'])} would run on"
            f" {targets.sentence()}: {_names(targets)}.",
            *targets.notes,
            self._order.package.note,
            f"Command line: {printable(command, 1000)}" if command else "",
            SENTENCES[approval],
        )
        row = self._row(row, targets, is_dry_run=True)
        summary = self._summary(row, targets, approval, is_dry_run=True)
        return Output([row], summary, " ".join(filter(None, sentences)))

    def narrow(self, computers: tuple[Computer, ...]) -> None:
        """Reach these alone of those that are meant. Another run still finds it by all of them."""
        self._order = self._order._replace(wish=self._order.wish._replace(computers=computers))

    def once(self) -> Issued:
        """What a run issued that wanted the same and was cut off; else issue it."""
        return self.resume() or self.issue()

    def resume(self) -> Issued | None:
        """What a run issued that wanted the same and was cut off. Raises InDoubt when it cannot be
        told.
        """
        return self._issuing.resumed()

    def issue(self, cancelled: str = "Cancelled before anything was issued.") -> Issued:
        """Issue it, once there is nothing to resume. Raises TaskError with `cancelled` when it
        was.
        """
        action_group, targets = self.resolved()
        order = self._order
        self._soar.stop_if_cancelled(cancelled)
        life = order.life + (_DAY if order.repeat else 0)
        body = self._body(action_group, targets)
        return self._issuing.issue(order.title, body, targets, life=life)

    def issued_output(self, issued: Issued) -> Output:
        """What was issued, with the number of computers and whether it needs approval."""
        saved, order = issued.saved, self._order
        approval = approval_of(self._tanium, saved)
        repeats = f"Tanium issues it again every {order.repeat} seconds until it is disabled there."
        sentences = (
            f"Successfully issued saved action {printable(saved.get('id'))}"
            f" ({shown(saved.get('name'))}) to {issued.targets.sentence()}.",
            *issued.notes,
            *issued.targets.notes,
            order.package.note,
            repeats if order.repeat else "",
            SENTENCES[approval],
        )
        row = self._row(saved, issued.targets, is_dry_run=False)
        summary = self._summary(saved, issued.targets, approval, is_dry_run=False)
        return Output([row], summary, " ".join(filter(None, sentences)))

    def finished(self, issued: Issued, timeout: int) -> Output:
        """What became of it on each target. Raises TaskError unless all of them ended it well."""
        (row,), summary, message = self.issued_output(issued)
        try:
            waited = self.awaited(issued, timeout)
        except TaskError as error:
            raise TaskError(f"{message} {error}", [row], summary) from error
        if waited.report is None:
            unread = f"Its result is not known: {waited.trouble}"
            raise TaskError(f"{message} {unread}", [row], summary)
        report = waited.report
        row["endpoints"] = _with_ids(report.rows, issued.targets)
        summary = {**summary, **report.summary}
        sentences = (report.message, *_left(report), *issued.notes, *issued.targets.notes)
        message = " ".join(sentences)
        if report.outcome != SUCCEEDED:
            raise TaskError(message, [row], summary)
        return Output([row], summary, message)

    def awaited(self, issued: Issued, timeout: int) -> AwaitedAction:
        """What became of it on each target when it is done, or time is up. Raises TaskError."""
        started = self._soar.now()
        number = self._action_id(issued.saved, timeout)
        reader = ActionReader(
            self._tanium,
            number,
            targets=_as_targets(issued.targets),
            saved_action=natural_number(issued.saved.get("id")),
        )
        left = max(1, round(timeout - (self._soar.now() - started)))
        return ActionWait(self._soar, reader, left, is_new=True).run()

    def _action_id(self, saved: Row, timeout: int) -> int:
        """The action that the saved action has issued, once it has."""

        def check() -> State:
            number = last_action_id(saved) or last_action_id(self._current(saved))
            if number is not None:
                return State("issued", number)
            is_waiting = approval_of(self._tanium, saved) == WAITING
            unapproved = "waiting for approval by another user"
            return State(unapproved if is_waiting else "not started", left=UNSTARTED)

        name = f"Saved action {printable(saved.get('id'))}"
        begun = NOT_LOOKED_AT._replace(left=UNSTARTED)
        number: int = wait_for(self._soar, check, name=name, timeout=timeout, rows=[], begun=begun)
        return number

    def _current(self, saved: Row) -> Row:
        """The saved action as it is now, with the action that it has issued. An account that may
        not read it may see that action.
        """
        try:
            return self._tanium.actions.get_saved_action(saved["id"])
        except (PermissionDeniedError, NotFoundError):
            action = issued_action(self._tanium.actions, str(saved.get("name")))
            if action is None:
                raise
            return {"last_action": action}

    def resolved(self) -> tuple[Row, Targets]:
        """The action group, and whom the action would reach inside it."""
        order = self._order
        action_group = self._tanium.groups.get_action_group(order.action_group)
        targets = find_targets(self._services, order.wish, action_group, order.limit)
        return action_group, targets

    def _body(self, action_group: Row, targets: Targets) -> Row:
        """The saved action without its name."""
        order = self._order
        target = {"target_group": as_target(targets.group)} if targets.group else {}
        return {
            **target,
            "action_group": {"id": action_group["id"]},
            "package_spec": order.package.package_spec,
            "expire_seconds": order.life,
            **({"distribute_seconds": order.spread} if order.spread else {}),
            **({"issue_seconds": order.repeat} if order.repeat else {}),
        }

    def _row(self, saved: Row, targets: Targets, *, is_dry_run: bool) -> Row:
        package = self._order.package
        return {
            **saved,
            "dry_run": is_dry_run,
            "command_line": package.command,
            "parameters": package.rows,
            "endpoints": [each.as_row() for each in targets.computers[:SHOWN_TARGETS]],
        }

    def _summary(self, saved: Row, targets: Targets, approval: str, *, is_dry_run: bool) -> Row:
        return {
            "saved_action_id": saved.get("id"),
            "action_name": saved.get("name"),
            "endpoints_targeted": targets.number,
            "approval": approval,
            "dry_run": is_dry_run,
        }


def _as_targets(targets: Targets) -> list[Target]:
    return [Target(each.name, each.is_online) for each in targets.computers]


def _with_ids(rows: list[Row], targets: Targets) -> list[Row]:
    """Tanium's results have names alone; a name that is of one target only has its client ID."""
    by_host = ByHost(targets.computers, lambda each: each.name)
    found = []
    for row in rows:
        named = by_host.named(row["computer_name"])
        known = named[0].as_row() if len(named) == 1 else {}
        found.append({**known, **row})
    return found


def _left(report: ActionReport) -> list[str]:
    """Whom an action that is not finished still waits for."""
    left = [row for row in report.reported if not row["final"]]
    if report.is_over or not left:
        return []
    names = first_few(
        left, lambda row: f"{printable(row['computer_name'])} ({printable(row['status'])})"
    )
    return [f"Not finished: {names}."]


def _names(targets: Targets) -> str:
    """Whom it would reach: `srv-web-01, srv-db-02`."""
    return first_few(targets.computers, lambda each: printable(each.name), most=SHOWN_TARGETS)
