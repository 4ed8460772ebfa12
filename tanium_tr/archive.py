# File: archive.py
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
"""Reading the archives in which Tanium hands files over: ZIP, encrypted with the traditional PKWARE
cipher.
"""

from __future__ import annotations

import errno
import hashlib
import re
import shutil
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, NamedTuple

from .errors import TaniumError
from .words import shown


# Tanium's own, the same everywhere: it only keeps scanners away from the archive.
PASSWORD = b"infected"  # pragma: allowlist secret
CHUNK = 1024 * 1024
SPARE_DISK = 64 * 1024 * 1024  # bytes that stay free for SOAR itself
# The standard library decrypts about a megabyte a second.
SLOW_RATE, SLOW_SIZE = 1024 * 1024, 20 * 1024 * 1024

_NAME_IS_UTF_8 = 0x800  # in a member's flags
MOST_MEMBERS = 1000  # each becomes an item of the vault and a row

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    ValueError,
    IndexError,
    OverflowError,
)


class Extracted(NamedTuple):
    """`name` is the last part of the member's path on its endpoint; `path` is where its bytes are
    now.
    """

    name: str
    path: Path
    size: int
    sha1: str
    sha256: str


def is_archive(path: Path) -> bool:
    """Whether a file begins as a ZIP archive does, also as one without members."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def require_allowed(size: int, max_bytes: int, what: str) -> None:
    """Raises TaniumError for more bytes than the asset allows."""
    if size > max_bytes:
        raise TaniumError(
            f"{what} has {size} bytes or more; max_file_size in the asset allows {max_bytes}."
        )


def require_disk(folder: Path, size: int, what: str) -> None:
    """Raises TaniumError when so many bytes would leave SOAR itself less than SPARE_DISK."""
    free = max(shutil.disk_usage(folder).free - SPARE_DISK, 0)
    if size > free:
        raise TaniumError(
            f"{what} needs {size} bytes of disk, but SOAR's vault has only {free} free."
        )


def as_it_is(path: Path, name: str) -> Extracted:
    """A downloaded file that is not an archive."""
    sha1, sha256 = _hashes()
    with path.open("rb") as source:
        for chunk in iter(lambda: source.read(CHUNK), b""):
            sha1.update(chunk)
            sha256.update(chunk)
    return Extracted(name, path, path.stat().st_size, sha1.hexdigest(), sha256.hexdigest())


def extract(
    archive: Path, folder: Path, max_bytes: int, progress: Callable[[str], None]
) -> Iterator[Extracted]:
    """The members of the archive one by one, each written into `folder` under a name of our own.

    A name within the archive never becomes a path here. `max_bytes` bounds all members together, as
    declared and as they really are. Raises TaniumError for an archive that is damaged, has another
    password, no file, or a member that is not a plain file.
    """
    _use_fast_decryption(progress)
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _checked_members(opened, folder, max_bytes)
            _report_duration(members, progress)
            for number, member in enumerate(members):
                extracted = _write(opened, member, folder / f"member-{number}", max_bytes)
                max_bytes -= extracted.size
                yield extracted
    except NotImplementedError as error:
        raise TaniumError(
            f"The archive from Tanium is packed in a way that the app cannot read ({error})."
        ) from error
    except RuntimeError as error:
        raise TaniumError(
            "The archive from Tanium has a different password than Tanium usually sets."
        ) from error
    except (*DAMAGE, OSError) as error:
        # EINVAL: the archive names a position that no file can have.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise TaniumError(
            f"The archive from Tanium is damaged ({error}); run the action again."
        ) from error


def _checked_members(
    opened: zipfile.ZipFile, folder: Path, max_bytes: int
) -> list[zipfile.ZipInfo]:
    """The files in the archive, which have room and are plain files, as it declares."""
    members = [member for member in opened.infolist() if not member.is_dir()]
    if not members:
        raise TaniumError("The archive from Tanium contains no file.")
    if len(members) > MOST_MEMBERS:
        raise TaniumError(
            f"The archive from Tanium contains {len(members)} files; the app puts at most"
            f" {MOST_MEMBERS} into the vault."
        )
    declared = sum(member.file_size for member in members)
    require_allowed(declared, max_bytes, "The archive from Tanium")
    require_disk(folder, declared, "The archive from Tanium")
    for member in members:
        _require_plain_file(member)
    return members


def _use_fast_decryption(progress: Callable[[str], None]) -> None:
    """Let fast_zip_decryption patch zipfile, which it does when it is imported; without it
    everything works, only slower.
    """
    standard = zipfile.ZipExtFile, zipfile._ZipDecrypter  # type: ignore[attr-defined]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import fast_zip_decryption  # noqa: F401
    except Exception as error:
        # Whatever is wrong with it must not stop the action; it may have failed half way through
        # its patch.
        zipfile.ZipExtFile, zipfile._ZipDecrypter = standard  # type: ignore[misc, attr-defined]
        progress(f"Decrypting with Python's standard library ({type(error).__name__}: {error})")


def _report_duration(members: list[zipfile.ZipInfo], progress: Callable[[str], None]) -> None:
    size = sum(member.compress_size for member in members if member.flag_bits & 1)
    is_slow = zipfile._ZipDecrypter.__module__ == "zipfile"  # type: ignore[attr-defined]
    if is_slow and size > SLOW_SIZE:
        progress(
            f"Decrypting {size // CHUNK} MB takes about {size // SLOW_RATE // 60 + 1} minutes"
            " without the fast decryption module."
        )


def _require_plain_file(member: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        what = "a symbolic link" if kind == stat.S_IFLNK else "a special file"
        name = shown(file_name(_name_of(member)))
        raise TaniumError(f"The archive from Tanium contains {what} ({name}), not a file.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError(f"compression method {member.compress_type}")


def _write(
    opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, max_bytes: int
) -> Extracted:
    name = file_name(_name_of(member)) or path.name
    (sha1, sha256), size = _hashes(), 0
    with opened.open(member, pwd=PASSWORD) as source, path.open("xb") as target:
        for chunk in iter(lambda: source.read(CHUNK), b""):
            size += len(chunk)
            require_allowed(size, max_bytes, shown(name))
            require_disk(path.parent, len(chunk), f"The rest of {shown(name)}")
            target.write(chunk)
            sha1.update(chunk)
            sha256.update(chunk)
    return Extracted(name, path, size, sha1.hexdigest(), sha256.hexdigest())


def _name_of(member: zipfile.ZipInfo) -> str:
    """A member's name. Tanium's are UTF-8 even without the flag that says so; zipfile takes those
    for code page 437.
    """
    name = member.filename
    if member.flag_bits & _NAME_IS_UTF_8:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _hashes() -> tuple[Any, Any]:
    return hashlib.sha1(usedforsecurity=False), hashlib.sha256()


def file_name(path: str) -> str:
    """The last part of a Windows or POSIX path, without what no file name can hold."""
    last = re.split(r"[\\/]", path.rstrip("\\/"))[-1]
    name = re.sub(r"^[A-Za-z]:", "", re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "_", last)).strip()
    return "" if name in (".", "..") else name
