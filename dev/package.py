# File: package.py
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
"""`make package`: builds the installable dist/phantom_tanium_tr-<version>.tgz from an allow-list,
then reads it back and verifies it.

One Python makes the same bytes from the same commit: sorted names, the commit's time, one owner,
fixed modes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path, PurePosixPath
from typing import Any

from tanium_tr.words import counted

from .environments import ROOT, interpreters, untried
from .manifest import IDENTITY, MANIFEST, README, Wheel, generated, locked_wheels
from .manifest_rules import problems


TOP = IDENTITY["package_name"]
SHIPPED = (
    *(
        "__init__.py",
        "LICENSE",
        "NOTICE",
        README,
        MANIFEST,
        IDENTITY["logo"],
        IDENTITY["logo_dark"],
    ),
    *("tanium_tr_*.py", "tanium_tr/**/*.py", "views/*.html", "release_notes/*.md"),
    *("docs/*.md", "docs/widgets/*.png"),
)
NEVER_SHIPPED = ("dev", "tests")
BUILD = ROOT / "build"


class PackageError(Exception):
    """Says in sentences what is wrong with the package or its parts."""


def fetch(wheels: list[Wheel], folder: Path) -> None:
    """Have every wheel below `folder` at its path, from there or from the package index, with the
    locked hash.
    """
    for wheel in wheels:
        path = folder / wheel.path
        if not (path.exists() and _sha256(path.read_bytes()) == wheel.sha256):
            _download(wheel, path)


def _download(wheel: Wheel, path: Path) -> None:
    name, version, python, abi, platforms = path.stem.split("-")
    path.parent.mkdir(parents=True, exist_ok=True)
    requirements = path.parent / "requirements.txt"
    requirements.write_text(f"{name}=={version} --hash=sha256:{wheel.sha256}\n", encoding="ascii")
    command = [
        sys.executable,
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "download",
        "--no-deps",
        "--require-hashes",
    ]
    command += [
        "--only-binary=:all:",
        "--implementation",
        python[:2],
        "--python-version",
        python[2:],
        "--abi",
        abi,
        "--platform",
        platforms.split(".")[-1],
    ]
    done = subprocess.run(
        [*command, "--dest", str(path.parent), "--requirement", str(requirements)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not path.exists():
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise PackageError(
            f"pip could not fetch {path.name}: {reason}. Without a package index, put the file into"
            f" {path.parent} yourself."
        )


def release_time(root: Path = ROOT) -> int:
    """The time of every file in the package, in seconds since 1970: the commit's, now for what is
    not committed; SOURCE_DATE_EPOCH overrides both.

    Python takes a compiled file for current while its source has the same time and size. Were the
    time the same in two releases, SOAR would go on running the old code of some files.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdecimal():
        return int(given)
    changed = _git(root, "status", "--porcelain")
    committed = _git(root, "log", "-1", "--format=%ct") if changed == "" else None
    return int(committed) if committed else int(time.time())


def _git(root: Path, *arguments: str) -> str | None:
    """What git says; None where there is no repository."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def build(
    target: Path, wheels: list[Wheel], wheel_folder: Path, modified: int, root: Path = ROOT
) -> None:
    """Write the archive. Links go in as what they are, for the verification to refuse. `modified`
    is the time of all its members.
    """
    files = _shipped_files(root)
    files.update((wheel.path, wheel_folder / wheel.path) for wheel in wheels)
    folders = {str(parent): root for name in files for parent in PurePosixPath(name).parents}
    with (
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=modified) as packed,
        _tar(packed) as archive,
    ):
        for name, path in sorted({**folders, **files}.items()):
            _add(archive, str(PurePosixPath(TOP, name)), path, modified)


def _tar(packed: gzip.GzipFile) -> tarfile.TarFile:
    # The names of wheels are longer than the oldest format's limit, and this one adds no header
    # that depends on the machine.
    return tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT)


def _shipped_files(root: Path) -> dict[str, Path]:
    files = {}
    for pattern in SHIPPED:
        found = {path.relative_to(root).as_posix(): path for path in root.glob(pattern)}
        if not found:
            raise PackageError(f"The package needs {pattern}, and there is none in {root}.")
        files.update(found)
    return files


def _add(archive: tarfile.TarFile, name: str, path: Path, modified: int) -> None:
    info = archive.gettarinfo(path, name)
    info.mtime, info.mode = modified, 0o755 if info.isdir() else 0o644
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    if info.isreg():
        with path.open("rb") as file:
            archive.addfile(info, file)
    else:
        archive.addfile(info)


def verify(package: Path, wheels: list[Wheel], wanted: dict[str, str]) -> list[str]:
    """What was verified, as sentences. `wanted` maps the names of generated files to their text.
    Raises PackageError.
    """
    members = _members(package)
    files = {member.name[len(TOP) + 1 :]: content for member, content in members if member.isreg()}
    return [
        _verify_members([member for member, _ in members]),
        _verify_generated(files, wanted),
        _verify_manifest(json.loads(files[MANIFEST]), files),
        _verify_wheels(json.loads(files[MANIFEST]), files, wheels),
        _verify_sources({name: content for name, content in files.items() if name.endswith(".py")}),
    ]


def _members(package: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    try:
        with tarfile.open(package, "r:gz") as archive:
            opened = [
                (member, archive.extractfile(member) if member.isreg() else None)
                for member in archive
            ]
            return [(member, file.read() if file else b"") for member, file in opened]
    except (tarfile.TarError, OSError, EOFError) as error:
        raise PackageError(f"{package.name} cannot be read: {error}.") from error


def _verify_members(members: list[tarfile.TarInfo]) -> str:
    names = [member.name for member in members]
    wrong = [f"{member.name} {fault}" for member in members for fault in _faults(member)]
    wrong += [
        f"{name} is there twice"
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    json_files = [name for name in names if name.endswith(".json") and name.count("/") == 1]
    if json_files != [f"{TOP}/{MANIFEST}"]:
        wrong.append(
            f"its top directory has {len(json_files)} JSON files ({', '.join(json_files)}) instead"
            " of the manifest alone"
        )
    if wrong:
        raise PackageError(f"The package is not safe to install: {'; '.join(wrong)}.")
    return (
        f"{len(members)} members below the one directory {TOP}, none of them a link, writable by"
        f" others, or from {' or '.join(NEVER_SHIPPED)}."
    )


def _faults(member: tarfile.TarInfo) -> list[str]:
    parts = PurePosixPath(member.name).parts
    faults = {
        "is neither a file nor a directory": not (member.isreg() or member.isdir()),
        "is writable by others than its owner": bool(member.mode & 0o022),
        "leaves the package": member.name.startswith("/") or ".." in parts,
        f"stands outside the one top directory {TOP}": parts[:1] != (TOP,),
        "belongs to development": any(
            part in NEVER_SHIPPED or part.startswith(".") for part in parts[1:]
        ),
    }
    return [fault for fault, found in faults.items() if found]


def _verify_generated(files: dict[str, bytes], wanted: dict[str, str]) -> str:
    stale = [name for name, text in wanted.items() if files.get(name) != text.encode("utf-8")]
    if stale:
        raise PackageError(
            f"{' and '.join(stale)} in the package differ from the actions' declarations: run `make"
            " manifest` and build again."
        )
    return f"{' and '.join(wanted)} say what the actions declare."


def _verify_manifest(manifest: dict[str, Any], files: dict[str, bytes]) -> str:
    found = problems(manifest)
    found += [
        f"The manifest names {manifest[key]}, which is not in the package."
        for key in ("main_module", "logo", "logo_dark")
        if manifest[key] not in files
    ]
    if found:
        raise PackageError(" ".join(found))
    return (
        f"The manifest keeps SOAR's rules: {len(manifest['actions'])} actions, version"
        f" {manifest['app_version']}."
    )


def _verify_wheels(manifest: dict[str, Any], files: dict[str, bytes], wheels: list[Wheel]) -> str:
    locked = {wheel.path: wheel.sha256 for wheel in wheels}
    packed = {
        name: _sha256(content) for name, content in files.items() if name.startswith("wheels/")
    }
    named = {
        of["input_file"]
        for key, of_python in manifest.items()
        if key.endswith("_dependencies")
        for of in of_python["wheel"]
    }
    wrong = [f"{name} is not in the package" for name in sorted({*named, *locked} - {*packed})]
    wrong += [f"{name} is not in the manifest" for name in sorted({*packed, *locked} - named)]
    wrong += [
        f"{name} has not the locked hash"
        for name, sha256 in packed.items()
        if locked.get(name) != sha256
    ]
    if wrong:
        raise PackageError(f"The bundled wheels are not right: {'; '.join(wrong)}.")
    return f"{counted(len(packed), 'wheel')} with the locked hash: {', '.join(sorted(packed))}."


def _verify_sources(sources: dict[str, bytes]) -> str:
    pythons = interpreters()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in sources.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for version, python in pythons.items():
            command = [python, "-I", "-W", "error", "-m", "compileall", "-q", "-f", folder]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise PackageError(
                    f"Not every file compiles on Python {version}:"
                    f" {done.stdout.replace(folder + '/', '').strip()}"
                )
    return (
        f"{len(sources)} Python files compile on Python {' and '.join(pythons)}.{untried(pythons)}"
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main() -> int:
    wheels = locked_wheels()
    package = ROOT / "dist" / f"{TOP}-{IDENTITY['app_version']}.tgz"
    unverified = package.with_suffix(".unverified")
    package.parent.mkdir(exist_ok=True)
    try:
        fetch(wheels, BUILD)
        build(unverified, wheels, BUILD, release_time())
        verified = verify(unverified, wheels, generated())
        unverified.replace(package)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        unverified.unlink(missing_ok=True)
    print("\n".join(f"- {sentence}" for sentence in verified))
    print(
        f"{package.relative_to(ROOT)}: {package.stat().st_size:,} bytes, sha256"
        f" {_sha256(package.read_bytes())}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
