# File: services.py
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
"""What the connector hands to every class of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable


if TYPE_CHECKING:
    from .config import AssetConfig
    from .ingest.endpoint import HttpIngest
    from .soar.platform import SoarPlatform
    from .soar.state import (
        StoredCheckpoint,
        StoredFindings,
        StoredFollowed,
        StoredIntelNames,
        StoredTokenLook,
    )
    from .soar.unfinished import Unfinished
    from .tanium.clients import Tanium


class Services:
    def __init__(
        self,
        tanium: Tanium,
        soar: SoarPlatform,
        config: AssetConfig,
        checkpoint: StoredCheckpoint,
        open_ingest: Callable[[], HttpIngest],
        findings: StoredFindings,
        followed: StoredFollowed,
        intel_names: StoredIntelNames,
        token_look: StoredTokenLook,
        open_note: Callable[[], Unfinished],
    ) -> None:
        self.tanium, self.soar, self.config = tanium, soar, config
        self.checkpoint, self.findings, self.followed = checkpoint, findings, followed
        self.intel_names, self.token_look = intel_names, token_look
        self.open_ingest, self.open_note = open_ingest, open_note
