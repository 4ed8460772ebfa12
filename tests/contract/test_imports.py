# File: test_imports.py
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
"""Who may import whom, what stands in one place only, and what every file and every public
name says about itself.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.environments import ROOT


SOURCES = sorted(
    path
    for top in ROOT.iterdir()
    if top.name not in ("build", "dist") and not top.name.startswith(".")
    for path in [top, *top.rglob("*.py")]
    if path.suffix == ".py"
)
TEMPLATES = sorted(
    [
        *(ROOT / "views").glob("*.html"),
        *(ROOT / "dev" / "soar" / "web" / "templates").rglob("*.html"),
    ]
)
HEADER = Path(__file__).read_text(encoding="utf-8").splitlines()[1:13]


# The local SOAR's own library path: what lies there is imported as `phantom`, as on SOAR.
PLATFORM = ("dev", "soar", "platform")


def _parts(path: Path) -> tuple[str, ...]:
    """From the repository's top; `relative_to` takes ten times as long."""
    return path.parts[len(ROOT.parts) :]


def _name(path: Path) -> str:
    parts = _parts(path.with_suffix(""))
    if parts[:3] == PLATFORM:
        parts = parts[3:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {path: _name(path) for path in SOURCES}
APP_MODULES = {name: path for path, name in NAMES.items() if name.startswith("tanium_tr")}
DEV_MODULES = {name: path for path, name in NAMES.items() if _parts(path)[0] == "dev"}
MODULES = {**APP_MODULES, **DEV_MODULES}
PACKAGE = [name for name in APP_MODULES if "." in name]

# From the ground up: a module imports from its own room and from those on lower lines. Imports for
# type hints are free, so that actions can name the clients and the platform handed to them.
LAYERS = (
    (
        *("collector", "errors", "numbers", "permissions", "redaction"),
        *("storable", "times", "words"),
    ),
    ("archive", "declare", "network"),
    ("parameters", "parse"),
    ("config",),
    ("soar", "tanium"),
    ("account", "services", "tasks"),
    ("connect_settings", "ingestion", "intel", "questions"),
    ("alerts", "endpoints"),
    ("deployment",),
    ("containment",),
    ("ingest", "live", "widgets"),
    ("investigation",),
    ("actions",),
)
GROUND = 0  # the modules of this line may import each other
LONGEST_MODULE, LONGEST_FUNCTION = 450, 40
ONLY_IN = {
    "phantom": ("tanium_tr_connector", "tanium_tr.soar"),
    "encryption_helper": ("tanium_tr.soar",),
    # The connector's command line logs in to SOAR.
    "requests": (
        "tanium_tr.tanium",
        "tanium_tr.network.limited_http",
        "tanium_tr.soar.rest",
        "tanium_tr.soar.run_access",
        "tanium_tr_connector",
    ),
    "urllib3": ("tanium_tr.tanium", "tanium_tr.network.limited_http", "tanium_tr.soar.rest"),
}
# Slow to import, or with an effect on import: an action that needs one imports it then.
NEVER_AT_START = ("dateutil", "fast_zip_decryption")

# The module with the readers of whole numbers, and how another one would begin.
NUMBERS = "tanium_tr.numbers"
DIGIT_TESTS = {"isdecimal", "isdigit", "isnumeric"}
WHOLE_NUMBER = re.compile(
    r"""
    \^? \(?
    ([+-]\??|\[[^]]{,3}\]\??)?              # a sign
    (\\d|\[0-9\])([+*]|\{[0-9]*,?[0-9]*\})? # digits
    \)? (\\n|\\Z|\$)?
    """,
    re.VERBOSE,
)


def _below(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those for type hints only."""
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)):
            yield child
            yield from _nodes(child)


def _imports(module: str, nodes: list[ast.AST]) -> Iterator[str]:
    package = module.split(".") if MODULES[module].name == "__init__.py" else module.split(".")[:-1]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
                if node.level
                else node.module or ""
            )
            inner = [
                f"{base}.{alias.name}" for alias in node.names if f"{base}.{alias.name}" in MODULES
            ]
            yield from inner or [base]


@functools.cache
def _text(module: str) -> str:
    return MODULES[module].read_text(encoding="utf-8")


@functools.cache
def _tree(module: str) -> ast.Module:
    return ast.parse(_text(module))


def _room(module: str) -> str:
    return module.split(".")[1]


def _layer(module: str) -> int:
    """The line of LAYERS that a module stands on; SOAR's entry points stand above all of them."""
    if "." not in module:
        return len(LAYERS) if module != "tanium_tr" else GROUND
    return next(layer for layer, rooms in enumerate(LAYERS) if _room(module) in rooms)


@functools.cache
def _imported(module: str) -> set[str]:
    return set(_imports(module, list(_nodes(_tree(module)))))


def test_every_room_has_its_layer() -> None:
    assert not [name for name in PACKAGE if not any(_room(name) in rooms for rooms in LAYERS)]


def test_every_room_stands_in_the_layout() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Layout")[2]
    places = set(re.findall(r"`(?:tanium_tr/)?(\w+)(?:\.py|/)`", text))

    assert not {_room(name) for name in PACKAGE} - places


def test_imports_run_downwards() -> None:
    assert not {module: upwards for module in APP_MODULES if (upwards := _upwards(module))}


def _upwards(module: str) -> list[str]:
    """What a module imports from its own line or a higher one, or from outside of the app."""
    layer = _layer(module)
    upwards = [
        name
        for name in _imported(module)
        if "." in name and _below(name, ("tanium_tr",)) and _layer(name) >= layer
        if layer != GROUND and not ("." in module and _room(name) == _room(module))
    ]
    return upwards + [name for name in _imported(module) if _below(name, ("dev", "tests"))]


def test_modules_of_actions_borrow_nothing_from_each_other() -> None:
    actions = "tanium_tr.actions"

    assert not {
        module: borrowed
        for module in PACKAGE
        if _below(module, (actions,))
        if (
            borrowed := [
                name
                for name in _imported(module)
                if _below(name, (actions,)) and name not in (actions, f"{actions}.index")
            ]
        )
    }


def test_libraries_stay_in_their_rooms() -> None:
    assert not [
        (module, name)
        for module in APP_MODULES
        for name in _imported(module)
        for library, places in ONLY_IN.items()
        if _below(name, (library,)) and not _below(module, places)
    ]


@pytest.mark.parametrize("modules", [APP_MODULES, DEV_MODULES], ids=["app", "dev"])
def test_no_modules_import_each_other_in_a_circle(modules: dict[str, Path]) -> None:
    """Modules that import nothing of ours are taken away until only circles are left."""
    graph = {module: _imported(module) & set(modules) for module in modules}
    while free := {module for module, imported in graph.items() if not imported}:
        graph = {
            module: imported - free for module, imported in graph.items() if module not in free
        }

    assert not graph


def _statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement on: neither the signature, which declares an action's
    parameters, nor the docstring counts.
    """
    first = function.body[1 if ast.get_docstring(function) and len(function.body) > 1 else 0]
    return (function.end_lineno or 0) - first.lineno + 1


def test_modules_and_functions_are_short() -> None:
    long_functions = [
        (module, node.name)
        for module in MODULES
        for node in ast.walk(_tree(module))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if _statements(node) > LONGEST_FUNCTION
    ]

    assert not [name for name in MODULES if len(_text(name).splitlines()) > LONGEST_MODULE]
    assert not long_functions


def test_whole_numbers_are_read_in_one_place() -> None:
    assert not {
        module: found
        for module in APP_MODULES
        if module != NUMBERS
        if (found := _readers_of_whole_numbers(module))
    }


def _readers_of_whole_numbers(module: str) -> list[str]:
    nodes = list(ast.walk(_tree(module)))
    texts = [str(node.value) for node in nodes if isinstance(node, ast.Constant)]
    attributes = [node.attr for node in nodes if isinstance(node, ast.Attribute)]
    return [
        *(name for name in attributes if name in DIGIT_TESTS),
        *(text for text in texts if WHOLE_NUMBER.fullmatch(text)),
    ]


def test_slow_libraries_are_not_imported_at_start() -> None:
    assert not [
        (module, name)
        for module in APP_MODULES
        for name in _imports(module, list(_tree(module).body))
        if _below(name, NEVER_AT_START)
    ]


def test_package_imports_itself_relatively_only() -> None:
    assert not [
        (module, node.module)
        for module in PACKAGE
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.ImportFrom) and not node.level
        if _below(node.module or "", ("tanium_tr",))
    ]


def test_annotations_are_never_evaluated() -> None:
    never = ast.dump(ast.parse("from __future__ import annotations").body[0])
    firsts = {module: _statements_of(module)[:1] for module in APP_MODULES}

    assert not [module for module, first in firsts.items() if first and ast.dump(first[0]) != never]


def _statements_of(module: str) -> list[ast.stmt]:
    """Those of a module without its docstring."""
    return [
        node
        for node in _tree(module).body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]


def test_no_two_public_classes_of_the_app_have_one_name() -> None:
    named: dict[str, list[str]] = {}
    for module in PACKAGE:
        for node in _tree(module).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named.setdefault(node.name, []).append(module)

    assert not {name: modules for name, modules in named.items() if len(modules) > 1}


# Words of an early draft that hid what a name stands for.
VAGUE_WORDS = {"told", "kept", "said", "because", "given_of", "deeds"}


def test_names_say_what_they_hold() -> None:
    assert not {
        module: found
        for module in MODULES
        if (found := {name.strip("_").lower() for name in _identifiers(module)} & VAGUE_WORDS)
    }


def _identifiers(module: str) -> Iterator[str]:
    for node in ast.walk(_tree(module)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg):
            yield node.arg


def _has_statements(module: str) -> bool:
    return any(line.strip() and not line.startswith("#") for line in _text(module).splitlines())


def test_modules_and_their_public_names_have_docstrings() -> None:
    assert not {
        module: missing
        for module in PACKAGE
        if _has_statements(module)
        if (missing := _without_docstring(module))
    }


def _without_docstring(module: str) -> list[str]:
    """The one class that is all of a module has the module's."""
    tree = _tree(module)
    public = [
        node
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        if not node.name.startswith("_")
    ]
    is_one_class = len(public) == 1 and isinstance(public[0], ast.ClassDef)
    missing = [node.name for node in public if not ast.get_docstring(node)]
    return [*(() if ast.get_docstring(tree) else [module]), *(() if is_one_class else missing)]


def test_file_starts_with_its_name_and_the_licence() -> None:
    assert not [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.read_text(encoding="utf-8").splitlines()[:13] != [f"# File: {path.name}", *HEADER]
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_its_name_and_the_licence(path: Path) -> None:
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    start = lines.index(f"File: {path.name}")

    assert start <= 2  # below {% extends %} and the comment's start
    assert lines[start + 1 : start + 13] == [line[2:].strip() for line in HEADER]
