# File: http_ingest.py
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
"""What goes on to an HTTP-ingest endpoint: records of any kind, Tanium's alerts, and what earlier
runs could not deliver.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Annotated, BinaryIO, Optional

from ..alerts.lookup import find_each, read_references
from ..alerts.queries import Filters, Query, doubts, parse_query, place_of
from ..config import ALERT_STATES
from ..declare import ALERT_GUID, ALERT_ID, NUMERIC, SHA1, VAULT_ID, Column, Output, Param, action
from ..errors import ParameterError, TaskError
from ..ingest.delivery import OUTCOME, TIMEOUT, Delivery, ahead
from ..ingest.forwarding import (
    Alert,
    alert_pages,
    alert_records,
    new_alert_pages,
)
from ..ingest.packing import JSON, TEXT, Packer
from ..ingest.records import Reader, refuse_utf16
from ..ingest.report import delivery_result, next_steps
from ..ingestion.future_dates import FutureDates
from ..permissions import ALERTS_READ
from ..services import Services
from ..tanium.listing import EVERYTHING


if TYPE_CHECKING:
    from ..ingest.spool import Progress, Spool

LONGEST_TEXT = 16 * 1024 * 1024

SUMMARY = tuple(column._replace(title="") for column in OUTCOME)
BATCH = (
    Column("batch_id", NUMERIC, title="Batch", examples=(7,)),
    Column("state", title="State", examples=("set aside",)),
    Column("records", NUMERIC, title="Records", examples=(200,)),
    Column("numbers", title="Record Numbers", examples=("613", "1-200,202")),
    Column("bytes", NUMERIC, title="Bytes", examples=(100000,)),
    Column("created", NUMERIC, examples=(1795336967.05,)),
    Column("attempts", NUMERIC, title="Attempts", examples=(1,)),
    Column("reason", title="Reason"),
)


class IngestActions:
    def __init__(self, services: Services) -> None:
        self._ingest, self._tanium, self._soar = (
            services.open_ingest(),
            services.tanium,
            services.soar,
        )
        self._settings = services.config.ingest
        # Seconds: to connect, to send, to be answered.
        self._longest_request = 3 * services.config.request_timeout
        self._base_url = services.config.base_url

    @action(
        type="generic",
        read_only=False,
        permissions=(),
        columns=OUTCOME,
        summary=SUMMARY,
        message="Delivered 1000 records in 1 request",
        view="display_delivery",
    )
    def send_records(
        self,
        records: Annotated[
            Optional[str],
            Param(
                "Records to send: lines of text, or JSON (an object, an array of objects, or one"
                " object per line)",
                longest=LONGEST_TEXT,
            ),
        ] = None,
        vault_id: Annotated[
            Optional[str],
            Param(
                "Vault item that contains the records, instead of records",
                contains=(VAULT_ID, SHA1),
            ),
        ] = None,
        format: Annotated[
            str, Param("Format of the records: json or text", choices=("json", "text"))
        ] = "json",
        timeout: Annotated[int, TIMEOUT] = 300,
    ) -> Output:
        """Send records to the HTTP-ingest endpoint.

        Records are written to disk before they are sent, and stay there until the endpoint has
        accepted them; resend undelivered delivers what this run could not. A record can arrive
        twice if an answer of the endpoint is lost. Records that are not UTF-8 or not JSON are
        refused and listed by number; the others are sent.
        """
        if bool(records) is bool(vault_id):
            raise ParameterError("Specify either 'records' or 'vault_id', not both.")
        reader = Reader()
        packer = self._packer(TEXT if format == "text" else JSON, reader)
        with self._spool() as spool, self._open_records(records, vault_id) as file:
            refuse_utf16(file)
            delivery = self._delivery(spool, timeout, packer)
            if format == "json":
                blocks = reader.json(file)
            elif records:
                blocks = reader.texts(records)
            else:
                blocks = reader.text(file)
            delivery.deliver((batches, None) for batches in ahead(packer.batches(blocks)))
            return delivery_result(reader, delivery, spool.backlog())

    @action(
        type="generic",
        read_only=False,
        permissions=(ALERTS_READ,),
        columns=OUTCOME,
        summary=SUMMARY,
        message="Delivered 12 records in 1 request",
        view="display_delivery",
    )
    def forward_alerts(
        self,
        query: Query = None,
        limit: Annotated[
            Optional[int],
            Param(
                "Maximum number of alerts to forward; all of them if neither this nor the query"
                " sets a limit",
                minimum=1,
            ),
        ] = None,
        offset: Annotated[Optional[int], Param("Offset into the result set")] = None,
        alert_ids: Annotated[
            Optional[list[str]],
            Param(
                "Comma-separated alert IDs (numbers or guids) of the alerts to forward, instead of"
                " a query",
                contains=(ALERT_ID, ALERT_GUID),
            ),
        ] = None,
        only_new: Annotated[
            bool,
            Param(
                "Only alerts that no earlier run with this setting and the same query has"
                " forwarded, oldest first"
            ),
        ] = False,
        timeout: Annotated[int, TIMEOUT] = 300,
    ) -> Output:
        """Forward Threat Response alerts to the HTTP-ingest endpoint.

        Every alert is one JSON object, as Tanium returns it; its guid identifies duplicates. With
        only_new, an alert counts as forwarded once it is on disk; if the endpoint cannot be
        reached, resend undelivered delivers it. An alert that matches the query only some time
        after its creation is not new. If an alert of alert_ids is not found, none is forwarded.
        """
        references = read_references("alert_ids", filter(None, alert_ids or ()))
        if references:
            _refuse_with_ids(query=query, limit=limit, offset=offset, only_new=only_new or None)
        filters = parse_query((query or "").lstrip("?"))
        for doubt in doubts(filters, ALERT_STATES):
            self._soar.progress(doubt)
        if only_new:
            _refuse_own_place(filters, offset)
        reader, future = Reader(), FutureDates(self._soar.time())
        packer = self._packer(JSON, reader)
        alerts = self._tanium.alerts
        named = find_each(alerts, references, "Nothing was forwarded.") if references else []
        with self._spool() as spool:
            pages: Iterator[tuple[list[Alert], Progress | None]] = (
                iter([(named, None)])
                if named
                else new_alert_pages(alerts, spool, self._base_url, filters, limit, future)
                if only_new
                else alert_pages(alerts, *_span(filters, limit, offset))
            )
            delivery = self._delivery(spool, timeout, packer)
            delivery.deliver(
                (list(packer.batches([alert_records(alerts, reader)])), progress)
                for alerts, progress in pages
            )
            return delivery_result(
                reader,
                delivery,
                spool.backlog(),
                nothing="There are no alerts to forward.",
                remark=future.remark,
            )

    @action(
        type="generic",
        read_only=False,
        permissions=(),
        columns=BATCH,
        summary=tuple(column for column in SUMMARY if column.path not in ("refused", "large")),
        message="Delivered 1000 records in 1 request",
        view="display_delivery",
    )
    def resend_undelivered(
        self,
        include_set_aside: Annotated[
            bool,
            Param(
                "Also resend what the endpoint refused (set aside or denied); useful only once the"
                " endpoint accepts it"
            ),
        ] = False,
        timeout: Annotated[int, TIMEOUT] = 300,
    ) -> Output:
        """Deliver records that earlier runs could not, and list those that remain undelivered.

        The rows are the batches that remain: undelivered, in use by another run, denied (the
        endpoint refused the key; they wait for another ingest_key, or for include_set_aside once
        the endpoint accepts this key) or set aside (the endpoint refused the record). The numbers
        of records are their lines, their places in the array or the IDs of alerts. Records are
        deleted only after they were accepted, and are sent only to the address for which they were
        intended.
        """
        with self._spool() as spool:
            if include_set_aside:
                spool.resume_refused()
            delivery = self._delivery(spool, timeout)
            delivery.resend()
            rows, backlog = spool.rows(), spool.backlog()
        summary = {
            name: count
            for name, count in delivery.outcome(backlog).items()
            if name not in ("refused", "large")
        }
        done = delivery.delivered if delivery.requests else "There was nothing to deliver."
        message = " ".join([done, *delivery.problems, *next_steps(backlog)])
        if delivery.has_failed:
            raise TaskError(message, rows)
        return Output(rows, summary, message)

    @contextmanager
    def _spool(self) -> Iterator[Spool]:
        from ..ingest.spool import LEASE, Spool  # imported here: most actions need no database

        spool = Spool(
            self._soar.spool_path,
            self._ingest.endpoint,
            self._ingest.digest,
            lease=LEASE + self._longest_request,
        )
        try:
            if spool.found_open_to:
                self._soar.progress(
                    f"The spool of undelivered records was open to others (mode"
                    f" {spool.found_open_to:04o}); from now on only its owner may use it (0600)."
                )
            yield spool
        finally:
            spool.close()

    def _packer(self, content_type: str, reader: Reader) -> Packer:
        return Packer(content_type, reader.numbering, compress=self._settings.compression)

    def _delivery(self, spool: Spool, timeout: int, packer: Packer | None = None) -> Delivery:
        return Delivery(
            self._ingest,
            spool,
            self._soar,
            budget=timeout,
            rate=self._settings.rate_kb * 1000,
            packer=packer,
        )

    @contextmanager
    def _open_records(self, records: str | None, vault_id: str | None) -> Iterator[BinaryIO]:
        if vault_id:
            with self._soar.vault_file(vault_id)[0].open("rb") as file:
                yield file
        else:
            yield BytesIO((records or "").encode("utf-8"))


def _span(filters: Filters, limit: int | None, offset: int | None) -> tuple[Filters, int, int]:
    """The query without its place in the list, and that place: from the first number up to the
    second.
    """
    filters, count, start = place_of(filters, limit, offset, usual_limit=EVERYTHING)
    return filters, start, start + count


def _refuse_with_ids(**others: object) -> None:
    for name, value in others.items():
        if value is not None:
            raise ParameterError(f"Specify either 'alert_ids' or '{name}', not both.")


def _refuse_own_place(filters: Filters, offset: int | None) -> None:
    chosen = [name for name, _ in filters if name in ("sort", "limit", "offset")]
    if chosen or offset is not None:
        name = chosen[0] if chosen else "offset"
        raise ParameterError(
            f"Parameter 'only_new' continues where the last run ended, so '{name}' cannot be"
            " combined with it."
        )
