# File: app_run.py
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
"""The life of one app run: from SOAR's JSON through the app's methods to the result."""

from __future__ import annotations

import inspect
import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from local_soar import installation, manifest, run_request
from local_soar.ingestion import Ingestion
from local_soar.run_request import RunError, RunRequest

from phantom.action_result import ActionResult
from phantom.connector_result import ConnectorResult
from phantom.consts import APP_ERROR


if TYPE_CHECKING:
    from phantom.base_connector import BaseConnector


CANCEL_SIGNAL = signal.SIGUSR1


class ActionCancelException(Exception):
    """Raised where the app stands when its run is cancelled, on platforms that do so
    (Profile.cancel_raises).
    """


class AppRun:
    """One run of a connector.

    app_json: the app's manifest; param: the parameters that the app handles now.
    progress_listener: takes (message, persistent); set by whoever starts the run.
    """

    def __init__(self, connector: BaseConnector) -> None:
        self.result = ConnectorResult()
        self.ingestion = Ingestion()
        self.app_json: dict[str, Any] = {}
        self.param: dict[str, Any] = {}
        self.progress_listener: Callable[[str, bool], None] | None = None
        self._connector = connector
        self._name = type(connector).__name__
        self._request: RunRequest | None = None
        self._takes_signal = False
        self._ended = False

    @property
    def request(self) -> RunRequest:
        if self._request is None:
            raise RuntimeError("SOAR knows this only during a run, from initialize() on")
        return self._request

    @property
    def app_run_id(self) -> int:
        """0 outside a run."""
        return self._request.app_run_id if self._request else 0

    def handle(self, in_json: str) -> str:
        """Run the app on SOAR's JSON; the result's JSON text."""
        try:
            self.app_json = self._find_app_json()
            self._request = run_request.load(in_json, self.app_json, installation.current().profile)
        except RunError as error:
            self.result.add_error(str(error))
            return self.result.get_json(_requested_identifier(in_json), [])
        action = self.request.action
        with run_request.applied(self.request.environment):
            self._connector.save_progress("Loaded action execution configuration")
            with self._cancel_signal():
                self._guarded(self._execute)
        if action["type"] == "ingest":
            self._connector.update_summary(self.ingestion.counts)
        secrets = manifest.password_keys(action.get("parameters", {}))
        return self.result.get_json(self._connector.get_action_identifier(), secrets)

    def cancel(self) -> None:
        """Cancel this run from any thread of its process."""
        main_thread = threading.main_thread().ident
        if self._takes_signal and main_thread is not None:
            signal.pthread_kill(main_thread, CANCEL_SIGNAL)
        else:
            self._connector._handle_cancel()

    def mark_cancelled(self, by_signal: bool) -> None:
        """Tell the app that its run is cancelled."""
        self.result.cancelled = True
        self._guarded(self._connector.handle_cancel)
        if installation.current().profile.cancel_raises and by_signal:
            raise ActionCancelException("The action was cancelled")

    def _find_app_json(self) -> dict[str, Any]:
        source = Path(inspect.getfile(type(self._connector))).resolve()
        found = manifest.find(source.parent, source.name)
        if found is None:
            raise RunError(f"Unable to find the App JSON of {source.name}")
        return found

    @contextmanager
    def _cancel_signal(self) -> Iterator[None]:
        """Take SOAR's cancel signal during the run. Python delivers signals to the main thread
        only.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(CANCEL_SIGNAL, self._connector._handle_cancel)
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
        self._takes_signal = True
        try:
            yield
        except ActionCancelException:  # so late that nobody else was left to take it
            self.result.cancelled = True
        finally:
            self._takes_signal = False
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            signal.signal(CANCEL_SIGNAL, before)

    def _execute(self) -> None:
        if self._takes_signal:
            # A cancel that came while the process started arrives here.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [CANCEL_SIGNAL])
        if not self._initialize():
            if installation.current().profile.finalize_after_failed_initialize:
                self._finalize()
            return
        for param in self.request.parameters:
            if self.result.cancelled or self._ended:
                break
            self._guarded(self._handle_parameter, param)
        self._finalize()

    def _initialize(self) -> bool:
        completed, status = self._guarded(self._connector.initialize)
        if completed and status is None:
            self.result.add_error(
                f"{self._name}::initialize() did not return a 'mandotary' status code"
            )
        elif completed and not status:
            self.result.add_error(
                self._connector.get_status_message() or f"{self._name}::initialize() returned error"
            )
        return bool(status)

    def _handle_parameter(self, param: dict[str, Any]) -> None:
        connector, before = self._connector, self._number_of_results()
        self.param = param
        if not connector.validate_parameters(param):
            if self._number_of_results() == before:
                connector.add_action_result(ActionResult(dict(param))).set_status(
                    APP_ERROR, "Parameter validation failed"
                )
            return
        if not connector.lock(param, None):
            self._ended = True
            return
        try:
            status = connector.handle_action(param)
        finally:
            connector.unlock()
        if installation.current().profile.lenient:
            return
        added = self._number_of_results() - before
        if added != 1:
            self.result.add_error(
                f"{self._name}::handle_action() added {added} action results for one parameter"
                " instead of 1"
            )
        if not isinstance(status, bool):
            self.result.add_error(
                f"{self._name}::handle_action() returned {status!r} instead of a status"
            )

    def _finalize(self) -> None:
        completed, status = self._guarded(self._connector.finalize)
        if installation.current().profile.lenient and status is None:
            return
        if completed and not status:
            self.result.add_error(
                f"{self._name}::finalize() returned {status!r} instead of success"
            )

    def _number_of_results(self) -> int:
        return len(self._connector.get_action_results())

    def _guarded(self, step: Callable[..., Any], *args: Any) -> tuple[bool, Any]:
        """Run a step of the app: whether it completed, and what it returned. An exception ends the
        run in good order.
        """
        try:
            return True, step(*args)
        except ActionCancelException:
            self.result.cancelled = True
        except Exception as exception:
            self._ended = True
            self.result.add_exception(exception)
            try:
                self._connector.handle_exception(exception)
            except Exception as in_hook:
                self.result.add_exception(in_hook)
        return False, None


def _requested_identifier(in_json: str) -> str:
    try:
        return str(json.loads(in_json)["identifier"])
    except (ValueError, RecursionError, KeyError, TypeError):
        return ""
