# File: gateway_documents.py
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
"""Every GraphQL document that is sent to the API gateway. They are constants: what differs from one
call to the next is in their variables, and nothing is ever built into their text.
"""

from __future__ import annotations

from typing import NamedTuple


class Document(NamedTuple):
    """A document that asks for one `field`. `is_read`: it changes nothing on any endpoint. `once`:
    it is not sent again after a lost answer, because it would open another connection.
    """

    field: str
    text: str
    is_read: bool = True
    once: bool = False


_START = """(
      $filter: EndpointFieldFilter, $first: Int, $after: Cursor, $refresh: Cursor,
      $source: EndpointSource
    ) {
      endpoints(
        filter: $filter, first: $first, after: $after, refresh: $refresh, source: $source
      ) {
        pageInfo { hasNextPage endCursor }
        totalRecords
        collectionInfo { active success expectedTotal respondedTotal startCursor }
        edges { node { id """
_END = " } } } }"


def _of_endpoints(name: str, fields: str) -> Document:
    """The endpoints that match, with fields that are written here in this module."""
    return Document("endpoints", f"query {name}{_START}{fields}{_END}")


_IDENTITY = "computerID name ipAddress namespace eidFirstSeen eidLastSeen"
_SYSTEM = "os { name platform generation language windows { majorVersion releaseId type } }"
_NETWORK = "ipAddresses macAddresses domainName"
_HARDWARE = """
    serialNumber systemUUID manufacturer model chassisType isVirtual isEncrypted
    processor { cpu architecture logicalProcessors speed }
    disks { name total free usedPercentage }
"""
_LAST_USER = "lastLoggedInUser"
_PRIMARY_USER = "primaryUser { name email department phoneNumber city country }"

NOW = Document("now", "query Now { now }")
# Every field beyond an endpoint's identity needs a sensor or a module that a server may lack.
IDENTITIES = _of_endpoints("Identities", _IDENTITY)
SYSTEMS = _of_endpoints("Systems", f"{_IDENTITY} ipAddresses os {{ name platform }}")
PARTS = {
    "operating system": _of_endpoints("OperatingSystem", _SYSTEM),
    "network": _of_endpoints("Network", _NETWORK),
    "hardware": _of_endpoints("Hardware", _HARDWARE),
    "last user": _of_endpoints("LastUser", _LAST_USER),
    "primary user": _of_endpoints("PrimaryUser", _PRIMARY_USER),
}
ALL_PARTS = _of_endpoints(
    "Details", " ".join((_SYSTEM, _NETWORK, _HARDWARE, _LAST_USER, _PRIMARY_USER))
)
# Only for whoever asks for them: they are long, or need a module of their own.
CHOSEN_PARTS = {
    "applications": _of_endpoints("Applications", "installedApplications { name version }"),
    "services": _of_endpoints("Services", "services { name displayName status startupMode }"),
    "compliance": _of_endpoints(
        "Compliance",
        """
        compliance {
          cveFindings { cveId severity severityV3 cvssScore cvssScoreV3 firstFound lastFound }
          complianceFindings { id rule category standard state profile lastScanDate }
        }
        """,
    ),
}
READINGS = Document(
    "endpoints",
    """
    query Readings(
      $filter: EndpointFieldFilter, $first: Int, $refresh: Cursor, $source: EndpointSource,
      $sensors: [EndpointSensorRef!]!
    ) {
      endpoints(filter: $filter, first: $first, refresh: $refresh, source: $source) {
        edges {
          node { id sensorReadings(sensors: $sensors) { columns { name values sensor { name } } } }
        }
        pageInfo { hasNextPage endCursor }
        totalRecords
        collectionInfo { active success expectedTotal respondedTotal startCursor }
      }
    }
    """,
)

OPEN = Document(
    "directConnectOpen",
    """
    mutation Open($endpoint: ID!) {
      directConnectOpen(input: {endpointID: $endpoint}) { connectionID status }
    }
    """,
    once=True,
)
STATUS = Document(
    "directConnectConnectionStatus",
    """
    query Status($connection: ID!) {
      directConnectConnectionStatus(input: {connectionID: $connection}) { status }
    }
    """,
)
_PROCESSES = """{
        processes {
          all {
            pid ppid name commandLine userName groupName
            cpuUsagePercent cpuUserTimeSeconds cpuKernelTimeSeconds
            memoryResidentBytes @include(if: $memory)
          }
        }
      }
    }
    """
PROCESSES = Document(
    "directConnectEndpoint",
    """
    query Processes($connection: ID!, $memory: Boolean!) {
      directConnectEndpoint(input: {connectionID: $connection}) """
    + _PROCESSES,
)
TERMINATE = Document(
    "directConnectProcessTerminate",
    """
    mutation Terminate($connection: ID!, $pid: Int!, $name: String!, $signal: Signal!) {
      directConnectProcessTerminate(
        input: {connectionID: $connection, pid: $pid, name: $name, signal: $signal}
      ) { result }
    }
    """,
    is_read=False,
)
CLOSE = Document(
    "directConnectClose",
    """
    mutation Close($connection: ID!) {
      directConnectClose(input: {connectionID: $connection}) { result }
    }
    """,
    once=True,
)

# The same for older gateways, whose connection ids are of no use above.
LEGACY_OPEN = Document(
    "openDirectConnection",
    """
    mutation LegacyOpen($endpoint: ID!) {
      openDirectConnection(input: {endpointID: $endpoint}) { connectionID }
    }
    """,
    once=True,
)
LEGACY_PROCESSES = Document(
    "directEndpoint",
    """
    query LegacyProcesses($endpoint: ID!, $memory: Boolean!) {
      directEndpoint(input: {endpointID: $endpoint}) """
    + _PROCESSES,
)
LEGACY_TERMINATE = Document(
    "killProcess",
    """
    mutation LegacyTerminate($connection: ID!, $pid: Int!, $name: String!, $signal: Signal!) {
      killProcess(
        input: {connectionID: $connection, pid: $pid, name: $name, signal: $signal}
      ) { result }
    }
    """,
    is_read=False,
)
LEGACY_CLOSE = Document(
    "closeDirectConnection",
    """
    mutation LegacyClose($connection: ID!) {
      closeDirectConnection(input: {connectionID: $connection}) { result }
    }
    """,
    once=True,
)

RESOLVE = Document(
    "threatResponseAlertResolve",
    """
    mutation Resolve($guid: ID!) {
      threatResponseAlertResolve(ref: {guid: $guid}) {
        resolved guid error { message retryable timedOut }
      }
    }
    """,
    is_read=False,
)

TOKENS = Document(
    "myAPITokens",
    """
    query Tokens { myAPITokens { tokens { id expiration } error { message retryable timedOut } } }
    """,
)
