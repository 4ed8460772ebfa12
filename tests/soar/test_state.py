# File: test_state.py
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
"""State of an asset and encryption_helper: what survives a run, and what does not."""

from __future__ import annotations

import json

import encryption_helper
import pytest

from dev.soar import LocalSoar
from tests.soar.conftest import MakeSoar


KEEP = """
def handle_action(self, param):
    assert self.get_state() is None
    state = self.load_state()
    assert state == self.get_state()
    if state is not None:
        self.save_state({"runs": state.get("runs", 0) + 1})
        assert self.get_state() == {"runs": state.get("runs", 0) + 1, "app_version": "1.2.3"}
    return self.succeed(param, {"loaded": state, "path": self.get_state_file_path()})
"""


def loaded(soar: LocalSoar) -> object:
    (entry,) = soar.run("do it")["result_data"]
    assert entry["data"][0]["path"] == str(soar.state_file("toy"))
    return entry["data"][0]["loaded"]


def test_a_state_starts_with_the_apps_version_and_is_kept(make_soar: MakeSoar) -> None:
    soar = make_soar(KEEP)
    assert loaded(soar) == {"app_version": "1.2.3"}
    assert loaded(soar) == {"app_version": "1.2.3", "runs": 1}
    assert [path.name for path in soar.state_file("toy").parent.iterdir()] == ["1_state.json"]


@pytest.mark.parametrize("content", ["{broken", "[1]", ""])
def test_a_damaged_state_loads_as_none(make_soar: MakeSoar, content: str) -> None:
    soar = make_soar(KEEP)
    soar.state_file("toy").write_text(content, encoding="utf-8")
    assert loaded(soar) is None


def test_save_state_replaces_the_file(make_soar: MakeSoar) -> None:
    soar = make_soar(KEEP)
    soar.state_file("toy").write_text('{"old": 1, "runs": 4}', encoding="utf-8")
    loaded(soar)
    assert json.loads(soar.state_file("toy").read_text(encoding="utf-8")) == {
        "runs": 5,
        "app_version": "1.2.3",
    }


@pytest.mark.parametrize(
    ("state", "text"), [("['x']", "takes a dict"), ("{'x': {1}}", "The state.x is of type set")]
)
def test_only_strict_json_is_saved(make_soar: MakeSoar, state: str, text: str) -> None:
    soar = make_soar(f"def handle_action(self, param): self.save_state({state})")
    assert text in soar.run("do it")["message"]
    assert not soar.state_file("toy").exists()


def test_a_state_that_cannot_be_written_is_an_error_status(make_soar: MakeSoar) -> None:
    soar = make_soar(
        "def handle_action(self, param): return self.succeed(param, {'saved': self.save_state({})})"
    )
    soar.state_file("toy").mkdir()
    assert soar.run("do it")["result_data"][0]["data"] == [{"saved": False}]
    assert [path.name for path in soar.state_file("toy").parent.iterdir()] == ["1_state.json"]


def test_encryption_turns_back_with_the_same_salt_only(make_soar: MakeSoar) -> None:
    soar, other = make_soar(KEEP), make_soar(KEEP)
    with soar.active():
        cipher = encryption_helper.encrypt("gr\u00fcn placeholder", "1")
        assert "placeholder" not in cipher
        assert encryption_helper.decrypt(cipher, "1") == "gr\u00fcn placeholder"
        for wrong in ("", "plain", cipher[:-4] + "AAAA", "\u00e4"):
            with pytest.raises(ValueError, match="not encrypted by this installation"):
                encryption_helper.decrypt(wrong, "1")
        with pytest.raises(TypeError):
            encryption_helper.decrypt(None, "1")  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            encryption_helper.encrypt(b"bytes", "1")  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            encryption_helper.encrypt("text", 1)  # type: ignore[arg-type]
    with other.active(), pytest.raises(ValueError, match="not encrypted by this installation"):
        encryption_helper.decrypt(cipher, "1")


def test_two_soars_at_once_in_one_process_are_refused(make_soar: MakeSoar) -> None:
    soar, other = make_soar(KEEP), make_soar(KEEP)
    with soar.active(), pytest.raises(RuntimeError, match="run_in_process"):
        other.run("do it")
    assert other.run("do it")["status"] == "success"
