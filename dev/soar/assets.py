# File: assets.py
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
"""The assets of one SOAR: their configurations, stored with the passwords encrypted."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from local_soar import encryption, manifest, strict_json
from local_soar.database import reading, writing
from local_soar.installation import Installation, use

from dev.soar.application import Application


# Keys of an asset's configuration that belong to SOAR, not to the app.
PLATFORM_KEYS = frozenset({"ingest", "_reserved_credential_management"})


class Assets:
    """Each is given by its id or its name."""

    def __init__(self, installation: Installation, app: Application) -> None:
        self._installation = installation
        self._app = app

    def create(self, name: str, config: dict[str, Any], environment: dict[str, str] | None) -> str:
        """The id of the new asset."""
        with use(self._installation), writing(self._installation) as connection:
            row = connection.execute(
                "INSERT INTO assets (name, config, environment) VALUES (?, '{}', '{}')", (name,)
            )
            asset_id = str(row.lastrowid)
            texts = self._stored_texts(asset_id, config, environment)
            connection.execute(
                "UPDATE assets SET config = ?, environment = ? WHERE id = ?", (*texts, asset_id)
            )
        return asset_id

    def update(
        self, asset: str, config: dict[str, Any], environment: dict[str, str] | None
    ) -> None:
        row = self.row(asset)
        with use(self._installation), writing(self._installation) as connection:
            config_text, environment_text = self._stored_texts(str(row["id"]), config, environment)
            texts = (config_text, row["environment"] if environment is None else environment_text)
            connection.execute(
                "UPDATE assets SET config = ?, environment = ? WHERE id = ?", (*texts, row["id"])
            )

    def names(self) -> dict[str, str]:
        """Names by id."""
        with reading(self._installation) as connection:
            return {
                str(row["id"]): row["name"]
                for row in connection.execute("SELECT id, name FROM assets ORDER BY id")
            }

    def row(self, asset: str | None) -> sqlite3.Row:
        """`id`, `name`, and the JSON texts `config` and `environment` of an asset, or of the only
        one. LookupError when there is not exactly one.
        """
        with reading(self._installation) as connection:
            rows = connection.execute("SELECT * FROM assets").fetchall()
        chosen: list[sqlite3.Row] = [
            row for row in rows if asset is None or asset in (str(row["id"]), row["name"])
        ]
        if len(chosen) != 1:
            raise LookupError(
                f"{len(chosen)} assets match {asset!r}"
                if asset
                else f"There are {len(chosen)} assets; name one"
            )
        return chosen[0]

    def decrypted(self, asset_id: str, config: dict[str, Any]) -> dict[str, Any]:
        secrets = manifest.password_keys(self._app.manifest.get("configuration", {}))
        with use(self._installation):
            return {
                **config,
                **{
                    name: encryption.decrypt(config[name], asset_id)
                    for name in secrets
                    if config.get(name)
                },
            }

    def state_file(self, asset: str) -> Path:
        folder = self._installation.folder("local_data", "app_states", self._app.manifest["appid"])
        return folder / f"{self.row(asset)['id']}_state.json"

    def _stored_texts(
        self, asset_id: str, config: dict[str, Any], environment: dict[str, str] | None
    ) -> tuple[str, str]:
        """The JSON of the configuration and of the environment."""
        declared = self._app.manifest.get("configuration", {})
        unknown = sorted(set(config) - set(declared) - PLATFORM_KEYS)
        if self._installation.profile.lenient:
            defaults = {
                name: field["default"] for name, field in declared.items() if "default" in field
            }
            config = {**defaults, **config}
        elif unknown:
            raise ValueError(
                f"The app's manifest declares no configuration key {', '.join(unknown)}; it has:"
                f" {', '.join(declared)}"
            )
        stored = encrypted(config, manifest.password_keys(declared), asset_id)
        variables = {
            name: {"type": "password", "value": encryption.encrypt(value, asset_id)}
            for name, value in (environment or {}).items()
        }
        return strict_json.dumps(stored, "The configuration"), strict_json.dumps(
            variables, "The environment"
        )


def encrypted(values: dict[str, Any], secrets: list[str], asset_id: str) -> dict[str, Any]:
    """The values, the secrets among them as the asset's actions decrypt them."""
    present = [name for name in secrets if values.get(name)]
    return {
        **values,
        **{name: encryption.encrypt(values[name], asset_id) for name in present},
    }
