# File: alert.py
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
"""The answer to an alert: from its process tree to its end."""

from __future__ import annotations

import json
import time
from typing import Any

from phantom import vault

from dev.demo import questions
from dev.demo.investigation import check_vaulted, close, connect
from dev.demo.telling import Demo, Row
from dev.simulator import seed
from dev.simulator.dialects.choice import PRODUCTION
from dev.simulator.settings import QUICK


def answer_alert(demo: Demo, powershell_id: str) -> None:
    """An alert about the process that the investigation has found: from its process tree to its
    end.
    """
    alert = read_alerts(demo, powershell_id)
    host = alert["computerName"]
    connection_id = connect(
        demo,
        "Back to the machine it came from.",
        destination=host,
        destination_type="hostname",
    )
    file_path = look_at_family(demo, connection_id, powershell_id)
    collect_file(demo, connection_id, host, file_path)
    keep_evidence(demo, connection_id, powershell_id, alert["id"])
    deploy_intel(demo)
    resolve(demo, alert["id"])
    close(demo, connection_id)


def read_alerts(demo: Demo, powershell_id: str) -> Row:
    """An unresolved alert of the machine, where the server tells so one about PowerShell."""
    query = f"computerName={seed.FINANCE.hostname}&state=unresolved"
    found = demo.run(
        "list alerts", "What has Tanium itself detected on the machine?", query=query, limit=5
    )
    demo.show(found.rows, id="Alert ID", priority="Priority", event_type="About", path="Path")
    filters = {"computerName": [seed.FINANCE.hostname], "state": ["unresolved"]}
    demo.check(
        "the alerts",
        demo.simulator.ask(questions.filtered_alerts, filters, 5),
        [row["id"] for row in found.rows],
    )
    demo.right("the first five that pass the filter on the server")

    alert_id = _of_process(found.rows, powershell_id)["id"]
    found = demo.run(
        "get alert", "One of them in full: does it match what we have seen?", alert_id=alert_id
    )
    alert = found.rows[0]
    demo.show(
        found.rows,
        id="Alert ID",
        state="State",
        computerName="Host Name",
        intelDocId="Intel Doc ID",
    )
    state = demo.simulator.ask(questions.alert_states)[alert_id]
    demo.check(
        "the alert",
        (alert_id, seed.FINANCE.hostname, state),
        (alert["id"], alert["computerName"], found.summary["state"]),
    )
    if demo.dialect == PRODUCTION:
        demo.check("what has started its process", powershell_id, _parent_process(alert))
        demo.right("the server's alert; its process was started by the very PowerShell")
    else:
        demo.right("the server's alert; its API has no details that name a process")
    return alert


def _of_process(alerts: list[Row], process_id: str) -> Row:
    """The first alert about a process that this one has started, else the first of all."""
    return next((row for row in alerts if _parent_process(row) == process_id), alerts[0])


def _parent_process(alert: Row) -> str:
    """The process table id, in an alert's details, of what has started the process that acted;
    empty where they name none.
    """
    details = alert.get("details")
    finding: dict[str, Any] = json.loads(details)["finding"] if isinstance(details, str) else {}
    found: dict[str, Any] = next(iter(finding.get("whats") or ()), {})
    for name in ("artifact_activity", "acting_artifact", "process", "parent", "process"):
        found = found.get(name) or {}
    return str(found.get("tanium_recorder_table_id", ""))


def look_at_family(demo: Demo, connection_id: str, process_id: str) -> str:
    """The path of the program that the process has started."""
    why = "What started PowerShell, and what did that start?"
    found = demo.run(
        "get process tree", why, connection_id=connection_id, process_table_id=process_id
    )
    demo.show(found.rows, context="Context", pid="PID", process_path="Path", user_name="User")
    came = sorted((row["context"], row["process_table_id"]) for row in found.rows)
    demo.check("the tree", demo.simulator.ask(questions.family, process_id), came)
    demo.right("parent, process and children as the recorder has them")
    path: str = next(row["process_path"] for row in found.rows if row["context"] == "child")
    return path


def collect_file(demo: Demo, connection_id: str, host: str, path: str) -> None:
    empty_vault(demo)
    why = "Copy the program that it started from the endpoint to the vault in one action."
    before = demo.simulator.ask(questions.connections)
    found = demo.run(
        "collect file",
        why,
        destination=host,
        destination_type="hostname",
        file_path=path,
        timeout=60,
    )
    demo.show(found.rows, name="Name", size="Size", vault_id="Vault ID (SHA1)")
    demo.check("the connection it used", connection_id, found.summary["connection_id"])
    demo.check("connections on the server", before, demo.simulator.ask(questions.connections))
    demo.check(
        "path of the file on the server",
        path,
        demo.simulator.ask(questions.files).get(found.summary["file_id"]),
    )
    check_vaulted(demo, found.summary["file_id"], found.rows)


def empty_vault(demo: Demo) -> None:
    """The vault keeps equal files once; only an empty one shows that this file has come."""
    with demo.soar.active():
        for item in demo.soar.vault_items():
            vault.vault_delete(vault_id=item["vault_id"])


def keep_evidence(demo: Demo, connection_id: str, process_id: str, alert_id: int) -> None:
    summary = f"Alert {alert_id}: started the invoice program"
    before = demo.simulator.ask(questions.evidence)
    of_process = {"connection_id": connection_id, "process_table_id": process_id}
    demo.run(
        "create evidence",
        "Keep the process itself on the Tanium server.",
        summary=summary,
        **of_process,
    )
    created = (
        process_id,
        seed.FINANCE.hostname,
        summary,
        demo.simulator.ask(questions.process_path, process_id),
    )
    demo.check("evidence on the server", [*before, created], demo.simulator.ask(questions.evidence))
    demo.right("the server keeps PowerShell's process with the summary")


def deploy_intel(demo: Demo) -> None:
    before = demo.simulator.ask(questions.deployed_revision)
    why = "From now on, every endpoint looks for the new rule."
    # A server that follows the specification does not tell the state of tasks.
    wait = {"wait": True, "timeout": 60} if demo.dialect == PRODUCTION else {}
    found = demo.run("deploy intel", why, **wait)
    demo.show(found.rows, taskId="Task ID", status="Status")
    if not wait:
        time.sleep(QUICK["task_seconds"])
    demo.check(
        "status of the task on the server",
        "COMPLETED",
        demo.simulator.ask(questions.task_status, found.summary["task_id"]),
    )
    demo.check(
        "revision on the endpoints", before + 1, demo.simulator.ask(questions.deployed_revision)
    )
    demo.right(f"the endpoints have revision {before + 1} of the intel")


def resolve(demo: Demo, alert_id: int) -> None:
    expected = {**demo.simulator.ask(questions.alert_states), alert_id: "resolved"}
    found = demo.run(
        "update alert",
        "The alert has been handled: resolve it.",
        alert_ids=str(alert_id),
        state="resolved",
    )
    demo.show(found.rows, id="Alert ID", state="State", updated="Updated")
    demo.check(
        "states of all alerts on the server", expected, demo.simulator.ask(questions.alert_states)
    )
    demo.right("resolved on the server, and no other alert has changed")
