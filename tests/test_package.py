# File: test_package.py
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
"""The package holds what SOAR needs and nothing else, and the verification notices when it does
not.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Callable, NamedTuple

import pytest

from dev.environments import ROOT
from dev.manifest import Wheel, declared_actions, generated, locked_wheels
from dev.package import SHIPPED, TOP, PackageError, build, fetch, release_time, verify


CONTENT = b"stands for a wheel, so that the tests need no package index"
WHEELS = [wheel._replace(sha256=hashlib.sha256(CONTENT).hexdigest()) for wheel in locked_wheels()]
TIME = 1_790_000_000  # seconds since 1970, of what the package holds
Members = list[tuple[tarfile.TarInfo, bytes]]


class Built(NamedTuple):
    package: Path
    wheel_folder: Path
    wanted: dict[str, str]  # the generated files
    members: Members


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("package")
    for wheel in WHEELS:
        (folder / wheel.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / wheel.path).write_bytes(CONTENT)
    package = folder / "app.tgz"
    build(package, WHEELS, folder, TIME)
    with tarfile.open(package) as archive:
        files = [(member, archive.extractfile(member)) for member in archive]
        members = [(member, file.read() if file else b"") for member, file in files]
    return Built(package, folder, generated(), members)


def test_package_of_the_working_tree_passes(built: Built) -> None:
    verified = " ".join(verify(built.package, WHEELS, built.wanted))

    assert f"{len(declared_actions())} actions" in verified
    assert f"{len(WHEELS)} wheel with the locked hash" in verified
    assert "Python files compile on Python 3." in verified


def test_package_is_the_same_bytes_again(built: Built, tmp_path: Path) -> None:
    build(tmp_path / "again.tgz", WHEELS, built.wheel_folder, TIME)

    assert (tmp_path / "again.tgz").read_bytes() == built.package.read_bytes()


def test_release_over_another_runs_its_own_code(built: Built, tmp_path: Path) -> None:
    """Python takes a compiled file for current when time and size of its source are the same."""
    sources, installed = tmp_path / "sources", tmp_path / "installed"
    _copy_sources(sources)
    seen = []
    for version, seconds in (("1.0.0", TIME), ("1.0.1", TIME + 60)):
        (sources / "tanium_tr_consts.py").write_text(f'APP_VERSION = "{version}"\n')
        build(tmp_path / "app.tgz", WHEELS, built.wheel_folder, seconds, sources)
        with tarfile.open(tmp_path / "app.tgz") as archive:
            archive.extractall(installed, filter="data")
        seen.append(_version_that_runs(installed / TOP))

    assert seen == ["1.0.0", "1.0.1"]


def _version_that_runs(folder: Path) -> str:
    code = "import tanium_tr_consts; print(tanium_tr_consts.APP_VERSION)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=True)
    assert list(folder.glob("__pycache__/*.pyc"))
    return done.stdout.strip()


def _copy_sources(folder: Path) -> None:
    for pattern in SHIPPED:
        for path in ROOT.glob(pattern):
            (folder / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
            (folder / path.relative_to(ROOT)).write_bytes(path.read_bytes())


def test_time_of_a_release_is_that_of_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{TIME} +0000")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    (tmp_path / "x").write_text("1")
    for command in ("init -q", "add x", "-c user.name=x -c user.email=x@x commit -q -m x"):
        subprocess.run(["git", *command.split()], cwd=tmp_path, check=True)

    assert release_time(tmp_path) == TIME

    (tmp_path / "x").write_text("2")
    assert release_time(tmp_path) > TIME

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert release_time(tmp_path) == 1


def _file(name: str, content: bytes = b"", mode: int = 0o644) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), mode
    return info, content


def _link(kind: bytes) -> tuple[tarfile.TarInfo, bytes]:
    info, _ = _file(f"{TOP}/link.py")
    info.type, info.linkname = kind, f"{TOP}/__init__.py"
    return info, b""


def _adding(member: tuple[tarfile.TarInfo, bytes]) -> Callable[[Members], Members]:
    return lambda members: [*members, member]


def _without(name: str) -> Callable[[Members], Members]:
    return lambda members: [member for member in members if not member[0].name.endswith(name)]


def _replacing(name: str, content: bytes) -> Callable[[Members], Members]:
    return lambda members: [
        _file(info.name, content) if info.name.endswith(name) else (info, old)
        for info, old in members
    ]


TAMPERINGS = {
    "a symbolic link": (
        _adding(_link(tarfile.SYMTYPE)),
        "link.py is neither a file nor a directory",
    ),
    "a hard link": (_adding(_link(tarfile.LNKTYPE)), "link.py is neither a file nor a directory"),
    "a test": (_adding(_file(f"{TOP}/tests/test_x.py")), "tests/test_x.py belongs to development"),
    "a development file": (
        _adding(_file(f"{TOP}/dev/package.py")),
        "dev/package.py belongs to development",
    ),
    "a hidden file": (_adding(_file(f"{TOP}/.env")), ".env belongs to development"),
    "a second top directory": (
        _adding(_file("other/x.py")),
        "other/x.py stands outside the one top directory",
    ),
    "an absolute name": (_adding(_file("/etc/x.py")), "/etc/x.py leaves the package"),
    "a name that climbs": (_adding(_file(f"{TOP}/../x.py")), "x.py leaves the package"),
    "a file that anybody may write": (
        _adding(_file(f"{TOP}/x.py", mode=0o666)),
        "x.py is writable by others",
    ),
    "a file twice": (_adding(_file(f"{TOP}/LICENSE")), "LICENSE is there twice"),
    "a second JSON file": (_adding(_file(f"{TOP}/x.json")), "2 JSON files"),
    "an older manifest": (
        _replacing("/tanium_tr.json", b"{}"),
        "tanium_tr.json in the package differ",
    ),
    "an older README": (_replacing(f"{TOP}/README.md", b""), "README.md in the package differ"),
    "no main module": (
        _without("tanium_tr_connector.py"),
        "names tanium_tr_connector.py, which is not in the package",
    ),
    "another wheel": (_replacing(WHEELS[0].path, b"x"), "has not the locked hash"),
    "a wheel too few": (_without(WHEELS[0].path), f"{WHEELS[0].path} is not in the package"),
    "a wheel too many": (
        _adding(_file(f"{TOP}/wheels/x.whl")),
        "x.whl is not in the manifest",
    ),
    "a file that does not compile": (_adding(_file(f"{TOP}/x.py", b"def x(:\n")), "x.py"),
    "a file that compiles with a warning": (
        _adding(_file(f"{TOP}/x.py", b"x = '\\d'\n")),
        "Not every file compiles",
    ),
}


@pytest.mark.parametrize(("tampering", "sentence"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_verification_refuses(
    built: Built, tmp_path: Path, tampering: Callable[[Members], Members], sentence: str
) -> None:
    with tarfile.open(tmp_path / "app.tgz", "w:gz", compresslevel=0) as archive:
        for info, content in tampering(built.members):
            archive.addfile(info, io.BytesIO(content))

    with pytest.raises(PackageError) as refusal:
        verify(tmp_path / "app.tgz", WHEELS, built.wanted)

    assert sentence in str(refusal.value)


def test_verification_refuses_what_is_no_archive(built: Built, tmp_path: Path) -> None:
    (tmp_path / "app.tgz").write_bytes(b"no archive")

    with pytest.raises(PackageError, match="cannot be read"):
        verify(tmp_path / "app.tgz", WHEELS, built.wanted)


def test_link_in_the_sources_is_refused(built: Built, tmp_path: Path) -> None:
    _copy_sources(tmp_path)
    (tmp_path / "tanium_tr" / "linked.py").symlink_to(ROOT / "tanium_tr" / "__init__.py")
    build(tmp_path / "app.tgz", WHEELS, built.wheel_folder, TIME, tmp_path)

    with pytest.raises(
        PackageError, match=r"tanium_tr/linked\.py is neither a file nor a directory"
    ):
        verify(tmp_path / "app.tgz", WHEELS, built.wanted)


def test_missing_part_is_named(built: Built, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"The package needs __init__\.py"):
        build(tmp_path / "app.tgz", WHEELS, built.wheel_folder, TIME, tmp_path)


def test_fetch_takes_what_is_there(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    fetch(WHEELS, built.wheel_folder)


def test_fetch_without_an_index_says_where_the_file_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    wheel = Wheel(locked_wheels()[0].path, "0" * 64)

    with pytest.raises(PackageError, match=f"put the file into {tmp_path}/wheels yourself"):
        fetch([wheel], tmp_path)


def test_what_is_neither_shipped_nor_excluded() -> None:
    """Splunk's packager takes all but hidden files and the names in exclude_files.txt."""
    excluded = (ROOT / "exclude_files.txt").read_text(encoding="utf-8").split()
    shipped = {
        path.relative_to(ROOT).parts[0] for pattern in SHIPPED for path in ROOT.glob(pattern)
    } | {"wheels"}

    assert not [
        path.name
        for path in ROOT.iterdir()
        if path.name not in {*excluded, *shipped} and not path.name.startswith(".")
    ]
