# File: containment.py
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
"""A machine is contained: from an alert, a look at the machine and a dry run to the proof, and its
release.
"""

from __future__ import annotations

from dev.demo import questions
from dev.demo.telling import Demo, Row
from dev.simulator import seed


SENSOR = seed.ISOLATION.name
MESSAGE = "Isolated. Please call 4711."


def contain(demo: Demo) -> None:
    host = read_alert(demo)
    look_at(demo, host)
    list_processes(demo, host)
    preview(demo, host)
    quarantine(demo, host)
    confirm(demo, host)
    release(demo, host)


def read_alert(demo: Demo) -> str:
    """The computer of the alert."""
    query = f"computerName={seed.FINANCE.hostname}&state=unresolved"
    found = demo.run("list alerts", "An alert that cannot wait.", query=query, limit=1)
    demo.show(found.rows, id="Alert ID", priority="Priority", computerName="Host Name")
    (alert,) = found.rows
    demo.check("the alert", "unresolved", demo.simulator.ask(questions.alert_states)[alert["id"]])
    demo.right("the alert is open on the server")
    host: str = alert["computerName"]
    return host


def look_at(demo: Demo, host: str) -> None:
    found = demo.run("get endpoint details", "Whose machine is it?", destination=host)
    (row,) = found.rows
    columns = {"computer_name": "Computer", "ip_address": "IP Address", "os": "Operating System"}
    demo.show([{**row, "os": row["os"]["name"]}], **columns, last_logged_in_user="User")
    demo.check("the machine", seed.FINANCE.client_id, row["computer_id"])
    demo.right("it is the machine of the alert")


def list_processes(demo: Demo, host: str) -> None:
    found = demo.run("list processes", "What runs on it right now?", destination=host)
    demo.show(found.rows[:8], pid="PID", process_name="Process", user_name="User")
    listed = {(row["pid"], row["process_name"]) for row in found.rows}
    running = demo.simulator.ask(questions.running)
    demo.check("the processes", running, listed & running)
    demo.check("open connections", 0, demo.simulator.ask(questions.direct_connections))
    demo.right("every process that runs on it, over a connection that is closed again")


def preview(demo: Demo, host: str) -> None:
    found = demo.run(
        "quarantine device",
        "What would a quarantine do, and to which machine?",
        destination=host,
        message=MESSAGE,
        dry_run=True,
    )
    (row,) = found.rows
    demo.show(row["parameters"], label="Parameter", value="Value")
    demo.check("the machine", seed.FINANCE.client_id, row["computer_id"])
    demo.check("its package", seed.APPLY_WINDOWS.name, row["package_name"])
    demo.check("actions on the server", [], demo.simulator.ask(questions.issued))
    demo.right("one machine, pinned by its client ID; nothing was issued")


def quarantine(demo: Demo, host: str) -> None:
    found = demo.run(
        "quarantine device",
        "Cut it off from the network, and wait for the proof.",
        destination=host,
        message=MESSAGE,
        timeout=60,
    )
    row = shown(demo, found.rows)
    demo.check("the proof", ("Verified", True), (row["status"], row["verified"]))
    demo.check("on the server", {seed.FINANCE.client_id}, demo.simulator.ask(questions.quarantined))
    demo.check("actions on the server", [row["action_id"]], demo.simulator.ask(questions.issued))
    demo.right("this machine is quarantined and no other, by one action")


def confirm(demo: Demo, host: str) -> None:
    found = demo.run(
        "run query",
        "Does the machine itself say so? This customer has a sensor for it.",
        query_text=f"Get Computer Name and {SENSOR} from all machines",
        timeout_seconds=60,
    )
    records = found.rows[0]["records"]
    demo.show(records, computer_name="Computer Name", custom_isolation_check=SENSOR)
    isolated = {each["computer_name"] for each in records if _says(each, "isolated")}
    demo.check("who is isolated", {host}, isolated)
    demo.right("every machine has answered, and this one alone is isolated")


def release(demo: Demo, host: str) -> None:
    found = demo.run(
        "unquarantine device",
        "The machine is clean again: release it.",
        destination=host,
        timeout=60,
    )
    row = shown(demo, found.rows)
    demo.check("the outcome", ("succeeded", False), (row["outcome"], row["verified"]))
    demo.check("on the server", set(), demo.simulator.ask(questions.quarantined))
    demo.right("no machine is quarantined any more; the package verifies nothing, as is said")


def shown(demo: Demo, rows: list[Row]) -> Row:
    (row,) = rows
    columns = {"status": "Status", "outcome": "Outcome", "verified": "Verified"}
    demo.show(rows, computer_name="Computer", **columns, action_id="Action ID")
    return row


def _says(record: Row, value: str) -> bool:
    return bool(record["custom_isolation_check"] == value)
