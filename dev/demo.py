# File: demo.py
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
"""`make demo`: an investigation and the answer to an alert through the app's real entry point, in each dialect.

Each result is held against what the simulated server knows. Every action runs in a process of its own, as on SOAR.
The exit status is 0 only if each result is right.
"""

from __future__ import annotations

import hashlib
import json
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dev.simulator import seed
from dev.simulator.dialects.choice import PRODUCTION, SPECIFIED
from dev.simulator.process import SimulatorProcess
from dev.simulator.server import SimulatorServer
from dev.simulator.settings import QUICK
from dev.soar import LocalSoar


INTERRUPTED = 130
PLATFORM_PROGRESS = "Loaded action execution configuration"  # SOAR's own first line of every run

Row = dict[str, Any]


DIALECTS = {
    PRODUCTION: "An investigation and an alert, on a server as production servers are",
    SPECIFIED: "The same on a server that follows the vendor's API specification",
}


class WrongResult(Exception):
    """A step's result is not what it must be; the text says what was expected and what came."""


class Found(NamedTuple):
    """What an action's run has returned."""

    rows: list[Row]
    summary: Row
    message: str


class Demo:
    """Runs actions and tells about them; in the second dialect, only what they are and what was checked."""

    def __init__(self, soar: LocalSoar, simulator: SimulatorProcess, screen: Console, dialect: str) -> None:
        self.soar, self.simulator, self.dialect = soar, simulator, dialect
        self._screen, self._brief = screen, dialect != PRODUCTION
        self._interrupted = False
        self.steps = 0

    def run(self, action: str, why: str, **parameters: Any) -> Found:
        """One action in a process of its own. Raises WrongResult when it fails."""
        self.steps += 1
        self._screen.print(Text.assemble(f"\n{self.steps:2}. ", (action, "bold")))
        if not self._brief:
            self._line(why)
        if parameters and not self._brief:
            self._line("  ".join(f"{name}={value}" for name, value in parameters.items()), "cyan")
        with _without_interrupts():
            run = self.soar.start(action, parameters)
        result = run.result(self._progress)
        if self._interrupted:
            raise KeyboardInterrupt
        self.check("the action ended with", "success", result["status"] if result["status"] == "success" else result["message"])
        entry = result["result_data"][0]
        self._line(entry["message"])
        return Found(entry["data"], entry["summary"], entry["message"])

    def show(self, rows: Iterable[Row], **columns: str) -> None:
        """A table of some columns; each is given as key=title."""
        if self._brief:
            return
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for title in columns.values():
            table.add_column(title, overflow="fold", no_wrap=title != "Path")
        for row in rows:
            table.add_row(*(Text("" if row.get(key) is None else str(row[key])) for key in columns))
        self._screen.print(Padding(table, (1, 0, 1, 4), expand=False))

    def check(self, what: str, expected: object, came: object) -> None:
        if came != expected:
            raise WrongResult(f"step {self.steps}, {what}\n  expected: {expected!r}\n  came:     {came!r}")

    def right(self, what: str) -> None:
        """Say what the checks of a step have shown."""
        self._line(f"Checked: {what}", "green")

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Inside, Ctrl-C and SIGTERM cancel the action under way as SOAR does it, and end the demo when that has ended."""
        before = {number: signal.signal(number, self._interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.default_int_handler)  # a second one does not wait
        try:
            self.soar.cancel()
        except LookupError:  # none is under way
            raise KeyboardInterrupt from None
        self._interrupted = True

    def _progress(self, text: str) -> None:
        if text != PLATFORM_PROGRESS and not self._brief:
            self._line(f"... {text}", "dim")

    def _line(self, text: str, style: str = "") -> None:
        self._screen.print(Padding(Text(text, style), (0, 0, 0, 4), expand=False))


def investigate(demo: Demo) -> str:
    """The investigation, from the first look at the endpoint to the last trace of ours; the process table id of PowerShell there."""
    check_access(demo)
    endpoint = find_endpoint(demo)
    why = "A live connection to the machine; what follows goes through it."
    connection_id = connect(demo, why, destination=endpoint["clientId"], destination_type="client_id")
    list_connections(demo)
    powershell_id = look_at_processes(demo, connection_id)
    file_id, content = fetch_file(demo, connection_id)
    snapshot_id = take_snapshot(demo, connection_id)
    hunt(demo, content)
    clean_up(demo, connection_id, file_id, snapshot_id)
    return powershell_id


def answer_alert(demo: Demo, powershell_id: str) -> None:
    """An alert about the process that the investigation has found: from its process tree to its end."""
    alert = read_alerts(demo, powershell_id)
    host = alert["computerName"]
    connection_id = connect(demo, "Back to the machine that it came from.", destination=host, destination_type="hostname")
    file_path = look_at_family(demo, connection_id, powershell_id)
    collect_file(demo, connection_id, host, file_path)
    keep_evidence(demo, connection_id, powershell_id, alert["id"])
    deploy_intel(demo)
    resolve(demo, alert["id"])
    close(demo, connection_id)


def check_access(demo: Demo) -> None:
    found = demo.run("test connectivity", "Does SOAR reach Tanium, and may its token use Threat Response?")
    demo.check("the message begins with", "Test Connectivity Passed", found.message[:24])
    demo.check("statuses of the server's answers", {200}, demo.simulator.ask(_statuses))
    demo.right("the server has accepted every request")


def find_endpoint(demo: Demo) -> Row:
    host = seed.FINANCE
    why = "A user reports an invoice that opened a black window. Which machine is it?"
    found = demo.run("get endpoint", why, destination=host.hostname, destination_type="hostname")
    demo.show(found.rows, hostname="Host Name", clientId="Client ID", ip="IP", platform="Platform", status="Status")
    came = [(row["hostname"], row["clientId"], row["ip"], row["platform"]) for row in found.rows]
    demo.check("the endpoint", [(host.hostname, host.client_id, host.ip, host.platform)], came)
    demo.right("it is the endpoint that the server has under this name")
    return found.rows[0]


def connect(demo: Demo, why: str, *, destination: str, destination_type: str) -> str:
    found = demo.run("create connection", why, destination=destination, destination_type=destination_type, wait=True, timeout=60)
    connection_id: str = found.summary["connection_id"]
    demo.show(found.rows, id="Connection ID", status="Status", hostname="Host Name")
    demo.check("status in the result", ["connected"], [row["status"] for row in found.rows])
    demo.check("status on the server", "connected", demo.simulator.ask(_connections).get(connection_id))
    demo.right(f"the server has {connection_id} as connected")
    return connection_id


def list_connections(demo: Demo) -> None:
    found = demo.run("list connections", "Is it there, and who else is connected?")
    demo.show(found.rows, id="Connection ID", status="Status", hostname="Host Name")
    demo.check("the connections", demo.simulator.ask(_connections), {row["id"]: row["status"] for row in found.rows})
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
    demo.check("the processes", demo.simulator.ask(_processes, "invoice-viewer"), [row["process_table_id"] for row in found.rows])
    demo.right("the recorder has exactly these with such a path")

    of_process = {"connection_id": connection_id, "process_table_id": found.rows[0]["process_table_id"]}
    found = demo.run("get process tree", "What started it?", process_context="parent", **of_process)
    parents = [(row["context"], row["process_path"].rsplit("\\", 1)[-1]) for row in found.rows]
    demo.check("the parent", [("parent", "powershell.exe")], parents)
    demo.right("PowerShell did, as in the recorder")

    powershell_id: str = found.rows[0]["process_table_id"]
    found = demo.run("get events summary", "How much did the machine talk?", connection_id=connection_id, event_type="network")
    demo.check("the count", seed.EVENT_COUNTS["network"], found.summary["network_events_count"])
    demo.right("the recorder has as many network events")
    return powershell_id


def fetch_file(demo: Demo, connection_id: str) -> tuple[str, bytes]:
    why = "Fetch the program from the endpoint to the Tanium server."
    found = demo.run("save file", why, connection_id=connection_id, file_path=seed.INVOICE_VIEWER, wait=True, timeout=60)
    file_id: str = found.summary["file_id"]
    demo.show([found.summary], task_id="Task ID", file_id="File ID")
    demo.check("path of the file on the server", seed.INVOICE_VIEWER, demo.simulator.ask(_files).get(file_id))
    demo.right(f"the server holds {file_id}")

    found = demo.run("get file", "Bring it into SOAR's vault, out of its encrypted archive.", file_id=file_id)
    demo.show(found.rows, name="Name", size="Size", vault_id="Vault ID (SHA1)")
    content = check_vaulted(demo, file_id, found.rows)
    return file_id, content


def check_vaulted(demo: Demo, file_id: str, rows: list[Row]) -> bytes:
    """The bytes of the only file in the vault, which must be those of the endpoint's file; `rows` are what the action tells."""
    content, sha1 = demo.simulator.ask(_file_content, file_id)
    items = demo.soar.vault_items()
    demo.check("ids in the result", [sha1], [row["vault_id"] for row in rows])
    demo.check("ids in the vault", [sha1], [item["vault_id"] for item in items])
    demo.check("names in the vault", ["invoice-viewer.exe"], [item["name"] for item in items])
    vaulted = Path(items[0]["path"]).read_bytes()
    demo.check("the vaulted bytes are the endpoint's", True, vaulted == content)
    demo.check("temporary files left", [], list(demo.soar.installation.folder("vault", "tmp").iterdir()))
    demo.right(f"the {len(vaulted)} bytes of the endpoint's file, and their SHA1")
    return vaulted


def take_snapshot(demo: Demo, connection_id: str) -> str:
    why = "Keep the recorder's whole database before the machine is rebuilt."
    found = demo.run("create snapshot", why, connection_id=connection_id, wait=True, timeout=60)
    tasks = [row["taskInfo"] for row in found.rows]
    demo.show(tasks, id="Task ID", status="Status", startTime="Started")
    demo.check("the tasks", [(found.summary["task_id"], "COMPLETED")], [(task["id"], task["status"]) for task in tasks])
    demo.check("status on the server", "COMPLETED", demo.simulator.ask(_task_status, tasks[0]["id"]))
    demo.right("the server has completed the task")

    found = demo.run("list snapshots", "Which snapshot is ours?")
    snapshots = demo.simulator.ask(_snapshots)
    shown = [{**row, "completed": str(row.get("completed"))[:19]} for row in found.rows]
    demo.show(shown, uuid="Snapshot ID", hostname="Host Name", completed="Completed")
    demo.check("the snapshots", snapshots, {row["uuid"]: row.get("completed") for row in found.rows})
    ours: str = max((row for row in found.rows if row["connectionId"] == connection_id), key=lambda row: row["created"])["uuid"]
    demo.check("the newest snapshot", list(snapshots)[-1], ours)
    demo.right(f"the same as on the server; {ours} is ours")
    return ours


def hunt(demo: Demo, evidence: bytes) -> None:
    rule = f"rule invoice_viewer {{ strings: $head = {{ {evidence[:16].hex(' ')} }} condition: $head at 0 }}"
    why = "A YARA rule made from the file, to find it elsewhere."
    found = demo.run("upload intel doc", why, file_name="invoice-viewer.yara", intel_doc=rule)
    demo.show(found.rows, id="Intel Doc ID", type="Type", name="Name", md5="MD5")
    intel_doc_id = found.rows[0]["id"]
    demo.check("the document on the server", ("yara", rule), demo.simulator.ask(_intel).get(intel_doc_id))
    demo.right(f"the server has the rule as document {intel_doc_id}")

    group = seed.FINANCE_GROUP
    why = "Does anyone else in the department have it?"
    found = demo.run("start quick scan", why, intel_doc_id=intel_doc_id, computer_group_name=group.name)
    demo.show(found.rows, id="Scan ID", intel_doc_id="Intel Doc ID", computerGroupId="Group ID", computer_group_name="Group")
    expected = [(row["id"], row["intel_doc_id"], row["computerGroupId"]) for row in found.rows]
    demo.check("the scans on the server", expected, demo.simulator.ask(_scans))
    demo.check("document and group of the scan", [(intel_doc_id, group.id)], [scan[1:] for scan in expected])
    demo.right(f"the server scans group {group.id} for document {intel_doc_id}")


def clean_up(demo: Demo, connection_id: str, file_id: str, snapshot_id: str) -> None:
    demo.run("delete file", "Our copy is in the vault now.", file_id=file_id)
    demo.check("the file is on the server", False, file_id in demo.simulator.ask(_files))
    demo.right("the server has no such file any more")

    demo.run("delete snapshot", "It was for this demonstration only.", snapshot_ids=snapshot_id)
    demo.check("the snapshot is on the server", False, snapshot_id in demo.simulator.ask(_snapshots))
    demo.right("the server has no such snapshot any more")

    close(demo, connection_id)

    demo.run("delete connection", "No trace of it in the list either.", connection_id=connection_id)
    demo.check("the connection is on the server", False, connection_id in demo.simulator.ask(_connections))
    demo.right("the server has no such connection any more")


def close(demo: Demo, connection_id: str) -> None:
    demo.run("close connection", "No open line into the endpoint stays behind.", connection_id=connection_id)
    demo.check("status on the server", "disconnected", demo.simulator.ask(_connections).get(connection_id))
    demo.right("the server has disconnected it")


def read_alerts(demo: Demo, powershell_id: str) -> Row:
    """An unresolved alert of the machine, where the server tells so one about PowerShell."""
    query = f"computerName={seed.FINANCE.hostname}&state=unresolved"
    found = demo.run("list alerts", "What has Tanium itself noticed on the machine?", query=query, limit=5)
    demo.show(found.rows, id="Alert ID", priority="Priority", event_type="About", path="Path")
    filters = {"computerName": [seed.FINANCE.hostname], "state": ["unresolved"]}
    demo.check("the alerts", demo.simulator.ask(_alerts, filters, 5), [row["id"] for row in found.rows])
    demo.right("the first five that pass the filter on the server")

    alert_id = next((row["id"] for row in found.rows if row["event_type"] == "process"), found.rows[0]["id"])
    found = demo.run("get alert", "One of them in full: is it about what we have seen?", alert_id=alert_id)
    alert = found.rows[0]
    demo.show(found.rows, id="Alert ID", state="State", computerName="Host Name", intelDocId="Intel Doc ID")
    state = demo.simulator.ask(_alert_states)[alert_id]
    demo.check("the alert", (alert_id, seed.FINANCE.hostname, state), (alert["id"], alert["computerName"], found.summary["state"]))
    if demo.dialect == PRODUCTION:
        demo.check("its process", powershell_id, _acting_process(alert))
        demo.right("the server's alert; its details name the very PowerShell")
    else:
        demo.right("the server's alert; its API has no details that name a process")
    return alert


def _acting_process(alert: Row) -> str:
    """The process table id in the details of an alert that the recorder has raised."""
    process = json.loads(alert["details"])["finding"]["whats"][0]["artifact_activity"]["acting_artifact"]["process"]
    table_id: str = process["tanium_recorder_table_id"]
    return table_id


def look_at_family(demo: Demo, connection_id: str, process_id: str) -> str:
    """The path of the program that the process has started."""
    why = "What started PowerShell, and what did that start?"
    found = demo.run("get process tree", why, connection_id=connection_id, process_table_id=process_id)
    demo.show(found.rows, context="Context", pid="PID", process_path="Path", user_name="User")
    came = sorted((row["context"], row["process_table_id"]) for row in found.rows)
    demo.check("the tree", demo.simulator.ask(_family, process_id), came)
    demo.right("parent, process and children as the recorder has them")
    path: str = next(row["process_path"] for row in found.rows if row["context"] == "child")
    return path


def collect_file(demo: Demo, connection_id: str, host: str, path: str) -> None:
    empty_vault(demo)
    why = "The program that it started, from the endpoint into the vault at once."
    before = demo.simulator.ask(_connections)
    found = demo.run("collect file", why, destination=host, destination_type="hostname", file_path=path, timeout=60)
    demo.show(found.rows, name="Name", size="Size", vault_id="Vault ID (SHA1)")
    demo.check("the connection it used", connection_id, found.summary["connection_id"])
    demo.check("connections on the server", before, demo.simulator.ask(_connections))
    demo.check("path of the file on the server", path, demo.simulator.ask(_files).get(found.summary["file_id"]))
    check_vaulted(demo, found.summary["file_id"], found.rows)


def empty_vault(demo: Demo) -> None:
    """The vault keeps equal files once; only an empty one shows that this file has come."""
    from phantom import vault  # importable since dev.soar is

    with demo.soar.active():
        for item in demo.soar.vault_items():
            vault.vault_delete(vault_id=item["vault_id"])


def keep_evidence(demo: Demo, connection_id: str, process_id: str, alert_id: int) -> None:
    summary = f"Alert {alert_id}: started the invoice program"
    before = demo.simulator.ask(_evidence)
    of_process = {"connection_id": connection_id, "process_table_id": process_id}
    demo.run("create evidence", "The process itself, kept on the Tanium server.", summary=summary, **of_process)
    kept = (process_id, seed.FINANCE.hostname, summary, demo.simulator.ask(_process_path, process_id))
    demo.check("evidence on the server", [*before, kept], demo.simulator.ask(_evidence))
    demo.right("the server keeps PowerShell's process with the summary")


def deploy_intel(demo: Demo) -> None:
    before = demo.simulator.ask(_deployed_revision)
    why = "Every endpoint is to look for the new rule from now on."
    # A server that follows the specification does not tell the state of tasks.
    wait = {"wait": True, "timeout": 60} if demo.dialect == PRODUCTION else {}
    found = demo.run("deploy intel", why, **wait)
    demo.show(found.rows, taskId="Task ID", status="Status")
    if not wait:
        time.sleep(QUICK["task_seconds"])
    demo.check("status of the task on the server", "COMPLETED", demo.simulator.ask(_task_status, found.summary["task_id"]))
    demo.check("revision on the endpoints", before + 1, demo.simulator.ask(_deployed_revision))
    demo.right(f"the endpoints have revision {before + 1} of the intel")


def resolve(demo: Demo, alert_id: int) -> None:
    expected = {**demo.simulator.ask(_alert_states), alert_id: "resolved"}
    found = demo.run("update alert", "It is understood and dealt with.", alert_ids=str(alert_id), state="resolved")
    demo.show(found.rows, id="Alert ID", state="State", updated="Updated")
    demo.check("states of all alerts on the server", expected, demo.simulator.ask(_alert_states))
    demo.right("resolved on the server, and no other alert has changed")


# Questions to the simulator, which answers them in its own process.


def _statuses(server: SimulatorServer) -> set[int | None]:
    return {request.status for request in server.log.requests()}


def _connections(server: SimulatorServer) -> dict[str, str]:
    connections = server.state.connections
    return {connection.id: connections.status(connection) for connection in connections.all.values()}


def _processes(server: SimulatorServer, in_path: str) -> list[str]:
    recording = server.state.computers.recording(seed.FINANCE)
    return [process.table_id for process in recording.processes if in_path in process.path]


def _family(server: SimulatorServer, table_id: str) -> list[tuple[str, str]]:
    """Context and table id of a process without siblings and of those next to it."""
    recording = server.state.computers.recording(seed.FINANCE)
    process = recording.process(table_id)
    assert process and process.parent is not None
    children = [("child", child.table_id) for child in recording.children[process.number]]
    return sorted([*children, ("node", table_id), ("parent", recording.processes[process.parent].table_id)])


def _files(server: SimulatorServer) -> dict[str, str]:
    return {file_id: file.row["path"] for file_id, file in server.state.files.all.items()}


def _file_content(server: SimulatorServer, file_id: str) -> tuple[bytes, str]:
    content = b"".join(server.state.files.get(file_id).members[0].content)
    return content, hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _snapshots(server: SimulatorServer) -> dict[str, str | None]:
    return {row["uuid"]: row["completed"] for row in server.state.snapshots.rows()}


def _task_status(server: SimulatorServer, task_id: int) -> str:
    status: str = server.state.tasks.get(task_id)["status"]
    return status


def _intel(server: SimulatorServer) -> dict[int, tuple[str, str]]:
    return {row["id"]: (row["type"], row["contents"]) for row in server.state.intel.rows()}


def _scans(server: SimulatorServer) -> list[tuple[int, int, int]]:
    return [(scan["id"], scan["intelDocId"], scan["computerGroupId"]) for scan in server.state.scans.all]


def _alerts(server: SimulatorServer, filters: dict[str, list[str]], limit: int) -> list[int]:
    return [row["id"] for row in server.state.alerts.page(filters, "", limit, 0)[0]]


def _alert_states(server: SimulatorServer) -> dict[int, str]:
    return {row["id"]: row["state"] for row in server.state.alerts.rows()}


def _process_path(server: SimulatorServer, table_id: str) -> str:
    process = server.state.computers.recording(seed.FINANCE).process(table_id)
    assert process
    return process.path


def _evidence(server: SimulatorServer) -> list[tuple[str, str, str, str]]:
    """Process table id, host name, summary and path of the process of every record, oldest first."""
    rows = server.state.evidence.rows()
    return [(row["recorderId"], row["hostname"], row["summary"], row["data"]["process_path"]) for row in rows]


def _deployed_revision(server: SimulatorServer) -> int:
    revision: int = server.state.deployment.status()["currentRevision"]
    return revision


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """What starts inside inherits it: Ctrl-C in a terminal reaches every process, but an action ends when it is cancelled."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def main() -> int:
    screen, started = Console(highlight=False), time.monotonic()
    try:
        steps = sum(_run(screen, dialect) for dialect in DIALECTS)
        ending, style, status = f"All {steps} steps have the right result", "bold green", 0
    except WrongResult as wrong:
        ending, style, status = f"WRONG RESULT in {wrong}\nEnded", "bold red", 1
    except KeyboardInterrupt:
        ending, style, status = "Interrupted", "bold red", INTERRUPTED
    screen.print(Text(f"\n{ending} after {time.monotonic() - started:.1f} seconds.", style))
    return status


def _run(screen: Console, dialect: str) -> int:
    """The number of steps, all of them right."""
    screen.print(Text(f"\n{DIALECTS[dialect]}\nTanium app, local SOAR (Python {platform.python_version()}), simulated server", "bold"))
    with tempfile.TemporaryDirectory(prefix="tanium-demo-") as folder, SimulatorProcess(dialect=dialect, **QUICK) as simulator:
        soar = LocalSoar(Path(folder))
        soar.create_asset("tanium", {"base_url": simulator.url, "api_token": seed.TOKEN}, simulator.environment)
        demo = Demo(soar, simulator, screen, dialect)
        with demo.interruptible():
            answer_alert(demo, investigate(demo))
        return demo.steps


if __name__ == "__main__":
    sys.exit(main())
