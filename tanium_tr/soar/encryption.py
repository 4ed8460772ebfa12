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
"""SOAR's encryption, where it has one: on an automation broker its module may be missing, raise, or
return what it was given; newer versions take no salt.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from contextlib import suppress


def encrypted(plain: str, salt: str) -> str:
    """Empty where SOAR cannot encrypt."""
    cipher = _call("encrypt", plain, salt)
    return "" if _reveals(cipher, plain) else cipher


def decrypted(cipher: str, salt: str) -> str:
    """Empty for what cannot be decrypted here, and for what was never encrypted."""
    plain = _call("decrypt", cipher, salt)
    return "" if _reveals(cipher, plain) else plain


def _call(function: str, text: str, salt: str) -> str:
    try:
        import encryption_helper
    except ImportError:
        return ""
    for arguments in ((text, salt), (text,)):
        with suppress(Exception):  # SOAR says nowhere which ones it raises
            result = getattr(encryption_helper, function)(*arguments)
            return result if isinstance(result, str) else ""
    return ""


def _reveals(cipher: str, plain: str) -> bool:
    return any(plain.encode() in reading for reading in _readings(cipher))


def _readings(text: str) -> Iterator[bytes]:
    """The text, and what it is when it is only encoded."""
    yield text.encode()
    for decode in (base64.b64decode, base64.urlsafe_b64decode, bytes.fromhex):
        with suppress(ValueError, binascii.Error):
            yield decode(text)
