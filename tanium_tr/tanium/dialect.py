# File: dialect.py
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
"""The two ways in which Tanium servers are called, and Threat Response's operations as one table.

`production` is what servers are seen to do, `specified` what the vendor's OpenAPI file says
(TANIUM_WIRE 2.11). An operation that is called alike in both stands there once. Which of the two a
server speaks may differ from route to route.
"""

from __future__ import annotations

import re
import string
from typing import Any, Callable, NamedTuple, Optional
from urllib.parse import quote

from ..errors import ParameterError


PRODUCTION, SPECIFIED = "production", "specified"
DIALECTS = (PRODUCTION, SPECIFIED)
ROOT = "/plugin/products/threat-response/api/v1"

Arguments = dict[str, Any]
Told = Callable[[Any], Optional[str]]

# Refusals after which the server has certainly done nothing: bad request, no such route, wrong
# verb, wrong content type.
CLEAR_REFUSALS = (400, 404, 405, 415)
# Those that can only mean that the call itself is not understood.
NOT_UNDERSTOOD = (405, 415)


def segment(value: str) -> str:
    """A name as one percent-encoded segment of a path. Ids keep their colons, as every Tanium
    client sends them.
    """
    if value in ("", ".", ".."):
        raise ParameterError(
            f"'{value}' cannot be part of an address on the server: give another id or name."
        )
    return quote(value, safe=":", errors="replace")


class _Path(string.Formatter):
    """Fills a path; `{event_type:specified}` is the event type as the OpenAPI file spells it,
    `{ids:list}` are ids with commas between.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "specified":
            value = {"dns": "DNS"}.get(value, value.capitalize())
        if format_spec == "list":
            return ",".join(segment(str(item)) for item in value)
        return segment(str(value))


class Call(NamedTuple):
    """One request: `content` makes the keywords of a request (params, json, data, headers) from the
    arguments.
    """

    method: str
    path: str
    content: Callable[[Arguments], dict[str, Any]] = lambda _: {}
    root: str = ROOT

    def at(self, arguments: Arguments) -> str:
        return self.root + _Path().format(self.path, **arguments)


class Operation(NamedTuple):
    """`told_by` reads from the shape of a reply which dialect the server speaks, None where it does
    not show; `usual` is the dialect to begin with.
    """

    production: Call
    specified: Call
    told_by: Told = lambda _: None
    permission: str = ""
    usual: str = PRODUCTION

    def call(self, dialect: str) -> Call:
        return self.production if dialect == PRODUCTION else self.specified

    @property
    def differs(self) -> bool:
        return self.production != self.specified


def other(dialect: str) -> str:
    return SPECIFIED if dialect == PRODUCTION else PRODUCTION


def same(call: Call, told_by: Told = lambda _: None, permission: str = "") -> Operation:
    return Operation(call, call, told_by, permission)


def _bare(body: Any) -> str | None:
    return PRODUCTION if isinstance(body, list) else _enveloped(body)


def _enveloped(body: Any) -> str | None:
    return SPECIFIED if isinstance(body, dict) and "data" in body else None


def _text(body: Any) -> str | None:
    return PRODUCTION if isinstance(body, str) else _enveloped(body)


def _with_key(name: str) -> Told:
    return lambda body: PRODUCTION if isinstance(body, dict) and name in body else _enveloped(body)


def params_of(*names: str) -> Callable[[Arguments], dict[str, Any]]:
    """Those arguments that have a value, as query parameters of the same name."""
    return lambda arguments: {
        "params": {name: arguments[name] for name in names if arguments.get(name) not in (None, "")}
    }


_LIST = params_of("limit", "offset", "sort")


def _specified_list(arguments: Arguments) -> dict[str, Any]:
    """Like production's, with the columns to sort by in the specified spelling."""
    columns = [column for column in arguments.get("sort", "").split(",") if column]
    return _LIST({**arguments, "sort": ",".join(_specified_column(column) for column in columns)})


def _specified_column(column: str) -> str:
    sign, name = (column[0], column[1:]) if column[0] in "+-" else ("", column)
    return sign + name[:1].lower() + camel_case(name[1:])


def _specified_files(arguments: Arguments) -> dict[str, Any]:
    filters = params_of("hostname", "hash")(arguments)["params"]
    return {"params": {**_specified_list(arguments)["params"], **filters}}


def _specified_events(arguments: Arguments) -> dict[str, Any]:
    """`filter` is an expression that only such servers know, and `include_fields` are those that
    the rows shall have.
    """
    params = _specified_list(arguments)["params"]
    if arguments.get("expression"):
        params.update(filter=arguments["expression"], match=arguments["match"])
    if arguments.get("include_fields"):
        params["fields"] = ",".join(map(_specified_column, arguments["include_fields"]))
    return {"params": params}


def _production_events(arguments: Arguments) -> dict[str, Any]:
    """Filters of field, operator and value as indexed triples in one group (TANIUM_WIRE 2.6)."""
    params = _LIST(arguments)["params"]
    filters, match = arguments["filters"], arguments["match"]
    if filters:
        params.update(match=match, g1=",".join(map(str, range(len(filters)))), gm1=match)
    for index, (field, operator, value) in enumerate(filters):
        params.update({f"f{index}": field, f"o{index}": operator, f"v{index}": value})
    return {"params": params}


def _production_tree(arguments: Arguments) -> dict[str, Any]:
    return {
        "params": {
            "context": ",".join(arguments["contexts"]),
            "limit": arguments["limit"],
            "offset": 0,
        }
    }


def _raw_document(arguments: Arguments) -> dict[str, Any]:
    """The document itself; its type follows from the extension of the name."""
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": _attachment(arguments["file_name"]),
    }
    return {"data": arguments["content"], "headers": headers}


def _document_as_json(arguments: Arguments) -> dict[str, Any]:
    name = arguments["file_name"]
    try:
        text = arguments["content"].decode("utf-8")
    except UnicodeDecodeError as error:
        raise ParameterError(
            f"The intel document '{name}' is not UTF-8 text ({error}), as this server wants it."
        ) from error
    extension = name.rsplit(".", 1)[-1].lower()
    kind = {"ioc": "openioc", "yar": "yara"}.get(extension, extension)
    return {
        "json": {
            "name": name,
            "description": arguments["description"],
            "type": kind,
            "content": text,
        }
    }


# Filters on alerts that specified servers have.
SPECIFIED_ALERT_FILTERS = (
    "computer_ip_address",
    "computer_name",
    "scan_config_id",
    "intel_doc_id",
    "severity",
    "priority",
    "type",
    "state",
)


def _alerts(spelled: Callable[[str], str], *options: str) -> Callable[[Arguments], dict[str, Any]]:
    """The filters of a query, and those of the dialect's `options` that have a value."""

    def content(arguments: Arguments) -> dict[str, Any]:
        filters = [(spelled(name), value) for name, value in arguments["query"]]
        filters += [(name, arguments[name]) for name in options if arguments.get(name)]
        return {
            "params": [
                *filters,
                ("limit", str(arguments["limit"])),
                ("offset", str(arguments["offset"])),
            ]
        }

    return content


def _intel_filters(spelled: Callable[[str], str]) -> Callable[[Arguments], dict[str, Any]]:
    def content(arguments: Arguments) -> dict[str, Any]:
        params = params_of(
            "limit", "offset", "name", "description", "type", "label_id", "mitre_technique_id"
        )(arguments)["params"]
        return {"params": {spelled(name): value for name, value in params.items()}}

    return content


def camel_case(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda match: match.group(1).upper(), name)


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match.group(1).lower(), name)


def _attachment(file_name: str) -> str:
    """A Content-Disposition header (RFC 6266) that carries any name."""
    if re.fullmatch(r"[A-Za-z0-9._-]+", file_name):
        return f"attachment; filename={file_name}"
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", file_name)
    encoded = quote(file_name, safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


_EVENTS = "/conns/{connection_id}/views/{event_type}/"
_EVENTS_SPECIFIED = "/conns/{connection_id}/views/{event_type:specified}/"
_PROCESS_EVENTS = "/conns/{connection_id}/processevents/{process_table_id}/"
_INTEL_LABELS = "/intels/{intel_doc_id}/labels"
_TREE = "/conns/{connection_id}/processtrees/{process_table_id}"

THREAT_RESPONSE = {
    "get_status": same(Call("GET", "/status"), permission="threat response use api"),
    "list_connections": Operation(
        Call("GET", "/conns"),
        Call("GET", "/conns", params_of("limit", "offset", "status", "ip", "platform", "hostname")),
        _bare,
    ),
    "get_connection": same(Call("GET", "/conns/{connection_id}")),
    "create_connection": Operation(
        Call(
            "POST",
            "/conns/connect",
            lambda given: {
                "json": {
                    "target": {
                        "hostname": given["hostname"],
                        "ip": given["ip"],
                        "clientId": given["client_id"],
                        "platform": given["platform"],
                    }
                }
            },
        ),
        Call(
            "POST",
            "/conns/connect",
            lambda given: {
                "json": {name: given[name] for name in ("client_id", "ip", "platform", "hostname")}
            },
        ),
        _text,
    ),
    "close_connection": Operation(
        Call("DELETE", "/conns/close/{connection_id}"), Call("POST", "/conns/close/{connection_id}")
    ),
    "delete_connection": same(Call("DELETE", "/conns/delete/{connection_id}")),
    "create_snapshot": same(Call("POST", "/conns/{connection_id}/snapshot"), _with_key("taskInfo")),
    "list_snapshots": Operation(
        Call("GET", "/snapshot", _LIST),
        Call("GET", "/snapshot", params_of("limit", "offset")),
        _with_key("snapshots"),
    ),
    "delete_local_snapshot": Operation(
        Call("DELETE", "/conns/{snapshot_id}"), Call("DELETE", "/snapshot/{snapshot_id}")
    ),
    "delete_snapshots": same(
        Call("DELETE", "/snapshot", lambda given: {"json": {"ids": given["snapshot_ids"]}})
    ),
    "list_process_events": Operation(
        Call("GET", _PROCESS_EVENTS + "{event_type}", params_of("limit", "offset")),
        Call("GET", _PROCESS_EVENTS + "{event_type:specified}", params_of("limit", "offset")),
        _bare,
    ),
    "get_process_tree": Operation(
        Call("GET", _TREE, _production_tree),
        Call("GET", _TREE, lambda given: {"params": {"context": given["context"]}}),
        _bare,
    ),
    "list_events": Operation(
        Call("GET", _EVENTS + "events", _production_events),
        Call("GET", _EVENTS_SPECIFIED + "events", _specified_events),
        _bare,
    ),
    "count_events": Operation(
        Call("GET", _EVENTS + "eventsCount", _production_events),
        Call("GET", _EVENTS_SPECIFIED + "eventsCount"),
        _with_key("count"),
    ),
    "list_files": Operation(
        Call("GET", "/filedownload", _LIST),
        Call("GET", "/filedownload", _specified_files),
        _with_key("fileEvidence"),
    ),
    "get_file": same(Call("GET", "/filedownload/{file_id}")),
    "download_file": same(
        Call("GET", "/filedownload/data/{file_id}", lambda _: {"headers": {"Accept": "*/*"}})
    ),
    "delete_file": same(Call("DELETE", "/filedownload/{file_id}")),
    "save_file": same(
        Call(
            "POST",
            "/conns/{connection_id}/file",
            lambda given: {"json": {"path": given["file_path"]}},
        ),
        _with_key("taskInfo"),
    ),
    "list_endpoint_files": same(Call("GET", "/conns/{connection_id}/file/list/{path}")),
    "get_endpoint_file": same(Call("GET", "/conns/{connection_id}/file/info/{path}")),
    "delete_endpoint_file": same(Call("DELETE", "/conns/{connection_id}/file/delete/{path}")),
    "get_task": same(Call("GET", "/tasks/{task_id}")),
    "list_tasks": same(Call("GET", "/tasks", params_of("limit", "offset"))),
    "list_response_actions": same(
        Call(
            "GET",
            "/response-actions",
            params_of(
                "limit",
                "offset",
                "sortOrder",
                "queryPartialComputerName",
                "queryStatus",
                "queryType",
            ),
        )
    ),
    "start_response_action": same(
        Call(
            "POST",
            "/response-actions",
            lambda given: {
                "json": {
                    "type": given["type"],
                    "computerName": given["computer_name"],
                    "options": given["options"],
                    **(
                        {"expirationTime": given["expiration_time"]}
                        if given["expiration_time"]
                        else {}
                    ),
                }
            },
        )
    ),
    "upload_intel": Operation(
        Call("POST", "/intels", _raw_document),
        Call("POST", "/intels", _document_as_json),
        permission="threat response intels write",
    ),
    "list_intel": Operation(
        Call("GET", "/intels", _intel_filters(camel_case)),
        Call("GET", "/intels", _intel_filters(lambda name: name)),
        _with_key("meta"),
    ),
    "get_intel": same(Call("GET", "/intels/{intel_doc_id}")),
    "update_intel": same(
        Call("PUT", "/intels/{intel_doc_id}", _raw_document),
        permission="threat response intels write",
    ),
    "delete_intel": same(
        Call("DELETE", "/intels/", lambda given: {"params": {"id": given["intel_doc_id"]}}),
        permission="threat response intels write",
    ),
    "list_intel_labels": same(Call("GET", _INTEL_LABELS)),
    "add_intel_label": Operation(
        Call("PUT", _INTEL_LABELS, lambda given: {"json": {"id": given["label_id"]}}),
        Call("POST", _INTEL_LABELS, lambda given: {"json": {"label_id": given["label_id"]}}),
        permission="threat response intels write",
    ),
    "remove_intel_label": same(
        Call("DELETE", _INTEL_LABELS + "/{label_id}"), permission="threat response intels write"
    ),
    "list_labels": same(Call("GET", "/labels", params_of("limit", "offset"))),
    "get_label": same(Call("GET", "/labels/{label_id}")),
    "create_label": same(
        Call(
            "POST",
            "/labels",
            lambda given: {"json": {"name": given["name"], "description": given["description"]}},
        ),
        permission="threat response intels write",
    ),
    "deploy_intel": same(Call("POST", "/intel/deploy"), permission="threat response intels write"),
    "get_intel_deployment": same(Call("GET", "/intel/status")),
    "list_evidence": Operation(
        Call("GET", "/evidence", params_of("sort", "type")),
        Call("GET", "/evidence", params_of("limit", "offset", "sort", "hostname", "type")),
        _bare,
    ),
    "get_evidence": Operation(
        Call("GET", "/event-evidence/{evidence_id}"),
        Call("GET", "/evidence/{evidence_id}"),
        _with_key("evidence"),
    ),
    "create_evidence": Operation(
        Call(
            "POST",
            "/event-evidence",
            lambda given: {
                "json": {
                    "evidence": {
                        "recorderId": given["process_table_id"],
                        "connectionId": given["connection_id"],
                        "hostname": given["hostname"],
                        "data": given["process"],
                        "eventType": "ProcessEvent",
                        "summary": given["summary"],
                    }
                }
            },
        ),
        Call(
            "POST",
            "/evidence",
            lambda given: {
                "json": {
                    "connection_id": given["connection_id"],
                    "ptid": given["process_table_id"],
                    "hostname": given["hostname"],
                    "summary": given["summary"],
                }
            },
        ),
    ),
    "delete_evidence": Operation(
        Call("DELETE", "/event-evidence", lambda given: {"json": {"ids": given["evidence_ids"]}}),
        Call("DELETE", "/evidence/{evidence_ids:list}"),
    ),
    "list_evidence_properties": Operation(
        Call("GET", "/event-evidence/properties"), Call("GET", "/evidence/properties"), _bare
    ),
    "start_scan": same(
        Call(
            "POST",
            "/on-demand-scans",
            lambda given: {
                "json": {
                    "intelDocId": given["intel_doc_id"],
                    "computerGroupId": given["computer_group_id"],
                }
            },
        ),
        permission="threat response on demand scans write",
    ),
    "get_alert": same(Call("GET", "/alerts/{alert_id}"), permission="threat response alerts read"),
    "update_alert": same(
        Call("PUT", "/alerts/{alert_id}", lambda given: {"json": {"state": given["state"]}})
    ),
    "update_alerts": Operation(
        Call(
            "PUT",
            "/alerts/",
            lambda given: {
                "params": [("id", alert_id) for alert_id in given["alert_ids"]],
                "json": {"state": given["state"]},
            },
        ),
        Call("PUT", "/alerts/{alert_ids:list}", lambda given: {"json": {"state": given["state"]}}),
    ),
    "list_alerts": Operation(
        Call("GET", "/alerts", _alerts(camel_case, "sort", "expand", "alertedAtUntil")),
        Call("GET", "/alerts", _alerts(snake_case)),
        _with_key("meta"),
        permission="threat response alerts read",
    ),
}
