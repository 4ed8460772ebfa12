# File: test_documents.py
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
"""The README and the guides name only what there is: links, actions, parameters, settings, shell
commands.
"""

from __future__ import annotations

import collections
import json
import re
import shlex
from collections.abc import Iterator
from functools import lru_cache

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from dev.environments import ROOT
from dev.manifest import PROSE, README, declared_actions, manifest
from dev.package import SHIPPED
from dev.permissions import granted, roles
from dev.simulator.__main__ import parse as parse_simulator
from dev.soar.shell.parser import parse as parse_soar
from dev.soar.subjects import GUIDE
from tanium_tr.account.privileges import KNOWN
from tanium_tr.permissions import server_name


GUIDES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md"))
DOCUMENTS = [README, "CONTRIBUTING.md", *GUIDES]
# What is handwritten; the reference is held to the manifest elsewhere.
PROSES = [PROSE, *GUIDES]
LONGEST_PROSE = 300
SPECS = declared_actions()
APP = manifest(SPECS)
ACTIONS = {spec.name for spec in SPECS}
DECLARED = {permission for spec in SPECS for permission in spec.permissions}
# Titles of other apps, and what they say.
NO_ACTIONS = {
    *("Tanium REST", "Tanium Threat Response", "Failed to get group", "Question post failed"),
    *("Getting question results failed", "No ... exists with name"),
}
STRESSED = {
    *("connection ID", "file ID", "inferred", "resolve the alert when the container closes"),
}
# A product's name, and a field that is named after what the alert has.
EXAMPLES = {"detect3", "executionTargetAddress"}
SOAR_COMMANDS = {"actions", "exec", "make-token", "poll", "probe", "run", "serve", "token"}
# What SOAR's playbook editor names its own blocks after; the others are named after their action.
SOAR_STEPS = {"decision", "filter", "format"}
SHELL = "dev/environments.py"


@lru_cache
def _tokens(document: str) -> tuple[Token, ...]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return tuple(MarkdownIt("commonmark").enable("table").parse(text))


def _inline(document: str) -> Iterator[Token]:
    for token in _tokens(document):
        if token.type == "inline":
            yield from token.children or []


def _marked(document: str, mark: str) -> Iterator[str]:
    """The texts between the opening and the closing of a mark."""
    texts: list[str] | None = None
    for token in _inline(document):
        if token.type == f"{mark}_open":
            texts = []
        elif token.type == f"{mark}_close":
            yield "".join(texts or [])
            texts = None
        elif texts is not None:
            texts.append(" " if token.type == "softbreak" else token.content)


def _code(document: str) -> list[str]:
    return [token.content for token in _inline(document) if token.type == "code_inline"]


@lru_cache
def _anchors(document: str) -> set[str]:
    """As code hosts make them of the headings."""
    tokens = _tokens(document)
    headings = [
        "".join(part.content for part in following.children or [])
        for token, following in zip(tokens, tokens[1:])
        if token.type == "heading_open"
    ]
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def _links(document: str) -> list[tuple[str, str]]:
    """(file from the repository's top, anchor) of the links and pictures within it."""
    found = []
    for token in _inline(document):
        target = str(token.attrs.get("href") or token.attrs.get("src") or "")
        if target and "://" not in target:
            path, _, anchor = target.partition("#")
            place = (ROOT / document).parent / path if path else ROOT / document
            found.append((place.resolve().relative_to(ROOT.resolve()).as_posix(), anchor))
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    dead = [
        f"{path}#{anchor}"
        for path, anchor in _links(document)
        if not (ROOT / path).is_file() or (anchor and anchor not in _anchors(path))
    ]

    assert not dead


def test_readme_is_short_and_leads_to_every_guide_of_the_package() -> None:
    linked = {path for path, _ in _links(PROSE)}
    shipped = {
        path.relative_to(ROOT).as_posix() for pattern in SHIPPED for path in ROOT.glob(pattern)
    }

    assert len((ROOT / PROSE).read_text(encoding="utf-8").splitlines()) <= LONGEST_PROSE
    assert set(GUIDES) <= linked
    assert linked <= shipped


def test_every_action_has_one_subject() -> None:
    """In the guide, from which the local SOAR's page has them, too."""
    anchors = [anchor for path, anchor in _links(GUIDE) if path == README]

    assert sorted(anchors) == sorted(f"action-{spec.name.replace(' ', '-')}" for spec in SPECS)


def test_nothing_stands_twice() -> None:
    paragraphs = collections.Counter(
        " ".join(token.content.split())
        for document in (*PROSES, "CONTRIBUTING.md")
        for token in _tokens(document)
        if token.type == "inline" and len(token.content) > 80
    )

    assert not [text for text, times in paragraphs.items() if times > 1]


@pytest.mark.parametrize("document", PROSES)
def test_actions_exist(document: str) -> None:
    emphasized = {text for text in _marked(document, "em") if text not in NO_ACTIONS}
    stressed = {text for text in _marked(document, "strong") if text[0].islower()} - STRESSED

    assert {text.lower() for text in emphasized} <= ACTIONS
    assert stressed <= ACTIONS | _names()


@lru_cache
def _names() -> set[str]:
    """The names of settings, parameters and the parts of data paths."""
    found = set(APP["configuration"])
    for action in APP["actions"]:
        found.update(action["parameters"])
        for entry in action["output"]:
            found.update(re.split(r"[.*]+", entry["data_path"]))
    return found


@lru_cache
def _source() -> str:
    places = [*ROOT.glob("tanium_tr*.py"), *(ROOT / "tanium_tr").rglob("*.py")]
    places += [ROOT / "Makefile", *(ROOT / "dev").rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in places)


@lru_cache
def _source_words() -> set[str]:
    return set(re.findall(r"[\w-]+", _source()))


@pytest.mark.parametrize("document", PROSES)
def test_names_in_code_marks_exist(document: str) -> None:
    """What is neither declared nor a name of Tanium's must at least be in the code."""
    unknown = []
    for text in _code(document):
        if re.fullmatch(r"[a-z]+( [a-z]+)+", text):
            known = {*ACTIONS, *KNOWN, *DECLARED}
            is_known = text in known or f'"{text}"' in _source() or _is_command(text)
        elif step := re.fullmatch(r"([a-z_]+)_\d+", text):
            is_known = step[1].replace("_", " ") in {*ACTIONS, *SOAR_STEPS}
        elif re.fullmatch(r"--[a-z-]+( .*)?|[A-Z_]{4,}|[a-z]\w*", text):
            is_known = text.split(" ")[0] in _names() | _source_words() | EXAMPLES
        else:
            is_known = True
        if not is_known:
            unknown.append(text)

    assert not unknown


def _is_command(text: str) -> bool:
    """Which other tests look at."""
    return text.split()[0] in {"make", *SOAR_COMMANDS}


def _shell_lines(document: str) -> list[str]:
    """The lines of the blocks, and the commands within the text."""
    blocks = [token for token in _tokens(document) if token.type == "fence"]
    lines = [
        line
        for block in blocks
        if block.info == "shell"
        for line in block.content.replace("\\\n", " ").splitlines()
    ]
    return [*lines, *(text for text in _code(document) if re.match(r"([A-Z_]+=\S+ )*make ", text))]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_shell_lines_are_understood(document: str) -> None:
    for line in _shell_lines(document):
        _check_line(line)


def _check_line(line: str) -> None:
    words = shlex.split(line)
    while re.match(r"[A-Z_]+=", words[0]):
        del words[0]
    if words[0] == "make":
        _check_make(words[1:])
    elif words[:2] == ["python3", SHELL]:
        assert (ROOT / SHELL).is_file()
        _check_module(words[2:])
    else:
        assert (words[0], words[2:]) == ("echo", [">", "asset.json"])
        assert set(json.loads(words[1])) <= set(APP["configuration"])


def _check_make(words: list[str]) -> None:
    target, *rest = words
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    for word in rest:
        assert (ROOT / word.partition("ARGS=")[2].split()[0]).exists()


def _check_module(words: list[str]) -> None:
    assert words[0] == "-m"
    module, arguments = words[1], words[2:]
    if module == "dev.simulator":
        parse_simulator(arguments)
        return
    assert module == "dev.soar"
    options = parse_soar(arguments, None)
    if arguments[0] == "run":
        parameters = {text.partition("=")[0] for text in options.parameters}
        (spec,) = [spec for spec in SPECS if spec.name == options.action]
        assert parameters <= set(spec.params)


def test_commands_of_the_local_soar_are_understood() -> None:
    lines = [text for text in _code("docs/contributing.md") if text.split()[0] in SOAR_COMMANDS]
    commands = [line for line in lines if " " in line]
    for command in commands:
        parse_soar(shlex.split(command), None)

    assert {command.split()[0] for command in commands} == {"exec", "poll", "probe", "token"}


@pytest.mark.parametrize("document", PROSES)
def test_json_in_code_marks_is_json(document: str) -> None:
    for text in _code(document):
        if text.startswith('{"') and "..." not in text:
            json.loads(text)


def test_roles_have_what_their_actions_need_and_no_more() -> None:
    analyst, responder, connect = (set(granted(members)) for members in roles(SPECS).values())
    changes = {name for name in analyst if re.search("write|deploy|delete|kill|run", name)}

    assert analyst | responder | connect <= set(KNOWN)
    assert changes == {"direct connect session write"}
    assert analyst < responder
    assert not [name for name in analyst | responder if name.startswith("connect ")]
    for spec in SPECS:
        assert {server_name(name) for name in spec.permissions} <= responder
