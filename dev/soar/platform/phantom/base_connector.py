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
"""BaseConnector: the life of one app run, and what an app may ask of the platform meanwhile."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import signal
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, Any, Callable, NoReturn

from local_soar import containers, installation, locks, manifest, run_request, strict_json
from local_soar.run_request import RunError, RunRequest

from phantom.action_result import ActionResult, format_leniently
from phantom.connector_result import ConnectorResult
from phantom.consts import (
    ACTION_ID_INGEST_ON_POLL,
    APP_ERROR,
    APP_SUCCESS,
    DEFAULT_LOCK_TIMEOUT,
    MAX_COUNT_VALUE,
)
from phantom.utils import CONTAINS_VALIDATORS


CANCEL_SIGNAL = signal.SIGUSR1
SAVE_COUNTERS = ("successful", "failed", "duplicate")


class ActionCancelException(Exception):
    """Raised where the app stands when its run is cancelled, on platforms that do so
    (Profile.cancel_raises).
    """


def _reserved(_connector: BaseConnector) -> NoReturn:
    raise AttributeError("SOAR's own attribute; an app gives its attribute another name")


def _last_starts_automation(artifacts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    *others, last = artifacts
    return [
        *({**artifact, "run_automation": False} for artifact in others),
        {"run_automation": True, **last},
    ]


def _automated_once(container: dict[str, Any]) -> dict[str, Any]:
    artifacts = container.get("artifacts")
    if (
        not isinstance(artifacts, list)
        or not artifacts
        or not all(isinstance(artifact, dict) for artifact in artifacts)
    ):
        return container
    return {**container, "artifacts": _last_starts_automation(artifacts)}


class BaseConnector:
    """The base of an app's one class. Every public name is SOAR's; the names of the arguments are
    not part of the contract.
    """

    print_progress_message = False
    config = logger = status = property(_reserved)

    # Set by the runtime that starts the run: takes (message, persistent).
    _progress_listener: Callable[[str, bool], None] | None = None

    def __init__(self) -> None:
        self.__result = ConnectorResult()
        self.__app_json: dict[str, Any] = {}
        self.__request: RunRequest | None = None
        self.__param: dict[str, Any] = {}
        self.__state: dict[str, Any] | None = None
        self.__validators: dict[str, Callable[[str], bool]] = dict(CONTAINS_VALIDATORS)
        self.__lock_file: IO[bytes] | None = None
        self.__takes_signal = False
        self.__ended = False
        self.__counters = {
            f"{kind}_{outcome}": 0
            for kind in ("containers", "artifacts")
            for outcome in SAVE_COUNTERS
        }

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
        for name, declared in self.__run.action.get("parameters", {}).items():
            value = param.get(name)
            tests = [
                self.__validators[kind]
                for kind in declared.get("contains", [])
                if kind in self.__validators
            ]
            if value in (None, "") or not tests:
                continue
            if installation.current().profile.several_contains == "first":
                tests = tests[:1]
            items = (
                [item.strip() for item in str(value).split(",")]
                if declared.get("allow_list")
                else [str(value)]
            )
            if not all(any(test(item) for test in tests) for item in items):
                kinds = " or ".join(
                    kind for kind in declared["contains"] if kind in self.__validators
                )
                result = self.add_action_result(ActionResult(dict(param)))
                return result.set_status(
                    APP_ERROR, f"Parameter '{name}' failed validation: not a valid {kinds}"
                )
        return APP_SUCCESS

    # The run

    def _handle_action(self, in_json: str, handle: object) -> str:  # noqa: ARG002  an opaque pointer of old versions
        """One app run from SOAR's JSON to the result's JSON text."""
        try:
            self.__app_json = self.__find_app_json()
            self.__request = run_request.load(
                in_json, self.__app_json, installation.current().profile
            )
        except RunError as error:
            self.__result.add_error(str(error))
            return self.__result.get_json(self.__requested_identifier(in_json), [])
        with run_request.applied(self.__run.environment):
            self.save_progress("Loaded action execution configuration")
            with self.__cancel_signal():
                self.__guarded(self.__execute)
        if self.__run.action["type"] == "ingest":
            self.update_summary(self.__counters)
        secrets = manifest.password_keys(self.__run.action.get("parameters", {}))
        return self.__result.get_json(self.get_action_identifier(), secrets)

    def __find_app_json(self) -> dict[str, Any]:
        source = Path(inspect.getfile(type(self))).resolve()
        found = manifest.find(source.parent, source.name)
        if found is None:
            raise RunError(f"Unable to find the App JSON of {source.name}")
        return found

    @staticmethod
    def __requested_identifier(in_json: str) -> str:
        try:
            return str(json.loads(in_json)["identifier"])
        except (ValueError, KeyError, TypeError):
            return ""

    @property
    def __run(self) -> RunRequest:
        if self.__request is None:
            raise RuntimeError("SOAR knows this only during a run, from initialize() on")
        return self.__request

    def __execute(self) -> None:
        if self.__takes_signal:
            # A cancel that came while the process started arrives here.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [CANCEL_SIGNAL])
        if not self.__initialize():
            if installation.current().profile.finalize_after_failed_initialize:
                self.__finalize()
            return
        for param in self.__run.parameters:
            if self.__result.cancelled or self.__ended:
                break
            self.__guarded(self.__handle_parameter, param)
        self.__finalize()

    def __initialize(self) -> bool:
        name = type(self).__name__
        completed, status = self.__guarded(self.initialize)
        if completed and status is None:
            self.__result.add_error(
                f"{name}::initialize() did not return a 'mandotary' status code"
            )
        elif completed and not status:
            self.__result.add_error(
                self.get_status_message() or f"{name}::initialize() returned error"
            )
        return bool(status)

    def __handle_parameter(self, param: dict[str, Any]) -> None:
        name, before = type(self).__name__, len(self.get_action_results())
        self.__param = param
        if not self.validate_parameters(param):
            if len(self.get_action_results()) == before:
                self.add_action_result(ActionResult(dict(param))).set_status(
                    APP_ERROR, "Parameter validation failed"
                )
            return
        if not self.lock(param, None):
            self.__ended = True
            return
        try:
            status = self.handle_action(param)
        finally:
            self.unlock()
        added = len(self.get_action_results()) - before
        if added != 1:
            self.__result.add_error(
                f"{name}::handle_action() added {added} action results for one parameter instead"
                " of 1"
            )
        if not isinstance(status, bool):
            self.__result.add_error(
                f"{name}::handle_action() returned {status!r} instead of a status"
            )

    def __finalize(self) -> None:
        completed, status = self.__guarded(self.finalize)
        if completed and not status:
            self.__result.add_error(
                f"{type(self).__name__}::finalize() returned {status!r} instead of success"
            )

    def __guarded(self, step: Callable[..., Any], *args: Any) -> tuple[bool, Any]:
        """Run a step of the app: whether it completed, and what it returned. An exception ends the
        run in good order.
        """
        try:
            return True, step(*args)
        except ActionCancelException:
            self.__result.cancelled = True
        except Exception as exception:
            self.__ended = True
            self.__result.add_exception(exception)
            try:
                self.handle_exception(exception)
            except Exception as in_hook:
                self.__result.add_exception(in_hook)
        return False, None

    # Cancel

    @contextmanager
    def __cancel_signal(self) -> Iterator[None]:
        """Take SOAR's cancel signal during the run. Python delivers signals to the main thread
        only.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(CANCEL_SIGNAL, self._handle_cancel)
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
        self.__takes_signal = True
        try:
            yield
        except ActionCancelException:  # so late that nobody else was left to take it
            self.__result.cancelled = True
        finally:
            self.__takes_signal = False
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            signal.signal(CANCEL_SIGNAL, before)

    def _handle_cancel(self, signum: int | None = None, _frame: FrameType | None = None) -> None:
        self.__result.cancelled = True
        self.__guarded(self.handle_cancel)
        if installation.current().profile.cancel_raises and signum:
            raise ActionCancelException("The action was cancelled")

    def _cancel(self) -> None:
        """Cancel this run from any thread of its process."""
        main_thread = threading.main_thread().ident
        if self.__takes_signal and main_thread is not None:
            signal.pthread_kill(main_thread, CANCEL_SIGNAL)
        else:
            self._handle_cancel()

    def is_action_cancelled(self) -> bool:
        return self.__result.cancelled

    # Locks

    def lock(self, param: dict[str, Any], action_result: ActionResult | None) -> bool:
        """Wait for the lock that the manifest asks for; a failure is noted in the run, and in
        `action_result` when given.
        """
        wanted = self.__wanted_lock()
        if self.__lock_file or not wanted.get("enabled"):
            return APP_SUCCESS
        name = self.__lock_name(str(wanted.get("data_path", "")), param)
        self.__lock_file = locks.acquire(
            installation.current(),
            name,
            shared=bool(wanted.get("concurrency")),
            timeout=float(wanted.get("timeout", DEFAULT_LOCK_TIMEOUT)),
            cancelled=self.is_action_cancelled,
        )
        if self.__lock_file:
            return APP_SUCCESS
        if not self.is_action_cancelled():
            message = (
                f"Failed to acquire lock named '{name}' for Action: '{self.get_action_name()}',"
                f" App: '{self.get_app_name()}'"
            )
            self.__result.add_error(message)
            if action_result is not None:
                action_result.set_status(APP_ERROR, message)
        return APP_ERROR

    def unlock(self) -> None:
        if self.__lock_file:
            self.__lock_file.close()
            self.__lock_file = None

    def __wanted_lock(self) -> dict[str, Any]:
        action = self.__run.action
        by_default = (
            installation.current().profile.default_lock == "asset" and not action["read_only"]
        )
        wanted: dict[str, Any] = action.get("lock", {"enabled": by_default})
        return wanted

    def __lock_name(self, data_path: str, param: dict[str, Any]) -> str:
        sources = {"parameters": param, "configuration": self.__run.config}
        source, _, key = data_path.partition(".")
        value = sources[source].get(key) if source in sources else data_path
        return str(value or self.get_asset_id())

    # What the run is about

    def get_config(self) -> dict[str, Any]:
        return self.__run.config

    def get_app_config(self) -> dict[str, Any]:
        return self.__run.raw.get("app_config") or {}

    def get_app_json(self) -> dict[str, Any]:
        copy: dict[str, Any] = json.loads(json.dumps(self.__app_json))
        return copy

    def get_app_id(self) -> str:
        return str(self.__app_json["appid"])

    def get_connector_id(self) -> str:
        return self.get_app_id()

    def get_app_name(self) -> str:
        return str(self.__app_json["name"])

    def get_product_name(self) -> str:
        return str(self.__app_json["product_name"])

    def get_product_vendor(self) -> str:
        return str(self.__app_json["product_vendor"])

    def get_product_version_regex(self) -> str:
        return str(self.__app_json["product_version_regex"])

    def get_action_identifier(self) -> str:
        return str(self.__run.action["identifier"])

    def get_action_name(self) -> str:
        return str(self.__run.action["action"])

    def get_asset_id(self) -> str:
        return self.__run.asset_id

    def get_container_id(self) -> int:
        return self.__run.container_id

    def get_app_run_id(self) -> int:
        return self.__run.app_run_id

    def get_current_param(self) -> dict[str, Any]:
        return self.__param

    def get_current_param_context(self) -> dict[str, Any]:
        return self.__param.get("context", {})

    def get_container_info(
        self, container_id: int | None = None
    ) -> tuple[bool, dict[str, Any], int]:
        """`(status, container, HTTP status)`"""
        container = containers.find_container(
            installation.current(), container_id or self.get_container_id()
        )
        return (APP_SUCCESS, container, 200) if container else (APP_ERROR, {}, 404)

    def is_poll_now(self) -> bool:
        scheduled = self.__param.get("container_count", MAX_COUNT_VALUE) == MAX_COUNT_VALUE
        return self.get_action_identifier() == ACTION_ID_INGEST_ON_POLL and not scheduled

    # The installation

    def get_product_version(self) -> str:
        return installation.current().profile.product_version

    def get_product_installation_id(self) -> str:
        return hashlib.sha256(str(installation.current().home).encode()).hexdigest()

    @classmethod
    def _get_phantom_base_url(cls) -> str:
        return installation.current().profile.base_url

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

    def get_state_dir(self) -> str:
        return str(installation.current().folder("local_data", "app_states", self.get_app_id()))

    def get_state_file_path(self) -> str:
        return str(Path(self.get_state_dir()) / f"{self.get_asset_id()}_state.json")

    def load_state(self) -> dict[str, Any] | None:
        """The asset's state as it is on disk now; a new one when there is none; None when it cannot
        be read.
        """
        self.__state = None
        try:
            state = json.loads(Path(self.get_state_file_path()).read_text(encoding="utf-8"))
        except FileNotFoundError:
            state = {"app_version": self.__app_json["app_version"]}
        except (OSError, ValueError) as error:
            self.error_print("Unable to load the state", str(error))
            return None
        self.__state = state if isinstance(state, dict) else None
        return self.__state

    def get_state(self) -> dict[str, Any] | None:
        return self.__state

    def save_state(self, state: dict[str, Any]) -> bool | None:
        """Replace the asset's state; TypeError for what is no dictionary of strict JSON."""
        if not isinstance(state, dict):
            raise TypeError(f"save_state() takes a dict, not {type(state).__name__}")
        state = {**state, "app_version": self.__app_json["app_version"]}
        text = strict_json.dumps(state, "The state")
        saved = self.__write_state(text)
        if saved:
            self.__state = state
        return saved if installation.current().profile.save_state_returns_status else None

    def __write_state(self, text: str) -> bool:
        try:
            descriptor, temporary = tempfile.mkstemp(dir=self.get_state_dir())
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(text)
                Path(temporary).replace(self.get_state_file_path())
            finally:
                Path(temporary).unlink(missing_ok=True)
        except OSError as error:
            self.error_print("Unable to save the state", str(error))
            return APP_ERROR
        return APP_SUCCESS

    # Containers and artifacts

    def save_container(
        self, container: dict[str, Any], fail_on_duplicate: bool = False
    ) -> tuple[bool, str, int | None]:
        """`(status, message, id)`; for a duplicate the id of the one that is there."""
        ingest = self.__run.config.get("ingest", {})
        defaults = {
            "asset_id": self.get_asset_id(),
            "ingest_app_id": self.get_app_id(),
            "label": ingest.get("container_label"),
        }
        try:
            saved = containers.save_container(
                installation.current(), _automated_once({**defaults, **container})
            )
        except containers.Refused as refused:
            self.__counters["containers_failed"] += 1
            return APP_ERROR, str(refused), None
        self.__count_artifacts(saved.artifacts)
        if not saved.duplicate:
            self.__counters["containers_successful"] += 1
            return APP_SUCCESS, "Container created", saved.id
        self.__counters["containers_duplicate"] += 1
        return not fail_on_duplicate, "Duplicate container found", saved.id

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
        status, message, ids = self.__save_artifacts([artifact])
        return status, message, ids[0] if ids else None

    def save_artifacts(self, artifacts: list[dict[str, Any]]) -> tuple[bool, str, list[int]]:
        """`(status, message, ids)`; automation runs once, after the last one."""
        if not artifacts:
            return APP_ERROR, "No artifacts given", []
        return self.__save_artifacts(_last_starts_automation(artifacts))

    def __save_artifacts(self, artifacts: list[dict[str, Any]]) -> tuple[bool, str, list[int]]:
        try:
            saved = containers.save_artifacts(installation.current(), artifacts)
        except containers.Refused as refused:
            self.__counters["artifacts_failed"] += len(artifacts)
            return APP_ERROR, str(refused), []
        self.__count_artifacts(saved)
        return APP_SUCCESS, "Artifacts saved", [artifact.id for artifact in saved]

    def __count_artifacts(self, saved: Sequence[containers.Saved]) -> None:
        duplicates = sum(artifact.duplicate for artifact in saved)
        self.__counters["artifacts_duplicate"] += duplicates
        self.__counters["artifacts_successful"] += len(saved) - duplicates

    # Progress and log

    def save_progress(self, progress_str_format: str, *args: Any, **kwargs: Any) -> None:
        self.__progress(format_leniently(progress_str_format, args, kwargs), True)

    def send_progress(self, progress_str_format: str, *args: Any, **kwargs: Any) -> None:
        self.__progress(format_leniently(progress_str_format, args, kwargs), False)

    def __progress(self, message: str, persistent: bool) -> None:
        if self.print_progress_message:
            print(message)
        if self._progress_listener:
            self._progress_listener(message, persistent)

    def debug_print(self, tag: str, dump_object: Any = "") -> None:
        self.__log("DEBUG", tag, dump_object)

    def error_print(self, tag: str, dump_object: Any = "") -> None:
        self.__log("ERROR", tag, dump_object)

    def telemetry_print(self, tag: str, dump_object: Any = "") -> None:
        self.__log("TELEMETRY", tag, dump_object)

    def __log(self, level: str, tag: str, dump_object: Any) -> None:
        run = self.__request.app_run_id if self.__request else 0
        installation.current().log(f"{level} app run {run}: {tag} {dump_object}".rstrip())

    # Results

    def add_action_result(self, action_result: ActionResult) -> ActionResult:
        if not isinstance(action_result, ActionResult):
            raise TypeError(
                f"add_action_result() takes an ActionResult, not {type(action_result).__name__}"
            )
        if "context" in self.__param and "context" not in action_result.get_param():
            action_result.set_param_context(self.get_current_param_context())
        self.__result.action_results.append(action_result)
        return action_result

    def remove_action_result(self, action_result: ActionResult) -> ActionResult:
        self.__result.action_results.remove(action_result)
        return action_result

    def get_action_results(self) -> list[ActionResult]:
        return self.__result.action_results

    def set_status(
        self,
        status_code: bool,
        status_message: str = "",
        exception: BaseException | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        return self.__result.set_status(status_code, status_message, exception, args, kwargs)

    def set_status_save_progress(
        self, status_code: bool, status_message: str = "", *args: Any, **kwargs: Any
    ) -> bool:
        self.set_status(status_code, status_message, None, *args, **kwargs)
        self.save_progress("{}", self.get_status_message())
        return status_code

    def get_status(self) -> bool:
        return self.__result.status

    def get_status_message(self) -> str:
        return self.__result.message

    def append_to_message(self, text: str) -> None:
        self.__result.message = f"{self.__result.message} {text}".strip()

    def is_success(self) -> bool:
        return self.__result.status

    def is_fail(self) -> bool:
        return not self.__result.status

    def update_summary(self, summary: dict[str, Any]) -> None:
        if not isinstance(summary, dict):
            raise TypeError(f"update_summary() takes a dict, not {type(summary).__name__}")
        self.__result.summary.update(summary)

    def set_validator(self, contains: str, validator: Callable[[str], bool]) -> tuple[bool, str]:
        """Replace or add the validator of a `contains` type for this run."""
        self.__validators[contains] = validator
        return APP_SUCCESS, ""

    def unknown_action(self) -> bool:
        return self.set_status(APP_ERROR, f"Unknown action '{self.get_action_identifier()}'")
