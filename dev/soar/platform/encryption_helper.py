# File: encryption_helper.py
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
"""SOAR's encryption for apps: `encrypt(plain, salt)` and `decrypt(cipher, salt)`, as far as they
work here (Profile.encryption).
"""

from __future__ import annotations

import base64

from local_soar import encryption, installation


NO_SALT = ""


def encrypt(plain: str, *salt: str) -> str:
    """ASCII text that only this installation turns back, with the same salt (by convention the
    asset id).
    """
    mode = _mode(salt)
    if mode == "plain":
        return plain
    if mode == "encoded":
        return base64.b64encode(":".join([plain, *salt]).encode()).decode("ascii")
    return encryption.encrypt(plain, *(salt or (NO_SALT,)))


def decrypt(cipher: str, *salt: str) -> str:
    """The plain text; ValueError for the empty text and for anything not encrypted here with this
    salt.
    """
    mode = _mode(salt)
    if mode == "plain":
        return cipher
    if mode == "encoded":
        end = len(":".join(["", *salt]))
        return base64.b64decode(cipher).decode()[: -end or None]
    return encryption.decrypt(cipher, *(salt or (NO_SALT,)))


def _mode(salt: tuple[str, ...]) -> str:
    mode = installation.current().profile.encryption
    if mode == "failing":
        raise RuntimeError("No key on this broker")
    if len(salt) != (0 if mode == "without_salt" else 1) and mode != "plain":
        raise TypeError(f"{len(salt)} salts were given")
    return mode
