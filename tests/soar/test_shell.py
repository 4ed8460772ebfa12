# File: test_shell.py
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
"""`python -m dev.soar`: parameters, assets, tables, exit status; and an app file run directly."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dev.environments import ROOT
from dev.soar import PLATFORM, LocalSoar
from dev.soar.__main__ import main
from tests.soar.conftest import MakeSoar


METHODS = """
def handle_action(self, param):
    self.save_progress("working")
    if param.get("name") == "fail":
        result = self.add_action_result(phantom.ActionResult(dict(param)))
        return result.set_status(phantom.APP_ERROR, "as asked")
    config = {key: self.get_config().get(key) for key in ("url", "password", "retries")}
    got = {key: value for key, value in param.items() if key != "context"}
    first = {"id": "i" * 70, "text": "long " * 30, "inner": [{"x": 1}, {"x": 2}]}
    second = {"id": "second", "text": "\\x1b[31mred\\x1b[0m"}
    return self.succeed(param, {**first, "got": got, "config": config}, second)
"""


class Shell:
    """Runs commands against a toy app."""

    def __init__(self, soar: LocalSoar, capsys: pytest.CaptureFixture[str]) -> None:
        self._soar, self._capsys = soar, capsys

    def __call__(self, command: str, *arguments: str) -> tuple[int, str, str]:
        place = [
            "--home",
            str(self._soar.installation.home),
            "--app",
            str(self._soar.app.directory),
        ]
        status = main([command, *place, *arguments])
        out, err = self._capsys.readouterr()
        return status, out, err

    def json(self, *arguments: str) -> dict[str, Any]:
        status, out, _ = self("run", "do it", *arguments, "--set", "url=x", "--json")
        assert status == 0
        row: dict[str, Any] = json.loads(out)["result_data"][0]["data"][0]
        return row


@pytest.fixture
def shell(
    make_soar: MakeSoar, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.setenv("COLUMNS", "200")
    for variable in ("TANIUM_PASSWORD", "TANIUM_API_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    return Shell(make_soar(METHODS), capsys)


def test_run_shows_a_table_and_progress(shell: Shell) -> None:
    status, out, err = shell("run", "do it", "--set", "url=x")
    assert status == 0
    assert err.splitlines() == [
        "Warning: needed is required",
        "Loaded action execution configuration",
        "working",
    ]
    assert "i" * 70 in out
    assert "long " * 30 not in out
    assert "Action execution succeeded" in out
    assert "\x1b" not in out
    assert "\\x1b[31mred" in out


def test_run_uses_the_manifests_columns(
    make_soar: MakeSoar, capsys: pytest.CaptureFixture[str]
) -> None:
    output = [
        {
            "data_path": "action_result.data.*.inner.*.x",
            "data_type": "numeric",
            "column_name": "Inner",
            "column_order": 1,
        },
        {
            "data_path": "action_result.data.*.id",
            "data_type": "string",
            "column_name": "Row ID",
            "column_order": 0,
        },
        {"data_path": "action_result.data.*.text", "data_type": "string"},
    ]
    soar = make_soar(METHODS, action={"output": output})
    _, out, _ = Shell(soar, capsys)("run", "do_it", "needed=x", "--set", "url=x")
    assert out.split()[:3] == ["Row", "ID", "Inner"]
    assert "1, 2" in out
    assert "long" not in out


def test_run_fails_with_status_1(shell: Shell) -> None:
    status, out, _ = shell("run", "do it", "name=fail", "--set", "url=x")
    assert status == 1
    assert "as asked" in out
    assert "100% of action executions failed" in out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["do i"], "Unknown action 'do i'; nearest: do it"),
        (
            ["do it", "nome=x"],
            (
                "'nome' is not valid here; use name=value. Parameters of do it: name, limit, deep,"
                " secret, ip, needed"
            ),
        ),
        (["do it", "name"], "use name=value"),
        (["do it", "--set", "x=1"], "Keys of the configuration: url, password, retries"),
        (["do it", "--asset", "missing.json"], "missing.json"),
        (["do it", "name=@missing"], "missing"),
    ],
)
def test_usage_errors_have_status_2(shell: Shell, arguments: list[str], text: str) -> None:
    status, out, err = shell("run", *arguments)
    assert (status, out) == (2, "")
    assert text in err


def test_poll_refuses_what_a_scheduled_poll_would_ignore(shell: Shell) -> None:
    status, out, err = shell("poll", "--artifacts", "3")
    assert (status, out) == (2, "")
    assert "--artifacts needs --count or --ids" in err


def test_unknown_options_are_usage_errors(shell: Shell) -> None:
    with pytest.raises(SystemExit, match="2"):
        shell("run", "do it", "--unknown")
    with pytest.raises(SystemExit, match="2"):
        shell("actions", "more")


def test_parameters_are_converted_by_their_types(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_text("from a file", encoding="utf-8")
    row = shell.json(
        "limit=5", "deep=True", f"needed=@{file}", "secret=@@home", "--container", "3", "name=a=b"
    )
    assert row["got"] == {
        "limit": 5,
        "deep": True,
        "needed": "from a file",
        "secret": "@home",
        "name": "a=b",
    }
    assert shell.json("limit=1.5")["got"]["limit"] == 1.5


def test_what_soars_form_would_refuse_is_sent_with_a_warning(shell: Shell) -> None:
    status, _, err = shell("run", "do it", "limit=many", "deep=perhaps", "name=c", "needed=")
    assert status == 0
    assert err.splitlines()[:5] == [
        "Warning: limit is numeric; 'many' is sent as text",
        "Warning: deep is boolean; 'perhaps' is sent as text",
        "Warning: name must be one of a, b",
        "Warning: needed is required",
        "Warning: the configuration's url is required",
    ]


def test_the_asset_comes_from_file_options_and_environment(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = tmp_path / "asset.json"
    asset.write_text('{"url": "from file", "retries": 1}', encoding="utf-8")
    monkeypatch.setenv("TANIUM_PASSWORD", "from environment")
    status, out, _ = shell("run", "do it", "--asset", str(asset), "--set", "retries=2", "--json")
    config = json.loads(out)["result_data"][0]["data"][0]["config"]
    assert (status, config) == (
        0,
        {"url": "from file", "password": "from environment", "retries": 2},
    )
    asset.write_text('{"password": "in file"}', encoding="utf-8")
    _, out, _ = shell("run", "do it", "--asset", str(asset), "--json")
    assert json.loads(out)["result_data"][0]["data"][0]["config"]["password"] == "in file"
    for content in ("[1]", "{"):
        asset.write_text(content, encoding="utf-8")
        assert shell("run", "do it", "--asset", str(asset))[0] == 2


def test_unknown_key_is_let_through_for_foreign_apps_only(shell: Shell, tmp_path: Path) -> None:
    asset = tmp_path / "asset.json"
    asset.write_text('{"unknown": 1}', encoding="utf-8")

    assert shell("run", "do it", "--asset", str(asset))[0] == 0
    own = ["run", "test connectivity", "--asset", str(asset), "--home", str(tmp_path / "own")]
    assert main(own) == 2


def test_actions_are_listed(shell: Shell) -> None:
    status, out, _ = shell("actions")
    assert status == 0
    assert "name, limit, deep, secret, ip, needed*" in out


def test_the_vault_is_listed_and_saved(
    make_soar: MakeSoar, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    soar = make_soar("""
        def handle_action(self, param):
            Vault.create_attachment("content", 1, "evidence.txt")
            return self.succeed(param)
    """)  # fmt: skip
    soar.run("do it")
    shell = Shell(soar, capsys)
    (item,) = soar.vault_items()
    status, out, _ = shell("vault")
    assert status == 0
    assert item["vault_id"] in out
    for name in ("1", item["vault_id"]):
        assert shell("vault", "--save", name, str(tmp_path / "saved"))[0] == 0
        assert (tmp_path / "saved").read_text(encoding="utf-8") == "content"
    assert shell("vault", "--save", "9", str(tmp_path / "saved"))[0] == 2
    status, _, complaint = shell("vault", "--save", "1", str(tmp_path))
    assert status == 2
    assert "Is a directory" in complaint


def test_no_app_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["actions", "--home", str(tmp_path), "--app", str(tmp_path)]) == 2
    assert "No app manifest" in capsys.readouterr().err


WAIT = """
def handle_action(self, param):
    self.save_progress("ready")
    while not self.is_action_cancelled():
        time.sleep(0.01)
    result = self.add_action_result(phantom.ActionResult(dict(param)))
    return result.set_status(phantom.APP_ERROR, "cancelled in time")
"""


class Interrupting(io.RawIOBase):
    """A stream that Ctrl-C meets while it is written to."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if b"ready" in bytes(data):
            signal.raise_signal(signal.SIGINT)
        return len(data)


def test_ctrl_c_in_the_middle_of_a_line(
    make_soar: MakeSoar, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    soar = make_soar(WAIT)
    monkeypatch.setattr(
        sys, "stderr", io.TextIOWrapper(io.BufferedWriter(Interrupting()), line_buffering=True)
    )

    assert (
        main(
            [
                "run",
                "do it",
                "--set",
                "url=x",
                "--home",
                str(soar.installation.home),
                "--app",
                str(soar.app.directory),
            ]
        )
        == 1
    )

    shown = capfd.readouterr()
    assert "cancelled in time" in shown.out
    assert shown.err.startswith("Cancelling the action")


def test_ctrl_c_cancels_the_action_as_soar_does(make_soar: MakeSoar) -> None:
    soar = make_soar(WAIT)
    place = ["--home", str(soar.installation.home), "--app", str(soar.app.directory)]
    command = [sys.executable, "-m", "dev.soar", "run", "do it", "--set", "url=x", *place]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        for line in process.stderr:
            if line == "ready\n":
                process.send_signal(signal.SIGINT)
                break
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "cancelled in time" in out
    assert err.startswith("Cancelling the action")


MAIN = """

if __name__ == "__main__":
    import json
    import sys

    connector = Toy()
    connector.print_progress_message = True
    connector._set_csrf_info("token", "referer")
    print(connector.get_phantom_base_url())
    print(connector._handle_action(Path(sys.argv[1]).read_text(), None))
"""


@pytest.mark.parametrize("way", ["exec", "PYTHONPATH"])
def test_an_app_file_runs_directly(make_soar: MakeSoar, tmp_path: Path, way: str) -> None:
    soar = make_soar("""
        def handle_action(self, param):
            self.save_state({"seen": self.get_config()["password"]})
            return self.succeed(param, {"added": Vault.create_attachment("x", 1)["succeeded"]})
    """)  # fmt: skip
    main_module = soar.app.directory / "toy_connector.py"
    main_module.write_text(main_module.read_text(encoding="utf-8") + MAIN, encoding="utf-8")
    test_json = tmp_path / "test.json"
    test_json.write_text(
        '{"identifier": "do_it", "config": {"password": "plain"}, "parameters": [{}]}',
        encoding="utf-8",
    )
    home = str(tmp_path / "home")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("LOCAL_SOAR_HOME", "PYTHONPATH")
    }
    if way == "exec":
        command = [
            "-m",
            "dev.soar",
            "exec",
            "--home",
            home,
            "--app",
            str(soar.app.directory),
            str(test_json),
        ]
    else:
        command = [str(main_module), str(test_json)]
        environment.update(PYTHONPATH=str(PLATFORM), XDG_DATA_HOME=home)
        home += "/local-soar"
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    base_url, progress, result = done.stdout.splitlines()
    assert (base_url, progress) == ("https://127.0.0.1/", "Loaded action execution configuration")
    assert json.loads(result)["result_data"][0]["data"] == [{"added": True}]
    assert list(Path(home, "local_data").rglob("0_state.json"))


def test_the_platform_is_quick_to_import() -> None:
    code = (
        "import sys, phantom.app; print([name for name in ('cryptography', 'requests', 'rich') if"
        " name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(PLATFORM)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_wide_rows_become_records() -> None:
    from rich.console import Console

    from dev.soar.display import show_result

    rows = [{f"key{number}": number for number in range(30)}, {"key1": ""}]
    screen = Console(file=io.StringIO(), width=80)
    entry = {"data": rows, "summary": {"total": 2}, "message": "done", "status": "success"}
    show_result(
        screen,
        {},
        {"result_data": [entry], "exception_occured": False, "status": "success", "message": ""},
    )
    text = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "key29  29" in text
    assert "total: 2" in text
