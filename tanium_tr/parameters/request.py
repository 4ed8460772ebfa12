# File: request.py
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
"""The parameters of `make request`, made safe: wherever they come from, the request goes to the
asset's server, with the asset's login.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from ..errors import ParameterError
from ..words import shown
from .header_names import is_header_name
from .json_values import json_value


METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
READS = ("GET", "HEAD")
LONGEST_BODY = 10_000_000  # characters

Pairs = list[tuple[str, str]]

_DEEPEST_ENCODING = 5  # of percents within percents
_LONGEST_VALUE = 8192  # characters of a header, which servers take
_NOT_A_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_DOTS = re.compile(r"\.{1,2}(;.*)?", re.DOTALL)  # some servers cut off what follows a semicolon
_PRINTABLE = re.compile(r"[\x20-\x7e\t]*")

# Names in small letters, with dashes for underscores, as some servers read them.
_CREDENTIALS = {
    "session": "the asset's login",
    "authorization": "the asset's login",
    "proxy-authorization": "the environment's proxy",
    "cookie": "the asset's login",
}
_CONNECTION = dict.fromkeys(
    (
        *("connection", "keep-alive", "proxy-connection", "te", "trailer", "trailers"),
        *("transfer-encoding", "upgrade", "http2-settings", "proxy-authenticate", "expect"),
        *("host", "content-length", "content-encoding"),
    ),
    "the connection",
)
_METHOD = dict.fromkeys(
    ("x-http-method-override", "x-http-method", "x-method-override"), "the parameter http_method"
)
_FORWARDING = re.compile("forwarded|x-forwarded-.*|x-real-ip|x-client-ip|true-client-ip|via")
_OF_THE_APP = {**_CREDENTIALS, **_CONNECTION, **_METHOD}


def path_and_query(endpoint: str) -> tuple[str, Pairs]:
    """A path that starts with a slash, percent-encoded, and the pairs of the query behind it.

    Raises ParameterError for what is not a path, and for a path that a server or a proxy could take
    for another one.
    """
    if not endpoint.isprintable():
        raise _endpoint_error(endpoint, "contains a control character or an invisible one")
    if "\\" in endpoint:
        raise _endpoint_error(endpoint, "contains a backslash; in a name, write %5C")
    if "#" in endpoint:
        raise _endpoint_error(endpoint, "contains a fragment (#); in a name, write %23")
    path, _, query = endpoint.partition("?")
    if not path.startswith("/"):
        if re.search("[:@]", path.partition("/")[0]):
            raise _endpoint_error(endpoint, "is an absolute address or holds a user name")
        path = f"/{path}"
    if "//" in path:
        raise _endpoint_error(endpoint, "contains //")
    _require_plain(endpoint, path)
    return quote(path, safe="/%:@!$&'()*+,;=~"), _read_query("endpoint", query)


def _require_plain(endpoint: str, path: str) -> None:
    for text in _decodings(endpoint, path):
        if re.search(r"[\x00-\x1f\x7f-\x9f]", text):
            raise _endpoint_error(endpoint, "contains a percent-encoded control character")
        if text.startswith(("//", "/\\")):
            raise _endpoint_error(endpoint, "begins with an encoded // or backslash")
        # Wide forms of dots and slashes become plain ones on servers that normalize.
        for form in (text, unicodedata.normalize("NFKC", text)):
            if any(_DOTS.fullmatch(part) for part in re.split(r"[/\\]", form)):
                raise _endpoint_error(
                    endpoint, "contains a dot segment (. or ..), plain or encoded"
                )


def _decodings(endpoint: str, path: str) -> Iterator[str]:
    """The path as it is, decoded once, twice and so on, as servers behind proxies decode it."""
    if _NOT_A_PERCENT.search(path):
        raise _endpoint_error(endpoint, "contains a % without two hexadecimal digits; write %25")
    for _ in range(_DEEPEST_ENCODING):
        yield path
        try:
            decoded = unquote_to_bytes(path).decode("utf-8")
        except UnicodeDecodeError:
            raise _endpoint_error(endpoint, "is percent-encoded, but not in UTF-8") from None
        if decoded == path:
            return
        path = decoded
    raise _endpoint_error(endpoint, "is percent-encoded too many times")


def _endpoint_error(endpoint: str, problem: str) -> ParameterError:
    return ParameterError(
        f"Parameter 'endpoint' is {shown(endpoint)}, which {problem}: use a path on the asset's"
        " server, like /api/v2/sensors/by-name/Computer%20Name."
    )


def query_pairs(text: str) -> Pairs:
    """Names and values of a JSON object, in which a list repeats its name, or of a query string."""
    if not text.startswith(("{", "[")):
        return _read_query("query_parameters", text.lstrip("?"))
    return [
        (name, _scalar(name, each))
        for name, value in json_value("query_parameters", text, dict).items()
        for each in (value if isinstance(value, list) else [value])
    ]


def _read_query(name: str, query: str) -> Pairs:
    if not query.isprintable():
        raise ParameterError(
            f"Parameter '{name}' contains a control character in its query: use name=value pairs,"
            " joined by &."
        )
    return parse_qsl(query, keep_blank_values=True)


def _scalar(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ParameterError(
        f"Parameter 'query_parameters' cannot be used: {shown(name)} is {shown(value)}: use text, a"
        " number, true, false or a list of these."
    )


def header_values(text: str) -> dict[str, str]:
    """The headers of a JSON object. Raises ParameterError for those that are not the caller's to
    set, in any spelling.
    """
    found: dict[str, str] = {}
    for name, value in json_value("headers", text, dict).items():
        _require_own(name)
        if name.lower() in map(str.lower, found):
            raise _refused_header(name, "stands there twice")
        found[name] = _header_value(name, value)
    return found


def _require_own(name: str) -> None:
    if not is_header_name(name):
        raise _refused_header(name, "is not a valid name of a header")
    spelling = name.lower().replace("_", "-")
    if spelling in _OF_THE_APP:
        raise _refused_header(name, f"belongs to {_OF_THE_APP[spelling]} and cannot be set")
    if _FORWARDING.fullmatch(spelling):
        raise _refused_header(name, "tells Tanium where a request comes from and cannot be set")


def _header_value(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _refused_header(name, "is neither text nor a number")
    text = str(value).strip(" \t")
    if not _PRINTABLE.fullmatch(text):
        raise _refused_header(name, "holds a line break or another sign outside printable ASCII")
    if len(text) > _LONGEST_VALUE:
        raise _refused_header(name, f"has more than {_LONGEST_VALUE} characters")
    return text


def _refused_header(name: str, problem: str) -> ParameterError:
    return ParameterError(f"Parameter 'headers' cannot be used: {shown(name)} {problem}.")


def json_body(text: str) -> bytes:
    """A body as it is given, which is valid JSON."""
    json_value("body", text, object)
    return text.encode("utf-8")
