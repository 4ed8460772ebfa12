# File: affected.py
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
"""Which test files a change can touch, from the sources alone.

A test file depends on what it imports, directly or through other modules, and on the conftest.py
of its folders. The import graph does not show two things, which stand as text in the sources: an
action that is run by its name, and a module that is started (`-m dev.demo`). For example

    tests/actions/test_alerts.py, with run("get alert")
        -> tanium_tr/actions/alerts.py, which declares it
        -> tanium_tr/tanium/alerts.py

so that a change of any of the three selects tests/actions/test_alerts.py. A test file that runs
actions of many modules is not selected by them.

The tests over every action take their inputs from tests/variants.py. A change of some actions
selects them, too, for these actions only.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple


SOURCES = ("tanium_tr*.py", "tanium_tr/**/*.py", "dev/**/*.py", "tests/**/*.py")
# Directories on sys.path besides the root, as pyproject.toml has them.
IMPORT_ROOTS = ("dev/soar/platform",)
ACTIONS = "tanium_tr.actions"
# Every test depends on these; `make test` tells what a change of them does.
SHARED = (
    *("pyproject.toml", "dev/requirements.in", "dev/requirements.txt", "tests/conftest.py"),
    "tanium_tr_connector.py",  # the local SOAR loads it by its name in the manifest
)
# Only here does an action's name mean that the action runs; the local SOAR knows some of them, too.
RUNS_ACTIONS = ("tests/", "dev/demo/", "dev/bench/")
FALLBACK = "tests/contract"
# They read the documents, and those are generated in part.
OF_DOCUMENTS = ("tests/contract/test_documents.py", "tests/contract/test_manifest.py")
VARIANTS = "tests/variants.py"
# Its properties import the clients when they are first used: `self._tanium.alerts`.
CLIENTS, TANIUM = "tanium_tr/tanium/clients.py", ("_tanium", "tanium")
MOST_MODULES = 3


class Selection(NamedTuple):
    """What pytest is to run, the nearest to the change first, and a sentence that says why; of the
    tests over every action, those of `actions` only, unless there are none. `whole` are the files
    next to the change.
    """

    paths: list[str]
    reason: str
    actions: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()


class _Source(NamedTuple):
    path: str
    tree: ast.Module
    package: str  # what a relative import starts from


def changed_files(root: Path) -> list[str]:
    """Staged, unstaged and untracked, relative to the root; a moved file has its old name, too."""
    commands = (
        ["git", "diff", "--name-only", "--no-renames", "--relative", "-z", "HEAD"],
        ["git", "ls-files", "--others", "--exclude-standard", "-z"],
    )
    outputs = [
        subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
        for command in commands
    ]
    return sorted({name for output in outputs for name in output.split("\0") if name})


def select(root: Path, changed: Iterable[str]) -> Selection:
    changed = set(changed)
    shared = sorted(changed & set(SHARED))
    graph = dependencies(root)
    touched = _steps_to(graph, changed - set(SHARED))
    actions = tuple(sorted(_declared(root, set(touched))))
    if actions:
        touched = _steps_to(graph, (changed - set(SHARED)) | {VARIANTS})
    of_documents = OF_DOCUMENTS if any(path.endswith(".md") for path in changed) else ()
    touched.update(dict.fromkeys(of_documents, 0))
    tests = sorted(filter(_is_test, touched), key=lambda path: (touched[path], path))
    if not shared and tests:
        whole = tuple(
            path for path in tests if path in of_documents or _is_next_to(path, changed, graph)
        )
        tests.sort(key=lambda path: path not in whole)
        reason = f"The change can touch {len(tests)} test file(s): {len(whole)} run whole."
        return Selection(tests, reason, actions, whole)
    reason = (
        f"Every test depends on {' and '.join(shared)}"
        if shared
        else "No test file depends on the change"
    )
    others = [path for path in tests if not path.startswith(f"{FALLBACK}/")]
    reason = f"{reason}, so {FALLBACK} runs. Run `make test` for everything."
    return Selection([FALLBACK, *others], reason, whole=(FALLBACK,))


def dependencies(root: Path) -> dict[str, set[str]]:
    """File -> the files that it depends on directly, relative to the root."""
    sources = _sources(root, SOURCES)
    modules = {_module_name(source.path): source.path for source in sources}
    runnable, started, clients = _actions(sources), _started(modules), _clients(sources)
    actions = {path for name, path in modules.items() if name.startswith(f"{ACTIONS}.")}
    found = {}
    for source in sources:
        nodes = list(_walk(source.tree))
        is_clients = source.path == CLIENTS
        at_import = _walk(source.tree, ast.FunctionDef) if is_clients else nodes
        # `from a.b import c` may name the module a.b.c or a thing in a.b.
        names = set(_imports(source, at_import))
        names |= {name for used in _uses(nodes, clients) for name in clients[used]}
        depends = {modules[name] for name in _with_parents(names) if name in modules}
        if ACTIONS in names:  # all its modules are then imported by their names
            depends |= actions
        texts = set(_texts(nodes)) if source.path.startswith(("dev/", "tests/")) else set()
        depends |= {path for text in texts for path in started.get(text, ())}
        if source.path.startswith(RUNS_ACTIONS) and source.path != VARIANTS:
            run = {runnable[text] for text in texts if text in runnable}
            # Where actions of many modules run, they stand for any action: the test is about the
            # login, the transport, a dialect.
            depends |= run if len(run) <= MOST_MODULES else set()
        found[source.path] = depends | _conftests(source.path, modules.values())
    return found


def _sources(root: Path, patterns: Iterable[str]) -> list[_Source]:
    found = []
    for file in sorted({path for pattern in patterns for path in root.glob(pattern)}):
        path = file.relative_to(root).as_posix()
        name = _module_name(path)
        package = name if file.name == "__init__.py" else name.rpartition(".")[0]
        found.append(_Source(path, ast.parse(file.read_bytes()), package))
    return found


def _declared(root: Path, paths: set[str]) -> set[str]:
    """The names of the actions that these files declare."""
    return {
        name
        for name, path in _actions(_sources(root, ["tanium_tr/actions/*.py"])).items()
        if path in paths and "_" not in name
    }


def _steps_to(graph: dict[str, set[str]], changed: set[str]) -> dict[str, int]:
    """The changed files and all that depend on them, through so many other files."""
    found: dict[str, int] = {}
    new, steps = changed & set(graph), 0
    while new:
        found.update(dict.fromkeys(new, steps))
        new = {path for path, depends in graph.items() if depends & new} - set(found)
        steps += 1
    return found


def _is_next_to(test: str, changed: set[str], graph: dict[str, set[str]]) -> bool:
    """Whether a test file has changed, uses what has changed, or has its name."""
    stems = {Path(path).stem.removeprefix("test_") for path in changed}
    return bool(({test} | graph.get(test, set())) & changed) or test[:-3].endswith(
        tuple(f"/test_{stem}" for stem in stems)
    )


def _is_test(path: str) -> bool:
    return path.startswith("tests/") and Path(path).name.startswith("test_")


def _module_name(path: str) -> str:
    for folder in IMPORT_ROOTS:
        path = path[len(folder) + 1 :] if path.startswith(f"{folder}/") else path
    parts = path[: -len(".py")].split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _walk(tree: ast.AST, without: Any = ()) -> Iterator[ast.AST]:
    """All nodes but those of some kinds, and those that only the type checker sees."""
    rest = [tree]
    while rest:
        node = rest.pop()
        yield node
        for child in ast.iter_child_nodes(node):
            is_for_types = isinstance(child, ast.If) and _is_name(child.test, "TYPE_CHECKING")
            if not is_for_types and not isinstance(child, without):
                rest.append(child)


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _clients(sources: list[_Source]) -> dict[str, set[str]]:
    """The name of a client, such as `alerts`, with the modules that it is in."""
    return {
        node.name: set(_imports(source, ast.walk(node)))
        for source in sources
        if source.path == CLIENTS
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef)
    }


def _uses(nodes: Iterable[ast.AST], clients: dict[str, set[str]]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in clients:
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name in TANIUM:
                yield node.attr


def _imports(source: _Source, nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = source.package.split(".")
                above = parts[: len(parts) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _with_parents(names: Iterable[str]) -> set[str]:
    """Importing a.b.c also runs the packages a and a.b."""
    split = [name.split(".") for name in names]
    return {".".join(parts[:end]) for parts in split for end in range(1, len(parts) + 1)}


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _actions(sources: list[_Source]) -> dict[str, str]:
    """The names of the actions, `get alert` and `get_alert`, with the module that declares each."""
    found = {}
    for source in sources:
        if source.package == ACTIONS:
            for node in ast.walk(source.tree):
                if isinstance(node, ast.FunctionDef) and any(map(_is_action, node.decorator_list)):
                    found[node.name] = found[node.name.replace("_", " ")] = source.path
    return found


def _is_action(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == "action"
    )


def _started(modules: dict[str, str]) -> dict[str, set[str]]:
    """The modules that `python -m` may name, with their files. A name without a dot is too likely
    to be some other word.
    """
    return {
        name: {path, modules.get(f"{name}.__main__", path)}
        for name, path in modules.items()
        if "." in name
    }


def _conftests(path: str, paths: Iterable[str]) -> set[str]:
    folders = {f"{folder.as_posix()}/conftest.py" for folder in Path(path).parents}
    return folders & set(paths) if _is_test(path) else set()
