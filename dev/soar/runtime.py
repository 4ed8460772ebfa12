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
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime, timezone
from itertools import zip_longest
from pathlib import Path
from typing import Any, Callable, Optional, Union

import encryption_helper
from local_soar import accounts, containers, installation, manifest, strict_json
from local_soar.database import reading, storable, writing
from local_soar.installation import Installation
from local_soar.profile import Profile
from phantom import vault
from phantom.base_connector import CANCEL_SIGNAL
from phantom.consts import MAX_COUNT_VALUE

from dev.soar.application import Application


REPOSITORY = Path(__file__).resolve().parents[2]
# Keys of an asset's configuration that belong to SOAR, not to the app.
PLATFORM_KEYS = frozenset({"ingest", "_reserved_credential_management"})
# SOAR polls only assets whose ingest settings name a label; here those without have this one.
INGEST_SETTINGS = {"ingest": {"ingest": {"container_label": "events"}}}
SCHEDULE_SECONDS = 300
DIED = "The process of the run died"

Parameters = Union[dict[str, Any], list[dict[str, Any]], None]
Progress = Optional[Callable[[str], None]]


class LocalSoar:
    """One SOAR with one app. Cheap to make: a test takes `LocalSoar(tmp_path)`.

    home: its directory; LOCAL_SOAR_HOME or the user's data directory by default.
    app_dir: where the app's manifest and main module lie.
    """

    def __init__(
        self,
        home: Path | str | None = None,
        profile: Profile | None = None,
        app_dir: Path | str = REPOSITORY,
    ) -> None:
        self.installation = Installation(
            Path(home).absolute() if home else installation.default_home(), profile or Profile()
        )
        self.app = Application(Path(app_dir))
        self._cancels: dict[int, Callable[[], None]] = {}

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
        with self.active(), writing(self.installation) as connection:
            row = connection.execute(
                "INSERT INTO assets (name, config, environment) VALUES (?, '{}', '{}')", (name,)
            )
            asset_id = str(row.lastrowid)
            texts = self._asset_texts(asset_id, config, environment)
            connection.execute(
                "UPDATE assets SET config = ?, environment = ? WHERE id = ?", (*texts, asset_id)
            )
        return asset_id

    def update_asset(
        self, asset: str, config: dict[str, Any], environment: dict[str, str] | None = None
    ) -> None:
        """Replace the configuration of an asset given by id or name; its state stays, and its
        environment without a new one.
        """
        row = self._asset(asset)
        with self.active(), writing(self.installation) as connection:
            config_text, environment_text = self._asset_texts(str(row["id"]), config, environment)
            texts = (config_text, row["environment"] if environment is None else environment_text)
            connection.execute(
                "UPDATE assets SET config = ?, environment = ? WHERE id = ?", (*texts, row["id"])
            )

    def assets(self) -> dict[str, str]:
        """Names by id."""
        with reading(self.installation) as connection:
            return {
                str(row["id"]): row["name"]
                for row in connection.execute("SELECT id, name FROM assets ORDER BY id")
            }

    def asset(self, asset: str) -> dict[str, Any]:
        """An asset given by id or name: `id`, `name`, and `configuration` with its passwords
        encrypted. LookupError when there is none.
        """
        row = self._asset(asset)
        return {"id": row["id"], "name": row["name"], "configuration": json.loads(row["config"])}

    def decrypted(self, asset: dict[str, Any]) -> dict[str, Any]:
        """The configuration of what `asset()` returned, in plain text."""
        config, secrets = (
            dict(asset["configuration"]),
            manifest.password_keys(self.app.manifest.get("configuration", {})),
        )
        with self.active():
            return {
                **config,
                **{
                    name: encryption_helper.decrypt(config[name], str(asset["id"]))
                    for name in secrets
                    if config.get(name)
                },
            }

    def state_file(self, asset: str) -> Path:
        """Where the asset's state lies; the file exists once the app has saved one."""
        folder = self.installation.folder("local_data", "app_states", self.app.manifest["appid"])
        return folder / f"{self._asset(asset)['id']}_state.json"

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
        return ChildRun(
            self, self.request(action, parameters, asset=asset, container_id=container_id)
        )

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
        entry, row, app = self.app.action(action), self._asset(asset), self.app.manifest
        asset_id = str(row["id"])
        secrets = manifest.password_keys(entry.get("parameters", {}))
        listed = parameters if isinstance(parameters, list) else [parameters or {}]
        with self.active():
            prepared = [
                _with_context(self._encrypted(each, secrets, asset_id)) for each in listed or [{}]
            ]
        shown = [
            {name: value for name, value in each.items() if name not in secrets}
            for each in listed or [{}]
        ]
        app_run_id = self._enter_run(entry, asset_id, container_id, json.dumps(shown, default=repr))
        details = {
            "app_version": app["app_version"],
            "appname": app["name"],
            "directory": self.app.directory_name,
            "main_module": app["main_module"],
        }
        return {
            "action": entry["action"],
            "action_run_id": app_run_id,
            "app_config": None,
            "asset_id": asset_id,
            "config": {
                **INGEST_SETTINGS.get(entry["type"], {}),
                **json.loads(row["config"]),
                **details,
            },
            "connector_run_id": app_run_id,
            "container_id": container_id,
            "debug_level": 3,
            "dec_key": None,
            "environment_variables": json.loads(row["environment"]),
            "identifier": entry["identifier"],
            "parameters": prepared,
            "user_session_token": None,
        }

    def run_request(self, request: dict[str, Any], progress: Progress = None) -> dict[str, Any]:
        """Run the JSON of `request()`, which may have been changed meanwhile, in this process."""
        app_run_id = request["connector_run_id"]
        in_json = strict_json.dumps(request, "The run")
        self._update_run(app_run_id, status="running", pid=os.getpid())
        try:
            with self.active(), self.app.on_path():
                connector = self.app.connector_class()()
                connector._progress_listener = self._progress_recorder(app_run_id, progress)
                self._cancels[app_run_id] = connector._cancel
                result: dict[str, Any] = json.loads(connector._handle_action(in_json, None))
        except BaseException as error:
            self._update_run(
                app_run_id,
                status="failed",
                message=storable(f"{type(error).__name__}: {error}"),
                ended=_now(),
            )
            raise
        finally:
            self._cancels.pop(app_run_id, None)
        self._record(app_run_id, result)
        return result

    def cancel(self, app_run_id: int | None = None) -> None:
        """Cancel a run that was started here, as SOAR does; the newest one by default. LookupError
        when it is not under way.
        """
        if app_run_id is None:
            app_run_id = max(self._cancels, default=0)
        if app_run_id not in self._cancels:
            raise LookupError("No such run is under way")
        self._cancels[app_run_id]()

    # What is there

    def app_runs(self) -> list[dict[str, Any]]:
        """All runs, oldest first: id, action, identifier, asset_id, container_id, pid, status,
        message, started, ended, `parameters` without secrets (a list of dicts), and `result`
        without result_data (None until the run has ended).
        """
        with reading(self.installation) as connection:
            return [
                _run_entry(row) for row in connection.execute("SELECT * FROM app_runs ORDER BY id")
            ]

    def app_run(self, app_run_id: int) -> dict[str, Any]:
        """One of them; LookupError when there is none."""
        with reading(self.installation) as connection:
            row = connection.execute(
                "SELECT * FROM app_runs WHERE id = ?", (app_run_id,)
            ).fetchone()
        if row is None:
            raise LookupError(f"There is no run {app_run_id}")
        return _run_entry(row)

    def end_lost_runs(self) -> None:
        """Runs whose process is gone, perhaps with the machine, have failed; nothing waits for them
        any more.
        """
        # So that none ends between the look at it and the note.
        with writing(self.installation) as connection:
            for run in connection.execute(
                "SELECT id, pid FROM app_runs WHERE ended IS NULL"
            ).fetchall():
                if not _alive(run["pid"]):
                    _set_run(connection, run["id"], status="failed", message=DIED, ended=_now())

    def action_results(self, app_run_id: int) -> list[dict[str, Any]]:
        """The stored `result_data` of a run."""
        with reading(self.installation) as connection:
            rows = connection.execute(
                "SELECT record FROM action_results WHERE app_run_id = ? ORDER BY position",
                (app_run_id,),
            )
            return [json.loads(row["record"]) for row in rows]

    def progress(self, app_run_id: int) -> list[str]:
        """A run's progress messages; of those that overwrite each other only the last."""
        with reading(self.installation) as connection:
            rows = connection.execute(
                "SELECT message FROM progress WHERE app_run_id = ? ORDER BY id", (app_run_id,)
            )
            return [row["message"] for row in rows]

    def vault_items(self) -> list[dict[str, Any]]:
        """All vault items, oldest first, as `vault_info` gives them; `path` is the file."""
        return vault.all_items(self.installation)

    def containers(self) -> list[dict[str, Any]]:
        return containers.all_containers(self.installation)

    def artifacts(self) -> list[dict[str, Any]]:
        return containers.all_artifacts(self.installation)

    def _asset(self, asset: str | None) -> Any:
        with reading(self.installation) as connection:
            rows = connection.execute("SELECT * FROM assets").fetchall()
        chosen = [row for row in rows if asset is None or asset in (str(row["id"]), row["name"])]
        if len(chosen) != 1:
            raise LookupError(
                f"{len(chosen)} assets match {asset!r}"
                if asset
                else f"There are {len(chosen)} assets; name one"
            )
        return chosen[0]

    def _asset_texts(
        self, asset_id: str, config: dict[str, Any], environment: dict[str, str] | None
    ) -> tuple[str, str]:
        declared = self.app.manifest.get("configuration", {})
        unknown = sorted(set(config) - set(declared) - PLATFORM_KEYS)
        if unknown:
            raise ValueError(
                f"The app's manifest declares no configuration key {', '.join(unknown)}; it has:"
                f" {', '.join(declared)}"
            )
        stored = self._encrypted(config, manifest.password_keys(declared), asset_id)
        variables = {
            name: {"type": "password", "value": encryption_helper.encrypt(value, asset_id)}
            for name, value in (environment or {}).items()
        }
        return strict_json.dumps(stored, "The configuration"), strict_json.dumps(
            variables, "The environment"
        )

    @staticmethod
    def _encrypted(values: dict[str, Any], secrets: list[str], asset_id: str) -> dict[str, Any]:
        present = [name for name in secrets if values.get(name)]
        return {
            **values,
            **{name: encryption_helper.encrypt(values[name], asset_id) for name in present},
        }

    def _enter_run(
        self, action: dict[str, Any], asset_id: str, container_id: int, parameters: str
    ) -> int:
        with writing(self.installation) as connection:
            record = json.dumps({"name": f"Container {container_id}", "label": "events"})
            connection.execute(
                "INSERT OR IGNORE INTO containers (id, record) VALUES (?, ?)",
                (container_id, record),
            )
            row = connection.execute(
                "INSERT INTO app_runs (action, identifier, asset_id, container_id, parameters, pid,"
                " status, started) VALUES (?, ?, ?, ?, ?, ?, 'pending', ?)",
                # As long as it is pending it hangs on the process that has entered it.
                (
                    action["action"],
                    action["identifier"],
                    asset_id,
                    container_id,
                    parameters,
                    os.getpid(),
                    _now(),
                ),
            )
            return int(row.lastrowid or 0)

    def _update_run(self, app_run_id: int, **values: Any) -> None:
        with writing(self.installation) as connection:
            _set_run(connection, app_run_id, **values)

    def _record(self, app_run_id: int, result: dict[str, Any]) -> None:
        outline = {key: value for key, value in result.items() if key != "result_data"}
        entries = [
            (app_run_id, position, json.dumps(entry))
            for position, entry in enumerate(result["result_data"])
        ]
        # As SOAR's own message of a run does, this has those of its results.
        message = " ".join(entry["message"] for entry in result["result_data"]) or result["message"]
        with writing(self.installation) as connection:
            connection.executemany("INSERT INTO action_results VALUES (?, ?, ?)", entries)
            row = connection.execute(
                "SELECT parameters FROM app_runs WHERE id = ?", (app_run_id,)
            ).fetchone()
            if row:  # else the request names a run that was never entered
                kept = json.dumps(
                    _without_masked(json.loads(row["parameters"]), result["result_data"])
                )
                ended = {
                    "status": result["status"],
                    "message": storable(message),
                    "ended": _now(),
                    "result": json.dumps(outline),
                }
                _set_run(connection, app_run_id, parameters=kept, **ended)

    def _progress_recorder(
        self, app_run_id: int, progress: Progress
    ) -> Callable[[str, bool], None]:
        def record(message: str, persistent: bool) -> None:
            with writing(self.installation) as connection:
                connection.execute(
                    "DELETE FROM progress WHERE app_run_id = ? AND NOT persistent", (app_run_id,)
                )
                insert = "INSERT INTO progress (app_run_id, message, persistent) VALUES (?, ?, ?)"
                connection.execute(insert, (app_run_id, storable(message), persistent))
            if progress:
                progress(message)

        return record


class ChildRun:
    """A run in a process of its own, under way since it was made."""

    def __init__(self, soar: LocalSoar, request: dict[str, Any]) -> None:
        self.app_run_id: int = request["connector_run_id"]
        self._soar = soar
        order = {
            "home": str(soar.installation.home),
            "profile": asdict(soar.installation.profile),
            "app_dir": str(soar.app.directory),
            "request": request,
        }
        python_path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
        # The child inherits the blocked signal; so a cancel that comes while it starts waits until
        # the run takes it.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, [CANCEL_SIGNAL])
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dev.soar.spawn"],
                env={**os.environ, "PYTHONPATH": python_path},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        soar._cancels[self.app_run_id] = self.cancel
        assert self._process.stdin
        with self._process.stdin as pipe:
            json.dump(order, pipe)

    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it as a crash of its machine does; `result` raises RuntimeError then."""
        self._process.kill()

    def cancel(self) -> None:
        """Cancel it as SOAR does."""
        self._process.send_signal(CANCEL_SIGNAL)

    def result(self, progress: Progress = None) -> dict[str, Any]:
        """Wait for its end, once; RuntimeError when the process ends without a result."""
        assert self._process.stdout
        result: dict[str, Any] | None = None
        with self._process, self._process.stdout as lines:
            for line in lines:
                report = json.loads(line)
                result = report.get("result", result)
                if progress and "progress" in report:
                    progress(report["progress"])
        self._soar._cancels.pop(self.app_run_id, None)
        if result is None:
            self._soar._update_run(self.app_run_id, status="failed", message=DIED, ended=_now())
            raise RuntimeError(
                f"The process of the run ended with status {self._process.returncode} and without a"
                " result"
            )
        return result


def poll_parameters(
    count: int | None = None,
    artifacts: int | None = None,
    source_ids: Iterable[str] = (),
    now: float | None = None,
) -> dict[str, Any]:
    """What SOAR gives to `on poll` at `now`: by its schedule, or with a count of containers by the
    dialog of Poll Now.
    """
    end = time.time() if now is None else now
    window = {"start_time": int((end - SCHEDULE_SECONDS) * 1000), "end_time": int(end * 1000)}
    return {
        **(window if count is None else {}),
        "container_id": ",".join(source_ids),
        "container_count": MAX_COUNT_VALUE if count is None else count,
        "artifact_count": MAX_COUNT_VALUE if artifacts is None else artifacts,
    }


def _set_run(connection: sqlite3.Connection, app_run_id: int, **values: Any) -> None:
    columns = ", ".join(f"{column} = ?" for column in values)
    connection.execute(
        f"UPDATE app_runs SET {columns} WHERE id = ?", (*values.values(), app_run_id)
    )


def _without_masked(
    given: list[dict[str, Any]], results: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The parameters of a run, each without what the app shows otherwise in its result: it masks
    the secrets in texts such as a destination's headers, too, which are no passwords by the
    manifest.
    """
    shown: list[dict[str, Any]] = [entry["parameter"] for entry in results[: len(given)]]
    pairs = zip_longest(given, shown, fillvalue=dict[str, Any]())
    return [
        {name: value for name, value in each.items() if by_app.get(name, value) == value}
        for each, by_app in pairs
    ]


def _run_entry(row: sqlite3.Row) -> dict[str, Any]:
    decoded = {
        name: json.loads(row[name]) if row[name] else None for name in ("parameters", "result")
    }
    return {**dict(row), **decoded}


def _alive(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def _with_context(parameter: dict[str, Any]) -> dict[str, Any]:
    return {
        **parameter,
        "context": {"artifact_id": 0, "guid": str(uuid.uuid4()), "parent_action_run": []},
    }


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()
