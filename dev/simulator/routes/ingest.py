# File: ingest.py
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
"""The HTTP-ingest endpoint, and Splunk's collector in front of the same records. Neither knows
Tanium's sessions.
"""

from __future__ import annotations

from email.utils import formatdate

from flask import Blueprint, Response, request

from dev.simulator import seed
from dev.simulator.routes.request import reply, state
from dev.simulator.state.ingest import Unacceptable


SCHEMES = ("Bearer", "Splunk")
# Splunk's collector numbers its answers.
COLLECTOR_CODES = {
    "no data": 5,
    "bad data": 6,
    "busy": 9,
    "no token": 2,
    "bad scheme": 3,
    "bad token": 4,
}

routes = Blueprint("ingest", __name__)


@routes.post(seed.INGEST_PATH)
def ingest() -> Response:
    try:
        _check_transport()
        _check_key()
        _check_rate()
        state.ingest.accept(
            request.mimetype, request.headers.get("Content-Encoding", ""), request.get_data()
        )
    except Unacceptable as error:
        return _refusal(error, {"error": str(error)})
    return Response(status=200)


@routes.post(seed.COLLECTOR_PATH)
def collector_raw() -> Response:
    """Splunk's raw endpoint: any text, its own scheme, and a code in every answer."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if not key:
        return _coded(401, "Token is required", "no token")
    if scheme != "Splunk":
        return _coded(401, "Invalid authorization", "bad scheme")
    if key not in state.ingest.keys:
        return _coded(403, "Invalid token", "bad token")
    if state.ingest.is_too_fast():
        return _coded(503, "Server is busy", "busy")
    try:
        state.ingest.accept(
            request.mimetype, request.headers.get("Content-Encoding", ""), request.get_data()
        )
    except Unacceptable as error:
        meaning = "no data" if "empty" in str(error) else "bad data"
        return _coded(error.status, str(error), meaning, error.place)
    return reply({"text": "Success", "code": 0})


def _check_transport() -> None:
    if request.scheme != "https":
        raise Unacceptable(400, "Plaintext HTTP is not accepted")


def _check_key() -> None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme in SCHEMES and key in state.ingest.deleted_keys:
        raise Unacceptable(403, "The integration of this key has been deleted")
    if scheme not in SCHEMES or key not in state.ingest.keys:
        raise Unacceptable(401, "The integration key is missing or unknown")


def _check_rate() -> None:
    if state.ingest.is_too_fast():
        raise Unacceptable(429, "Too many requests")


def _refusal(error: Unacceptable, body: dict[str, str]) -> Response:
    response = reply(body, error.status)
    seconds = state.settings.ingest_retry_after
    if error.status == 429 and seconds:
        as_date = formatdate(state.clock() + seconds, usegmt=True)
        response.headers["Retry-After"] = (
            as_date if state.settings.ingest_retry_after_is_date else str(seconds)
        )
    return response


def _coded(status: int, text: str, meaning: str, place: int | None = None) -> Response:
    named = {} if place is None else {"invalid-event-number": place}
    return reply({"text": text, "code": COLLECTOR_CODES[meaning], **named}, status)
