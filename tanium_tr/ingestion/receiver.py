# File: receiver.py
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
"""What Tanium Connect pushes: the body of a request becomes rows, the rows become containers and
artifacts, and the reply counts them.

Both entry points, the webhook and the REST handler, end here; nothing in it knows SOAR's platform.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Callable, NamedTuple

from ..config import ReceiverSettings
from ..errors import ConfigurationError
from ..soar.rest import NotAllowed, SoarRest, Unavailable
from .request_body import Rejection, is_packed, read_body, rows_of
from .row_intake import RowIntake


METHOD = "POST"


class Sent(NamedTuple):
    """A request. Names of `headers` in lower case; `query` as SOAR gives it, whatever its version;
    `read(limit)` gives the body, of which the caller takes no more than `limit` bytes.
    """

    headers: dict[str, str]
    query: dict[str, Any]
    read: Callable[[int], bytes]


class WebhookReply(NamedTuple):
    """`content` has `created`, `known` and `refused` rows with `refusals` once rows were looked at,
    and `error` unless all is well.
    """

    status: int
    content: dict[str, Any]

    @property
    def text(self) -> str:
        return json.dumps(self.content) + "\n"

    @property
    def headers(self) -> dict[str, str]:
        return {"Allow": METHOD} if self.status == 405 else {}


def reply_to(work: Callable[[], WebhookReply]) -> WebhookReply:
    """The reply that `work` makes, or the one to what went wrong."""
    try:
        return work()
    except Rejection as error:
        return WebhookReply(error.status, {"error": str(error)})
    except (NotAllowed, Unavailable) as error:
        return _failure(error, {})
    except ConfigurationError as error:
        return WebhookReply(500, {"error": str(error)})


def _failure(error: NotAllowed | Unavailable, counts: dict[str, Any]) -> WebhookReply:
    """The reply to what SOAR does not let the caller do, or cannot do now."""
    return WebhookReply(
        403 if isinstance(error, NotAllowed) else 503, {"error": str(error), **counts}
    )


def check_method(method: str) -> None:
    """Raises Rejection(405) for any other method than METHOD."""
    if method.upper() != METHOD:
        raise Rejection(405, f"Send rows with {METHOD}.")


def receive(
    sent: Sent,
    asset_id: int | str,
    configuration: dict[str, Any],
    soar: SoarRest,
    received: datetime,
) -> WebhookReply:
    """Save the rows of a request through `soar`. Raises Rejection and ConfigurationError before
    anything is saved.

    When SOAR stops working in the middle, the reply is 503 (403 when it does not let the caller in)
    with the counts so far: Connect then sends the batch again, and what exists already counts as
    known. When every row was refused the reply is 400: a success would hide that from Connect's
    log, and after 5xx Connect would send the rows again for nothing.
    """
    settings = ReceiverSettings.parse(configuration)
    packed = is_packed(sent.headers)
    body = read_body(sent.read(settings.max_bytes), settings.max_bytes, packed=packed)
    intake = RowIntake(soar, asset_id, _last(sent.query.get("label")) or settings.label)
    for row in rows_of(body):
        intake.add(row, received, settings.console_url)
    try:
        intake.save()
    except (NotAllowed, Unavailable) as error:
        return _failure(error, intake.counts())
    counts = intake.counts()
    if counts["refused"] and not counts["created"] and not counts["known"]:
        return WebhookReply(400, {"error": "No row was accepted.", **counts})
    return WebhookReply(200, counts)


def _last(value: Any) -> str:
    """A query value: text or nothing before SOAR 7, a list since then."""
    values = value if isinstance(value, list) else [value]
    return values[-1] if values and isinstance(values[-1], str) else ""
