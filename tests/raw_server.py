# File: raw_server.py
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
"""Servers that send what no web framework sends."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any, Callable


PATIENCE = 30  # seconds that a server goes on without an end; far more than a client may wait
PAUSE = 0.02

# Talks on one connection; the event says that the server is about to end.
Talk = Callable[[socket.socket, threading.Event], None]


class RawServer:
    """Every connection is talked on by `talk`, in a thread of its own, and closed afterwards."""

    def __init__(self, talk: Talk) -> None:
        self._talk, self._over = talk, threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        # So that a client meets a server that does not read before it has sent megabytes.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.url = f"http://{self.host}"
        self.connections = 0
        self._threads = [threading.Thread(target=self._serve)]

    def __enter__(self) -> RawServer:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve_one, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve_one(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(60)
            self._talk(connection, self._over)


def saying(answer: bytes) -> Talk:
    """Answer one request with these bytes."""

    def talk(connection: socket.socket, _over: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    return talk


def dripping(start: bytes, drip: bytes, *, listens: bool = True) -> Talk:
    """Answer one request with the start, and with the drip again and again."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        if listens:
            connection.recv(65536)
        connection.sendall(start)
        for _ in range(int(PATIENCE / PAUSE)):
            if over.wait(PAUSE):
                return
            connection.sendall(drip)

    return talk


def hard_of_hearing(connection: socket.socket, over: threading.Event) -> None:
    """Read now and then, and say nothing."""
    for _ in range(int(PATIENCE / 0.2)):
        if over.wait(0.2):
            return
        connection.recv(20_000)


def deaf(_connection: Any, over: threading.Event) -> None:
    """Neither read nor say anything."""
    over.wait(PATIENCE)
