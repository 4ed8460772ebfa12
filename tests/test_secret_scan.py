# File: test_secret_scan.py
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
"""Secrets are found in every file; what may stay has a reason, and a reason has a use."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dev import secret_scan


FILES = {
    "tanium_tr/refused.py": 'a = 1\npassword = "hidden-word"\n',
    "tanium_tr/allowed.py": 'password = "hidden-word"  # pragma: allowlist secret - a test\n',
    "tests/allowed.py": 'password = "hidden-word"\n',
    "tests/token.txt": "The token ghp_{}, in a text\n".format("aB3" * 12),
    "tests/hash.py": 'value = "{}"\n'.format("0123456789abcdef" * 2),
    "ignored.py": 'password = "hidden-word"\n',
    ".gitignore": "ignored.py",
}


def test_secrets_without_a_reason_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(secret_scan, "ROOT", tmp_path)
    monkeypatch.setattr(secret_scan, "ALLOWED", {r"hidden-\w+": "fake", "never": "nowhere"})

    assert secret_scan.main() == 1
    assert capsys.readouterr().out.splitlines() == [
        "tanium_tr/refused.py:2: Secret Keyword",
        "tests/hash.py:1: Hex High Entropy String",
        "tests/token.txt:1: GitHub Token",
        "Nothing needs the allowance 'never'",
    ]
