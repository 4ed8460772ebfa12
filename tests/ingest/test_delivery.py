# File: test_delivery.py
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
"""What the sender does with every answer: repeat, split, set aside, stop; and what resend
undelivered makes of what is left.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import threading
import time
from email.utils import formatdate
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar import Profile
from dev.soar.runtime import LocalSoar
from tanium_tr.ingest.delivery import MOST_TOO_LARGE
from tanium_tr.ingest.packing import TEXT, packed
from tanium_tr.ingest.patience import LONGEST_WAIT
from tanium_tr.ingest.spool import LEASE, Spool
from tanium_tr.soar.platform import SoarPlatform
from tests.conftest import ASSET, RunAction, eventually, run_on
from tests.ingest.conftest import (
    Configure,
    IntoVault,
    configuration,
    full_disk,
    ingest_fault,
    numbers,
    objects,
    spool_file,
    trusting,
)


def posts(server: SimulatorServer) -> int:
    return len(server.log.requests(method="POST", path_contains=seed.INGEST_PATH))


@pytest.mark.parametrize(
    ("fault", "copies"),
    [
        *(
            ({"kind": "status", "status": status}, 1)
            for status in (408, 429, 500, 502, 503, 504, 507, 599)
        ),
        ({"kind": "reset_before"}, 1),
        ({"kind": "reset_after"}, 2),
        ({"kind": "html_error"}, 1),
    ],
)
def test_transient_answer_is_repeated(
    run: RunAction, tanium: SimulatorServer, waits: list[float], fault: dict[str, Any], copies: int
) -> None:
    tanium.faults.add(ingest_fault(**{**fault, "times": 1 if copies == 2 else 3}))

    result = run("send records", records='{"n": 1}')

    assert result.ok, result.message
    assert tanium.state.ingest.records == [b'{"n": 1}'] * copies
    assert result.summary["requests"] == (2 if copies == 2 else 4)
    assert all(0 <= wait <= 2**number for number, wait in enumerate(waits))


def test_waits_grow_to_a_cap_with_full_jitter(
    run: RunAction, tanium: SimulatorServer, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", random.Random(1).uniform)
    tanium.faults.add(ingest_fault("status", times=30))

    assert run("send records", records="{}", timeout=86400).ok

    assert all(wait <= min(LONGEST_WAIT, 2**number) for number, wait in enumerate(waits))
    assert max(waits) > 60
    assert min(waits[10:]) < 60
    assert len(set(waits)) == 30


def test_waits_begin_anew_after_a_success(
    run: RunAction,
    tanium: SimulatorServer,
    waits: list[float],
    monkeypatch: pytest.MonkeyPatch,
    into_vault: IntoVault,
) -> None:
    monkeypatch.setattr("random.uniform", lambda _low, high: high)
    for after in (0, 4):
        tanium.faults.add(ingest_fault("status", after=after, times=3))

    assert run("send records", vault_id=into_vault("\n".join(objects(1000, 400)).encode())).ok
    assert waits == [1, 2, 4, 1, 2, 4]


def test_time_of_attempts_that_fail_counts(
    run: RunAction, tanium: SimulatorServer, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    tanium.faults.add(ingest_fault("status", times=None))
    ticks = itertools.count(0, 100)
    monkeypatch.setattr(SoarPlatform, "now", lambda _self: next(ticks))

    assert not run("send records", records="{}", timeout=250).ok
    assert (posts(tanium), len(waits)) == (3, 2)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("is_date", [False, True])
def test_retry_after_is_the_floor(
    run: RunAction, tanium: SimulatorServer, waits: list[float], status: int, is_date: bool
) -> None:
    date = int(time.time()) + 40
    value = formatdate(date, usegmt=True) if is_date else "40"
    tanium.faults.add(ingest_fault("status", status=status, headers={"Retry-After": value}))

    result = run("send records", records="{}\n{}")

    assert (result.ok, result.rows[0]["requests"]) == (True, 2)  # so small a batch is not split
    assert (date - time.time() if is_date else 40) <= waits[0] <= 41


def test_retry_after_in_the_oldest_form_of_http_s_dates_is_utc(
    run: RunAction, tanium: SimulatorServer, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    date = int(time.time()) + 40
    tanium.faults.add(
        ingest_fault(
            "status",
            headers={"Retry-After": time.strftime("%a %b %d %H:%M:%S %Y", time.gmtime(date))},
        )
    )
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "NewYork+5")
        time.tzset()
        assert run("send records", records="{}").ok
    time.tzset()

    assert date - time.time() <= waits[0] <= 41


@pytest.mark.parametrize(
    "value", ["soon", "-5", "Thu, 01 Jan 1970 00:00:00 GMT", "1e9", "Thu, 99 Foo"]
)
def test_retry_after_of_nonsense(
    run: RunAction, tanium: SimulatorServer, waits: list[float], value: str
) -> None:
    tanium.faults.add(ingest_fault("status", headers={"Retry-After": value}))

    assert run("send records", records="{}").ok
    assert sum(waits) <= 1


def test_time_is_up_and_everything_is_kept_for_later(
    soar: LocalSoar,
    run: RunAction,
    tanium: SimulatorServer,
    waits: list[float],
    into_vault: IntoVault,
) -> None:
    tanium.faults.add(ingest_fault("status", times=None))
    vault_id = into_vault("\n".join(objects(1000, 400)).encode())

    result = run("send records", vault_id=vault_id, timeout=30)

    assert not result.ok
    assert sum(waits) <= 30
    assert "answered HTTP 503" in result.message
    assert (
        "Undelivered in the spool: 1000 records; 'resend undelivered' delivers them."
        in result.message
    )
    assert (result.rows[0]["records"], result.rows[0]["undelivered"]) == (0, 1000)
    sent = posts(tanium)

    failed = run("resend undelivered", timeout=0)
    assert not failed.ok
    assert posts(tanium) == sent + len(failed.rows), "one attempt at each"
    assert [row["state"] for row in failed.rows] == ["undelivered"] * len(failed.rows)
    assert failed.rows[0]["attempts"] > 2

    tanium.faults.clear()
    result = run("resend undelivered")
    assert (result.ok, result.rows, result.summary["records"]) == (True, [], 1000)
    assert sorted(numbers(tanium)) == list(range(1000))
    assert spool_file(soar).stat().st_size < 200_000
    assert [path.name for path in spool_file(soar).parent.glob("*.accepted")] == []
    assert run("resend undelivered").message == "There was nothing to deliver."


@pytest.mark.parametrize(
    "value", ["4000", "99999999999", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"]
)
def test_longer_retry_after_than_there_is_time(
    run: RunAction, tanium: SimulatorServer, waits: list[float], value: str
) -> None:
    tanium.faults.add(ingest_fault("status", status=429, headers={"Retry-After": value}))

    result = run("send records", records="{}")

    assert (result.ok, waits, posts(tanium)) == (False, [], 1)
    assert f"(Retry-After: {value[:40]})" in result.message


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        ({"status": 402}, "Check the subscription or license"),
        ({"status": 404}, "Check ingest_url: no endpoint has this address, at least for now."),
        ({"status": 405}, "Check ingest_url: what answers at this address does not take records."),
        ({"status": 407}, "Check the user name and password of the proxy."),
        ({"status": 410}, "Create a new integration."),
        *(
            ({"status": status}, "Check ingest_url, and any proxy or firewall on the way.")
            for status in (101, 406, 409, 411, 421, 425, 426, 431, 451, 600, 999)
        ),
        *(
            ({"status": status}, "while a login or maintenance page is in the endpoint's place,")
            for status in (300, 301, 303, 304, 307, 308)
        ),
        ({"kind": "redirect"}, "it redirects to https://elsewhere.invalid/. Check ingest_url; "),
        ({"status": 400, "body": '{"text": "Incorrect index", "code": 7}'}, "indexes in Splunk"),
    ],
)
def test_answer_about_the_endpoint_stops_the_run_and_sets_nothing_aside(
    run: RunAction, tanium: SimulatorServer, fault: dict[str, Any], advice: str
) -> None:
    fault = {"kind": "status", **fault, "times": None}
    sent = 0
    for number in range(6):
        tanium.faults.add(ingest_fault(**fault))
        result = run("send records", records=json.dumps({"n": number}))
        sent += 1
        assert (result.ok, posts(tanium)) == (False, sent)
        assert advice in result.message
        assert (result.rows[0]["set_aside"], result.rows[0]["undelivered"]) == (0, sent)
    for _ in range(3):
        result = run("resend undelivered")
        sent += 1
        assert (result.ok, posts(tanium)) == (False, sent)
        assert {row["state"] for row in result.rows} == {"undelivered"}
        assert advice in result.message
    tanium.faults.clear()

    result = run("resend undelivered")
    assert (result.ok, result.rows, result.summary["records"]) == (True, [], 6)
    assert sorted(numbers(tanium)) == list(range(6))


@pytest.mark.parametrize("status", [401, 403])
def test_key_that_the_endpoint_accepts_again_brings_everything_there(
    run: RunAction, tanium: SimulatorServer, status: int
) -> None:
    tanium.faults.add(ingest_fault("status", times=None))
    for number in range(6):
        run("send records", records=json.dumps({"n": number}), timeout=0)
    tanium.faults.clear()
    denial = tanium.faults.add(ingest_fault("status", status=status, times=3))
    for _ in range(3):
        assert not run("resend undelivered").ok
    assert denial.applied == 3

    result = run("resend undelivered")

    assert (result.ok, result.rows) == (True, [])
    assert sorted(numbers(tanium)) == list(range(6))


@pytest.mark.parametrize("status", [401, 403])
def test_refused_key_waits_for_another_one(
    run: RunAction, tanium: SimulatorServer, configure: Configure, status: int
) -> None:
    if status == 403:
        tanium.state.ingest.deleted_keys.add(seed.INGEST_KEY)
    tanium.state.ingest.keys = {"key-another"}
    result = run("send records", records='{"n": 1}')

    assert not result.ok
    assert f"answered HTTP {status}" in result.message
    assert "Waiting for another ingest_key: 1 record" in result.message
    for _ in range(2):
        result = run("resend undelivered")
        assert (result.ok, posts(tanium), [row["state"] for row in result.rows]) == (
            True,
            1,
            ["denied"],
        )

    configure(ingest_key="key-another")
    assert run("resend undelivered").rows == []
    assert numbers(tanium) == [1]


def test_refused_key_that_was_right_is_tried_again_when_somebody_says_so(
    run: RunAction, tanium: SimulatorServer
) -> None:
    tanium.faults.add(
        ingest_fault("status", status=403, body='{"text": "Token disabled", "code": 1}')
    )
    result = run("send records", records='{"n": 1}')
    assert "enable it there." in result.message
    assert "or run it with include_set_aside once the endpoint accepts this key." in result.message

    assert [row["state"] for row in run("resend undelivered").rows] == ["denied"]
    assert run("resend undelivered", include_set_aside=True).rows == []
    assert numbers(tanium) == [1]


@pytest.mark.parametrize("status", [429, 503])
def test_batch_that_another_run_has_delivered_during_a_long_wait_is_not_sent_again(
    soar: LocalSoar,
    run: RunAction,
    tanium: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
) -> None:
    tanium.faults.add(ingest_fault("status", status=status, headers={"Retry-After": "4000"}))
    waited = [0.0]
    monkeypatch.setattr(
        Spool.__init__,
        "__kwdefaults__",
        {"lease": LEASE, "clock": lambda: time.time() + sum(waited)},
    )

    def overtaken(*_: Any) -> None:
        waited.append(4000)
        other = Spool(spool_file(soar), tanium.url + seed.INGEST_PATH, "key")
        taken = other.next()
        assert taken is not None
        other.accepted(taken)
        other.close()

    monkeypatch.setattr(SoarPlatform, "sleep", overtaken)
    result = run("send records", records="\n".join(objects(200, 400)), timeout=86400)

    assert (result.ok, result.rows[0]["records"], posts(tanium)) == (True, 0, 1)
    assert numbers(tanium) == []


def test_another_address_never_gets_what_was_meant_for_the_first(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    tanium.faults.add(ingest_fault("status"))
    assert not run("send records", records='{"n": 1}', timeout=0).ok
    configure(ingest_url=tanium.url + seed.COLLECTOR_PATH, ingest_auth_scheme="Splunk")

    assert run("send records", records='{"n": 2}').ok
    assert run("resend undelivered", include_set_aside=True).rows == []
    assert numbers(tanium) == [2]

    configure()
    assert run("resend undelivered").ok
    assert numbers(tanium) == [2, 1]


def test_too_large_request_is_split_down_to_the_record_that_is_too_large(
    run: RunAction, tanium: SimulatorServer, into_vault: IntoVault
) -> None:
    tanium.settings.ingest_max_bytes = 20_000
    given = objects(1000, 100)
    given[613] = json.dumps({"n": 613, "x": "y" * 30_000})

    result = run("send records", vault_id=into_vault("\n".join(given).encode()))

    assert not result.ok
    assert sorted(numbers(tanium)) == [number for number in range(1000) if number != 613]
    assert (
        result.rows[0]["set_aside"],
        result.rows[0]["undelivered"],
        result.rows[0]["records"],
    ) == (1, 0, 999)
    assert "The record is larger than the endpoint accepts." in result.message
    (row,) = run("resend undelivered").rows
    assert (row["state"], row["records"], row["bytes"]) == ("set aside", 1, len(given[613]) + 1)


def test_endpoint_that_calls_everything_too_large(run: RunAction, tanium: SimulatorServer) -> None:
    tanium.faults.add(ingest_fault("status", status=413, times=None))

    result = run("send records", records="\n".join(objects(300, 20)))

    assert not result.ok
    assert posts(tanium) < 3 * MOST_TOO_LARGE
    assert (result.rows[0]["set_aside"], result.rows[0]["undelivered"]) == (
        MOST_TOO_LARGE,
        300 - MOST_TOO_LARGE,
    )
    assert "the limits of any proxy or firewall on the way." in result.message
    tanium.faults.clear()
    assert run("resend undelivered", include_set_aside=True).rows == []
    assert sorted(numbers(tanium)) == list(range(300))


def test_records_that_are_too_large_one_by_one_do_not_stop_the_others(
    run: RunAction, tanium: SimulatorServer
) -> None:
    tanium.settings.ingest_max_bytes = 300
    given = [
        small if number % 2 else large
        for number, (small, large) in enumerate(zip(objects(48, 20), objects(48, 400)))
    ]

    result = run("send records", records="\n".join(given))

    assert sorted(numbers(tanium)) == list(range(1, 48, 2))
    assert (result.rows[0]["set_aside"], result.rows[0]["undelivered"]) == (24, 0)


def test_rate_limit_halves_the_batches_and_slows_down(
    run: RunAction, tanium: SimulatorServer, waits: list[float], into_vault: IntoVault
) -> None:
    tanium.faults.add(ingest_fault("status", status=429, after=2, times=2))

    result = run("send records", vault_id=into_vault("\n".join(objects(8000, 400)).encode()))

    assert result.ok, result.message
    assert sorted(numbers(tanium)) == list(range(8000))
    sizes = [request.sent_size for request in tanium.state.ingest.requests]
    assert min(sizes[:2]) > 60_000
    assert sizes[2] < 0.35 * sizes[0]
    assert max(sizes[-5:]) < 60_000
    assert len(waits) > 4, "the requests after it are spaced"


@pytest.mark.parametrize("status", [201, 202, 204])
def test_other_success_counts_and_is_told(
    run: RunAction, tanium: SimulatorServer, status: int
) -> None:
    tanium.faults.add(ingest_fault("status", status=status, body="", work=True, times=None))

    result = run("send records", records='{"n": 1}')

    assert (result.ok, numbers(tanium)) == (True, [1])
    assert f"The endpoint accepts with HTTP {status} rather than 200." in result.progress


COLLECTOR = {
    2: (401, "Token is required", "set ingest_auth_scheme to Splunk"),
    4: (403, "Invalid token", "Splunk does not recognize this token"),
    1: (403, "Token disabled", "The token is disabled in Splunk"),
    5: (400, "No data", "no data"),
    6: (400, "Invalid data format", "Check the records, and that ingest_url"),
    7: (400, "Incorrect index", "may not write to this index"),
    10: (400, "Data channel is missing", "requires a channel"),
    12: (400, "Event field is required", "Check the records, and that ingest_url"),
    13: (400, "Event field cannot be blank", "Check the records, and that ingest_url"),
}


@pytest.mark.parametrize("code", COLLECTOR)
def test_codes_of_splunk_s_collector_are_explained(
    run: RunAction, tanium: SimulatorServer, configure: Configure, code: int
) -> None:
    status, text, advice = COLLECTOR[code]
    configure(ingest_url=tanium.url + seed.COLLECTOR_PATH, ingest_auth_scheme="Splunk")
    tanium.faults.add(
        Fault(
            "status",
            path_contains=seed.COLLECTOR_PATH,
            status=status,
            body=json.dumps({"text": text, "code": code}),
        )
    )

    result = run("send records", records="{}")

    assert f"answered HTTP {status}: {text}. " in result.message
    assert advice in result.message


@pytest.mark.parametrize("code", [6, 12, 13])
@pytest.mark.parametrize("path", ["/services/collector/event", "/services/collector"])
def test_collector_s_event_endpoint_is_to_be_replaced_by_the_raw_one(
    run: RunAction, tanium: SimulatorServer, configure: Configure, path: str, code: int
) -> None:
    configure(ingest_url=tanium.url + path, ingest_auth_scheme="Splunk")
    body = json.dumps({"text": "Event field is required", "code": code})
    tanium.faults.add(Fault("status", path_contains=path, status=400, body=body))

    result = run("send records", records="{}")

    assert " Enter the address of the raw endpoint, .../services/collector/raw," in result.message
    assert "raw endpoint" not in run("resend undelivered").message


@pytest.mark.parametrize("path", ["/services/collector/raw/1.0", "/splunk/services/collector/raw/"])
def test_raw_endpoint_is_not_advised_to_who_has_it(
    run: RunAction, tanium: SimulatorServer, configure: Configure, path: str
) -> None:
    configure(ingest_url=f"{tanium.url}{path}?index=main", ingest_auth_scheme="Splunk")
    body = json.dumps({"text": "Invalid data format", "code": 6})
    tanium.faults.add(Fault("status", path_contains=path, status=400, body=body))

    result = run("send records", records="{}")

    assert "Invalid data format. Check the records, and that " in result.message
    assert "raw endpoint" not in result.message


@pytest.mark.parametrize("include_set_aside", [False, True])
def test_compression_that_is_refused_is_a_setting_and_the_records_go_on_without_it(
    run: RunAction, tanium: SimulatorServer, configure: Configure, include_set_aside: bool
) -> None:
    tanium.faults.add(ingest_fault("status", status=415, times=2))
    result = run("send records", records="\n".join(objects(100)))

    assert "HTTP 415: " in result.message
    assert "turn off ingest_compression." in result.message
    assert (posts(tanium), result.rows[0]["undelivered"], result.rows[0]["set_aside"]) == (
        1,
        100,
        0,
    )

    configure(ingest_compression=False)
    again = run("resend undelivered", include_set_aside=include_set_aside)
    assert "ingest_compression" not in again.message
    assert "check ingest_url" in again.message
    assert run("resend undelivered", include_set_aside=include_set_aside).rows == []
    assert numbers(tanium) == list(range(100))
    assert not tanium.state.ingest.requests[0].compressed


def test_codes_of_other_products_are_not_taken_for_splunk_s(
    run: RunAction, tanium: SimulatorServer
) -> None:
    tanium.faults.add(
        ingest_fault("status", status=403, body='{"code": 7, "message": "permission denied"}')
    )

    result = run("send records", records="{}")

    assert (
        "answered HTTP 403: permission denied. The key is known but no longer valid here"
        in result.message
    )
    assert "Splunk" not in result.message


def test_splunk_s_collector_takes_the_same_requests(
    run: RunAction, tanium: SimulatorServer, configure: Configure, waits: list[float]
) -> None:
    configure(ingest_url=tanium.url + seed.COLLECTOR_PATH, ingest_auth_scheme="Splunk")
    tanium.faults.add(
        Fault(
            "status",
            path_contains=seed.COLLECTOR_PATH,
            body='{"text": "Server is busy", "code": 9}',
        )
    )

    assert run("send records", records='{"n": 1}\n{"n": 2}').ok
    assert run("send records", records="text", format="text").ok

    assert tanium.state.ingest.records == [b'{"n": 1}', b'{"n": 2}', b"text"]
    (header,) = {request.headers["Authorization"] for request in tanium.log.requests(method="POST")}
    assert header == f"Splunk {seed.INGEST_KEY}"
    assert len(waits) == 1


@pytest.mark.parametrize("raises", [True, False])
def test_cancel_leaves_everything_taken_in_the_spool(
    tmp_path: Any, tanium: SimulatorServer, raises: bool
) -> None:
    soar = LocalSoar(tmp_path / "soar", Profile(cancel_raises=raises))
    soar.create_asset(ASSET, configuration(tanium), trusting(tanium))
    tanium.faults.add(ingest_fault("status", times=None))

    def cancel_when_it_waits() -> None:
        assert eventually(lambda: posts(tanium) > 0)
        time.sleep(0.05)
        soar.cancel()

    canceller = threading.Thread(target=cancel_when_it_waits)
    canceller.start()
    result = run_on(soar, "send records", records="\n".join(objects(100)))
    canceller.join()

    assert not result.ok
    if not raises:
        assert re.match(
            r"Cancelled\. Delivered 0 records in \d+ requests?\. Stored from the input: 100"
            r" records",
            result.message,
        ), result.message
    tanium.faults.clear()
    assert run_on(soar, "resend undelivered").ok
    assert numbers(tanium) == list(range(100))


def test_full_disk_loses_nothing_that_was_taken(
    run: RunAction, tanium: SimulatorServer, into_vault: IntoVault
) -> None:
    tanium.faults.add(ingest_fault("status", times=None))
    vault_id = into_vault("\n".join(objects(9000, 400)).encode())

    with full_disk(1_500_000):
        result = run("send records", vault_id=vault_id, timeout=0)

    assert not result.ok
    assert (
        "The spool of undelivered records, 1_spool.sqlite3 in the app's state directory, cannot be"
        " used" in result.message
    )
    taken = int(result.message.split("Stored from the input: ")[1].split()[0])
    assert 1000 < taken < 9000
    tanium.faults.clear()
    assert run("resend undelivered").ok
    assert sorted(numbers(tanium)) == list(range(taken))


def test_spool_that_is_damaged(soar: LocalSoar, run: RunAction, tanium: SimulatorServer) -> None:
    assert run("resend undelivered").ok
    good = spool_file(soar).read_bytes()
    for damaged, reason in (
        (b"no database" * 500, "file is not a database"),
        (good[: len(good) // 2], "database disk image is malformed"),
        # Which Python cannot read, or leaves out.
        (good.replace(b"endpoint TEXT NOT NULL", b"endpoint TEXT NOT \xff\xff\xff\xff"), ""),
    ):
        spool_file(soar).write_bytes(damaged)
        for action, parameters in (("send records", {"records": "{}"}), ("resend undelivered", {})):
            result = run(action, **parameters)
            assert not result.ok
            assert (
                "1_spool.sqlite3 in the app's state directory, cannot be used: " in result.message
            )
            assert reason in result.message
        assert spool_file(soar).read_bytes() == damaged
    assert len(tanium.log) == 0


def test_records_in_another_run_s_hands_are_not_offered_to_resend(
    soar: LocalSoar, run: RunAction, tanium: SimulatorServer
) -> None:
    other = Spool(spool_file(soar), tanium.url + seed.INGEST_PATH, "key")
    other.add([packed([b"1"], TEXT, compress=True)])

    result = run("resend undelivered")
    other.close()

    assert [row["state"] for row in result.rows] == ["in use"]
    assert result.message == (
        "There was nothing to deliver. In use by other runs: 1 record; records that they cannot"
        " deliver remain for 'resend undelivered'."
    )
    assert result.summary["undelivered"] == 0
    assert run("resend undelivered").summary["records"] == 1
