# File: screenshots.py
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
"""`make screenshots`: every widget, from the simulator's data, as headless Chromium draws it, in a
light and a dark page and in a narrow one; and the local SOAR's page with one of them.

The pictures go to build/widgets, and those of README_SHOWS to docs/widgets too. Without Debian's
chromium and chromium-driver it says so and exits with 1.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from dev.environments import ROOT
from dev.simulator import seed
from dev.simulator.process import SimulatorProcess
from dev.simulator.server import SimulatorServer
from dev.simulator.settings import QUICK
from dev.soar.runtime import LocalSoar
from dev.soar.web.server import SoarServer
from dev.soar.web.widgets import STATIC, render_widget


PICTURES, IN_REPOSITORY = ROOT / "build" / "widgets", ROOT / "docs" / "widgets"
README_SHOWS = (
    "page-light.png",
    "process-tree-dark.png",
    "alerts-light.png",
    "events-network-dark.png",
    "connections-light.png",
)
WIDTH, NARROW, HEIGHT = 1000, 600, 900
PAGE_WIDTH, PAGE_HEIGHT = 1100, 700
LARGEST = 120_000  # bytes of a picture in the repository
NODE = seed.process_table_id(seed.FINANCE.client_id, 3)  # has a parent, a sibling and a child
CONSOLE = "https://tanium.example.com"


class Widget(NamedTuple):
    name: str
    action: str
    parameters: dict[str, Any]
    asset: str = "tanium"


def widgets(connection_id: str, file_id: str) -> list[Widget]:
    live = {"connection_id": connection_id}
    return [
        Widget("process-tree", "get process tree", {**live, "process_table_id": NODE}),
        Widget("process", "get process", {**live, "process_table_id": NODE}),
        Widget("events-network", "get events", {**live, "event_type": "network", "limit": 200}),
        Widget("events-file", "get events", {**live, "event_type": "file", "limit": 200}),
        Widget("alerts", "list alerts", {"query": "expand=intelDoc", "limit": 40}),
        Widget("alert", "get alert", {"alert_id": 2}),
        Widget("files", "list files", {}),
        Widget("file", "get file", {"file_id": file_id}),
        Widget(
            "endpoint-files",
            "list endpoint files",
            {**live, "directory_path": seed.INVOICE_VIEWER.rpartition("\\")[0]},
        ),
        Widget("snapshots", "list snapshots", {}),
        Widget("connections", "list connections", {}),
        Widget("intel", "list intel docs", {}),
        Widget("intel-document", "get intel doc", {"intel_doc_id": seed.FIRST_INTEL_ID}),
        Widget("data-connections", "list data connections", {}),
        Widget("connection-logs", "list connection logs", {}),
        Widget("delivery", "send records", {"records": '{"id": 1}\n{"id": 2}'}, "ingest"),
        Widget("failed", "get intel doc", {"intel_doc_id": 999_999}),
        Widget("empty", "list files", {"hostname": "no-such-host"}),
        Widget("investigation", "investigate alert", {"alert": 120, "minutes": 60, "depth": 3}),
        Widget("partial", "update alert", {"alert_ids": "1,2,999999", "state": "resolved"}),
    ]


def pages(folder: Path) -> Iterator[tuple[Widget, str]]:
    """Every widget with its HTML, from the results of real runs."""
    # Records are sent over https only.
    with SimulatorServer(**QUICK) as tanium, SimulatorProcess() as ingest:
        soar = LocalSoar(folder)
        soar.create_asset(
            "tanium", {"base_url": tanium.url, "api_token": seed.TOKEN, "console_url": CONSOLE}
        )
        settings = {"ingest_url": ingest.url + seed.INGEST_PATH, "ingest_key": seed.INGEST_KEY}
        soar.create_asset(
            "ingest",
            {"base_url": ingest.url, "api_token": seed.TOKEN, **settings},
            ingest.environment,
        )
        connection_id = tanium.state.connections.open(seed.FINANCE.hostname)
        file_id = next(
            file_id
            for file_id, file in tanium.state.files.all.items()
            if file.row["path"] == seed.INVOICE_VIEWER
        )
        for widget in widgets(connection_id, file_id):
            html = render_widget(
                soar.app,
                widget.action,
                [soar.run(widget.action, widget.parameters, asset=widget.asset)],
            )
            assert html, f"{widget.action} has no widget"
            yield widget, html


def page(html: str, theme: str) -> str:
    style = (STATIC / "widgets.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html><html class="{escape(theme)}" lang="en"><head><meta'
        f' charset="utf-8"><title>Widget</title><style>{style}body {{ background: var(--page);'
        " margin: 0; padding: 8px; } .tanium-tr .rows:not(.tree) { max-height: 240px !important;"
        f" }}</style></head><body>{html}</body></html>"
    )


@contextmanager
def browser() -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        f"--window-size={WIDTH},{HEIGHT}",
    ):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.screenshots",
        description="Draw every widget from the simulator's data in headless Chromium.",
    )
    parser.add_argument(
        "--to",
        type=Path,
        help="another folder for the pictures; the repository's then stay as they are",
    )
    target = parser.parse_args(arguments).to
    missing = [program for program in ("chromium", "chromedriver") if not shutil.which(program)]
    if missing:
        print(
            f"No screenshots: {' and '.join(missing)} not found. On Debian: apt-get install"
            " chromium chromium-driver",
            file=sys.stderr,
        )
        return 1
    try:
        draw(target or PICTURES)
    except WebDriverException as error:
        print(f"Chromium failed: {error.msg}", file=sys.stderr)
        return 1
    return 0 if target else publish()


def draw(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tanium-widgets-") as folder, browser() as driver:
        for widget, html in pages(Path(folder, "soar")):
            for name, theme, width in (
                ("light", "light", WIDTH),
                ("dark", "dark", WIDTH),
                ("narrow", "light", NARROW),
            ):
                source, picture = Path(folder, "page.html"), target / f"{widget.name}-{name}.png"
                source.write_text(page(html, theme), encoding="utf-8")
                driver.set_window_size(width, HEIGHT)
                driver.get(source.as_uri())
                driver.find_element(By.CLASS_NAME, "widget").screenshot(str(picture))
                print(f"{picture}: {picture.stat().st_size:,} bytes")
        draw_page(LocalSoar(Path(folder, "soar")), driver, target)


def draw_page(soar: LocalSoar, driver: webdriver.Chrome, target: Path) -> None:
    """The page of the newest process tree that there is."""
    run = next(run for run in reversed(soar.app_runs()) if run["action"] == "get process tree")
    driver.set_window_size(PAGE_WIDTH, PAGE_HEIGHT)
    with SoarServer(soar) as server:
        for theme in ("light", "dark"):
            features = [{"name": "prefers-color-scheme", "value": theme}]
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
            driver.get(f"{server.url}/runs/{run['id']}")
            picture = target / f"page-{theme}.png"
            driver.save_screenshot(str(picture))
            print(f"{picture}: {picture.stat().st_size:,} bytes")


def publish() -> int:
    """Copy what the README shows; 1 when a picture is too large for that."""
    too_large = [name for name in README_SHOWS if (PICTURES / name).stat().st_size > LARGEST]
    if too_large:
        print(f"Larger than {LARGEST:,} bytes: {', '.join(too_large)}", file=sys.stderr)
        return 1
    IN_REPOSITORY.mkdir(parents=True, exist_ok=True)
    for name in README_SHOWS:
        shutil.copyfile(PICTURES / name, IN_REPOSITORY / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
