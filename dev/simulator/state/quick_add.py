# File: quick_add.py
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
"""Makes an OpenIOC document of a list of hashes or of network indicators."""

from __future__ import annotations

import ipaddress
import re
import uuid
from typing import Any
from xml.sax.saxutils import escape

from dev.simulator.errors import Rejected


HASHES = {32: "Md5sum", 40: "Sha1sum", 64: "Sha256sum"}
"""OpenIOC's name of a hash by its number of digits."""

FILE_TYPES = ("File Hashes", "file_hash")
NETWORK_TYPES = ("Network Indicators", "ip_or_host")

_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_-]+)*\.?")


def openioc(body: dict[str, Any]) -> str:
    """The document of `body` (exact, name, type, and text with one value a line)."""
    name, text = body.get("name"), body.get("text")
    if not isinstance(name, str) or not isinstance(text, str) or not name or not text.strip():
        raise Rejected(400, "name and text are required and must be strings", listed=True)
    values = [line.strip() for line in text.splitlines() if line.strip()]
    kind = body.get("type")
    if kind in FILE_TYPES:
        terms = [f"FileItem/{_hash_name(value)}" for value in values]
    elif kind in NETWORK_TYPES:
        terms = [_network_term(value) for value in values]
    else:
        raise Rejected(400, f"Unknown type of indicators '{kind}'", listed=True)
    condition = "is" if body.get("exact") else "contains"
    items = "".join(
        _item(term, value, condition, f"{name}-{number}")
        for number, (term, value) in enumerate(zip(terms, values))
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<ioc xmlns="http://schemas.mandiant.com/2010/ioc"'
        f' id="{uuid.uuid4()}"><short_description>{escape(name)}</short_description>'
        f'<definition><Indicator operator="OR">{items}</Indicator></definition></ioc>'
    )


def _hash_name(value: str) -> str:
    if not re.fullmatch("[0-9a-fA-F]+", value) or len(value) not in HASHES:
        raise Rejected(400, f"'{value}' is no MD5, SHA-1 or SHA-256", listed=True)
    return HASHES[len(value)]


def _network_term(value: str) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        if not _HOST.fullmatch(value):
            raise Rejected(400, f"'{value}' is no address and no host name", listed=True) from None
        return "DnsEntryItem/RecordName"
    return "PortItem/remoteIP"


def _item(term: str, value: str, condition: str, name: str) -> str:
    item_id = uuid.uuid5(uuid.NAMESPACE_URL, f"simulator-quick-add-{name}")
    document = term.partition("/")[0]
    return (
        f'<IndicatorItem id="{item_id}" condition="{condition}">'
        f'<Context document="{document}" search="{term}" type="mir"/>'
        f'<Content type="string">{escape(value)}</Content></IndicatorItem>'
    )
