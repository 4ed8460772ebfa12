# File: hunt.py
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
"""Who has this process? A question to every endpoint, and from its answer to a live connection."""

from __future__ import annotations

import json

from dev.demo import questions
from dev.demo.investigation import close, connect
from dev.demo.telling import Demo
from dev.simulator import seed
from dev.simulator.recordings.processes import digest_of


SENSOR = seed.PROCESS_OF_HASH.name
TEXT = f'Get Computer Name, IP Address and {SENSOR} from all machines with {SENSOR} contains "\\"'


def hunt(demo: Demo) -> None:
    path, _, _ = seed.PROCESS_BACKBONE["Windows"][-1]
    md5 = digest_of(path)
    demo.tell(f"An alert in another tool names a process by its MD5 hash, {md5}.")
    parameter = read_sensor(demo)
    host = ask_everybody(demo, parameter, md5)
    find_endpoint(demo, host)
    connection_id = connect(
        demo, "Look at one of them.", destination=host, destination_type="hostname"
    )
    close(demo, connection_id)


def read_sensor(demo: Demo) -> str:
    """The key of the sensor's parameter."""
    found = demo.run("get sensor", "What does the sensor want to know?", name=SENSOR)
    parameters = found.rows[0]["parameters"]
    demo.show(parameters, key="Key", label="Label", kind="Kind")
    demo.check("the parameters", ["hash"], [each["key"] for each in parameters])
    demo.right("the one parameter of the sensor on the server")
    key: str = parameters[0]["key"]
    return key


def ask_everybody(demo: Demo, parameter: str, md5: str) -> str:
    """The first computer that has a process with the hash."""
    found = demo.run(
        "run query",
        "Who runs it? The hash goes into the question as a value, never as text.",
        query_text=TEXT,
        sensor_parameters=json.dumps({SENSOR: {parameter: md5}}),
        timeout_seconds=60,
    )
    records = found.rows[0]["records"]
    demo.show(records, computer_name="Computer Name", ip_address="IP", path="Path")
    demo.check(
        "the computers",
        demo.simulator.ask(questions.computers_with, md5),
        sorted(record["computer_name"] for record in records),
    )
    demo.check("the hashes", {md5}, {record["md5_hash"] for record in records})
    demo.check("the question", (1, False), demo.simulator.ask(questions.asked))
    demo.right("the computers that have it, asked with one question; all have answered")
    first: str = records[0]["computer_name"]
    return first


def find_endpoint(demo: Demo, host: str) -> None:
    found = demo.run(
        "get endpoint",
        "Is one of them connected, and who is it?",
        destination=host,
        destination_type="hostname",
    )
    demo.show(found.rows, hostname="Host Name", ip="IP", clientId="Client ID")
    demo.check("the host name", host, found.summary["hostname"])
    demo.right("the computer of the answer")
