# File: get_file.py
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
"""get file beside curl and unzip: the time for 64 MB, the peak memory at 64 MB and at 1 GB, and
what the vault then holds.
"""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Callable

from phantom import vault

from dev.bench.evidence import NAME, Evidence, make_evidence
from dev.bench.measure import MB, Line, at_most, in_turn, peak_memory, seconds
from dev.simulator import archives, seed
from dev.simulator.process import SimulatorProcess
from dev.simulator.routes.request import THREAT_RESPONSE
from dev.simulator.server import SimulatorServer
from dev.soar import LocalSoar


ROUNDS = 5
SIZE, LARGE = 64 * MB, 1024 * MB
SIZE_WITHOUT_ZIP = 8 * MB  # the simulator's own writer encrypts about a megabyte a second
FACTOR, MEMORY_LIMIT = 1.1, 80 * MB


def measure(say: Callable[[str], None]) -> list[Line]:
    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        SimulatorProcess() as simulator,
    ):
        return _Bench(Path(folder), simulator, say).lines()


class _Bench:
    def __init__(
        self, folder: Path, simulator: SimulatorProcess, say: Callable[[str], None]
    ) -> None:
        self._folder, self._simulator, self._say = folder, simulator, say
        self._soar = LocalSoar(folder / "soar")
        self._soar.create_asset(
            "tanium", {"base_url": simulator.url, "api_token": seed.TOKEN}, simulator.environment
        )
        self._wrong: list[str] = []

    def lines(self) -> list[Line]:
        has_zip = shutil.which("zip") is not None
        size = SIZE if has_zip else SIZE_WITHOUT_ZIP
        self._say(
            f"get file: {ROUNDS} rounds of {size // MB} MB"
            + ("" if has_zip else " (no zip here: not 64 MB)")
        )
        evidence = make_evidence(self._folder / "evidence", size)
        file_id = self._simulator.ask(_add_file, str(evidence.archive))
        lines = [self._time(evidence, file_id), self._peak_memory(evidence, file_id)]
        if has_zip:
            self._say("get file: once 1 GB, which needs 4 GB of disk")
            large = make_evidence(self._folder / "large", LARGE, compression=0)
            lines.append(
                self._peak_memory(large, self._simulator.ask(_add_file, str(large.archive)))
            )
        else:
            lines.append(
                Line(
                    f"get file, {LARGE // MB} MB: peak memory",
                    "",
                    "",
                    "not measured: needs zip",
                    None,
                )
            )
        wrong = "; ".join(self._wrong) or "right"
        return [
            *lines,
            Line("get file: name, bytes, sha1; nothing left", wrong, "", "right", not self._wrong),
        ]

    def _time(self, evidence: Evidence, file_id: str) -> Line:
        name = f"get file, {evidence.size // MB} MB, over curl and unzip -P"
        missing = [program for program in ("curl", "unzip") if not shutil.which(program)]

        def app() -> float:
            started = time.perf_counter()
            result = self._soar.run("get file", {"file_id": file_id})
            elapsed = time.perf_counter() - started
            if result["status"] != "success":
                self._wrong.append(result["message"])
            self._check_vault(evidence)
            return elapsed

        app()  # loads the app's modules and finds out that the token is good
        if missing:
            return Line(
                name, f"{app():.2f} s", "", f"not judged: needs {' and '.join(missing)}", None
            )
        return at_most(name, FACTOR, in_turn(ROUNDS, app, lambda: self._curl_and_unzip(file_id)))

    def _curl_and_unzip(self, file_id: str) -> float:
        folder = self._folder / "floor"
        folder.mkdir()
        trust = ["--noproxy", "*", "--cacert", self._simulator.ca_file]
        url = f"{self._simulator.url}{THREAT_RESPONSE}/filedownload/data/{file_id}"
        curl = [
            "curl",
            "-sS",
            "--fail",
            *trust,
            "-H",
            f"session: {seed.TOKEN}",
            "-o",
            "archive.zip",
            url,
        ]
        unzip = ["unzip", "-q", "-P", archives.PASSWORD.decode(), "archive.zip"]
        try:
            return seconds(
                lambda: [
                    subprocess.run(command, cwd=folder, check=True) for command in (curl, unzip)
                ]
            )
        finally:
            shutil.rmtree(folder)

    def _peak_memory(self, evidence: Evidence, file_id: str) -> Line:
        name = f"get file, {evidence.size // MB} MB: peak memory"
        line = peak_memory(
            name,
            MEMORY_LIMIT,
            self._soar.installation.home,
            "get file",
            {"file_id": file_id},
            self._wrong,
        )
        if line.met is not None:
            self._check_vault(evidence)
        return line

    def _check_vault(self, evidence: Evidence) -> None:
        """Compare what is in the vault now, and empty it for the next round."""
        with self._soar.active():
            temporary = vault.Vault.get_vault_tmp_dir()
            items = self._soar.vault_items()
            if len(items) != 1:
                self._wrong.append(f"{len(items)} files in the vault")
            elif (items[0]["name"], items[0]["vault_id"]) != (NAME, evidence.sha1):
                self._wrong.append(
                    f"{items[0]['name']} {items[0]['vault_id']} is not {NAME} {evidence.sha1}"
                )
            elif not filecmp.cmp(items[0]["path"], evidence.content, shallow=False):
                self._wrong.append("other bytes than on the server")
            self._wrong += [f"left over: {path.name}" for path in Path(temporary).iterdir()]
            for item in items:
                vault.vault_delete(vault_id=item["vault_id"])


def _add_file(server: SimulatorServer, archive: str) -> str:
    return server.state.files.add(f"C:\\Users\\Public\\{NAME}", body=Path(archive))
