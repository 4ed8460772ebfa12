# File: test_numbers.py
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
"""The readers of whole numbers: what each of them takes, and that nothing else passes."""

from __future__ import annotations

from typing import Any

import pytest

from tanium_tr.ingestion.values import digits, number
from tanium_tr.numbers import as_number, id_in_text, natural_number, whole_number
from tanium_tr.times import seconds
from tanium_tr.widgets.values import time_of


LONGEST = 2**64 - 1


def name_of(value: Any) -> str:
    return ascii(value)[:20]


NO_NUMBERS: list[Any] = [
    None,
    True,
    False,
    "",
    " ",
    " 5",
    "5 ",
    "5\n",
    "5.5",
    5.5,
    "1e3",
    "1_0",
    "0x5",
    "five",
    "\u0665",
    "\u00b2",
    "--5",
    "+",
    2**64,
    str(2**64),
    "9" * 5000,
    10**400,
    float("nan"),
    float("inf"),
    1e300,
    [5],
    {"id": 5},
    b"5",
]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (5, 5),
        (-5, -5),
        ("5", 5),
        ("005", 5),
        ("+5", 5),
        ("-5", -5),
        (5.0, 5),
        (-5.0, -5),
        ("5.0", 5),
        ("5.", 5),
        (0, 0),
        (LONGEST, LONGEST),
        (str(LONGEST), LONGEST),
        (2.0**53, None),
        ("5.01", None),
        *((value, None) for value in NO_NUMBERS),
    ],
    ids=name_of,
)
def test_whole_number_of_a_user(value: Any, found: int | None) -> None:
    assert (whole_number(value), type(whole_number(value))) == (found, type(found))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (5, 5),
        ("5", 5),
        ("005", 5),
        (0, 0),
        ("0", 0),
        (LONGEST, LONGEST),
        (str(LONGEST), LONGEST),
        (-5, None),
        ("-5", None),
        ("+5", None),
        (5.0, None),
        ("5.0", None),
        *((value, None) for value in NO_NUMBERS),
    ],
    ids=name_of,
)
def test_natural_number_of_a_server(value: Any, found: int | None) -> None:
    assert (natural_number(value), type(natural_number(value))) == (found, type(found))
    assert number(value, LONGEST) == ("" if found is None else str(found))
    assert digits(value) == (str(value) if found else "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5", 5),
        ("005", 5),
        ("9" * 18, 10**18 - 1),
        ("1" * 19, None),
        *((value, None) for value in [*NO_NUMBERS, "-5", "+5", "5.0"] if isinstance(value, str)),
    ],
    ids=name_of,
)
def test_id_in_a_text(text: str, found: int | None) -> None:
    assert id_in_text(text) == found


@pytest.mark.parametrize("value", ["-5", 5, 5.0, *NO_NUMBERS], ids=name_of)
def test_what_is_no_text_of_digits_stays_as_it_is(value: Any) -> None:
    assert as_number(value) is value


def test_text_of_digits_becomes_its_number() -> None:
    assert (as_number("5"), as_number(str(LONGEST))) == (5, LONGEST)


@pytest.mark.parametrize(
    "text", ["\u0661700000000000", "\u00b2", "-1700000000000", "9" * 20, "9" * 5000], ids=name_of
)
def test_digits_that_are_no_time(text: str) -> None:
    assert (seconds(text), time_of(text)) == (None, None)
