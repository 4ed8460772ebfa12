# File: test_lifecycle.py
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
"""The life of one app run: order of the steps, messages, and what the platform refuses."""

from __future__ import annotations

import json
import os

import pytest

from dev.soar import LocalSoar
from dev.soar.runtime import Parameters
from tests.soar.conftest import MakeSoar


ECHO = """
def handle_action(self, param):
    return self.succeed(param, {"got": param, "config": self.get_config()})
"""


def failed(soar: LocalSoar, **parameters: object) -> str:
    result = soar.run("do it", parameters)
    assert result["status"] == "failed"
    return str(result["message"])


def test_result_has_the_shape_of_soar(make_soar: MakeSoar) -> None:
    result = make_soar(ECHO).run("do it", {"name": "a"})
    entry = result["result_data"][0]
    assert list(result) == [
        "identifier",
        "status",
        "message",
        "result_data",
        "result_summary",
        "exception_occured",
        "action_cancelled",
    ]
    assert (result["identifier"], result["status"]) == ("do_it", "success")
    assert result["message"] == "100% of action executions succeeded"
    assert result["result_summary"] == {"total_objects": 1, "total_objects_successful": 1}
    assert not result["exception_occured"]
    assert not result["action_cancelled"]
    assert set(entry) == {
        "status",
        "message",
        "parameter",
        "data",
        "summary",
        "extra_data",
        "context",
    }
    assert entry["message"] == "Action execution succeeded"
    assert entry["parameter"]["context"] == entry["context"]
    assert set(entry["context"]) == {"artifact_id", "guid", "parent_action_run"}


def test_steps_come_in_soars_order(make_soar: MakeSoar) -> None:
    soar = make_soar("""
        def initialize(self):
            self.save_progress("initialize {}", self.get_current_param())
            return phantom.APP_SUCCESS

        def validate_parameters(self, param):
            self.save_progress("validate")
            return phantom.APP_SUCCESS

        def handle_action(self, param):
            assert param is self.get_current_param()
            self.save_progress("handle {}", param["name"])
            return self.succeed(param)

        def finalize(self):
            self.save_progress("finalize")
            return phantom.APP_SUCCESS
    """)
    seen: list[str] = []
    result = soar.run("do_it", [{"name": "one"}, {"name": "two"}], progress=seen.append)
    steps = ["initialize {}", "validate", "handle one", "validate", "handle two", "finalize"]
    assert seen == ["Loaded action execution configuration", *steps]
    assert result["result_summary"]["total_objects"] == 2
    assert soar.progress(1) == seen


def test_a_run_without_parameters_gets_one_empty_dictionary(make_soar: MakeSoar) -> None:
    soar = make_soar(ECHO)
    nothing: tuple[Parameters, ...] = (None, {}, [])
    for parameters in nothing:
        (entry,) = soar.run("do it", parameters)["result_data"]
        assert set(entry["data"][0]["got"]) == {"context"}


def test_config_holds_the_asset_and_the_apps_own_keys(make_soar: MakeSoar) -> None:
    config = make_soar(ECHO, url="https://x", password="pw").run("do it")["result_data"][0]["data"][
        0
    ]["config"]
    assert config == {
        "url": "https://x",
        "password": "pw",
        "app_version": "1.2.3",
        "appname": "Toy",
        "directory": "toy_5d6b7ae4-8c0a-4f3c-9e4c-4f5d3a3f7b11",
        "main_module": "toy_connector.py",
    }


def test_what_the_run_is_about(make_soar: MakeSoar) -> None:
    soar = make_soar("""
        def handle_action(self, param):
            return self.succeed(param, {"about": [
                self.get_asset_id(), self.get_container_id(), self.get_app_run_id(),
                self.get_action_identifier(), self.get_action_name(), self.get_app_id(),
                self.get_connector_id(), self.get_app_name(), self.get_product_name(),
                self.get_product_vendor(), self.get_product_version_regex(),
                self.get_app_json()["main_module"], self.get_app_config(),
                self.get_current_param_context() == param["context"], self.is_poll_now(),
                self.get_container_info()[0], list(self.get_container_info(99)),
                self.get_product_version(), len(self.get_product_installation_id()),
                Path(self.get_ca_bundle()).is_file(), self.get_phantom_home(),
            ]})
    """)
    appid = "5d6b7ae4-8c0a-4f3c-9e4c-4f5d3a3f7b11"
    (entry,) = soar.run("do it", container_id=7)["result_data"]
    about = entry["data"][0]["about"]
    assert about[:12] == [
        "1",
        7,
        1,
        "do_it",
        "do it",
        appid,
        appid,
        "Toy",
        "Toy product",
        "Toy vendor",
        ".*",
        "toy_connector.py",
    ]
    assert about[12:] == [
        {},
        True,
        False,
        True,
        [False, {}, 404],
        "7.1.0.123",
        64,
        True,
        str(soar.installation.home),
    ]


def test_secrets_are_encrypted_at_rest_and_on_the_way_plain_in_the_app_and_masked_after(
    make_soar: MakeSoar,
) -> None:
    soar = make_soar(ECHO, url="https://x", password="asset-pw")
    request = soar.request("do it", {"secret": "param-pw"})
    assert "asset-pw" not in json.dumps(request)
    assert "param-pw" not in json.dumps(request)
    (entry,) = soar.run_request(request)["result_data"]
    assert entry["data"][0]["got"]["secret"] == "param-pw"
    assert entry["data"][0]["config"]["password"] == "asset-pw"
    assert entry["parameter"]["secret"] == "********"
    assert b"asset-pw" not in (soar.installation.home / "keystore" / "private_key").read_bytes()


@pytest.mark.parametrize(("where", "key"), [("config", "password"), ("parameters", "secret")])
def test_a_value_that_cannot_be_decrypted_fails_the_run(
    make_soar: MakeSoar, where: str, key: str
) -> None:
    soar = make_soar(ECHO)
    request = soar.request("do it", {"name": "a"})
    (request[where] if where == "config" else request[where][0])[key] = "plain"
    result = soar.run_request(request)
    assert (result["status"], result["message"]) == (
        "failed",
        f"Unable to decrypt {where} key '{key}'",
    )
    assert result["result_data"] == []


def test_dec_key_wins_over_the_asset_id(make_soar: MakeSoar) -> None:
    import encryption_helper

    soar = make_soar(ECHO)
    request = soar.request("do it")
    with soar.active():
        request["config"]["password"] = encryption_helper.encrypt("pw", "other")
    assert soar.run_request(request)["message"] == "Unable to decrypt config key 'password'"
    request["dec_key"] = "other"
    assert soar.run_request({**request, "connector_run_id": 77})["status"] == "success"


def test_a_json_written_by_hand_has_plain_secrets(make_soar: MakeSoar) -> None:
    soar = make_soar(ECHO)
    request = soar.request("do it")
    by_hand = {
        "identifier": "do_it",
        "config": {"password": "pw"},
        "parameters": [{}],
        "connector_run_id": request["connector_run_id"],
    }
    assert soar.run_request(by_hand)["result_data"][0]["data"][0]["config"] == {"password": "pw"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("config", None),
        ("identifier", None),
        ("parameters", {}),
        ("asset_id", 5),
        ("container_id", "1"),
        ("parameters", ["x"]),
    ],
)
def test_an_incomplete_json_is_refused(make_soar: MakeSoar, key: str, value: object) -> None:
    soar = make_soar(ECHO)
    result = soar.run_request({**soar.request("do it"), key: value})
    assert result["message"] == f"Failed to load the connector run JSON. Missing or invalid '{key}'"


def test_an_identifier_that_the_manifest_lacks_is_refused(make_soar: MakeSoar) -> None:
    soar = make_soar(ECHO)
    result = soar.run_request({**soar.request("do it"), "identifier": "nothing"})
    assert (result["identifier"], result["status"]) == ("nothing", "failed")
    assert (
        result["message"] == "Unknown action. Unable to find action info for 'nothing' in App JSON"
    )


def test_environment_variables_last_as_long_as_the_run(
    make_soar: MakeSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://before")
    soar = make_soar("""
        def handle_action(self, param):
            proxies = [os.environ.get("HTTPS_PROXY"), os.environ.get("TOY_ONLY")]
            return self.succeed(param, {"proxies": proxies})
    """)
    soar.update_asset(
        "toy", {"url": "x"}, {"HTTPS_PROXY": "http://user:placeholder@proxy", "TOY_ONLY": "1"}
    )
    request = soar.request("do it")
    assert "placeholder" not in json.dumps(request["environment_variables"])
    assert soar.run_request(request)["result_data"][0]["data"] == [
        {"proxies": ["http://user:placeholder@proxy", "1"]}
    ]
    assert (os.environ["HTTPS_PROXY"], os.environ.get("TOY_ONLY")) == ("http://before", None)


def test_initialize_must_return_a_status(make_soar: MakeSoar) -> None:
    soar = make_soar("def initialize(self): pass\n" + ECHO)
    assert failed(soar) == "Toy::initialize() did not return a 'mandotary' status code"


def test_initialize_that_fails_ends_the_run_with_its_message(make_soar: MakeSoar) -> None:
    soar = make_soar(
        ECHO + "def initialize(self): return self.set_status(phantom.APP_ERROR, 'no address')"
    )
    result = soar.run("do it")
    assert (result["status"], result["message"], result["result_data"]) == (
        "failed",
        "no address",
        [],
    )
    assert not result["exception_occured"]
    assert (
        failed(make_soar(ECHO + "def initialize(self): return phantom.APP_ERROR"))
        == "Toy::initialize() returned error"
    )


@pytest.mark.parametrize(
    ("count", "text"), [(0, "added 0 action results"), (2, "added 2 action results")]
)
def test_each_call_adds_exactly_one_action_result(
    make_soar: MakeSoar, count: int, text: str
) -> None:
    soar = make_soar(f"""
        def handle_action(self, param):
            for _ in range({count}):
                self.succeed(param)
            return phantom.APP_SUCCESS
    """)
    assert text in failed(soar)


def test_handle_action_must_return_a_status(make_soar: MakeSoar) -> None:
    assert "returned None instead of a status" in failed(
        make_soar("def handle_action(self, param): self.succeed(param)")
    )


def test_finalize_must_return_success(make_soar: MakeSoar) -> None:
    assert "finalize() returned None" in failed(make_soar(ECHO + "def finalize(self): pass"))


def test_an_exception_that_escapes_is_the_runs_error(make_soar: MakeSoar) -> None:
    soar = make_soar("""
        def handle_action(self, param):
            raise KeyError("oops")

        def handle_exception(self, exception):
            self.save_progress("hook {}", type(exception).__name__)

        def finalize(self):
            self.save_progress("finalized")
            return phantom.APP_SUCCESS
    """)
    result = soar.run("do it", [{}, {}])
    assert result["exception_occured"]
    assert result["message"] == "Exception Occurred. KeyError: 'oops'"
    assert soar.progress(1)[1:] == ["hook KeyError", "finalized"]
    log = (soar.installation.home / "var" / "log" / "phantom" / "spawn.log").read_text(
        encoding="utf-8"
    )
    assert 'raise KeyError("oops")' in log


@pytest.mark.parametrize("step", ["initialize", "finalize"])
def test_an_exception_around_the_action_is_the_runs_error(make_soar: MakeSoar, step: str) -> None:
    result = make_soar(ECHO + f"def {step}(self): raise RuntimeError('{step}')").run("do it")
    assert (result["status"], result["exception_occured"]) == ("failed", True)
    assert result["message"] == f"Exception Occurred. RuntimeError: {step}"


def test_messages_count_the_action_results(make_soar: MakeSoar) -> None:
    soar = make_soar("""
        def handle_action(self, param):
            result = self.add_action_result(phantom.ActionResult(dict(param)))
            good = param["name"] == "good"
            return result.set_status(good, "" if good else "because")
    """)
    good, bad = {"name": "good"}, {"name": "bad"}
    assert soar.run("do it", [bad, bad])["message"] == "100% of action executions failed"
    mixed = soar.run("do it", [good, bad, bad])
    assert mixed["message"] == "Errors: 2"
    assert mixed["result_summary"] == {"total_objects": 3, "total_objects_successful": 1}
    assert [entry["message"] for entry in mixed["result_data"]] == [
        "Action execution succeeded",
        "because",
        "because",
    ]


def test_a_message_of_the_connector_is_the_runs_message(make_soar: MakeSoar) -> None:
    soar = make_soar("""
        def handle_action(self, param):
            self.update_summary({"mine": 1})
            self.set_status_save_progress(phantom.APP_SUCCESS, "all {} well", 3)
            self.append_to_message("indeed")
            assert self.is_success() and not self.is_fail() and self.get_status()
            return self.succeed(param)
    """)
    result = soar.run("do it")
    assert result["message"] == "all 3 well indeed"
    assert result["result_summary"] == {
        "mine": 1,
        "total_objects": 1,
        "total_objects_successful": 1,
    }
    assert soar.progress(1)[-1] == "all 3 well"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("{1}", "data[0].x[1].y is of type set"),
        ("b'x'", "is of type bytes"),
        ("(1, 2)", "is of type tuple"),
        ("float('nan')", "is nan"),
        ("{1: 2}", "has the key 1"),
        ("Path('x')", "is of type PosixPath"),
    ],
)
def test_data_must_be_strict_json(make_soar: MakeSoar, value: str, text: str) -> None:
    soar = make_soar(
        "def handle_action(self, param): return self.succeed(param, {'x': [1, {'y':"
        f" {value}}}]}})"
    )
    result = soar.run("do it")
    assert result["status"] == "failed"
    assert text in result["message"]
    assert result["result_data"][0]["message"] == result["message"]


def test_the_summary_must_be_strict_json(make_soar: MakeSoar) -> None:
    soar = make_soar(ECHO.replace("return", "self.update_summary({'x': {1}})\n    return"))
    assert "summary.x is of type set" in failed(soar)


def test_progress_survives_braces(make_soar: MakeSoar) -> None:
    soar = make_soar("""
        def handle_action(self, param):
            self.send_progress("lost")
            self.send_progress("{} of {total}", 1, total=2)
            self.save_progress('{"a": 1} {} {b} {')
            self.save_progress("{}", '{"a": {}}')
            return self.succeed(param)
    """)
    shown: list[str] = []
    soar.run("do it", progress=shown.append)
    assert shown[1:] == ["lost", "1 of 2", '{"a": 1} {} {b} {', '{"a": {}}']
    assert soar.progress(1)[1:] == shown[3:]


@pytest.mark.parametrize("name", ["config", "logger", "status"])
def test_names_that_are_soars_own_are_refused(make_soar: MakeSoar, name: str) -> None:
    soar = make_soar(
        ECHO + f"def initialize(self):\n    self.{name} = 1\n    return phantom.APP_SUCCESS"
    )
    assert "AttributeError" in failed(soar)


def test_names_and_progress_that_utf8_cannot_express_are_kept(make_soar: MakeSoar) -> None:
    soar = make_soar("""
        def handle_action(self, param):
            self.save_progress("name \\udc80")
            added = Vault.create_attachment("x", 1, "\\udc80")["succeeded"]
            return self.succeed(param, {"added": added})
    """)
    assert soar.run("do it")["result_data"][0]["data"] == [{"added": True}]
    assert soar.progress(1)[-1] == "name \\udc80"
    assert soar.vault_items()[0]["name"] == "\\udc80"


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
@pytest.mark.parametrize(
    "place", ["{'a': [text]}", "{text: 1}", "{'a': {'b': {text: None}}}", "{'a': text * 2}"]
)
def test_result_that_postgresql_does_not_store_is_refused(
    make_soar: MakeSoar, place: str, text: str
) -> None:
    soar = make_soar(f"""
        def handle_action(self, param):
            text = {text!r}
            return self.succeed(param, {place})
    """)

    assert "cannot be stored: unsupported Unicode escape sequence" in failed(soar)
    assert soar.action_results(1)[0]["data"] == []


@pytest.mark.parametrize("where", ["message", "parameter", "summary"])
def test_every_part_of_a_result_is_stored_or_refused(make_soar: MakeSoar, where: str) -> None:
    spoiled = {
        "message": "result.set_status(phantom.APP_SUCCESS, 'a\\0')",
        "parameter": "result.update_param({'a': '\\ud800'})",
        "summary": "result.update_summary({'a\\0': 1})",
    }
    soar = make_soar(f"""
        def handle_action(self, param):
            self.succeed(param, {{}})
            result = self.get_action_results()[0]
            {spoiled[where]}
            return phantom.APP_SUCCESS
    """)

    assert "cannot be stored" in failed(soar)


@pytest.mark.parametrize("levels", [480, 990, 1100, 3000, 9000])
def test_deep_result_does_not_end_the_platform(make_soar: MakeSoar, levels: int) -> None:
    soar = make_soar(f"""
        def handle_action(self, param):
            deep = []
            for _ in range({levels}):
                deep = [deep]
            return self.succeed(param, {{"deep": deep}})
    """)
    result = soar.run_in_process("do it")

    assert result["status"] == ("success" if levels == 480 else "failed")
    assert levels == 480 or "nested more than 500 levels deep" in result["message"]
    assert len(soar.action_results(1)) == 1


@pytest.mark.parametrize("levels", [990, 3000, 9000, 100_000])
def test_deep_request_and_state_are_told(make_soar: MakeSoar, levels: int) -> None:
    soar = make_soar("""
        def handle_action(self, param):
            return self.succeed(param, {"state": self.load_state() is None})
    """)
    deep = "[" * levels + "]" * levels
    with soar.active(), soar.app.on_path():
        in_json = f'{{"identifier": "do_it", "deep": {deep}}}'
        answer = json.loads(soar.app.connector_class()()._handle_action(in_json, None))
    assert answer["status"] == "failed"
    assert "Failed to load the connector run JSON" in answer["message"]
    with pytest.raises(TypeError, match="nested more than 500 levels"):
        soar.run("do it", {"name": nested(levels)})


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value
