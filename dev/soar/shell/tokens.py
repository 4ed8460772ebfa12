# File: tokens.py
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
"""`token` and `make-token`: for the local SOAR's REST API, and for Tanium."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

import urllib3
from urllib3.exceptions import InsecureRequestWarning

from dev.soar.make_token import clean_base_url, make_token, trusted_addresses
from dev.soar.runtime import LocalSoar
from dev.soar.shell.usage import UsageError


def create_user_token(options: argparse.Namespace) -> int:
    try:
        print(
            LocalSoar(options.home, app_dir=options.app).create_automation_user(
                options.user, options.allow
            )
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    return 0


def create_tanium_token(options: argparse.Namespace) -> int:
    try:
        base_url, trusted = clean_base_url(options.base_url), trusted_addresses(options.trusted)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if options.days < 1:
        raise UsageError("--days must be at least 1")
    if base_url.startswith("http:"):
        print("Warning: http:// sends the password unencrypted", file=sys.stderr)
    if options.no_verify:
        print("Warning: the server's certificate is not verified", file=sys.stderr)
        urllib3.disable_warnings(InsecureRequestWarning)  # said once, above
    token = make_token(
        base_url,
        options.username,
        os.environ.get("TANIUM_PASSWORD") or getpass.getpass(f"Password of {options.username}: "),
        options.domain,
        days=options.days,
        notes=options.notes,
        trusted=trusted,
        verify=str(options.ca_file) if options.ca_file else not options.no_verify,
    )
    print(f"Expires: {token.expires or f'in {options.days} days'}", file=sys.stderr)
    print(token.text)
    return 0
