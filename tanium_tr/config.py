# File: config.py
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
"""The asset's configuration: declared once for the manifest, and parsed once a run."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .declare import BOOLEAN, NUMERIC, PASSWORD, Param
from .errors import ConfigurationError, ParameterError
from .parse import parse
from .words import shown


MB = 1024 * 1024
# The states of an alert.
ALERT_STATES = ("unresolved", "inprogress", "resolved", "dismissed", "ignored", "suppressed")
DEFAULT_STATES = ("unresolved", "inprogress")
PRIORITIES = ("low", "medium", "high")
SCHEMES = ("Bearer", "Splunk")
OFF, READS, ALL = "off", "reads", "all"
MOST_TARGETS = 10_000  # computers that the body of one request can name
DEFAULT_LABEL = "events"  # the label that every SOAR has

# By the groups in which SOAR's page shows the asset's settings.
CATEGORIES = {
    "connectivity": {
        "base_url": Param(
            "Address of the Tanium server (e.g. https://tanium.example.com)", required=True
        ),
        "verify_server_cert": Param("Verify the server's certificate", BOOLEAN, default=True),
        "username": Param("User name"),
        "password": Param("Password", PASSWORD),
        "api_token": Param("API token; used before user name and password", PASSWORD),
        "domain": Param("Login domain of the user"),
        "request_timeout": Param(
            "Seconds for a request and its whole answer",
            NUMERIC,
            default=60,
            minimum=1,
            maximum=3600,
        ),
        "console_url": Param(
            "Address of the Tanium console, for links from containers and widgets (e.g."
            " https://tanium.example.com)"
        ),
    },
    "action": {
        "max_file_size": Param(
            "Largest file, in MB, that an action may write to the vault",
            NUMERIC,
            default=4096,
            minimum=1,
        ),
        "results_percentage": Param(
            "A question counts as answered when this percentage of the endpoints has answered it",
            NUMERIC,
            default=99,
            maximum=100,
        ),
        "max_targets": Param(
            "Largest number of computers that one action may reach; its own max_targets can only be"
            " lower. Empty for no limit",
            NUMERIC,
            minimum=1,
            maximum=MOST_TARGETS,
        ),
        "quarantine_sensor": Param(
            "Your own sensor that reports whether an endpoint is quarantined; it is asked before"
            " and after quarantine device and unquarantine device. Empty for none",
            longest=256,
        ),
        "quarantined_value": Param(
            "Value that this sensor returns for a quarantined endpoint",
            longest=256,
        ),
        "ingest_url": Param(
            "Address of the HTTP-ingest endpoint, from its product's page (https only)"
        ),
        "ingest_key": Param("Key of the HTTP-ingest endpoint", PASSWORD),
        "ingest_auth_scheme": Param(
            "How the key is presented: Bearer, or Splunk for Splunk's collector",
            default="Bearer",
            choices=SCHEMES,
        ),
        "ingest_compression": Param(
            "Compress what is sent to the HTTP-ingest endpoint", BOOLEAN, default=True
        ),
        "ingest_rate_kb": Param(
            "Maximum KB per second sent to the HTTP-ingest endpoint; 0 sets no limit",
            NUMERIC,
            default=0,
        ),
        "allow_make_request": Param(
            "What make request may send: nothing (off), only GET and HEAD (reads), or every method"
            " (all)",
            default=READS,
            choices=(OFF, READS, ALL),
        ),
    },
    "ingest": {
        "poll_states": Param(
            "Comma-separated states in which an alert is ingested when it is first seen, out of"
            f" {', '.join(ALERT_STATES)}",
            default=",".join(DEFAULT_STATES),
            choices=ALERT_STATES,
            many=True,
        ),
        "poll_min_priority": Param(
            "Lowest priority of alerts to ingest", default="low", choices=PRIORITIES
        ),
        "poll_labels": Param(
            "Comma-separated labels of intel documents; only alerts whose intel has any of them are"
            " ingested",
            many=True,
        ),
        "poll_lookback_days": Param(
            "How many days the first poll looks back", NUMERIC, default=7, minimum=0, maximum=3650
        ),
        "poll_max_alerts": Param(
            "Maximum number of alerts that one scheduled poll ingests",
            NUMERIC,
            default=1000,
            minimum=1,
            maximum=100_000,
        ),
        "poll_update_containers": Param(
            "When the state of an ingested alert changes in Tanium, change its container's status",
            BOOLEAN,
            default=False,
        ),
        "receiver_max_mb": Param(
            "Largest body, in MB, that the receiver takes",
            NUMERIC,
            default=20,
            minimum=1,
            maximum=1024,
        ),
    },
}
CONFIGURATION = {name: param for params in CATEGORIES.values() for name, param in params.items()}


class PollSettings(NamedTuple):
    """Which alerts `on poll` ingests; without labels all intel counts."""

    states: tuple[str, ...]
    min_priority: str
    labels: tuple[str, ...]
    lookback_days: int
    max_alerts: int
    update_containers: bool


class IngestSettings(NamedTuple):
    """The HTTP-ingest endpoint; an empty `url` means that there is none. `rate_kb` in KB per
    second, 0 for no limit.
    """

    url: str
    key: str
    scheme: str
    compression: bool
    rate_kb: int


class ReceiverSettings(NamedTuple):
    """What the receiver needs of an asset: its largest body in bytes, the console's address or "",
    and the label of its containers.
    """

    max_bytes: int
    console_url: str
    label: str

    @classmethod
    def parse(cls, given: dict[str, Any]) -> ReceiverSettings:
        """From an asset's configuration whose secrets may be encrypted. Raises ConfigurationError
        that names the setting.
        """
        values = _parse(
            {name: CONFIGURATION[name] for name in ("receiver_max_mb", "console_url")}, given
        )
        ingest = given.get("ingest")  # SOAR's own key: the asset's ingest settings
        label = ingest.get("container_label") if isinstance(ingest, dict) else None
        return cls(
            values["receiver_max_mb"] * MB,
            _console(values),
            label if isinstance(label, str) and label else DEFAULT_LABEL,
        )


def _poll_settings(values: dict[str, Any]) -> PollSettings:
    return PollSettings(
        states=tuple(values["poll_states"]),
        min_priority=values["poll_min_priority"],
        labels=tuple(filter(None, values["poll_labels"] or ())),
        lookback_days=values["poll_lookback_days"],
        max_alerts=values["poll_max_alerts"],
        update_containers=values["poll_update_containers"],
    )


def _ingest_settings(values: dict[str, Any]) -> IngestSettings:
    return IngestSettings(
        url=values["ingest_url"] or "",
        key=values["ingest_key"] or "",
        scheme=values["ingest_auth_scheme"],
        compression=values["ingest_compression"],
        rate_kb=values["ingest_rate_kb"],
    )


class AssetConfig(NamedTuple):
    """`base_url` and `console_url` are scheme, host and port only; `request_timeout` in seconds;
    sizes in bytes.
    """

    base_url: str
    verify: bool
    username: str
    password: str
    api_token: str
    domain: str
    request_timeout: int
    max_file_bytes: int
    results_percentage: int
    max_targets: int | None
    quarantine_sensor: str
    quarantined_value: str
    console_url: str
    polling: PollSettings
    ingest: IngestSettings
    allow_make_request: str

    @classmethod
    def parse(cls, given: dict[str, Any]) -> AssetConfig:
        """From SOAR's decrypted asset configuration. Raises ConfigurationError that names the
        setting.
        """
        # Tokens and keys are pasted with a line's end, while a password may really end in a blank.
        given = {
            **given,
            **{
                name: given[name].strip()
                for name in ("api_token", "ingest_key")
                if isinstance(given.get(name), str)
            },
        }
        values = _parse(CONFIGURATION, given)
        _require_credentials(values)
        return cls(
            base_url=_origin("base_url", values["base_url"]),
            verify=values["verify_server_cert"],
            username=values["username"] or "",
            password=values["password"] or "",
            api_token=values["api_token"] or "",
            domain=values["domain"] or "",
            request_timeout=values["request_timeout"],
            max_file_bytes=values["max_file_size"] * MB,
            results_percentage=values["results_percentage"],
            max_targets=values["max_targets"],
            quarantine_sensor=values["quarantine_sensor"] or "",
            quarantined_value=values["quarantined_value"] or "",
            console_url=_console(values),
            polling=_poll_settings(values),
            ingest=_ingest_settings(values),
            allow_make_request=values["allow_make_request"],
        )

    @property
    def login(self) -> tuple[str, ...]:
        """What a session is made with; one made with anything else is of no use."""
        return (
            self.base_url,
            str(self.verify),
            self.username,
            self.password,
            self.api_token,
            self.domain,
        )

    @property
    def has_password_login(self) -> bool:
        return bool(self.username and self.password)


def _parse(params: dict[str, Param], given: dict[str, Any]) -> dict[str, Any]:
    try:
        return parse(params, given, "Asset setting")
    except ParameterError as error:
        raise ConfigurationError(str(error)) from error


def _require_credentials(values: dict[str, Any]) -> None:
    if not values["api_token"] and not (values["username"] and values["password"]):
        raise ConfigurationError(
            "The asset has neither an API token nor a username and password: fill in api_token, or"
            " both of the others."
        )
    for name in ("api_token", "ingest_key"):
        if not re.fullmatch(r"[\x21-\x7e]*", values[name] or ""):
            raise ConfigurationError(
                f"Asset setting '{name}' holds a blank or a character outside ASCII, which no token"
                " has: enter it again."
            )


def _console(values: dict[str, Any]) -> str:
    return _origin("console_url", values["console_url"]) if values["console_url"] else ""


def _origin(name: str, address: str) -> str:
    # Looked for first, and anywhere: a password with a slash ends up in the path, and no other
    # error may show it.
    if "@" in address:
        raise ConfigurationError(
            f"Asset setting '{name}' holds a user name or password: enter them in their own"
            " settings."
        )
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError(
            f"Asset setting '{name}' is {shown(address)}: use an address like"
            " https://tanium.example.com."
        ) from None
    if parts.scheme not in ("https", "http") or not host:
        raise ConfigurationError(
            f"Asset setting '{name}' is {shown(address)}: use the address with its scheme, like"
            " https://tanium.example.com."
        )
    name_or_address = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name_or_address}{'' if port is None else f':{port}'}"
