# File: manifest.py
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
"""Writes tanium_tr.json, README.md, the lists in docs/permissions.md and docs/actions.md, the index
of actions and the menus of the widgets from the declarations; `python -m dev.manifest --check` only
says whether they are current.

The manifest's reference in the README is made from the manifest, so the two cannot differ; the
README's prose is manual_readme_content.md.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import json
import pkgutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from dev.action_specs import ActionSpec, spec_of
from dev.permissions import PAGE, permissions_page
from dev.readme import readme
from dev.soar.subjects import GUIDE
from dev.subjects import actions_guide
from tanium_tr import actions
from tanium_tr.actions.index import ACTIONS
from tanium_tr.config import CATEGORIES
from tanium_tr.declare import Column, Handler, Param, handlers_of
from tanium_tr_consts import APP_NAME, APP_VERSION

from .environments import ROOT
from .manifest_rules import DEPENDENCIES


MANIFEST, README, PROSE, WHEEL_LOCK = (
    "tanium_tr.json",
    "README.md",
    "manual_readme_content.md",
    "wheels/SHA256SUMS",
)
INDEX = "tanium_tr/actions/index.py"
INDEX_START = "ACTIONS = {\n"
MENUS = "tanium_tr/widgets/menus.py"
MENUS_START = "MENUS: dict[str, Kinds] = {\n"
COPYRIGHT = "Copyright (c) 2026 The tanium-soar maintainers"
IDENTITY: dict[str, Any] = {
    "appid": "ceec6ac9-92d3-4ec3-b206-4ffeb4c66c0b",
    "name": APP_NAME,
    "description": (
        "Investigate endpoints with Tanium Threat Response and ingest its alerts, ask all endpoints"
        " questions, deploy packages, quarantine devices, and manage what Tanium Connect delivers"
    ),
    "publisher": "The tanium-soar maintainers",
    "package_name": "phantom_tanium_tr",
    "type": "investigative",
    "license": f"{COPYRIGHT}. Licensed under the Apache License, Version 2.0.",
    "main_module": "tanium_tr_connector.py",
    "app_version": APP_VERSION,
    "product_vendor": "Tanium",
    "product_name": "Threat Response",
    "product_version_regex": ".*",
    "min_phantom_version": "6.4.0",
    "python_version": "3.9, 3.13",
    "fips_compliant": True,
    "latest_tested_versions": [],
    "logo": "logo_tanium_tr.svg",
    "logo_dark": "logo_tanium_tr_dark.svg",
    "rest_handler": "tanium_tr_webhook.handle_request",
    "supports_es_polling": True,
    "webhook": {
        "handler": "tanium_tr_webhook.handle_webhook",
        "requires_auth": True,
        "allowed_headers": ["Content-Type", "Content-Encoding"],
        # The platform's own default; an administrator narrows it in SOAR.
        "ip_allowlist": ["0.0.0.0/0", "::/0"],
        "routes": [],
    },
}
# SOAR's checks want no output and no table from these types of action.
TYPES_WITHOUT_OUTPUT = ("test", "ingest")


class Wheel(NamedTuple):
    """One line of the lock. `path` is where the package and the manifest have it: wheels/<file
    name>.
    """

    path: str
    sha256: str

    @property
    def module(self) -> str:
        return Path(self.path).name.split("-")[0]


def locked_wheels() -> list[Wheel]:
    lines = (ROOT / WHEEL_LOCK).read_text(encoding="ascii").splitlines()
    return [Wheel(f"wheels/{path}", sha256) for sha256, path in (line.split() for line in lines)]


def classes() -> list[type]:
    """All classes with actions."""
    names = sorted(module.name for module in pkgutil.iter_modules(actions.__path__))
    modules = [importlib.import_module(f"{actions.__name__}.{name}") for name in names]
    return [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__ and handlers_of(value)
    ]


def handlers() -> dict[str, Handler]:
    """Action identifier -> its method, in the order of the index; those it does not know yet come
    last.
    """
    order = {name: place for place, name in enumerate(ACTIONS)}
    found = handlers_of(*classes())
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))


def declared_actions() -> list[ActionSpec]:
    """Specs of all actions, in the manifest's order."""
    return [spec_of(handler) for handler in handlers().values()]


def modules_of_actions() -> dict[str, str]:
    """Action identifier -> the name of its module."""
    return {name: of.__module__.rpartition(".")[2] for of in classes() for name in handlers_of(of)}


def index() -> str:
    """The text of the module that says where each action is, so that a run imports only its own."""
    present = (ROOT / INDEX).read_text(encoding="utf-8")
    places = {name: of for of in classes() for name in handlers_of(of)}
    modules = modules_of_actions()
    rows = [
        f'    "{name}": ("{modules[name]}", "{places[name].__name__}"),\n' for name in handlers()
    ]
    head = present[: present.index(INDEX_START) + len(INDEX_START)]
    return "".join([head, *rows, "}\n"])


def menus() -> str:
    """The text of the module that says which kinds of values the widgets show: those that the
    actions of a widget declare for a path, and those of the parameters of all these actions.
    """
    present = (ROOT / MENUS).read_text(encoding="utf-8")
    shown = [spec for spec in declared_actions() if spec.view]
    parameters = [item for spec in shown for item in spec.params.items()]
    found = {"parameters": _kinds((name, of.contains) for name, of in parameters)}
    for view in sorted({spec.view for spec in shown}):
        columns = [column for spec in shown if spec.view == view for column in spec.columns]
        found[view.partition("_")[2]] = _kinds(
            (column.path.replace(".*", ""), column.contains) for column in columns
        )
    rows = [
        line
        for widget, kinds in found.items()
        if kinds
        for line in (f'    "{widget}": {{\n', *map(_menu_line, kinds), "    },\n")
    ]
    head = present[: present.index(MENUS_START) + len(MENUS_START)]
    return "".join([head, *rows, "}\n"])


def _menu_line(kinds: tuple[str, tuple[str, ...]]) -> str:
    path, contains = kinds
    return f'        "{path}": {contains},\n'.replace("'", '"')


def _kinds(declared: Iterable[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...]]]:
    """Path or parameter -> all `contains` that are declared of it, for those that have any."""
    found: dict[str, dict[str, None]] = {}
    for name, contains in declared:
        found.setdefault(name, {}).update(dict.fromkeys(contains))
    return [(name, tuple(kinds)) for name, kinds in sorted(found.items()) if kinds]


def manifest(specs: list[ActionSpec]) -> dict[str, Any]:
    return {
        **IDENTITY,
        **_dependencies(),
        "configuration": _configuration(),
        "actions": [action_entry(spec) for spec in specs],
    }


def _dependencies() -> dict[str, Any]:
    """The same wheels for every Python: they use its stable interface only."""
    wheels = [{"module": wheel.module, "input_file": wheel.path} for wheel in locked_wheels()]
    return {key: {"wheel": wheels} for key in DEPENDENCIES}


def _configuration() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for category, settings in CATEGORIES.items():
        for name, param in settings.items():
            found[name] = {
                "description": _description(param),
                "data_type": param.type,
                "required": param.required,
                "order": len(found),
                "category": category,
                **_choice_and_default(param),
            }
    return found


def _default(param: Param) -> Any:
    return param.default if param.offered is None else param.offered


def _description(param: Param) -> str:
    """With the default: SOAR's forms fill it in, but the README's tables have no column for it."""
    default = _default(param)
    return param.description + (f" (Default: {default})" if default is not None else "")


def _choice_and_default(param: Param) -> dict[str, Any]:
    found: dict[str, Any] = {}
    default = _default(param)
    if default is not None:
        found["default"] = default
    # SOAR compares the whole value with its list, so a list of choices would never match.
    if param.choices and not param.many:
        found["value_list"] = list(param.choices)
    return found


def action_entry(spec: ActionSpec) -> dict[str, Any]:
    has_output = spec.type not in TYPES_WITHOUT_OUTPUT
    return {
        "action": spec.name,
        "identifier": spec.identifier,
        "description": spec.description,
        **({"verbose": spec.verbose} if spec.verbose else {}),
        "type": spec.type,
        "read_only": spec.read_only,
        "parameters": {
            name: _parameter(order, param)
            for order, (name, param) in enumerate(spec.params.items())
        },
        "output": _output(spec) if has_output else [],
        **({"render": _render(spec)} if has_output else {}),
        # State is safe against parallel runs, and a long wait must not hold up the asset.
        "lock": {"enabled": False},
        "versions": "EQ(*)",
    }


def _render(spec: ActionSpec) -> dict[str, str]:
    if not spec.view:
        return {"type": "table"}
    return {
        "type": "custom",
        "view": f"tanium_tr_view.{spec.view}",
        "title": spec.name.capitalize(),
    }


def _parameter(order: int, param: Param) -> dict[str, Any]:
    found = {
        "description": _description(param),
        "data_type": param.type,
        "required": param.required,
        "order": order,
        **_choice_and_default(param),
    }
    if param.contains:
        found.update(primary=True, contains=list(param.contains))
        if param.many:
            found["allow_list"] = True
    return found


def _output(spec: ActionSpec) -> list[dict[str, Any]]:
    declared = [(_path("action_result.data", ".*.", column), column) for column in spec.columns]
    declared += [(_path("action_result.summary", ".", column), column) for column in spec.summary]
    entries = [
        _entry(f"action_result.parameter.{name}", param.type, param.contains, _examples(param))
        for name, param in spec.params.items()
    ]
    titles = 0
    for path, column in declared:
        entry = _entry(path, column.type, column.contains, column.examples)
        if column.title:
            entry.update(column_name=column.title, column_order=titles)
            titles += 1
        entries.append(entry)
    status = _entry("action_result.status", "string", (), ("success", "failed"))
    status.update(column_name="Action Status", column_order=titles)
    return [
        status,
        *entries,
        _entry("action_result.message", "string", (), (spec.message,) if spec.message else ()),
        _entry("summary.total_objects", "numeric", (), (1,)),
        _entry("summary.total_objects_successful", "numeric", (), (1,)),
    ]


def _path(container: str, separator: str, column: Column) -> str:
    return f"{container}{separator}{column.path}" if column.path else container


def _examples(param: Param) -> tuple[Any, ...]:
    return param.examples or param.choices


def _entry(
    path: str, data_type: str, contains: tuple[str, ...], examples: tuple[Any, ...]
) -> dict[str, Any]:
    entry: dict[str, Any] = {"data_path": path, "data_type": data_type}
    if contains:
        entry["contains"] = list(contains)
    if examples:
        entry["example_values"] = list(examples)
    return entry


def generated() -> dict[str, str]:
    """File name -> the text it should have."""
    specs = declared_actions()
    app = manifest(specs)
    return {
        INDEX: index(),
        MENUS: menus(),
        MANIFEST: json.dumps(app, indent=4) + "\n",
        README: readme(app, (ROOT / PROSE).read_text(encoding="utf-8")),
        PAGE: permissions_page((ROOT / PAGE).read_text(encoding="utf-8"), specs),
        GUIDE: actions_guide(
            (ROOT / GUIDE).read_text(encoding="utf-8"), specs, modules_of_actions()
        ),
    }


def _difference(name: str, wanted: str) -> str:
    path = ROOT / name
    present = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = difflib.unified_diff(
        present.splitlines(True),
        wanted.splitlines(True),
        f"{name} (present)",
        f"{name} (from the declarations)",
    )
    return "".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.manifest",
        description="Write the manifest, the README and the permissions from the declarations.",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 and show the difference when a file is stale",
    )
    check = parser.parse_args(arguments).check
    stale = {name: text for name, text in generated().items() if _difference(name, text)}
    for name, text in stale.items():
        if check:
            print(_difference(name, text))
        else:
            (ROOT / name).write_text(text, encoding="utf-8")
            print(f"Wrote {name}")
    if check and stale:
        print(f"{' and '.join(stale)} out of date: run `make manifest`.")
    elif not stale:
        print("The manifest, the README and the generated guides are current.")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
