# File: runtime.py
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
"""LocalSoar: assets, app runs in this process or in one of their own, cancel, and what runs have
left behind.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Union

from local_soar import accounts, containers, findings, installation, manifest, strict_json
from local_soar.installation import Installation
from local_soar.profile import LENIENT, Profile
from phantom import vault

from dev.environments import ROOT
from dev.soar.app_runs import AppRuns, Progress
from dev.soar.application import Application
from dev.soar.assets import Assets, encrypted
from dev.soar.child_run import ChildRun
from dev.soar.poll_parameters import poll_parameters


# SOAR polls only assets whose ingest settings name a label; here those without have this one.
INGEST_SETTINGS = {"ingest": {"ingest": {"container_label": "events"}}}

Parameters = Union[dict[str, Any], list[dict[str, Any]], None]


class LocalSoar:
    """One SOAR with one app. Cheap to make: a test takes `LocalSoar(tmp_path)`.

    home: its directory; LOCAL_SOAR_HOME or the user's data directory by default.
    profile: the strict one for this repository's app and the lenient one for others by default.
    app_dir: where the app's manifest and main module lie.
    """

    def __init__(
        self,
        home: Path | str | None = None,
        profile: Profile | None = None,
        app_dir: Path | str = ROOT,
    ) -> None:
        self.app = Application(Path(app_dir))
        self.installation = Installation(
            Path(home).absolute() if home else installation.default_home(),
            profile or (Profile() if self.app.is_own else LENIENT),
        )
        self._assets = Assets(self.installation, self.app)
        self._runs = AppRuns(self.installation)

    def active(self) -> AbstractContextManager[None]:
        """Inside it, `phantom.rules`, `phantom.vault` and `encryption_helper` work on this SOAR, as
        they do during a run.
        """
        return installation.use(self.installation)

    # Assets

    def create_asset(
        self, name: str, config: dict[str, Any], environment: dict[str, str] | None = None
    ) -> str:
        """Store an asset, its passwords encrypted; returns its id. `environment` is set while its
        actions run (proxies).
        """
        return self._assets.create(name, config, environment)

    def update_asset(
        self, asset: str, config: dict[str, Any], environment: dict[str, str] | None = None
    ) -> None:
        """Replace the configuration of an asset given by id or name; its state stays, and its
        environment without a new one.
        """
        self._assets.update(asset, config, environment)

    def assets(self) -> dict[str, str]:
        """Names by id."""
        return self._assets.names()

    def asset(self, asset: str) -> dict[str, Any]:
        """An asset given by id or name: `id`, `name`, and `configuration` with its passwords
        encrypted. LookupError when there is none.
        """
        row = self._assets.row(asset)
        return {"id": row["id"], "name": row["name"], "configuration": json.loads(row["config"])}

    def decrypted(self, asset: dict[str, Any]) -> dict[str, Any]:
        """The configuration of what `asset()` returned, in plain text."""
        return self._assets.decrypted(str(asset["id"]), asset["configuration"])

    def state_file(self, asset: str) -> Path:
        """Where the asset's state lies; the file exists once the app has saved one."""
        return self._assets.state_file(asset)

    # Users

    def create_automation_user(self, name: str, allowed: Iterable[str] = ()) -> str:
        """Its token for the REST API, which is shown only here; an older one of the same user is
        void. `allowed` are the addresses and networks that the token works from, all when empty.
        ValueError for what is no address.
        """
        return accounts.create_automation_user(self.installation, name, allowed)

    def create_person(self, name: str, password: str) -> None:
        """Somebody who logs in, or a new password for somebody who is there."""
        accounts.create_person(self.installation, name, password)

    # Runs

    def run(
        self,
        action: str,
        parameters: Parameters = None,
        *,
        asset: str | None = None,
        container_id: int = 1,
        progress: Progress = None,
    ) -> dict[str, Any]:
        """One app run in this process; returns SOAR's result. `action` is a name or an identifier,
        `asset` an id or a name and may be left out while there is only one. Plain secrets in
        `parameters` are encrypted on the way, as SOAR does.
        """
        return self.run_request(
            self.request(action, parameters, asset=asset, container_id=container_id), progress
        )

    def run_in_process(
        self,
        action: str,
        parameters: Parameters = None,
        *,
        asset: str | None = None,
        container_id: int = 1,
        progress: Progress = None,
    ) -> dict[str, Any]:
        """The same in a process of its own, as SOAR runs every action."""
        return self.start(action, parameters, asset=asset, container_id=container_id).result(
            progress
        )

    def start(
        self,
        action: str,
        parameters: Parameters = None,
        *,
        asset: str | None = None,
        container_id: int = 1,
    ) -> ChildRun:
        """Begin a run in a process of its own and return at once."""
        request = self.request(action, parameters, asset=asset, container_id=container_id)
        return ChildRun(self.installation, self.app.directory, self._runs, request)

    def poll(
        self, parameters: Parameters = None, *, asset: str | None = None, progress: Progress = None
    ) -> dict[str, Any]:
        """`on poll` in this process; `poll_parameters()` are the schedule's or the dialog's, the
        schedule's by default.
        """
        return self.run(
            "on poll",
            poll_parameters() if parameters is None else parameters,
            asset=asset,
            progress=progress,
        )

    def request(
        self,
        action: str,
        parameters: Parameters = None,
        *,
        asset: str | None = None,
        container_id: int = 1,
    ) -> dict[str, Any]:
        """The JSON that SOAR gives to `_handle_action`, with the run entered as pending. A
        container that is missing is made.
        """
        entry, row = self.app.action(action), self._assets.row(asset)
        asset_id = str(row["id"])
        secrets = manifest.password_keys(entry.get("parameters", {}))
        listed = _listed(parameters)
        with self.active():
            prepared = [_with_context(encrypted(each, secrets, asset_id)) for each in listed]
        shown = [
            {name: value for name, value in each.items() if name not in secrets} for each in listed
        ]
        app_run_id = self._runs.enter(
            entry, asset_id, container_id, json.dumps(shown, default=repr)
        )
        return {
            "action": entry["action"],
            "action_run_id": app_run_id,
            "app_config": None,
            "asset_id": asset_id,
            "config": {
                **INGEST_SETTINGS.get(entry["type"], {}),
                **json.loads(row["config"]),
                **self._details(),
            },
            "connector_run_id": app_run_id,
            "container_id": container_id,
            "debug_level": 3,
            "dec_key": None,
            "environment_variables": json.loads(row["environment"]),
            "identifier": entry["identifier"],
            "parameters": prepared,
            **accounts.proof_of_run(self.installation),
        }

    def _details(self) -> dict[str, Any]:
        """What SOAR mixes into the configuration of an asset."""
        return {
            "app_version": self.app.manifest["app_version"],
            "appname": self.app.manifest["name"],
            "directory": self.app.directory_name,
            "main_module": self.app.manifest["main_module"],
        }

    def run_request(self, request: dict[str, Any], progress: Progress = None) -> dict[str, Any]:
        """Run the JSON of `request()`, which may have been changed meanwhile, in this process."""
        app_run_id = request["connector_run_id"]
        in_json = strict_json.dumps(request, "The run")
        self._runs.begin(app_run_id)
        try:
            with self.active(), self.app.on_path():
                connector = self.app.connector_class()()
                run = connector.local_soar_run
                run.progress_listener = self._runs.progress_recorder(app_run_id, progress)
                self._runs.cancels[app_run_id] = run.cancel
                result: dict[str, Any] = json.loads(connector._handle_action(in_json, None))
        except BaseException as error:
            self._runs.fail(app_run_id, f"{type(error).__name__}: {error}")
            raise
        finally:
            self._runs.cancels.pop(app_run_id, None)
        self._runs.record_result(app_run_id, result)
        return result

    def cancel(self, app_run_id: int | None = None) -> None:
        """Cancel a run that was started here, as SOAR does; the newest one by default. LookupError
        when it is not under way.
        """
        self._runs.cancel(app_run_id)

    # What is there

    def app_runs(self) -> list[dict[str, Any]]:
        """All runs, oldest first: id, action, identifier, asset_id, container_id, pid, status,
        message, started, ended, `parameters` without secrets (a list of dicts), and `result`
        without result_data (None until the run has ended).
        """
        return self._runs.all()

    def app_run(self, app_run_id: int) -> dict[str, Any]:
        """One of them; LookupError when there is none."""
        return self._runs.get(app_run_id)

    def end_lost_runs(self) -> None:
        """Runs whose process is gone, perhaps with the machine, have failed; nothing waits for them
        any more.
        """
        self._runs.end_lost()

    def action_results(self, app_run_id: int) -> list[dict[str, Any]]:
        """The stored `result_data` of a run."""
        return self._runs.action_results(app_run_id)

    def progress(self, app_run_id: int) -> list[str]:
        """A run's progress messages; of those that overwrite each other only the last."""
        return self._runs.progress(app_run_id)

    def vault_items(self) -> list[dict[str, Any]]:
        """All vault items, oldest first, as `vault_info` gives them; `path` is the file."""
        return vault.all_items(self.installation)

    def containers(self) -> list[dict[str, Any]]:
        return containers.all_containers(self.installation)

    def findings(self) -> list[dict[str, Any]]:
        """What is in Enterprise Security, oldest first."""
        return findings.all_findings(self.installation)

    def artifacts(self) -> list[dict[str, Any]]:
        return containers.all_artifacts(self.installation)


def _listed(parameters: Parameters) -> list[dict[str, Any]]:
    """At least one. Raises TypeError for what SOAR cannot hand over as JSON."""
    strict_json.check(parameters, "The parameters")
    return (parameters if isinstance(parameters, list) else [parameters or {}]) or [{}]


def _with_context(parameter: dict[str, Any]) -> dict[str, Any]:
    return {
        **parameter,
        "context": {"artifact_id": 0, "guid": str(uuid.uuid4()), "parent_action_run": []},
    }
