# File: xml_documents.py
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
"""Reading intel documents that are XML, without their entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ParameterError


if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType


def root_id(content: bytes) -> str:
    """The id of the root element; empty where it has none.

    Raises ParameterError for XML that is none, or that declares entities.
    """
    return _root(content)[1]


def is_openioc(content: bytes) -> bool:
    """Whether it is XML whose root element is the one of OpenIOC 1.0 or 1.1."""
    try:
        name, _ = _root(content)
    except ParameterError:
        return False
    return name.rpartition(":")[2].lower() in ("ioc", "openioc")


def _root(content: bytes) -> tuple[str, str]:
    """Name and id of the root element."""
    found: list[tuple[str, str]] = []
    parser = _parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        if not found:
            found.append((name, attributes.get("id", "")))

    parser.StartElementHandler = start
    _parse(parser, content)
    return found[0]


def texts(content: bytes) -> list[str]:
    """The texts of the elements that have one. Raises ParameterError as `root_id` does."""
    found: list[str] = []
    parser = _parser()
    # A text comes as one, and ends where another handler is called.
    parser.buffer_text = True
    parser.StartElementHandler = lambda _name, _attributes: None
    parser.EndElementHandler = lambda _name: None
    parser.CharacterDataHandler = lambda text: found.append(text.strip())
    _parse(parser, content)
    return [text for text in found if text]


def _parser() -> XMLParserType:
    from xml.parsers import expat  # imported here: few actions need it

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _no_entities
    return parser


def _parse(parser: XMLParserType, content: bytes) -> None:
    from xml.parsers.expat import ExpatError

    try:
        parser.Parse(content, True)
    except (
        ExpatError,
        LookupError,
        ValueError,
    ) as error:  # the last two for an encoding that Python does not know or expat not read
        raise ParameterError(f"The intel document is not well-formed XML: {error}.") from error


def _no_entities(*_: Any) -> None:
    raise ParameterError("The intel document declares XML entities, which intel does not need.")
