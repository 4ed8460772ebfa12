# File: application.py
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
"""The web application: every route, over the state of whichever server a request came to."""

from __future__ import annotations

import functools

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from dev.simulator.errors import PlatformError, Rejected
from dev.simulator.routes import (
    action_groups,
    actions,
    alerts,
    connect,
    connect_parts,
    connect_vendor,
    connections,
    endpoint_files,
    evidence,
    files,
    gateway,
    groups,
    ingest,
    intel,
    labels,
    packages,
    platform,
    questions,
    recordings,
    reputation,
    response_actions,
    saved_questions,
    sensors,
    snapshots,
    tasks,
    tokens,
)
from dev.simulator.routes.request import reply, state


RESOURCES = (
    *(platform, connections, recordings, endpoint_files, files, snapshots),
    *(intel, labels, alerts, evidence, tasks, response_actions, connect),
    *(connect_vendor, connect_parts),
    *(reputation, tokens, groups, sensors, questions, saved_questions, gateway),
    *(packages, action_groups, actions),
)
WITHOUT_SESSION = (platform.open_to_all, ingest.routes)


class Application(Flask):
    """Answers one request at a time; only the bodies of replies are sent side by side."""

    def full_dispatch_request(self) -> Response:
        with state.lock:
            state.saved_actions.settle()
            state.actions.settle()
            state.tasks.settle()
            state.alerts.settle()
            return super().full_dispatch_request()


@functools.cache
def application() -> Application:
    """The one application of all servers in this process; to make it costs more than most of what a
    test does with it.
    """
    application = Application("dev.simulator")
    application.url_map.merge_slashes = False
    application.url_map.converters["anything"] = endpoint_files.Anything
    for resource in RESOURCES:
        application.register_blueprint(resource.routes)
    for without_session in WITHOUT_SESSION:
        application.register_blueprint(without_session)
    application.before_request(_authenticate)
    application.register_error_handler(Rejected, _rejected)
    application.register_error_handler(HTTPException, _http_error)
    return application


def _authenticate() -> None:
    if request.blueprint in {without_session.name for without_session in WITHOUT_SESSION}:
        return
    g.credential = state.accounts.authenticated(
        request.headers.get("session"), request.remote_addr or ""
    )


def _rejected(error: Rejected) -> Response:
    if isinstance(error, PlatformError):
        return reply(error.body(state.settings.error_texts), error.status)
    return reply(error.body(), error.status)


def _http_error(error: HTTPException) -> Response:
    """Unknown routes, wrong methods, and errors of the simulator itself."""
    return reply({"text": f"{error.code} {error.name}: {error.description}"}, error.code or 500)
