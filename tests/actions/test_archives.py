# File: test_archives.py
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
"""Archives that want to do harm, and decryption without the fast module: whatever comes, nothing is
written but the files in the vault.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import stat
import struct
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import phantom.rules as phantom_rules
import pytest
from hypothesis import given, settings, strategies as st

from dev.simulator import seed
from dev.simulator.archives import Member, archive, write_archive
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.archive import extract, file_name
from tanium_tr.errors import TaniumError
from tanium_tr.soar.platform import SoarPlatform
from tanium_tr.tanium.files import Download, Files
from tests.actions.conftest import Untouched
from tests.conftest import Run, RunAction, eventually, run_on


CONTENT = b"harmless content of a file, long enough for a few blocks of deflate\n" * 200
GOOD = archive("dropper.exe", CONTENT)


def of(*members: Member, password: bytes = b"infected") -> bytes:
    target = io.BytesIO()
    write_archive(target, members, password)
    return target.getvalue()


def plain(name: str = "a.txt", content: bytes = CONTENT, method: int = zipfile.ZIP_STORED) -> bytes:
    """A plain archive by Python's own writer."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as opened:
        opened.writestr(name, content)
    return target.getvalue()


def patched(body: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    """The archive with other bytes in the first header of a kind."""
    at = body.index(signature) + offset
    return body[:at] + value + body[at + len(value) :]


def flipped(position: int) -> bytes:
    return GOOD[:position] + bytes([GOOD[position] ^ 0xFF]) + GOOD[position + 1 :]


LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
UNCOMPRESSED_SIZE = 24  # in a central header

REFUSED = {
    "no member": (of(), "contains no file"),
    "directory only": (of(Member("evidence/", [])), "contains no file"),
    "symbolic link": (
        of(Member("good.txt", [b"good"]), Member("link", [b"/etc/passwd"], stat.S_IFLNK | 0o777)),
        "contains a symbolic link ('link')",
    ),
    "device": (of(Member("null", [], stat.S_IFCHR | 0o666)), "contains a special file ('null')"),
    "directory without slash": (
        of(Member("evidence", [], stat.S_IFDIR | 0o755)),
        "contains a special file",
    ),
    "wrong password": (of(Member("a.txt", [CONTENT]), password=b"virus"), "a different password"),
    "flipped in the content": (flipped(len(GOOD) // 2), "is damaged"),
    "cut in the middle": (GOOD[: len(GOOD) // 2], "is damaged"),
    "cut at the end": (GOOD[:-5], "is damaged"),
    "end only": (END + b"\x00" * 10, "is damaged"),
    "offset of the directory beyond the file": (
        patched(GOOD, END, 16, b"\xff\xff\xff\x7f"),
        "is damaged",
    ),
    "offset of the member beyond the file": (
        patched(GOOD, CENTRAL, 42, b"\xff\xff\xff\x7f"),
        "is damaged",
    ),
    "declared smaller than it is": (
        patched(GOOD, CENTRAL, UNCOMPRESSED_SIZE, struct.pack("<L", 100)),
        "is damaged",
    ),
    "declared larger than allowed": (
        patched(GOOD, CENTRAL, UNCOMPRESSED_SIZE, struct.pack("<L", 0x7FFFFFFF)),
        "max_file_size",
    ),
    "bzip2": (plain(method=zipfile.ZIP_BZIP2), "cannot read (compression method 12)"),
    "lzma": (plain(method=zipfile.ZIP_LZMA), "cannot read (compression method 14)"),
    "AES": (
        patched(patched(GOOD, CENTRAL, 10, b"\x63\x00"), LOCAL, 8, b"\x63\x00"),
        "cannot read (compression method 99)",
    ),
    "newer format": (patched(GOOD, CENTRAL, 6, b"\xff\x00"), "cannot read"),
    "name that is no text": (patched(GOOD, CENTRAL, 46, b"\xff\xfe"), "is damaged"),
}


@pytest.fixture
def get(tanium: SimulatorServer, soar: LocalSoar) -> Any:
    """`get(body)` runs get file on a file whose download is `body`; files of up to 1 MB are
    allowed.
    """
    soar.update_asset(
        "tanium", {"base_url": tanium.url, "api_token": seed.TOKEN, "max_file_size": 1}
    )

    def get_file(body: bytes | Path) -> Run:
        return run_on(soar, "get file", file_id=tanium.state.files.add("", body=body))

    return get_file


@pytest.mark.parametrize("name", REFUSED)
def test_get_file_refuses_archive(get: Any, untouched: Untouched, name: str) -> None:
    body, message = REFUSED[name]

    failed = get(body)

    assert not failed.ok
    assert message in failed.message
    assert "does not expect" not in failed.message
    assert failed.rows == []
    assert untouched()


@pytest.mark.parametrize(
    ("name", "lands_as"),
    [
        ("../../../../tmp/escaped.txt", "escaped.txt"),
        ("/etc/cron.d/escaped", "escaped"),
        ("C:\\Windows\\System32\\escaped.dll", "escaped.dll"),
        ("..\\..\\escaped.dll", "escaped.dll"),
        ("C:escaped.dll", "escaped.dll"),
        ("\\\\server\\share\\escaped.dll", "escaped.dll"),
        ("C:\\Users\\Jürgen\\Übersicht 例え.txt", "Übersicht 例え.txt"),
        ("..", "member-0"),
        ("a/..", "member-0"),
        ("a/.. ", "member-0"),
        ("C:..", "member-0"),
        (".", "member-0"),
        ("C:", "member-0"),
        ("line\nbreak\x1b[31m.txt", "line_break_[31m.txt"),
        (".bashrc", ".bashrc"),
        ("a/b/c/" + "n" * 300, "n" * 300),
    ],
)
def test_get_file_name_of_a_member_is_never_a_path(
    get: Any, soar: LocalSoar, tmp_path: Path, name: str, lands_as: str
) -> None:
    got = get(of(Member(name, [CONTENT])))

    assert got.ok, got.message
    (row,) = got.rows
    assert row["name"] == row["file_name"] == lands_as
    assert Path(row["path"]).read_bytes() == CONTENT
    assert Path(row["path"]).name == row["vault_id"]
    assert not list(soar.installation.folder("vault", "tmp").iterdir())
    assert not [path for path in tmp_path.rglob("*") if "escaped" in path.name]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_get_file_reads_plain_archives_too(get: Any, method: int) -> None:
    got = get(plain("a/b.txt", method=method))

    assert [(row["name"], row["size"]) for row in got.rows] == [("b.txt", len(CONTENT))]


def test_get_file_skips_directories_beside_files(get: Any) -> None:
    got = get(of(Member("evidence/", []), Member("evidence/a.txt", [CONTENT])))

    assert [row["name"] for row in got.rows] == ["a.txt"]


def test_get_file_refuses_a_bomb(get: Any, untouched: Untouched) -> None:
    """5 MB in a few kilobytes, where 1 MB is allowed."""
    failed = get(of(Member("bomb", [b"\0" * (5 << 20)])))

    assert not failed.ok
    assert (
        "The archive from Tanium has 5242880 bytes or more; max_file_size in the asset allows"
        " 1048576." in failed.message
    )
    assert untouched()


def test_get_file_refuses_a_bomb_that_lies_about_its_size(get: Any, untouched: Untouched) -> None:
    bomb = of(Member("bomb", [b"\0" * (5 << 20)]))

    failed = get(patched(bomb, CENTRAL, UNCOMPRESSED_SIZE, struct.pack("<L", 10)))

    assert not failed.ok
    assert untouched()


def test_get_file_bounds_all_members_together(get: Any, untouched: Untouched) -> None:
    failed = get(of(*(Member(f"part-{number}", [b"\0" * (400 << 10)]) for number in range(3))))

    assert not failed.ok
    assert "max_file_size" in failed.message
    assert untouched()


def test_get_file_failing_at_the_last_member_leaves_nothing(get: Any, untouched: Untouched) -> None:
    body = of(Member("good.txt", [CONTENT]), Member("bad.txt", [CONTENT]))
    at = body.rindex(LOCAL) + 60

    failed = get(body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :])

    assert not failed.ok
    assert untouched()


@pytest.mark.parametrize("kind", ["cut_off", "reset_after"])
def test_get_file_from_a_connection_that_breaks_leaves_nothing(
    tanium: SimulatorServer, run: RunAction, untouched: Untouched, kind: str
) -> None:
    file_id = tanium.state.files.add("C:\\x.exe", random.Random(1).randbytes(300_000))
    tanium.faults.add(Fault(kind, path_contains="/filedownload/data/", times=None))

    failed = run("get file", file_id=file_id)

    assert not failed.ok
    assert "does not expect" not in failed.message
    assert untouched()


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_extract_of_damaged_archives_gives_the_content_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    body = bytearray(GOOD)
    headers = [*range(60), *range(len(GOOD) - 110, len(GOOD))]
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.sampled_from(headers) | st.integers(0, len(GOOD) - 1))
        body[position] = data.draw(st.sampled_from([0, 0x7F, 0xFF]) | st.integers(0, 255))
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "download").write_bytes(body)

    try:
        extracted = list(extract(folder / "download", folder, 1 << 20, lambda _: None))
    except TaniumError:
        return
    assert [file.path.read_bytes() for file in extracted] == [CONTENT]
    assert all(file.path.parent == folder for file in extracted)


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab.:/\\ \x00\n\x7fÜ") | st.characters(), max_size=20))
def test_file_name_is_one_part_of_a_path(path: str) -> None:
    name = file_name(path)

    assert name not in (".", "..")
    assert not set(name) & set("/\\\x00\n\r\x7f")


class Broken:
    """A decrypter that does not do what zipfile expects."""

    def __init__(self, *_: object) -> None:
        raise RuntimeError("no decrypter for this Python")


@pytest.mark.usefixtures("standard_zip")
@pytest.mark.parametrize("trouble", ["missing", "fails in its patch", "raises at import"])
def test_get_file_without_fast_decryption(
    get: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trouble: str
) -> None:
    """On Python 3.9 a failing patch raises on its way back and leaves zipfile half patched."""
    before: Any = (zipfile.ZipExtFile, zipfile._ZipDecrypter)  # type: ignore[attr-defined]
    if trouble == "missing":
        monkeypatch.setitem(sys.modules, "fast_zip_decryption", None)
    elif trouble == "raises at import":
        monkeypatch.delitem(sys.modules, "fast_zip_decryption", raising=False)
        (tmp_path / "fast_zip_decryption.py").write_text(
            "import zipfile\nzipfile.ZipExtFile = zipfile._ZipDecrypter = None\nraise"
            " OSError('wrong architecture')\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
    else:
        monkeypatch.delitem(sys.modules, "fast_zip_decryption", raising=False)
        monkeypatch.setattr("_zipdecrypter.StandardZipDecrypter", Broken)

    got = get(GOOD)

    assert got.ok, got.message
    assert Path(got.rows[0]["path"]).read_bytes() == CONTENT
    assert (zipfile.ZipExtFile, zipfile._ZipDecrypter) == before  # type: ignore[attr-defined]
    monkeypatch.delitem(sys.modules, "fast_zip_decryption", raising=False)


@pytest.mark.usefixtures("standard_zip")
@pytest.mark.parametrize("is_large", [False, True])
def test_get_file_without_fast_decryption_says_how_long_it_takes(
    get: Any, monkeypatch: pytest.MonkeyPatch, is_large: bool
) -> None:
    monkeypatch.setitem(sys.modules, "fast_zip_decryption", None)
    monkeypatch.setattr("tanium_tr.archive.SLOW_SIZE", 100 if is_large else 20 << 20)

    got = get(GOOD)

    assert got.ok
    assert [line for line in got.progress if "Decrypting with Python's standard library" in line]
    assert bool([line for line in got.progress if "takes about 1 minutes" in line]) == is_large


@pytest.mark.usefixtures("standard_zip")
def test_get_file_with_fast_decryption_promises_no_delay(
    get: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "fast_zip_decryption", raising=False)
    monkeypatch.setattr("tanium_tr.archive.SLOW_SIZE", 100)

    got = get(GOOD)

    assert got.ok
    assert not [line for line in got.progress if "Decrypting" in line]
    assert zipfile._ZipDecrypter.__module__ != "zipfile"  # type: ignore[attr-defined]
    monkeypatch.delitem(sys.modules, "fast_zip_decryption")


# Many files, and the vault

ROWS_IN_THE_VAULT = 3


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vault that is full after a few files."""
    taken: list[str] = []
    add = phantom_rules.vault_add

    def vault_add(**given: Any) -> tuple[bool, str, str | None]:
        if len(taken) == ROWS_IN_THE_VAULT:
            return False, "No space left on device", None
        taken.append(given["file_name"])
        return add(**given)

    monkeypatch.setattr(phantom_rules, "vault_add", vault_add)


def many(count: int) -> bytes:
    """An archive of files with one content."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as opened:
        for number in range(count):
            opened.writestr(f"{number}.txt", b"the same")
    return target.getvalue()


@pytest.mark.usefixtures("refusing")
def test_rows_of_what_is_in_the_vault_are_in_the_failed_result(get: Any, soar: LocalSoar) -> None:
    got = get(many(5))

    assert not got.ok
    assert got.message == (
        "SOAR did not add '3.txt' to the vault: No space left on device. In the vault: 3 of 5"
        " files."
    )
    assert [row["name"] for row in got.rows] == ["0.txt", "1.txt", "2.txt"]
    assert [row["vault_id"] for row in got.rows] == [
        item["vault_id"] for item in soar.vault_items()
    ]


@pytest.mark.usefixtures("refusing")
def test_collect_file_has_the_rows_of_what_is_in_the_vault(
    run: RunAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(_files: Files, _file_id: str) -> Download:
        return Download("", None, iter([many(5)]))

    monkeypatch.setattr(Files, "download_file", download)

    got = run(
        "collect file",
        destination=seed.FINANCE.hostname,
        destination_type="hostname",
        file_path=seed.ENDPOINT_FILES[seed.FINANCE.platform][0].path,
    )

    assert not got.ok
    assert "In the vault: 3 of 5 files." in got.message
    assert [row["name"] for row in got.rows] == ["0.txt", "1.txt", "2.txt"]
    assert all(row["file_id"] and row["connection_id"] for row in got.rows)


def test_cancel_between_files_has_the_rows_of_what_is_in_the_vault(
    get: Any, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SoarPlatform, "is_cancelled", lambda _self: len(soar.vault_items()) >= 2)

    got = get(many(5))

    assert got.message == "Cancelled. In the vault: 2 of 5 files."
    assert [row["name"] for row in got.rows] == ["0.txt", "1.txt"]


def test_more_than_a_thousand_members_are_refused(get: Any, untouched: Untouched) -> None:
    got = get(many(1001))

    assert not got.ok
    assert got.message == (
        "The archive from Tanium contains 1001 files; the app puts at most 1000 into the vault."
    )
    assert untouched()


def test_file_is_looked_up_in_the_vault_by_its_name(
    get: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    info = phantom_rules.vault_info

    def vault_info(**given: Any) -> tuple[bool, str, tuple[dict[str, Any], ...]]:
        found = info(**given)
        read.append(len(found[2]))
        return found

    monkeypatch.setattr(phantom_rules, "vault_info", vault_info)

    got = get(many(50))

    assert [row["name"] for row in got.rows] == [f"{number}.txt" for number in range(50)]
    assert read == [1] * 50


DAY = 86400


def test_folder_of_a_run_that_was_killed_is_removed_by_the_next(
    get: Any, soar: LocalSoar, tanium: SimulatorServer
) -> None:
    parent = Path(soar.installation.folder("vault", "tmp"))
    (parent / "of another app").mkdir()
    tanium.faults.add(Fault("drip", path_contains="/filedownload/", seconds=1, times=1))
    file_id = tanium.state.files.add("C:\\evidence", body=GOOD)
    child = multiprocessing.get_context("fork").Process(
        target=run_on, args=(soar, "get file"), kwargs={"file_id": file_id}
    )
    child.start()
    assert eventually(lambda: any(parent.glob("*/download")))
    child.kill()
    child.join()
    (left,) = [folder.parent for folder in parent.glob("*/download")]

    assert get(GOOD).ok
    assert left.exists()  # its run could still be under way
    for folder in parent.iterdir():
        os.utime(folder, (time.time() - 1.01 * DAY,) * 2)

    assert get(GOOD).ok
    assert [folder.name for folder in parent.iterdir()] == ["of another app"]
