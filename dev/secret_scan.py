# File: secret_scan.py
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
"""Looks for secrets in every file of the repository with detect-secrets.

Given all files, it takes most of a minute. So each of its detectors first gets the whole text of a
file, and the files in which one found something are scanned again, line by line, by those that did.

What may stay has `pragma: allowlist secret` behind it if it is shipped, since Splunk's hook knows
only that, and is in `ALLOWED` otherwise.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator

from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.core.scan import get_plugins, scan_file
from detect_secrets.plugins.base import BasePlugin
from detect_secrets.plugins.high_entropy_strings import HighEntropyStringsPlugin
from detect_secrets.plugins.keyword import DENYLIST, KeywordDetector
from detect_secrets.settings import default_settings, transient_settings

from dev.environments import ROOT


# As in Splunk's template: the manifest and the README are generated. The lock is full of hashes.
SKIPPED = (".json", ".png", "README.md", "dev/requirements.txt")
# They take a third of the time, and nothing here has to do with IBM's cloud.
LEFT_OUT = {
    *("CloudantDetector", "IbmCloudIamDetector", "IbmCosHmacDetector", "SoftlayerDetector"),
}
NOT_SHIPPED = ("dev/", "tests/", ".ci/", "CONTRIBUTING.md", "Makefile", "pyproject.toml")
# Pattern of the whole value -> why it is no secret.
ALLOWED = {
    r"(.*-)?(hidden|fake|placeholder|simulator-only|wrong)\b.*": "says so itself",
    r"(\w+-)?(key|pw|secret)(-in-url)?": "names what it stands for",
    r"(secret-word|s3cret-word|colon-Passw0rd|pr0xy(-|%2F)Passw0rd|pa%40ss|pass:word)": (
        "a word with the characters that are hard to redact or to send"
    ),
    r"first|second|guess|http|plain|splunk|x1|the-same-again|from environment|in file": (
        "a plain word that a test looks for"
    ),
    r"shown|masked|left out": "what the simulated Connect does with secrets",
    r"TANIUM_\w+": "the name of an environment variable",
    r"a1b2c3d4e5": "half an endpoint's made-up ID",
    r"d41d8cd98f00b204e9800998ecf8427e": "the MD5 hash of nothing",
    r"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": (
        "the SHA-256 hash of nothing"
    ),
}
KEYWORDS = re.compile(rf"^.*(?:{'|'.join(DENYLIST)}).*$", re.IGNORECASE | re.MULTILINE)


def main() -> int:
    found = list(secrets(tracked()))
    allowances = [_allowance(secret) for secret in found]
    for secret, allowance in zip(found, allowances):
        if not allowance:
            print(f"{secret.filename}:{secret.line_number}: {secret.type}")
    unused = sorted(set(ALLOWED) - set(allowances))
    for pattern in unused:
        print(f"Nothing needs the allowance {pattern!r}")
    return 1 if unused or not all(allowances) else 0


def tracked() -> list[str]:
    """The files of the repository and those that a commit would add, without the skipped ones."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [
        name
        for name in listed.split("\0")
        if name and not name.endswith(SKIPPED) and (ROOT / name).is_file()
    ]


def secrets(names: Iterable[str]) -> Iterator[PotentialSecret]:
    """Paths are relative to the root, where this must run."""
    with default_settings():
        plugins = [plugin for plugin in get_plugins() if type(plugin).__name__ not in LEFT_OUT]
    for name in names:
        text = (ROOT / name).read_text(encoding="utf-8")
        finding = [plugin for plugin in plugins if _finds(plugin, name, text)]
        if finding:
            used = [{"name": type(plugin).__name__} for plugin in finding]
            with transient_settings({"plugins_used": used}):
                yield from scan_file(name)


def _finds(plugin: BasePlugin, name: str, text: str) -> bool:
    if isinstance(plugin, KeywordDetector):
        return any(plugin.analyze_line(name, line) for line in KEYWORDS.findall(text))
    values = plugin.analyze_string(text)
    if isinstance(plugin, HighEntropyStringsPlugin):
        # No text has a higher entropy than one in which every character occurs once.
        return any(len(set(value)) > 2**plugin.entropy_limit for value in values)
    return any(True for _ in values)


def _allowance(secret: PotentialSecret) -> str:
    """Its pattern; empty if there is none."""
    if not secret.filename.startswith(NOT_SHIPPED):
        return ""
    value = secret.secret_value or ""
    return next((pattern for pattern in ALLOWED if re.fullmatch(pattern, value)), "")


if __name__ == "__main__":
    sys.exit(main())
