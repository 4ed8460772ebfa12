# File: issuing.py
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
"""Issuing an action once, whatever becomes of the answer and of the run.

Every saved action gets a name that no other has. When Tanium's answer is lost, the name tells
whether the action was issued all the same; it is never issued a second time.

    POST saved_actions {name: "Stop service [0d41b7c2a9]", ...}     no answer
    GET saved_actions  name equals "Stop service [0d41b7c2a9]"      none yet
    GET saved_actions                                               saved action 482

The name and the targets are written down first, so that a run that is killed leaves them to the
next run of the same action (`soar/unfinished.py`), which looks for the action in the same way, and
continues with it.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from ..errors import (
    PASSING,
    ApiError,
    NotFoundError,
    PermissionDeniedError,
    TaniumError,
    TaskError,
    TransportError,
)
from ..numbers import natural_number
from ..tanium.reply import part
from ..words import printable, shown
from .destinations import Computer
from .reading import saved_action_of
from .targets import Targets


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..soar.unfinished import Unfinished
    from ..tanium.actions import Actions
    from ..tanium.clients import Tanium


Row = dict[str, Any]

# Between looks for an action whose answer was lost; a server may still be at work on it.
LOOK_AGAIN = (1.0, 2.0, 4.0, 8.0)  # seconds


class Issued(NamedTuple):
    """A saved action as Tanium reports it, whom it reaches, and what there is to say of its way."""

    saved: Row
    targets: Targets
    notes: tuple[str, ...] = ()


class InDoubt(TaskError):
    """It is not known whether something was issued."""


class Note(NamedTuple):
    """What a run writes down before it issues an action; times in seconds since 1970."""

    name: str
    at: float
    until: float
    targets: Targets

    def as_row(self) -> Row:
        targets = self.targets
        return {
            "name": self.name,
            "at": self.at,
            "until": self.until,
            "computers": [list(each) for each in targets.computers],
            "is_exact": targets.is_exact,
        }

    @classmethod
    def of(cls, row: Row) -> Note | None:
        """None for what no run of this version has written."""
        try:
            computers = tuple(Computer(*each) for each in row["computers"])
            targets = Targets(computers, None, bool(row["is_exact"]))
            return cls(str(row["name"]), float(row["at"]), float(row["until"]), targets)
        except (KeyError, TypeError, ValueError):
            return None


def task_of(parameters: Row) -> str:
    """The same for two runs that want the same."""
    text = json.dumps(parameters, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Issuing:
    """Issues the action of one run; `task` names what it wants."""

    def __init__(
        self, tanium: Tanium, soar: SoarPlatform, unfinished: Unfinished, task: str
    ) -> None:
        self._actions, self._soar = tanium.actions, soar
        self._unfinished, self._task = unfinished, task
        self._is_noted = True

    def resumed(self) -> Issued | None:
        """What a run issued that wanted the same and was cut off, while it lasts. Raises TaskError
        when it cannot be told whether it did.
        """
        row = self._unfinished.take(self._task)
        note = Note.of(row) if row else None
        if note is None or note.until < self._soar.time():
            return None
        try:
            found = self._find(note, waited=self._soar.time() - note.at)
        except TaniumError as error:
            raise InDoubt(
                f"An earlier run of this action was cut off and may have issued"
                f" {shown(note.name)}. It cannot be looked for: {error} This run issued nothing."
                " Check in Tanium; with another name or other values it is issued again."
            ) from error
        if found is None:
            return None
        self._unfinished.settle()
        message = (
            "An earlier run of this action was cut off after it had issued it; this run continued"
            " with the same action."
        )
        self._soar.progress(message)
        return Issued(found, note.targets, (message,))

    def issue(self, title: str, body: Row, targets: Targets, *, life: float) -> Issued:
        """Issue a saved action under the title and a mark of its own. `life` is for how many
        seconds another run continues with it. Raises TaskError when it is in doubt.
        """
        now = self._soar.time()
        # A server may make one blank of several, and the name has to be found again as it is.
        name = f"{' '.join(title.split())} [{uuid.uuid4().hex[:10]}]"
        note = Note(name, now, now + life, targets)
        self._is_noted = self._unfinished.write(note.as_row())
        try:
            saved = self._actions.create_saved_action({"name": note.name, **body})
        except (TransportError, ApiError) as error:
            if not error.may_be_done:
                self._unfinished.settle()
                raise
            saved = self._find_after(error, note)
            notes: tuple[str, ...] = (
                "Tanium's answer was lost; the action was found by its name.",
            )
        else:
            notes = ()
        self._unfinished.settle()
        self._soar.progress(
            f"Issued saved action {printable(saved.get('id'))} ({shown(note.name)})."
        )
        return Issued(saved, targets, notes)

    def _find_after(self, error: TaniumError, note: Note) -> Row:
        """The action although its answer was lost. Raises TaskError."""
        self._soar.progress(f"Tanium's answer was lost; looking for {shown(note.name)}.")
        return found_after(
            error,
            lambda: self._find(note, waited=0.0),
            lambda outcome: self._in_doubt(note, error, outcome),
        )

    def _find(self, note: Note, *, waited: float) -> Row | None:
        """The saved action of a note, by its name, `waited` seconds after it was sent; None once
        Tanium had the time to make it, and does not list it.
        """
        return look_for(
            self._soar,
            lambda: self._by_name(note.name),
            waited=waited,
            interrupted=f"Cancelled while looking for {shown(note.name)}, which may have been"
            f" issued. {self._advice}",
        )

    def _by_name(self, name: str) -> Row | None:
        """The saved action with this name. An account that may not list saved actions may see the
        action that it has issued; that there is none says nothing, as it may come later.
        """
        try:
            return next(iter(self._actions.list_saved_actions(name)), None)
        except (PermissionDeniedError, NotFoundError):
            action = issued_action(self._actions, name)
            if action is None:
                raise
            last = {"id": action["id"]}
            return {"id": saved_action_of(action), "name": name, "last_action": last}

    @property
    def _advice(self) -> str:
        return advice(self._is_noted)

    def _in_doubt(self, note: Note, error: TaniumError, outcome: str) -> InDoubt:
        message = f"The action {shown(note.name)} may have been issued: {error.reason} {outcome}"
        return InDoubt(f"{message} {self._advice}", [], {"action_name": note.name})


def advice(is_noted: bool) -> str:
    """What to do when it is in doubt whether something was issued. `is_noted`: the next run will
    know of it.
    """
    if is_noted:
        return (
            "Run the action again with the same parameters: it continues with this one if Tanium"
            " has it."
        )
    return "Check in Tanium before you run the action again."


def look_for(
    soar: SoarPlatform, find: Callable[[], Row | None], *, waited: float, interrupted: str
) -> Row | None:
    """What may have been issued, `waited` seconds after it was sent; None once Tanium had the time
    to make it, and does not list it.
    """
    for pause in (*LOOK_AGAIN, None):
        try:
            found = find()
            if found is not None:
                return found
            if pause is None or waited > sum(LOOK_AGAIN):
                return None
        except PASSING:
            if pause is None:
                raise
        soar.sleep(pause, interrupted, [])
        waited += pause
    return None


def found_after(
    error: TaniumError, look: Callable[[], Row | None], doubt: Callable[[str], InDoubt]
) -> Row:
    """What `look` finds although the answer to issuing it was lost, by `error`. Raises InDoubt when
    it was cancelled meanwhile, else the one that `doubt` makes of why nothing was found.
    """
    try:
        found = look()
    except TaskError as cancelled:
        raise InDoubt(str(cancelled)) from error
    except TaniumError as refusal:
        raise doubt(f"It cannot be looked for: {refusal}") from error
    if found is None:
        raise doubt("Tanium does not list it.") from error
    return found


def last_action_id(saved: Row) -> int | None:
    """The action that a saved action has issued; None while it has issued none."""
    return natural_number(part(saved, "last_action").get("id")) or None


def issued_action(actions: Actions, name: str) -> Row | None:
    """The action that a saved action with this name, which no other has, has issued."""
    return next(filter(saved_action_of, actions.get_actions(name)), None)
