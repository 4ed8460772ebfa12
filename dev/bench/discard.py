# File: discard.py
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
"""`python -m dev.bench.discard FOLDER` takes HTTP bodies over TLS and throws them away, so that
only their sender is measured.

It prints its address and the authority to trust, and ends with its standard input. The certificates
go into FOLDER.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from dev.loopback.certificates import server_context
from dev.loopback.server import HOST


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
PIECE = 256 * 1024


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection: every request is answered with 200 once its body has come."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if b"100-continue" in head:
                writer.write(CONTINUE)
            length = re.search(rb"(?i)\r\ncontent-length: *([0-9]+)", head)
            remaining = int(length.group(1)) if length else 0
            while remaining:
                remaining -= len(await reader.read(min(PIECE, remaining)))
            writer.write(OK)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(folder: Path) -> None:
    context, ca_file = server_context("valid", folder)
    server = await asyncio.start_server(take, HOST, 0, ssl=context, limit=PIECE)
    print(f"https://localhost:{server.sockets[0].getsockname()[1]}", ca_file, sep="\n", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
