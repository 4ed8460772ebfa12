# File: processes.py
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
"""What every recorder has seen: its first processes, and how much else."""

from __future__ import annotations

from dev.simulator.seed.endpoint_files import INVOICE_VIEWER


PROCESS_BACKBONE: dict[str, tuple[tuple[str, int | None, str], ...]] = {
    "Windows": (
        ("System", None, "SYSTEM"),
        (r"C:\Windows\System32\smss.exe", 0, "SYSTEM"),
        (r"C:\Windows\System32\services.exe", 1, "SYSTEM"),
        (r"C:\Windows\explorer.exe", 1, "m.lindqvist"),
        (r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE", 3, "m.lindqvist"),
        (r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE", 4, "m.lindqvist"),
        (r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe", 5, "m.lindqvist"),
        (INVOICE_VIEWER, 6, "m.lindqvist"),
    ),
    "Linux": (
        ("/usr/lib/systemd/systemd", None, "root"),
        ("/usr/sbin/init-helper", 0, "root"),
        ("/usr/sbin/nginx", 1, "root"),
        ("/usr/sbin/sshd", 1, "root"),
        ("/usr/bin/bash", 3, "deploy"),
        ("/usr/bin/curl", 4, "deploy"),
        ("/usr/bin/sh", 5, "deploy"),
        ("/tmp/.cache/updater", 6, "deploy"),
    ),
    "Mac": (
        ("/sbin/launchd", None, "root"),
        ("/usr/libexec/runningboardd", 0, "root"),
        ("/usr/libexec/xpcproxy", 1, "root"),
        ("/System/Library/CoreServices/Finder.app/Contents/MacOS/Finder", 1, "i.okafor"),
        ("/Applications/Mail.app/Contents/MacOS/Mail", 3, "i.okafor"),
        ("/Applications/Preview.app/Contents/MacOS/Preview", 4, "i.okafor"),
        ("/bin/zsh", 5, "i.okafor"),
        ("/Users/Shared/Design Assets/Setup", 6, "i.okafor"),
    ),
}
"""The first processes of every computer of a platform: path, number of the parent, user. They form
one line of descent but for number 2.
"""

MANY_CHILDREN = 2
"""Number of the process with 400 children (8 to 407)."""
MORE_CHILDREN_THAN_SIBLINGS_SHOWN = 8
"""Number of the process with 700 children (408 to 1107)."""
SUSPICIOUS = 6
"""Number of the process (PowerShell on Windows) that most alerts are about; its child is 7."""
PROCESSES = 2500

EVENT_COUNTS = {
    "file": 320,
    "network": 260,
    "registry": 240,
    "dns": 180,
    "image": 150,
    "security": 60,
    "driver": 24,
}
"""Events per type and computer; `process` has one per process and `combined` has them all."""


def process_table_id(client_id: str, number: int) -> str:
    """The 19 digits by which the recorder of a computer knows its process `number`; too long for a
    float.
    """
    return str(4_611_686_018_427_387_000 + int(client_id) * 1_000_003 + number * 17)
