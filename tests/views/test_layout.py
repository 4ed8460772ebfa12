# File: test_layout.py
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
"""Whatever a value holds, the widget stays within its width, and a row within the widget's height: measured in a browser."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from dev.screenshots import NARROW, WIDTH, browser, page
from tests.views.page import rendered, result
from tests.views.test_hostile_values import HOSTILE, row_of
from tests.views.test_menus import ACTIONS, WITH_VIEW


MISSING = [program for program in ("chromium", "chromedriver") if not shutil.which(program)]
LONG = {"": "x" * 10_240, "path": "C:\\" + "x" * 10_240 + "\\" + "y" * 300, "marks": "z" + "\u0300" * 400, "direction": HOSTILE["direction"]}
# Of each part that scrolls sideways: what it is, and how far. A table may do so where a table is shown at all.
MEASURE = """
    const parts = document.querySelectorAll(".tanium-tr, .facts, .counts, .contents" + (arguments[0] ? ", .rows" : ""));
    return {
        wide: [...parts].filter((each) => each.scrollWidth > each.clientWidth).map((each) => [each.className, each.scrollWidth]),
        highest: Math.max(0, ...[...document.querySelectorAll("td > *")].map((each) => each.getBoundingClientRect().height)),
    };
"""


@pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)} (on Debian: apt-get install chromium chromium-driver)")
def test_widget_keeps_its_width(tmp_path: Path) -> None:
    source = tmp_path / "page.html"
    with browser() as driver:
        for action in {ACTIONS[action]["render"]["view"]: action for action in WITH_VIEW}.values():
            rows = [row_of(action, value) for value in LONG.values()]
            of_result: dict[str, Any] = {"message": LONG[""], "connection_id": LONG[""], "query": LONG["path"]}
            shown = [result(rows, **of_result), result(rows[:1], **of_result, failed=True), result([], **of_result)]
            source.write_text(page(rendered(action, *shown).html, "light"), encoding="utf-8")
            driver.get(source.as_uri())
            for width in (NARROW, WIDTH):
                driver.set_window_size(width, 900)
                found = driver.execute_script(MEASURE, width == NARROW)

                assert not found["wide"], (action, width)
                assert found["highest"] < 330, (action, width)
