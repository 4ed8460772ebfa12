# File: variants.py
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
"""The inputs of every action, once: contract tests, fault matrix and bench take them from here, so
that a new action gets a variant here and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Callable, NamedTuple

from dev.manifest import declared_actions
from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.log import Request
from dev.simulator.recordings.recording import EVENT_TYPES
from dev.simulator.seed.privileges import SERVER_NAMES
from dev.simulator.server import SimulatorServer
from dev.simulator.state.quick_add import openioc
from dev.soar.runtime import LocalSoar
from dev.soar.web.server import SoarServer
from tests.conftest import ASSET, Run, run_on
from tests.deployment.on_tanium import issued


ACTIONS = {spec.name: spec for spec in declared_actions()}
INGEST_FINDINGS = {"container_label": "events", "es_security_domain": "endpoint"}
INGEST = ("send records", "forward alerts", "resend undelivered")
"""These go to an endpoint of their own."""

CLEANING = {
    "action_name": "Clean",
    "action_group": seed.DEFAULT_ALL.name,
    "expire_seconds": 600,
    "package_name": seed.CLEAN_CACHE.name,
}
"""Of *execute action*, with a package that takes no parameters."""
NOT_SERVERS = json.dumps(
    {
        "and_flag": False,
        "not_flag": True,
        "sub_groups": [
            {
                "and_flag": False,
                "filters": [
                    {"sensor": {"name": "Is Windows"}, "operator": "Equal", "value": "False"}
                ],
            }
        ],
    }
)
"""The object of a group, as *parse question* returns it."""

READ_BY_POST = (
    *("/plugin/products/connect/v1/export", "/plugin/products/gateway/graphql"),
    *("/api/v2/parse_question", "/api/v2/questions"),
    "/plugin/products/threat-response/api/v1/intels/quick-add",
)
CONNECTING = {
    *("directConnectOpen", "directConnectClose", "openDirectConnection", "closeDirectConnection"),
}
"""Mutations of the API gateway that change nothing on an endpoint."""
EXPORT = "/plugin/products/connect/v1/export/"
AUTHENTICATION = ("/api/v2/session/login", "/auth", "/api/v2/session/validate")


def is_write(request: Request) -> bool:
    """Whether a request changes something."""
    operation = request.operation
    if operation is not None:
        return operation.kind == "mutation" and not CONNECTING.issuperset(operation.fields)
    return request.method != "GET" and not reads_by_post(request.path)


def reads_by_post(path: str) -> bool:
    """Whether a POST there changes nothing."""
    return path in READ_BY_POST or path.startswith(EXPORT)


VENDOR = {"connect_dialect": "vendor"}
"""Connect as its vendor describes it. Variants with it come after the others of their action, for
what they share a server with.
"""


class Variant(NamedTuple):
    """One run of an action; `parameters` are made from the server, which is there as at its start
    but for what they change on it.
    """

    action: str
    parameters: Callable[[SimulatorServer], dict[str, Any]]
    succeeds: bool = True
    settings: dict[str, Any] = {}


def live(**parameters: Any) -> Callable[[SimulatorServer], dict[str, Any]]:
    """Parameters beside the id of a live connection."""
    return lambda tanium: {
        "connection_id": tanium.state.connections.open(seed.FINANCE.hostname),
        **parameters,
    }


def fixed(**parameters: Any) -> Callable[[SimulatorServer], dict[str, Any]]:
    return lambda _: dict(parameters)


def file_without_archive(tanium: SimulatorServer) -> dict[str, Any]:
    return {"file_id": tanium.state.files.add("C:\\Temp\\plain.bin", body=b"no archive at all")}


def file_named(path: str) -> Callable[[SimulatorServer], dict[str, Any]]:
    return lambda tanium: {
        "file_id": next(
            file_id for file_id, file in tanium.state.files.all.items() if file.row["path"] == path
        )
    }


def first(
    stored: Callable[[SimulatorServer], dict[Any, Any]], name: str
) -> Callable[[SimulatorServer], dict[str, Any]]:
    """The id of the first of what the server keeps."""
    return lambda tanium: {name: next(iter(stored(tanium)))}


def alert(match_type: str, reported: str = "") -> Callable[[SimulatorServer], dict[str, Any]]:
    """The first alert of this type whose details tell something."""
    return lambda tanium: {
        "alert_id": next(
            row["id"]
            for row in tanium.state.alerts.rows()
            if row["matchType"] == match_type and reported in row["details"]
        )
    }


def newest_injection(tanium: SimulatorServer) -> dict[str, Any]:
    """The newest alert about a process that wrote into another one, where there is one."""
    alerts = tanium.state.alerts.rows()
    reported = [row["id"] for row in alerts if "execution_target_name" in row["details"]]
    return {"alert": max(reported or [1]), "minutes": 240}


def alert_guids(
    *numbers: int, name: str = "alert_ids", **others: Any
) -> Callable[[SimulatorServer], dict[str, Any]]:
    return lambda tanium: {
        name: ",".join(tanium.state.alerts.get(number)["guid"] for number in numbers),
        **others,
    }


def known_indicators(tanium: SimulatorServer) -> dict[str, Any]:
    """Those that an intel document has already."""
    given = {"exact": True, "name": "Campaign", "type": "Network Indicators"}
    document = openioc({**given, "text": "198.51.100.7\nbad.example"})
    row = tanium.state.intel.upload("Campaign.ioc", document.encode())
    row.update(labelIds=[2], mitreAttack=tanium.state.intel.get(seed.FIRST_INTEL_ID)["mitreAttack"])
    return {"name": "Campaign", "values": "BAD.example.,198.51.100.7", "skip_existing": True}


def local_snapshot(tanium: SimulatorServer) -> dict[str, Any]:
    return {
        "snapshot_id": next(
            each.id for each in tanium.state.connections.all.values() if each.is_local
        )
    }


def saved_task(tanium: SimulatorServer) -> dict[str, Any]:
    connection = tanium.state.connections.get(tanium.state.connections.open(seed.FINANCE.hostname))
    return {
        "task_id": tanium.state.files.fetch(connection, seed.INVOICE_VIEWER, seed.ANALYST.name)[
            "id"
        ]
    }


def running_response_action(tanium: SimulatorServer) -> dict[str, Any]:
    body = {"type": "gatherSnapshot", "computerName": seed.FINANCE.hostname}
    return {"response_action_id": tanium.state.response_actions.start(body, seed.ANALYST)["id"]}


def listed_tasks(tanium: SimulatorServer) -> dict[str, Any]:
    saved_task(tanium)
    return {}


TR = "/plugin/products/threat-response/api/v1"
NODE = seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS)
SIBLING = seed.process_table_id(seed.FINANCE.client_id, 500)
LATELY = {"from_time": "-1d", "to_time": "-30m"}
FINANCE = {"destination": seed.FINANCE.hostname, "destination_type": "hostname"}
RUNNING = {"pid": 404, "process_name": "smss.exe"}
NO_GATEWAY = {"gateway": "missing"}
OFFLINE = {"destination": seed.OFFLINE.ip, "destination_type": "ip_address"}
YARA = {"intel_doc": "rule example { condition: true }", "file_name": "rule.yara"}
SAME_YARA = {
    "intel_doc": seed.INTEL[2].contents,
    "file_name": seed.INTEL[2].name,
    "skip_existing": True,
}
SCAN = {"intel_doc_id": seed.FIRST_INTEL_ID, "computer_group_name": seed.RING_ONE.name}
DOCUMENT = {"intel_doc_id": seed.FIRST_INTEL_ID}
LABELLED = {**DOCUMENT, "label_id": 1}
STORED_YARA = {
    "intel_doc_id": seed.FIRST_INTEL_ID + 2,
    "intel_doc": "rule updater_beacon { condition: true }",
}
STORED_SIGNAL = {
    "intel_doc_id": seed.FIRST_INTEL_ID,
    "intel_doc": "process.name contains 'cmd.exe'",
}
NEW_SIGNAL = {
    "signal": "process.name contains 'psexec'",
    "name": "PsExec started",
    "platforms": "windows",
}
SAME_SIGNAL = {
    "signal": json.dumps({"contents": seed.INTEL[0].contents}),
    "name": seed.INTEL[0].name,
    "platforms": ",".join(seed.INTEL[0].platforms),
    "skip_existing": True,
}
INDICATORS = {"name": "Campaign", "values": f"198.51.100.7,bad.example\n{'0' * 63}1"}
HASH = {"name": "Dropper", "values": "0" * 64}
QUARANTINE = {
    "action_type": "quarantine",
    "computer_name": seed.FINANCE.hostname,
    "package_name": "Quarantine",
    "package_parameters": '["1"]',
}
QUARANTINED = {"destination": seed.FINANCE.hostname, "timeout": 20}
COLLECTED = {**FINANCE, "file_path": seed.INVOICE_VIEWER}
ENVELOPES = ({"intel_envelope": True}, {"intel_envelope": False})
SPECIFIED = {"dialect": "specified"}
ANSWERED = {"answer_seconds": 0.0, "estimate_seconds": 0.0}
ADDRESSES = "Get Computer Name, IP Address and Computer ID from all machines"
ISSUED = {"action_start_seconds": 0.0, "action_step_seconds": 0.0}

QUERY = {"query_text": ADDRESSES, "timeout_seconds": 20}
FILTERED = (
    'Get Computer Name contains ws and Custom Text["a"] from all machines'
    ' with Computer Name starts with "ws"'
)

FULL_HTTP = {
    "url": "https://soar.example.com/receiver",
    "method": "PUT",
    "headers": {"X-Sender": "Tanium"},
    "authentication": {
        "type": "header",
        "headerName": "ph-auth-token",
        "secret": "simulator-only-secret",
    },
    "trustOnFirstUse": True,
    "trustedCertificate": "0f" * 32,
    "batchSize": 50,
    "timeout": 30,
}
BASIC = {
    "url": "https://soar.example.com/receiver",
    "authentication": {"type": "basic", "userName": "u", "password": "simulator-only"},
}
FULL_COLUMNS = [
    {"name": "Count", "renameTo": "count", "valueType": "numeric", "defaultValue": 0},
    {"name": "Computer Name", "valueType": "datetime", "dateFormat": "YYYY"},
]
FULL_CONNECTION: dict[str, Any] = {
    "description": "A drill",
    "source": {"id": seed.SAVED_QUESTION_SOURCE.id},
    "destination": {"id": 3},
    "schedule": {"cron": "0 3 * * *"},
    "scheduleTimeZone": "UTC",
    "format": {
        "type": "csv",
        "options": {
            "delimiter": ";",
            "headerRow": True,
            "timestampFormat": "ISO",
            "generateDocument": False,
            "rowSeparator": "\n",
            "surroundWithSource": False,
        },
    },
    "filter": {"enabled": True, "rules": [{"column": "Count", "operator": "equals", "value": "1"}]},
    "columns": FULL_COLUMNS,
    "logLevel": 30,
    "tempLogLevel": 10,
    "tempLogLevelRuns": 3,
    "minimumPassPercentage": 90,
    "maxOldSpaceSize": 2,
}
NOT_OF_VENDOR = ("delimiter", "timestamp_format", "row_separator")
CSV = {
    "data_source_id": seed.SAVED_QUESTION_SOURCE.id,
    "destination_id": 3,
    "description": "A drill",
    "format": "csv",
    "delimiter": ";",
    "header_row": True,
    "timestamp_format": "ISO",
    "row_separator": "\\n",
    "columns": json.dumps(FULL_COLUMNS),
    "filters": json.dumps(FULL_CONNECTION["filter"]["rules"]),
    "schedule": json.dumps(FULL_CONNECTION["schedule"]),
    "schedule_time_zone": "UTC",
    "log_level": "information",
    "temporary_log_level": "trace",
    "temporary_log_level_runs": 3,
    "minimum_pass_percentage": 90,
    "memory_ceiling": 2,
}
CSV_OF_VENDOR = {key: value for key, value in CSV.items() if key not in NOT_OF_VENDOR}
JSON_HOURLY = {
    "data_source_id": 1,
    "destination_id": 3,
    "generate_document": True,
    "surround_with_source": True,
    "schedule": '{"intervalSeconds": 3600}',
}


def http_destination(
    name: str, configuration: dict[str, Any], **parameters: Any
) -> Callable[[SimulatorServer], dict[str, Any]]:
    """The id of one more destination."""

    def made(tanium: SimulatorServer) -> dict[str, Any]:
        row = tanium.state.connect.destinations.create(
            {"name": name, "type": "http", "configuration": configuration}
        )
        return {"destination_id": row["id"], **parameters}

    return made


def second_destination(tanium: SimulatorServer) -> dict[str, Any]:
    """One more HTTP destination, as the vendor's servers number it."""
    http_destination("Second", BASIC)(tanium)
    return {"destination_id": "https/2"}


def listed(
    *made: Callable[[SimulatorServer], dict[str, Any]],
) -> Callable[[SimulatorServer], dict[str, Any]]:
    """No parameters, and more to list."""

    def make(tanium: SimulatorServer) -> dict[str, Any]:
        for each in made:
            each(tanium)
        return {}

    return make


def full_connection(**parameters: Any) -> Callable[[SimulatorServer], dict[str, Any]]:
    """A data connection of all settings, which has run."""

    def made(tanium: SimulatorServer) -> dict[str, Any]:
        row = tanium.state.connect.connections.create({"name": "Full", **FULL_CONNECTION})
        row.update(lastRunStatus="success", lastRunTime=row["createdAt"])
        return {"data_connection_id": row["id"], **parameters}

    return made


def nothing_to_send(**parameters: Any) -> Callable[[SimulatorServer], dict[str, Any]]:
    """A data connection whose runs succeed without sending anything."""

    def made(tanium: SimulatorServer) -> dict[str, Any]:
        name = f"Nothing {len(tanium.state.connect.connections.all)}"
        row = tanium.state.connect.connections.create(
            {"name": name, "source": {"id": seed.EMPTY_SOURCE.id}, "destination": {"id": 3}}
        )
        return {"data_connection_id": row["id"], **parameters}

    return made


def asked_question(tanium: SimulatorServer) -> dict[str, Any]:
    """The id of a question that somebody else has asked."""
    asked = tanium.state.questions.ask({"query_text": ADDRESSES}, seed.ANALYST)
    return {"question_id": asked.id}


def action_id(tanium: SimulatorServer) -> dict[str, Any]:
    """The id of an action that somebody else has issued, and that is done."""
    parameters = [{"key": "$1", "value": "notepad.exe"}]
    spec = {"source_id": seed.TERMINATE_PROCESS.id, "parameters": parameters}
    words = {seed.FINANCE: "Completed", seed.FINANCE_12: "Completed"}
    action = issued(tanium, seed.TERMINATE_PROCESS, words, package_spec=spec)
    return {"action_id": action.id}


def listed_action(tanium: SimulatorServer) -> dict[str, Any]:
    """No parameters, and an action to list."""
    action_id(tanium)
    return {}


def listed_questions(tanium: SimulatorServer) -> dict[str, Any]:
    """No parameters, and questions to list."""
    group = {"context_group": {"id": seed.WINDOWS_GROUP.id}}
    selects = [{"sensor": {"name": seed.COMPUTER_NAME.name}}]
    tanium.state.questions.ask({"selects": selects, **group}, seed.ANALYST)
    text = 'Get Computer Name from all machines with Computer Name contains "ws"'
    tanium.state.questions.ask({"query_text": text}, seed.ANALYST)
    tanium.state.saved_questions.current(seed.COMPUTER_ADDRESSES, seed.ANALYST)
    return {}


VARIANTS = (
    Variant("test connectivity", fixed()),
    Variant("list connections", fixed()),
    Variant("create connection", fixed(**FINANCE)),
    Variant("create connection", fixed(**FINANCE, wait=True)),
    Variant("create connection", lambda tanium: {**live(**FINANCE)(tanium), "reuse": True}),
    Variant("create connection", fixed(**OFFLINE, wait=True), succeeds=False),
    Variant("get endpoint", fixed(**FINANCE)),
    Variant("get endpoint", fixed(destination="kiosk-lobby", destination_type="hostname")),
    Variant("close connection", live()),
    Variant("delete connection", live()),
    Variant("create snapshot", live()),
    Variant("create snapshot", live(wait=True)),
    Variant("list snapshots", fixed()),
    Variant(
        "delete snapshot", lambda tanium: {"snapshot_ids": ",".join(tanium.state.snapshots.all)}
    ),
    Variant("get process", live(process_table_id=NODE)),
    Variant("get process tree", live(process_table_id=NODE)),
    Variant("get process tree", live(process_table_id=SIBLING, limit=5)),
    *(Variant("get events", live(event_type=event_type, limit=50)) for event_type in EVENT_TYPES),
    *(Variant("get events summary", live(event_type=event_type)) for event_type in EVENT_TYPES),
    Variant("get events", live(event_type="dns", **LATELY)),
    Variant("get events summary", live(event_type="dns", **LATELY)),
    Variant("list files", fixed()),
    Variant("save file", live(file_path=seed.INVOICE_VIEWER)),
    Variant("save file", live(file_path=seed.INVOICE_VIEWER, wait=True)),
    Variant("save file", live(file_path=seed.UNREADABLE_ON_WINDOWS, wait=True), succeeds=False),
    Variant("delete file", file_named(seed.INVOICE_VIEWER)),
    Variant("get file", file_named(seed.INVOICE_VIEWER)),
    Variant("get file", file_without_archive),
    *(Variant("upload intel doc", fixed(**YARA), settings=envelope) for envelope in ENVELOPES),
    Variant("upload intel doc", fixed(**SAME_YARA)),
    *(Variant("start quick scan", fixed(**SCAN), settings=envelope) for envelope in ENVELOPES),
    Variant("get service status", fixed()),
    Variant("get connection", live()),
    Variant("delete local snapshot", local_snapshot),
    Variant("get process events", live(process_table_id=NODE, event_type="file")),
    Variant("get process events", live(process_table_id=NODE, event_type="file", **LATELY)),
    Variant("get file details", file_named(seed.INVOICE_VIEWER)),
    Variant("list endpoint files", live(directory_path="C:\\Users\\Public\\Downloads")),
    Variant("get endpoint file details", live(file_path=seed.INVOICE_VIEWER)),
    Variant("delete endpoint file", live(file_path=seed.INVOICE_VIEWER)),
    Variant("collect file", fixed(**COLLECTED)),
    Variant(
        "collect file",
        fixed(**{**COLLECTED, "file_path": seed.UNREADABLE_ON_WINDOWS}),
        succeeds=False,
    ),
    Variant("list tasks", listed_tasks),
    Variant("get task", saved_task),
    Variant("list response actions", fixed()),
    Variant("start response action", fixed(**QUARANTINE)),
    Variant("start response action", fixed(**QUARANTINE, wait=True)),
    Variant(
        "stop response action",
        running_response_action,
        settings={"task_seconds": 1000, "response_action_early_results": True},
    ),
    Variant("quarantine device", fixed(**QUARANTINED), settings=ISSUED),
    Variant("quarantine device", fixed(**QUARANTINED, dry_run=True)),
    Variant(
        "quarantine device",
        fixed(**QUARANTINED, method="response action", expiration_time="2099-12-01T00:00:00Z"),
        settings={"task_seconds": 0.0},
    ),
    Variant("quarantine device", fixed(**QUARANTINED, wait=False), settings=SPECIFIED),
    Variant("unquarantine device", fixed(**QUARANTINED), settings=ISSUED),
    Variant(
        "unquarantine device",
        fixed(**QUARANTINED, windows_package=seed.TERMINATE_PROCESS.name, dry_run=True),
    ),
    Variant("list intel docs", fixed()),
    Variant("get intel doc", fixed(**DOCUMENT)),
    Variant("get intel doc", fixed(**DOCUMENT), settings=ENVELOPES[1]),
    Variant("update intel doc", fixed(**STORED_YARA)),
    Variant("update intel doc", fixed(**STORED_YARA), settings=ENVELOPES[1]),
    Variant("update intel doc", fixed(**STORED_SIGNAL)),
    Variant("create signal", fixed(**NEW_SIGNAL)),
    Variant("create signal", fixed(**SAME_SIGNAL)),
    Variant("update signal", fixed(**DOCUMENT, platforms="linux,mac")),
    Variant("quick add intel", fixed(**HASH)),
    Variant(
        "quick add intel",
        fixed(**INDICATORS, label_id=1, deploy=True, computer_group_name=seed.RING_ONE.name),
    ),
    Variant("quick add intel", known_indicators),
    Variant("delete intel doc", fixed(**DOCUMENT)),
    Variant("deploy intel", fixed()),
    Variant("deploy intel", fixed(wait=True)),
    Variant("get intel deployment", fixed()),
    Variant("list intel doc labels", fixed(**DOCUMENT)),
    Variant("add intel doc label", fixed(**LABELLED)),
    Variant("remove intel doc label", fixed(**LABELLED)),
    Variant("list labels", fixed()),
    Variant("get label", fixed(label_id=1)),
    Variant("create label", fixed(name="Seen in March", description="A drill")),
    Variant("list evidence", fixed()),
    Variant("list evidence", fixed(), settings=SPECIFIED),
    Variant("get evidence", first(lambda tanium: tanium.state.evidence.all, "evidence_id")),
    Variant("get evidence", lambda tanium: {"evidence_id": list(tanium.state.evidence.all)[1]}),
    Variant(
        "get evidence",
        first(lambda tanium: tanium.state.evidence.all, "evidence_id"),
        settings=SPECIFIED,
    ),
    Variant("create evidence", live(process_table_id=NODE, hostname=seed.FINANCE.hostname)),
    Variant("create evidence", live(process_table_id=NODE, summary="A drill")),
    Variant("delete evidence", first(lambda tanium: tanium.state.evidence.all, "evidence_ids")),
    Variant("list evidence properties", fixed()),
    Variant("get alert", alert("file")),
    Variant("get alert", alert("process", "execution_target_name")),
    Variant("get alert", alert("windows_defender")),
    Variant("get alert", alert("eventlog")),
    Variant("investigate alert", newest_injection),
    Variant("get alert", alert_guids(1, name="alert_id")),
    Variant("update alert", fixed(alert_ids="1,2", state="resolved")),
    Variant("update alert", alert_guids(3, 4, state="dismissed")),
    Variant("delete alerts", fixed(alert_ids="1,2")),
    Variant("delete alerts", fixed(alert_ids="3,999"), succeeds=False),
    Variant("update alert", fixed(alert_ids="1,999", state="resolved"), succeeds=False),
    Variant("on poll", fixed(container_count=5, artifact_count=3)),
    Variant("on poll", fixed(container_count=4294967295)),
    Variant("on es poll", fixed(container_count=5)),
    Variant("list alerts", fixed(limit=500)),
    Variant("list alerts", fixed(query="expand=intelDoc")),
    Variant("probe", fixed()),
    Variant("probe", fixed(), settings=SPECIFIED),
    Variant("make request", fixed(http_method="GET", endpoint=f"{TR}/labels/1")),
    Variant(
        "make request",
        fixed(http_method="POST", endpoint=f"{TR}/labels", body='{"name": "Seen in April"}'),
    ),
    Variant("make request", fixed(http_method="GET", endpoint="/nowhere"), succeeds=False),
    Variant("get connect status", fixed()),
    Variant("list data sources", fixed()),
    Variant("get data source", fixed(data_source_id=seed.SAVED_QUESTION_SOURCE.id)),
    Variant("list schedules", fixed()),
    Variant("get schedule", fixed(schedule_id=301)),
    Variant("get schedule", fixed(schedule_id=302)),
    Variant("list connection logs", fixed(data_connection_id=1)),
    Variant("list connection logs", fixed(data_connection_id=1, with_lines=True), settings=VENDOR),
    Variant("get connect status", fixed(), settings=VENDOR),
    Variant("list data sources", fixed(), settings=VENDOR),
    Variant("get data source", fixed(data_source_id="savedquestions/1"), settings=VENDOR),
    Variant("list schedules", fixed(), settings=VENDOR),
    Variant("get schedule", fixed(schedule_id=1), settings=VENDOR),
    Variant("get connection run", fixed(data_connection_id=1), settings=VENDOR),
    Variant("stop data connection", fixed(data_connection_id=1), settings=VENDOR),
    Variant(
        "list destinations",
        listed(http_destination("Full", FULL_HTTP), http_destination("Basic", BASIC)),
    ),
    *(Variant("get destination", fixed(destination_id=number)) for number in (1, 2, 5)),
    Variant("get destination", http_destination("Full", FULL_HTTP)),
    Variant("get destination", http_destination("Basic", BASIC)),
    Variant("create destination", fixed(name="File", type="file", path="/tmp/x")),
    Variant(
        "create destination",
        fixed(name="Syslog", type="syslog", host="siem", port=514, protocol="UDP", use_tls=False),
    ),
    Variant(
        "create destination", fixed(name="S3", type="s3", bucket="archive", region="eu-central-1")
    ),
    Variant(
        "create destination",
        fixed(
            name="HTTP",
            **{key: FULL_HTTP[key] for key in ("url", "method", "timeout")},
            headers='{"X-Sender": "Tanium"}',
            authentication="basic",
            user_name="u",
            password="simulator-only",
            trust_on_first_use=True,
            batch_size=50,
            configuration=json.dumps({"trustedCertificate": "0f" * 32}),
        ),
    ),
    Variant(
        "create destination",
        fixed(
            name="Token",
            url=FULL_HTTP["url"],
            authentication="header",
            auth_secret="simulator-only",
        ),
    ),
    Variant("update destination", fixed(destination_id=1, name="Nightly", path="/tmp/x")),
    Variant("update destination", fixed(destination_id=2, port=515)),
    Variant("update destination", fixed(destination_id=5, region="us-east-1")),
    Variant(
        "update destination",
        http_destination("Full", FULL_HTTP, batch_size=10, auth_secret="simulator-only-too"),
    ),
    Variant("update destination", http_destination("Basic", BASIC, timeout=9, keep_secrets=True)),
    Variant(
        "update destination", fixed(destination_id=3, timeout=9, auth_secret="simulator-only-too")
    ),
    Variant("delete destination", fixed(destination_id=4)),
    Variant("delete destination", fixed(destination_id=3), succeeds=False),
    Variant("list destinations", fixed(), settings=VENDOR),
    Variant("get destination", fixed(destination_id="https/1"), settings=VENDOR),
    Variant(
        "create destination",
        fixed(
            name="Vendor",
            url=FULL_HTTP["url"],
            headers='{"X-Sender": "Tanium"}',
            authentication="basic",
            user_name="u",
            password="simulator-only",
        ),
        settings=VENDOR,
    ),
    Variant("update destination", fixed(destination_id="sockets/1", port=515), settings=VENDOR),
    Variant("delete destination", second_destination, settings=VENDOR),
    Variant("create data connection", fixed(name="CSV", **CSV)),
    Variant("create data connection", fixed(name="JSON", **JSON_HOURLY)),
    Variant(
        "update data connection",
        fixed(data_connection_id=1, surround_with_source=True, description="A drill"),
    ),
    Variant(
        "update data connection", full_connection(description="Another drill", log_level="warning")
    ),
    Variant("enable data connection", fixed(data_connection_id=1)),
    Variant("enable data connection", full_connection()),
    Variant("disable data connection", fixed(data_connection_id=1)),
    Variant("disable data connection", full_connection()),
    Variant("delete data connection", fixed(data_connection_id=1)),
    Variant("run data connection", nothing_to_send()),
    Variant("run data connection", nothing_to_send(wait=True)),
    Variant("list data connections", fixed()),
    Variant("list data connections", listed(full_connection())),
    Variant("get data connection", fixed(data_connection_id=1)),
    Variant("get data connection", full_connection()),
    Variant(
        "get data connection", fixed(data_connection_id=3), settings={"connect_reads_status": 404}
    ),
    Variant(
        "create data connection",
        fixed(
            name="Vendor",
            **{**CSV_OF_VENDOR, "data_source_id": "savedquestions/1", "destination_id": "files/1"},
        ),
        settings=VENDOR,
    ),
    Variant(
        "update data connection",
        fixed(data_connection_id=3, description="A drill"),
        settings=VENDOR,
    ),
    Variant("enable data connection", fixed(data_connection_id=1), settings=VENDOR),
    Variant("run data connection", nothing_to_send(wait=True), settings=VENDOR),
    Variant("list data connections", fixed(), settings=VENDOR),
    Variant(
        "get data connection",
        fixed(data_connection_id=3),
        settings={**VENDOR, "connect_reads_status": 200},
    ),
    Variant("run query", fixed(**QUERY), settings=ANSWERED),
    Variant("run query", fixed(**QUERY), settings={**ANSWERED, **SPECIFIED}),
    Variant(
        "run query",
        fixed(query_text=seed.COMPUTER_ADDRESSES.name, is_saved_question=True, timeout_seconds=20),
        settings=ANSWERED,
    ),
    Variant("get question results", asked_question, settings=ANSWERED),
    Variant("list questions", listed_questions),
    Variant("list questions", fixed(list_saved_questions=True)),
    Variant("parse question", fixed(query_text=FILTERED)),
    Variant("parse question", fixed(query_text=FILTERED), settings=SPECIFIED),
    Variant("list sensors", fixed()),
    Variant("list sensors", fixed(), settings=SPECIFIED),
    Variant("get sensor", fixed(name=seed.CUSTOM_INTERVAL.name)),
    Variant("get sensor", fixed(name=seed.CUSTOM_CHOICE.name)),
    Variant("get sensor", fixed(name=seed.INSTALLED_APPLICATIONS.name)),
    Variant("get sensor", fixed(name=seed.CUSTOM_FORM.name), settings=SPECIFIED),
    Variant("list computer groups", fixed()),
    Variant("list packages", fixed()),
    Variant("list packages", fixed(), settings=SPECIFIED),
    Variant("get package", fixed(name=seed.EVERY_KIND.name)),
    Variant("get package", fixed(name=seed.OF_SENSOR.name)),
    Variant("get package", fixed(name=str(seed.CLONE.id))),
    Variant("get package", fixed(name=seed.BROKEN_DEFINITION.name)),
    Variant("get package", fixed(name=seed.INSTALL_UPDATE.name)),
    Variant("get package", fixed(name=seed.EVERY_KIND.name), settings=SPECIFIED),
    Variant("execute action", fixed(**CLEANING), settings=ANSWERED),
    Variant(
        "execute action",
        fixed(
            **{**CLEANING, "package_name": seed.INSTALL_UPDATE.name},
            package_parameters='{"$1": 0}',
            group_name="Servers",
            issue_seconds=3600,
        ),
        settings=ANSWERED,
    ),
    Variant(
        "execute action",
        fixed(**CLEANING, destination=seed.FINANCE.hostname, wait=True, timeout=20),
        settings=ISSUED,
    ),
    Variant(
        "execute action",
        fixed(**CLEANING, group_name=NOT_SERVERS, dry_run=True),
        settings=ANSWERED,
    ),
    Variant("execute action", fixed(**CLEANING, group_name="Servers"), settings=SPECIFIED),
    Variant("list actions", listed_action, settings=ISSUED),
    Variant("get action", action_id, settings=ISSUED),
    Variant("get action results", action_id, settings=ISSUED),
    Variant(
        "get action results",
        lambda tanium: {**action_id(tanium), "target_count": 2, "wait": True},
        settings=ISSUED,
    ),
    Variant("stop action", action_id, settings=ISSUED),
    Variant("get endpoint details", fixed(**FINANCE)),
    Variant(
        "get endpoint details",
        fixed(**FINANCE, include="applications,services,compliance", sensors="Uptime", live=True),
        settings=ANSWERED,
    ),
    Variant(
        "get endpoint details", fixed(**FINANCE, timeout=20), settings={**ANSWERED, **NO_GATEWAY}
    ),
    Variant("list endpoints", fixed()),
    Variant("list endpoints", fixed(name="ws-"), settings=NO_GATEWAY),
    Variant(
        "list processes", fixed(**FINANCE, timeout_seconds=5), settings={"connect_seconds": 0.0}
    ),
    Variant(
        "list processes",
        fixed(sensor=seed.PROCESSES_WITH_HASH.name, group_name="Servers", timeout_seconds=20),
        settings=ANSWERED,
    ),
    Variant(
        "terminate process",
        fixed(**FINANCE, **RUNNING, timeout=5),
        settings={"connect_seconds": 0.0},
    ),
    Variant(
        "terminate process",
        fixed(
            **{**CLEANING, "package_name": seed.INSTALL_UPDATE.name},
            package_parameters='{"$1": 0}',
            group_name="Servers",
            issue_seconds=3600,
        ),
        settings=ANSWERED,
    ),
    Variant("terminate process", fixed(**CLEANING, group_name=NOT_SERVERS), settings=ANSWERED),
    Variant("terminate process", fixed(**CLEANING, group_name="Servers"), settings=SPECIFIED),
    Variant("send records", fixed(records='{"a": 1}')),
    Variant("send records", fixed(records="a", vault_id="b"), succeeds=False),
    Variant("forward alerts", fixed(query="priority=high")),
    Variant("resend undelivered", fixed()),
    Variant("resend undelivered", fixed(include_set_aside=True)),
)


PLAIN = {variant.action: variant for variant in reversed(VARIANTS)}
"""The first variant of every action: it succeeds with what the action needs and little else."""


def grant(tanium: SimulatorServer, names: Iterable[str]) -> None:
    """Make these, as servers list them, the only permissions of the asset's token."""
    enforced = {listed: name for name, listed in SERVER_NAMES.items()}
    token = tanium.state.accounts.tokens[seed.TOKEN]
    token.permissions = frozenset(enforced.get(name, name) for name in names)


def serving(action: str, soar: LocalSoar) -> AbstractContextManager[object]:
    """SOAR's REST API, for the action that needs it."""
    return SoarServer(soar) if action == "on es poll" else nullcontext()


@contextmanager
def ready(action: str, tanium: SimulatorServer, soar: LocalSoar) -> Iterator[None]:
    """With SOAR's REST API and an asset that ingests findings, for the action that needs them."""
    if action == "on es poll":
        login = {"base_url": tanium.url, "api_token": seed.TOKEN}
        soar.update_asset(ASSET, {**login, "ingest": INGEST_FINDINGS})
    with serving(action, soar):
        yield


def run_variant(variant: Variant, tanium: SimulatorServer, soar: LocalSoar) -> Run:
    if variant.action not in INGEST:
        with ready(variant.action, tanium, soar):
            return _run_variant(variant, tanium, soar)
    with SimulatorServer(tls=True, alerts=0) as endpoint:
        ingest = {"ingest_url": endpoint.url + seed.INGEST_PATH, "ingest_key": seed.INGEST_KEY}
        trust = {"REQUESTS_CA_BUNDLE": str(endpoint.ca_file), "no_proxy": "localhost"}
        soar.update_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN, **ingest}, trust)
        if variant.action == "resend undelivered":
            endpoint.faults.add(Fault("status", status=400))
            run_on(soar, "send records", records="{}")
        return _run_variant(variant, tanium, soar)


def _run_variant(variant: Variant, tanium: SimulatorServer, soar: LocalSoar) -> Run:
    if variant.settings.keys() & {"dialect", "connect_dialect", "connect_reads_status"}:
        soar.state_file(ASSET).unlink(missing_ok=True)
    result = run_on(soar, variant.action, **prepared(variant, tanium))
    assert result.ok == variant.succeeds, result.message
    return result


def prepared(variant: Variant, tanium: SimulatorServer) -> dict[str, Any]:
    """The parameters of a run, and the server as the variant wants it."""
    for name, value in variant.settings.items():
        setattr(tanium.settings, name, value)
    return variant.parameters(tanium)
