# File: test_cut_codings.py
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
"""A coded body that ends before its coding does is a lost answer, however it is sent and coded."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from typing import Callable

import pytest

from dev.soar.runtime import LocalSoar
from tanium_tr.errors import DOUBT
from tests.api.conftest import CONNECTIONS, Configure
from tests.conftest import RunAction
from tests.faults.conftest import left_in_vault
from tests.raw_server import RawServer, saying


TOKEN = "token-for-these-tests"
FILE = random.Random(15).randbytes(100_000) + b"a" * 200_000
ROWS = json.dumps([{"id": f"remote:host-{number}:1:2"} for number in range(2000)]).encode()


def deflated(body: bytes) -> bytes:
    """Without zlib's head, as some servers send it."""
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(body) + coder.flush()


def two_members(body: bytes) -> bytes:
    return gzip.compress(body[: len(body) // 2]) + gzip.compress(body[len(body) // 2 :])


CODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "gzip of two members": ("X-GZip", two_members),
    "zlib": ("deflate", zlib.compress),
    "bare deflate": ("deflate", deflated),
}


def with_length(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(body: bytes) -> bytes:
    middle = max(1, len(body) // 3)
    pieces = [piece for piece in (body[:1], body[1:middle], body[middle:]) if piece]
    sent = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return b"Transfer-Encoding: chunked\r\n\r\n" + sent + b"0\r\n\r\n"


def to_the_end(body: bytes) -> bytes:
    return b"Connection: close\r\n\r\n" + body


FRAMINGS = (with_length, chunked, to_the_end)
OLD, NEW = b"HTTP/1.0", b"HTTP/1.1"


def answer(
    body: bytes, coding: str, framing: Callable[[bytes], bytes], status: bytes = b"200 OK"
) -> bytes:
    """Of HTTP/1.0 where nothing tells the end of the body."""
    kind = b"application/json" if body[:1] in b"[{" else b"application/octet-stream"
    head = b"%s %s\r\nContent-Type: %s\r\n" % (OLD if framing is to_the_end else NEW, status, kind)
    return head + f"Content-Encoding: {coding}\r\n".encode() + framing(body)


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("coding", CODINGS)
def test_download_whose_coding_is_cut_is_no_file(
    run: RunAction,
    configure: Configure,
    soar: LocalSoar,
    coding: str,
    framing: Callable[[bytes], bytes],
) -> None:
    name, coded = CODINGS[coding]
    whole = coded(FILE)
    for length in (1, 5, len(whole) // 2, len(whole) - 1):
        with RawServer(saying(answer(whole[:length], name, framing))) as server:
            configure(base_url=server.url, api_token=TOKEN)
            failed = run("get file", file_id="some-id")
        assert "the answer was cut off (" in failed.message, (length, failed.message)
        assert (failed.ok, failed.rows, soar.vault_items()) == (False, [], [])
    assert left_in_vault(soar) == []


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("behind", [b"", b"\x00" * 500, b"garbage"])
def test_whole_body_is_a_file(
    run: RunAction,
    configure: Configure,
    coding: str,
    framing: Callable[[bytes], bytes],
    behind: bytes,
) -> None:
    name, coded = CODINGS[coding]
    with RawServer(saying(answer(coded(FILE) + behind, name, framing))) as server:
        configure(base_url=server.url, api_token=TOKEN)
        result = run("get file", file_id="some-id")

    assert result.ok, result.message
    assert result.rows[0]["size"] == len(FILE)


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("coding", CODINGS)
def test_rows_whose_coding_is_cut_are_read_once_more(
    run: RunAction, configure: Configure, coding: str, framing: Callable[[bytes], bytes]
) -> None:
    name, coded = CODINGS[coding]
    # The shorter ones are whole JSON as far as they can be unpacked.
    for body in (ROWS, b"[]" + b" " * 20, b"[]"):
        whole = coded(body)
        for length in (1, min(len(whole) // 2 + 3, len(whole) - 1), len(whole) - 1):
            with RawServer(saying(answer(whole[:length], name, framing))) as server:
                configure(base_url=server.url, api_token=TOKEN)
                failed = run("list connections")
            assert "the answer was cut off (" in failed.message, (length, failed.message)
            assert server.connections == 2


def test_empty_body_of_a_coding_is_lost_unless_its_end_is_told(
    run: RunAction, configure: Configure
) -> None:
    for framing in FRAMINGS:
        with RawServer(saying(answer(b"", "gzip", framing))) as server:
            configure(base_url=server.url, api_token=TOKEN)
            message = run("delete connection", connection_id="remote:host:1:2").message
        assert ("the answer was cut off" in message) == (framing is to_the_end), message


def test_write_whose_coding_is_cut_is_in_doubt(run: RunAction, configure: Configure) -> None:
    body = gzip.compress(b'{"data": {}}')[:-4]
    with RawServer(saying(answer(body, "gzip", to_the_end))) as server:
        configure(base_url=server.url, api_token=TOKEN)
        failed = run("delete connection", connection_id="remote:host:1:2")

    assert "the answer was cut off (" in failed.message
    assert failed.message.endswith(DOUBT)
    assert server.connections == 1


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("coding", CODINGS)
def test_error_whose_coding_is_cut_shows_no_half_of_a_secret(
    run: RunAction, configure: Configure, coding: str, framing: Callable[[bytes], bytes]
) -> None:
    name, coded = CODINGS[coding]
    body = coded(b'{"text": "token-for-these-tests"}')[:-9]
    with RawServer(saying(answer(body, name, framing, b"400 Bad"))) as server:
        configure(base_url=server.url, api_token=TOKEN)
        failed = run("list connections")

    start = f"Tanium answered HTTP 400 to GET {CONNECTIONS}: (its explanation is incomplete)."
    assert failed.message.startswith(start)


@pytest.mark.parametrize("coding", CODINGS)
def test_body_that_is_not_in_its_coding(run: RunAction, configure: Configure, coding: str) -> None:
    name, coded = CODINGS[coding]
    spoiled = bytearray(coded(ROWS))
    spoiled[40:60] = b"\xff" * 20
    for body in (b"[1, 2, 3]" * 20, bytes(spoiled)):
        with RawServer(saying(answer(body, name, with_length))) as server:
            configure(base_url=server.url, api_token=TOKEN)
            failed = run("list connections")
        assert failed.message.startswith(f"No answer from {server.url} to GET {CONNECTIONS}: ")
        assert "unexpected error" not in failed.message


def test_second_member_that_is_spoiled_is_no_padding(run: RunAction, configure: Configure) -> None:
    body = gzip.compress(b"[") + gzip.compress(b"]")[:-3] + b"???"
    with RawServer(saying(answer(body, "gzip", with_length))) as server:
        configure(base_url=server.url, api_token=TOKEN)
        assert not run("list connections").ok


def test_large_body_that_is_packed_well_arrives_whole(run: RunAction, configure: Configure) -> None:
    """More comes out of the last piece than one look at it gives."""
    for coding, (name, coded) in CODINGS.items():
        content = b"x" * 3_000_001
        with RawServer(saying(answer(coded(content), name, chunked))) as server:
            configure(base_url=server.url, api_token=TOKEN)
            result = run("get file", file_id="some-id")
        assert result.ok, (coding, result.message)
        assert result.rows[0]["size"] == len(content), coding
