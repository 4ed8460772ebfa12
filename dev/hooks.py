# File: hooks.py
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
"""The checks that Splunk's app template runs before a commit, with the options that it sets;
`python -m dev.hooks` corrects what they can correct (`make format`).
"""

from __future__ import annotations

import subprocess
import sys

from dev.environments import ROOT


DOCUMENTS = ("README.md", "manual_readme_content.md", "CONTRIBUTING.md", "docs")
TEMPLATES = ("views", "dev/soar/web/templates")
# Not those of the local SOAR's pages: djlint sets blanks where they show, as before a comma.
FORMATTED_TEMPLATES = ("views",)
APP = (
    "__init__.py",
    "tanium_tr",
    "tanium_tr_connector.py",
    "tanium_tr_consts.py",
    "tanium_tr_view.py",
    "tanium_tr_webhook.py",
)
# Without UP007 and UP045, for the reason that pyproject.toml gives.
RULES = (
    "--isolated",
    *("--line-length", "145", "--target-version", "py39"),
    *("--select", "I,UP,F401,RUF", "--ignore", "RUF001,RUF012,UP007,UP045"),
    *("--config", "lint.isort.combine-as-imports = true"),
    *("--config", "lint.isort.lines-after-imports = 2"),
    *("--config", 'lint.per-file-ignores = {"__init__.py" = ["F401", "UP035"]}'),
)


def checks(python: str) -> dict[str, list[str]]:
    """Title -> command."""
    return {
        "lint by Splunk's template (ruff)": [python, "-m", "ruff", "check", *RULES, *APP],
        "Markdown (mdformat)": [python, "-m", "mdformat", "--check", *DOCUMENTS],
        "templates (djlint)": [python, "-m", "djlint", "--lint", *TEMPLATES],
        "layout of templates (djlint)": [python, "-m", "djlint", "--check", *FORMATTED_TEMPLATES],
        "secrets (detect-secrets)": [python, "-m", "dev.secret_scan"],
    }


def main() -> None:
    modules = (
        ["ruff", "check", "--fix", "."],
        ["ruff", "format", "."],
        ["mdformat", *DOCUMENTS],
        ["djlint", "--reformat", "--quiet", *FORMATTED_TEMPLATES],
    )
    for module in modules:
        # djlint also fails when it has changed something.
        subprocess.run([sys.executable, "-m", *module], cwd=ROOT, check=False)


if __name__ == "__main__":
    main()
