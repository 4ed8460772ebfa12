# File: cef.py
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
"""Common Event Format names that SOAR knows, with the `contains` types of their values."""

from __future__ import annotations


CEF_JSON: dict[str, dict[str, list[str]]] = {
    "act": {"contains": []},
    "cat": {"contains": []},
    "cn1": {"contains": []},
    "cn2": {"contains": []},
    "cn3": {"contains": []},
    "cs1": {"contains": []},
    "cs1Label": {"contains": []},
    "cs2": {"contains": []},
    "cs2Label": {"contains": []},
    "cs3": {"contains": []},
    "cs3Label": {"contains": []},
    "cs4": {"contains": []},
    "cs4Label": {"contains": []},
    "cs5": {"contains": []},
    "cs5Label": {"contains": []},
    "cs6": {"contains": []},
    "cs6Label": {"contains": []},
    "destinationAddress": {"contains": ["ip"]},
    "destinationHostName": {"contains": ["host name"]},
    "destinationPort": {"contains": ["port"]},
    "destinationUserName": {"contains": ["user name"]},
    "deviceCustomDate1": {"contains": []},
    "deviceCustomDate2": {"contains": []},
    "deviceExternalId": {"contains": []},
    "deviceHostname": {"contains": ["host name"]},
    "endTime": {"contains": []},
    "externalId": {"contains": []},
    "fileHash": {"contains": ["hash"]},
    "fileHashMd5": {"contains": ["md5"]},
    "fileHashSha1": {"contains": ["sha1"]},
    "fileHashSha256": {"contains": ["sha256"]},
    "fileName": {"contains": ["file name"]},
    "filePath": {"contains": ["file path"]},
    "message": {"contains": []},
    "requestURL": {"contains": ["url"]},
    "sourceAddress": {"contains": ["ip"]},
    "sourceHostName": {"contains": ["host name"]},
    "sourcePort": {"contains": ["port"]},
    "sourceProcessName": {"contains": ["process name"]},
    "sourceUserName": {"contains": ["user name"]},
    "startTime": {"contains": []},
}

CEF_NAME_MAPPING = {
    "dhost": "destinationHostName",
    "dpt": "destinationPort",
    "dst": "destinationAddress",
    "duser": "destinationUserName",
    "dvchost": "deviceHostname",
    "fname": "fileName",
    "msg": "message",
    "request": "requestURL",
    "shost": "sourceHostName",
    "spt": "sourcePort",
    "sproc": "sourceProcessName",
    "src": "sourceAddress",
    "suser": "sourceUserName",
}
