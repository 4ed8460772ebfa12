# File: targets.py
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
"""Which computers an action reaches, found out right before it is issued.

An action runs on the computers that are in its target group and in its action group. The target is
one of

    destinations   a filter by client ID, which pins these computers and no others: a host name may
                   have several, of machines that were set up anew
    group          a computer group, or the definition of one
    nothing        the whole action group

A question tells who is in both. Example: group `Servers`, action group `Default - All Computers`,
at most 10 computers.

    POST questions {selects: Computer ID, Computer Name; context_group: Servers}
    3 of 10 endpoints answered... -> srv-web-01, srv-db-02
    target group: Computer ID equals 3104477901 or 3104477902

Without a limit the group itself is the target, so that Tanium adds whoever comes into it while the
action lasts. With a limit the computers that answered are pinned, so that nobody is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from ..errors import ParameterError, TaskError
from ..numbers import natural_number
from ..parameters.shared import BY_HOSTNAME
from ..questions.asking import ask_for_itself
from ..questions.completeness import Counters
from ..questions.results import cells_of, columns_of, first_set, keys_of
from ..questions.waiting import WantedAnswers
from ..tanium.reply import flag, objects
from ..words import counted, first_few, printable, shown
from .destinations import CLIENT_ID, NAME, Computer, find_computers


if TYPE_CHECKING:
    from ..services import Services


Row = dict[str, Any]

# The same on every server (TANIUM_PLATFORM_WIRE 8).
ALL_COMPUTERS, NO_COMPUTERS = 1, 2
COUNTING_SECONDS = 60
LEAST_SHARE = 90  # percent of the endpoints, without which a count says nothing


class Wish(NamedTuple):
    """Who is meant: destinations, computers that are known, or a group: its object on Tanium, or a
    definition. Without any it is the whole action group.
    """

    destinations: tuple[str, ...] = ()
    destination_type: str = BY_HOSTNAME
    group: Optional[Row] = None
    computers: tuple[Computer, ...] = ()

    def as_row(self) -> Row:
        """The same for two runs that mean the same."""
        return {
            **self._asdict(),
            "destinations": sorted(self.destinations),
            "group": as_target(self.group),  # without what Tanium may have changed of it
            "computers": sorted(each.client_id for each in self.computers),
        }


class ComputerLimit(NamedTuple):
    """How many computers an action may reach at most, and who says so."""

    number: int
    source: str


class Targets(NamedTuple):
    """Who is reached. `group` is the action's target group, None for the whole action group;
    `is_exact`: nobody is added while the action lasts, and nobody was left uncounted.
    """

    computers: tuple[Computer, ...]
    group: Optional[Row]
    is_exact: bool
    notes: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        return len(self.computers)

    def sentence(self) -> str:
        """How many they are: `3 computers`."""
        return counted(self.number, "computer") + ("" if self.is_exact else " at present")


def limit_of(parameter: int | None, setting: int | None) -> ComputerLimit | None:
    """The lower of what a run allows and what the asset allows."""
    limits = [
        ComputerLimit(number, source)
        for number, source in (
            (parameter, "parameter 'max_targets'"),
            (setting, "asset setting 'max_targets'"),
        )
        if number is not None
    ]
    return min(limits, default=None)


def find_targets(
    services: Services, wish: Wish, action_group: Row, limit: ComputerLimit | None
) -> Targets:
    """Who an action would reach. Raises ParameterError when that is nobody, or more computers than
    the limit allows.
    """
    reach = Reach.of(action_group)
    if reach.is_nobody:
        raise ParameterError(
            f"The action group {shown(action_group.get('name'))} contains no computers, so the"
            " action would reach nobody. Choose an action group with computers, such as 'Default -"
            " All Computers'. Nothing was issued."
        )
    finding = _Finding(services, reach)
    if wish.computers:
        found = finding.computers(wish.computers, (), limit)
    elif wish.destinations:
        found = finding.destinations(wish, limit)
    else:
        found = finding.group(wish.group, limit)
    return found._replace(notes=(*reach.notes, *found.notes))


class Reach(NamedTuple):
    """The computer groups of an action group. Without any it is every computer, and so it is taken
    where a server does not report them.
    """

    name: str
    group_ids: tuple[int, ...] = ()
    is_every_group: bool = False  # a computer must be in all of them, not in any
    is_known: bool = True

    @classmethod
    def of(cls, action_group: Row) -> Reach:
        """By `groups` (`[{"id": 415}]`) and `and_flag` of an action group as
        `GET /api/v2/action_groups/by-name/{name}` has it. Of the groups of every server, *All
        Computers* limits nothing, and *No Computers* leaves nobody.
        """
        name, groups = str(action_group.get("name")), action_group.get("groups")
        if not isinstance(groups, list):
            return cls(name, is_known=False)
        numbers = (natural_number(each.get("id")) for each in objects(groups))
        ids = tuple(number for number in numbers if number is not None)
        is_every = flag(action_group, "and_flag")
        if is_every:
            others = tuple(each for each in ids if each != ALL_COMPUTERS)
            ids = (NO_COMPUTERS,) if NO_COMPUTERS in ids or not ids else others
        elif ALL_COMPUTERS in ids:
            ids = ()
        else:
            ids = tuple(each for each in ids if each != NO_COMPUTERS) or (NO_COMPUTERS,)
        return cls(name, ids, is_every)

    @property
    def is_nobody(self) -> bool:
        return self.group_ids == (NO_COMPUTERS,)

    @property
    def is_everybody(self) -> bool:
        return not self.group_ids

    @property
    def notes(self) -> tuple[str, ...]:
        if self.is_known:
            return ()
        return (
            f"Tanium does not say which computers the action group {shown(self.name)} contains;"
            " those outside it are not reached.",
        )

    def conditions(self) -> tuple[Row, ...]:
        """Groups that all must hold."""
        ids: tuple[Row, ...] = tuple({"id": each} for each in self.group_ids)
        if self.is_every_group or len(ids) < 2:
            return ids
        return ({"and_flag": False, "sub_groups": list(ids)},)


class _Finding:
    """Finds the targets inside an action group."""

    def __init__(self, services: Services, reach: Reach) -> None:
        self._services, self._reach = services, reach
        self._tanium, self._soar = services.tanium, services.soar

    def destinations(self, wish: Wish, limit: ComputerLimit | None) -> Targets:
        chosen, notes = find_computers(self._services, wish.destinations, wish.destination_type)
        return self.computers(chosen, notes, limit)

    def computers(
        self, chosen: tuple[Computer, ...], notes: tuple[str, ...], limit: ComputerLimit | None
    ) -> Targets:
        require_within(len(chosen), limit)
        offline = [each for each in chosen if each.is_online is False]
        if offline:
            waits = f"Offline: {names_of(offline)}. The action waits for them until it expires."
            notes = (*notes, waits)
        targets = Targets(chosen, pinned([each.client_id for each in chosen]), True, notes)
        return targets if self._reach.is_everybody else self._inside(targets)

    def _inside(self, targets: Targets) -> Targets:
        """The same, if none of them is known to be outside the action group. Of a computer that
        does not answer nobody knows.
        """
        answer = self._ask(targets.group)
        answered = {each.client_id for each in answer.computers}
        silent = [each for each in targets.computers if each.client_id not in answered]
        outside = [each for each in silent if each.is_online and answer.is_done]
        if outside:
            raise ParameterError(
                f"The action would not reach {names_of(outside)}, which did not answer as part of"
                f" the action group {shown(self._reach.name)}: not in it, outside the computer"
                " groups of the Tanium account, or too slow. Nothing was issued."
            )
        if not silent:
            return targets
        note = (
            f"No answer from {names_of(silent)}: it is not known whether the action group"
            f" {shown(self._reach.name)} contains them."
        )
        return targets._replace(notes=(*targets.notes, note))

    def group(self, group: Row | None, limit: ComputerLimit | None) -> Targets:
        answer = self._ask(group)
        if not answer.computers:
            where = f"in its target and in the action group {shown(self._reach.name)}"
            first = (
                f"The action would reach nobody: no computer that is online is {where}."
                if answer.is_done
                else "It is not known whom the action would reach: no computer"
                f" {where} has answered."
            )
            sentences = (first, *answer.notes, "Nothing was issued.")
            raise ParameterError(" ".join(sentences))
        require_within(len(answer.computers), limit)
        if limit is None:
            return Targets(answer.computers, as_target(group), False, answer.notes)
        note = "Because of max_targets, the action is limited to the computers that are online now."
        ids = [each.client_id for each in answer.computers]
        return Targets(answer.computers, pinned(ids), True, (*answer.notes, note))

    def _ask(self, group: Row | None) -> _Counted:
        """The computers that are online in a group and in the action group."""
        question = _question(group, self._reach)
        share = max(self._services.config.results_percentage, LEAST_SHARE)
        found = ask_for_itself(
            self._tanium,
            self._soar,
            question,
            purpose="counting the targets",
            wanted=WantedAnswers(share, COUNTING_SECONDS),
        )
        if found.data is None:
            raise TaskError(
                f"The computers that the action would reach cannot be counted. {found.trouble}"
                " Nothing was issued."
            )
        return _counted(first_set(found.data), is_done=found.is_done)


class _Counted(NamedTuple):
    """The computers that answered a question, whether it was all of them, and what there is to say
    of the others.
    """

    computers: tuple[Computer, ...]
    is_done: bool
    notes: tuple[str, ...]


def _counted(found: Row, *, is_done: bool) -> _Counted:
    keys = keys_of(columns_of(found))
    if CLIENT_ID not in keys or NAME not in keys:
        raise TaskError(
            "The computers that the action would reach cannot be counted: Tanium asked another"
            " question. Nothing was issued."
        )
    computers = {}
    for row in objects(found.get("rows") or []):
        values = {key: cell[0] if cell else None for key, cell in zip(keys, cells_of(row))}
        number = natural_number(values.get(CLIENT_ID))
        if number is not None:
            name = printable(values.get(NAME) or "")
            computers[str(number)] = Computer(str(number), name, is_online=True)
    counters = Counters.of(found)
    notes = [*counters.reasons()] if not computers or counters.hidden else []
    if not is_done or counters.is_nobody:
        notes.append(f"{counters.sentence()} when the computers were counted.")
    by_name = sorted(computers.values(), key=lambda each: (each.name.casefold(), each.client_id))
    return _Counted(tuple(by_name), is_done, tuple(notes))


def _question(group: Row | None, reach: Reach) -> Row:
    """Who is in a group and in an action group. A group on Tanium limits the question as its
    context, as the published app did it; others are conditions.
    """
    conditions = [*([group] if group else []), *reach.conditions()]
    contexts = [each for each in conditions if _is_reference(each)]
    question: Row = {
        "selects": [{"sensor": {"name": "Computer ID"}}, {"sensor": {"name": "Computer Name"}}],
    }
    if contexts:
        question["context_group"] = {"id": contexts[0]["id"]}
        conditions.remove(contexts[0])
    if conditions:
        rest = [{"id": each["id"]} if _is_reference(each) else each for each in conditions]
        question["group"] = rest[0] if len(rest) == 1 else {"and_flag": True, "sub_groups": rest}
    return question


def _is_reference(group: Row) -> bool:
    """Whether it is a group of Tanium's by its id, not a definition."""
    return bool(natural_number(group.get("id"))) and (
        not (group.get("filters") or group.get("sub_groups")) or bool(group.get("name"))
    )


def as_target(group: Row | None) -> Row | None:
    """A group as an action's target: one on Tanium by its id and name, a definition as it is."""
    if group is not None and _is_reference(group):
        return {name: group[name] for name in ("id", "name") if group.get(name)}
    return group


def pinned(client_ids: list[str]) -> Row:
    """The group of these computers and no others."""
    return {
        "and_flag": False,
        "filters": [
            {"sensor": {"name": "Computer ID"}, "operator": "Equal", "value": each}
            for each in client_ids
        ],
    }


def names_of(computers: list[Computer]) -> str:
    """The first of them by name: `ws1, ws2 and 3 more`."""
    return first_few(computers, lambda each: printable(each.name))


def require_within(number: int, limit: ComputerLimit | None) -> None:
    """Raise ParameterError for more computers than are allowed."""
    if limit is not None and number > limit.number:
        raise ParameterError(
            f"The action would reach {counted(number, 'computer')}, but the {limit.source} allows"
            f" {limit.number}. Nothing was issued."
        )
