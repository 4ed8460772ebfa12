# File: test_validation.py
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
"""Validation by `contains`, and the small functions behind it."""

from __future__ import annotations

import phantom.app as phantom
import pytest

from tests.soar.conftest import MakeSoar


ECHO = "def handle_action(self, param): return self.succeed(param)\n"


def contains(*kinds: str, allow_list: bool = False) -> dict[str, object]:
    return {
        "parameters": {
            "x": {"data_type": "string", "contains": list(kinds), "allow_list": allow_list}
        }
    }


@pytest.mark.parametrize(
    ("kinds", "value", "valid"),
    [
        (("ip",), "10.0.0.1", True),
        (("ip",), "host.example", False),
        (("ip", "host name"), "host.example", True),
        (("ip",), "10.0.0.1, 10.0.0.2", False),
        (("vault id", "tanium endpoint id"), "anything at all", True),
        (("ip",), "", True),
        (("sha1", "vault id"), "not a hash", False),
    ],
)
def test_values_are_checked_by_their_first_known_types(
    make_soar: MakeSoar, kinds: tuple[str, ...], value: str, valid: bool
) -> None:
    result = make_soar(ECHO, action=contains(*kinds)).run("do it", {"x": value})
    assert result["status"] == ("success" if valid else "failed")
    if not valid:
        assert (
            result["result_data"][0]["message"]
            == f"Parameter 'x' failed validation: not a valid {kinds[0]}"
        )


def test_lists_are_checked_item_by_item(make_soar: MakeSoar) -> None:
    soar = make_soar(ECHO, action=contains("ip", allow_list=True))
    assert soar.run("do it", {"x": "10.0.0.1, 10.0.0.2"})["status"] == "success"
    assert soar.run("do it", {"x": "10.0.0.1, x y"})["status"] == "failed"


def test_required_and_value_list_are_left_to_the_app(make_soar: MakeSoar) -> None:
    assert (
        make_soar(ECHO).run("do it", {"name": "not in the list", "limit": "many"})["status"]
        == "success"
    )


def test_an_app_can_switch_validation_off_or_bring_its_own(make_soar: MakeSoar) -> None:
    off = make_soar(
        ECHO + "def validate_parameters(self, param): return phantom.APP_SUCCESS",
        action=contains("ip"),
    )
    assert off.run("do it", {"x": "no ip"})["status"] == "success"
    own = """
    def initialize(self):
        return self.set_validator("ip", lambda value: value == "no ip")[0]
    """
    assert (
        make_soar(own + "\n    " + ECHO, action=contains("ip")).run("do it", {"x": "no ip"})[
            "status"
        ]
        == "success"
    )
    refusing = make_soar(ECHO + "def validate_parameters(self, param): return phantom.APP_ERROR")
    assert refusing.run("do it")["result_data"][0]["message"] == "Parameter validation failed"


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("ip", "1.2.3.4", "1.2.3"),
        ("domain", "a.example", "localhost"),
        ("url", "https://a.example/x", "a.example/x"),
        ("url", "http://[::1]/", "http://[::1"),
        ("email", "a@b.example", "a.b.example"),
        ("hash", "a" * 64, "a" * 63),
        ("md5", "A" * 32, "g" * 32),
        ("sha1", "0" * 40, "0" * 41),
        ("sha256", "0" * 64, "0" * 40),
        ("sha512", "0" * 128, "0" * 64),
        ("host name", "WIN-7", "a b"),
        ("mac address", "00:1B:44:11:3a:b7", "00:1B:44:11:3a"),
    ],
)
def test_validators(kind: str, good: str, bad: str) -> None:
    assert phantom.CONTAINS_VALIDATORS[kind](good)
    assert not phantom.CONTAINS_VALIDATORS[kind](bad)


def test_soar_has_validators_for_eleven_types() -> None:
    assert len(phantom.CONTAINS_VALIDATORS) == 11


def test_small_functions() -> None:
    assert phantom.is_fail(phantom.APP_ERROR)
    assert phantom.is_fail(None)
    assert phantom.is_success(phantom.APP_SUCCESS)
    assert phantom.get_list_from_string("a, ,b,a") == ["a", "b", "a"]
    assert phantom.get_list_from_string("a,,a", drop_blanks=False, remove_duplicates=True) == [
        "a",
        "",
    ]
    assert (
        phantom.get_req_value({"a": " x "}, "a"),
        phantom.get_str_val({"a": 5}, "a"),
        phantom.get_value({}, "a", 1),
    ) == ("x", "5", 1)
    assert (
        phantom.get_host_from_url("https://u@h:1/x"),
        phantom.get_file_name_from_url("https://h/a/b%20c.txt?d"),
    ) == ("h", "b c.txt")
    assert phantom.get_valid_file_name("a/b c") == "a_b_c"
    assert phantom.is_windows_path("C:\\x")
    assert not phantom.is_windows_path("/x")
    assert (phantom.to_bool("True"), phantom.to_bool("no"), phantom.to_bool(1)) == (
        True,
        False,
        True,
    )
    assert (
        phantom.safe_int("5"),
        phantom.safe_int("x"),
        phantom.isfloat("1.5"),
        phantom.isfloat(None),
    ) == (5, None, True, False)
    assert phantom.remove_none_values({"a": None, "b": 0}) == {"b": 0}
    assert len(phantom.generate_uuid_string()) == 36


@pytest.mark.parametrize(
    ("name", "contains"),
    [
        ("sourcePort", ["port"]),
        ("destinationPort", ["port"]),
        ("cs1Label", []),
        ("cs6Label", []),
        ("deviceCustomDate1", []),
        ("externalId", []),
    ],
)
def test_cef_name_is_known(name: str, contains: list[str]) -> None:
    assert phantom.CEF_JSON[name] == {"contains": contains}


def test_short_cef_names_stand_for_known_ones() -> None:
    assert phantom.CEF_NAME_MAPPING["dpt"] == "destinationPort"
    assert set(phantom.CEF_NAME_MAPPING.values()) <= set(phantom.CEF_JSON)
