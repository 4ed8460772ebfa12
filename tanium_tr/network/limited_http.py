# File: limited_http.py
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
"""Connections that keep to the time limit in force, from the first byte out to the last byte in.

The time-out of a socket is for one wait: a server that sends a byte now and then never meets it,
neither in the head of its answer nor in what comes before or behind the body. So each wait of these
sockets takes at most what is left of the limit.
"""

from __future__ import annotations

import io
import math
import socket
import ssl
import time
from http.client import LineTooLong
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError
from urllib3.util.ssl_ import create_urllib3_context, resolve_cert_reqs

from .time_limit import limit_in_force, remaining_seconds


LONGEST_LINE = 64 * 1024  # bytes, as for the lines of a head

Result = TypeVar("Result")

# What the two mixins are mixed into.
if TYPE_CHECKING:
    from socket import socket as _Socket

    from urllib3.connection import HTTPConnection as _Connection
else:
    _Socket = _Connection = object


class _Lines(io.BufferedReader):
    """urllib3 reads the lines between and behind the pieces of a body without a limit."""

    def readline(self, size: int | None = -1, /) -> bytes:
        if size is not None and size >= 0:
            return super().readline(size)
        line = super().readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise LineTooLong("line of a body")
        return line


class _LimitedSocket(_Socket):
    def makefile(self, *args: Any, **options: Any) -> Any:
        made = super().makefile(*args, **options)
        return _Lines(made.detach()) if type(made) is io.BufferedReader else made

    def recv_into(self, *args: Any) -> Any:
        return self._receive(super().recv_into, *args)

    def recv(self, *args: Any) -> Any:
        return self._receive(super().recv, *args)

    def send(self, *args: Any) -> Any:
        return self._send(super().send, *args)

    def sendall(self, *args: Any) -> Any:
        return self._send(super().sendall, *args)

    def _receive(self, receive: Callable[..., Result], *args: Any) -> Result:
        limit, usual = limit_in_force(), self.gettimeout()
        if limit is None or usual == 0:
            return receive(*args)
        end = min(limit.end, math.inf if usual is None else time.monotonic() + usual)
        try:
            while True:
                limit.look_if_due()
                left = end - time.monotonic()
                if left <= 0:
                    raise socket.timeout("timed out")
                self._set_timeout(min(left, limit.longest_wait))
                try:
                    return receive(*args)
                except socket.timeout:
                    continue  # to look, or to find that the time is up
        finally:
            self.settimeout(usual)

    def _send(self, send: Callable[..., Result], *args: Any) -> Result:
        """Within the limit, not the socket's own time-out: a large body takes its time, and while
        it is sent that is the time-out for connecting.
        """
        left, usual = remaining_seconds(), self.gettimeout()
        if left == math.inf or usual == 0:
            return send(*args)
        if left <= 0:
            raise socket.timeout("timed out")
        self._set_timeout(left)
        try:
            return send(*args)
        finally:
            self.settimeout(usual)

    def _set_timeout(self, seconds: float) -> None:
        self.settimeout(None if seconds == math.inf else seconds)


class _PlainSocket(_LimitedSocket, socket.socket):
    pass


class _TlsSocket(_LimitedSocket, ssl.SSLSocket):
    pass


class _LimitedConnection(_Connection):
    timeout: Any

    def _new_conn(self) -> socket.socket:
        self._require_time()
        self.timeout = min(self.timeout, remaining_seconds())
        made = super()._new_conn()
        family, kind, proto, timeout = made.family, made.type, made.proto, made.gettimeout()
        limited = _PlainSocket(family, kind, proto, fileno=made.detach())
        limited.settimeout(timeout)
        return limited

    def connect(self) -> None:
        """Raises ConnectTimeoutError also when a proxy or the agreement on TLS takes too long: the
        request has not been sent then.
        """
        try:
            super().connect()
        except socket.timeout as error:
            raise ConnectTimeoutError(self, "The connection was not ready in time") from error

    def _require_time(self) -> None:
        if remaining_seconds() <= 0:
            raise ConnectTimeoutError(self, "There was no time left to connect")


class _PlainConnection(_LimitedConnection, HTTPConnection):
    pass


class _TlsConnection(_LimitedConnection, HTTPSConnection):
    def connect(self) -> None:
        if self.ssl_context is None:
            self.ssl_context = create_urllib3_context(cert_reqs=resolve_cert_reqs(self.cert_reqs))
        self.ssl_context.sslsocket_class = _TlsSocket
        super().connect()


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _PlainPool, "https": _TlsPool}


class LimitedAdapter(HTTPAdapter):
    """Requests' way to a server, with these connections."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        if proxy.lower().startswith("http"):  # those of SOCKS connect in their own way
            manager.pool_classes_by_scheme = _POOLS
        return manager
