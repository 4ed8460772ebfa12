# File: report.py
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
"""What a run of the HTTP-ingest actions reports: its counts, refusals, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..declare import Output
from ..errors import ParameterError, TaskError
from ..words import counted


if TYPE_CHECKING:
    from .delivery import Delivery
    from .records import Reader
    from .spool import Backlog


def delivery_result(
    reader: Reader, delivery: Delivery, backlog: Backlog, nothing: str = "", remark: str = ""
) -> Output:
    """What came of a run. Raises TaskError when not everything that could be sent was delivered,
    ParameterError when there was nothing.
    """
    remarks = []
    if reader.refused.count:
        remarks.append(f"Records refused because they cannot be sent: {reader.refused}.")
    if reader.large.count:
        remarks.append(f"Records over 500 KB, which the platform may truncate: {reader.large}.")
    if reader.broken.count:
        remarks.append(f"Texts with line feeds, which arrive as several records: {reader.broken}.")
    if not delivery.taken and (reader.refused.count or not nothing):
        raise ParameterError(
            " ".join(["Nothing was sent: the input contains no record that can be sent.", *remarks])
        )
    outcome = delivery.outcome(backlog, refused=reader.refused.count, large=reader.large.count)
    message = " ".join(
        [
            delivery.delivered if delivery.taken else nothing,
            *filter(None, [remark]),
            *remarks,
            *delivery.problems,
            *next_steps(backlog),
        ]
    )
    if delivery.has_failed:
        raise TaskError(message, [outcome])
    return Output([outcome], outcome, message)


def next_steps(backlog: Backlog) -> Iterator[str]:
    """What to do about what is still in the spool."""
    if backlog.in_use:
        yield (
            f"In use by other runs: {counted(backlog.in_use, 'record')}; records that they cannot"
            " deliver remain for 'resend undelivered'."
        )
    if backlog.undelivered:
        yield (
            f"Undelivered in the spool: {counted(backlog.undelivered, 'record')}; 'resend"
            " undelivered' delivers them."
        )
    if backlog.denied:
        yield (
            f"Waiting for another ingest_key: {counted(backlog.denied, 'record')}; enter the"
            " correct key and run 'resend undelivered', or run it with include_set_aside once the"
            " endpoint accepts this key."
        )
    if backlog.set_aside:
        yield (
            f"Set aside: {counted(backlog.set_aside, 'record')}; 'resend undelivered' lists them"
            " and, with include_set_aside, sends them again."
        )
    if backlog.elsewhere:
        yield (
            f"For another ingest_url: {counted(backlog.elsewhere, 'record')}, kept in the spool"
            " until the asset has that address again."
        )
