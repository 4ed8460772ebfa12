# File: lost_answers.py
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
"""What became of a change whose answer was lost."""

from __future__ import annotations

from typing import Callable, Optional, TypeVar

from ..errors import TaniumError


Result = TypeVar("Result")


def made_or_found(make: Callable[[], Result], find: Callable[[], Optional[Result]]) -> Result:
    """What `make` returns. Where its answer does not show whether the server did it, it is not
    sent again: `find` looks for it on the server, and returns None where it is not there.

    Raises the error of `make` when nothing is found.
    """
    try:
        return make()
    except TaniumError as error:
        found = _found(find) if error.may_be_done else None
        if found is None:
            raise
        return found


def _found(find: Callable[[], Optional[Result]]) -> Result | None:
    try:
        return find()
    except TaniumError:
        return None
