# File: declared_app.py
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
"""Actions as decorated functions over typed parameters, as newer kits have them."""

import dataclasses
import inspect
import re


@dataclasses.dataclass
class Container:
    name: str
    source_data_identifier: str
    artifacts: list


class App:
    def __init__(self):
        self.handlers = {}

    def action(self, function):
        self.handlers[function.__name__] = function
        return function

    def call(self, identifier, soar, asset, param):
        function = self.handlers[identifier]
        kind = next(iter(inspect.signature(function).parameters.values())).annotation
        known = {field.name for field in dataclasses.fields(kind)}
        return function(
            kind(**{name: value for name, value in param.items() if name in known}), soar, asset
        )


def slug(text):
    return re.sub("[^a-z]+", "-", text.lower())
