# File: intel.py
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
"""Intel documents, their labels, their deployment, and scans for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import quote

from ..errors import NotFoundError, ParameterError, ResponseError
from ..numbers import natural_number
from .call import Call, camel_case, with_key
from .listing import EVERYTHING, Row, any_of, list_alike, list_rows, page_of
from .pagination import Page, pages
from .reply import Reply
from .session import Answer, TaniumSession
from .xml_documents import is_openioc


INTEL_PAGE, LABELS_PAGE = 500, 500


class Intel:
    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def upload_intel(self, *, file_name: str, content: bytes, description: str = "") -> Row:
        """`POST /intels`: the stored document. Only specified servers take a description beside the
        document.
        """
        answer = self._session.either(
            "upload_intel",
            _document("POST", "/intels", file_name=file_name, content=content),
            specified=lambda: _document_as_json(file_name, content, description),
        )
        return answer.reply.made()

    def list_intel(
        self,
        *,
        limit: int,
        offset: int,
        name: Sequence[str] = (),
        description: Sequence[str] = (),
        type: Sequence[str] = (),
        label_id: Sequence[str] = (),
        mitre_technique_id: Sequence[str] = (),
    ) -> Page:
        """`GET /intels`; the server takes one value of each filter, so that it is asked once for
        each of several.
        """

        def listed(limit: int, offset: int, **one_of_each: str) -> Page:
            return list_rows(
                self._session,
                lambda count, start: self._intel(count, start, **one_of_each),
                limit=limit,
                offset=offset,
                page_size=INTEL_PAGE,
            )[0]

        filters = {
            "name": name,
            "description": description,
            "type": type,
            "label_id": label_id,
            "mitre_technique_id": mitre_technique_id,
        }
        return any_of(listed, filters, limit=limit, offset=offset)

    def intel_pages(self) -> Iterator[Page]:
        """`GET /intels`, all of it, page by page as they are needed"""

        def fetch(count: int, start: int) -> Page:
            return page_of(self._intel(count, start))

        guard = self._session.page_guard()
        return pages(fetch, guard, limit=EVERYTHING, offset=0, page_size=INTEL_PAGE)

    def _intel(self, count: int, start: int, **filters: str) -> Answer:
        params = {"limit": count, "offset": start, **filters}
        spelled = {camel_case(key): value for key, value in params.items()}
        return self._session.either(
            "list_intel",
            Call("GET", "/intels", params=spelled),
            specified=Call("GET", "/intels", params=params),
            shape=with_key("meta"),
        )

    def get_intel(self, intel_doc_id: int) -> Row:
        """`GET /intels/{id}`"""
        return self._session.send(Call("GET", "/intels/{}", intel_doc_id, is_large=True)).thing()

    def update_intel(self, intel_doc_id: int, *, file_name: str, content: bytes) -> Row:
        """`PUT /intels/{id}`: the stored document. The server makes a new one when the document
        carries another id than the stored one.
        """
        call = _document("PUT", "/intels/{}", intel_doc_id, file_name=file_name, content=content)
        return self._session.send(call).made()

    def update_signal(self, intel_doc_id: int, signal: Row) -> Row:
        """`PUT /intels/{id}` with `{name, description, platforms, contents}`: the stored signal"""
        call = Call("PUT", "/intels/{}", intel_doc_id, json=signal)
        return self._session.send(call).object()

    def create_signal(self, source_id: int, signal: Row) -> Row:
        """`POST /sources/{id}/intels` with `{name, description, platforms, contents}`: the stored
        signal
        """
        return self._session.send(Call("POST", "/sources/{}/intels", source_id, json=signal)).made()

    def list_sources(self) -> list[Row]:
        """`GET /sources`, which the API specification does not know"""
        with _advised("This Tanium server has no intel sources, in which signals are created."):
            return list_alike(
                self._session, "/sources", limit=EVERYTHING, offset=0, page_size=INTEL_PAGE
            ).rows

    def create_source(self, *, name: str, description: str) -> Row:
        """`POST /sources`: the new source"""
        body = {"type": "api-client", "name": name, "description": description}
        return self._session.send(Call("POST", "/sources", json=body)).made()

    def quick_add(self, *, name: str, kind: str, values: Sequence[str]) -> bytes:
        """`POST /intels/quick-add`: an OpenIOC document made of the values, which the server does
        not store; the API specification does not know it.
        """
        body = {"exact": True, "name": name, "type": kind, "text": "\n".join(values)}
        call = Call("POST", "/intels/quick-add", json=body, is_read=True)
        with _advised(
            "This Tanium server has no quick add: use upload intel doc with an OpenIOC document."
        ):
            document = self._session.document(call)
        if not is_openioc(document):
            detail = "its answer is not an OpenIOC document"
            raise ResponseError(200, call.method, call.path, detail, is_read=True)
        return document

    def delete_intel(self, intel_doc_id: int) -> None:
        """`DELETE /intels/?id={id}`"""
        call = Call("DELETE", "/intels/", params={"id": intel_doc_id})
        self._session.send(call)

    def list_intel_labels(self, intel_doc_id: int) -> list[Row]:
        """`GET /intels/{id}/labels`"""
        return _labels(self._session.send(Call("GET", "/intels/{}/labels", intel_doc_id)))

    def add_intel_label(self, intel_doc_id: int, label_id: int) -> list[Row]:
        """`PUT /intels/{id}/labels`: all labels that it has then"""
        answer = self._session.either(
            "add_intel_label",
            Call("PUT", "/intels/{}/labels", intel_doc_id, json={"id": label_id}),
            specified=Call("POST", "/intels/{}/labels", intel_doc_id, json={"label_id": label_id}),
        )
        return _labels_with(answer.reply, label_id, True)

    def remove_intel_label(self, intel_doc_id: int, label_id: int) -> list[Row]:
        """`DELETE /intels/{id}/labels/{label}`: all labels that it has then"""
        call = Call("DELETE", "/intels/{}/labels/{}", intel_doc_id, label_id)
        return _labels_with(self._session.send(call), label_id, False)

    def list_labels(self, *, limit: int, offset: int) -> Page:
        """`GET /labels`"""
        return list_alike(
            self._session, "/labels", limit=limit, offset=offset, page_size=LABELS_PAGE
        )

    def get_label(self, label_id: int) -> Row:
        """`GET /labels/{id}`"""
        return self._session.send(Call("GET", "/labels/{}", label_id)).thing()

    def create_label(self, *, name: str, description: str) -> Row:
        """`POST /labels`: the new label"""
        call = Call("POST", "/labels", json={"name": name, "description": description})
        return self._session.send(call).made()

    def deploy_intel(self) -> Row:
        """`POST /intel/deploy`: `{taskId}`"""
        return self._session.send(Call("POST", "/intel/deploy")).thing()

    def get_intel_deployment(self) -> Row:
        """`GET /intel/status`: `{createdAt, modifiedAt, currentRevision, currentSize}`"""
        return self._session.send(Call("GET", "/intel/status")).thing()

    def start_scan(self, *, intel_doc_id: int, computer_group_id: int) -> Row:
        """`POST /on-demand-scans`: `{data: {...}, meta: {deployTask: {...}}}`"""
        body = {"intelDocId": intel_doc_id, "computerGroupId": computer_group_id}
        call = Call("POST", "/on-demand-scans", json=body)
        reply = self._session.send(call)
        return {"data": reply.made(), "meta": reply.body.get("meta") or {}}


@contextmanager
def _advised(advice: str) -> Iterator[None]:
    """Has the error say what a server lacks that does not know a path."""
    try:
        yield
    except NotFoundError as error:
        raise NotFoundError(404, error.method, error.path, error.detail, advice) from error


def _labels(reply: Reply) -> list[Row]:
    """The list itself, or as specified `{data: {intelDocId, labels}}`."""
    body = reply.body.get("data") if isinstance(reply.body, dict) else None
    if isinstance(body, dict):
        return reply._replace(body=body).rows("labels")
    return reply.rows("labels")


def _labels_with(reply: Reply, label_id: int, is_there: bool) -> list[Row]:
    """All labels after a change. Raises ResponseError when the changed one is not as it should be
    among them.
    """
    rows = _labels(reply)
    if (label_id in [natural_number(row.get("id")) for row in rows]) is not is_there:
        raise reply.unchanged(
            f"the document {'does not have' if is_there else 'still has'} label {label_id}"
        )
    return rows


def _document(method: str, path: str, *ids: int, file_name: str, content: bytes) -> Call:
    """The document itself; its type follows from the extension of the name."""
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": _attachment(file_name),
    }
    return Call(method, path, *ids, data=content, headers=headers, is_large=True)


def _document_as_json(file_name: str, content: bytes, description: str) -> Call:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ParameterError(
            f"The intel document '{file_name}' is not UTF-8 text ({error}), which this server"
            " requires."
        ) from error
    extension = file_name.rsplit(".", 1)[-1].lower()
    kind = {"ioc": "openioc", "yar": "yara"}.get(extension, extension)
    body = {"name": file_name, "description": description, "type": kind, "content": text}
    return Call("POST", "/intels", json=body, is_large=True)


def _attachment(file_name: str) -> str:
    """A Content-Disposition header (RFC 6266) that carries any name."""
    if re.fullmatch(r"[A-Za-z0-9._-]+", file_name):
        return f"attachment; filename={file_name}"
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", file_name)
    encoded = quote(file_name, safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
