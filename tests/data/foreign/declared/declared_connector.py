# File: declared_connector.py
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
import dataclasses
import inspect
import logging
import typing

import phantom.app as phantom
from phantom.vault import Vault

from declared_app import App, Container, slug

app = App()


@dataclasses.dataclass
class NoParams:
    pass


@dataclasses.dataclass
class PollParams:
    container_count: int = 0


@dataclasses.dataclass
class NoteParams:
    title: str
    lines: typing.Optional[float] = 1


@dataclasses.dataclass
class Output:
    title: str
    slug: str
    vault_id: str


@app.action
def test_asset_connectivity(params: NoParams, soar, asset):
    soar.logger.info("connected to %s", asset["base_url"])


@app.action
def write_note(params: NoteParams, soar, asset):
    if params.lines < 1:
        raise ValueError("lines: at least 1")
    made = Vault.create_attachment(
        "\n".join([params.title] * int(params.lines)), soar.get_container_id(), file_name="note.txt"
    )
    return [Output(params.title, slug(params.title), made["vault_id"])]


@app.action
def on_poll(params: PollParams, soar, asset):
    for number in range(min(params.container_count, 3)):
        yield Container(
            f"note {number}",
            f"note-{number}",
            [
                {
                    "name": "line",
                    "source_data_identifier": f"line-{number}",
                    "cef": {"message": "hello"},
                }
            ],
        )


class DeclaredConnector(phantom.BaseConnector):
    def initialize(self):
        self.logger = logging.getLogger("declared")
        self.config = self.get_config()
        return True

    def handle_action(self, param):
        try:
            outcome = app.call(self.get_action_identifier(), self, self.config, param)
            rows = self._saved(outcome) if inspect.isgenerator(outcome) else outcome or []
        except Exception as error:
            result = self.add_action_result(phantom.ActionResult(param))
            return result.set_status(phantom.APP_ERROR, str(error), None)
        for row in rows:
            result = self.add_action_result(phantom.ActionResult(dict(param)))
            result.add_data(dataclasses.asdict(row))
            result.update_summary({"title_length": len(row.title)})
            result.set_status(phantom.APP_SUCCESS, "")
        if not rows:
            self.set_status(phantom.APP_SUCCESS, "Nothing to show")
        self.status = "done"

    def _saved(self, found):
        self.save_containers([dataclasses.asdict(container) for container in found])
        return []
