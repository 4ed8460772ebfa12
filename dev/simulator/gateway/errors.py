# File: errors.py
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
"""How the gateway says no inside a reply with status 200."""

from __future__ import annotations

from graphql import GraphQLError


def refused(argument: str, message: str) -> GraphQLError:
    """An argument that the gateway does not take; nobody has shown the codes."""
    detail = {"message": f"{argument}: {message}", "code": "invalid_argument"}
    return GraphQLError("invalid arguments", extensions={"argumentErrors": [detail]})


def no_sensor(argument: str, name: str) -> GraphQLError:
    return refused(argument, f"'{name}' must refer to an existing sensor")


def not_permitted(permission: str) -> GraphQLError:
    return GraphQLError(f"permission denied: '{permission}' is required")


def no_module(module: str) -> GraphQLError:
    return GraphQLError(f"the {module} solution is required and not installed")
