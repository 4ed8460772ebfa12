# File: investigation.py
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
"""An investigation, from the first look at the endpoint to the last trace of ours."""

from __future__ import annotations

from pathlib import Path

from dev.demo import questions
from dev.demo.telling import Demo, Row
from dev.simulator import seed


def investigate(demo: Demo) -> str:
    """The investigation, from the first look at the endpoint to the last trace of ours; the process
    table id of PowerShell there.
    """
    check_access(demo)
    endpoint = find_endpoint(demo)
    why = "Open a live connection to the machine; the next actions use it."
    connection_id = connect(
        demo, why, destination=endpoint["clientId"], destination_type="client_id"
    )
    list_connections(demo)
    powershell_id = look_at_processes(demo, connection_id)
    file_id, content = fetch_file(demo, connection_id)
    snapshot_id = take_snapshot(demo, connection_id)
    hunt(demo, content)
    clean_up(demo, connection_id, file_id, snapshot_id)
    return powershell_id


def check_access(demo: Demo) -> None:
    found = demo.run(
        "test connectivity", "Does SOAR reach Tanium, and may its token use Threat Response?"
    )
    demo.check("the message begins with", "Test Connectivity Passed", found.message[:24])
    demo.check("statuses of the server's answers", {200}, demo.simulator.ask(questions.statuses))
    demo.right("the server has accepted every request")


def find_endpoint(demo: Demo) -> Row:
    host = seed.FINANCE
    why = "A user reports an invoice that opened a black window. Which machine is it?"
    found = demo.run("get endpoint", why, destination=host.hostname, destination_type="hostname")
    demo.show(
        found.rows,
        hostname="Host Name",
        clientId="Client ID",
        ip="IP",
        platform="Platform",
        status="Status",
    )
    came = [(row["hostname"], row["clientId"], row["ip"], row["platform"]) for row in found.rows]
    demo.check("the endpoint", [(host.hostname, host.client_id, host.ip, host.platform)], came)
    demo.right("it is the endpoint that the server has under this name")
    return found.rows[0]


def connect(demo: Demo, why: str, *, destination: str, destination_type: str) -> str:
    found = demo.run(
        "create connection",
        why,
        destination=destination,
        destination_type=destination_type,
        wait=True,
        timeout=60,
    )
    connection_id: str = found.summary["connection_id"]
    demo.show(found.rows, id="Connection ID", status="Status", hostname="Host Name")
    demo.check("status in the result", ["connected"], [row["status"] for row in found.rows])
    demo.check(
        "status on the server",
        "connected",
        demo.simulator.ask(questions.connections).get(connection_id),
    )
    demo.right(f"the server has {connection_id} as connected")
    return connection_id


def list_connections(demo: Demo) -> None:
    found = demo.run("list connections", "Is it listed, and what else is connected?")
    demo.show(found.rows, id="Connection ID", status="Status", hostname="Host Name")
    demo.check(
        "the connections",
        demo.simulator.ask(questions.connections),
        {row["id"]: row["status"] for row in found.rows},
    )
    demo.right("the same ids and statuses as on the server")


def look_at_processes(demo: Demo, connection_id: str) -> str:
    found = demo.run(
        "get events",
        "Which processes came from the invoice program?",
        connection_id=connection_id,
        event_type="process",
        fields="process_path",
        operators="co",
        values="invoice-viewer",
    )
    demo.show(found.rows, process_table_id="Process Table ID", pid="PID", process_path="Path")
    demo.check(
        "the processes",
        demo.simulator.ask(questions.processes, "invoice-viewer"),
        [row["process_table_id"] for row in found.rows],
    )
    demo.right("the recorder has exactly these with such a path")

    of_process = {
        "connection_id": connection_id,
        "process_table_id": found.rows[0]["process_table_id"],
    }
    found = demo.run("get process tree", "What started it?", process_context="parent", **of_process)
    parents = [(row["context"], row["process_path"].rsplit("\\", 1)[-1]) for row in found.rows]
    demo.check("the parent", [("parent", "powershell.exe")], parents)
    demo.right("PowerShell did, as in the recorder")

    powershell_id: str = found.rows[0]["process_table_id"]
    found = demo.run(
        "get events summary",
        "How much network traffic did the machine cause?",
        connection_id=connection_id,
        event_type="network",
    )
    demo.check("the count", seed.EVENT_COUNTS["network"], found.summary["network_events_count"])
    demo.right("the recorder has as many network events")
    return powershell_id


def fetch_file(demo: Demo, connection_id: str) -> tuple[str, bytes]:
    why = "Fetch the program from the endpoint to the Tanium server."
    found = demo.run(
        "save file",
        why,
        connection_id=connection_id,
        file_path=seed.INVOICE_VIEWER,
        wait=True,
        timeout=60,
    )
    file_id: str = found.summary["file_id"]
    demo.show([found.summary], task_id="Task ID", file_id="File ID")
    demo.check(
        "path of the file on the server",
        seed.INVOICE_VIEWER,
        demo.simulator.ask(questions.files).get(file_id),
    )
    demo.right(f"the server holds {file_id}")

    found = demo.run(
        "get file", "Unpack it from its encrypted archive into SOAR's vault.", file_id=file_id
    )
    demo.show(found.rows, name="Name", size="Size", vault_id="Vault ID (SHA1)")
    content = check_vaulted(demo, file_id, found.rows)
    return file_id, content


def check_vaulted(demo: Demo, file_id: str, rows: list[Row]) -> bytes:
    """The bytes of the only file in the vault, which must be those of the endpoint's file; `rows`
    are what the action tells.
    """
    content, sha1 = demo.simulator.ask(questions.file_content, file_id)
    items = demo.soar.vault_items()
    demo.check("ids in the result", [sha1], [row["vault_id"] for row in rows])
    demo.check("ids in the vault", [sha1], [item["vault_id"] for item in items])
    demo.check("names in the vault", ["invoice-viewer.exe"], [item["name"] for item in items])
    vaulted = Path(items[0]["path"]).read_bytes()
    demo.check("the vaulted bytes are the endpoint's", True, vaulted == content)
    demo.check(
        "temporary files left", [], list(demo.soar.installation.folder("vault", "tmp").iterdir())
    )
    demo.right(f"the {len(vaulted)} bytes of the endpoint's file, and their SHA1")
    return vaulted


def take_snapshot(demo: Demo, connection_id: str) -> str:
    why = "Keep the recorder's whole database before the machine is rebuilt."
    found = demo.run("create snapshot", why, connection_id=connection_id, wait=True, timeout=60)
    tasks = [row["taskInfo"] for row in found.rows]
    demo.show(tasks, id="Task ID", status="Status", startTime="Started")
    demo.check(
        "the tasks",
        [(found.summary["task_id"], "COMPLETED")],
        [(task["id"], task["status"]) for task in tasks],
    )
    demo.check(
        "status on the server",
        "COMPLETED",
        demo.simulator.ask(questions.task_status, tasks[0]["id"]),
    )
    demo.right("the server has completed the task")

    found = demo.run("list snapshots", "Which snapshot is ours?")
    snapshots = demo.simulator.ask(questions.snapshots)
    shown = [{**row, "completed": str(row.get("completed"))[:19]} for row in found.rows]
    demo.show(shown, uuid="Snapshot ID", hostname="Host Name", completed="Completed")
    demo.check(
        "the snapshots", snapshots, {row["uuid"]: row.get("completed") for row in found.rows}
    )
    ours: str = max(
        (row for row in found.rows if row["connectionId"] == connection_id),
        key=lambda row: row["created"],
    )["uuid"]
    demo.check("the newest snapshot", list(snapshots)[-1], ours)
    demo.right(f"the same as on the server; {ours} is ours")
    return ours


def hunt(demo: Demo, evidence: bytes) -> None:
    rule = (
        f"rule invoice_viewer {{ strings: $head = {{ {evidence[:16].hex(' ')} }} condition: $head"
        " at 0 }"
    )
    why = "Create a YARA rule from the file, to find it elsewhere."
    found = demo.run("upload intel doc", why, file_name="invoice-viewer.yara", intel_doc=rule)
    demo.show(found.rows, id="Intel Doc ID", type="Type", name="Name", md5="MD5")
    intel_doc_id = found.rows[0]["id"]
    demo.check(
        "the document on the server",
        ("yara", rule),
        demo.simulator.ask(questions.intel).get(intel_doc_id),
    )
    demo.right(f"the server has the rule as document {intel_doc_id}")

    group = seed.FINANCE_GROUP
    why = "Does anyone else in the department have it?"
    found = demo.run(
        "start quick scan", why, intel_doc_id=intel_doc_id, computer_group_name=group.name
    )
    demo.show(
        found.rows,
        id="Scan ID",
        intel_doc_id="Intel Doc ID",
        computerGroupId="Group ID",
        computer_group_name="Group",
    )
    expected = [(row["id"], row["intel_doc_id"], row["computerGroupId"]) for row in found.rows]
    demo.check("the scans on the server", expected, demo.simulator.ask(questions.scans))
    demo.check(
        "document and group of the scan",
        [(intel_doc_id, group.id)],
        [scan[1:] for scan in expected],
    )
    demo.right(f"the server scans group {group.id} for document {intel_doc_id}")


def clean_up(demo: Demo, connection_id: str, file_id: str, snapshot_id: str) -> None:
    demo.run("delete file", "Our copy is in the vault now.", file_id=file_id)
    demo.check("the file is on the server", False, file_id in demo.simulator.ask(questions.files))
    demo.right("the server no longer has the file")

    demo.run("delete snapshot", "It was only for this demonstration.", snapshot_ids=snapshot_id)
    demo.check(
        "the snapshot is on the server",
        False,
        snapshot_id in demo.simulator.ask(questions.snapshots),
    )
    demo.right("the server no longer has the snapshot")

    close(demo, connection_id)

    demo.run("delete connection", "No trace of it in the list either.", connection_id=connection_id)
    demo.check(
        "the connection is on the server",
        False,
        connection_id in demo.simulator.ask(questions.connections),
    )
    demo.right("the server no longer has the connection")


def close(demo: Demo, connection_id: str) -> None:
    demo.run(
        "close connection",
        "Leave no open connection to the endpoint.",
        connection_id=connection_id,
    )
    demo.check(
        "status on the server",
        "disconnected",
        demo.simulator.ask(questions.connections).get(connection_id),
    )
    demo.right("the server has disconnected it")
