# File: test_browser.py
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
"""One story in headless Chromium, against a simulated Tanium: from a new asset to an alert that is
sent on.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from local_soar import findings
from local_soar.containers import save_container
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.settings import QUICK
from dev.soar import LocalSoar
from dev.soar.web.server import SoarServer
from tests.pages.test_runs import store


DEADLINE_SECONDS = 60
MISSING = [program for program in ("chromium", "chromedriver") if not shutil.which(program)]
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
    "--disable-gpu",
    "--in-process-gpu",
)
# In one step: asking the driver about each element of a long table takes seconds.
SHOWN = """
    const [selector, text] = arguments;
    return [...document.querySelectorAll(selector)]
        .find((each) => each.checkVisibility() && each.innerText.includes(text)) ?? null;
"""
FOCUSED = """
    const outline = getComputedStyle(document.activeElement).outlineStyle;
    return document.activeElement.matches(arguments[0]) && outline !== "none";
"""
MOST_TABS = 60
# With everything that is folded away opened.
HIDDEN_PIXELS = """
    document.querySelectorAll("details").forEach((each) => { each.open = true; });
    return document.documentElement.scrollWidth - document.documentElement.clientWidth;
"""
LAST_MESSAGE = """
    const items = [...document.querySelector("iframe").contentDocument.querySelectorAll("li")]
        .filter((each) => each.checkVisibility());
    return items.at(-1)?.innerText ?? "";
"""

pytestmark = pytest.mark.skipif(
    bool(MISSING),
    reason=f"needs {' and '.join(MISSING)} (on Debian: apt-get install chromium chromium-driver)",
)


class Person:
    """Somebody in front of the browser, who waits for what is to come and looks at no clock."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self._driver, self._url = driver, url

    def open(self, path: str, width: int = 1280) -> None:
        self.resize(width)
        self._driver.get(self._url + path)

    def resize(self, width: int) -> None:
        self._driver.set_window_size(width, 1000)

    def press(self, *keys: str) -> None:
        ActionChains(self._driver).send_keys(*keys).perform()

    def reach(self, selector: str) -> None:
        """By the Tab key, to where it can be seen."""
        for _ in range(MOST_TABS):
            self.press(Keys.TAB)
            if self._driver.execute_script(FOCUSED, selector):
                return
        raise AssertionError(f"Tab does not lead to {selector}")

    def see(self, selector: str, text: str = "") -> WebElement:
        """The first shown element of a selector in which the text stands."""

        def found(driver: webdriver.Chrome) -> WebElement | None:
            element: WebElement | None = driver.execute_script(SHOWN, selector, text)
            return element

        # A page that refreshes itself may go while it is looked at.
        waiting = WebDriverWait(
            self._driver, DEADLINE_SECONDS, 0.1, ignored_exceptions=[StaleElementReferenceException]
        )
        element = waiting.until(found, f"{selector} with {text!r} does not come")
        assert element
        return element

    def click(self, selector: str, text: str = "") -> None:
        self.see(selector, text).click()

    def fill(self, name: str, value: str) -> None:
        box = self.see(f"form [name='{name}']")
        box.clear()
        box.send_keys(value)

    def run(self, action: str) -> str:
        """Run the action whose form is filled in; its message when it has succeeded."""
        self.click("form.manifest > button", "Run")
        return self.result(action)

    def result(self, action: str) -> str:
        self.see("h1", action)
        self.see("h1 .status.success")
        return self.see(".message").text


@pytest.fixture
def tanium(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatorServer]:
    with SimulatorServer(tls=True, **QUICK) as server:
        # What SOAR's administrator sets for all apps.
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.ca_file))
        monkeypatch.setenv("no_proxy", "localhost")
        yield server


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path / 'chromium'}"):
        options.add_argument(argument)
    options.page_load_strategy = "eager"  # the page of a run is complete when the run has ended
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chromium = webdriver.Chrome(
        options=options, service=Service(executable_path=shutil.which("chromedriver"))
    )
    try:
        yield chromium
    finally:
        chromium.quit()


def test_from_a_new_asset_to_an_alert_that_is_sent_on(
    tmp_path: Path, tanium: SimulatorServer, driver: webdriver.Chrome
) -> None:
    with SoarServer(LocalSoar(tmp_path / "soar")) as server:
        person = Person(driver, server.url)
        create_asset(person, tanium)
        person.click("form[action='/assets/1/test'] button")
        assert person.result("test connectivity").startswith("Test Connectivity Passed")

        connection_id = create_connection(person)
        assert connection_id in tanium.state.connections.all
        look_at_processes(person, connection_id)
        tables_fit(person, server.soar, tanium.state.alerts.rows()[:40])
        host = poll(person)
        assert host in {each.hostname for each in seed.HOSTS}
        pages_fit(person, server.soar, driver)
        by_keyboard(person, driver)
        send_an_alert_on(person)
        # The last one: test connectivity has sent a record of its own.
        assert json.loads(tanium.state.ingest.records[-1])["id"] in {
            alert["id"] for alert in tanium.state.alerts.rows()
        }
        # Before the server ends, which cuts off a logo that is under way.
        assert [
            entry["message"]
            for entry in driver.get_log("browser")
            if entry["level"] in ("SEVERE", "WARNING")
        ] == []


def test_whoever_follows_a_run_keeps_the_place(
    tmp_path: Path, tanium: SimulatorServer, driver: webdriver.Chrome
) -> None:
    tanium.settings.connect_timeout_seconds = 600
    soar = LocalSoar(tmp_path / "soar")
    soar.create_asset("tanium", {"base_url": tanium.url, "api_token": seed.TOKEN})
    with SoarServer(soar) as server:
        given = {
            "destination": seed.OFFLINE.hostname,
            "destination_type": "hostname",
            "wait": True,
            "timeout": 600,
        }
        run_id = server.runs.begin("create connection", given)
        person = Person(driver, server.url)
        person.open(f"/runs/{run_id}")
        button = person.see("form[action$=cancel] button", "Cancel")
        driver.execute_script("arguments[0].focus()", button)
        seen: list[str] = []
        while len(seen) < 3:
            message = WebDriverWait(driver, DEADLINE_SECONDS, 0.1).until(
                lambda _: driver.execute_script(LAST_MESSAGE)
            )
            if "is waiting" in message and message not in seen:
                seen.append(message)

        assert driver.switch_to.active_element == button
        button.send_keys("\n")
        person.see("h1 .status.failed")
        assert "Cancelled" in person.see(".tanium-tr .message").text


def create_asset(person: Person, tanium: SimulatorServer) -> None:
    person.open("/")
    person.click("ol a", "Create an asset")
    person.fill("name", "my tanium")
    person.fill("config-base_url", tanium.url)
    person.fill("config-api_token", seed.TOKEN)
    person.fill("config-ingest_url", tanium.url + seed.INGEST_PATH)
    person.fill("config-ingest_key", seed.INGEST_KEY)
    person.click("form.manifest > button", "Save")
    person.see("td a", "my tanium")


def create_connection(person: Person) -> str:
    person.open("/actions")
    person.fill("search", "create connection")
    person.click("form[action='/actions'] button")
    # The list of all actions has that link, too, until it goes.
    person.see("[name=search][value='create connection']")
    person.click("td a", "create connection")
    person.fill("parameter-destination", seed.FINANCE.hostname)
    person.click("[name='parameter-wait']")
    person.run("create connection")
    return person.see(".widget a.menu", "remote:").text


def look_at_processes(person: Person, connection_id: str) -> None:
    """By the menu of the connection's id into the process tree, and by that of a process on to its
    events.
    """
    person.click(".widget a.menu", connection_id)
    person.click(".context-menu button", "get process tree")
    assert person.see("[name='parameter-connection_id']").get_attribute("value") == connection_id
    person.fill("parameter-process_table_id", seed.process_table_id(seed.FINANCE.client_id, 3))
    person.run("get process tree")
    for name in ("smss.exe", "explorer.exe", "OUTLOOK.EXE"):
        person.see(".widget a.menu", name)

    person.click(".widget a.menu", seed.process_table_id(seed.FINANCE.client_id, 4))
    person.click(".context-menu button", "get process events")
    assert person.see("[name='parameter-connection_id']").get_attribute("value") == connection_id


def tables_fit(person: Person, soar: LocalSoar, alerts: list[dict[str, Any]]) -> None:
    """In a window of 1,000 pixels, the tree's table and the alerts' are seen as a whole."""
    tree = next(run["id"] for run in soar.app_runs() if run["action"] == "get process tree")
    hashes = {"md5": "0" * 32, "sha1": "0" * 40, "sha256": "0" * 64}
    rows = [
        {
            **alert,
            **hashes,
            "console_link": "https://tanium.example.com/",
            "intelDoc": {"name": "A name of some words"},
        }
        for alert in alerts
    ]
    for run_id in (tree, store(soar, "list alerts", rows)):
        person.open(f"/runs/{run_id}", width=1000)
        table = person.see(".tanium-tr .rows")
        assert table.get_property("scrollWidth") == table.get_property("clientWidth")


def pages_fit(person: Person, soar: LocalSoar, driver: webdriver.Chrome) -> None:
    """In a narrow window and on a phone, nothing needs to be scrolled sideways, also not where a
    sender has long words.
    """
    word = "W" * 200
    saved = save_container(
        soar.installation,
        {"name": word, "label": "events", "artifacts": [{"name": word, "cef": {word: word}}]},
    )
    findings.create(
        soar.installation, {"rule_title": word, "security_domain": "endpoint", "risk_object": word}
    )
    labels = [{"id": 1, "name": word, "description": word}]
    runs = {run["action"]: run["id"] for run in soar.app_runs()}
    runs["failed"] = store(soar, "list labels", [], status="failed", message=word)
    runs["labels"] = store(soar, "list labels", labels, summary={word: word}, message=word)
    for path in (
        *("/", "/assets", "/assets/new", "/assets/1", "/users", "/vault", "/findings"),
        *("/actions", "/actions/get_events", "/actions/create_destination", "/runs", "/containers"),
        *(f"/containers/{saved.id}", *(f"/runs/{run_id}" for run_id in runs.values())),
    ):
        person.open(path)
        for width in (1024, 390):
            person.resize(width)
            assert driver.execute_script(HIDDEN_PIXELS) <= 0, (path, width)


def by_keyboard(person: Person, driver: webdriver.Chrome) -> None:
    """From the start page to an action, its result, and the form of the next one."""
    person.open("/")
    person.press(Keys.TAB)
    assert driver.switch_to.active_element.text == "Skip to the content"
    person.press(Keys.ENTER)
    person.see("main:focus")
    person.press("/")
    person.see("#search:focus")
    person.press("list labels", Keys.ENTER)
    person.see("#search[value='list labels']")
    person.reach("td a[href='/actions/list_labels']")
    person.press(Keys.ENTER)
    person.see("h1", "list labels")
    person.reach("form.manifest button")
    person.press(Keys.ENTER)
    person.result("list labels")
    person.reach(".rows")
    person.reach("button.menu")
    person.press(Keys.ENTER)
    first = person.see(".context-menu button:focus").text
    person.press(Keys.ARROW_UP, Keys.ARROW_UP, Keys.END, Keys.HOME, Keys.ARROW_DOWN)
    chosen = person.see(".context-menu button:focus").text
    assert chosen != first
    person.press(Keys.ENTER)
    person.see("h1", chosen.partition(" (")[0])


def poll(person: Person) -> str:
    """Poll, and open a container; the host of its alert, as the form of an action gets it from the
    menu.
    """
    person.open("/containers")
    person.fill("containers", "2")
    person.click("button[name=now]")
    person.result("on poll")
    person.click("a", "Show the containers")
    person.click("td a")
    person.see(".artifact button.menu").send_keys(Keys.ENTER)
    person.see(".context-menu button:focus").send_keys(Keys.ESCAPE)
    person.see(".artifact button.menu:focus").click()
    person.click(".context-menu button", "create connection")
    assert person.see("[name=container]").get_attribute("value") == "3"
    return person.see("[name='parameter-destination']").get_attribute("value") or ""


def send_an_alert_on(person: Person) -> None:
    person.open("/actions/forward_alerts")
    person.click("details.group summary", "More")
    person.fill("parameter-limit", "1")
    person.run("forward alerts")
