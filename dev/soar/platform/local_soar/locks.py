# File: locks.py
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
"""Named locks between the processes and threads of one home, as files: they vanish with the process
that holds them.
"""

from __future__ import annotations

import fcntl
import hashlib
import time
from typing import IO, Callable

from local_soar.installation import Installation


POLL_SECONDS = 0.02


def acquire(
    installation: Installation,
    name: str,
    *,
    shared: bool,
    timeout: float,
    cancelled: Callable[[], bool],
) -> IO[bytes] | None:
    """The open file that holds the lock until it is closed; None after `timeout` seconds or when
    `cancelled()`.
    """
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    deadline = time.monotonic() + timeout
    file = (installation.folder("locks") / digest).open("ab")
    try:
        while True:
            try:
                fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                if cancelled() or time.monotonic() >= deadline:
                    file.close()
                    return None
                time.sleep(POLL_SECONDS)
            else:
                return file
    except BaseException:
        file.close()
        raise
