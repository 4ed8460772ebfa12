# File: test_widgets.py
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
"""What each widget shows: of the simulator's data, of failures, of nothing, and of very much."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dev.environments import ROOT
from dev.screenshots import pages
from tanium_tr.widgets import parts
from tests.views.page import Menu, Page, rendered, result, shown


ALERT = {
    "id": 7,
    "priority": "high",
    "state": "unresolved",
    "computerName": "ws-1",
    "alertedAt": "2026-07-17T18:02:32.000Z",
}
PROCESS = {"pid": 4711, "process_path": "C:\\Windows\\System32\\cmd.exe", "process_table_id": "99"}


@pytest.fixture(scope="module")
def widgets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """The widgets of the screenshots, from runs against the simulator."""
    return {widget.name: Page(html) for widget, html in pages(tmp_path_factory.mktemp("soar"))}


def test_every_widget_is_harmless_and_has_menus(widgets: dict[str, Page]) -> None:
    for name, page in widgets.items():
        page.require_harmless()
        assert page.menus or name in ("empty", "delivery"), name


def test_process_tree(widgets: dict[str, Page]) -> None:
    page = widgets["process-tree"]

    styles = [row["class"] for row in page.rows]
    assert [style[0] for style in styles] == ["parent", "node", "child", "sibling"]
    assert [style[1] for style in styles] == ["depth-0", "depth-1", "depth-2", "depth-1"]
    assert [text.split()[0] for text in page.cells("Process")] == [
        "smss.exe",
        "explorer.exe",
        "OUTLOOK.EXE",
        "services.exe",
    ]
    # Also for those who see neither the colour of the row nor how far in it stands.
    assert [text.split()[0] for text in page.cells("Context")] == [
        "parent",
        "node",
        "child",
        "sibling",
    ]
    assert page.cells("Context")[0] == "parent children 2"
    assert re.match(r"process 1 file \d+ network \d+", page.cells("Events")[1])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", page.cells("Started, ended (UTC)")[1])
    above = page.facts()["Parent of the topmost process"]
    assert Menu(frozenset(["threatresponse process table id"]), above) in page.menus


def test_process_tree_without_a_parent() -> None:
    page = shown(
        "get process tree",
        [
            {**PROCESS, "context": "child"},
            {**PROCESS, "context": "node"},
            {**PROCESS, "context": "friend"},
        ],
    )

    assert [row["class"] for row in page.rows] == [
        ["node", "depth-0"],
        ["child", "depth-1"],
        ["depth-0"],
    ]


def test_process_with_nothing_above_it_has_no_menu_that_leads_there() -> None:
    page = shown(
        "get process tree", [{**PROCESS, "context": "node", "parent_process_table_id": "0"}]
    )

    assert not page.facts()


def test_process_tree_says_what_is_missing() -> None:
    assert (
        "more than shown"
        in shown(
            "get process tree", [{**PROCESS, "context": "node"}], summary={"more_data": True}
        ).text
    )


def test_investigation(widgets: dict[str, Page]) -> None:
    page = widgets["investigation"]

    titles = [each.get_text() for each in page.soup.select("caption")]
    assert titles[0] == "Process tree"
    assert titles[1:] == [
        *(title for title in titles if title.startswith("Newest ")),
        *("Hashes", "Network peers", "Observables"),
    ]
    facts = page.facts()
    assert facts["What happened"].startswith("invoice-viewer.exe (428) injected code into ")
    assert "closed yes" in facts["Connection"]
    styles = [row["class"] for row in page.rows if row["class"]]
    assert [style[0] for style in styles[:4]] == ["ancestor", "ancestor", "parent", "node"]
    assert [style[1] for style in styles[:4]] == ["depth-0", "depth-1", "depth-2", "depth-3"]
    assert "process events" in page.text
    offered = {kind for menu in page.menus for kind in menu.contains}
    assert offered >= {"md5", "sha256", "ip", "domain", "pid", "threatresponse process table id"}


def test_investigation_says_what_is_missing() -> None:
    parts = [
        {"part": "alert", "status": "ok", "reason": ""},
        {"part": "connection", "status": "failed", "reason": "The endpoint is offline."},
    ]
    page = shown(
        "investigate alert",
        [{"alert": {"id": 7, "priority": "high"}, "parts": parts, "observables": "none"}],
    )

    assert page.cells("Reason") == ["The endpoint is offline."]
    assert "connection failed" in page.text


def test_events(widgets: dict[str, Page]) -> None:
    page = widgets["events-network"]

    assert page.columns[:5] == ["Time (UTC)", "Operation", "Process", "Destination", "Source"]
    assert re.fullmatch(r"203\.0\.113\.\d+ port \d+", page.cells("Destination")[0])
    assert "There are more events than the limit" in page.text
    bars = page.soup.select("svg rect")
    assert sum(int(bar.get_text().split()[0]) for bar in bars) == 201 == len(page.rows)
    assert max(int(str(bar["height"])) for bar in bars) == 100
    assert all(int(str(bar["y"])) + int(str(bar["height"])) == 100 for bar in bars)


@pytest.mark.parametrize(
    "times", [[], ["2026-07-17 18:02:32.000"], ["2026-07-17 18:02:32.000"] * 3, ["soon", None]]
)
def test_events_without_a_span_of_time_have_no_chart(times: list[str]) -> None:
    assert not shown(
        "get events", [{"timestamp": time, "process_id": 4} for time in times]
    ).soup.select("svg")


@pytest.mark.parametrize(
    ("times", "first", "last", "scale"),
    [
        (
            ["2010-01-01 00:00:00", "2026-01-01 00:00:00"],
            "2010-01-01 00:00:00",
            "2026-01-01 00:00:00 UTC",
            "each bar 121 days, 18:00:00, at most 1",
        ),
        (
            ["2026-01-01 00:00:00.020", "2026-01-01 00:00:00.500"] * 2,
            "2026-01-01 00:00:00.020",
            "2026-01-01 00:00:00.500 UTC",
            "each bar 10 ms, at most 2",
        ),
        (
            ["2026-01-01 00:00:00.000001", "2026-01-01 00:00:00.000002"],
            "2026-01-01 00:00:00.000",
            "2026-01-01 00:00:00.000 UTC",
            "each bar 0 ms, at most 1",
        ),
    ],
)
def test_count_over_years_and_over_microseconds(
    times: list[str], first: str, last: str, scale: str
) -> None:
    page = shown("get events", [{"timestamp": time} for time in times])

    assert [span.get_text() for span in page.soup.select(".scale span")] == [first, scale, last]
    assert [str(bar["x"]) for bar in page.soup.select("svg rect")] == ["0", "470"]
    assert (
        page.soup.select("svg[role=img]")[0]["aria-label"]
        == f"{len(times)} events over time, from {first} to {last}: {scale}"
    )


def test_process_is_shown_by_name_folder_and_pid(widgets: dict[str, Page]) -> None:
    page = widgets["process"]

    assert page.columns == ["Time (UTC)", "Operation", "Detail", "Type"]
    assert page.cells("Detail") == ["explorer.exe C:\\Windows\\ PID 412"]


def test_alerts(widgets: dict[str, Page]) -> None:
    page = widgets["alerts"]

    assert page.columns == [
        "Priority",
        "State",
        "Alert",
        "Time (UTC)",
        "Host",
        "File, event",
        "What happened",
        "Target",
        "Intel",
        "Hashes",
    ]
    assert re.search(r"\d+ high .*\d+ unresolved", page.text)
    links = [str(link["href"]) for link in page.soup.select("a[target=_blank]")]
    assert len(links) == len(page.rows) == 40
    assert re.fullmatch(
        r"https://tanium\.example\.com/ui/threatresponse/alerts\?guid=[0-9a-f-]{36}", links[0]
    )
    assert page.soup.select("a[target=_blank][rel='noopener noreferrer']")


def test_files_and_snapshots_have_human_sizes_and_times(widgets: dict[str, Page]) -> None:
    assert widgets["files"].cells("Size")[0] == "47.1 KB"
    assert widgets["files"].cells("File")[0] == "invoice-viewer.exe C:\\Users\\Public\\Downloads\\"
    assert widgets["snapshots"].cells("Size")[0].endswith("MB")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", widgets["snapshots"].cells("Created (UTC)")[0]
    )
    assert widgets["file"].facts()["File"] == "invoice-viewer.exe"


def test_connections_show_their_state(widgets: dict[str, Page]) -> None:
    page = widgets["connections"]

    tones = {badge.get_text(): badge["class"] for badge in page.soup.select(".rows .badge")}
    assert tones["connected"] == ["badge", "good"]
    assert tones["timeout"] == ["badge", "bad"]
    assert page.soup.select(".counts .badge")[0].get_text() == "2 connected"


def test_intel_document(widgets: dict[str, Page]) -> None:
    page = widgets["intel-document"]

    assert page.facts()["MITRE ATT&CK"] == "T1204.002 T1059.001"
    assert (
        "process.parent.name contains 'winword.exe'" in page.soup.select(".contents")[0].get_text()
    )
    assert page.soup.select(".contents caption")[0].get_text() == "Contents"


def test_document_from_windows_has_plain_ends_of_lines() -> None:
    page = shown("get intel doc", [{"id": 1, "contents": "rule x {\r\n  condition: true\r\n}"}])

    assert page.soup.select(".contents td")[0].get_text() == "rule x {\n  condition: true\n}"


def test_long_list_says_how_many_more_there_are() -> None:
    assert (
        shown("get intel doc", [{"labelIds": list(range(60))}])
        .facts()["Label IDs"]
        .endswith("48 49 and 10 more")
    )


def test_runs_of_data_connections(widgets: dict[str, Page]) -> None:
    log = {
        "connectionId": 3,
        "connectionName": "To SOAR",
        "status": "failure",
        "rowCount": 1200,
        "duration": 2900,
        "message": "refused",
    }
    listed = shown("list connection logs", [log, {**log, "status": "success", "duration": 90_000}])
    run = shown("run data connection", [{"data_connection_id": 3, "status": "running", "log": log}])

    assert set(widgets["connection-logs"].cells("Status")) == {"success", "failure", "partial"}
    assert widgets["data-connections"].cells("Data connection")[0] == "Alerts to SOAR ID 1"
    assert widgets["data-connections"].cells("Schedule")[0] == "every 1:00:00 Schedule 301"
    assert listed.cells("Status") == ["failure", "success"]
    assert listed.cells("Took") == ["2.9 s", "0:01:30"]
    assert (run.facts()["Status"], run.facts()["Rows"]) == ("failure", "1,200")


def test_delivery(widgets: dict[str, Page]) -> None:
    summary = {"records": 1000, "bytes": 500_000, "undelivered": 200}
    batches = [
        {"batch_id": at, "state": "set aside", "records": 100, "created": 1_795_336_967.05}
        for at in (1, 2)
    ]

    assert widgets["delivery"].facts()["Records delivered"] == "2"
    assert shown("send records", [summary], summary=summary).facts() == {
        "Records delivered": "1,000",
        "Bytes": "488 KB",
        "Undelivered": "200",
    }
    page = shown("resend undelivered", batches, summary=summary)
    assert page.cells("State") == ["set aside", "set aside"]
    assert page.cells("Created (UTC)")[0] == "2026-11-22 08:42:47"
    assert page.facts()["Undelivered"] == "200"


def test_failed_run_says_why(widgets: dict[str, Page]) -> None:
    page = widgets["failed"]

    assert "404 Not Found" in page.soup.select(".message.failed")[0].get_text()
    assert page.facts()["Intel Doc ID"] == "999999"
    assert not page.rows


def test_partial_result_shows_both(widgets: dict[str, Page]) -> None:
    page = widgets["partial"]

    assert "0 of 3 alerts are resolved" in page.soup.select(".message.failed")[0].get_text()
    assert "The action failed. This is what it did or found before the failure." in page.text
    assert len(page.rows) == 3


def test_empty_result_says_so(widgets: dict[str, Page]) -> None:
    assert "File count: 0" in widgets["empty"].soup.select(".message.nothing")[0].get_text()


def test_rows_are_counted_by_what_their_column_shows() -> None:
    page = shown(
        "list data connections",
        [{"lastRunStatus": "success"}, {"schedule": {"lastRunStatus": "failed"}}],
    )

    assert [badge.get_text() for badge in page.soup.select(".counts .badge")] == [
        "1 success",
        "1 failed",
    ]


def test_counts_leave_no_row_out() -> None:
    rows = [{"operation": f"operation {at % 12}"} for at in range(24)]

    assert [badge.get_text() for badge in shown("get events", rows).soup.select(".counts .badge")][
        7:
    ] == ["2 operation 7", "8 others"]


def test_hash_is_whole_under_the_mouse() -> None:
    (link,) = shown("get alert", [{"md5": "d41d8cd98f00b204e9800998ecf8427e"}]).soup.select(
        "a[onclick]"
    )

    assert (link.get_text(), link["title"]) == ("MD5 d41d8cd9…", "d41d8cd98f00b204e9800998ecf8427e")


def test_rows_with_nothing_known_do_not_leave_the_widget_blank() -> None:
    page = shown("list alerts", [{"of another version": 1}, {}], message="Listed alerts")

    assert page.soup.select(".message.nothing")[0].get_text(strip=True) == "Listed alerts"


def test_run_without_any_result() -> None:
    page = rendered("list alerts", {"result_data": [], "result_summary": {}})

    assert page.text.endswith("There are no results.")


def test_several_runs_and_results_follow_each_other() -> None:
    page = rendered(
        "list alerts",
        result([ALERT]),
        result([], failed=True, message="No"),
        result([ALERT, ALERT]),
    )

    assert [len(each.select("tr")) > 0 for each in page.soup.select(".result")] == [
        True,
        False,
        True,
    ]


def test_thousand_rows_are_all_there_and_more_are_counted() -> None:
    rows = [{**ALERT, "id": at} for at in range(1001)]
    thousand, more = shown("list alerts", rows[:1000]), shown("list alerts", rows)

    for page in (thousand, more):  # without the parser, which takes seconds for as many
        menus = re.findall(r"threatresponse alert id&#x27;, \], 'value': '(\d+)' \}", page.html)
        assert menus == [str(at) for at in range(1000)]
        assert page.html.count("<tr ") == 1001  # with that of the counts
    assert "The first" not in thousand.html
    assert (
        "Showing the first 1,000 of 1,001 rows. The result itself contains all of them."
        in more.html
    )


def test_one_row_is_shown_as_lines() -> None:
    page = shown("list alerts", [ALERT])

    assert not page.rows
    assert page.facts()["Host"] == "ws-1"


@pytest.mark.parametrize(
    ("value", "human"),
    [
        (0, "0 bytes"),
        (1023, "1,023 bytes"),
        (1024, "1.0 KB"),
        ("48211", "47.1 KB"),
        (314_572_800, "300 MB"),
        (5 * 1024**4, "5.0 TB"),
        (-1, "-1"),
        ("unknown", "unknown"),
        (10**30, str(10**30)),
    ],
)
def test_size(value: object, human: str) -> None:
    assert [each.text for each in parts.size(value)] == [human]


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-07-17T18:02:32.000Z", "2026-07-17 18:02:32"),
        ("2026-07-17T18:02:32", "2026-07-17 18:02:32"),
        ("2026-07-17 18:02:32.981", "2026-07-17 18:02:32"),
        ("2026-07-17T18:02:32.123456789+02:00", "2026-07-17 16:02:32"),
        ("2026-07-17T18:02:32-0530", "2026-07-17 23:32:32"),
        (1_784_311_352_000, "2026-07-17 18:02:32"),
        ("1784311352000", "2026-07-17 18:02:32"),
        ("2026-02-30T00:00:00Z", "2026-02-30T00:00:00Z"),
        ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59-23:59"),
        ("0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00+01:00"),
        (10**20, str(10**20)),
        (0, "0"),
        ("yesterday", "yesterday"),
    ],
)
def test_moment(value: object, moment: str) -> None:
    assert [each.text for each in parts.timestamp(value)] == [moment]


def test_tables_have_headers_of_columns_and_of_rows(widgets: dict[str, Page]) -> None:
    for name, page in widgets.items():
        for table in page.soup.select(".rows table"):
            columns = [cell.get_text() for cell in table.select("th[scope=col]")]
            for row in table.select("tbody tr"):
                assert [cell["data-title"] for cell in row.find_all("td")] == columns, name
        for table in page.soup.select("table"):
            assert table.select("th[scope], caption") or table["role"] == "presentation", name


def test_style_suits_both_themes() -> None:
    """Text takes its colour from SOAR's theme, unless it stands on a background of the template's
    own; tints let the theme through.
    """
    template = (ROOT / "views" / "results.html").read_text(encoding="utf-8")
    rules = re.findall(
        r"([^{}\n]+)\{([^{}]+)\}", template[template.index("<style>") : template.index("</style>")]
    )

    assert len(rules) > 30
    for selector, rule in rules:
        solid_text = re.search(r"(?<![-\w])color: #", rule)
        solid_background = re.search(r"background: #", rule)
        assert bool(solid_text) == bool(solid_background), selector
        assert selector.strip().startswith(".tanium-tr"), "nothing outside the widget is styled"
        assert "background" not in rule or not selector.strip().endswith(" td"), (
            "in a narrow widget the cells do not fill their row"
        )


def test_only_chromium_is_needed_for_screenshots(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from dev import screenshots

    monkeypatch.setenv("PATH", str(tmp_path))

    assert screenshots.main(["--to", str(tmp_path)]) == 1
    assert "No screenshots: chromium and chromedriver not found" in capsys.readouterr().err
