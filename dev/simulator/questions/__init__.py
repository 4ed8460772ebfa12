# File: __init__.py
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
"""Questions: their text and their structure, what endpoints answer, and how answers become rows.

Nothing here knows HTTP. `model` has the question as the server understands it; `grammar` and
`structure` make it of text and of JSON, `text` and `objects` go back; `values` and `filters` are
the endpoints' part; `answers` says who has answered when, and `results` counts and tabulates it.
"""
