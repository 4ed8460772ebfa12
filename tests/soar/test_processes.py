# File: test_processes.py
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
"""Runs in processes of their own: results, cancel, locks, and many at once on one home."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from dev.soar import LocalSoar, Profile
from tests.soar.conftest import MakeSoar


WAIT = """
def handle_action(self, param):
    self.save_progress("ready")
    while not self.is_action_cancelled():
        time.sleep(0.01)
    return self.succeed(param)
"""
TRACE = """
def handle_action(self, param):
    begin = time.time()
    time.sleep(0.15)
    return self.succeed(param, {"begin": begin, "end": time.time()})
"""


def test_a_child_process_gives_the_same_result(make_soar: MakeSoar) -> None:
    soar = make_soar("""
        def handle_action(self, param):
            print("what an app prints does not disturb")
            self.save_progress("working")
            password = self.get_config()["password"]
            secrets = {"secret": param["secret"], "password": password}
            return self.succeed(param, {"pid": os.getpid(), **secrets})
    """, Profile(product_version="6.4.0"), url="x", password="pw")  # fmt: skip
    seen: list[str] = []
    result = soar.run_in_process("do it", {"secret": "s"}, progress=seen.append)
    row = result["result_data"][0]["data"][0]
    assert result["status"] == "success"
    assert seen == ["Loaded action execution configuration", "working"]
    assert (row["secret"], row["password"]) == ("s", "pw")
    (run,) = soar.app_runs()
    assert (run["pid"], run["status"], run["action"], run["container_id"]) == (
        row["pid"],
        "success",
        "do it",
        1,
    )
    assert run["result"]["result_summary"]["total_objects"] == 1
    assert soar.action_results(1) == result["result_data"]


def test_a_process_that_dies_is_a_failed_run(make_soar: MakeSoar) -> None:
    soar = make_soar("def handle_action(self, param): os._exit(3)")
    with pytest.raises(RuntimeError, match="status 3"):
        soar.run_in_process("do it")
    assert soar.app_runs()[0]["status"] == "failed"


def test_an_app_that_cannot_be_loaded_is_a_failed_run(make_soar: MakeSoar) -> None:
    soar = make_soar("def __init__(self): raise RuntimeError('no')")
    with pytest.raises(RuntimeError, match="no"):
        soar.run("do it")
    (run,) = soar.app_runs()
    assert (run["status"], run["message"]) == ("failed", "RuntimeError: no")
    assert run["ended"]


@pytest.mark.parametrize("raises", [False, True])
def test_a_child_is_cancelled_even_while_it_starts(make_soar: MakeSoar, raises: bool) -> None:
    soar = make_soar(WAIT, Profile(cancel_raises=raises))
    child = soar.start("do it")
    soar.cancel(child.app_run_id)
    assert child.result()["action_cancelled"]
    with pytest.raises(LookupError):
        soar.cancel()


def test_a_run_in_another_thread_is_cancelled(make_soar: MakeSoar) -> None:
    soar = make_soar(WAIT, Profile(cancel_raises=True))
    ready, results = threading.Event(), []
    thread = threading.Thread(
        target=lambda: results.append(
            soar.run("do it", progress=lambda text: ready.set() if text == "ready" else None)
        )
    )
    thread.start()
    assert ready.wait(60)
    soar.cancel()
    thread.join(60)
    assert results[0]["action_cancelled"]


def test_a_cancel_in_this_process_interrupts_a_sleep(make_soar: MakeSoar) -> None:
    soar = make_soar(
        """
        def handle_action(self, param):
            self.save_progress("ready")
            time.sleep(120)
        """,
        Profile(cancel_raises=True),
    )
    timer = threading.Timer(0.2, soar.cancel)
    begin = time.monotonic()
    result = soar.run("do it", progress=lambda text: timer.start() if text == "ready" else None)
    timer.join()
    assert time.monotonic() - begin < 60
    assert (result["message"], result["result_data"], result["exception_occured"]) == (
        "Action execution cancelled",
        [],
        False,
    )


def spans(soar: LocalSoar, parameters: list[dict[str, Any]]) -> list[tuple[float, float]]:
    children = [soar.start("do it", each) for each in parameters]
    rows = [child.result()["result_data"][0]["data"][0] for child in children]
    return sorted((row["begin"], row["end"]) for row in rows)


@pytest.mark.parametrize(
    ("lock", "names"),
    [
        ({"enabled": True, "concurrency": False}, "ab"),
        ({"enabled": True, "data_path": "parameters.name", "concurrency": False}, "aa"),
        ({"enabled": True, "data_path": "configuration.url"}, "ab"),
        ({"enabled": True, "data_path": "a constant"}, "ab"),
    ],
)
def test_equal_lock_names_serialise(make_soar: MakeSoar, lock: dict[str, Any], names: str) -> None:
    first, second = spans(
        make_soar(TRACE, action={"lock": lock}), [{"name": name} for name in names]
    )
    assert second[0] >= first[1]


@pytest.mark.parametrize(
    ("lock", "held", "runs"),
    [
        ({"enabled": False}, "1", True),
        ({"enabled": True, "timeout": 0}, "1", False),
        ({"enabled": True, "timeout": 0, "data_path": "parameters.name"}, "b", True),
        ({"enabled": True, "timeout": 0, "data_path": "parameters.name"}, "a", False),
        ({"enabled": True, "timeout": 0, "concurrency": True}, "1", False),
    ],
)
def test_a_lock_that_is_held_too_long_fails_the_run(
    make_soar: MakeSoar, lock: dict[str, Any], held: str, runs: bool
) -> None:
    from local_soar import locks

    soar = make_soar(
        "def handle_action(self, param): return self.succeed(param)", action={"lock": lock}
    )
    holder = locks.acquire(
        soar.installation, held, shared=False, timeout=0, cancelled=lambda: False
    )
    assert holder
    with holder:
        result = soar.run("do it", {"name": "a"})
    assert result["status"] == ("success" if runs else "failed")
    if not runs:
        assert (
            result["message"]
            == f"Failed to acquire lock named '{held}' for Action: 'do it', App: 'Toy'"
        )
    assert soar.run("do it", {"name": "a"})["status"] == "success"


def test_concurrent_runs_share_a_lock(make_soar: MakeSoar) -> None:
    from local_soar import locks

    lock = {"enabled": True, "timeout": 0, "concurrency": True}
    soar = make_soar(
        "def handle_action(self, param): return self.succeed(param)", action={"lock": lock}
    )
    holder = locks.acquire(soar.installation, "1", shared=True, timeout=0, cancelled=lambda: False)
    assert holder
    with holder:
        assert soar.run("do it")["status"] == "success"


def test_an_app_can_take_the_lock_itself(make_soar: MakeSoar) -> None:
    soar = make_soar(
        """
        def handle_action(self, param):
            result = self.add_action_result(phantom.ActionResult(dict(param)))
            taken = self.lock(param, result)
            self.unlock()
            self.unlock()
            return result.set_status(taken)
        """,
        action={"lock": {"enabled": True}},
    )
    assert soar.run("do it")["status"] == "success"


def test_many_processes_on_a_new_home(make_soar: MakeSoar) -> None:
    """Nothing is lost, and whoever comes first makes database and key."""
    soar = make_soar("""
        def handle_action(self, param):
            folder = Path(Vault.get_vault_tmp_dir()) / param["name"]
            folder.mkdir()
            (folder / "same").write_bytes(b"same content")
            added = ph_rules.vault_add(1, str(folder / "same"), "name " + param["name"])
            saved = self.save_container(
                {"name": "c", "label": "events", "source_data_identifier": param["needed"]}
            )
            return self.succeed(param, {"added": added[0], "container": saved[2]})
    """)  # fmt: skip
    children = [
        soar.start("do it", {"name": str(number), "needed": str(number % 2)}) for number in range(6)
    ]
    rows = [child.result()["result_data"][0]["data"][0] for child in children]
    assert all(row["added"] for row in rows)
    assert len({row["container"] for row in rows}) == 2
    assert len(soar.vault_items()) == 6
    assert len(soar.containers()) == 3
    assert {run["status"] for run in soar.app_runs()} == {"success"}


def test_assets_are_found_by_id_or_name(make_soar: MakeSoar, tmp_path: Path) -> None:
    soar = make_soar(
        "def handle_action(self, param): return self.succeed(param, {'asset': self.get_asset_id()})"
    )
    second = soar.create_asset("second", {"url": "y"})
    assert soar.assets() == {"1": "toy", second: "second"}
    for asset in (second, "second"):
        assert soar.run("do it", asset=asset)["result_data"][0]["data"] == [{"asset": second}]
    with pytest.raises(LookupError, match="There are 2 assets"):
        soar.run("do it")
    with pytest.raises(LookupError, match="0 assets match 'third'"):
        soar.run("do it", asset="third")
    with pytest.raises(ValueError, match="no configuration key urll"):
        soar.create_asset("typo", {"urll": "z"})
    with pytest.raises(LookupError, match="nearest: do it"):
        soar.run("do i", asset=second)
    with pytest.raises(LookupError, match="No app manifest"):
        LocalSoar(tmp_path / "other", app_dir=tmp_path).create_asset("x", {})
    assert json.loads(json.dumps(soar.app_runs()))[0]["asset_id"] == second
