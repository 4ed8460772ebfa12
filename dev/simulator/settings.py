# File: settings.py
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
"""What a test or the command line may set; a running server reads every value anew, so a test may
change one at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dev.simulator.action_settings import ActionSettings
from dev.simulator.dialects.choice import OPERATIONS, PRODUCTION, SPECIFIED, Setting
from dev.simulator.dialects.connect import CONNECT_OPERATIONS
from dev.simulator.gateway_settings import GatewaySettings
from dev.simulator.question_settings import QuestionSettings


@dataclass
class Settings(QuestionSettings, ActionSettings, GatewaySettings):
    """All settings; those about questions are described in `question_settings`, those about actions
    in `action_settings`, those about the API gateway in `gateway_settings`.
    """

    connect_seconds: float = 2.0
    """How long an endpoint takes to answer a new connection."""
    connect_timeout_seconds: float = 60.0
    """How long a connection waits for an endpoint that never answers."""
    idle_minutes: float = 10.0
    """A connection that nobody uses for so long is disconnected."""
    task_seconds: float = 2.0
    """How long a file, a snapshot or a deployment takes."""
    unauthenticated_status: int = 401
    """Reply to an unknown or expired session or token: 401, or 403 as some servers do."""
    login_status: int = 200
    """400, 404 or 405 makes `session/login` unavailable, so that clients fall back to `/auth`."""
    intel_envelope: bool = True
    """Uploads, scans, and single documents and labels answer `{"data": ...}`; older servers send
    the bare object.
    """
    dialect: Setting = PRODUCTION
    """`production`, `specified`, or a mapping by resource and operation as `dialects.choice`
    describes.
    """
    default_page: int = 50
    """Rows of a list in the specified dialect, and of Connect's connections and logs, when the
    request has no `limit`.
    """
    without_tasks: bool = True
    """In the specified dialect there is no `TR/tasks`."""
    without_unspecified: bool = False
    """In the specified dialect there is nothing else that the OpenAPI file lacks either:
    `dialects.choice.UNSPECIFIED` names it.
    """
    connection_by_id: bool = False
    """In production's dialect there is `GET TR/conns/{id}`, which no known client of production
    servers uses.
    """
    connect_run_seconds: float = 1.0
    """How long a run of Connect takes before it delivers. These are seconds of the real clock, as
    everything in a run is.
    """
    connect_ca_file: str = ""
    """The authority by which Connect judges its destinations' certificates; by default the ones
    that `requests` brings.
    """
    connect_token_url: str = ""
    """Where Connect fetches tokens of IBM Cloud IAM, on this machine; by default it makes them up:
    `simulated-iam-` and digits.
    """
    connect_shows_secrets: bool = False
    """Connect returns its destinations with their secrets in clear, as a careless server does."""
    connect_reads_status: int = 200
    """404 or 405 makes Connect's `GET connections` and `GET connections/{id}` unavailable, so that
    clients turn to production's reads.
    """
    connect_odd_replies: bool = False
    """Connect answers without `data`, with ids that are strings of digits, and with keys that no
    document knows.
    """
    connect_dialect: Setting = SPECIFIED
    """`specified`, `vendor`, or a mapping by resource and operation as `dialects.connect` names
    them. The settings below count in the vendor's dialect.
    """
    connect_refusal_status: int = 404
    """404 or 405: the reply to what only the other dialect has."""
    connect_lists: str = "bare"
    """How lists come: `bare`, or in an object under `data`, `items` or `body`."""
    connect_secrets: str = "masked"
    """What becomes of `password` and `secret` in a reply: `shown`, `masked` or `left out`."""
    connect_keeps_secrets: bool = True
    """A secret that is left out or masked in a change of what exists stays; otherwise it is gone,
    or the mask is the secret from then on.
    """
    connect_import_keeps_id: bool = True
    """An import of a connection that exists changes it; otherwise it takes its place under a new
    id.
    """
    file_result_uuid: bool = True
    """The results of a task that fetched a file name its uuid, as servers do since 2022."""
    missing_file_status: str = "COMPLETED"
    """How a task ends whose file is not on the endpoint; its results name the file either way."""
    expired_action_status: str = "EXPIRED"
    """What becomes of a response action that its endpoint did not take in time; nobody has shown
    whether it is this or COMPLETED.
    """
    odd_files: bool = False
    """Two more files have been fetched: an archive of several files, and one that is no archive."""
    computer_id_as_text: bool = False
    """Rows of system_status have their `computer_id` as a text instead of a number."""
    alerts: int = 120
    """Number of alerts that exist at the start."""
    most_alerts: int = 100_000
    """So many of the newest alerts stay when the server prunes its table."""
    prune_minutes: float = 5.0
    """Time from one pruning to the next."""
    guid_filter: bool = True
    """The list of alerts knows the filter `guid`, which only one client's documents name; else it
    is ignored, as every parameter that a server does not know.
    """
    refuses_unknown_alerts: bool = True
    """Deleting several alerts fails when one of them does not exist, and deletes none; else it
    deletes the others. Nobody has shown which.
    """
    odd_details: bool = False
    """Some alerts have details that no capture shows: none, garbage, or an object instead of its
    text.
    """
    defender_event_kind: str = "malware_action_v2"
    """What the event in an alert of Microsoft Defender is called; there are others than this."""
    ingest_max_bytes: int = 100_000_000
    """Largest body that the ingest endpoint takes, uncompressed."""
    ingest_refused: str = ""
    """A body with a record that contains this text is refused as a whole, with 400."""
    ingest_requests_per_second: int = 0
    """More than so many are refused with 429, by the collector with 503; 0 means any number."""
    ingest_retry_after: int = 0
    """Seconds that the endpoint's 429 asks to wait; 0 leaves the header out."""
    ingest_retry_after_is_date: bool = False
    """That header gives a date instead of seconds."""
    seed: int = 7
    """Everything generated follows from this number and the clock's time at the start."""

    def __post_init__(self) -> None:
        QuestionSettings.__post_init__(self)
        ActionSettings.__post_init__(self)
        GatewaySettings.__post_init__(self)
        OPERATIONS.check(self.dialect)
        CONNECT_OPERATIONS.check(self.connect_dialect)


QUICK: dict[str, Any] = {
    "connect_seconds": 0.2,
    "connect_timeout_seconds": 1.0,
    "task_seconds": 0.3,
    "connect_run_seconds": 0.1,
    "answer_seconds": 0.3,
    "estimate_seconds": 0.05,
    "straggler_seconds": 0.5,
    "unavailable_seconds": 0.5,
    "action_start_seconds": 0.1,
    "action_step_seconds": 0.1,
}
"""Delays for demonstrations and for tests against the real clock."""
