# File: test_records.py
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
"""Reading records holds for any bytes, wherever the pieces in which a file is read end."""

from __future__ import annotations

import json
import random
import tracemalloc
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tanium_tr.ingest import records
from tanium_tr.ingest.delivery import ahead
from tanium_tr.ingest.numbering import Numbering, shortened
from tanium_tr.ingest.packing import JSON, TEXT, Batch, Packer, packed, parts
from tanium_tr.ingest.records import Reader


SETTINGS = settings(
    max_examples=70,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=4), VALUE, max_size=3), max_size=6)


class Watched(BytesIO):
    """A file that knows how far it was ever read."""

    furthest = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.furthest = max(self.furthest, self.tell())
        return found


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_CHUNK", 7)


def read(reader: Reader, raw: bytes) -> list[bytes]:
    return [record for block in reader.json(BytesIO(raw)) for record in block]


@SETTINGS
@given(objects=OBJECTS, ascii_only=st.booleans(), indent=st.sampled_from([None, 0, 3]))
def test_array_and_lines_and_documents_give_the_objects(
    objects: list[dict[str, Any]], ascii_only: bool, indent: int | None
) -> None:
    array = json.dumps(objects, ensure_ascii=ascii_only, indent=indent).encode(
        "utf-8", "surrogatepass"
    )
    lines = "\n".join(json.dumps(one, ensure_ascii=ascii_only) for one in objects).encode(
        "utf-8", "surrogatepass"
    )
    for raw in (array, lines):
        reader = Reader()
        found = read(reader, raw)
        assert [json.loads(record) for record in found] == objects
        assert (reader.refused.count, any(b"\n" in record for record in found)) == (0, False)
    if objects:
        document = json.dumps(objects[0], indent=indent).encode()
        assert [json.loads(record) for record in read(Reader(), document)] == objects[:1]


@SETTINGS
@given(
    raw=st.one_of(
        st.binary(max_size=60),
        st.lists(
            st.sampled_from([b'{"a":1}', b"[", b"]", b",", b"\n", b'"', b"\xff", b"{", b"5", b" "])
        ).map(b"".join),
    )
)
def test_any_bytes_give_good_records_or_refusals(raw: bytes) -> None:
    reader = Reader()
    for record in read(reader, raw):
        assert isinstance(json.loads(record.decode("utf-8")), dict)
        assert b"\n" not in record
    assert str(reader.refused).isprintable()
    text = Reader()
    found = [record for block in text.text(BytesIO(raw)) for record in block]
    lines = [line for line in raw.split(b"\n") if line and not line.isspace()]
    assert len(found) + text.refused.count == len(lines)


@SETTINGS
@given(
    lines=st.lists(
        st.binary(min_size=1, max_size=50).filter(lambda raw: b"\n" not in raw),
        min_size=2,
        max_size=30,
    ),
    compress=st.booleans(),
)
def test_batches_and_their_halves_hold_every_record_once(
    lines: list[bytes], compress: bool
) -> None:
    packer = Packer(TEXT, Numbering(), compress=compress)
    (batch,) = packer.batches([lines[:1], lines[1:]])
    assert (batch.records, batch.size) == (len(lines), sum(map(len, lines)) + len(lines))
    first, second = parts(batch)
    assert (first.records + second.records, first.size + second.size) == (batch.records, batch.size)
    assert (first.content_type, first.compressed) == (TEXT, compress)


def test_batches_of_records_that_shrink_no_more_are_small_all_the_same() -> None:
    chance = random.Random(1)
    blocks = [[b"the same over and over"] * 1000] * 120 + [
        [b"%0200x" % chance.getrandbits(800) for _ in range(1000)]
    ] * 10
    batches = list(Packer(TEXT, Numbering(), compress=True).batches(blocks))

    assert max(batch.size for batch in batches) > 1_000_000
    assert max(len(batch.body) for batch in batches) <= 200_000
    assert b"".join(zlib.decompress(batch.body, 31) for batch in batches).splitlines() == [
        record for block in blocks for record in block
    ]


def test_large_batches_wait_one_by_one() -> None:
    def batches() -> Iterator[Batch]:
        for number in range(20):
            made.append(number)
            yield packed([b"x" * (2_000_000 if number < 5 else 10)], TEXT, compress=False)

    made: list[int] = []
    groups = ahead(batches())

    assert [len(next(groups)) for _ in range(2)] == [1, 1]
    assert len(made) <= 4
    assert [len(group) for group in groups] == [1, 1, 1, 4, 4, 4, 3]


@pytest.mark.parametrize("start", [b"{\n", b'{"a": [\n', b'{"a": 1}\n', b"x" * 30 + b"\n"])
def test_file_that_only_starts_like_one_document_is_not_read_whole(
    monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr(records, "_CHUNK", 1000)
    file = Watched(start + b'{"n": 1}\n' * 10_000)

    next(Reader().json(file))

    assert file.furthest < 5000


@pytest.mark.parametrize("space", [b"", b"\n"])
def test_memory_for_a_large_record_is_a_few_times_its_size(
    monkeypatch: pytest.MonkeyPatch, space: bytes
) -> None:
    monkeypatch.setattr(records, "_CHUNK", 10_000)
    raw = b'{"a":[%s%s]}' % (space, b",".join([b'{"b":1.5}'] * 10_000))
    tracemalloc.start()

    (record,) = read(Reader(), raw)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert record == raw.replace(b"\n", b"")
    assert peak < 6 * len(raw)


def test_batches_follow_how_records_shrink() -> None:
    packer = Packer(JSON, Numbering(), compress=True)
    batches = list(
        packer.batches([[b'{"message": "the same over and over"}'] * 1000 for _ in range(400)])
    )

    assert max(batch.size for batch in batches) <= 4_000_000
    assert len(batches[0].body) < len(batches[-2].body)


def test_numbers_of_a_row_are_shortened_between_two_of_them() -> None:
    numbers = ",".join(str(number) for number in range(1, 400, 2))

    row = shortened(numbers)

    assert len(row) <= 204
    assert row.endswith(",...")
    assert numbers.startswith(row[:-3])
    assert shortened("1-4,7") == "1-4,7"
