# File: tanium_tr_connector.py
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
"""The connector that SOAR starts: it builds the clients, runs the handler of the action, and writes
what the handler returns.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import phantom.app as phantom
import requests
from phantom.action_result import ActionResult
from phantom.base_connector import BaseConnector

from tanium_tr.actions.index import ACTIONS
from tanium_tr.config import AssetConfig
from tanium_tr.declare import (
    PASSWORD,
    Handler,
    Output,
    Param,
    arguments_of,
    parameters_of,
    signature_of,
)
from tanium_tr.errors import ConfigurationError, TaniumError, TaskError
from tanium_tr.parse import parse
from tanium_tr.redaction import MASK, Redaction
from tanium_tr.services import Services
from tanium_tr.soar.platform import RunProof, SoarPlatform
from tanium_tr.soar.state import (
    AssetState,
    StoredCheckpoint,
    StoredDialects,
    StoredFindings,
    StoredFollowed,
    StoredIntelNames,
    StoredSession,
    StoredTokenLook,
)
from tanium_tr.storable import storable
from tanium_tr.tanium.clients import Tanium
from tanium_tr.tanium.credentials import Credentials
from tanium_tr.tanium.restrictions import RestrictableTransport
from tanium_tr.tanium.session import TaniumSession
from tanium_tr.words import message_text


if TYPE_CHECKING:
    from tanium_tr.ingest.endpoint import HttpIngest
    from tanium_tr.soar.unfinished import Notes, Unfinished

UNENCRYPTED = (
    "Warning: base_url starts with http://, so that credentials and results cross the network"
    " unencrypted."
)


class TaniumConnector(BaseConnector):
    """One run of one action, for which SOAR calls `initialize`, `handle_action` and `finalize`."""

    def __init__(self) -> None:
        super().__init__()
        self._redaction = Redaction()
        self._proof = RunProof()
        self._soar: SoarPlatform | None = None
        self._transport: RestrictableTransport | None = None
        self._ingest: HttpIngest | None = None
        self._notes: Notes | None = None
        self._services: Services | None = None

    def _handle_action(self, in_json: str, *handle: object) -> str:
        """How SOAR starts the run. What it may use of SOAR's REST API stands nowhere else."""
        self._proof = RunProof.read(in_json)
        self._redaction.add(*self._proof)
        return super()._handle_action(in_json, *handle)

    def initialize(self) -> bool:
        try:
            config = AssetConfig.parse(self.get_config())
        except ConfigurationError as error:
            return self.set_status(phantom.APP_ERROR, message_text(error))
        self._build(config)
        return phantom.APP_SUCCESS

    def _build(self, config: AssetConfig) -> None:
        self._redaction.add(config.api_token)
        self._redaction.add(config.ingest.key)
        self._redaction.add_login(config.username, config.password)
        soar = self._soar = SoarPlatform(self, self._proof)
        if config.base_url.startswith("http://"):
            soar.progress(UNENCRYPTED)
        settings = hashlib.sha256(json.dumps(config.login).encode("utf-8")).hexdigest()
        state = AssetState(self, on_broker=bool(self._proof.broker_token))
        store = StoredSession(state, self.get_asset_id(), settings)
        self._transport = RestrictableTransport(
            config.base_url,
            verify=config.verify,
            timeout=config.request_timeout,
            redaction=self._redaction,
        )
        credentials = Credentials(config, self._transport, store, soar.progress, self._redaction)
        _, handler = self._action()
        session = TaniumSession(
            self._transport,
            credentials,
            StoredDialects(state, config.base_url),
            handler.declaration.permissions,
            soar.stop_if_cancelled,
        )
        self._services = Services(
            Tanium(session, self._redaction),
            soar,
            config,
            StoredCheckpoint(state, config.base_url),
            lambda: self._open_ingest(config),
            StoredFindings(state),
            StoredFollowed(state, config.base_url),
            StoredIntelNames(state, config.base_url),
            StoredTokenLook(state),
            self._open_note,
        )

    def _open_ingest(self, config: AssetConfig) -> HttpIngest:
        from tanium_tr.ingest.endpoint import HttpIngest  # imported here: few actions need it

        self._ingest = HttpIngest(
            config.ingest, timeout=config.request_timeout, redaction=self._redaction
        )
        return self._ingest

    def _open_note(self) -> Unfinished:
        from tanium_tr.soar.unfinished import Notes  # imported here: few actions need it

        self._notes = self._notes or Notes(self)
        return self._notes.another()

    def validate_parameters(self, param: dict[str, Any]) -> bool:
        """Every parameter is checked by its declaration; SOAR's own check would refuse a host name
        where an address is possible too.
        """
        return phantom.APP_SUCCESS

    def handle_action(self, param: dict[str, Any]) -> bool:
        result = self.add_action_result(ActionResult(storable(dict(param))))
        with self._redaction.in_force():
            return self._run(result, param)

    def _run(self, result: ActionResult, param: dict[str, Any]) -> bool:
        try:
            actions, handler = self._action()
            signature = signature_of(handler)
            values = self._parsed(result, parameters_of(signature), param)
            output = handler(actions(self._services), **arguments_of(signature, values))
        except TaskError as error:
            result.update_data(storable(error.rows))
            result.update_summary(storable(error.summary))
            return self._fail(result, str(error))
        except TaniumError as error:
            return self._fail(result, str(error))
        except RecursionError:
            return self._fail(
                result,
                "Tanium's answer or the action's input is nested too deeply to be read.",
            )
        except Exception as error:
            if self.is_action_cancelled():
                raise  # SOAR stops a cancelled action with an exception of its own
            self.error_print("Unexpected error", self._redaction.redact(traceback.format_exc()))
            return self._fail(
                result,
                f"An unexpected error occurred ({type(error).__name__}: {error}); the"
                " log has the details.",
            )
        return self._succeed(result, output)

    def _action(self) -> tuple[type, Handler]:
        """The class and the method of this run's action. Only its module is imported: that of all
        others would take longer than most actions.
        """
        identifier = self.get_action_identifier()
        module, name = ACTIONS[identifier]
        actions = getattr(importlib.import_module(f"tanium_tr.actions.{module}"), name)
        return actions, getattr(actions, identifier)

    def _parsed(
        self, result: ActionResult, params: dict[str, Param], param: dict[str, Any]
    ) -> dict[str, Any]:
        """The values of the parameters. A secret among them is shown nowhere, and not kept with the
        result.
        """
        hidden = [
            name
            for name, declared in params.items()
            if (declared.hides or declared.type == PASSWORD) and param.get(name)
        ]
        result.update_param(dict.fromkeys(hidden, MASK))
        given = parse(params, param)
        self._redaction.add(*(given[name] for name in hidden if params[name].type == PASSWORD))
        return given

    def _succeed(self, result: ActionResult, output: Output) -> bool:
        result.update_data(storable(output.rows))
        result.update_summary(storable(output.summary))
        return result.set_status(phantom.APP_SUCCESS, message_text(output.message))

    def _fail(self, result: ActionResult, message: str) -> bool:
        return result.set_status(phantom.APP_ERROR, message_text(message))

    def finalize(self) -> bool:
        if self._transport:
            self._transport.close()
        if self._ingest:
            self._ingest.close()
        if self._soar:
            self._soar.close()
        if self._notes:
            self._notes.close()
        return phantom.APP_SUCCESS


def main() -> None:
    """Run one action from a file with SOAR's JSON: `python tanium_tr_connector.py test.json [-u
    user]`, on SOAR or with the local one.
    """
    import argparse  # imported here, so that SOAR does not load it for every run

    arguments = argparse.ArgumentParser(description=main.__doc__)
    arguments.add_argument(
        "input_test_json", help="file with the JSON that SOAR starts an action with"
    )
    arguments.add_argument(
        "-u",
        "--username",
        help="log in to SOAR as this user; required for the vault and containers",
    )
    arguments.add_argument("-p", "--password", help="asked for when it is not given")
    arguments.add_argument("-v", "--verify", action="store_true", help="verify SOAR's certificate")
    given = arguments.parse_args()

    with Path(given.input_test_json).open(encoding="utf-8") as file:
        run = json.load(file)
    connector = TaniumConnector()
    connector.print_progress_message = True
    if given.username:
        _log_in(connector, run, given.username, given.password, given.verify)
    result = connector._handle_action(json.dumps(run), None)
    print(json.dumps(json.loads(result), indent=4))
    sys.exit(0 if json.loads(result)["status"] == "success" else 1)


def _log_in(
    connector: TaniumConnector,
    run: dict[str, Any],
    username: str,
    password: str | None,
    verify: bool,
) -> None:
    from getpass import getpass  # imported here, like argparse

    login = TaniumConnector._get_phantom_base_url().rstrip("/") + "/login"
    first = requests.get(login, verify=verify, timeout=60)
    form = {
        "username": username,
        "password": password or getpass(),
        "csrfmiddlewaretoken": first.cookies["csrftoken"],
    }
    answer = requests.post(
        login,
        data=form,
        cookies=first.cookies,
        headers={"Referer": login},
        verify=verify,
        timeout=60,
    )
    if "sessionid" not in answer.cookies:
        sys.exit("SOAR did not accept this username and password.")
    run["user_session_token"] = answer.cookies["sessionid"]
    connector._set_csrf_info(first.cookies["csrftoken"], login)


if __name__ == "__main__":
    main()
