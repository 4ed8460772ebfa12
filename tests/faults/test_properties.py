# File: test_properties.py
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
"""What holds for any text: parameters, alert details, names, paths and messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.declare import BOOLEAN, NUMERIC, Param
from tanium_tr.ingestion.alert_details import read_details
from tests.conftest import ASSET, Run, run_on
from tests.variants import ACTIONS, PLAIN


ROOT = "/plugin/products/threat-response/api/v1"
EXAMPLES = 12


def bounded(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )


BOUNDED = bounded(EXAMPLES)

# Every kind of trouble comes often: separators of paths and queries, markup, controls, what
# str.format and % read, other scripts.
TROUBLE = st.sampled_from(
    [
        *"/\\?#%;&=+.:{}$'\"<> \t\n\r\x00\x1f\x7f",
        "..",
        "%2e",
        "%s",
        "{0}",
        "\u202e",
        "\U0001f600",
        "\ud800",
        "\u0000",
        "K",
        "\u212a",
    ]
)
TEXT = st.one_of(
    st.text(max_size=40), st.lists(st.one_of(TROUBLE, st.text(max_size=5)), max_size=8).map("".join)
)
STORABLE = TEXT.filter(
    lambda text: not any("\ud800" <= character <= "\udfff" for character in text)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["match", "properties", "file", "process", "type", "md5", "a"]), inner
        )
    ),
    max_leaves=12,
)


class Place(NamedTuple):
    tanium: SimulatorServer
    soar: LocalSoar
    connection_id: str

    def run(self, action: str, **parameters: Any) -> Run:
        self.tanium.log.clear()
        return run_on(self.soar, action, **parameters)

    @property
    def paths(self) -> set[str]:
        return {request.path for request in self.tanium.log}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("soar")
    with SimulatorServer(alerts=3, connect_seconds=0) as tanium:
        soar = LocalSoar(folder)
        soar.create_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN})
        yield Place(tanium, soar, tanium.state.connections.open(seed.FINANCE.hostname))


def assert_well_behaved(run: Run) -> None:
    assert not any(word in run.message for word in ("does not expect", "Traceback"))
    assert not any("Unexpected" in line for line in run.progress)
    assert len(run.message) < 2000
    json.dumps(run.result).encode()
    run.message.encode()


def is_text(param: Param) -> bool:
    return param.type not in (NUMERIC, BOOLEAN)


# A wait would only make it slow.
NAMES = {
    action: [name for name in spec.params if name not in ("wait", "timeout")]
    for action, spec in ACTIONS.items()
}


@pytest.mark.parametrize("action", [action for action, names in NAMES.items() if names])
def test_parameters_of_any_text(place: Place, action: str) -> None:
    """Each parameter in turn, the others being valid. Those of all actions are read alike, so that
    few texts each are many for every kind of parameter.
    """
    params = ACTIONS[action].params
    valid = PLAIN[action].parameters(place.tanium)
    if "timeout" in params:
        valid["timeout"] = 1

    @bounded(min(EXAMPLES, 3 + 2 * len(NAMES[action])))
    @given(name=st.sampled_from(NAMES[action]), value=TEXT)
    def holds(name: str, value: str) -> None:
        run = place.run(action, **{**valid, name: value})
        assert_well_behaved(run)
        for request in place.tanium.log:
            assert "/../" not in unquote(request.path)
            assert request.path.startswith(
                (
                    *(ROOT, "/api/v2/", "/plugin/products/dec/v1/"),
                    *("/plugin/products/connect/", "/plugin/products/gateway/graphql"),
                )
            )
        if params[name].identifier and len(place.tanium.log):
            text = value.strip()
            wanted = (
                [item.strip().strip('"') for item in text.split(",")]
                if params[name].many
                else [text]
            )
            # The text of a body stands beside its bytes, whose repr escapes a quote.
            seen = "\n".join(
                f"{unquote(request.path)} {body!r} {body.decode('latin-1')}"
                for request in place.tanium.log
                for body in [request.body or b""]
            )
            assert all(
                item in seen
                or item.encode().decode("latin-1") in seen
                or json.dumps(item)[1:-1] in seen.replace("\\\\", "\\")
                for item in wanted
            )

    holds()


@BOUNDED
@given(value=TEXT)
@example(value="remote:host:123:")
@example(value="local:host:name.db")
@example(value="..")
def test_id_reaches_its_segment_as_it_is_or_nothing_is_asked(place: Place, value: str) -> None:
    run = place.run("delete connection", connection_id=value)
    assert_well_behaved(run)
    if len(place.tanium.log):
        (path,) = place.paths
        assert path.startswith(f"{ROOT}/conns/delete/")
        assert unquote(path[len(f"{ROOT}/conns/delete/") :]) == value.strip()
    else:
        assert run.message.startswith("Parameter 'connection_id' ")


@BOUNDED
@given(value=TEXT)
@example(value="C:\\a {0} %s\\..\\\u00fc\U0001f600.txt")
def test_file_path_reaches_the_server_as_it_is_or_is_refused(place: Place, value: str) -> None:
    run = place.run("save file", connection_id=place.connection_id, file_path=value)
    assert_well_behaved(run)
    if run.ok:
        assert json.loads(place.tanium.log[0].body or b"") == {"path": value.strip()}
        assert run.rows[0]["taskInfo"]["metadata"]["paths"] == [value.strip()]
    else:
        assert run.message.startswith("Parameter 'file_path' ")
        assert len(place.tanium.log) == 0


@BOUNDED
@given(value=TEXT)
@example(value="Finance / Accounting (100%)")
@example(value="../77")
def test_group_name_reaches_the_server_as_it_is_or_is_refused(place: Place, value: str) -> None:
    run = place.run("start quick scan", intel_doc_id=seed.FIRST_INTEL_ID, computer_group_name=value)
    assert_well_behaved(run)
    named = [request.path for request in place.tanium.log if "/by-name/" in request.path]
    for path in named:
        assert unquote(path.split("/by-name/", 1)[1]) == value.strip()
        assert path.count("/") == 5
    assert named or run.ok or not len(place.tanium.log)


@BOUNDED
@given(file_name=TEXT, content=STORABLE.filter(str.strip))
def test_intel_document_arrives_as_it_is(place: Place, file_name: str, content: str) -> None:
    run = place.run("upload intel doc", file_name=f"{file_name}.yara", intel_doc=content)
    assert_well_behaved(run)
    for request in place.tanium.log.requests(status=200):
        assert request.body == content.strip().encode()


@BOUNDED
@given(
    details=st.one_of(
        JSON, JSON.map(json.dumps), TEXT, st.builds(lambda value: {"match": value}, JSON)
    )
)
def test_alert_details_of_any_shape_are_read(details: Any) -> None:
    found = read_details(details)
    assert isinstance(found.event_type, str)
    assert all(isinstance(value, str) for value in found.file)


@BOUNDED
@given(details=st.one_of(JSON, JSON.map(json.dumps), TEXT))
def test_alert_details_of_any_shape_cost_no_alert(place: Place, details: Any) -> None:
    place.tanium.faults.add(
        Fault("member", path_contains="/alerts", value=lambda row: {**row, "details": details})
    )
    try:
        run = place.run("list alerts")
    finally:
        place.tanium.faults.clear()
    assert_well_behaved(run)
    assert len(run.rows) == 3, run.message


@BOUNDED
@given(words=STORABLE.filter(lambda text: bool(text.strip().strip("."))))
@example(words="{0} {name} {{}} %s %(a)d 100% \u00fc\u4f8b\U0001f600 \\n")
def test_server_message_arrives_unchanged(place: Place, words: str) -> None:
    place.tanium.faults.add(
        Fault(
            "status", path_contains="/alerts", status=409, body=json.dumps({"text": f"<{words}>"})
        )
    )
    try:
        run = place.run("list alerts")
    finally:
        place.tanium.faults.clear()
    assert_well_behaved(run)
    sentence = " ".join(f"<{words}>".split())
    shown = "".join(each if each.isprintable() else "\ufffd" for each in sentence)
    assert f": {shown}." in run.message
