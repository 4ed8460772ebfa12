# File: oldstyle_connector.py
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
import json
import os
import uuid

import phantom.app as phantom
import phantom.rules as ph_rules
from phantom.action_result import ActionResult
from phantom.base_connector import BaseConnector
from phantom.vault import Vault

from oldstyle_consts import *


class OldStyleConnector(BaseConnector):
    ACTION_ID_LIST_HOSTS = "list_hosts"

    def __init__(self):
        super(OldStyleConnector, self).__init__()
        self.config = None
        self.logger = None
        self.status = None

    def initialize(self):
        self.config = self.get_config()
        self.logger = self.debug_print
        self.status = "ready"
        self._state = self.load_state()
        self._url = self.config[OLDSTYLE_JSON_BASE_URL] + "/api"
        self._rest_url = "{}rest/version".format(self.get_phantom_base_url())
        self._limit = int(self.config["limit"])
        return phantom.APP_SUCCESS

    def finalize(self):
        self.save_state(self._state)

    def _test_connectivity(self, param):
        self.save_progress("Connecting to {0}...", self._rest_url)
        self.set_status_save_progress(phantom.APP_SUCCESS, OLDSTYLE_SUCC_TEST)

    def _list_hosts(self, param):
        for number in range(self._limit):
            result = self.add_action_result(ActionResult(dict(param)))
            result.add_data(
                {phantom.APP_JSON_HOST: "host-%d" % number, "own": self.config.get("undeclared")}
            )
            result.set_summary({"num_hosts": number + 1})
            result.set_status(phantom.APP_SUCCESS)

    def _save_report(self, param):
        result = self.add_action_result(ActionResult(dict(param)))
        folder = Vault.get_vault_tmp_dir() + "/" + str(uuid.uuid4())
        os.makedirs(folder)
        path = folder + "/report.txt"
        with open(path, "w") as report:
            report.write("report for " + param["asset_or_ip"])
        success, message, vault_id = ph_rules.vault_add(self.get_container_id(), path, "report.txt")
        if phantom.is_fail(success):
            return result.set_status(phantom.APP_ERROR, OLDSTYLE_ERR_SERVER, None, message)
        _, _, items = ph_rules.vault_info(vault_id=vault_id)
        result.add_data({"vault_id": vault_id, "size": list(items)[0]["size"]})
        with open(self.get_state_dir() + "reports.json", "w") as kept:
            json.dump([vault_id], kept)
        return result.set_status(
            phantom.APP_SUCCESS,
            "Saved {name} of {size}",
            None,
            name="report.txt",
            size=items[0]["size"],
        )

    def _on_poll(self, param):
        last = self._state.get("last", 0)
        for number in range(last + 1, last + 3):
            container = {"name": "incident %d" % number, "source_data_identifier": str(number)}
            ret_val, message, container_id = self.save_container(container)
            artifacts = [
                {
                    "container_id": container_id,
                    "name": "a",
                    "source_data_identifier": "%d-%d" % (number, i),
                    "cef": {"sourceAddress": "192.0.2.%d" % i},
                }
                for i in (1, 2)
            ]
            self.save_artifacts(artifacts)
        if not self.is_poll_now():
            self._state["last"] = last + 2
        self.set_status(phantom.APP_SUCCESS)

    def handle_action(self, param):
        handlers = {
            "test_asset_connectivity": self._test_connectivity,
            self.ACTION_ID_LIST_HOSTS: self._list_hosts,
            "save_report": self._save_report,
            "on_poll": self._on_poll,
        }
        handlers[self.get_action_identifier()](param)


if __name__ == "__main__":
    connector = OldStyleConnector()
    connector.print_progress_message = True
