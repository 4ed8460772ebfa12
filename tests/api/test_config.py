# File: test_config.py
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
"""The asset's settings: what is taken, what is refused, and that a refusal says which setting and
never shows a secret.
"""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tanium_tr.config import AssetConfig
from tanium_tr.errors import ConfigurationError
from tests.api.conftest import ANALYST, Configure
from tests.conftest import RunAction


def parsed(**settings: Any) -> AssetConfig:
    return AssetConfig.parse(
        {"base_url": "https://tanium.example.com", "api_token": "token-abc", **settings}
    )


def refusal(**settings: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parsed(**settings)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://tanium.example.com", "https://tanium.example.com"),
        ("  https://tanium.example.com \n", "https://tanium.example.com"),
        ("https://tanium.example.com/", "https://tanium.example.com"),
        ("https://tanium.example.com///", "https://tanium.example.com"),
        ("https://tanium.example.com/plugin/products/?x=1#top", "https://tanium.example.com"),
        ("https://tanium.example.com:8443/", "https://tanium.example.com:8443"),
        ("HTTPS://Tanium.Example.COM", "https://tanium.example.com"),
        ("http://10.0.0.5", "http://10.0.0.5"),
        ("https://h:0", "https://h:0"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443"),
        ("https://t\u00e4nium.example.com", "https://t\u00e4nium.example.com"),
    ],
)
def test_base_url_is_cleaned(given: str, used: str) -> None:
    assert parsed(base_url=given).base_url == used


@pytest.mark.parametrize(
    "given",
    [
        "tanium.example.com",
        "tanium.example.com:443",
        "//tanium.example.com",
        "ftp://tanium.example.com",
        "https://",
        "https:///api",
        "https:host",
    ],
)
def test_base_url_without_scheme_or_host_says_so(given: str) -> None:
    assert (
        refusal(base_url=given)
        == f"Asset setting 'base_url' is '{given}': use the address with its scheme, like"
        " https://tanium.example.com."
    )


@pytest.mark.parametrize(
    "given", ["https://h:port", "https://h:70000", "https://h:-1", "https://[::1"]
)
def test_base_url_that_is_no_address_says_so(given: str) -> None:
    message = refusal(base_url=given)
    assert message.startswith("Asset setting 'base_url' is 'https://")
    assert "use an address like https://tanium.example.com." in message


@pytest.mark.parametrize(
    "given",
    [
        "https://user:s3cret-word@tanium.example.com",
        "https://s3cret-word@tanium.example.com",
        "https://:s3cret-word@tanium.example.com",
        "https://user:s3cret-word@",
        "https://user:s3cret-word@tanium.example.com:port",
        "https://user:s3cret-word@[::1",
        "ftp://user:s3cret-word@tanium.example.com",
        "user:s3cret-word@tanium.example.com",
        "https://user:s3cret-word/x@tanium.example.com",
        "https://user:s3cret-word#x@tanium.example.com",
    ],
)
def test_base_url_with_a_password_is_refused_without_showing_it(given: str) -> None:
    message = refusal(base_url=given)
    assert (
        message == "Asset setting 'base_url' holds a user name or password: enter them in their own"
        " settings."
    )


@pytest.mark.parametrize("given", [None, "", "   "])
def test_base_url_is_required(given: str | None) -> None:
    assert "'base_url' is required" in refusal(base_url=given)


@pytest.mark.parametrize(
    ("setting", "values", "allowed"),
    [
        (
            "request_timeout",
            (0, -1, 3601, "many", 1.5, True, [], "1e400", "NaN"),
            "use a whole number from 1 to 3600",
        ),
        ("max_file_size", (0, -5, "x", False, {}), "use a whole number of 1 or more"),
        ("results_percentage", (-1, 101, 99.5, "most", True), "use a whole number from 0 to 100"),
    ],
)
def test_numbers_out_of_range_are_refused(
    setting: str, values: tuple[Any, ...], allowed: str
) -> None:
    for value in values:
        message = refusal(**{setting: value})
        assert message.startswith(f"Asset setting '{setting}' is ")
        assert allowed in message


@pytest.mark.parametrize(
    ("given", "used"), [(1, 1), ("3600", 3600), (5.0, 5), (None, 60), ("", 60), (" 7 ", 7)]
)
def test_numbers_arrive_as_soar_sends_them(given: Any, used: int) -> None:
    assert parsed(request_timeout=given).request_timeout == used


@pytest.mark.parametrize(
    ("given", "used"),
    [(True, True), (False, False), (None, True), ("false", False), ("True", True)],
)
def test_verification_is_on_unless_switched_off(given: Any, used: bool) -> None:
    assert parsed(verify_server_cert=given).verify is used


def test_verification_that_is_no_choice_is_refused() -> None:
    assert (
        refusal(verify_server_cert="perhaps")
        == "Asset setting 'verify_server_cert' is 'perhaps': use true or false."
    )


def test_surrounding_blanks_of_a_token_are_removed() -> None:
    assert parsed(api_token=" token-abc\n").api_token == "token-abc"


@pytest.mark.parametrize(
    "token",
    [
        "tok\u20acn-s3cret",
        "t\u00f6ken-s3cret",
        "token\u200b-s3cret",
        "to\nken-s3cret",
        "to\x00ken-s3cret",
        "two words-s3cret",
    ],
)
def test_token_that_no_header_can_carry_is_a_clear_error(
    run: RunAction, tanium: SimulatorServer, configure: Configure, token: str
) -> None:
    configure(api_token=token)
    result = run("list connections")
    assert not result.ok
    assert "Asset setting 'api_token'" in result.message
    assert "enter it again" in result.message
    assert "s3cret" not in result.message
    assert "Error" not in result.message
    assert len(tanium.log) == 0


@pytest.mark.parametrize("setting", ["api_token", "password"])
@pytest.mark.parametrize("value", [5, ["s3cret"], {"a": "s3cret"}, "\ud800-s3cret"])
def test_secret_that_is_no_text_is_refused_without_showing_it(setting: str, value: Any) -> None:
    message = refusal(**{"username": "ana", setting: value})
    assert message.startswith(f"Asset setting '{setting}' ")
    assert "s3cret" not in message


def test_configuration_error_is_the_runs_message(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(base_url="{0} 100% tanium", api_token=seed.TOKEN)
    result = run("list connections")
    assert (
        result.message
        == "Asset setting 'base_url' is '{0} 100% tanium': use the address with its scheme, like"
        " https://tanium.example.com."
    )
    assert len(tanium.log) == 0


@pytest.mark.parametrize(
    "base_url", ["{url}/", " {url}", "{url}/plugin/products/threat-response/", "{url}/?next=/x"]
)
def test_cleaned_base_url_reaches_the_server(
    run: RunAction, tanium: SimulatorServer, configure: Configure, base_url: str
) -> None:
    configure(base_url=base_url.format(url=tanium.url), **ANALYST)
    assert run("list connections").ok
