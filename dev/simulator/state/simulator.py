# File: simulator.py
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
"""All that the simulated server knows, in one object."""

from __future__ import annotations

import threading
from collections.abc import Callable

from dev.simulator.settings import Settings
from dev.simulator.state.accounts import Accounts
from dev.simulator.state.action_groups import ActionGroups
from dev.simulator.state.action_orders import Orders
from dev.simulator.state.action_results import ActionResults
from dev.simulator.state.actions import Actions
from dev.simulator.state.alerts import Alerts
from dev.simulator.state.computers import Computers
from dev.simulator.state.connect import Connect
from dev.simulator.state.connect_sources import Sources
from dev.simulator.state.connections import Connections
from dev.simulator.state.deployment import Deployment
from dev.simulator.state.direct_connect import DirectConnect
from dev.simulator.state.endpoint_files import EndpointFiles
from dev.simulator.state.evidence import Evidence
from dev.simulator.state.files import Files
from dev.simulator.state.gateway import GatewayMemory
from dev.simulator.state.groups import Groups
from dev.simulator.state.ingest import Ingest
from dev.simulator.state.intel import Intel
from dev.simulator.state.intel_sources import IntelSources
from dev.simulator.state.labels import Labels
from dev.simulator.state.lists import Lists
from dev.simulator.state.live_processes import LiveProcesses
from dev.simulator.state.packages import Packages
from dev.simulator.state.question_results import QuestionResults
from dev.simulator.state.questions import Questions
from dev.simulator.state.reputation import Reputation
from dev.simulator.state.response_actions import ResponseActions
from dev.simulator.state.response_carriers import ResponseCarriers
from dev.simulator.state.response_effects import ResponseEffects
from dev.simulator.state.saved_actions import SavedActions
from dev.simulator.state.saved_questions import SavedQuestions
from dev.simulator.state.scans import Scans
from dev.simulator.state.sensors import Sensors
from dev.simulator.state.snapshots import Snapshots
from dev.simulator.state.tasks import Tasks


class SimulatorState:
    """The state by resource. The web server holds `lock` while it answers; a test that changes
    state under load should, too.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self.settings = settings
        self.clock = clock
        self.lock = threading.RLock()
        self.accounts = Accounts(settings, clock)
        self.computers = Computers(settings, clock)
        self._add_questions()
        self._add_gateway()
        self.connections = Connections(settings, clock, self.computers)
        self.tasks = Tasks(settings, clock)
        self.endpoint_files = EndpointFiles(clock())
        self.files = Files(settings, clock, self.tasks, self.endpoint_files)
        self.snapshots = Snapshots(clock, self.tasks)
        self.intel = Intel(clock)
        self.intel_sources = IntelSources(clock)
        self.reputation = Reputation()
        self.labels = Labels(clock, self.intel)
        self.scans = Scans(clock, self.tasks)
        self.deployment = Deployment(clock, self.intel, self.tasks)
        self.alerts = Alerts(settings, clock, self.intel, self.labels, self.computers)
        self.ingest = Ingest(settings, clock)
        self.evidence = Evidence(clock, self.computers, self.files, self.snapshots)
        self._add_response_actions()
        self.connect = Connect(
            settings,
            clock,
            self.lock,
            Sources(self.alerts, self.intel, self.labels, self.computers, self.connections),
        )
        self.alerts.watch = self.connect.fire

    def _add_response_actions(self) -> None:
        settings, clock = self.settings, self.clock
        carriers = ResponseCarriers(settings, clock, self.actions, self.packages, self.computers)
        effects = ResponseEffects(self.connections, self.files, self.snapshots)
        self.response_actions = ResponseActions(
            settings, clock, self.computers, self.tasks, carriers, effects
        )
        self.response_actions.add_old_one(self.snapshots.rows())

    def _add_gateway(self) -> None:
        settings, clock = self.settings, self.clock
        self.gateway = GatewayMemory(settings, clock)
        self.direct_connect = DirectConnect(settings, clock)
        self.live_processes = LiveProcesses(settings, clock)

    def _add_questions(self) -> None:
        settings, clock = self.settings, self.clock
        self.lists = Lists(settings, clock)
        self.sensors = Sensors(settings, clock())
        self.groups = Groups(self.computers, self.sensors)
        self.questions = Questions(settings, clock, self.computers, self.sensors, self.groups)
        self.question_results = QuestionResults(settings, clock, self.questions)
        self.saved_questions = SavedQuestions(settings, clock, self.questions)
        self._add_actions()

    def _add_actions(self) -> None:
        settings, clock = self.settings, self.clock
        self.packages = Packages(clock)
        self.action_groups = ActionGroups(self.groups)
        self.actions = Actions(
            settings, clock, self.computers, self.groups, self.packages, self.questions
        )
        self.actions.add_old_ones()
        self.orders = Orders(self.packages, self.action_groups, self.groups, self.questions)
        self.saved_actions = SavedActions(settings, clock, self.packages, self.actions)
        self.action_results = ActionResults(settings, clock, self.actions, self.questions)
