# File: test_check.py
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
"""`make test` tells what failed, and which of SOAR's Pythons it could not try; `make check` selects
the tests that a change can touch.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from dev import check
from dev.affected import OF_DOCUMENTS, Selection, changed_files, dependencies, select
from dev.environments import ROOT
from tests import conftest
from tests.conftest import pytest_collection_modifyitems


def result(monkeypatch: pytest.MonkeyPatch, pythons: list[str], failing: tuple[str, ...]) -> int:
    monkeypatch.setattr(check, "ensure_all", lambda: {version: version for version in pythons})
    monkeypatch.setattr(check, "run_step", lambda title, *_, **__: title not in failing)
    return check.main([])


BOTH = "Ran on Python 3.9 and 3.13.\n"
OLD, NEW = "tests on Python 3.9", "tests on Python 3.13"


@pytest.mark.parametrize(
    ("pythons", "failing", "code", "reported"),
    [
        (["3.9", "3.13"], (), 0, f"{BOTH}Everything passed"),
        (
            ["3.13"],
            (),
            0,
            (
                "Ran on Python 3.13. Python 3.9 is not on this machine, so it was not tried"
                " there.\nEverything passed"
            ),
        ),
        (["3.9", "3.13"], ("lint (ruff)",), 1, f"{BOTH}FAILED: lint (ruff)"),
        (["3.9", "3.13"], (OLD, NEW), 1, f"{BOTH}FAILED: {OLD}, {NEW}"),
        (["3.9", "3.13"], (OLD,), 1, f"{BOTH}FAILED: {OLD}"),
    ],
)
def test_check_tells_how_it_ended(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    pythons: list[str],
    failing: tuple[str, ...],
    code: int,
    reported: str,
) -> None:
    assert result(monkeypatch, pythons, failing) == code
    assert capsys.readouterr().out.strip() == reported


def test_arguments_go_to_pytest_on_each_python_and_nothing_else_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands: dict[str, list[str]] = {}
    monkeypatch.setattr(check, "ensure_all", lambda: {"3.9": "3.9", "3.13": "3.13"})
    monkeypatch.setattr(
        check, "run_step", lambda title, command, **_: commands.update({title: command}) is None
    )

    assert check.main(["tests/test_check.py", "-k", "python"]) == 0
    assert set(commands) == {OLD, NEW}
    assert all(
        command[-3:] == ["tests/test_check.py", "-k", "python"] for command in commands.values()
    )


def test_temporary_files_have_a_place_of_their_own_that_is_gone_afterwards(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(check, "ensure_all", lambda: {"3.13": sys.executable})
    monkeypatch.setattr(check, "_checks", lambda _: {"a check": [sys.executable, "-c", ""]})
    noted = tmp_path / "noted"
    code = f"import pathlib, tempfile; pathlib.Path({str(noted)!r}).write_text(tempfile.mkdtemp())"
    monkeypatch.setattr(check, "_tests", lambda *_: {NEW: [sys.executable, "-c", code]})

    assert check.main([]) == 0

    place = Path(noted.read_text()).parent
    assert place != Path(tempfile.gettempdir())
    assert not place.exists()


def test_a_failed_step_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    titles: list[str] = []
    monkeypatch.setattr(check, "ensure_all", lambda: {"3.9": "3.9"})
    monkeypatch.setattr(check, "run_step", lambda title, *_, **__: titles.append(title))

    assert check.main([]) == 1
    assert len(titles) == len(set(titles))
    assert OLD in titles


def test_changed_selects_tests_and_runs_them_on_the_newest_python_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands: dict[str, list[str]] = {}
    monkeypatch.setattr(check, "ensure_all", lambda: {"3.9": "3.9", "3.13": "3.13"})
    monkeypatch.setattr(check, "changed_files", lambda _root: ["a.py"])
    chosen = Selection(["tests/x.py"], "Why.", ("get alert",), ("tests/x.py",))
    monkeypatch.setattr(check, "select", lambda _root, _changed: chosen)
    monkeypatch.setattr(
        check, "run_step", lambda title, command, **_: commands.update({title: command}) is None
    )

    assert check.main(["--changed"]) == 0
    assert set(commands) == {
        *("format (ruff)", "lint (ruff)", "types (mypy)", "lint by Splunk's template (ruff)"),
        *("Markdown (mdformat)", "templates (djlint)", "layout of templates (djlint)"),
        *("secrets (detect-secrets)", NEW),
    }
    options = ["-n", "3", "--maxschedchunk", "8", "--quick", "--sample"]
    options += [f"--seconds={check.SECONDS}", "tests/x.py"]
    assert commands[NEW][-10:] == [*options, "--whole=tests/x.py", "--actions=get alert"]
    assert capsys.readouterr().out == "Why.\n\nRan on Python 3.13.\nEverything passed\n"


@pytest.mark.parametrize(
    ("collected", "left"),
    [
        (["tests/test_demo.py::test", "tests/test_numbers.py::test"], ["tests/test_numbers.py"]),
        (["tests/test_package.py::test"], ["tests/test_package.py"]),
        ([], []),
    ],
)
def test_long_tests_are_not_quick_unless_no_others_are_chosen(
    collected: list[str], left: list[str]
) -> None:
    config: Any = SimpleNamespace(getoption=lambda name: name == "quick")
    items: list[Any] = [SimpleNamespace(nodeid=nodeid) for nodeid in collected]

    pytest_collection_modifyitems(config, items)

    assert [item.nodeid.partition("::")[0] for item in items] == left


SOURCES = {
    "tanium_tr_connector.py": "",
    "tanium_tr/__init__.py": "",
    "tanium_tr/words.py": "",
    "tanium_tr/actions/__init__.py": "",
    "tanium_tr/actions/alerts.py": (
        "from ..tanium import alerts\nclass A:\n  @action()\n  def get_alert(self): ..."
    ),
    "tanium_tr/tanium/__init__.py": "",
    "tanium_tr/tanium/alerts.py": "from ..words import shown",
    "dev/__init__.py": "",
    "dev/demo/__init__.py": "",
    "dev/demo/__main__.py": "import dev.demo.story",
    "dev/demo/story.py": "",
    "dev/manifest.py": "from tanium_tr import actions",
    "dev/soar/platform/phantom/vault.py": "",
    "dev/soar/runtime.py": "NAME = 'get alert'",
    "tests/conftest.py": "",
    "tests/helper.py": "import phantom.vault",
    "tests/actions/conftest.py": "import dev.soar.runtime",
    "tests/actions/test_alerts.py": "run('get alert')",
    "tests/test_demo.py": "command = ['-m', 'dev.demo']",
    "tests/test_helper.py": "def test() -> None:\n  from .helper import x",
    "tests/test_manifest.py": "from dev.manifest import MANIFEST",
    "tests/variants.py": "VARIANTS = ['get alert', 'get label']",
    "tests/faults/test_matrix.py": "from tests.variants import VARIANTS",
    "tests/contract/test_words.py": "import tanium_tr.words as words",
}
ACTION, DEMO = "tests/actions/test_alerts.py", "tests/test_demo.py"
HELPER, MANIFEST = "tests/test_helper.py", "tests/test_manifest.py"
WORDS, MATRIX = "tests/contract/test_words.py", "tests/faults/test_matrix.py"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for name, text in SOURCES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "selected", "whole"),
    [
        ([ACTION], [ACTION], [ACTION]),
        (["tanium_tr/actions/alerts.py"], [ACTION, MATRIX, MANIFEST], [ACTION]),
        (["tanium_tr/tanium/alerts.py"], [ACTION, MATRIX, MANIFEST], [ACTION]),
        (["tanium_tr/words.py"], [WORDS, MATRIX, ACTION, MANIFEST], [WORDS]),
        (["tanium_tr/tanium/__init__.py"], [MATRIX, ACTION, MANIFEST], []),
        (["tests/variants.py"], [MATRIX], [MATRIX]),
        (["dev/demo/story.py"], [DEMO], []),
        (["dev/manifest.py"], [MANIFEST], [MANIFEST]),
        (["dev/soar/platform/phantom/vault.py"], [HELPER], []),
        (["dev/soar/runtime.py"], [ACTION], []),
        (["tests/actions/conftest.py"], [ACTION], [ACTION]),
        (["tests/helper.py", "NOTICE", DEMO, "dev/gone.py"], [DEMO, HELPER], [DEMO, HELPER]),
        (["docs/connect.md"], [*OF_DOCUMENTS], [*OF_DOCUMENTS]),
        (["README.md", "dev/demo/story.py"], [*OF_DOCUMENTS, DEMO], [*OF_DOCUMENTS]),
    ],
)
def test_change_selects_the_tests_that_depend_on_it(
    sources: Path, changed: list[str], selected: list[str], whole: list[str]
) -> None:
    actions = ("get alert",) if MATRIX in selected and changed != ["tests/variants.py"] else ()
    reason = f"The change can touch {len(selected)} test file(s): {len(whole)} run whole."

    assert select(sources, changed) == Selection(selected, reason, actions, tuple(whole))


@pytest.mark.parametrize(
    ("changed", "selected", "reason"),
    [
        ([], [], "No test file depends on the change"),
        (["NOTICE", "dev/gone.py"], [], "No test file depends on the change"),
        (["pyproject.toml"], [], "Every test depends on pyproject.toml"),
        (
            ["dev/requirements.txt", "tanium_tr/words.py"],
            [MATRIX, ACTION, MANIFEST],
            "Every test depends on dev/requirements.txt",
        ),
        (
            ["tests/conftest.py", "tanium_tr_connector.py"],
            [],
            "Every test depends on tanium_tr_connector.py and tests/conftest.py",
        ),
    ],
)
def test_contract_tests_stand_for_what_cannot_be_selected(
    sources: Path, changed: list[str], selected: list[str], reason: str
) -> None:
    assert select(sources, changed) == Selection(
        ["tests/contract", *selected],
        f"{reason}, so tests/contract runs. Run `make test` for everything.",
        whole=("tests/contract",),
    )


def test_changed_files_are_staged_unstaged_and_untracked(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)

    git("init", "--quiet")
    for name in ("same", "unstaged", "staged", "moved"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / ".gitignore").write_text("ignored", encoding="utf-8")
    git("add", ".")
    git("commit", "--quiet", "--message", "x")
    git("mv", "moved", "new name")
    for name in ("staged", "unstaged", "untracked", "ignored"):
        (tmp_path / name).write_text("changed", encoding="utf-8")
    git("add", "staged")

    expected = ["moved", "new name", "staged", "unstaged", "untracked"]
    assert changed_files(tmp_path) == expected


def test_sample_has_a_case_of_each_test_and_all_of_those_next_to_the_change() -> None:
    options = {"sample": True, "whole": "tests/test_a.py,tests/contract"}
    names = ("tests/test_a.py::f", "tests/contract/test_c.py::f", "tests/test_b.py::f")
    items: list[Any] = [
        mock.Mock(nodeid=f"{name}[{case}]", fixturenames=["tanium"], callspec=None)
        for name in names
        for case in (1, 2)
    ]

    config: Any = SimpleNamespace(getoption=options.get)
    pytest_collection_modifyitems(config, items)

    assert sorted(item.nodeid for item in items) == [
        *("tests/contract/test_c.py::f[1]", "tests/contract/test_c.py::f[2]"),
        *("tests/test_a.py::f[1]", "tests/test_a.py::f[2]", "tests/test_b.py::f[1]"),
    ]


def test_tests_begin_in_the_order_of_their_files_as_long_as_there_is_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = ["tests/test_c.py", "tests/contract", "tests/test_a.py"]
    config: Any = SimpleNamespace(getoption={"seconds": 40.0}.get, args=files)
    names = ("tests/contract/test_b.py::f", "tests/test_a.py::f", "tests/test_c.py::f")
    items: list[Any] = [SimpleNamespace(nodeid=name, config=config) for name in names]

    pytest_collection_modifyitems(config, items)

    assert [item.nodeid for item in items] == [names[2], names[0], names[1]]
    monkeypatch.setattr(conftest, "STARTED", time.monotonic() - 30)
    conftest.pytest_runtest_setup(items[0])
    monkeypatch.setattr(conftest, "STARTED", time.monotonic() - 50)
    with pytest.raises(pytest.skip.Exception, match="`make test` runs it"):
        conftest.pytest_runtest_setup(items[0])


def test_real_sources_map_an_action_to_its_tests() -> None:
    graph = dependencies(ROOT)

    assert "tanium_tr/actions/alerts.py" in graph["tests/actions/test_alerts.py"]
    assert "tests/conftest.py" in graph["tests/actions/test_alerts.py"]
