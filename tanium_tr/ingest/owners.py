# File: owners.py
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
"""Which run a batch belongs to, and whether that run has certainly ended."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def this_process() -> str:
    """A name for this process on Linux that no other process has, now or later, here or in another
    container.
    """
    return f"{_machine()}/{os.getpid()}/{_started(os.getpid())}"


def is_gone(owner: str) -> bool:
    """Whether a run has certainly ended; of runs elsewhere this cannot be known."""
    machine, _, process = owner.partition("/")
    if not machine or machine != _machine():
        return False
    number, started, *_ = process.split("/")
    return _started(int(number)) != started


def _machine() -> str:
    """This system since it was started, and the namespace that its process numbers are of; empty
    where it does not tell.
    """
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    return ""


def _started(number: int) -> str:
    """When a process was started, in the kernel's ticks; empty when there is none, or one that has
    ended and is only still listed.
    """
    with suppress(OSError):
        state, *fields = (
            Path(f"/proc/{number}/stat")
            .read_text(encoding="utf-8", errors="replace")
            .rpartition(")")[2]
            .split()
        )
        return "" if state in ("Z", "X") else fields[18]
    return ""
