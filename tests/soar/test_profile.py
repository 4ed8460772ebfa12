# File: test_profile.py
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
"""Every switch of the profile, both ways: what an app may meet on a real SOAR."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import pytest

from dev.soar import Profile
from tests.soar.conftest import MakeSoar


ECHO = "def handle_action(self, param): return self.succeed(param, {'got': param})\n"


def got(result: dict[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = result["result_data"][0]["data"][0]["got"]
    return value


def test_every_switch_has_a_test() -> None:
    # Those of the web server and of foreign apps are beside their other tests.
    from tests.soar import test_foreign_apps, test_web_app, test_web_rest

    others = (test_foreign_apps, test_web_app, test_web_rest)
    names = [*globals(), *(name for module in others for name in vars(module))]
    tested = {name[len("test_") :] for name in names if name.startswith("test_")}
    assert {field.name for field in dataclasses.fields(Profile)} <= tested


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(ValueError, match="default_lock is one of asset, none, not 'both'"):
        Profile(default_lock="both")


@pytest.mark.parametrize("runs", [False, True])
def test_finalize_after_failed_initialize(make_soar: MakeSoar, runs: bool) -> None:
    soar = make_soar(
        """
        def initialize(self):
            return phantom.APP_ERROR

        def finalize(self):
            self.save_progress("finalized")
            return phantom.APP_SUCCESS
        """,
        Profile(finalize_after_failed_initialize=runs),
    )
    assert soar.run("do it")["status"] == "failed"
    assert ("finalized" in soar.progress(1)) is runs


@pytest.mark.parametrize("succeeds", [False, True])
def test_mixed_run_succeeds(make_soar: MakeSoar, succeeds: bool) -> None:
    soar = make_soar(
        """
        def handle_action(self, param):
            result = self.add_action_result(phantom.ActionResult(dict(param)))
            return result.set_status(param["name"] == "good")
        """,
        Profile(mixed_run_succeeds=succeeds),
    )
    assert soar.run("do it", [{"name": "good"}, {"name": "bad"}])["status"] == (
        "success" if succeeds else "failed"
    )


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("dropped", {"name": "a", "needed": ""}),
        ("kept", {"name": "a", "needed": "", "limit": None, "own": ""}),
        (
            "blank",
            {"name": "a", "needed": "", "limit": "", "own": "", "deep": "", "secret": "", "ip": ""},
        ),
        (
            "null",
            {
                "name": "a",
                "needed": "",
                "limit": None,
                "own": None,
                "deep": None,
                "secret": None,
                "ip": None,
            },
        ),
    ],
)
def test_empty_parameters(make_soar: MakeSoar, mode: str, expected: dict[str, Any]) -> None:
    soar = make_soar(ECHO, Profile(empty_parameters=mode))
    received = got(soar.run("do it", {"name": "  a ", "needed": "  ", "limit": None, "own": ""}))
    received.pop("context")
    assert received == expected


@pytest.mark.parametrize(("mode", "waits"), [("asset", True), ("none", False)])
def test_default_lock(make_soar: MakeSoar, mode: str, waits: bool) -> None:
    soar = make_soar(ECHO, Profile(default_lock=mode), action={"read_only": False})
    with soar.active():
        from local_soar import locks

        held = locks.acquire(
            soar.installation, "1", shared=False, timeout=0, cancelled=lambda: False
        )
    assert held
    child = soar.start("do it")
    time.sleep(0.1)
    if waits:
        child.cancel()
    with held:
        assert child.result()["action_cancelled"] is waits


@pytest.mark.parametrize(("mode", "status"), [("any", "success"), ("first", "failed")])
def test_several_contains(make_soar: MakeSoar, mode: str, status: str) -> None:
    assert (
        make_soar(ECHO, Profile(several_contains=mode)).run("do it", {"ip": "host.example"})[
            "status"
        ]
        == status
    )


@pytest.mark.parametrize(("accepted", "status"), [(True, "success"), (False, "failed")])
def test_ip_means_ipv6_too(make_soar: MakeSoar, accepted: bool, status: str) -> None:
    assert (
        make_soar(ECHO, Profile(ip_means_ipv6_too=accepted)).run("do it", {"ip": "::1"})["status"]
        == status
    )


@pytest.mark.parametrize("returns", [False, True])
def test_save_state_returns_status(make_soar: MakeSoar, returns: bool) -> None:
    soar = make_soar(
        "def handle_action(self, param): return self.succeed(param, {'got': self.save_state({})})",
        Profile(save_state_returns_status=returns),
    )
    assert soar.run("do it")["result_data"][0]["data"] == [{"got": True if returns else None}]


@pytest.mark.parametrize("raises", [False, True])
def test_cancel_raises(make_soar: MakeSoar, raises: bool) -> None:
    soar = make_soar(
        """
        def handle_action(self, param):
            self.save_progress("ready")
            while not self.is_action_cancelled():
                time.sleep(0.01)
            return self.succeed(param)

        def handle_cancel(self):
            self.save_progress("cancelling")
        """,
        Profile(cancel_raises=raises),
    )
    result = soar.run(
        "do it", [{}, {}], progress=lambda text: soar.cancel() if text == "ready" else None
    )
    assert result["action_cancelled"]
    assert not result["exception_occured"]
    assert len(result["result_data"]) == (0 if raises else 1)
    assert result["status"] == ("failed" if raises else "success")
    assert "cancelling" in soar.progress(1)


@pytest.mark.parametrize(
    ("mode", "filled", "braces"),
    [
        ("formatted_with_arguments", "a b", "{0}"),
        ("formatted", "a b", "Replacement index 0 out of range for positional args tuple"),
        ("formatted_leniently", "a b", "{0}"),
        ("as_they_are", "a {}", "{0}"),
        ("three_arguments", "set_status() takes a status, a message and an exception", "{0}"),
    ],
)
def test_messages(make_soar: MakeSoar, mode: str, filled: str, braces: str) -> None:
    soar = make_soar(
        """
        def handle_action(self, param):
            result = self.add_action_result(phantom.ActionResult(dict(param)))
            if param["name"] == "a":
                return result.set_status(phantom.APP_SUCCESS, "a {}", None, "b")
            return result.set_status(phantom.APP_SUCCESS, "{0}")
        """,
        Profile(messages=mode),
    )

    def message(name: str) -> str:
        result = soar.run("do it", {"name": name})
        failed = result["exception_occured"]
        return str(result["message"] if failed else result["result_data"][0]["message"])

    assert filled in message("a")
    assert braces in message("b")


@pytest.mark.parametrize("ignored", [False, True])
def test_salt_ignored(make_soar: MakeSoar, ignored: bool) -> None:
    import encryption_helper

    with make_soar(ECHO, Profile(salt_ignored=ignored)).active():
        cipher = encryption_helper.encrypt("text", "1")
        if ignored:
            assert encryption_helper.decrypt(cipher, "2") == "text"
        else:
            with pytest.raises(ValueError, match="not encrypted by this installation"):
                encryption_helper.decrypt(cipher, "2")


@pytest.mark.parametrize("succeeds", [False, True])
def test_vault_miss_succeeds(make_soar: MakeSoar, succeeds: bool) -> None:
    from phantom.rules import vault_info

    with make_soar(ECHO, Profile(vault_miss_succeeds=succeeds)).active():
        assert vault_info(vault_id="0" * 40) == (succeeds, "No vault items found", ())


@pytest.mark.parametrize("keeps", [False, True])
def test_duplicate_container_keeps_artifacts(make_soar: MakeSoar, keeps: bool) -> None:
    soar = make_soar(
        """
        def handle_action(self, param):
            for number in (1, 2):
                artifact = {"name": f"artifact {number}", "source_data_identifier": str(number)}
                self.save_container({
                    "name": "c", "label": "events", "source_data_identifier": "x",
                    "artifacts": [artifact],
                })
            return self.succeed(param)
        """,
        Profile(duplicate_container_keeps_artifacts=keeps),
    )
    assert soar.run("do it")["status"] == "success"
    assert [artifact["name"] for artifact in soar.artifacts()] == ["artifact 1", "artifact 2"][
        : 2 if keeps else 1
    ]


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://localhost:8443"])
def test_base_url(make_soar: MakeSoar, url: str) -> None:
    soar = make_soar(
        "def handle_action(self, param): return self.succeed(param, {'got':"
        " [self.get_phantom_base_url(), Toy._get_phantom_base_url()]})",
        Profile(base_url=url),
    )
    assert soar.run("do it")["result_data"][0]["data"] == [{"got": [url, url]}]


@pytest.mark.parametrize("version", ["6.4.0.92", "7.1.0.123"])
def test_product_version(make_soar: MakeSoar, version: str) -> None:
    soar = make_soar(
        "def handle_action(self, param): return self.succeed(param, {'got':"
        " self.get_product_version()})",
        Profile(product_version=version),
    )
    assert soar.run("do it")["result_data"][0]["data"] == [{"got": version}]


@pytest.mark.parametrize(
    ("reported", "expected"),
    [("success", [True, 2]), ("failure", [False, 2]), ("failure_without_id", [False, None])],
)
def test_duplicate_container(make_soar: MakeSoar, reported: str, expected: list[Any]) -> None:
    soar = make_soar(
        """
        def handle_action(self, param):
            one = {"name": "c", "label": "events", "source_data_identifier": "x"}
            self.save_container(one)
            status, message, found = self.save_container(one)
            return self.succeed(param, {"got": [status, found, message]})
        """,
        Profile(duplicate_container=reported),
    )
    assert soar.run("do it")["result_data"][0]["data"] == [
        {"got": [*expected, "Duplicate container found"]}
    ]


@pytest.mark.parametrize(
    ("known_by", "stored"),
    [
        ("source_id_and_content", ["a"]),
        ("source_id", ["a"]),
        ("content", ["a", "b"]),
        ("nothing", ["a", "a", "b"]),
    ],
)
def test_artifacts_known_by(make_soar: MakeSoar, known_by: str, stored: list[str]) -> None:
    soar = make_soar(
        """
        def handle_action(self, param):
            for name in ("a", "a", "b"):
                self.save_artifact({
                    "container_id": 1, "name": name, "source_data_identifier": "x"
                })
            return self.succeed(param)
        """,
        Profile(artifacts_known_by=known_by),
    )
    assert soar.run("do it")["status"] == "success"
    assert [artifact["name"] for artifact in soar.artifacts()] == stored


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("working", ["text", "TypeError"]),
        ("without_salt", ["TypeError", "text"]),
        ("plain", ["text", "text"]),
        ("encoded", ["text", "TypeError"]),
        ("failing", ["RuntimeError", "RuntimeError"]),
        ("missing", ["ModuleNotFoundError", "ModuleNotFoundError"]),
    ],
)
def test_encryption(make_soar: MakeSoar, mode: str, expected: list[str]) -> None:
    soar = make_soar(
        """
        def handle_action(self, param):
            return self.succeed(param, {"got": [self.turned("1"), self.turned()]})

        def turned(self, *salt):
            try:
                import encryption_helper
                cipher = encryption_helper.encrypt("text", *salt)
                return encryption_helper.decrypt(cipher, *salt)
            except Exception as error:
                return type(error).__name__
        """,
        Profile(encryption=mode),
        url="x",
        password="hidden",  # pragma: allowlist secret
    )
    for result in (soar.run("do it"), soar.run_in_process("do it")):
        assert result["result_data"][0]["data"] == [{"got": expected}]


@pytest.mark.parametrize(
    ("mode", "expected", "copy"),
    [
        ("file", [{"runs": 1}, True], {"runs": 1}),
        ("in_soar", [{"runs": 1}, True], {}),
        ("unreachable", [None, False], None),
        ("raising", ["SoarUnreachable", "SoarUnreachable"], None),
    ],
)
def test_state(make_soar: MakeSoar, mode: str, expected: list[Any], copy: Any) -> None:
    soar = make_soar(
        """
        def handle_action(self, param):
            self.attempt(self.load_state)
            saved = self.attempt(self.save_state, {"runs": 1})
            copy = Path(self.get_state_file_path())
            before = json.loads(copy.read_text()) if copy.exists() else None
            return self.succeed(param, {"got": [self.attempt(self.load_state), saved, before]})

        def attempt(self, call, *values):
            try:
                return call(*values)
            except Exception as error:
                return type(error).__name__
        """.replace("json.loads", "__import__('json').loads"),
        Profile(state=mode),
    )
    loaded, saved, before = soar.run("do it")["result_data"][0]["data"][0]["got"]
    for state in (loaded, before):
        if isinstance(state, dict):
            state.pop("app_version")
    assert ([loaded, saved], before) == (expected, copy)


@pytest.mark.parametrize(
    ("mode", "there"), [("there", True), ("missing", False), ("unnamed", None)]
)
def test_state_folder(make_soar: MakeSoar, mode: str, there: bool | None) -> None:
    soar = make_soar(
        """
        def handle_action(self, param):
            folder = self.get_state_dir()
            return self.succeed(param, {"got": folder and Path(folder).is_dir()})
        """,
        Profile(state_folder=mode),
    )
    assert soar.run("do it")["result_data"][0]["data"] == [{"got": there}]
