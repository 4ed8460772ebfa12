# File: test_vault.py
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
"""The vault: moved files, sha1 ids, and what it refuses."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from phantom.rules import vault_add, vault_delete, vault_info
from phantom.vault import Vault

from dev.soar import LocalSoar
from tests.soar.conftest import MakeSoar


@pytest.fixture
def soar(make_soar: MakeSoar) -> LocalSoar:
    soar = make_soar("def handle_action(self, param): return self.succeed(param)")
    soar.run("do it", container_id=2)
    return soar


def temporary(content: bytes, name: str = "file") -> Path:
    path = Path(Vault.get_vault_tmp_dir()) / name
    path.write_bytes(content)
    return path


def test_vault_add_moves_the_file_and_names_it_by_its_sha1(soar: LocalSoar) -> None:
    with soar.active():
        path = temporary(b"content")
        vault_id = hashlib.sha1(b"content", usedforsecurity=False).hexdigest()
        assert vault_add(1, str(path), "name.txt", {"contains": ["x"], "more": 1}) == (
            True,
            "Success",
            vault_id,
        )
        assert not path.exists()
        success, _, items = vault_info(vault_id=vault_id)
    assert success
    stored = soar.installation.home / "vault" / vault_id[:2] / vault_id[2:4] / vault_id
    assert stored.read_bytes() == b"content"
    assert items == (
        {
            "id": 1,
            "name": "name.txt",
            "container_id": 1,
            "container": "Local container",
            "created_via": "automation",
            "create_time": "0 minutes ago",
            "user": "automation",
            "vault_document": 1,
            "vault_id": vault_id,
            "mime_type": "text/plain",
            "es_attachment_id": None,
            "hash": vault_id,
            "size": 7,
            "path": str(stored),
            "metadata": {"contains": ["x"], "more": 1},
            "aka": ["name.txt"],
            "contains": ["x"],
        },
    )


def test_one_content_in_two_containers_has_one_id_and_one_file(soar: LocalSoar) -> None:
    with soar.active():
        _, _, first = vault_add({"id": 1}, str(temporary(b"same")), "a")
        _, _, second = vault_add(2, str(temporary(b"same")), "b")
        assert first == second
        assert first
        assert [(item["container_id"], item["aka"]) for item in vault_info(vault_id=first)[2]] == [
            (1, ["a", "b"]),
            (2, ["a", "b"]),
        ]
        assert [item["name"] for item in vault_info(file_name="b")[2]] == ["b"]
        assert [item["name"] for item in vault_info(container_id=1)[2]] == ["a"]
        assert vault_info(first, "a", 2)[2] == ()
        assert vault_delete(vault_id=first) == (
            False,
            "2 vault items match; remove_all deletes them all",
            [],
        )
        stored = Path(soar.vault_items()[0]["path"])
        assert vault_delete(vault_id=first, container_id=1) == (True, "Success", ["a"])
        assert stored.exists()
        assert vault_delete(vault_id=first, remove_all=True) == (True, "Success", ["b"])
        assert not stored.exists()
        assert vault_delete(vault_id=first) == (False, "No vault items found", [])


def test_places_outside_the_temporary_directory_are_refused(
    soar: LocalSoar, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"x")
    with soar.active():
        inside = Path(Vault.get_vault_tmp_dir())
        (inside / "link").symlink_to(outside)
        (inside / "folder").symlink_to(tmp_path)
        for path in (
            outside,
            inside / ".." / ".." / ".." / ".." / "outside",
            inside / "folder" / "outside",
        ):
            success, message, vault_id = vault_add(1, str(path))
            assert (success, vault_id) == (False, None)
            assert "outside the vault's temporary directory" in message
        for path in (inside / "link", inside, inside / "missing"):
            assert vault_add(1, str(path)) == (False, f"File not found: {path}", None)
    assert outside.exists()


def test_what_is_missing_is_said(soar: LocalSoar) -> None:
    with soar.active():
        path = str(temporary(b"x"))
        assert vault_add(None, path) == (False, "Container None not found", None)
        assert vault_add(99, path) == (False, "Container 99 not found", None)
        assert vault_add(1) == (False, "file_location is missing", None)
        assert vault_add(1, path, metadata={"x": b"y"}) == (
            False,
            "metadata.x is of type bytes, which is not valid in JSON",
            None,
        )
        assert vault_info() == (False, "Give a vault_id, a file_name or a container_id", ())
        assert vault_delete() == (False, "Give a vault_id, a file_name or a container_id", [])
        assert Path(path).exists()


def test_create_attachment_takes_content_from_memory(soar: LocalSoar) -> None:
    with soar.active():
        reply = Vault.create_attachment("text", 1, "a.txt", {"contains": ["file"]})
        assert reply["succeeded"]
        assert vault_info(reply["vault_id"])[2][0]["name"] == "a.txt"
        assert not Vault.create_attachment(b"bytes", 99)["succeeded"]
        assert list(Path(Vault.get_vault_tmp_dir()).iterdir()) == []


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (0, "0 minutes ago"),
        (61, "1 minute ago"),
        (600, "10 minutes ago"),
        (7300, "2 hours ago"),
        (90000, "1 day ago"),
    ],
)
def test_create_time_is_told_in_words(soar: LocalSoar, age: float, text: str) -> None:
    from local_soar.database import writing

    with soar.active():
        vault_add(1, str(temporary(b"x")))
        with writing(soar.installation) as connection:
            connection.execute("UPDATE vault SET created = created - ?", (age,))
    assert soar.vault_items()[0]["create_time"] == text
