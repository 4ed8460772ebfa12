# File: evidence.py
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
"""The archives to download: content like a program's, encrypted by Debian's zip where it is
installed.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dev.bench.measure import MB
from dev.simulator import archives


NAME = "implant.exe"


class Evidence(NamedTuple):
    """`content` is the file inside `archive`; `size` its bytes."""

    content: Path
    archive: Path
    size: int
    sha1: str


def make_evidence(folder: Path, size: int, compression: int = 6) -> Evidence:
    """A file of `size` bytes in an archive. `compression` 0 stores it, as Tanium does with what
    does not shrink.
    """
    folder.mkdir()
    content, archive = folder / NAME, folder / "evidence.zip"
    digest = hashlib.sha1(usedforsecurity=False)
    with content.open("wb") as file:
        for piece in like_a_program(size):
            file.write(piece)
            digest.update(piece)
    zip_program = shutil.which("zip")
    if zip_program:
        command = [
            zip_program,
            "-q",
            f"-{compression}",
            "-P",
            archives.PASSWORD.decode(),
            archive.name,
            content.name,
        ]
        subprocess.run(command, cwd=folder, check=True)
    else:
        with archive.open("wb") as target:
            archives.write_archive(target, [archives.Member(NAME, like_a_program(size))])
    return Evidence(content, archive, size, digest.hexdigest())


def like_a_program(size: int) -> Iterator[bytes]:
    """Pieces of a quarter of a megabyte: half of them noise, half machine code that deflate shrinks
    to about three quarters.
    """
    chance = random.Random(7)
    instructions = [chance.randbytes(chance.randrange(3, 40)) for _ in range(4000)]
    for number in range(-(-size // (MB // 4))):
        length = min(MB // 4, size - number * MB // 4)
        if number % 2:
            yield b"".join(chance.choices(instructions, k=MB // 40)).ljust(length, b"\0")[:length]
        else:
            yield chance.randbytes(length)
