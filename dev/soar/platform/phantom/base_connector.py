# File: base_connector.py
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
"""BaseConnector: what an app overrides, and what it may ask of the platform during a run."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from types import FrameType
from typing import Any, Callable

from local_soar import app_state, containers, installation, strict_json
from local_soar.action_lock import ActionLock, lock_name

from phantom.action_result import ActionResult, compose_progress
from phantom.app_run import ActionCancelException as ActionCancelException, AppRun
from phantom.consts import ACTION_ID_INGEST_ON_POLL, APP_ERROR, APP_SUCCESS, MAX_COUNT_VALUE
from phantom.parameter_validation import ParameterValidation


class _Reserved:
    """An attribute that is SOAR's own; an app gives its attribute another name, unless the profile
    is lenient.
    """

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, connector: BaseConnector, _owner: type) -> Any:
        if not installation.current().profile.lenient:
            raise AttributeError("SOAR's own attribute; an app gives its attribute another name")
        try:
            return vars(connector)[self._name]
        except KeyError:
            raise AttributeError(self._name) from None

    def __set__(self, connector: BaseConnector, value: Any) -> None:
        if not installation.current().profile.lenient:
            raise AttributeError("SOAR's own attribute; an app gives its attribute another name")
        vars(connector)[self._name] = value


class BaseConnector:
    """The base of an app's one class. Every public name is SOAR's, except for `local_soar_run`; the
    names of the arguments are not part of the contract.
    """

    print_progress_message = False
    config, logger, status = _Reserved(), _Reserved(), _Reserved()

    def __init__(self) -> None:
        self.__run = AppRun(self)
        self.__lock = ActionLock()
        self.__validation = ParameterValidation()
        self.__state: dict[str, Any] | None = None

    @property
    def local_soar_run(self) -> AppRun:
        """For the program that runs this connector; SOAR has nothing of this name."""
        return self.__run

    # What an app overrides

    def initialize(self) -> bool:
        return APP_SUCCESS

    def handle_action(self, param: dict[str, Any]) -> bool:
        raise NotImplementedError

    def finalize(self) -> bool:
        return APP_SUCCESS

    def handle_cancel(self) -> None:
        pass

    def handle_exception(self, exception: BaseException) -> None:
        pass

    def validate_parameters(self, param: dict[str, Any]) -> bool:
        """Check values against the validators of their parameter's `contains`; a failure adds a
        failed result.
        """
        error = self.__validation.error(self.__run.request.action.get("parameters", {}), param)
        if not error:
            return APP_SUCCESS
        return self.add_action_result(ActionResult(dict(param))).set_status(APP_ERROR, error)

    # The run

    def _handle_action(self, in_json: str, handle: object) -> str:  # noqa: ARG002  an opaque pointer of old versions
        """One app run from SOAR's JSON to the result's JSON text."""
        return self.__run.handle(in_json)

    def _handle_cancel(self, signum: int | None = None, _frame: FrameType | None = None) -> None:
        self.__run.mark_cancelled(by_signal=bool(signum))

    def is_action_cancelled(self) -> bool:
        return self.__run.result.cancelled

    # Locks

    def lock(self, param: dict[str, Any], action_result: ActionResult | None) -> bool:
        """Wait for the lock that the manifest asks for; a failure is noted in the run, and in
        `action_result` when given.
        """
        request = self.__run.request
        if self.__lock.acquire(request, param, self.is_action_cancelled):
            return APP_SUCCESS
        if not self.is_action_cancelled():
            message = (
                f"Failed to acquire lock named '{lock_name(request, param)}' for Action:"
                f" '{self.get_action_name()}', App: '{self.get_app_name()}'"
            )
            self.__run.result.add_error(message)
            if action_result is not None:
                action_result.set_status(APP_ERROR, message)
        return APP_ERROR

    def unlock(self) -> None:
        self.__lock.release()

    # What the run is about

    def get_config(self) -> dict[str, Any]:
        return self.__run.request.config

    def get_app_config(self) -> dict[str, Any]:
        return self.__run.request.raw.get("app_config") or {}

    def get_app_json(self) -> dict[str, Any]:
        copy: dict[str, Any] = json.loads(json.dumps(self.__run.app_json))
        return copy

    def get_app_id(self) -> str:
        return str(self.__run.app_json["appid"])

    def get_connector_id(self) -> str:
        return self.get_app_id()

    def get_app_name(self) -> str:
        return str(self.__run.app_json["name"])

    def get_product_name(self) -> str:
        return str(self.__run.app_json["product_name"])

    def get_product_vendor(self) -> str:
        return str(self.__run.app_json["product_vendor"])

    def get_product_version_regex(self) -> str:
        return str(self.__run.app_json["product_version_regex"])

    def get_action_identifier(self) -> str:
        return str(self.__run.request.action["identifier"])

    def get_action_name(self) -> str:
        return str(self.__run.request.action["action"])

    def get_asset_id(self) -> str:
        return self.__run.request.asset_id

    def get_container_id(self) -> int:
        return self.__run.request.container_id

    def get_app_run_id(self) -> int:
        return self.__run.request.app_run_id

    def get_current_param(self) -> dict[str, Any]:
        return self.__run.param

    def get_current_param_context(self) -> dict[str, Any]:
        return self.__run.param.get("context", {})

    def get_container_info(
        self, container_id: int | None = None
    ) -> tuple[bool, dict[str, Any], int]:
        """`(status, container, HTTP status)`"""
        container = containers.find_container(
            installation.current(), container_id or self.get_container_id()
        )
        return (APP_SUCCESS, container, 200) if container else (APP_ERROR, {}, 404)

    def is_poll_now(self) -> bool:
        scheduled = self.__run.param.get("container_count", MAX_COUNT_VALUE) == MAX_COUNT_VALUE
        return self.get_action_identifier() == ACTION_ID_INGEST_ON_POLL and not scheduled

    # The installation

    def get_product_version(self) -> str:
        return installation.current().profile.product_version

    def get_product_installation_id(self) -> str:
        return hashlib.sha256(str(installation.current().home).encode()).hexdigest()

    @classmethod
    def _get_phantom_base_url(cls) -> str:
        current = installation.current()
        if not current.web.url:
            return current.profile.base_url
        return current.web.url + ("/" if current.profile.base_url.endswith("/") else "")

    def get_phantom_base_url(self) -> str:
        return self._get_phantom_base_url()

    def get_phantom_home(self) -> str:
        return str(installation.current().home)

    def get_ca_bundle(self) -> str:
        from requests.utils import DEFAULT_CA_BUNDLE_PATH  # many runs never ask

        return os.environ.get("REQUESTS_CA_BUNDLE") or str(DEFAULT_CA_BUNDLE_PATH)

    def _set_csrf_info(self, token: str, referer: str) -> None:
        """Called by the customary main() of an app file after its login; nothing here needs it."""

    # State

    def get_state_dir(self) -> str | None:
        return app_state.folder(installation.current(), self.get_app_id())

    def get_state_file_path(self) -> str:
        return str(Path(self.get_state_dir() or "") / f"{self.get_asset_id()}_state.json")

    def __state_place(self) -> Path:
        return app_state.place(installation.current(), Path(self.get_state_file_path()))

    def load_state(self) -> dict[str, Any] | None:
        """The asset's state as it is on disk now; a new one when there is none; None when it cannot
        be read.
        """
        try:
            state = app_state.load(self.__state_place(), self.__run.app_json["app_version"])
            app_state.copy(installation.current(), Path(self.get_state_file_path()), state)
        except (OSError, ValueError, RecursionError) as error:
            self.error_print("Unable to load the state", str(error))
            state = None
        self.__state = state if isinstance(state, dict) else None
        return self.__state

    def get_state(self) -> dict[str, Any] | None:
        return self.__state

    def save_state(self, state: dict[str, Any]) -> bool | None:
        """Replace the asset's state; TypeError for what is no dictionary of strict JSON."""
        if not isinstance(state, dict):
            raise TypeError(f"save_state() takes a dict, not {type(state).__name__}")
        state = {**state, "app_version": self.__run.app_json["app_version"]}
        text = strict_json.dumps(state, "The state")
        try:
            app_state.replace(self.__state_place(), text)
        except OSError as error:
            self.error_print("Unable to save the state", str(error))
            saved = APP_ERROR
        else:
            self.__state = state
            saved = APP_SUCCESS
        return saved if installation.current().profile.save_state_returns_status else None

    # Containers and artifacts

    def save_container(
        self, container: dict[str, Any], fail_on_duplicate: bool = False
    ) -> tuple[bool, str, int | None]:
        """`(status, message, id)`; for a duplicate the id of the one that is there."""
        ingest = self.__run.request.config.get("ingest", {})
        defaults = {
            "asset_id": self.get_asset_id(),
            "ingest_app_id": self.get_app_id(),
            "label": ingest.get("container_label"),
        }
        return self.__run.ingestion.save_container({**defaults, **container}, fail_on_duplicate)

    def save_containers(
        self, new_containers: list[dict[str, Any]], fail_on_duplicate: bool = False
    ) -> tuple[bool, str, list[dict[str, Any]]]:
        """`(status, message, [{success, message, id}])`; a success when at least one was saved."""
        saved = [self.save_container(container, fail_on_duplicate) for container in new_containers]
        outcomes = [
            {"success": success, "message": message, "id": container_id}
            for success, message, container_id in saved
        ]
        failed = sum(not outcome["success"] for outcome in outcomes)
        return (
            failed < len(outcomes),
            f"{len(outcomes) - failed} containers saved, {failed} failed",
            outcomes,
        )

    def save_artifact(self, artifact: dict[str, Any]) -> tuple[bool, str, int | None]:
        """`(status, message, id)`; for a duplicate the id of the one that is there."""
        return self.__run.ingestion.save_artifact(artifact)

    def save_artifacts(self, artifacts: list[dict[str, Any]]) -> tuple[bool, str, list[int]]:
        """`(status, message, ids)`; automation runs once, after the last one."""
        return self.__run.ingestion.save_artifacts(artifacts)

    # Progress and log

    def save_progress(self, progress_str_format: str, *args: Any, **kwargs: Any) -> None:
        self.__progress(compose_progress(progress_str_format, args, kwargs), True)

    def send_progress(self, progress_str_format: str, *args: Any, **kwargs: Any) -> None:
        self.__progress(compose_progress(progress_str_format, args, kwargs), False)

    def __progress(self, message: str, persistent: bool) -> None:
        if self.print_progress_message:
            print(message)
        if self.__run.progress_listener:
            self.__run.progress_listener(message, persistent)

    def debug_print(self, tag: str, dump_object: Any = "") -> None:
        self.__log("DEBUG", tag, dump_object)

    def error_print(self, tag: str, dump_object: Any = "") -> None:
        self.__log("ERROR", tag, dump_object)

    def telemetry_print(self, tag: str, dump_object: Any = "") -> None:
        self.__log("TELEMETRY", tag, dump_object)

    def __log(self, level: str, tag: str, dump_object: Any) -> None:
        run_id = self.__run.app_run_id
        installation.current().log(f"{level} app run {run_id}: {tag} {dump_object}".rstrip())

    # Results

    def add_action_result(self, action_result: ActionResult) -> ActionResult:
        if not isinstance(action_result, ActionResult):
            raise TypeError(
                f"add_action_result() takes an ActionResult, not {type(action_result).__name__}"
            )
        if "context" in self.__run.param and "context" not in action_result.get_param():
            action_result.set_param_context(self.get_current_param_context())
        self.__run.result.action_results.append(action_result)
        return action_result

    def remove_action_result(self, action_result: ActionResult) -> ActionResult:
        self.__run.result.action_results.remove(action_result)
        return action_result

    def get_action_results(self) -> list[ActionResult]:
        return self.__run.result.action_results

    def set_status(
        self,
        status_code: bool,
        status_message: str = "",
        exception: BaseException | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        return self.__run.result.set_status(status_code, status_message, exception, args, kwargs)

    def set_status_save_progress(
        self, status_code: bool, status_message: str = "", *args: Any, **kwargs: Any
    ) -> bool:
        self.set_status(status_code, status_message, None, *args, **kwargs)
        self.__progress(self.get_status_message(), True)
        return status_code

    def get_status(self) -> bool:
        return self.__run.result.status

    def get_status_message(self) -> str:
        return self.__run.result.message

    def append_to_message(self, text: str) -> None:
        self.__run.result.message = f"{self.__run.result.message} {text}".strip()

    def is_success(self) -> bool:
        return self.__run.result.status

    def is_fail(self) -> bool:
        return not self.__run.result.status

    def update_summary(self, summary: dict[str, Any]) -> None:
        if not isinstance(summary, dict):
            raise TypeError(f"update_summary() takes a dict, not {type(summary).__name__}")
        self.__run.result.summary.update(summary)

    def set_validator(self, contains: str, validator: Callable[[str], bool]) -> tuple[bool, str]:
        """Replace or add the validator of a `contains` type for this run."""
        self.__validation.validators[contains] = validator
        return APP_SUCCESS, ""

    def unknown_action(self) -> bool:
        return self.set_status(APP_ERROR, f"Unknown action '{self.get_action_identifier()}'")
