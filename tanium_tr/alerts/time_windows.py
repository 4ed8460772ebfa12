# File: time_windows.py
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
"""Windows of time that a person or a playbook gives: from one moment to another, or around an
alert. All times are in UTC.

    from_time=2026-11-02T05:14:00Z  to_time=1793596500     ISO 8601, seconds since 1970
    from_time=-2h                   to_time=-30m           relative to SOAR's clock
    around_alert=4711               minutes=10             from 10 minutes before to 10 after it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Optional

from ..declare import ALERT_GUID, ALERT_ID, NUMERIC, Column, Param
from ..errors import ParameterError, TaskError
from ..tanium.event_filter import Window
from ..times import FORMS, moment_in, seconds, utc_milliseconds
from ..words import shown
from .lookup import find_alert, read_references


if TYPE_CHECKING:
    from ..services import Services


WEEK = 7 * 24 * 60  # minutes

# The bounds, in the summary of an action that was given some.
BOUNDS = (
    Column("from_time", examples=("2026-11-02T05:14:00.000Z",)),
    Column("to_time", examples=("2026-11-02T05:34:00.000Z",)),
)
FILTERED_BY_APP = "The app applied the time, because this Tanium server cannot."


@dataclass(frozen=True)
class WindowParameters:
    """The parameters of actions that read events of a time."""

    from_time: Annotated[
        Optional[str],
        Param(
            "Only events from this time on: ISO 8601 (in UTC unless it has an offset), seconds or"
            " milliseconds since 1970, or relative to now (-30m, -2h, -1d)",
            examples=("-2h",),
        ),
    ] = None
    to_time: Annotated[
        Optional[str],
        Param("Only events up to this time, in the same forms", examples=("-30m",)),
    ] = None
    around_alert: Annotated[
        Optional[str],
        Param(
            "Only events around the time of this alert: a number or a guid; instead of from_time"
            " and to_time",
            contains=(ALERT_ID, ALERT_GUID),
            examples=("1",),
        ),
    ] = None
    minutes: Annotated[
        int,
        Param(
            "With around_alert: minutes before the alert and after it",
            NUMERIC,
            default=10,
            minimum=1,
            maximum=WEEK,
        ),
    ] = 10


class TimeWindow(NamedTuple):
    """What was asked for; `bounds` is None without a window."""

    bounds: Window | None

    @property
    def summary(self) -> dict[str, Any]:
        """The bounds that there are."""
        found = zip(("from_time", "to_time"), self.bounds or ())
        return {name: utc_milliseconds(time / 1000) for name, time in found if time is not None}

    def message(self, text: str, *, is_app_filtered: bool) -> str:
        """A message about events, with the window in it."""
        words = " ".join(f"{name.partition('_')[0]} {time}" for name, time in self.summary.items())
        message = f"{text} {words}" if words else text
        return f"{message}. {FILTERED_BY_APP}" if words and is_app_filtered else message


class TimeWindows:
    """Reads windows; one around an alert costs a request."""

    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    def read(self, given: WindowParameters) -> TimeWindow:
        """Raises ParameterError, before anything is sent, for what is not a window."""
        if given.around_alert:
            if given.from_time or given.to_time:
                raise ParameterError(
                    "Parameter 'around_alert' replaces 'from_time' and 'to_time': specify either"
                    " the alert or the times, not both."
                )
            (reference,) = read_references("around_alert", [given.around_alert])
            alert = find_alert(self._tanium.alerts, reference)
            return TimeWindow(around(alert, given.minutes))
        start = self._moment("from_time", given.from_time)
        end = self._moment("to_time", given.to_time)
        if start is None and end is None:
            return TimeWindow(None)
        if start is not None and end is not None and start > end:
            raise ParameterError(
                f"Parameter 'from_time' is {shown(given.from_time)}, which is after 'to_time'"
                f" ({shown(given.to_time)}): use an earlier time."
            )
        return TimeWindow(Window(start, end))

    def _moment(self, name: str, text: str | None) -> int | None:
        if not text:
            return None
        moment = moment_in(text, self._soar.time())
        if moment is None:
            raise ParameterError(
                f"Parameter '{name}' is {shown(text)}: {FORMS}, or a time before now like -30m, -2h"
                " or -1d."
            )
        return moment


def around(alert: dict[str, Any], minutes: int) -> Window:
    """The minutes before an alert and after it, by the endpoint's clock where that is known. Raises
    TaskError for an alert without a time.
    """
    for name in ("alertedAt", "createdAt"):
        moment = seconds(alert.get(name))
        if moment is not None:
            middle, span = round(moment * 1000), minutes * 60_000
            return Window(max(0, middle - span), middle + span)
    raise TaskError(f"Alert {shown(alert.get('id'))} has no time. Specify from_time and to_time.")
