# File: forwarding.py
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
"""Alerts on their way to the HTTP-ingest endpoint: read page by page, as records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..ingestion.checkpoint import BEFORE_ALL, Checkpoint
from ..ingestion.cursor import oldest_first
from ..ingestion.values import decoded
from ..numbers import natural_number
from ..tanium.listing import EVERYTHING


if TYPE_CHECKING:
    from ..alerts.queries import Filters
    from ..ingestion.future_dates import FutureDates
    from ..tanium.alerts import Alerts
    from .records import Reader
    from .spool import Progress, Spool

Alert = dict[str, Any]


def alert_pages(
    alerts: Alerts, filters: Filters, offset: int, end: int
) -> Iterator[tuple[list[Alert], None]]:
    """Alerts that match a query, from one place in their list up to another."""
    for page in alerts.alert_pages(filters, limit=end - offset, offset=offset):
        if page.rows:
            yield page.rows, None


def new_alert_pages(
    alerts: Alerts,
    spool: Spool,
    base_url: str,
    filters: Filters,
    limit: int | None,
    future: FutureDates,
) -> Iterator[tuple[list[Alert], Progress]]:
    """Pages of alerts that were not forwarded before. Each comes with the step that it takes the
    stream of this query; both are written to disk together.
    """
    from .spool import Progress  # imported here: most actions need no database

    stream = json.dumps([base_url, sorted(filters)])
    before = spool.position(stream)
    first = Checkpoint(0, BEFORE_ALL)
    stored = Checkpoint.read(decoded(before))
    checkpoint = stored.within(future.clock, first) if stored else first
    remaining = EVERYTHING if limit is None else limit
    for stretch in oldest_first(alerts, checkpoint, query=filters):
        places = enumerate(stretch.alerts, stretch.offset)
        new = [
            (place, mark, alert) for place, (mark, alert) in places if not checkpoint.covers(mark)
        ]
        end = new[remaining][0] if len(new) > remaining else stretch.end
        new = new[:remaining]
        for _, mark, _ in new:
            future.note(mark[0])
        done = [mark for mark, _ in stretch.alerts[: end - stretch.offset]]
        checkpoint = checkpoint.advanced(done, end, clock=future.clock)
        after = json.dumps(checkpoint.stored())
        yield [alert for _, _, alert in new if alert], Progress(stream, before, after)
        before, remaining = after, remaining - len(new)
        if remaining <= 0:
            return


def alert_records(alerts: list[Alert], reader: Reader) -> list[bytes]:
    """An alert as Tanium gave it; one without guid gets another stable id in its place."""
    records = []
    for alert in alerts:
        number = alert.get("id")
        record = json.dumps(
            {**alert, "guid": alert.get("guid") or f"tanium-alert-{number}"}, separators=(",", ":")
        ).encode("ascii")
        if reader.takes(natural_number(number) or 0, record):
            records.append(record)
    return records
