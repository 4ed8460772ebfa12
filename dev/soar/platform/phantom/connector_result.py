# File: connector_result.py
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
"""ConnectorResult: status, message, summary and action results of a whole app run."""

from __future__ import annotations

import json
import traceback
from typing import Any

from local_soar import installation, strict_json

from phantom.action_result import ActionResult, checked_status, compose_message
from phantom.consts import APP_ERROR, APP_ERROR_STR, APP_SUCCESS_STR


MASK = "********"


class ConnectorResult:
    """Collects while the app runs; `get_json()` closes the account."""

    def __init__(self) -> None:
        self.action_results: list[ActionResult] = []
        self.status = APP_ERROR
        self.message = ""
        self.summary: dict[str, Any] = {}
        self.cancelled = False
        self.__errors: list[str] = []
        self.__exception_occured = False

    def set_status(
        self,
        code: bool,
        text: str,
        exception: BaseException | None,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> bool:
        self.status = checked_status(code, text)
        self.message = compose_message(text, exception, args, kwargs)
        return code

    def add_error(self, text: str) -> None:
        """A breach of the platform's contract or a failed step: the run fails with this message,
        whatever its results say.
        """
        self.__errors.append(text)

    def add_exception(self, exception: BaseException) -> None:
        """An exception that left the app: traceback to spawn.log, its text to the message."""
        self.__exception_occured = True
        lines = traceback.format_exception(type(exception), exception, exception.__traceback__)
        installation.current().log("Exception Occurred\n" + "".join(lines))
        self.add_error(f"Exception Occurred. {type(exception).__name__}: {exception}")

    def get_json(self, identifier: str, secret_parameters: list[str]) -> str:
        """The run's result as JSON text. Values of the named parameters are masked; what is no
        strict JSON becomes an error.
        """
        entries = [
            self.__entry(position, result, secret_parameters)
            for position, result in enumerate(self.action_results, 1)
        ]
        succeeded = sum(entry["status"] == APP_SUCCESS_STR for entry in entries)
        counts = {"total_objects": len(entries), "total_objects_successful": succeeded}
        summary = {**self.summary, **counts}
        try:
            strict_json.check_storable(summary, "The connector's summary")
        except TypeError as error:
            self.add_error(str(error))
            summary = counts
        return json.dumps(
            {
                "identifier": identifier,
                "status": (
                    APP_SUCCESS_STR if self.__succeeded(len(entries), succeeded) else APP_ERROR_STR
                ),
                "message": self.__final_message(len(entries), succeeded),
                "result_data": entries,
                "result_summary": summary,
                "exception_occured": self.__exception_occured,
                "action_cancelled": self.cancelled,
            },
            allow_nan=False,
        )

    def __entry(
        self, position: int, result: ActionResult, secret_parameters: list[str]
    ) -> dict[str, Any]:
        if result.is_fail():
            result.dump_debug_data()
        entry = result.get_dict()
        secrets = {name: MASK for name in secret_parameters if entry["parameter"].get(name)}
        entry["parameter"] = {**entry["parameter"], **secrets}
        try:
            strict_json.check_storable(entry, f"Action result {position}")
        except TypeError as error:
            self.add_error(str(error))
            return {**ActionResult().get_dict(), "message": str(error)}
        return entry

    def __succeeded(self, total: int, succeeded: int) -> bool:
        if not (self.__errors or total) and installation.current().profile.lenient:
            return self.status
        if self.__errors or not succeeded:
            return False
        return succeeded == total or installation.current().profile.mixed_run_succeeds

    def __final_message(self, total: int, succeeded: int) -> str:
        if self.__errors:
            return "; ".join(self.__errors)
        if self.message:
            return self.message
        if not total:
            return "Action execution cancelled" if self.cancelled else "No action executions found"
        if succeeded in (0, total):
            return f"100% of action executions {'succeeded' if succeeded else 'failed'}"
        return f"Errors: {total - succeeded}"
