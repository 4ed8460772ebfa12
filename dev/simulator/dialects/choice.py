# File: choice.py
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
"""Which dialect answers an operation. Operations bear the names of the OpenAPI file, resources
group those that change together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Union


PRODUCTION = "production"
SPECIFIED = "specified"

Setting = Union[str, Mapping[str, str]]
"""One dialect for all, or `{"events": "specified", "closeConnection": "production", "default":
"specified"}`.

An operation's own name comes before its resource's, and that before `default`; what is not named is
in the first dialect: production's, for Connect the specified one.
"""

UNSPECIFIED = {
    "alerts": ("deleteAlerts",),
    "tasks": ("tasks",),
    "responseActions": ("responseActions",),
    "endpointFiles": ("endpointFiles",),
    "intel": (
        "updateIntelDocument",
        "deleteIntelDocument",
        "deployIntel",
        "quickAddIntel",
        "intelSources",
    ),
    "labels": ("createLabel", "removeLabelFromIntelDocument"),
    "connect": ("exportConnections",),
}
"""What production servers have and the OpenAPI file lacks, under names of this project. All of it
has production's form in either dialect.
"""

RESOURCES = {
    "status": ("getThreatResponseStatus",),
    "alerts": ("listAlerts", "getAlert", "updateAlertState"),
    "connections": (
        "listConnections",
        "createConnection",
        "getConnection",
        "closeConnection",
        "deleteConnection",
    ),
    "snapshots": ("createSnapshot", "listSnapshots", "deleteSnapshots", "deleteLocalSnapshot"),
    "events": ("listEvents", "getEventsSummary"),
    "processes": ("getProcessEvents", "getProcessTree"),
    "files": (
        "listFileDownloads",
        "getFileDownload",
        "deleteFileDownload",
        "downloadFileContent",
        "requestFileFromEndpoint",
    ),
    "intel": ("uploadIntelDocument", "listIntelDocuments", "getIntelDocument"),
    "labels": ("listLabels", "getLabel", "listIntelDocumentLabels", "addLabelToIntelDocument"),
    "evidence": (
        "listEvidence",
        "createEvidence",
        "getEvidence",
        "deleteEvidence",
        "getEvidenceProperties",
    ),
}
PLATFORM = {
    "tokens": ("createApiToken",),
    "questions": ("parseQuestion", "createQuestion", "getQuestion", "getQuestionResults"),
    "savedQuestions": (
        "listSavedQuestions",
        "getSavedQuestionByName",
        "getSavedQuestionResults",
    ),
    "sensors": ("listSensors", "getSensorByName"),
    "groups": ("listGroups", "getGroupByName"),
    "packages": ("listPackages", "getPackageByName"),
    "actions": ("createSavedAction", "getActionGroupByName"),
}
"""The same of the platform's OpenAPI file."""
PLATFORM_UNSPECIFIED = {
    "tokens": ("apiTokens",),
    "questions": ("listQuestions", "getResultInfo", "buildText"),
    "savedQuestions": ("savedQuestions",),
    "sensors": ("getSensor",),
    "groups": ("groups",),
    "packages": ("packages",),
    "actions": ("actions", "actionGroups"),
}
"""What that file lacks: the other operations with these objects."""


class Choice:
    """The dialects that operations may be answered in; the first of `dialects` is the default."""

    def __init__(self, dialects: Sequence[str], *known: Mapping[str, Sequence[str]]) -> None:
        self._dialects = dialects
        self._resource_of = {
            operation: resource
            for resources in known
            for resource, operations in resources.items()
            for operation in operations
        }
        self._names = {"default", *self._resource_of.values(), *self._resource_of}

    def check(self, setting: Setting) -> None:
        """ValueError for a dialect, a resource or an operation that does not exist."""
        chosen = {"default": setting} if isinstance(setting, str) else setting
        unknown = sorted({*chosen} - self._names) + sorted({*chosen.values()} - {*self._dialects})
        if unknown:
            raise ValueError(f"dialect: unknown {', '.join(unknown)}")

    def dialect_of(self, setting: Setting, operation: str) -> str:
        self.check(setting)
        if isinstance(setting, str):
            return setting
        names = (operation, self._resource_of[operation], "default")
        return next((setting[name] for name in names if name in setting), self._dialects[0])


OPERATIONS = Choice((PRODUCTION, SPECIFIED), RESOURCES, UNSPECIFIED, PLATFORM, PLATFORM_UNSPECIFIED)
"""Those of Threat Response and of the platform."""
