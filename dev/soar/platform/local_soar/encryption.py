# File: encryption.py
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
"""SOAR's encryption, with a key that never leaves the home: its own of assets and parameters, and,
where `encryption_helper` works, that for apps.
"""

from __future__ import annotations

import base64
import hmac
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from local_soar import installation


if TYPE_CHECKING:
    from cryptography.fernet import Fernet

KEY_BYTES = 32


def encrypt(plain: str, salt: str) -> str:
    """ASCII text that only this installation turns back, with the same salt (by convention the
    asset id).
    """
    if not isinstance(plain, str):
        raise TypeError("encrypt() takes text")
    return _cipher(salt).encrypt(plain.encode("utf-8", "surrogatepass")).decode("ascii")


def decrypt(cipher: str, salt: str) -> str:
    """The plain text; ValueError for the empty text and for anything not encrypted here with this
    salt.
    """
    # Costs more than the rest of a run's start; many runs need none.
    from cryptography.fernet import InvalidToken

    if not isinstance(cipher, str):
        raise TypeError("decrypt() takes text")
    try:
        return _cipher(salt).decrypt(cipher.encode()).decode("utf-8", "surrogatepass")
    except InvalidToken as error:
        raise ValueError(
            "The text was not encrypted by this installation with this salt"
        ) from error


def _cipher(salt: str) -> Fernet:
    from cryptography.fernet import Fernet

    if not isinstance(salt, str):
        raise TypeError("The salt is text: the asset id")
    home = installation.current()
    used_salt = b"" if home.profile.salt_ignored else salt.encode()
    key = hmac.digest(
        _installation_key(home.folder("keystore") / "private_key"), used_salt, "sha256"
    )
    return Fernet(base64.urlsafe_b64encode(key))


def _installation_key(path: Path) -> bytes:
    """The home's key, made by whichever process asks first; a link never replaces another process's
    key.
    """
    if not path.exists():
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(KEY_BYTES))
        try:
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            Path(name).unlink()
    return path.read_bytes()
