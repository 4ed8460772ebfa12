# File: application.py
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
"""An app on disk: its manifest, its actions by name, its connector class."""

from __future__ import annotations

import difflib
import importlib
import inspect
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

from local_soar import manifest
from phantom.base_connector import BaseConnector

from dev.environments import ROOT


_path_guard = threading.Lock()


class NoSuchAppError(LookupError):
    """No app in the directory, or no such action in the app; the text names the nearest ones."""


class Application:
    """The app in `directory`. Its manifest is read anew when the file has changed; its modules are
    loaded once.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest; callers do not change it. NoSuchAppError when there is none."""
        found = manifest.find(self.directory)
        if found is None:
            raise NoSuchAppError(f"No app manifest (a *.json with main_module) in {self.directory}")
        return found

    @property
    def is_own(self) -> bool:
        """Whether it is the app of this repository, wherever it is installed."""
        own, this = manifest.find(ROOT), manifest.find(self.directory)
        return bool(own and this and own["appid"] == this["appid"])

    @property
    def directory_name(self) -> str:
        """The app's directory on SOAR, which the addresses of its webhook and REST handler name."""
        name = re.sub("[^a-z0-9_]", "", self.manifest["name"].lower())
        return f"{name}_{self.manifest['appid']}"

    def action(self, name: str) -> dict[str, Any]:
        """The manifest's entry of an action, given by its name (`list alerts`) or its identifier
        (`list_alerts`).
        """
        actions = self.manifest["actions"]
        for action in actions:
            if name in (action["action"], action["identifier"]):
                entry: dict[str, Any] = action
                return entry
        nearest = difflib.get_close_matches(name, [action["action"] for action in actions])
        raise NoSuchAppError(
            f"Unknown action {name!r}; "
            + (f"nearest: {', '.join(nearest)}" if nearest else "see `actions`")
        )

    @property
    def polls(self) -> bool:
        """Whether it has `on poll`."""
        return any(action["action"] == "on poll" for action in self.manifest["actions"])

    @contextmanager
    def on_path(self) -> Iterator[None]:
        """The app's directory importable flat, as in SOAR. Each user adds an entry of its own, so
        runs in threads do not interfere.
        """
        entry = str(self.directory)
        with _path_guard:
            sys.path.insert(0, entry)
        try:
            yield
        finally:
            with _path_guard:
                sys.path.remove(entry)

    def connector_class(self) -> type[BaseConnector]:
        """The one BaseConnector subclass in the main module; call it inside `on_path()`."""
        module = self._module(Path(self.manifest["main_module"]).stem)
        classes = [
            member
            for member in vars(module).values()
            if inspect.isclass(member)
            and issubclass(member, BaseConnector)
            and member.__module__ == module.__name__
        ]
        if len(classes) != 1:
            raise TypeError(
                f"{module.__name__} defines {len(classes)} subclasses of BaseConnector instead"
                " of one"
            )
        return classes[0]

    def function(self, name: str) -> Callable[..., Any]:
        """What the manifest names as `module.function`; call it, and what it returns, inside
        `on_path()`.
        """
        module, _, function = name.rpartition(".")
        found: Callable[..., Any] = getattr(self._module(module), function)
        return found

    def _module(self, name: str) -> ModuleType:
        path = self.directory.joinpath(*name.split(".")).with_suffix(".py")
        loaded = sys.modules.get(name)
        if loaded is None or Path(loaded.__file__ or "").resolve() != path:
            # It may be another app's module of the same name; SOAR would run that in another
            # process.
            sys.modules.pop(name, None)
            importlib.invalidate_caches()
        return importlib.import_module(name)
