# File: connectivity.py
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
"""Test connectivity."""

from __future__ import annotations

from ..account.token_expiry import TokenExpiry
from ..declare import Output, action
from ..errors import NoGatewayError, TaniumError, TaskError
from ..permissions import USE_API
from ..redaction import UNMISTAKABLE, is_unmistakable
from ..services import Services
from ..words import printable


class ConnectivityActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar
        self._config, self._open_ingest = services.config, services.open_ingest
        self._token_expiry = TokenExpiry(services)

    @action(
        type="test",
        read_only=True,
        permissions=(USE_API,),
        message="Test Connectivity Passed",
    )
    def test_connectivity(self) -> Output:
        """Validate the asset configuration for connectivity using supplied configuration."""
        self._soar.progress(f"Connecting to {self._config.base_url}")
        self._tanium.credentials.try_token_again()
        self._tanium.forget_dialect()
        status = self._tanium.get_status()
        self._tanium.credentials.keep_token()
        self._soar.progress(f"Threat Response {printable(status.get('version', ''))} answered")
        self._test_ingest()
        notes = [
            note
            for note in (
                self._tanium.credentials.fallback_notice,
                self._token_expiry.sentence(),
                self._gateway_notes(),
                self._short_secrets(),
            )
            if note
        ]
        return Output(
            [],
            {},
            (
                " ".join(["Test Connectivity Passed.", *notes])
                if notes
                else "Test Connectivity Passed"
            ),
        )

    def _test_ingest(self) -> None:
        """Send one record that says what it is, which is the only way to find out whether the
        endpoint takes the key.
        """
        if not self._config.ingest.url:
            return
        self._soar.progress("Sending a test record to the HTTP-ingest endpoint")
        answer = self._open_ingest().test()
        if not answer.is_accepted:
            raise TaskError(f"Tanium answered, but not the HTTP-ingest endpoint. {answer.text}")
        self._soar.progress(answer.text or "The HTTP-ingest endpoint accepted the test record")

    def _short_secrets(self) -> str:
        config = self._config
        secrets = (
            ("password", config.password),
            ("api_token", config.api_token),
            ("ingest_key", config.ingest.key),
        )
        short = [name for name, secret in secrets if secret and not is_unmistakable(secret)]
        if not short:
            return ""
        return (
            f"{' and '.join(short)} has fewer than {UNMISTAKABLE} characters, too short to be"
            " masked safely: messages may show it inside other words, or show *** for ordinary"
            " words. Use a longer one."
        )

    def _gateway_notes(self) -> str:
        """What the API gateway lacks; without it, most actions work as well."""
        try:
            version = self._tanium.gateway.version()
            self._soar.progress(f"API gateway {version or '(unknown version)'} answered")
        except NoGatewayError:
            return (
                "There is no API gateway: list processes with a destination and terminate process"
                " do not work, get endpoint details and list endpoints return less."
            )
        except TaniumError as error:
            return f"The API gateway cannot be used. {error}"
        try:
            if not self._tanium.direct_connect.is_current():
                return "The API gateway is an older one, whose Direct Connect fields are used."
        except TaniumError as error:
            return f"Direct Connect cannot be used over the API gateway. {error}"
        return ""
