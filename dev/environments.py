# File: environments.py
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
"""Makes the virtual environments that the make targets run in; needs only the standard library of
any Python from 3.9 on.

The app runs on the two Pythons of Splunk SOAR, so an environment is made for each of them that this
machine has, and for the running interpreter where it has neither. `python dev/environments.py`
makes them, and `python dev/environments.py -m dev.demo` runs a module in the newest of them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "dev" / "requirements.txt"
SOAR_PYTHONS = ("3.9", "3.13")


def _version(interpreter: str) -> str:
    """`3.13` for a working interpreter, the empty string otherwise (a pyenv shim exists for every
    version but runs only one).
    """
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [interpreter, "-I", "-c", code], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _pyenv_root() -> str:
    if os.environ.get("PYENV_ROOT"):
        return os.environ["PYENV_ROOT"]
    pyenv = shutil.which("pyenv")
    if not pyenv:
        return ""
    return subprocess.run(
        [pyenv, "root"], capture_output=True, text=True, check=False
    ).stdout.strip()


def _find(version: str) -> str:
    on_path = shutil.which(f"python{version}")
    in_pyenv = (
        sorted(map(str, Path(_pyenv_root(), "versions").glob(f"{version}.*/bin/python")))
        if _pyenv_root()
        else []
    )
    for candidate in [on_path, *reversed(in_pyenv), sys.executable]:
        if candidate and _version(candidate) == version:
            return candidate
    return ""


def interpreters() -> dict[str, str]:
    """Version -> interpreter for SOAR's Pythons that are here, or else for the one running this."""
    found = {version: _find(version) for version in SOAR_PYTHONS}
    found = {version: interpreter for version, interpreter in found.items() if interpreter}
    return found or {"{}.{}".format(*sys.version_info): sys.executable}


def untried(pythons: Collection[str]) -> str:
    """A sentence to append: which of SOAR's Pythons this machine lacks; empty if it has all."""
    missing = [version for version in SOAR_PYTHONS if version not in pythons]
    return (
        f" Python {' and '.join(missing)} is not on this machine, so it was not tried there."
        if missing
        else ""
    )


def ensure(version: str, interpreter: str) -> str:
    """Path of the environment's Python, with everything from the lock file installed; made only
    when the lock file changed.
    """
    folder = ROOT / ".venvs" / version
    python, stamp = folder / "bin" / "python", folder / "installed.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not (stamp.exists() and stamp.read_text(encoding="ascii") == wanted):
        print(
            f"Setting up Python {version} in {folder.relative_to(ROOT)} (once; about a minute)",
            flush=True,
        )
        subprocess.run([interpreter, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "-qq", "--disable-pip-version-check"]
        subprocess.run(
            # What is used is compiled when it is used.
            [*pip, "install", "--no-compile", "--no-deps", "--require-hashes", "-r", str(LOCK)],
            check=True,
        )
        stamp.write_text(wanted, encoding="ascii")
    return str(python)


def ensure_all() -> dict[str, str]:
    """Version -> Python of its environment; both are made at the same time."""
    found = interpreters()
    with ThreadPoolExecutor() as pool:
        return dict(zip(found, pool.map(ensure, found, found.values())))


def keep_compiled_modules() -> None:
    """SOAR starts a process for every action, and so do demo and tests; each of them would compile
    the app anew.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def newest() -> str:
    version, interpreter = list(interpreters().items())[-1]
    return ensure(version, interpreter)


def main() -> None:
    if not sys.argv[1:]:
        ensure_all()
        return
    python = newest()
    keep_compiled_modules()
    os.chdir(ROOT)
    os.execv(python, [python, *sys.argv[1:]])


if __name__ == "__main__":
    if sys.version_info < (3, 9):  # noqa: UP036 - it may be started with any Python
        sys.exit(
            "This project needs Python 3.9 or newer; `make PYTHON=/path/to/python ...` names"
            " another one."
        )
    main()
