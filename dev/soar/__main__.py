# File: __main__.py
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
"""The local SOAR from a shell.

python -m dev.soar run "list alerts" limit=5 --asset asset.json
    run one action; the exit status is 0 for success, 1 for a failed action, 2 for incorrect usage
python -m dev.soar poll [--count 5] --asset asset.json
    poll as the schedule does, or with --count as Poll Now does
python -m dev.soar actions
    list the actions and their parameters
python -m dev.soar vault [--save ID FILE]
    list the vault, or save one of its files
python -m dev.soar exec test.json
    run the app's own file directly, as SOAR's developers do
python -m dev.soar serve [--url https://...]
    serve the local SOAR's page, with the simulator or a real server
python -m dev.soar token webhook
    create a token for the local SOAR's REST API and show it once
python -m dev.soar make-token --base-url https://... --username ... --trusted 10.0.0.5
    create a Tanium API token
python -m dev.soar probe --base-url https://... [--username ...] [--json]
    report what a Tanium server is like, with nothing secret in it

`name=value` sets a parameter, `name=@file` sets it to the text of a file, and `name=@@x` sets it to
the text `@x`. If the configuration has no password or api_token, TANIUM_PASSWORD and
TANIUM_API_TOKEN are used.
"""

from __future__ import annotations

import sys

from dev.soar.application import NoSuchAppError
from dev.soar.make_token import TokenError
from dev.soar.shell.parser import parse
from dev.soar.shell.run import FAILED
from dev.soar.shell.usage import UsageError


USAGE, INTERRUPTED = 2, 130


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments, __doc__)
    try:
        status: int = options.command(options)
    except (UsageError, NoSuchAppError) as error:
        return _complain(str(error), USAGE)
    except TokenError as error:
        return _complain(str(error), FAILED)
    except KeyboardInterrupt:
        return _complain("Interrupted", INTERRUPTED)
    return status


def _complain(text: str, status: int) -> int:
    print(text, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
