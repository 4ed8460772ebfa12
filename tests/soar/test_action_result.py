# File: test_action_result.py
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
"""ActionResult: replace and merge, messages, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from phantom.app import APP_ERROR, APP_SUCCESS, ActionResult


def test_a_result_is_failed_until_it_is_set() -> None:
    result = ActionResult({"a": 1})
    assert result.is_fail()
    assert not result.is_success()
    assert result.get_dict() == {
        "status": "failed",
        "message": "Action execution failed",
        "parameter": {"a": 1},
        "data": [],
        "summary": {},
        "extra_data": [],
        "context": {},
    }


@pytest.mark.parametrize(
    ("code", "message"),
    [(APP_SUCCESS, "Action execution succeeded"), (APP_ERROR, "Action execution failed")],
)
def test_set_status_returns_its_code_and_has_default_messages(code: bool, message: str) -> None:
    result = ActionResult()
    assert result.set_status(code) is code
    assert (result.get_status(), result.get_message()) == (code, message)


def test_set_status_replaces_the_message_and_appends_the_exception() -> None:
    result = ActionResult({})
    result.set_status(APP_ERROR, "first {braces}")
    assert result.get_message() == "first {braces}"
    result.set_status(APP_ERROR, "{} of {total}", ValueError("bad"), 1, total=2)
    assert result.get_message() == "1 of 2 bad"
    result.append_to_message("end")
    assert result.add_exception_details(KeyError("k")) is APP_ERROR
    assert result.get_message() == "1 of 2 bad end 'k'"


def test_set_summary_replaces_and_update_summary_merges() -> None:
    result = ActionResult({})
    result.set_summary({"a": 1})
    assert result.update_summary({"b": 2}) == {"a": 1, "b": 2}
    assert result.set_summary({"c": 3}) == result.get_summary() == {"c": 3}


def test_data_extra_data_and_debug_data() -> None:
    result = ActionResult({})
    row = result.add_data({"a": 1})
    row["b"] = 2
    result.update_data([{"c": 3}])
    result.add_extra_data({"x": 1})
    result.update_extra_data([{"y": 1}])
    result.add_debug_data(b"anything")
    assert (result.get_data(), result.get_data_size()) == ([{"a": 1, "b": 2}, {"c": 3}], 2)
    assert (result.get_extra_data(), result.get_extra_data_size()) == ([{"x": 1}, {"y": 1}], 2)
    assert (result.get_debug_data(), result.get_debug_data_size()) == ([b"anything"], 1)


def test_parameters_can_be_replaced_and_merged() -> None:
    result = ActionResult({"a": 1})
    result.update_param({"b": 2})
    result.set_param_context({"guid": "g"})
    assert result.get_param() == {"a": 1, "b": 2, "context": {"guid": "g"}}
    result.set_param({"c": 3})
    assert result.get_dict()["parameter"] == {"c": 3}


@pytest.mark.parametrize(
    ("method", "argument"),
    [
        ("add_data", ["row"]),
        ("update_data", {"row": 1}),
        ("update_data", ["row"]),
        ("add_extra_data", "x"),
        ("set_summary", None),
        ("update_summary", [("a", 1)]),
        ("set_param", None),
        ("set_status", "success"),
        ("set_status", 1),
        ("append_to_message", b"x"),
    ],
)
def test_wrong_types_are_refused(method: str, argument: Any) -> None:
    with pytest.raises(TypeError):
        getattr(ActionResult({}), method)(argument)


def test_the_parameter_must_be_a_dictionary() -> None:
    with pytest.raises(TypeError):
        ActionResult("param")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        ActionResult({}).set_status(APP_SUCCESS, ValueError("x"))  # type: ignore[arg-type]
