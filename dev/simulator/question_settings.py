# File: question_settings.py
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
"""What a test may set about questions, answers, lists and rights; where Tanium's documents leave
something open, both variants are here.

How to use them: a server with `answer_seconds=0` and `estimate_seconds=0` has every answer at once.
With a clock that the test moves, answers arrive as it moves. `extra_endpoints=100_000` makes a
large estate at once. Every value may change while the server runs; what an endpoint answers to a
question that is already asked stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from dev.simulator.setting_choices import require_choices


@dataclass
class QuestionSettings:
    answer_seconds: float = 2.0
    """The endpoints' answers are spread evenly over this time."""
    estimate_seconds: float = 0.5
    """Until then a question's `estimated_total` is 0."""
    silent_share: float = 0.0
    """This share of the registered endpoints never answers."""
    straggler_share: float = 0.0
    """This share answers `straggler_seconds` after the others."""
    straggler_seconds: float = 60.0
    unavailable_share: float = 0.0
    """This share first answers with `unavailable_marker` in every cell, and with its values
    `unavailable_seconds` later.
    """
    unavailable_seconds: float = 20.0
    """Also how long a slow sensor takes; `float("inf")` for ever."""
    unavailable_marker: str = "[current results unavailable]"
    """Also seen: `[current result unavailable]` and `[results currently unavailable]`."""
    extra_endpoints: int = 0
    """So many generated Windows endpoints exist beside the ones of `seed.HOSTS`."""
    late_endpoints: int = 0
    """So many more register after a question is asked: they answer and are not in the estimate."""
    values_per_cell: int = 2
    """IP addresses of an endpoint."""
    changing_seconds: float = 30.0
    """Questions asked in the same stretch of so many seconds get the same from the changing
    sensors, others get something else.
    """
    default_expire_seconds: int = 600
    """Life of a question that does not bring its own."""
    results_lifetime_seconds: float = 3600.0
    """So long after its end a question still has its rows; later it has counters only. Nobody has
    shown how long it is.
    """
    question_lifetime_seconds: float = 7 * 86400.0
    """So long after its end a question can be found at all."""
    early_results_missing: int = 0
    """So many first reads of a question's results are answered 404 SensorNotFound, as 7.3 did."""
    row_ids: bool = True
    """Rows have an `id`."""
    counting_splits_values: bool = True
    """A question that counts has one row per value of an endpoint; False: one per set of values.
    Nobody has shown which.
    """
    parameters_in_columns: bool = False
    """A column is called `Sensor[value]` instead of `Sensor`."""
    saved_questions_reask: bool = True
    """Reading the results of a saved question asks it again when its last answer is older than its
    interval. Nobody has shown whether it does.
    """
    unparsable: str = "empty"
    """How production answers a text that means nothing: `empty` (`[]`) or `not_found` (404
    EntityNotFoundError).
    """
    canonical_candidates: int = 1
    """So many candidates of a canonical text are marked as canonical: none, one, or more."""
    unknown_operator: str = "refused"
    """What becomes of a filter with an unknown operator: `refused` with 400, or `hash_match` as
    without one. Nobody has shown which.
    """
    list_tail: str = "flat"
    """The non-row at the end of a list: `flat`, `wrapped` in a key `cache_info`, or `none`."""
    by_name_lists: bool = False
    """`by-name` answers a list of one object."""
    hash_as_text: bool = False
    """The hash of a sensor is a text in its object."""
    error_texts: str = "full"
    """`full`: the status line, the kind of exception and the name stand in an error's text; `name`:
    the name only. Nobody has captured the exact words.
    """
    missing_right_status: int = 403
    """Reply to a call whose privilege the user lacks: 403, or 404 as if it did not exist."""
    validate_reply: str = "flat"
    """`session/validate` answers `{"session": ...}` (`flat`) or `{"data": {...}}` (`nested`)."""
    session_idle_seconds: float = 300.0
    """A session that nobody uses for so long ends."""
    sessions_change: bool = False
    """`session/validate` answers a session with another string; both are good then."""

    def __post_init__(self) -> None:
        choices = {
            "unparsable": ("empty", "not_found"),
            "unknown_operator": ("refused", "hash_match"),
            "list_tail": ("flat", "wrapped", "none"),
            "error_texts": ("full", "name"),
            "validate_reply": ("flat", "nested"),
        }
        require_choices(self, choices)
