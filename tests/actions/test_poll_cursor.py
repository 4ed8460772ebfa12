# File: test_poll_cursor.py
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
"""What a checkpoint covers, and what it leaves to be found again."""

from __future__ import annotations

from typing import Any

import pytest

from tanium_tr.ingestion.checkpoint import Checkpoint, Mark
from tanium_tr.ingestion.cursor import STEP, created


def marks(count: int, apart: float) -> list[Mark]:
    """So many seconds lie between one and the next."""
    return [(1000.0 + number * apart, number) for number in range(1, count + 1)]


@pytest.mark.parametrize("apart", [0.0, 1.0, 3600.0])
def test_refused_alert_is_found_again_after_a_full_page(apart: float) -> None:
    refused, *done = marks(STEP, apart)

    checkpoint = Checkpoint.looking_back(0).advanced(done, STEP, [refused])

    assert not checkpoint.covers(refused)
    assert all(map(checkpoint.covers, done))


def test_alert_that_becomes_visible_minutes_late_is_found() -> None:
    done = marks(300, 3.0)  # in a quarter of an hour

    checkpoint = Checkpoint.looking_back(0).advanced(done, 300)

    assert not checkpoint.covers((done[-1][0] - 14 * 60 + 0.5, 5000))


@pytest.mark.parametrize(
    ("alert", "second"),
    [
        (
            {
                "createdAt": "1970-01-01T00:00:03Z",
                "receivedAt": "1970-01-01T00:00:02Z",
                "alertedAt": "1970-01-01T00:00:01Z",
            },
            3,
        ),
        (
            {
                "createdAt": None,
                "receivedAt": "1970-01-01T00:00:02Z",
                "alertedAt": "1970-01-01T00:00:01Z",
            },
            2,
        ),
        ({"createdAt": "soon", "alertedAt": "1970-01-01T00:00:01Z"}, 1),
        ({"createdAt": "1970-01-01T00:00:00Z", "alertedAt": "1970-01-01T00:00:01Z"}, 0),
        ({}, None),
    ],
)
def test_created_is_the_nearest_time_that_is_told(
    alert: dict[str, Any], second: float | None
) -> None:
    assert created(alert) == second
