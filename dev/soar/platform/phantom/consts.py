# File: consts.py
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
"""Constants of `phantom.app`; apps import them from there."""

from __future__ import annotations


APP_SUCCESS = True
APP_ERROR = False
APP_SUCCESS_STR = "success"
APP_ERROR_STR = "failed"

ACTION_ID_INGEST_ON_POLL = "on_poll"
ACTION_ID_TEST_ASSET_CONNECTIVITY = "test_asset_connectivity"

SEVERITY_LIST = ["low", "medium", "high"]
SENSITIVITY_LIST = ["red", "amber", "green", "white"]
KILL_CHAIN_LIST = [
    "Reconnaissance",
    "Weaponization",
    "Delivery",
    "Exploitation",
    "Installation",
    "Command & Control",
    "Actions on Objectives",
]

MAX_COUNT_VALUE = 4294967295
DEFAULT_LOCK_TIMEOUT = 1200
ARTIFACT_BATCH_SIZE = 100

APP_JSON_ACTION = "action"
APP_JSON_ACTIONS = "actions"
APP_JSON_ASSET_ID = "asset_id"
APP_JSON_CONFIG = "config"
APP_JSON_CONTAINER_ID = "container_id"
APP_JSON_IDENTIFIER = "identifier"
APP_JSON_PARAMETERS = "parameters"
APP_JSON_CONTAINER_COUNT = "container_count"
APP_JSON_ARTIFACT_COUNT = "artifact_count"
APP_JSON_START_TIME = "start_time"
APP_JSON_END_TIME = "end_time"
APP_JSON_IP = "ip"
APP_JSON_DOMAIN = "domain"
APP_JSON_URL = "url"
APP_JSON_HASH = "hash"
APP_JSON_VAULT_ID = "vault_id"
