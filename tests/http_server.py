# File: http_server.py
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
"""Servers over HTTP whose every answer a test decides, for what the simulators do not do."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, NamedTuple, TypeVar, Union


class Seen(NamedTuple):
    """A request; the names of its headers are in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    """A body that is neither bytes nor text is sent as JSON."""

    status: int = 200
    body: Any = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()

    def encoded(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


Server = TypeVar("Server", bound="HttpServer")


class HttpServer:
    """Answers every request with `answer`, which its subclasses define; a ConnectionError in there
    hangs up.
    """

    def __init__(self) -> None:
        self._open: list[socket.socket] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False  # so that server_close() waits for them
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"

    def answer(self, seen: Seen) -> Answer:
        raise NotImplementedError

    def __enter__(self: Server) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # else the thread looks for the end only now and then
            self._server.socket.shutdown(socket.SHUT_RDWR)
        self._server.shutdown()
        self._thread.join()
        for connection in self._open:
            with suppress(OSError):  # most are closed already
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60
            disable_nagle_algorithm = True  # head and body are two writes

            def setup(self) -> None:
                super().setup()
                outer._open.append(self.connection)

            def _respond(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    answer = outer.answer(
                        Seen(
                            self.command,
                            self.path,
                            {name.lower(): value for name, value in self.headers.items()},
                            body,
                        )
                    )
                except ConnectionError:  # it hangs up
                    self.close_connection = True
                    return
                self._send(answer)

            def _send(self, answer: Answer) -> None:
                content = answer.encoded()
                self.send_response(answer.status)
                for name, value in (("Content-Type", answer.content_type), *answer.headers):
                    self.send_header(name, value)
                if "Content-Length" not in dict(answer.headers):
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                try:
                    self.wfile.write(b"" if self.command == "HEAD" else content)
                except ConnectionError:  # a client need not read a long answer to its end
                    self.close_connection = True

            do_GET = do_POST = do_PUT = do_DELETE = do_CONNECT = _respond
            do_PATCH = do_HEAD = do_OPTIONS = _respond

            def log_message(self, format: str, *args: Any) -> None:
                """Silent."""

        return Handler


Script = Union[Answer, Callable[[Seen], Answer]]


class ScriptedServer(HttpServer):
    """`server.on("GET", "/path", Answer(...), ...)`: one answer after the other, the last one from
    then on; 404 for other paths.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Seen] = []
        self._scripts: dict[tuple[str, str], list[Script]] = {}

    def on(self, method: str, path: str, *script: Script) -> None:
        self._scripts[method, path] = list(script)

    def paths(self) -> list[str]:
        return [f"{seen.method} {seen.path}" for seen in self.seen]

    def answer(self, seen: Seen) -> Answer:
        self.seen.append(seen)
        script = self._scripts.get(
            (seen.method, seen.path), [Answer(404, {"text": "404 Not Found: no such route"})]
        )
        step = script.pop(0) if len(script) > 1 else script[0]
        return step(seen) if callable(step) else step
