# File: grammar.py
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
"""The grammar of question text: `Get A[x], B and C from all machines with D contains y`.

Strict: a text that departs from it raises NotQuestion. A text is canonical unless it has one of the
grammar's other spellings (`containing`, `having`).
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from dev.simulator.questions.model import (
    LONGEST_NUMBER,
    Catalogue,
    Filter,
    Group,
    Question,
    Select,
    SensorUse,
    UnknownGroup,
    UnknownSensor,
    with_values,
)
from dev.simulator.questions.structure import FindGroup, escaped
from dev.simulator.questions.text import NUMBER_OF_MACHINES, RESERVED


class NotQuestion(Exception):
    """The text does not follow the grammar."""


class Token(NamedTuple):
    """`kind` is `word`, `quoted`, `mark`, `values` (of parameters), or `end`."""

    kind: str
    text: str
    values: tuple[str, ...] = ()


class Comparison(NamedTuple):
    """Words of the grammar, and what they mean. The value stands in `pattern` for `{}`, as a text
    that matches itself; without a pattern it stays what it is.
    """

    words: tuple[str, ...]
    operator: str
    pattern: str = ""
    negated: bool = False


_PIECE = re.compile(
    r"""\s*(?: "(?P<quoted>(?:[^"]|"")*)" | (?P<mark>[,()?]) | (?P<word>[^\s",()\[\]?]+) )""",
    re.VERBOSE,
)
_VALUE = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^",\]\[]*))\s*([,\]])')
_END = Token("end", "")
_COMPARISONS = (
    Comparison(("does", "not", "equal"), "Equal", negated=True),
    Comparison(("does", "not", "contain"), "RegexMatch", ".*{}.*", negated=True),
    Comparison(("does", "not", "match"), "RegexMatch", negated=True),
    Comparison(("equals",), "Equal"),
    Comparison(("contains",), "RegexMatch", ".*{}.*"),
    Comparison(("containing",), "RegexMatch", ".*{}.*"),
    Comparison(("starts", "with"), "RegexMatch", "{}.*"),
    Comparison(("starting", "with"), "RegexMatch", "{}.*"),
    Comparison(("ends", "with"), "RegexMatch", ".*{}"),
    Comparison(("ending", "with"), "RegexMatch", ".*{}"),
    Comparison(("matches",), "RegexMatch"),
    Comparison(("matching",), "RegexMatch"),
    Comparison(("greater", "than", "or", "equal", "to"), "GreaterEqual"),
    Comparison(("less", "than", "or", "equal", "to"), "LessEqual"),
    Comparison(("greater", "than"), "Greater"),
    Comparison(("less", "than"), "Less"),
)
_LOOSE = {"containing", "starting", "ending", "matching", "having"}


def tokens(text: str) -> list[Token]:
    """The tokens of a text; what is in brackets is one."""
    found = []
    position = 0
    while text[position:].strip():
        if text[position:].lstrip().startswith("["):
            values, position = _values(text, text.index("[", position) + 1)
            found.append(Token("values", "", values))
            continue
        piece = _PIECE.match(text, position)
        if piece is None:
            raise NotQuestion(f"at {position}")
        kind = str(piece.lastgroup)
        content = piece.group(kind)
        found.append(Token(kind, content.replace('""', '"') if kind == "quoted" else content))
        position = piece.end()
    return [*found, _END]


def _values(text: str, position: int) -> tuple[tuple[str, ...], int]:
    values = []
    while True:
        piece = _VALUE.match(text, position)
        if piece is None:
            raise NotQuestion(f"values at {position}")
        in_quotes, bare, end = piece.groups()
        values.append(bare.strip() if in_quotes is None else in_quotes.replace('""', '"'))
        position = piece.end()
        if end == "]":
            return tuple(values), position


class _Tokens:
    """The tokens of a text, taken one by one."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._position = 0
        self.canonical = not _LOOSE & {
            each.text.casefold() for each in self._tokens if each.kind == "word"
        }

    def peek(self) -> Token:
        return self._tokens[self._position]

    def next(self) -> Token:
        token = self.peek()
        if token is not _END:
            self._position += 1
        return token

    def take(self, *words: str) -> bool:
        """Takes these words, when they come next."""
        taken = self.ahead(*words)
        self._position += len(words) if taken else 0
        return taken

    def take_mark(self, mark: str) -> bool:
        taken = self.peek() == Token("mark", mark)
        self._position += taken
        return taken

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise NotQuestion(f"no {word}")

    def end(self) -> None:
        if self.peek() is not _END:
            raise NotQuestion(f"'{self.peek().text}' is too much")

    def ahead(self, *words: str) -> bool:
        following = self._tokens[self._position : self._position + len(words)]
        return [(each.kind, each.text.casefold()) for each in following] == [
            ("word", word) for word in words
        ]

    def comparison(self) -> Comparison | None:
        found = self._comparison_ahead()
        self._position += len(found.words) if found else 0
        return found

    def name(self) -> str:
        """A quoted name, or words up to one of the grammar."""
        if self.peek().kind == "quoted":
            return self.next().text
        words = []
        while self.peek().kind == "word" and not self._at_keyword():
            words.append(self.next().text)
        if not words:
            raise NotQuestion("no name")
        return " ".join(words)

    def option(self) -> tuple[str, str]:
        """`?maxAge=600` behind a name."""
        if not self.take_mark("?"):
            return "", ""
        name, _, value = self.next().text.partition("=")
        if not (value.isascii() and value.isdigit() and len(value) < LONGEST_NUMBER):
            raise NotQuestion("no option")
        return name.casefold(), value

    def _at_keyword(self) -> bool:
        word = self.peek().text.casefold()
        return word in RESERVED or word == "from" or self._comparison_ahead() is not None

    def _comparison_ahead(self) -> Comparison | None:
        return next((each for each in _COMPARISONS if self.ahead(*each.words)), None)


class Reading:
    """One pass over a text. `parameter_values` are all values in brackets, in their order."""

    def __init__(self, text: str, catalogue: Catalogue, find_group: FindGroup) -> None:
        self._tokens = _Tokens(text)
        self._catalogue = catalogue
        self._find_group = find_group
        self.parameter_values: list[str] = []
        self.canonical = self._tokens.canonical

    def question(self) -> Question:
        self._tokens.expect("get")
        forced = self._tokens.option() == ("forcecomputeridflag", "1")
        selects = self._selects()
        group = None
        if selects or self._tokens.ahead("from"):
            self._tokens.expect("from")
            group = self._from()
        self._tokens.end()
        return Question(selects, group, forced)

    def group(self) -> Group:
        """A condition alone."""
        found = self._condition()
        self._tokens.end()
        return found

    def _selects(self) -> tuple[Select, ...]:
        if self._tokens.take(*NUMBER_OF_MACHINES.split()):
            return ()
        found = [self._select()]
        while self._tokens.take_mark(",") or self._tokens.take("and"):
            found.append(self._select())
        return tuple(found)

    def _select(self) -> Select:
        use = self._use(self._tokens.name())
        comparison = self._tokens.comparison()
        return Select(use, None if comparison is None else self._filter(use, comparison))

    def _from(self) -> Group | None:
        tokens = self._tokens
        named = None if tokens.take("all", "machines") else self._named_group(tokens.name())
        if not (tokens.take("with") or tokens.take("having")):
            return named
        condition = self._condition()
        return condition if named is None else Group((), (named, condition), and_flag=True)

    def _condition(self) -> Group:
        """`and` binds closer than `or`."""
        parts = [self._conjunction()]
        while self._tokens.take("or"):
            parts.append(self._conjunction())
        return _joined(parts, and_flag=False)

    def _conjunction(self) -> Group:
        parts = [self._term()]
        while self._tokens.take("and"):
            parts.append(self._term())
        return _joined(parts, and_flag=True)

    def _term(self) -> Group:
        if self._tokens.take("not"):
            return Group((), (self._term(),), negated=True)
        if self._tokens.take_mark("("):
            inner = self._condition()
            if not self._tokens.take_mark(")"):
                raise NotQuestion("no closing parenthesis")
            return inner
        name = self._tokens.name()
        try:
            use = self._use(name)
        except UnknownSensor:
            return self._named_group(name)
        comparison = self._tokens.comparison()
        if comparison is None:
            return self._named_group(name)
        return Group((self._filter(use, comparison),))

    def _named_group(self, name: str) -> Group:
        try:
            return self._find_group(name)
        except UnknownGroup as error:
            raise UnknownSensor(name) from error

    def _filter(self, use: SensorUse, comparison: Comparison) -> Filter:
        token = self._tokens.next()
        if token.kind != "quoted" and not _may_be_bare(token):
            raise NotQuestion("no value")
        pattern = comparison.pattern
        return Filter(
            use,
            comparison.operator,
            pattern.replace("{}", escaped(token.text)) if pattern else token.text,
            value_type=use.sensor.value_type,
            negated=comparison.negated,
        )

    def _use(self, name: str) -> SensorUse:
        sensor = self._catalogue.by_name(name)
        given: dict[str, str] = {}
        if self._tokens.peek().kind == "values":
            values = list(self._tokens.next().values)
            self.parameter_values += values
            given = with_values(sensor, values)
        option, value = self._tokens.option()
        return SensorUse(sensor, given, int(value) if option == "maxage" else None)


def _may_be_bare(token: Token) -> bool:
    """Shipping clients write IP addresses without quotes."""
    if token.kind != "word" or token.text.casefold() in RESERVED:
        return False
    if not re.search(r"[.:$]", token.text):
        return True
    try:
        ipaddress.ip_address(token.text)
    except ValueError:
        return False
    return True


def _joined(parts: list[Group], *, and_flag: bool) -> Group:
    """Groups that are a single filter each are joined as filters."""
    if len(parts) == 1:
        return parts[0]
    if all(len(each.filters) == 1 and not each.sub_groups and not each.negated for each in parts):
        return Group(tuple(each.filters[0] for each in parts), and_flag=and_flag)
    return Group((), tuple(parts), and_flag=and_flag)
