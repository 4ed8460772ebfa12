# File: profile.py
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
"""Switches for what is unknown about the real platform; an app must work with every value of each
of them.
"""

from __future__ import annotations

from dataclasses import dataclass


CHOICES = {
    "empty_parameters": ("dropped", "kept", "blank", "null"),
    "default_lock": ("asset", "none"),
    "several_contains": ("any", "first"),
    "undecodable_body": ("replaced", "refused"),
    "state": ("file", "in_soar", "unreachable", "raising"),
    "state_folder": ("there", "missing", "unnamed"),
    "encryption": ("working", "without_salt", "plain", "encoded", "failing", "missing"),
    "duplicate_container": ("success", "failure", "failure_without_id"),
    "artifacts_known_by": ("source_id_and_content", "source_id", "content", "nothing"),
    "rest_for_apps": ("served", "closed", "open", "session", "broker", "broker_proxy"),
    "messages": (
        *("formatted_with_arguments", "formatted", "formatted_leniently"),
        *("as_they_are", "three_arguments"),
    ),
}


@dataclass(frozen=True)
class Profile:
    """One way in which a SOAR may behave; the defaults are the likelier or the stricter behaviour.

    lenient: what the local SOAR refuses in this app, so that nobody relies on it, is let through as
        SOAR does: attributes called `config`, `logger` and `status`; handlers that add no result or
        several, and return None; keys that no asset's configuration declares, and values that it
        lacks; a value of several types one of which has no validator; any name of a JSON key in
        `phantom.app`. The state's folder ends in a slash, and a success without a message tells its
        summary.
    finalize_after_failed_initialize: finalize() runs although initialize() returned an error.
    mixed_run_succeeds: a run with successful and failed results counts as successful.
    empty_parameters: optional parameters without a value are absent (`dropped`), arrive as they
        were sent (`kept`), or all arrive, as the empty string (`blank`) or as None (`null`).
        Strings are trimmed in each case.
    default_lock: an action that changes something and says nothing about `lock` holds its `asset`,
        or `none`.
    several_contains: a value must pass `any` of its parameter's validators, or the `first`.
    ip_means_ipv6_too: the validator of `ip` accepts IPv6 addresses.
    save_state_returns_status: otherwise save_state() returns None.
    state: load_state() and save_state() work on the `file` in get_state_dir(); or, as on automation
        brokers, `in_soar`, of which the file is an old copy; or SOAR is `unreachable` and they
        return None and an error, or they are `raising` an exception then.
    state_folder: get_state_dir() is `there`, or names one that is `missing`, or is `unnamed`.
    cancel_raises: a cancel also raises ActionCancelException where the app stands; otherwise it
        only sets the flag.
    messages: `str.format` is applied to the text of set_status() only together with arguments
        (`formatted_with_arguments`), always (`formatted`; then also to progress without mercy),
        always but for texts whose braces are no fields (`formatted_leniently`), or never
        (`as_they_are`, also not to progress); with `three_arguments` set_status() takes no more
        than these, and formats nothing.
    encryption: encryption_helper is `working`, takes none but the text (`without_salt`), returns
        the text as it is (`plain`) or in base64 (`encoded`), raises (`failing`), or is `missing`.
    salt_ignored: encryption_helper uses one key whatever the salt.
    vault_miss_succeeds: vault_info() without a match is a success with nothing in it, otherwise a
        failure.
    duplicate_container_keeps_artifacts: artifacts inside a container that exists already are saved,
        otherwise lost.
    duplicate_container: save_container() calls a container that exists already a `success`, a
        `failure`, or a failure without its id.
    artifacts_known_by: what makes an artifact of a container a duplicate; with `nothing` the same
        one stands there as often as it is sent.
    rest_for_apps: what lets an app's run ask the REST API: nothing (`closed`), that it calls from
        the loopback interface (`open`), the `session` in the JSON that starts it, or the token in
        that JSON, directly (`broker`) or below the proxy path only (`broker_proxy`); `served` is
        the session while the REST API is served, and nothing otherwise.
    artifact_list_is_atomic: REST refuses a whole list of artifacts for one bad one, otherwise only
        that one.
    closing_needs_more: no container can be closed by its status alone, because an administrator has
        made fields required for that.
    webhook_secrets_encrypted: a webhook gets the asset's passwords as they are stored, otherwise in
        plain text.
    undecodable_body: a webhook's body that is no UTF-8 is handed over with marks `replaced` for
        what is none, or `refused` by SOAR.
    webhook_url_has_rest: the base_url of a webhook's REST client ends in /rest.
    base_url: as get_phantom_base_url() returns it, with or without the slash at the end.
    product_version: as get_product_version() returns it; before 7.0.0 webhooks get the last value
        of a query's key, from then on lists.
    """

    lenient: bool = False
    finalize_after_failed_initialize: bool = False
    mixed_run_succeeds: bool = True
    empty_parameters: str = "dropped"
    default_lock: str = "asset"
    several_contains: str = "any"
    ip_means_ipv6_too: bool = False
    save_state_returns_status: bool = True
    state: str = "file"
    state_folder: str = "there"
    cancel_raises: bool = False
    messages: str = "formatted_with_arguments"
    encryption: str = "working"
    salt_ignored: bool = False
    vault_miss_succeeds: bool = False
    duplicate_container_keeps_artifacts: bool = False
    duplicate_container: str = "success"
    artifacts_known_by: str = "source_id_and_content"
    rest_for_apps: str = "served"
    artifact_list_is_atomic: bool = False
    closing_needs_more: bool = False
    webhook_secrets_encrypted: bool = False
    undecodable_body: str = "replaced"
    webhook_url_has_rest: bool = True
    base_url: str = "https://127.0.0.1/"
    product_version: str = "7.1.0.123"

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(
                    f"{name} is one of {', '.join(allowed)}, not {getattr(self, name)!r}"
                )


# For apps that were not written for the local SOAR.
LENIENT = Profile(lenient=True)
# How the app meets an automation broker: a newer one, and an older one by WebSocket.
BROKER = Profile(state="in_soar", encryption="plain", rest_for_apps="broker_proxy")
OLDER_BROKER = Profile(state="in_soar", encryption="missing", rest_for_apps="broker")
