# File: subjects.py
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
"""The guide to the actions by subject, by which the local SOAR's page groups them, too."""

from __future__ import annotations

from typing import NamedTuple

from dev.action_specs import ActionSpec
from dev.readme import escaped


START, END = "<!-- Generated from here -->", "<!-- to here by `make manifest` -->"


class Subject(NamedTuple):
    """What some modules of tanium_tr/actions are about."""

    name: str
    purpose: str
    modules: tuple[str, ...]


SUBJECTS = (
    Subject(
        "Alerts",
        "Find alerts, read what their endpoints recorded around them, and change their state.",
        ("alerts", "investigations", "alert_changes"),
    ),
    Subject(
        "Ingestion",
        "Turn alerts into containers or findings.",
        ("polling",),
    ),
    Subject(
        "Live endpoints",
        "Look up endpoints, and list or end the processes that run on them now.",
        ("live_endpoints", "endpoints", "live_processes"),
    ),
    Subject(
        "Live connections",
        "Connect to an endpoint and read its recorded processes and events.",
        ("connections", "processes", "events", "snapshots"),
    ),
    Subject(
        "Files and evidence",
        "Collect files from endpoints into the vault, and keep evidence on the Tanium server.",
        ("collection", "files", "endpoint_files", "evidence"),
    ),
    Subject(
        "Questions",
        "Ask all endpoints at once, with sensors and computer groups.",
        ("questions", "sensors", "groups"),
    ),
    Subject(
        "Packages and actions",
        "Deploy packages to endpoints and see what each endpoint reports.",
        ("packages", "execution", "deployments"),
    ),
    Subject(
        "Containment",
        "Quarantine endpoints, release them, and verify both.",
        ("containment",),
    ),
    Subject(
        "Response actions and tasks",
        "Have Threat Response act on an endpoint without a connection, and follow its tasks.",
        ("response",),
    ),
    Subject(
        "Intel",
        "Add indicators and signals, deploy them, and scan endpoints for them.",
        ("quick_add", "intel", "signals", "intel_deployment", "labels"),
    ),
    Subject(
        "Connect",
        "Manage what Tanium Connect delivers, where it goes, and when.",
        (
            *("data_connections", "connection_runs", "destinations", "data_sources"),
            "connect_service",
        ),
    ),
    Subject(
        "HTTP ingest",
        "Forward alerts and other records to an HTTP-ingest endpoint.",
        ("http_ingest",),
    ),
    Subject(
        "Server",
        "Check the connection, the permissions and the services, or send a request of your own.",
        ("connectivity", "probe", "service", "raw_requests"),
    ),
)


def actions_guide(present: str, specs: list[ActionSpec], modules: dict[str, str]) -> str:
    """The guide with its generated part renewed.

    modules: the module of each action, by identifier.
    """
    before, _, rest = present.partition(START)
    after = rest.partition(END)[2]
    unknown = set(modules.values()) - {name for subject in SUBJECTS for name in subject.modules}
    if unknown:
        raise LookupError(f"SUBJECTS in dev/subjects.py lacks {', '.join(sorted(unknown))}")
    blocks = [
        _block(
            subject,
            [of for name in subject.modules for of in specs if modules[of.identifier] == name],
        )
        for subject in SUBJECTS
    ]
    return f"{before}{START}\n\n{''.join(blocks)}{END}{after}"


def _block(subject: Subject, specs: list[ActionSpec]) -> str:
    rows = [
        f"| [{of.name}](../README.md#action-{of.name.replace(' ', '-')}) |"
        f" {escaped(of.description)} |"
        for of in specs
    ]
    head = [
        f"## {subject.name}",
        "",
        subject.purpose,
        "",
        "| Action | What it does |",
        "| --- | --- |",
    ]
    return "\n".join([*head, *rows, "", ""])
