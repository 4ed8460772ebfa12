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
"""Measured in a browser: whatever a value holds, the widget stays within its width, and a row
within the widget's height; and its text stands out from its background.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

from dev.screenshots import NARROW, WIDTH, browser, page
from tests.views.page import rendered, result
from tests.views.test_hostile_values import HOSTILE, row_of
from tests.views.test_menus import ACTIONS, WITH_VIEW


MISSING = [program for program in ("chromium", "chromedriver") if not shutil.which(program)]
pytestmark = pytest.mark.skipif(
    bool(MISSING),
    reason=f"needs {' and '.join(MISSING)} (on Debian: apt-get install chromium chromium-driver)",
)

OF_VIEWS = {ACTIONS[action]["render"]["view"]: action for action in WITH_VIEW}.values()
LONG = {
    "": "x" * 10_240,
    "path": "C:\\" + "x" * 10_240 + "\\" + "y" * 300,
    "marks": "z" + "\u0300" * 400,
    "direction": HOSTILE["direction"],
}
# Of each part that scrolls sideways: what it is, and how far. A table may do so where a table is
# shown at all.
MEASURE = """
    const rows = arguments[0] ? ", .rows" : "";
    const parts = document.querySelectorAll(".tanium-tr, .facts, .counts, .contents" + rows);
    const cells = [...document.querySelectorAll("td > *")];
    return {
        wide: [...parts].filter((each) => each.scrollWidth > each.clientWidth)
            .map((each) => [each.className, each.scrollWidth]),
        highest: Math.max(0, ...cells.map((each) => each.getBoundingClientRect().height)),
    };
"""
# Each text whose contrast is below WCAG 2's 4.5:1 (level AA), with its contrast. Half-transparent
# parts are mixed with what is behind them.
CONTRAST = """
    const mix = (front, share, behind) =>
        front.map((each, at) => each * share + behind[at] * (1 - share));
    const colour = (css) => {
        const [red, green, blue, alpha = 1] = css.match(/[\\d.]+/g).map(Number);
        return [[red, green, blue], alpha];
    };
    function painted([element, ...inner], behind) {
        const style = getComputedStyle(element);
        const background = mix(...colour(style.backgroundColor), behind);
        const both = inner.length
            ? painted(inner, background)
            : [mix(...colour(style.color), background), background];
        return both.map((each) => mix(each, Number(style.opacity), behind));
    }
    function luminance(rgb) {
        const [red, green, blue] = rgb.map((each) => each / 255)
            .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    }
    function contrast(element) {
        const path = [];
        for (let each = element; each; each = each.parentElement) path.unshift(each);
        const [darker, lighter] = painted(path, [255, 255, 255]).map(luminance)
            .sort((one, other) => one - other);
        return (lighter + 0.05) / (darker + 0.05);
    }
    const hasText = (element) => [...element.childNodes]
        .some((each) => each.nodeType === Node.TEXT_NODE && each.data.trim());
    return [...document.querySelectorAll(".tanium-tr, .tanium-tr *")].filter(hasText)
        .map((each) => [each.tagName, each.className, contrast(each)])
        .filter(([tag, style, ratio]) => ratio < 4.5);
"""


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    with browser() as driver:
        yield driver


def test_widget_keeps_its_width(driver: webdriver.Chrome, tmp_path: Path) -> None:
    source = tmp_path / "page.html"
    for action in OF_VIEWS:
        rows = [row_of(action, value) for value in LONG.values()]
        of_result: dict[str, Any] = {
            "message": LONG[""],
            "connection_id": LONG[""],
            "query": LONG["path"],
        }
        shown = [
            result(rows, **of_result),
            result(rows[:1], **of_result, failed=True),
            result([], **of_result),
        ]
        source.write_text(page(rendered(action, *shown).html, "light"), encoding="utf-8")
        driver.get(source.as_uri())
        for width in (NARROW, WIDTH):
            driver.set_window_size(width, 900)
            found = driver.execute_script(MEASURE, width == NARROW)

            assert not found["wide"], (action, width)
            assert found["highest"] < 330, (action, width)


def test_titles_of_columns_stay_in_sight(driver: webdriver.Chrome, tmp_path: Path) -> None:
    source = tmp_path / "page.html"
    source.write_text(
        page(rendered("list alerts", result([row_of("list alerts", "x")] * 100)).html, "light"),
        encoding="utf-8",
    )
    driver.set_window_size(WIDTH, 900)
    driver.get(source.as_uri())

    assert driver.execute_script("""
        const rows = document.querySelector(".rows");
        const top = (element) => Math.round(element.getBoundingClientRect().top);
        rows.scrollTop = 500;
        return [rows.scrollTop, top(rows.querySelector("thead")) - top(rows)];
    """) == [500, 0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out(driver: webdriver.Chrome, tmp_path: Path, theme: str) -> None:
    source = tmp_path / "page.html"
    one_of_each = (
        "high",
        "medium",
        "yes",
        "running",
        "other",
        "C:\\Temp\\x.exe",
        7,
        "2026-01-01 00:00:00",
        "2026-01-02 00:00:00",
    )
    for action in OF_VIEWS:
        rows = [row_of(action, value) for value in one_of_each]
        shown = [result(rows, connection_id="1"), result(rows[:1], failed=True), result([])]
        source.write_text(page(rendered(action, *shown).html, theme), encoding="utf-8")
        driver.get(source.as_uri())

        assert driver.execute_script(CONTRAST) == [], action
