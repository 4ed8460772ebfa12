# File: question.py
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
"""Who an endpoint is, by a question, where there is no API gateway or it does not list the
endpoint. Only endpoints that are online answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..errors import ParameterError, TaskError
from ..parameters.shared import BY_EID, BY_HOSTNAME, BY_IP_ADDRESS
from ..questions.asking import ask_sensors
from ..questions.reading import AnswersReader
from ..questions.waiting import WantedAnswers
from ..words import shown


if TYPE_CHECKING:
    from ..services import Services


Row = dict[str, Any]

NAME, CLIENT, ADDRESS, SYSTEM = "Computer Name", "Computer ID", "IP Address", "Operating System"


def endpoints_by_question(
    services: Services, destination: str, destination_type: str, timeout: int
) -> list[Row]:
    """The endpoints that match and that have answered in time, with few values each. Raises
    ParameterError when there is none.
    """
    if destination_type == BY_EID:
        raise ParameterError(
            "Without an API gateway, endpoints cannot be found by their eid. Use another"
            " destination_type."
        )
    names = [NAME, CLIENT, ADDRESS, SYSTEM]
    filters = _filters(destination, destination_type)
    asked = ask_sensors(services.tanium, services.soar, names, life=timeout, filters=filters)
    wanted = WantedAnswers(services.config.results_percentage, timeout, no_unavailable=True)
    try:
        output = AnswersReader(services).read_asked(asked, wanted, accept_incomplete=True)
    except TaskError as error:
        raise TaskError(f"The endpoint was asked by question {asked.id}. {error}") from error
    records = [each for row in output.rows for each in row["records"]]
    rows = [_row(each) for each in records if each.get("computer_id")]
    if not rows:
        raise ParameterError(
            f"No endpoint with {destination_type} {shown(destination)} has answered question"
            f" {asked.id}. By a question, only endpoints that are online can be found."
            f" {output.message}"
        )
    return rows


def _filters(destination: str, destination_type: str) -> Row:
    """The group of those that may be meant: by a name with or without its domain."""
    if destination_type == BY_HOSTNAME:
        short = destination.partition(".")[0] or destination
        domain = rf"{re.escape(short)}\..*"
        found = [_filter(NAME, "Equal", name) for name in dict.fromkeys((destination, short))]
        if short == destination:
            found.append(_filter(NAME, "RegexMatch", domain))
    else:
        sensor = ADDRESS if destination_type == BY_IP_ADDRESS else CLIENT
        found = [_filter(sensor, "Equal", destination)]
    return {"and_flag": False, "filters": found}


def _filter(sensor: str, operator: str, value: str) -> Row:
    return {
        "sensor": {"name": sensor},
        "operator": operator,
        "value": value,
        "value_type": "String",
        "ignore_case_flag": True,
    }


def _row(record: Row) -> Row:
    several = record.get("all_values") or {}
    address = record.get("ip_address")
    return {
        "computer_name": record.get("computer_name"),
        "computer_id": record.get("computer_id"),
        "ip_address": address,
        "ip_addresses": several.get("ip_address") or ([address] if address else []),
        "os": {"name": record.get("operating_system")},
        "data_source": "question",
        "age_seconds": 0,
        "missing": [],
    }
