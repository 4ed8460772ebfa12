# File: ingest.py
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
"""send records over a million records beside gzip and curl, to the same endpoint that discards: the
time, and the app's peak memory.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Callable

from phantom import vault

from dev.bench.measure import MB, Line, peak_memory, seconds, shown
from dev.simulator import seed
from dev.soar import LocalSoar


ROUNDS = 2
RECORDS, SIZE = 1_000_000, 500
PIECE = 50_000_000  # bytes of one of the floor's requests, uncompressed
LEVEL = 6  # gzip's, as the app compresses
TARGETS = {"text": 0.8, "json": 0.4}  # of the floor's speed
MEMORY_LIMIT = 60 * MB


def measure(say: Callable[[str], None]) -> list[Line]:
    say(
        f"send records: {ROUNDS} rounds of {RECORDS:,} records of {SIZE} bytes, as text and as"
        " JSON, which needs 2 GB of disk"
    )
    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        _endpoint(Path(folder)) as (url, ca_file),
    ):
        return _Bench(Path(folder), url, ca_file).lines()


class _Bench:
    def __init__(self, folder: Path, url: str, ca_file: str) -> None:
        self._folder, self._url, self._ca_file = folder, url + seed.INGEST_PATH, ca_file
        self._soar = LocalSoar(folder / "soar")
        config = {
            "base_url": url,
            "api_token": seed.TOKEN,
            "ingest_url": self._url,
            "ingest_key": seed.INGEST_KEY,
        }
        self._soar.create_asset(
            "tanium", config, {"REQUESTS_CA_BUNDLE": ca_file, "no_proxy": "localhost"}
        )
        self._wrong: list[str] = []

    def lines(self) -> list[Line]:
        records = self._folder / "records.json"
        _write_records(records)
        pieces = list(_write_pieces(records))
        vault_id = self._into_vault(records)
        if not all(map(shutil.which, ("gzip", "curl"))):
            return [
                Line(f"send records, {RECORDS:,}", "", "", "not judged: needs gzip and curl", None),
                *self._memory(vault_id),
            ]
        taken: dict[str, list[float]] = {name: [] for name in ("floor", *TARGETS)}
        for _ in range(ROUNDS):
            taken["floor"].append(seconds(lambda: self._gzip_and_curl(pieces)))
            for form in TARGETS:
                taken[form].append(seconds(partial(self._send, vault_id, form)))
        floor = median(taken["floor"])
        lines = [self._speed(form, median(taken[form]), floor) for form in TARGETS]
        return [
            *lines,
            *self._memory(vault_id),
            Line(
                "send records: what it delivered",
                "; ".join(self._wrong) or "all",
                "",
                "all",
                not self._wrong,
            ),
        ]

    def _speed(self, form: str, app: float, floor: float) -> Line:
        target = TARGETS[form]
        name = f"send records, {RECORDS:,} as {form}: speed over gzip | curl"
        return Line(
            name,
            shown(app),
            shown(floor),
            f"{floor / app:.2f} of at least {target}",
            floor / app >= target,
        )

    def _gzip_and_curl(self, pieces: list[Path]) -> None:
        headers = [
            f"Authorization: Bearer {seed.INGEST_KEY}",
            "Content-Type: text/plain",
            "Content-Encoding: gzip",
        ]
        curl = [
            "curl",
            "-sS",
            "--fail",
            "--noproxy",
            "*",
            "--cacert",
            self._ca_file,
            "--data-binary",
            "@-",
            self._url,
        ]
        for header in headers:
            curl += ["-H", header]
        for piece in pieces:
            with subprocess.Popen(
                ["gzip", f"-{LEVEL}", "-c", str(piece)], stdout=subprocess.PIPE
            ) as gzip:
                subprocess.run(curl, stdin=gzip.stdout, check=True)

    def _send(self, vault_id: str, form: str) -> None:
        result = self._soar.run("send records", {"vault_id": vault_id, "format": form})
        self._check(
            result["result_data"][0]["data"][0]
            if result["status"] == "success"
            else result["message"]
        )

    def _memory(self, vault_id: str) -> Iterator[Line]:
        for form in TARGETS:
            name = f"send records, {RECORDS:,} as {form}: peak memory"
            parameters = {"vault_id": vault_id, "format": form}
            yield peak_memory(
                name,
                MEMORY_LIMIT,
                self._soar.installation.home,
                "send records",
                parameters,
                self._wrong,
            )

    def _check(self, row: Any) -> None:
        wanted = {
            "records": RECORDS,
            "bytes": RECORDS * SIZE,
            "refused": 0,
            "set_aside": 0,
            "undelivered": 0,
        }
        if not (
            isinstance(row, dict) and all(row[name] == value for name, value in wanted.items())
        ):
            self._wrong.append(str(row))

    def _into_vault(self, path: Path) -> str:
        with self._soar.active():
            moved = Path(vault.Vault.get_vault_tmp_dir()) / path.name
            shutil.move(path, moved)
            return str(
                vault.vault_add(container=1, file_location=str(moved), file_name=path.name)[2]
            )


@contextmanager
def _endpoint(folder: Path) -> Iterator[tuple[str, str]]:
    """Address and authority of the endpoint that discards, in a process of its own."""
    command = [sys.executable, "-m", "dev.bench.discard", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        url, ca_file = (process.stdout.readline().strip() for _ in range(2))
        yield url, ca_file
        process.stdin.close()


def _write_records(path: Path) -> None:
    """JSON objects like a process event's, one on every line of SIZE bytes; a hash and an id in
    each do not shrink.
    """
    chance = random.Random(7)
    words = [
        "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randrange(3, 11)))
        for _ in range(3000)
    ]
    hosts, users = [f"ws-{word}-{chance.randrange(100)}" for word in words[:500]], words[500:700]
    programs = [
        f"C:\\\\Program Files\\\\{first}\\\\{second}.exe"
        for first, second in zip(words[700:900], words[900:1100])
    ]
    with path.open("w", encoding="ascii") as file:
        for number in range(RECORDS):
            day, hour = number // 40_000 % 28 + 1, number // 1800 % 24
            minute, second = number // 30 % 60, number * 2 % 60
            start = (
                f'{{"id":{number}'
                f',"time":"2026-11-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.000Z"'
                f',"host":"{chance.choice(hosts)}"'
                f',"user":"CORP\\\\{chance.choice(users)}"'
                f',"pid":{chance.randrange(65536)}'
                f',"path":"{chance.choice(programs)}"'
                f',"sha256":"{chance.getrandbits(256):064x}"'
                ',"event":"process started","command_line":"'
            )
            arguments = " ".join(chance.choices(words, k=60))
            file.write(f'{start}{arguments[: SIZE - len(start) - 3]}"}}\n')


def _write_pieces(path: Path) -> Iterator[Path]:
    per_piece = PIECE // SIZE
    with path.open("rb") as file:
        while lines := list(islice(file, per_piece)):
            piece = path.with_name(f"piece-{file.tell() // PIECE}")
            piece.write_bytes(b"".join(lines))
            yield piece
