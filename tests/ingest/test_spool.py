# File: test_spool.py
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
"""The spool by itself: who has a batch, for how long, and what clocks that differ do to that."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest

from dev.soar.runtime import LocalSoar
from tanium_tr.errors import PlatformError
from tanium_tr.ingest import owners
from tanium_tr.ingest.packing import TEXT, Batch, packed
from tanium_tr.ingest.spool import LEASE, Backlog, Progress, Spool
from tests.conftest import RunAction
from tests.ingest.conftest import full_disk, spool_file


NOW = 1_800_000_000.0
Open = Callable[..., Spool]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """`opened(endpoint="...", at=NOW + 5)`: the spool as one more run on a machine whose clock says
    that.
    """
    spools: list[Spool] = []

    def open_one(endpoint: str = "https://one", digest: str = "key", at: float = NOW) -> Spool:
        spools.append(Spool(tmp_path / "1_spool.sqlite3", endpoint, digest, clock=lambda: at))
        return spools[-1]

    yield open_one
    for each in spools:
        each.close()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are on other machines, so that nobody knows whether they still live."""
    monkeypatch.setattr(owners, "_machine", lambda: "")


def ids(spool: Spool) -> list[int]:
    """Of the batches that are to be sent."""
    spool.next()
    return [row["batch_id"] for row in spool.rows() if row["state"] == "undelivered"]


def batch(text: bytes = b"record") -> Batch:
    return packed([text], TEXT, compress=True)


def test_batch_is_in_the_hands_of_one_run(opened: Open) -> None:
    first, second = opened(), opened()
    (stored,) = first.add([batch()])

    assert second.next() is None
    assert [row["state"] for row in second.rows()] == ["in use"]
    assert (second.backlog(), first.backlog()) == (Backlog(in_use=1), Backlog(undelivered=1))
    first.give_back(stored, "why", attempts=2)
    taken = second.next()
    assert taken is not None
    assert taken.batch == stored.batch
    assert first.next() is None
    second.accepted(taken)
    assert second.backlog() == first.backlog() == Backlog()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("later", "free"),
    [(0, False), (LEASE - 1, False), (-LEASE + 1, False), (LEASE + 1, True), (-LEASE - 1, True)],
)
def test_claim_is_a_lease_that_bears_clocks_that_differ(
    opened: Open, later: float, free: bool
) -> None:
    owner = opened()
    (stored,) = owner.add([batch()])
    other = opened(at=NOW + later)

    assert (other.next() is not None) is free
    assert opened(at=NOW + LEASE / 2).still_has(stored) is False, "it never was that run's"


@pytest.mark.usefixtures("elsewhere")
def test_run_that_was_overtaken_notices(opened: Open) -> None:
    slow = opened()
    (stored,) = slow.add([batch()])
    assert opened(at=NOW + LEASE + 1).next() is not None

    slow._clock = lambda: NOW + LEASE + 2
    assert not slow.still_has(stored)


@pytest.mark.usefixtures("elsewhere")
def test_notes_of_a_dead_run_count(opened: Open, tmp_path: Path) -> None:
    dead = opened()
    first, _ = dead.add([batch(b"one"), batch(b"two")])
    dead.accepted(first)

    taken = opened(at=NOW + LEASE + 1).next()

    assert taken is not None
    assert taken.batch == batch(b"two")
    assert list(tmp_path.glob("*.accepted")) == []


@pytest.mark.usefixtures("elsewhere")
def test_notes_of_a_dead_run_stay_until_what_they_say_is_on_disk(opened: Open) -> None:
    dead = opened()
    first, _ = dead.add([batch(b"one"), batch(b"two")])
    dead.accepted(first)
    heir = opened(at=NOW + LEASE + 1)
    # Room for SQLite's journal, but not for the change itself.
    with full_disk(70_000), pytest.raises(PlatformError):
        heir.next()

    assert heir.backlog() == Backlog(undelivered=2)
    taken = heir.next()

    assert taken is not None
    assert taken.batch == batch(b"two")


@pytest.mark.usefixtures("elsewhere")
def test_half_a_note_on_a_full_disk_does_not_become_another_one(opened: Open) -> None:
    dead = opened()
    stored = dead.add([batch(b"%d" % number) for number in range(1, 24)])
    dead.accepted(stored[0])
    with full_disk(3):
        dead.accepted(stored[1])
    dead.accepted(stored[2])

    assert 23 in ids(opened(at=NOW + LEASE + 1))


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    "notes", [b"\x00\x00\n1\n", b"1\n\x00\x00\x002\n", b"1\nx\n2", b"9" * 30 + b"\n1\n"]
)
def test_notes_that_a_failed_system_has_spoiled(opened: Open, tmp_path: Path, notes: bytes) -> None:
    dead = opened()
    for stored in dead.add([batch(), batch()]):
        dead.accepted(stored)
    (file,) = tmp_path.glob("*.accepted")
    file.write_bytes(notes)

    assert ids(opened(at=NOW + LEASE + 1)) == [2]


def test_process_that_ended_is_known_to_be_gone() -> None:
    machine, number, started, run = f"{owners.this_process()}/run".split("/")

    assert not owners.is_gone(f"{machine}/{number}/{started}/{run}")
    assert owners.is_gone(f"{machine}/{number}/1/{run}")
    assert owners.is_gone(f"{machine}/4194305/{started}/{run}")
    assert not owners.is_gone(f"another/{number}/1/{run}")
    assert not owners.is_gone("/1/1/run")


def test_process_that_ended_is_gone_before_its_parent_asks_for_it() -> None:
    machine = owners._machine()
    with subprocess.Popen(["sleep", "60"]) as child:
        owner = f"{machine}/{child.pid}/{owners._started(child.pid)}/run"
        assert not owners.is_gone(owner)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert owners.is_gone(owner)


def test_batches_stay_with_their_endpoint_and_wait_for_another_key(opened: Open) -> None:
    spool = opened()
    one, two = spool.add([batch(), batch()])
    spool.give_back(one, "denied", attempts=1, denied=True)
    spool.give_back(two, "bad", attempts=1, set_aside=True)

    other = opened("https://two")
    other.resume_refused()
    assert other.next() is None
    assert other.backlog() == Backlog(elsewhere=2)
    assert spool.backlog() == Backlog(set_aside=1, denied=1)
    assert opened(digest="another").backlog() == Backlog(undelivered=1, set_aside=1)
    assert opened(digest="another").next() is not None
    spool.resume_refused()
    found = spool.next()
    assert found is not None
    assert found.id == two.id


def test_step_of_a_stream_and_its_batches_are_on_disk_together_or_not_at_all(opened: Open) -> None:
    spool = opened()
    spool.add([batch()], Progress("alerts", None, "1"))

    with pytest.raises(PlatformError, match="Another run is forwarding"):
        opened().add([batch()], Progress("alerts", None, "1"))

    assert (spool.position("alerts"), spool.backlog().undelivered) == ("1", 1)
    assert opened("https://two").position("alerts") is None


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o777])
@pytest.mark.parametrize(
    ("action", "parameters"),
    [("resend undelivered", {}), ("send records", {"records": "{}"}), ("forward alerts", {})],
)
def test_file_that_others_could_use_is_narrowed_and_that_is_said(
    run: RunAction, soar: LocalSoar, action: str, parameters: dict[str, str], mode: int
) -> None:
    assert run("resend undelivered").ok
    file = spool_file(soar)
    file.chmod(mode)

    result = run(action, **parameters)

    assert result.ok, result.message
    assert file.stat().st_mode & 0o777 == 0o600
    explanation = f"open to others (mode {mode:04o}); from now on only its owner may use it (0600)."
    assert sum(explanation in line for line in result.progress) == 1
    assert not any("open to others" in line for line in run(action, **parameters).progress)


def test_batch_with_the_fewest_attempts_is_next_and_a_run_that_ends_in_one_has_made_it(
    opened: Open,
) -> None:
    first = opened()
    often, once, never = first.add([batch(), batch(), batch()])
    first.give_back(often, "why", attempts=3)
    first.give_back(once, "why", attempts=1)
    first.give_back(never, "why", attempts=0)

    taken = first.next()
    assert taken is not None
    assert taken.id == never.id
    first.close()  # without a word about it
    turns = [opened().next() for _ in range(3)]
    assert [turn and (turn.id, turn.attempts) for turn in turns] == [
        (once.id, 1),
        (never.id, 1),
        (often.id, 3),
    ]


def test_parts_keep_the_attempts_of_their_whole_and_its_answer(opened: Open) -> None:
    spool = opened()
    (whole,) = spool.add([batch()])
    spool.put_off(whole, "first", attempts=2)
    again = spool.again(whole.id)
    assert again is not None
    assert opened().next() is None

    spool.replace(again, [batch(), batch()], "second", attempts=3)

    assert [(row["attempts"], row["reason"]) for row in spool.rows()] == [(5, "second")] * 2
    assert spool.again(whole.id) is None
