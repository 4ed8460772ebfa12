# File: tanium_tr_webhook.py
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
"""Where SOAR hands over what Tanium Connect's HTTP destination sends: a webhook (SOAR 7) and a REST
handler (every version).
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime, timezone
from typing import Any

from tanium_tr.ingestion import receiver
from tanium_tr.ingestion.receiver import Rejection, Sent, WebhookReply
from tanium_tr.numbers import natural_number
from tanium_tr.soar import rest as soar_rest


NO_CLIENT = (
    "The receiver saves rows through SOAR's REST API, but SOAR gave the webhook no access to it."
    " Use the webhook of SOAR itself, not of an automation broker, or the REST handler."
)
GZIP_START = b"\x1f\x8b"
CHUNK = 1024 * 1024
MUST_BE_ALLOWED = (
    "(the automation user's allowed addresses must include 127.0.0.1, and its role must let it view"
    " assets)"
)


def handle_webhook(
    method: str,
    headers: dict[str, str],
    path_parts: list[str],  # without the asset, which SOAR takes from the address
    query: dict[str, Any],
    body: str | None,
    asset: dict[str, Any],
    soar_rest_client: Any,
) -> dict[str, Any]:
    """SOAR's webhook (SOAR_PLATFORM A12): who may call was decided by the platform, whose client
    brings its own session.
    """
    reply = receiver.reply_to(
        lambda: _receive_webhook(method, headers, query, body, asset, soar_rest_client)
    )
    return {
        "status_code": reply.status,
        "headers": [["Content-Type", "application/json"], *map(list, reply.headers.items())],
        "content": reply.text,
        "is_base64_encoded": False,
    }


def _receive_webhook(
    method: str,
    headers: dict[str, str],
    query: dict[str, Any],
    body: str | None,
    asset: dict[str, Any],
    soar_rest_client: Any,
) -> WebhookReply:
    receiver.check_method(method)
    if not getattr(soar_rest_client, "session", None):
        raise soar_rest.Unavailable(NO_CLIENT)
    names = {name.lower(): value for name, value in headers.items()}
    sent = Sent(names, query, lambda _: _bytes_of(body or "", names))
    soar = soar_rest.SoarRest(soar_rest_client.base_url, soar_rest_client.session)
    return receiver.receive(
        sent, soar_rest_client.asset_id, asset, soar, datetime.now(timezone.utc)
    )


def _bytes_of(body: str, headers: dict[str, str]) -> bytes:
    """The platform hands every body over as text, which gzip survives only in base64."""
    if not receiver.is_packed(headers):
        # Half a surrogate pair is no UTF-8, and costs its own row only.
        return body.encode("utf-8", "surrogatepass")
    try:
        packed = base64.b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        packed = b""
    if not packed.startswith(GZIP_START):
        raise Rejection(
            415,
            "The webhook accepts gzip only in base64: send plain text, or gzip to the REST"
            " handler.",
        )
    return packed


def handle_request(request: Any, path_parts: list[str]) -> Any:
    """SOAR's REST handler (SOAR_PLATFORM A11): a Django HttpRequest, and the parts of its path
    after the app's; a Django HttpResponse.
    """
    from django.http import HttpResponse  # SOAR's own; only its web process has it

    reply = receiver.reply_to(lambda: _receive_request(request, path_parts))
    response = HttpResponse(reply.text, status=reply.status, content_type="text/plain")
    for name, value in reply.headers.items():
        response[name] = value
    return response


def _receive_request(request: Any, path_parts: list[str]) -> WebhookReply:
    receiver.check_method(request.method)
    token = request.headers.get("ph-auth-token", "")
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise Rejection(
            403,
            "The REST handler saves rows as the user of an automation token: send the token in the"
            " header ph-auth-token.",
        )
    if not path_parts or not path_parts[0]:
        raise Rejection(404, "The address does not name an asset: add the asset's ID or name.")
    sent = Sent(
        {name.lower(): value for name, value in request.headers.items()},
        dict(request.GET.lists()),
        lambda limit: _read(request, limit),
    )
    # The caller's token must reach this SOAR and nothing else. The Host header and forwarding
    # headers are the caller's to write, so none of them counts: the address is the loopback
    # interface, with the port and scheme on which SOAR's web server took this very request.
    with soar_rest.on_this_host(request.scheme, str(request.META["SERVER_PORT"]), token) as soar:
        try:
            asset = soar.asset(path_parts[0])
        except soar_rest.Refused as error:
            raise Rejection(404, str(error)) from error
        except soar_rest.NotAllowed as error:
            raise Rejection(403, f"{error} {MUST_BE_ALLOWED}") from error
        return receiver.receive(
            sent, asset["id"], asset["configuration"], soar, datetime.now(timezone.utc)
        )


def _read(request: Any, limit: int) -> bytes:
    """The body, or a little more than `limit` bytes of a longer one. Django would take one that
    breaks off for a whole one.
    """
    declared = natural_number(request.META.get("CONTENT_LENGTH"))
    pieces, size = [], 0
    try:
        while size <= limit:
            piece = request.read(min(CHUNK, limit + 1 - size))
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
    except OSError as error:
        raise Rejection(400, "The body broke off.") from error
    if declared is not None and size <= limit and size < declared:
        raise Rejection(400, f"The body is incomplete: {size} of {declared} bytes arrived.")
    return b"".join(pieces)
